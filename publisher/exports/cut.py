"""Cuts the declared datasets from a release: the tables, the graph, their checksums and their catalogue."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
from pyoxigraph import DefaultGraph, RdfFormat, Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.changelog import LogRows, Turn
from publisher.exports.codes import CodeRows
from publisher.exports.dcat import catalogue
from publisher.exports.declaration import Dataset, read_datasets_declared
from publisher.exports.descriptions import write_descriptions
from publisher.exports.fates import FateRows
from publisher.exports.files import CATALOGUE, CHECKSUMS, FACTS, DataFile, DatasetFiles
from publisher.exports.formats import Format
from publisher.exports.graph import GraphFile, write_graphs
from publisher.exports.indicators.dashboard import write_dashboard
from publisher.exports.indicators.measured import IndicatorRows, measure
from publisher.exports.indicators.programme import read_programmes
from publisher.exports.indicators.sheet import SheetRows
from publisher.exports.rows import PathRows, QueryRows, Rows
from publisher.exports.statements import Statements, connect
from publisher.exports.summary import WrittenTable
from publisher.exports.writers import sha256, write_rows
from publisher.exports.xlsx import EXCEL_CELL
from publisher.helpers import helpers
from publisher.release.spool import STATEMENTS, spooled

_LARGE = 5_000_000
"""Bytes of packed statements from which on a second process is worth its start."""

_LINES: tuple[Format, ...] = ("jsonl", "jsonl.gz", "jsonl.zst")


class Origin(NamedTuple):
    """What the datasets are cut from: the store, the statements in it as N-Triples, and the ledger.

    `before` is the folder of the datasets of the release before, with which the graph is compared.
    """

    store: Store
    statements: Path | None = None
    ledger: Path | None = None
    before: Path | None = None


class _Cut(NamedTuple):
    """From which release the datasets are cut, and when it was made."""

    release: str
    created: datetime
    settings: Settings
    known: dict[str, DatasetFiles]


def write_datasets(
    origin: Origin | Store,
    folder: Path,
    settings: Settings,
    *,
    release_id: str,
    created: datetime,
    declared: Sequence[Dataset] | None = None,
    previous: Iterable[DatasetFiles] = (),
) -> list[DatasetFiles]:
    """Write every declared dataset of `origin` into `folder`, with their catalogue, and return what was written.

    `created` is when the release was made, with its time zone. `previous` are the datasets of the release before: one
    whose files have not changed keeps its date of modification. Raises `ExportError` for a declaration that is wrong
    and for a file that cannot be written.
    """
    origin = Origin(origin) if isinstance(origin, Store) else origin
    datasets = read_datasets_declared() if declared is None else declared
    cut = _Cut(release_id, created, settings, {written.name: written for written in previous})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cut-", dir=folder) as name:
            scratch = Path(name)
            statements = _statements(origin, scratch)
            written = _write_all(origin, statements, folder, datasets, cut, scratch)
        for each in written:
            write_descriptions(settings, each, folder / each.name)
        (folder / CATALOGUE).write_text(catalogue(settings, written).serialize(format="turtle"), "utf-8")
    except OSError as problem:
        raise ExportError(
            f"{problem.filename or folder}: the datasets cannot be written ({problem.strerror or problem})."
        ) from None
    except duckdb.Error as problem:
        reason = str(problem).partition("\n")[0].rstrip(".")
        raise ExportError(f"{folder}: the datasets cannot be cut ({reason}); make room on the disk.") from None
    return written


def require_declarations(settings: Settings, day: date) -> None:
    """Raise `ExportError` for a declaration, a query or a programme of indicators that is wrong.

    What is wrong there is said before a build begins, and not when all records have been converted.
    """
    nothing = Store()
    for dataset in read_datasets_declared():
        if dataset.declaration.generator == "query":
            QueryRows(nothing, dataset)
    read_programmes(settings, day)


def _statements(origin: Origin, scratch: Path) -> Path:
    """Return the statements as a file of N-Triples: that of the build, or what the store has."""
    if origin.statements is not None:
        return origin.statements
    path = scratch / STATEMENTS
    with spooled(path) as file:
        origin.store.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return path


def _write_all(
    origin: Origin, statements: Path, folder: Path, datasets: Sequence[Dataset], cut: _Cut, scratch: Path
) -> list[DatasetFiles]:
    """Write the graph beside the tables; of a large release in a process of its own, for both are work for Python."""
    graphs = [dataset for dataset in datasets if dataset.declaration.generator == "graph"]
    logs = [dataset for dataset in datasets if dataset.declaration.generator == "changes"]
    tables = [dataset for dataset in datasets if dataset not in graphs and dataset not in logs]
    with _beside(statements if graphs and tables else None) as beside:
        waiting = beside.submit(_write_graphs, statements, folder, graphs, cut, scratch)
        written = _write_tables(origin, statements, folder, tables, cut, scratch)
        written += waiting.result()
    written += _write_logs(origin, folder, logs, cut, scratch)
    order = [dataset.name for dataset in datasets]
    return sorted(written, key=lambda each: order.index(each.name))


def _beside(statements: Path | None) -> Executor:
    if statements is None or not statements.is_file() or statements.stat().st_size < _LARGE:
        return ThreadPoolExecutor(1)
    return helpers(1)


def _write_graphs(
    statements: Path, folder: Path, datasets: Sequence[Dataset], cut: _Cut, scratch: Path
) -> list[DatasetFiles]:
    paths = {dataset.name: _paths(folder, dataset) for dataset in datasets}
    files = [
        GraphFile(dataset.declaration.part, kind, path)
        for dataset in datasets
        for kind, path in paths[dataset.name].items()
    ]
    counts = write_graphs(statements, scratch, cut.settings.base, files) if files else {}
    written = []
    for dataset in datasets:
        made = paths[dataset.name]
        # The files of a part are the same statements in several packings; those of the classes share them out.
        rows = [counts[path] for path in made.values()]
        several = dataset.declaration.part == "classes"
        written.append(_finish(_describe(dataset, made, sum(rows) if several else rows[0], cut), folder, cut))
    return written


def _write_tables(
    origin: Origin, statements: Path, folder: Path, datasets: Sequence[Dataset], cut: _Cut, scratch: Path
) -> list[DatasetFiles]:
    by_paths = [dataset for dataset in datasets if dataset.declaration.generator == "paths"]
    written = []
    with connect(scratch) as database:
        table = Statements(database, statements, by_paths)
        for dataset in datasets:
            if _has_no_origin(dataset, origin, cut.settings):
                continue
            rows = rows_of(origin, table, dataset, cut.created, cut.settings)
            made = _write_table(rows, folder, dataset, cut, (database, scratch))
            if isinstance(rows, IndicatorRows):
                write_dashboard(folder / dataset.name, rows.programmes, cut.settings)
            written.append(_finish(made, folder, cut))
    return written


def _write_logs(
    origin: Origin, folder: Path, datasets: Sequence[Dataset], cut: _Cut, scratch: Path
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
                written.append(_finish(_write_table(rows, folder, dataset, cut, (database, scratch)), folder, cut))
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
    rows: Rows, folder: Path, dataset: Dataset, cut: _Cut, workshop: tuple[duckdb.DuckDBPyConnection, Path]
) -> DatasetFiles:
    database, scratch = workshop
    paths = _paths(folder, dataset)
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
    written = _describe(dataset, paths, count, cut)
    return written.model_copy(update={"column_facts": facts, "counts": counts, "warnings": warnings})


def _paths(folder: Path, dataset: Dataset) -> dict[Format, Path]:
    (folder / dataset.name).mkdir(exist_ok=True)
    return {kind: folder / dataset.name / f"{dataset.name}.{kind}" for kind in dataset.declaration.formats}


def _describe(dataset: Dataset, paths: dict[Format, Path], rows: int, cut: _Cut) -> DatasetFiles:
    files = tuple(
        DataFile(format=kind, name=path.name, bytes=path.stat().st_size, sha256=sha256(path))
        for kind, path in paths.items()
    )
    return DatasetFiles(
        dataset=dataset, release=cut.release, created=cut.created, modified=cut.created, rows=rows, files=files
    )


def _finish(written: DatasetFiles, folder: Path, cut: _Cut) -> DatasetFiles:
    """Write the checksums and the facts beside the files; what has not changed keeps its date."""
    before = cut.known.get(written.name)
    if before is not None and _content(before) == _content(written):
        written = written.model_copy(update={"modified": before.modified})
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in written.files)
    (folder / written.name / CHECKSUMS).write_text(sums, "utf-8")
    (folder / written.name / FACTS).write_text(written.model_dump_json(indent=1) + "\n", "utf-8")
    return written


def _content(written: DatasetFiles) -> list[tuple[str, str]]:
    return sorted((file.name, file.sha256) for file in written.files)
