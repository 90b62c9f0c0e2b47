"""What has changed from release to release, as rows: the log of the release before, and what this one adds to it.

The log needs no earlier release to be there still, and a release in which nothing has changed adds nothing to it: the
same catalogue makes the same file. It begins with the second release; and anew where the graph or the log of the
release before is missing or damaged, for a log with a gap would leave copies wrong, and a release is not to fail for
what was. Its column `since` says from where on it tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from isal import igzip

from publisher.exports.changes import changes, differences
from publisher.exports.declaration import Dataset
from publisher.exports.files import DatasetFiles
from publisher.exports.graph import kind_of_thing
from publisher.exports.rows import Row
from publisher.exports.sorting import sorted_lines
from publisher.exports.writers import sha256
from publisher.release.statements import GRAPH

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

    `scratch` is for what waits on disk. Raises `ExportError` when the graph of this release cannot be read.
    """

    def __init__(self, turn: Turn, folder: Path, dataset: Dataset, scratch: Path) -> None:
        self.warnings: Counter[str] = Counter()
        self._columns = [column.name for column in dataset.columns]
        self._name, self._turn = dataset.name, turn
        self._log = turn.before / dataset.name / f"{dataset.name}.jsonl.gz"
        self._scratch, self._new = scratch, scratch / "changes.jsonl"
        self._added, self._kept = 0, Counter[str]()
        if (folder / GRAPH).is_file() and self._is_whole(*GRAPH.split("/")):
            self._added = self._compare(folder)
            if self._is_whole(self._name, self._log.name):
                self._kept = Counter(cells["release"] for cells in self._before())
        while self._kept and sum(self._kept.values()) + self._added > MOST:
            del self._kept[min(self._kept)]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return sum(self._kept.values()) + self._added

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows: release after release, in each of them in the order of the keys."""
        for cells in self._before() if self._kept else ():
            if cells["release"] in self._kept:
                yield [cells.get(name) for name in self._columns]
        if self._added:
            for lines in sorted_lines(self._new, self._scratch):
                for line in lines:
                    cells = orjson.loads(line)
                    yield [cells.get(name) for name in self._columns]

    def _is_whole(self, dataset: str, file: str) -> bool:
        """Return whether a file among the datasets of the release before is there, and what was written then."""
        path, written = self._turn.before / dataset / file, self._turn.datasets.get(dataset)
        said = {each.name: each.sha256 for each in written.files} if written is not None else {}
        return path.is_file() and said.get(file) == sha256(path)

    def _compare(self, folder: Path) -> int:
        """Lay down what is new in this release, one line a change; return how many there are."""
        since, count = self._turn.datasets["graph"].release, 0
        release, day = self._turn.release, self._turn.created.date().isoformat()
        with self._new.open("wb") as stream:
            for change in changes(differences(self._turn.before, folder)):
                cells = {
                    "key": f"{release} {change.iri}",  # stands first: the lines are sorted by it
                    "release": release,
                    "since": since,
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

    def _before(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the log of the release before."""
        with igzip.open(self._log, "rb") as stream:  # type: ignore[no-untyped-call]
            yield from map(orjson.loads, stream)
