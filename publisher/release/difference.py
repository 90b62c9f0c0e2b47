"""What an update changed, kept with the release: so that the registry and the chronicle look at that only.

changed.json    {"before": id, "iris": [...], "records": [...], "moved": [[kind, name, target], ...] or null}
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import orjson

NAME = "changed.json"


Moved = tuple[str, str, str]


class Difference(NamedTuple):
    """All that may not be in a release as it was in the release `before`, which may be more than what is not.

    `iris` are those of entities: works, instances, agents ...; `records` are the names ("{library}-{key}") of records,
    `moved` the names of entities that lead to others: (kind, name, target), None where they were not told apart.
    """

    before: str
    iris: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    moved: tuple[Moved, ...] | None = None


def keep(
    folder: Path,
    before: str,
    iris: Iterable[str] = (),
    records: Iterable[str] = (),
    moved: Iterable[Moved] | None = None,
) -> None:
    """Keep with the release that is made in `folder` in what it differs from the release `before`."""
    said = {
        "before": before,
        "iris": sorted(iris),
        "records": sorted(records),
        "moved": sorted(moved) if moved is not None else None,
    }
    (folder / NAME).unlink(missing_ok=True)  # it may be a link to that of another release
    (folder / NAME).write_bytes(orjson.dumps(said))


def edited(folder: Path) -> str:
    """Return the release that the one in `folder` was edited from, "" where that is not known."""
    found = _read(folder)
    return found.before if found is not None else ""


def difference(folder: Path, since: str) -> Difference | None:
    """Return in what the release in `folder` differs from the release `since`; None where that is not known."""
    found = _read(folder)
    return found if found is not None and found.before == since else None


def _read(folder: Path) -> Difference | None:
    try:
        said = orjson.loads((folder / NAME).read_bytes())
        moved = said["moved"]
        those = tuple((kind, name, target) for kind, name, target in moved) if moved is not None else None
        return Difference(str(said["before"]), tuple(said["iris"]), tuple(said["records"]), those)
    except (OSError, ValueError, KeyError, TypeError):
        return None
