"""How many records came in, went out, were withheld and were rejected, and by which rule: counts, and no content."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from publisher.errors import ExportError
from publisher.exports.declaration import Dataset
from publisher.exports.rows import Row
from publisher.release.layered import opened

_COUNTS = """
SELECT rtrim(library || ' ' || fate || ' ' || rule) AS key, library, fate, rule, count(*) AS records
FROM records GROUP BY library, fate, rule ORDER BY key
"""


class FateRows:
    """One row for each library, fate and rule that the ledger `path` knows."""

    def __init__(self, path: Path, dataset: Dataset) -> None:
        self.warnings: Counter[str] = Counter()
        self._path = path
        self._columns = [column.name for column in dataset.columns]

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys."""
        try:
            with closing(opened(self._path)) as ledger:
                counts = ledger.execute(_COUNTS).fetchall()
        except sqlite3.Error as problem:
            raise ExportError(f"{self._path}: the ledger cannot be read ({problem}); build again.") from None
        for key, library, fate, rule, records in counts:
            cells = {"key": key, "library": library, "fate": fate, "rule": rule or None, "records": records}
            yield [cells[name] for name in self._columns]
