"""What every process of a lab has read before it begins: imported once by the process that all others are forks of."""

import gc

from publisher import assembly, update
from publisher.config import Settings
from publisher.surroundings import surroundings

__all__ = ["update"]

_SETTINGS = Settings.model_validate(
    {
        "base": "https://data.example",
        "publisher": {"name": {"vi": "a", "en": "a"}},
        "libraries": [{"code": "a", "name": {"vi": "a", "en": "a"}, "sources": []}],
    }
)
assembly.start(_SETTINGS)  # code lists, rules and policies are remembered by whoever reads them first
gc.unfreeze()
for _ in surroundings(_SETTINGS):
    pass
