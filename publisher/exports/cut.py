"""Cuts the declared datasets from a release: the tables, the graph, their checksums and their catalogue.

The graph and most tables are made of the file of statements alone. They are begun when that is complete, in processes
of their own for a large release, while whoever makes the release goes on with the rest of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from pyoxigraph import Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.dcat import catalogue
from publisher.exports.declaration import Dataset, read_datasets_declared
from publisher.exports.descriptions import write_descriptions
from publisher.exports.files import CATALOGUE, DatasetFiles
from publisher.exports.finishing import Cut, describe, finish, paths_of
from publisher.exports.graph import GraphFile, write_graphs
from publisher.exports.indicators.programme import read_programmes
from publisher.exports.rows import QueryRows
from publisher.exports.tables import Origin, write_logs, write_path_tables, write_tables
from publisher.helpers import beside
from publisher.release.statements import dumped


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
    cut = Cut(release_id, created, settings, {written.name: written for written in previous})
    with _said(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cut-", dir=folder) as name:
            statements = origin.statements or dumped(origin.store, Path(name))
            with beside(statements) as others, cutting(statements, folder, cut, others, datasets) as rest:
                return rest(origin)


@contextmanager
def cutting(
    statements: Path, folder: Path, cut: Cut, others: Executor, declared: Sequence[Dataset] | None = None
) -> Iterator[Callable[[Origin], list[DatasetFiles]]]:
    """Have `others` begin with the datasets that the file `statements` is enough for; give what writes all the rest.

    `folder` is there already. Raises `ExportError` as `write_datasets` does, at once or when the rest is written.
    """
    datasets = read_datasets_declared() if declared is None else declared
    kinds: dict[str, list[Dataset]] = {"graph": [], "paths": [], "changes": [], "": []}
    for dataset in datasets:
        kinds[dataset.declaration.generator if dataset.declaration.generator in kinds else ""].append(dataset)
    waiting: list[Future[list[DatasetFiles]]] = []

    def rest(origin: Origin) -> list[DatasetFiles]:
        with _said(folder):
            written = write_tables(origin, folder, kinds[""], cut, scratch)
            written += [each for one in waiting for each in one.result()]
            written += write_logs(origin, folder, kinds["changes"], cut, scratch)
            order = [dataset.name for dataset in datasets]
            written.sort(key=lambda each: order.index(each.name))
            for each in written:
                write_descriptions(cut.settings, each, folder / each.name)
            (folder / CATALOGUE).write_text(catalogue(cut.settings, written).serialize(format="turtle"), "utf-8")
            return written

    with tempfile.TemporaryDirectory(prefix=".cut-", dir=folder) as name:
        scratch = Path(name)
        try:
            for work, kind in ((write_path_tables, "paths"), (_write_graphs, "graph")):  # the longest goes first
                apart = scratch / kind
                apart.mkdir()
                waiting.append(others.submit(work, statements, folder, kinds[kind], cut, apart))
            yield rest
        finally:
            wait([each for each in waiting if not each.cancel()])  # nobody writes into what is deleted now


@contextmanager
def _said(folder: Path) -> Iterator[None]:
    """Say what the disk complains of."""
    try:
        yield
    except OSError as problem:
        raise ExportError(
            f"{problem.filename or folder}: the datasets cannot be written ({problem.strerror or problem})."
        ) from None


def require_declarations(settings: Settings, day: date) -> None:
    """Raise `ExportError` for a declaration, a query or a programme of indicators that is wrong.

    What is wrong there is said before a build begins, and not when all records have been converted.
    """
    nothing = Store()
    for dataset in read_datasets_declared():
        if dataset.declaration.generator == "query":
            QueryRows(nothing, dataset)
    read_programmes(settings, day)


def _write_graphs(
    statements: Path, folder: Path, datasets: Sequence[Dataset], cut: Cut, scratch: Path
) -> list[DatasetFiles]:
    paths = {dataset.name: paths_of(folder, dataset) for dataset in datasets}
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
        written.append(finish(describe(dataset, made, sum(rows) if several else rows[0], cut), folder, cut))
    return written
