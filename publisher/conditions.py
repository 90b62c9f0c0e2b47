"""Under which conditions a release is made: what tells that another one can go on from it, or would be the same."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

import pyoxigraph

from publisher import resources
from publisher.config import Settings
from publisher.release.release import LAYOUT
from publisher.surroundings import surroundings


def condition(settings: Settings, fingerprint: str) -> str:
    """Return what two releases have in common of which one can be edited into the other."""
    path = settings.identity.decisions
    decisions = path.read_bytes() if path is not None and path.is_file() else b""
    around = blake2b(digest_size=16)
    for text in surroundings(settings):
        around.update(text.encode())
    said = (fingerprint, LAYOUT, pyoxigraph.__version__, _code(), settings.base, decisions, around.hexdigest())
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a digest of the code that writes what an update edits."""
    package = Path(__file__).parent
    paths = [*package.glob("*.py"), *(package / "release").glob("*.py"), package / "sparql" / "description.py"]
    return blake2b(b"".join(blake2b(path.read_bytes()).digest() for path in sorted(paths)), digest_size=16).hexdigest()


def all_but_records(settings: Settings) -> str:
    """Return what stands for all but the records that a release is made of: settings, their files, the datasets."""
    found = blake2b(digest_size=16)
    found.update(settings.model_dump_json(exclude={"ckan", "build", "serve", "sparql", "alarms"}).encode())
    declared = (path for name in ("exports", "sparql") for path in resources.folder(name).rglob("*"))
    for path in (*settings.files(), *sorted(declared)):
        if path.is_file():
            found.update(path.name.encode() + b"\0" + blake2b(path.read_bytes()).digest())
    return found.hexdigest()
