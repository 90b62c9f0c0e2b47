"""What stands in the columns of a table: how many cells are filled, how many values differ, how long they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from publisher.exports.declaration import Column
from publisher.toml_model import TomlModel

_ROWS_AT_ONCE = 50_000
EXCEL_CELL = 32_767  # characters; Excel spreads a longer cell over the following ones


class ColumnFacts(TomlModel):
    """Counts for one column of a written table. `distinct` counts whole cells, not the values in a list."""

    name: str
    filled: int
    distinct: int
    longest: int


def summarize(path: Path, columns: Sequence[Column]) -> tuple[ColumnFacts, ...]:
    """Return the facts of every column of the CSV file `path`, read a piece at a time.

    Different cells are counted by 64-bit hashes, so memory grows by 8 bytes for each, whatever its length.
    """
    filled = {column.name: 0 for column in columns}
    longest = {column.name: 0 for column in columns}
    hashes: dict[str, npt.NDArray[np.uint64]] = {column.name: np.array([], np.uint64) for column in columns}
    pieces = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False, chunksize=_ROWS_AT_ONCE)
    with pieces:
        for piece in pieces:
            for name in filled:
                cells = piece[name][piece[name] != ""]
                if cells.empty:
                    continue
                filled[name] += len(cells)
                longest[name] = max(longest[name], int(cells.str.len().max()))
                hashes[name] = np.union1d(hashes[name], pd.util.hash_array(cells.to_numpy(object), categorize=True))
    return tuple(
        ColumnFacts(name=name, filled=filled[name], distinct=len(hashes[name]), longest=longest[name])
        for name in filled
    )
