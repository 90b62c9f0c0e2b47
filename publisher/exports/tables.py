"""The datasets that are tables: their rows, the files of each, and what is known of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
from pyoxigraph import Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.changelog import LogRows, Turn
from publisher.exports.codes import CodeRows
from publisher.exports.declaration import Dataset
from publisher.exports.fates import FateRows
from publisher.exports.files import DatasetFiles
from publisher.exports.finishing import Cut, describe, finish, paths_of
from publisher.exports.formats import Format
from publisher.exports.indicators.dashboard import write_dashboard
from publisher.exports.indicators.measured import IndicatorRows, measure
from publisher.exports.indicators.sheet import SheetRows
from publisher.exports.rows import PathRows, QueryRows, Rows
from publisher.exports.statements import Statements
from publisher.exports.summary import WrittenTable
from publisher.exports.writers import write_rows
from publisher.exports.xlsx import EXCEL_CELL
from publisher.release.statements import connect

_LINES: tuple[Format, ...] = ("jsonl", "jsonl.gz", "jsonl.zst")


class Origin(NamedTuple):
    """What the datasets are cut from: the store, the statements in it as N-Triples, and the ledger.

    `before` is the folder of the datasets of the release before, with which the graph is compared.
    """

    store: Store
    statements: Path | None = None
    ledger: Path | None = None
    before: Path | None = None


def write_path_tables(
    statements: Path, folder: Path, datasets: Sequence[Dataset], cut: Cut, scratch: Path
) -> list[DatasetFiles]:
    """Write the `datasets` whose rows are found by paths in the file `statements`, which is all that they need.

    `scratch` is a folder for what waits on the disk. Raises ExportError and OSError.
    """
    if not datasets:
        return []
    with connect(scratch) as database:
        table = Statements(database, statements, datasets)
        return [
            finish(_write_table(PathRows(table, dataset), folder, dataset, cut, (database, scratch)), folder, cut)
            for dataset in datasets
        ]


def write_tables(
    origin: Origin, folder: Path, datasets: Sequence[Dataset], cut: Cut, scratch: Path
) -> list[DatasetFiles]:
    """Write the `datasets` that are made of the store and the ledger of `origin`, or of the settings; see above."""
    written = []
    with connect(scratch) as database:
        for dataset in datasets:
            if _has_no_origin(dataset, origin, cut.settings):
                continue
            rows = rows_of(origin, None, dataset, cut.created, cut.settings)
            made = _write_table(rows, folder, dataset, cut, (database, scratch))
            if isinstance(rows, IndicatorRows):
                write_dashboard(folder / dataset.name, rows.programmes, cut.settings)
            written.append(finish(made, folder, cut))
    return written


def write_logs(
    origin: Origin, folder: Path, datasets: Sequence[Dataset], cut: Cut, scratch: Path
) -> list[DatasetFiles]:
    """Write what has changed since the release before; where nothing ever has, there is no such dataset."""
    if origin.before is None:
        return []
    turn = Turn(cut.release, cut.created, cut.settings.base, origin.before, cut.known)
    written = []
    for dataset in datasets:
        rows = LogRows(turn, folder, dataset, scratch)
        if len(rows):
            with connect(scratch) as database:
                written.append(finish(_write_table(rows, folder, dataset, cut, (database, scratch)), folder, cut))
    return written


def _has_no_origin(dataset: Dataset, origin: Origin, settings: Settings) -> bool:
    match dataset.declaration.generator:
        case "fates":
            return origin.ledger is None
        case "sheet":
            return settings.indicators.sheet is None
        case _:
            return False


def rows_of(
    origin: Origin, statements: Statements | None, dataset: Dataset, created: datetime, settings: Settings
) -> Rows:
    """Return the rows of `dataset`: those that its paths find in `statements`, or else what is found in `origin`.

    Raises `ExportError` for a query that is none for the dataset.
    """
    match dataset.declaration.generator:
        case "paths" if statements is not None:
            return PathRows(statements, dataset)
        case "codes":
            return CodeRows(dataset, created.date())
        case "fates" if origin.ledger is not None:
            return FateRows(origin.ledger, dataset)
        case "sheet":
            return SheetRows(settings, dataset)
        case "indicators":
            return IndicatorRows(measure(origin.store, settings, created), dataset, settings)
        case _:
            return QueryRows(origin.store, dataset)


def _write_table(
    rows: Rows, folder: Path, dataset: Dataset, cut: Cut, workshop: tuple[duckdb.DuckDBPyConnection, Path]
) -> DatasetFiles:
    database, scratch = workshop
    paths = paths_of(folder, dataset)
    streamed: dict[Format, Path] = {kind: path for kind, path in paths.items() if kind != "parquet"}
    lines = next((path for kind, path in streamed.items() if kind in _LINES), None)
    if lines is None:
        lines = streamed["jsonl"] = scratch / f"{dataset.name}.jsonl"
    count = write_rows(rows, dataset, streamed)
    table = WrittenTable(database, lines, dataset.columns)
    try:
        if "parquet" in paths:
            table.write_parquet(paths["parquet"])
        facts = table.facts()
        chart = dataset.declaration.chart
        counts = table.counts(chart) if chart else ()
    except duckdb.Error as problem:
        raise ExportError(f"{lines}: the table cannot be read back ({str(problem).splitlines()[0]}).") from None
    warnings = dict(sorted(rows.warnings.items()))
    for column in facts:
        if column.longest > EXCEL_CELL:
            warnings[f"{column.name}: a cell is longer than the {EXCEL_CELL} characters that Excel takes"] = 1
    written = describe(dataset, paths, count, cut)
    return written.model_copy(update={"column_facts": facts, "counts": counts, "warnings": warnings})
