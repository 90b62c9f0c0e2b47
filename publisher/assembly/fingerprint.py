"""Under which conditions records are converted: two conversions with the same fingerprint make the same of a record."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from publisher import resources
from publisher.config import Settings
from publisher.policy import Policy
from publisher.sources import RawRecord, Rejected

_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("assembly", "bibframe", "identity", "policy", "rdf", "schemaorg", "sources")


def is_alone(raw: RawRecord | Rejected) -> bool:
    """Return whether what becomes of a record depends on its bytes alone: a METS document reads files beside it."""
    return isinstance(raw, Rejected) or raw.format != "mets"


def fingerprint(settings: Settings) -> str:
    """Return what tells conversion under these settings, by this code, on this day from any other.

    Days differ where a rule of the policy begins or ends to hold, and years do.
    """
    policy = settings.policy
    said = (
        _code(),
        settings.base,
        policy.model_dump_json(),
        policy.file.read_bytes() if policy.file is not None else b"",
        Policy(policy).in_force(),
        settings.limits.model_dump_json(),
        [(library.code, library.model_dump_json(include={"names"})) for library in settings.libraries],
    )
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a digest of all code and vocabulary that conversion depends on."""
    paths = [path for room in _ROOMS for path in (_PACKAGE / room).rglob("*.py")]
    paths += [_PACKAGE / "release" / "document.py", _PACKAGE / "exports" / "iiif.py"]
    paths += [path for path in resources.folder("vocab").rglob("*") if path.is_file()]
    found = blake2b(digest_size=16)
    for path in sorted(paths):
        found.update(path.name.encode() + b"\0" + blake2b(path.read_bytes()).digest())
    return found.hexdigest()
