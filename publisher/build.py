"""The assembly line: from the configured sources to a finished release. The one module that knows the whole flow."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph

from publisher import __version__, assembly
from publisher.config import STANDARD_INPUT, Library, Settings, Source
from publisher.errors import ReleaseError, SourceError
from publisher.exports.cut import write_datasets
from publisher.identity.iris import Iris
from publisher.identity.libraries import library_node
from publisher.policy import Fate
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Text
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, LIBRARY, RECORD, WORK, NTriples, close
from publisher.rdf.terms import expand
from publisher.release import manifest
from publisher.release.index import SearchIndexWriter
from publisher.release.ledger import EntityRow, LedgerWriter, Row
from publisher.release.release import building, created
from publisher.sources import RawRecord, Rejected, raw_records

BATCH = 200
"""Records that are sent to a worker at a time."""

AHEAD = 4
"""Batches in flight for each worker: enough to keep it busy, few enough to keep memory flat."""

Progress = Callable[[str, int], None]
"""Told the stage ("records", "store", "index", "datasets") and how many records or statements it is at."""

_Batch = list[RawRecord | Rejected]


class Report(NamedTuple):
    """What a build did; `rong build --json` prints it."""

    release: str
    records_in: int
    published: int
    withheld: int
    rejected: int
    triples: int
    seconds: float
    peak_rss_mb: int
    reasons: list[tuple[str, str, int]]
    stages: dict[str, float]
    entities: dict[str, int]


def build(
    settings: Settings,
    data: Path,
    *,
    executor: Executor | None = None,
    workers: int = 0,
    progress: Progress = lambda stage, count: None,
) -> Report:
    """Build a release of all sources of `settings` in the folder `data`; it is not activated.

    Conversion is handed to `executor`, whose workers must have run `assembly.start(settings)`; by default to a pool of
    `workers` processes, as many as there are cores when 0. Raises SourceError for a source from which nothing can be
    read and ReleaseError when the disk is full or the counts do not add up; either way nothing is left behind.
    """
    try:
        with building(data) as folder, _pool(settings, executor, workers or os.cpu_count() or 1) as pool:
            return _Build(settings, folder, pool, progress).run()
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise ReleaseError(
            f"The release cannot be written in {data}{where}: {error.strerror or error}; "
            "make room or give another folder with --data."
        ) from error


@contextmanager
def _pool(settings: Settings, executor: Executor | None, workers: int) -> Iterator[tuple[Executor, int]]:
    if executor is not None:
        yield executor, workers
        return
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, context, initializer=assembly.start, initargs=(settings,)) as pool:
        yield pool, workers


class _Build:
    """One run of the assembly line, in the folder of a release that is not finished."""

    def __init__(self, settings: Settings, folder: Path, pool: tuple[Executor, int], progress: Progress) -> None:
        self._settings = settings
        self._folder = folder
        self._pool, self._width = pool
        self._progress = progress
        self._iris = Iris(settings.base)
        self._ledger = LedgerWriter(folder / "ledger.sqlite")
        self._index = SearchIndexWriter(folder / "index")
        self._stages: dict[str, float] = {}
        self._fates: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._keys: dict[tuple[str, str], int] = {}
        self._extended: set[str] = set()
        self._read = 0

    def run(self) -> Report:
        began = time.monotonic()
        statements = self._folder / "statements.nt"
        with self._stage("records"), statements.open("w", encoding="utf-8") as file:
            for text in self._surroundings():
                file.write(text)
            for text in self._records():
                file.write(text)
        self._check_counts()
        with self._stage("store"):
            store = self._load(statements)
        statements.unlink()
        with self._stage("entities"):
            entities = self._enter_entities(store)
        with self._stage("index"):
            self._index.close()
        self._ledger.close()
        with self._stage("datasets"):
            self._datasets(store)
        triples = len(store)
        del store
        return self._seal(triples, entities, began)

    @contextmanager
    def _stage(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        self._progress(stage, 0)
        yield
        self._stages[stage] = round(time.monotonic() - began, 3)

    # Records

    def _records(self) -> Iterator[str]:
        """Yield the statements of every record that is published, and enter each record's fate in the ledger."""
        waiting: deque[tuple[Library, Future[list[assembly.Outcome]]]] = deque()
        for library, batch in self._batches():
            waiting.append((library, self._pool.submit(assembly.outcomes, library.code, batch)))
            if len(waiting) >= self._width * AHEAD:
                yield from self._enter_all(*waiting.popleft())
        while waiting:
            yield from self._enter_all(*waiting.popleft())

    def _batches(self) -> Iterator[tuple[Library, _Batch]]:
        for library in self._settings.libraries:
            for source in library.sources:
                records = self._raw(source)
                while batch := list(islice(records, BATCH)):
                    self._read += len(batch)
                    yield library, batch

    @staticmethod
    def _raw(source: Source) -> Iterator[RawRecord | Rejected]:
        return iter(
            raw_records(
                source.path,
                name=source.path.name if source.path != STANDARD_INPUT else None,
                format=None if source.format == "auto" else source.format,
                encoding=None if source.encoding == "auto" else source.encoding,
            )
        )

    def _enter_all(self, library: Library, future: Future[list[assembly.Outcome]]) -> Iterator[str]:
        for outcome in future.result():
            text = self._enter(library, outcome)
            if text:
                yield text
        self._progress("records", self._fates.total())

    def _enter(self, library: Library, outcome: assembly.Outcome) -> str:
        """Enter one record in the ledger and the index; return its statements, "" when it has none of its own."""
        self._fates[outcome.fate] += 1
        if outcome.fate != Fate.PUBLISHED.value:
            self._reasons[outcome.fate, outcome.rule] += 1
            self._ledger.add(_row(library, outcome), outcome.warnings, outcome.raw)
            return ""
        key, doubt = self._key(library, outcome)
        instance, work = self._iris.instance(library.code, key), self._iris.work(outcome.work)
        row = _row(library, outcome)._replace(instance=instance, work=work, changed=outcome.changed)
        self._ledger.add(row, (*outcome.warnings, ("001", doubt)) if doubt else outcome.warnings)
        if doubt == _SAME_AGAIN:
            return ""
        assert outcome.document is not None, "a published record has a document"
        self._index.add_instance(instance, work, library.code, outcome.document)
        names = {
            WORK: work,
            INSTANCE: instance,
            ITEM: self._iris.item(library.code, key),
            RECORD: self._iris.record(library.code, key),
            LIBRARY: self._iris.library(library.code),
            BASE: self._settings.base,
        }
        return close(outcome.text, names)

    def _key(self, library: Library, outcome: assembly.Outcome) -> tuple[str, str]:
        """Return the record's key in its library, and what is doubtful about it ("" for nothing)."""
        if (library.code, outcome.key) not in self._keys:
            self._keys[library.code, outcome.key] = outcome.content
            return outcome.key, ""
        if self._keys[library.code, outcome.key] == outcome.content:
            return outcome.key, _SAME_AGAIN
        key = f"{outcome.key}-{outcome.content:016x}"
        if self._keys.setdefault((library.code, key), outcome.content) == outcome.content and key in self._extended:
            return key, _SAME_AGAIN
        self._extended.add(key)
        return key, _SAME_NUMBER

    def _check_counts(self) -> None:
        """The invariant: what came in was published, withheld or rejected, and it was something."""
        if self._fates.total() != self._read:
            raise ReleaseError(
                f"{self._read} records came in but {self._fates.total()} were accounted for: this is a fault of rong, "
                "please report it; the previous release stays in service."
            )
        if self._read and self._fates[Fate.REJECTED.value] == self._read:
            raise SourceError(
                f"All {self._read} records were rejected, most often as {self._reasons.most_common(1)[0][0][1]}; "
                "check the format and the encoding of the sources."
            )

    # Everything else

    def _surroundings(self) -> Iterator[str]:
        """Yield the statements that no record makes: the libraries, and the labels of the code lists."""
        writer = NTriples()
        for library in self._settings.libraries:
            text: list[str] = []
            iri = self._iris.library(library.code)
            writer.node(library_node(library, iri), iri, text)
            yield "".join(text)
        for name in names():
            for code in codelist(name).values():
                if code.iri:
                    yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.vi, "vi"))])
                    yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.en, "en"))])

    def _load(self, statements: Path) -> pyoxigraph.Store:
        store = pyoxigraph.Store(str(self._folder / "store"))
        store.bulk_load(path=str(statements), format=pyoxigraph.RdfFormat.N_TRIPLES)
        store.flush()
        return store

    def _enter_entities(self, store: pyoxigraph.Store) -> dict[str, int]:
        """Enter every entity in the ledger, and those that no record's document stands for in the index."""
        counts: Counter[str] = Counter()

        def rows() -> Iterator[EntityRow]:
            changes = self._ledger.changes()
            for iri, label, sort_key in _labelled(store):
                split = self._iris.split(iri)
                if split is None or "#" in iri:
                    continue
                kind = split[0]
                counts[kind] += 1
                if kind not in ("instance", "item"):
                    self._index.add_entity(iri, kind, label)
                yield EntityRow(iri, kind, label, sort_key, changes.get(iri, ""))

        self._ledger.add_entities(rows())
        return dict(counts)

    def _datasets(self, store: pyoxigraph.Store) -> None:
        folder = self._folder / "datasets"
        folder.mkdir()
        write_datasets(store, folder, self._settings, release_id=self._folder.name, created=created(self._folder.name))

    def _seal(self, triples: int, entities: dict[str, int], began: float) -> Report:
        with self._stage("manifest"):
            counts = {fate.value: self._fates[fate.value] for fate in Fate}
            reasons = [(fate, rule, times) for (fate, rule), times in self._reasons.most_common()]
            about = {
                "id": self._folder.name,
                "created": created(self._folder.name).isoformat(),
                "rong": __version__,
                "pyoxigraph": pyoxigraph.__version__,
                "base": self._settings.base,
                "settings": self._settings.public(),
                "records_in": self._read,
                **counts,
                "reasons": reasons,
                "triples": triples,
                "entities": entities,
            }
            manifest.write(self._folder, about)
        return Report(
            release=self._folder.name,
            records_in=self._read,
            triples=triples,
            seconds=round(time.monotonic() - began, 3),
            peak_rss_mb=peak_rss_mb(),
            reasons=reasons,
            stages=self._stages,
            entities=entities,
            **counts,
        )


_SAME_AGAIN = "the same record came before: it is published once"
_SAME_NUMBER = "another record has this number: the key is extended by a digest of the content"


def _row(library: Library, outcome: assembly.Outcome) -> Row:
    return Row(outcome.source, outcome.position, library.code, outcome.key, outcome.fate, outcome.rule, outcome.reason)


def _labelled(store: pyoxigraph.Store) -> Iterator[tuple[str, str, str]]:
    """Yield (IRI, label, sort key) of everything in `store` that has a sort key."""
    label = pyoxigraph.NamedNode(expand("rdfs:label"))
    for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(expand("rong:sortKey")), None):
        if isinstance(quad.subject, pyoxigraph.NamedNode) and isinstance(quad.object, pyoxigraph.Literal):
            labels = (found.object for found in store.quads_for_pattern(quad.subject, label, None))
            first = next((found.value for found in labels if isinstance(found, pyoxigraph.Literal)), "")
            yield quad.subject.value, first, quad.object.value


def peak_rss_mb() -> int:
    """Return the most memory, in MiB, that this process and the largest of its workers have had resident."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest_worker) // 1024
