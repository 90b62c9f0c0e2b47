"""Cuts the declared datasets from a release: the tables, the graph, their checksums and their catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.dcat import catalogue
from publisher.exports.declaration import Dataset, Format, read_datasets_declared
from publisher.exports.files import CATALOGUE, CHECKSUMS, FACTS, DataFile, DatasetFiles
from publisher.exports.rows import Rows
from publisher.exports.summary import EXCEL_CELL, summarize
from publisher.exports.writers import sha256, write_graph, write_rows


class _Cut(NamedTuple):
    """From which release the datasets are cut, and when it was made."""

    release: str
    created: datetime


def write_datasets(
    store: Store,
    folder: Path,
    settings: Settings,
    *,
    release_id: str,
    created: datetime,
    declared: Sequence[Dataset] | None = None,
    previous: Iterable[DatasetFiles] = (),
) -> list[DatasetFiles]:
    """Write every declared dataset of `store` into `folder`, with their catalogue, and return what was written.

    `created` is when the release was made, with its time zone. `previous` are the datasets of the release before: one
    whose files have not changed keeps its date of modification. Raises `ExportError` for a declaration that is wrong
    and for a file that cannot be written.
    """
    known = {written.name: written for written in previous}
    datasets = read_datasets_declared() if declared is None else declared
    cut = _Cut(release_id, created)
    written = [_write_dataset(store, folder / each.name, each, cut, known.get(each.name)) for each in datasets]
    try:
        (folder / CATALOGUE).write_text(catalogue(settings, written).serialize(format="turtle"), "utf-8")
    except OSError as problem:
        raise ExportError(f"{folder / CATALOGUE}: the catalogue cannot be written ({problem.strerror}).") from None
    return written


def _write_dataset(
    store: Store, folder: Path, dataset: Dataset, cut: _Cut, before: DatasetFiles | None
) -> DatasetFiles:
    paths: dict[Format, Path] = {kind: folder / f"{dataset.name}.{kind}" for kind in dataset.declaration.formats}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if dataset.declaration.generator == "graph":
            written = _describe(dataset, paths, write_graph(store, paths["nq.gz"]), cut)
        else:
            written = _write_table(store, dataset, paths, cut)
        if before is not None and _content(before) == _content(written):
            written = written.model_copy(update={"modified": before.modified})
        sums = "".join(f"{file.sha256}  {file.name}\n" for file in written.files)
        (folder / CHECKSUMS).write_text(sums, "utf-8")
        (folder / FACTS).write_text(written.model_dump_json(indent=1) + "\n", "utf-8")
    except OSError as problem:
        raise ExportError(
            f"{problem.filename or folder}: the dataset {dataset.name} cannot be written ({problem.strerror})."
        ) from None
    return written


def _write_table(store: Store, dataset: Dataset, paths: dict[Format, Path], cut: _Cut) -> DatasetFiles:
    rows = Rows(store, dataset)
    count = write_rows(rows, dataset.columns, paths)
    facts = summarize(paths["csv"], dataset.columns) if "csv" in paths else ()
    warnings = dict(sorted(rows.warnings.items()))
    for column in facts:
        if column.longest > EXCEL_CELL:
            warnings[f"{column.name}: a cell is longer than the {EXCEL_CELL} characters that Excel takes"] = 1
    written = _describe(dataset, paths, count, cut)
    return written.model_copy(update={"column_facts": facts, "warnings": warnings})


def _describe(dataset: Dataset, paths: dict[Format, Path], rows: int, cut: _Cut) -> DatasetFiles:
    files = tuple(
        DataFile(format=kind, name=path.name, bytes=path.stat().st_size, sha256=sha256(path))
        for kind, path in paths.items()
    )
    return DatasetFiles(
        dataset=dataset, release=cut.release, created=cut.created, modified=cut.created, rows=rows, files=files
    )


def _content(written: DatasetFiles) -> list[tuple[str, str]]:
    return sorted((file.name, file.sha256) for file in written.files)
