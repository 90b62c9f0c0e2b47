"""What has changed from release to release, as rows: the log of the release before, and what this one adds to it.

The log needs no earlier release to be there still, and a release in which nothing has changed adds nothing to it: the
same catalogue makes the same file. It begins with the second release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from isal import igzip

from publisher.errors import ExportError
from publisher.exports.changes import GRAPH, changes, differences
from publisher.exports.declaration import Dataset
from publisher.exports.files import DatasetFiles
from publisher.exports.graph import kind_of_thing
from publisher.exports.rows import Row
from publisher.exports.sorting import sorted_lines

MOST = 1_000_000
"""Rows from which on the earliest releases leave the log, so that it stays on one sheet of Excel's."""


class Turn(NamedTuple):
    """The release that is being made, and the one before: its `datasets`, in the folder `before`."""

    release: str
    created: datetime
    base: str
    before: Path
    datasets: dict[str, DatasetFiles]


class LogRows:
    """The rows of the log in the release whose datasets are written into `folder`, the earliest release first.

    `scratch` is for what waits on disk. Raises `ExportError` when one of the two graphs, or the log, cannot be read.
    """

    def __init__(self, turn: Turn, folder: Path, dataset: Dataset, scratch: Path) -> None:
        self.warnings: Counter[str] = Counter()
        self._columns = [column.name for column in dataset.columns]
        self._name, self._turn = dataset.name, turn
        self._scratch, self._new = scratch, scratch / "changes.jsonl"
        self._added = self._compare(folder)
        self._kept = self._counts()
        while self._kept and sum(self._kept.values()) + self._added > MOST:
            del self._kept[min(self._kept)]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return sum(self._kept.values()) + self._added

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows: release after release, in each of them in the order of the keys."""
        for cells in self._before():
            if cells["release"] in self._kept:
                yield [cells.get(name) for name in self._columns]
        if self._added:
            for lines in sorted_lines(self._new, self._scratch):
                for line in lines:
                    cells = orjson.loads(line)
                    yield [cells.get(name) for name in self._columns]

    def _compare(self, folder: Path) -> int:
        """Lay down what is new in this release, one line a change; return how many there are."""
        old = self._turn.datasets.get("graph")
        if old is None or not (folder / GRAPH).is_file() or not (self._turn.before / GRAPH).is_file():
            return 0
        count = 0
        release, day = self._turn.release, self._turn.created.date().isoformat()
        with self._new.open("wb") as stream:
            for change in changes(differences(self._turn.before, folder)):
                cells = {
                    "key": f"{release} {change.iri}",  # stands first: the lines are sorted by it
                    "release": release,
                    "since": old.release,
                    "day": day,
                    "iri": change.iri,
                    "kind": kind_of_thing(change.iri, self._turn.base),
                    "change": change.change,
                    "added": change.added,
                    "removed": change.removed,
                }
                stream.write(orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        return count

    def _counts(self) -> Counter[str]:
        return Counter(cells["release"] for cells in self._before())

    def _before(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the log of the release before."""
        path = self._turn.before / self._name / f"{self._name}.jsonl.gz"
        if not path.is_file():
            return
        try:
            with igzip.open(path, "rb") as stream:  # type: ignore[no-untyped-call]
                yield from map(orjson.loads, stream)
        except (OSError, orjson.JSONDecodeError) as problem:
            raise ExportError(f"{path}: the log of changes cannot be read ({problem}).") from None
