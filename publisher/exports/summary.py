"""A table that has been written, read back: what stands in its columns, and the same as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from publisher.exports.declaration import Chart, Column, ColumnType
from publisher.toml_model import TomlModel

_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "iri": "VARCHAR",
}
MOST = 15
"""Values that a chart shows."""

_LONGEST_ROW = 64_000_000


class ColumnFacts(TomlModel):
    """Counts for one column of a written table. `distinct` counts whole cells, not the values in a list."""

    name: str
    filled: int
    distinct: int
    longest: int


class WrittenTable:
    """The rows of the JSON Lines file `path`, which has `columns`, seen from `database`."""

    def __init__(self, database: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._database = database
        types = ", ".join(f"'{column.name}': '{_type(column)}'" for column in columns)
        packing = {".gz": "gzip", ".zst": "zstd"}.get(path.suffix, "uncompressed")
        self._rows = (
            f"read_json({_quoted(path)}, columns = {{{types}}}, format = 'newline_delimited', "
            f"compression = '{packing}', maximum_object_size = {_LONGEST_ROW})"
        )

    def facts(self) -> tuple[ColumnFacts, ...]:
        """Return the facts of every column; a list counts as it is joined in a cell of CSV.

        Different cells are estimated (HyperLogLog, some 2 % off): to count them takes memory that grows with the rows.
        """
        counts = []
        for column in self._columns:
            cell = f'"{column.name}"'
            text = f"array_to_string({cell}, ' | ')" if column.values == "list" else f"CAST({cell} AS VARCHAR)"
            text = f"nullif({text}, '')"
            counts += [f"count({text})", f"approx_count_distinct({text})", f"max(length({text}))"]
        found = self._database.execute(f"SELECT {', '.join(counts)} FROM {self._rows}").fetchone() or ()  # noqa: S608
        numbers = [number or 0 for number in found]
        return tuple(
            ColumnFacts(name=column.name, filled=numbers[n], distinct=min(numbers[n : n + 2]), longest=numbers[n + 2])
            for column, n in zip(self._columns, range(0, len(numbers), 3), strict=True)
        )

    def counts(self, chart: Chart) -> tuple[tuple[str, int], ...]:
        """Return how many rows have each value of a column, of the values that `chart` shows."""
        column = next(column for column in self._columns if column.name == chart.column)
        cell = f'unnest("{column.name}")' if column.values == "list" else f'"{column.name}"'
        order = "v DESC" if chart.order == "value" else "n DESC, v"
        found = self._database.execute(
            f"SELECT CAST(v AS VARCHAR), count(*) AS n FROM (SELECT {cell} AS v FROM {self._rows}) "  # noqa: S608
            f"WHERE v IS NOT NULL AND CAST(v AS VARCHAR) <> '' GROUP BY v ORDER BY {order} LIMIT {MOST}"
        ).fetchall()
        return tuple(found if chart.order == "count" else reversed(found))

    def write_parquet(self, path: Path) -> None:
        """Write the rows as Parquet, packed with Zstandard, in groups of one size: the same rows, the same bytes."""
        self._database.execute(
            f"COPY (FROM {self._rows}) TO {_quoted(path)} "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, PRESERVE_ORDER true)"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _type(column: Column) -> str:
    if column.values == "list":
        return "VARCHAR[]"
    return "BIGINT" if column.values == "count" else _TYPES[column.type]
