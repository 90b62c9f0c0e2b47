"""The assembly line: from the configured sources to a finished release. The one module that knows the whole flow."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import resource
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph

from publisher import __version__, assembly
from publisher.cluster import cluster
from publisher.config import Settings
from publisher.errors import ReleaseError, SourceError
from publisher.exports.cut import Origin, require_declarations, write_datasets
from publisher.exports.files import datasets_before
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.entity_account import write_entity_account
from publisher.identity.gathering import Gathering
from publisher.identity.holdings import Held, Holdings
from publisher.identity.iris import Iris
from publisher.identity.libraries import library_node
from publisher.identity.preferred import said
from publisher.identity.resolution import Named, Resolution
from publisher.identity.roster import Roster
from publisher.identity.vocabulary import TIES, our_paths, vocabulary
from publisher.identity.voices import FinalNames, Voices
from publisher.identity.workbook import Workbook
from publisher.intake import Again, Edits, Fewer, Fresh, Intake, Work
from publisher.measuring import beside, keep_description, keep_quality
from publisher.policy import Fate
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Text
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, LIBRARY, MANIFEST, RECORD, WORK, NTriples, close
from publisher.rdf.terms import expand
from publisher.release import manifest
from publisher.release.conversion import Conversion, ConversionWriter
from publisher.release.digitized import DigitizedWriter
from publisher.release.document import settled
from publisher.release.index import IDLE, SearchIndexWriter
from publisher.release.joint import JointDocuments
from publisher.release.ledger import EntityRow, LedgerWriter, Row
from publisher.release.links import state_links
from publisher.release.loading import loading
from publisher.release.registry import Registry
from publisher.release.release import LAYOUT, building, created

AHEAD = 4
"""Batches in flight for each worker: enough to keep it busy, few enough to keep memory flat."""

Progress = Callable[[str, int], None]
"""Told the stage ("records", "identity", "closing", "store", ...) and how many records or statements it is at."""


class Report(NamedTuple):
    """What a build did; `rong build --json` prints it. `converted` records were not taken over from the one before."""

    release: str
    records_in: int
    converted: int
    published: int
    withheld: int
    rejected: int
    triples: int
    seconds: float
    peak_rss_mb: int
    reasons: list[tuple[str, str, int]]
    stages: dict[str, float]
    entities: dict[str, int]
    merges: dict[str, int]


def build(
    settings: Settings,
    data: Path,
    *,
    executor: Executor | None = None,
    workers: int = 0,
    progress: Progress = lambda stage, count: None,
    anew: bool = False,
    edits: Edits | None = None,
) -> Report:
    """Build a release of all sources of `settings` in the folder `data`; it is not activated.

    What the release in service has converted already is taken over, unless all is to be converted `anew`. With
    `edits` the sources are not read: the release is that in service with these edits.

    Conversion is handed to `executor`, whose workers must have run `assembly.start(settings)`; by default to what the
    settings name: a cluster, or a pool of `workers` processes here, as many as there are cores when 0. Raises
    SourceError for a source from which nothing can be read, ExportError for a dataset that is declared wrong, and
    ReleaseError when the disk is full or the counts do not add up; nothing is left behind.
    """
    require_declarations(settings, datetime.now(UTC).date())
    try:
        if executor is None and edits is not None and edits.are_few:
            executor = _Here(settings)
        with building(data) as folder, _pool(settings, executor, workers or os.cpu_count() or 1) as pool:
            before = Conversion(data / "current" if not anew else folder)
            return _Build(settings, data, folder, pool, progress, before).run(edits)
    except (OSError, sqlite3.OperationalError) as error:
        where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ReleaseError(
            f"The release cannot be written in {data}{where}: {reason}; make room or give another folder with --data."
        ) from error


class _Here(Executor):
    """Converts in this process: for few records that is over before another process has begun."""

    def __init__(self, settings: Settings) -> None:
        assembly.start(settings)
        atexit.register(gc.unfreeze)  # what is never let go DuckDB reports as leaked, thirty lines on standard error

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def _pool(settings: Settings, executor: Executor | None, workers: int) -> Iterator[tuple[Executor, int]]:
    if executor is not None:
        yield executor, workers
        return
    if settings.build.executor != "local":
        with cluster(settings, settings.build.executor) as there:
            yield there
        return
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, context, initializer=assembly.start, initargs=(settings,)) as pool:
        yield pool, workers


class _Build:
    """One run of the assembly line, in the folder of a release that is not finished."""

    def __init__(
        self,
        settings: Settings,
        data: Path,
        folder: Path,
        pool: tuple[Executor, int],
        progress: Progress,
        before: Conversion,
    ) -> None:
        self._settings = settings
        self._registry = Registry(data)
        self._folder = folder
        self._pool, self._width = pool
        self._progress = progress
        self._iris = Iris(settings.base)
        self._ledger = LedgerWriter(folder / "ledger.sqlite")
        self._index = SearchIndexWriter(folder / "index")
        self._stages: dict[str, float] = {}
        self._fates: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        fingerprint = assembly.fingerprint(settings)
        self._kept = ConversionWriter(folder, fingerprint)
        self._intake = Intake(settings, before, self._kept, fingerprint)
        self._book = Workbook(folder / "workbook.sqlite")
        self._roster = Roster(self._book.database)
        self._holdings = Holdings(self._book.database)
        self._joint = JointDocuments(folder / "joint.sqlite")
        self._digitized = DigitizedWriter(folder)
        self._merges: dict[str, int] = {}
        self._read = 0
        self._converted = 0

    def run(self, edits: Edits | None) -> Report:
        began = time.monotonic()
        statements = self._folder / "statements.nt"
        with self._stage("records"):
            self._convert(self._intake.of_edits(edits) if edits is not None else self._intake.of_sources())
        with self._stage("identity"):
            resolution, voices = self._resolve()
        self._check_counts()
        with self._stage("closing"), loading(self._folder / "store", statements) as loaded:
            for text in self._surroundings():
                loaded.write(text)
            for text in voices:
                loaded.write(close(text, {BASE: self._settings.base}))
            for text in self._close(resolution, voices):
                loaded.write(text)
        self._clear_away()
        self._state_links(statements)
        store = pyoxigraph.Store.read_only(str(self._folder / "store"))
        with beside(statements) as others:
            description = others.submit(keep_description, self._folder, statements)
            with self._stage("entities"):
                entities = self._enter_entities(store)
            with self._stage("index"):
                self._index.close()
                self._digitized.close()
            self._ledger.close()
            quality = others.submit(keep_quality, self._folder)
            with self._stage("datasets"):
                self._datasets(store, statements)
            with self._stage("quality"):
                description.result()
                quality.result()
        statements.unlink()
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

    def _convert(self, work: Iterator[Work]) -> None:
        """Convert what has to be; all outcomes wait on the disk, their evidence in the workbook."""
        waiting: deque[tuple[Work, Future[assembly.Batch] | None]] = deque()
        for each in work:
            waiting.append((each, self._handed(each)))
            if len(waiting) >= self._width * AHEAD:
                self._take_in(*waiting.popleft())
        while waiting:
            self._take_in(*waiting.popleft())
        self._kept.close()

    def _handed(self, work: Work) -> Future[assembly.Batch] | None:
        """Hand `work` to a worker, unless there is nothing to do for one."""
        match work:
            case Fresh(batch, records, split):
                self._read += len(records)
                self._converted += len(records)
                return self._pool.submit(assembly.outcomes, records, batch.library, split=split)
            case Fewer(_, path, gone):
                return self._pool.submit(assembly.fewer, path.read_bytes(), gone)
            case _:
                return None

    def _take_in(self, work: Work, future: Future[assembly.Batch] | None) -> None:
        if future is not None:
            briefs, clues, named, packed = future.result()
            if briefs:
                self._kept.add(work.batch, packed)
        else:
            assert isinstance(work, Again), "all else is a worker's"
            briefs, clues, named = assembly.head_of(work.path.read_bytes())
            self._kept.link(work.batch, work.path)
        if not isinstance(work, Fresh):
            self._read += len(briefs)
        code, first = work.batch.library, self._fates.total()
        self._book.add(code, [(first + n, clue) for n, clue in enumerate(clues) if clue is not None])
        mentions = ((first + n, face) for n, face in named.mentions)
        self._roster.add(named.faces, named.said, mentions, named.related)
        held = [(first + n, brief.of_record) for n, brief in enumerate(briefs) if brief.of_record]
        lacking = [(b.key, b.fate) for b in briefs if b.kind == "bibliographic" and b.fate != _PUBLISHED]
        self._holdings.add(code, held, lacking)
        for brief in briefs:
            self._count(brief.fate, brief.rule)
        self._progress("records", self._fates.total())

    def _count(self, fate: str, rule: str, times: int = 1) -> None:
        self._fates[fate] += times
        if fate != _PUBLISHED:
            self._reasons[fate, rule] += times

    def _resolve(self) -> tuple[Resolution, Voices]:
        """Decide which records describe the same instance and the same work, and who and what is the same in them."""
        decisions = Decisions.load(self._settings.identity.decisions, self._settings.base)
        with self._registry.memory(self._iris) as memory:
            resolution = Resolution(self._book, decisions.of_editions(), memory)
            resolution.run()
            gathering = Gathering(self._book, self._roster, decisions.of_entities(), memory)
            gathering.run()
        for held in self._holdings.settled():
            if held.fate != _PUBLISHED:
                self._count(_PUBLISHED, "", -1)
                self._count(held.fate, held.rule)
        voices = Voices(self._book.database)
        path = self._folder / ACCOUNT
        self._merges = write_account(self._book, path, resolution.warnings)
        self._merges |= write_entity_account(self._book.database, path, [*gathering.warnings, *voices.warnings])
        return resolution, voices

    def _close(self, resolution: Resolution, voices: Voices) -> Iterator[str]:
        """Yield the statements of every record that is published, and enter each record's fate in the ledger."""
        named, held, entities = resolution.named(), self._holdings.settled(), voices.names
        with_holdings = self._holdings.records()
        has_holdings = next(with_holdings, None)
        number = 0
        for batch, packed in self._kept:
            code = batch.library
            for kept in assembly.outcomes_of(packed):
                outcome = kept._replace(position=kept.position + batch.shift) if batch.shift else kept
                if outcome.fate != _PUBLISHED:
                    self._ledger.add(_row(code, outcome), outcome.warnings, outcome.raw)
                elif outcome.entity:
                    yield self._publish_authority(code, outcome, entities)
                elif outcome.of_record:
                    yield from self._publish_holdings(code, outcome, next(held))
                else:
                    said = outcome
                    if number == has_holdings:
                        said, has_holdings = outcome._replace(of_copy=""), next(with_holdings, None)
                    yield from self._publish(said, next(named), entities)
                number += 1
            self._progress("closing", number)
        for instance, work, libraries, document in self._joint:
            self._index.add_instance(instance, work, libraries, document)

    def _publish_authority(self, code: str, outcome: assembly.Outcome, entities: FinalNames) -> str:
        """Enter an authority record in the ledger; return what is said of the record itself."""
        entity = f"{self._settings.base}/{entities.of(outcome.entity)}"
        row = _row(code, outcome)._replace(entity=entity, changed=outcome.changed)
        self._ledger.add(row, outcome.warnings)
        names = {
            RECORD: self._iris.authority_record(code, outcome.key),
            LIBRARY: self._iris.library(code),
            BASE: self._settings.base,
        }
        return close(entities.put_into(outcome.text), names)

    def _publish_holdings(self, code: str, outcome: assembly.Outcome, held: Held) -> Iterator[str]:
        """Enter a holdings record in the ledger with the record it belongs to; yield the copies it describes."""
        iris = self._iris
        row = _row(code, outcome)._replace(fate=held.fate, rule=held.rule, reason=held.reason)
        if held.fate != _PUBLISHED:
            self._ledger.add(row, outcome.warnings, outcome.raw if held.fate == Fate.REJECTED.value else b"")
            return
        instance = iris.entity("instance", held.instance)
        row = row._replace(instance=instance, work=iris.work(held.work), changed=outcome.changed)
        digest = int.from_bytes(outcome.digest[:6], "big")
        self._ledger.add(row, outcome.warnings, digest=digest)
        names = {
            INSTANCE: instance,
            ITEM: iris.item(code, held.key),
            LIBRARY: iris.library(code),
            BASE: self._settings.base,
        }
        yield close(outcome.text, names)

    def _publish(self, outcome: assembly.Outcome, named: Named, entities: FinalNames) -> Iterator[str]:
        """Enter one record in the ledger and the index; yield its statements, none when it came before."""
        iris, code = self._iris, named.library
        instance, work = iris.entity("instance", named.instance), iris.work(named.work)
        row = _row(code, outcome)._replace(instance=instance, work=work, changed=outcome.changed)
        doubt = _SAME_AGAIN if named.again else named.doubt
        warnings = (*outcome.warnings, ("001", doubt)) if doubt else outcome.warnings
        if named.again:
            self._ledger.add(row, warnings)
            return
        self._ledger.add(row, warnings, digest=_digest(outcome, named))
        assert outcome.document is not None, "a published record has a document"
        document = settled(outcome.document, entities)
        if named.several > 1:
            leads = bool(named.leads_instance)
            self._joint.add(instance, work, code, named.key, document, leads=leads)
        else:
            self._index.add_instance(instance, work, [code], document)
        names = {
            WORK: work,
            INSTANCE: instance,
            ITEM: iris.item(code, named.key),
            RECORD: iris.record(code, named.key),
            LIBRARY: iris.library(code),
            BASE: self._settings.base,
            MANIFEST: iris.manifest(f"{code}-{named.key}"),
        }
        if outcome.digital:
            self._digitized.add(f"{code}-{named.key}", instance, outcome.digital)
        yield close(entities.put_into(outcome.text), names)
        yield close(outcome.of_copy, names)
        if named.leads_instance:
            yield close(entities.put_into(outcome.of_instance), names)
        if named.leads_work:
            yield close(outcome.of_work, names)
        yield close(said(outcome.instance_titles, named.instance_titles), names)
        yield close(said(outcome.work_titles, named.work_titles), names)

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

    def _clear_away(self) -> None:
        """Delete what only the build needed."""
        self._joint.remove()
        self._book.close()
        (self._folder / "workbook.sqlite").unlink()

    # Everything else

    def _surroundings(self) -> Iterator[str]:
        """Yield the statements that no record makes: the libraries, our concepts and places, the code lists' labels."""
        writer = NTriples()
        for library in self._settings.libraries:
            text: list[str] = []
            iri = self._iris.library(library.code)
            writer.node(library_node(library, iri), iri, text)
            yield "".join(text)
        levels = [(self._iris.library(library.code), library.level) for library in self._settings.libraries]
        for node in vocabulary(self._settings.base, levels):
            text = []
            writer.node(node, str(node.iri), text)
            yield "".join(text)
        for name in names():
            for code in codelist(name).values():
                if code.iri:
                    yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.vi, "vi"))])
                    yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.en, "en"))])

    def _state_links(self, statements: Path) -> None:
        """State the links that librarians accepted; from then on the store is only read."""
        store = pyoxigraph.Store(str(self._folder / "store"))
        links = self._settings.identity.links
        state_links(store, links, self._iris, self._registry, self._folder, statements)
        store.flush()

    def _enter_entities(self, store: pyoxigraph.Store) -> dict[str, int]:
        """Enter every entity in the ledger, and those that no record's document stands for in the index."""
        counts: Counter[str] = Counter()

        def rows() -> Iterator[EntityRow]:
            changes = self._ledger.changes()
            renamed = _renamed(store)
            for iri, labels, sort_key in _labelled(store):
                split = self._iris.split(iri)
                if split is None or "#" in iri:
                    continue
                kind, label = split[0], min(labels, default=(True, ""))[1]
                counts[kind] += 1
                if kind not in ("instance", "item"):
                    idle = IDLE if self._is_idle(store, iri) else ""
                    others = _other_names(store, iri) if hash(iri) in renamed else set()
                    names = sorted(others.union(name for _, name in labels))
                    self._index.add_entity(iri, idle + kind, label, names)
                yield EntityRow(iri, kind, label, sort_key, changes.get(iri, ""))

        self._ledger.add_entities(rows())
        return dict(counts)

    def _is_idle(self, store: pyoxigraph.Store, iri: str) -> bool:
        """Return whether `iri` is a place or a concept of ours that no record has to do with."""
        if iri.removeprefix(f"{self._settings.base}/") not in our_paths():
            return False
        thing = pyoxigraph.NamedNode(iri)
        ties = (store.quads_for_pattern(None, pyoxigraph.NamedNode(expand(tie)), thing) for tie in TIES)
        return not any(True for found in ties for _ in found)

    def _datasets(self, store: pyoxigraph.Store, statements: Path) -> None:
        folder = self._folder / "datasets"
        folder.mkdir()
        before = self._folder.parent.parent / "current" / "datasets"
        write_datasets(
            Origin(store, statements, self._folder / "ledger.sqlite", before),
            folder,
            self._settings,
            release_id=self._folder.name,
            created=created(self._folder.name),
            previous=datasets_before(before),
        )

    def _seal(self, triples: int, entities: dict[str, int], began: float) -> Report:
        with self._stage("manifest"):
            counts = {fate.value: self._fates[fate.value] for fate in Fate}
            reasons = [(fate, rule, times) for (fate, rule), times in self._reasons.most_common()]
            about = {
                "id": self._folder.name,
                "created": created(self._folder.name).isoformat(),
                "layout": LAYOUT,
                "rong": __version__,
                "pyoxigraph": pyoxigraph.__version__,
                "base": self._settings.base,
                "settings": self._settings.public(),
                "records_in": self._read,
                **counts,
                "reasons": reasons,
                "triples": triples,
                "entities": entities,
                "merges": self._merges,
            }
            manifest.write(self._folder, about, self._linked())
        return Report(
            release=self._folder.name,
            records_in=self._read,
            converted=self._converted,
            triples=triples,
            seconds=round(time.monotonic() - began, 3),
            peak_rss_mb=peak_rss_mb(),
            reasons=reasons,
            stages=self._stages,
            entities=entities,
            merges=self._merges,
            **counts,
        )

    def _linked(self) -> dict[str, Any]:
        """Return what the manifest of the release before says of the files that are links to its own."""
        before = self._folder.parent.parent / "current"
        if not self._kept.linked:
            return {}
        said = manifest.read(before)["files"]
        return {name: said[name] for name in self._kept.linked if name in said}


_PUBLISHED = Fate.PUBLISHED.value
_SAME_AGAIN = "the same record came before: it is published once"


def _digest(outcome: assembly.Outcome, named: Named) -> int:
    """Return what stands for the statements of a record: what it says, under which names, with whose voice."""
    leads = bool(named.leads_instance), bool(named.leads_work)
    names = (*named[1:5], *leads, named.instance_titles, named.work_titles)
    return int.from_bytes(blake2b(outcome.digest + repr(names).encode(), digest_size=6).digest(), "big")


def _row(code: str, outcome: assembly.Outcome) -> Row:
    return Row(outcome.source, outcome.position, code, outcome.key, outcome.fate, outcome.rule, outcome.reason)


def _labelled(store: pyoxigraph.Store) -> Iterator[tuple[str, list[tuple[bool, str]], str]]:
    """Yield (IRI, labels, sort key) of everything in `store` that has a sort key; the least label is Vietnamese."""
    name = pyoxigraph.NamedNode(expand("rdfs:label"))
    for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(expand("rong:sortKey")), None):
        if isinstance(quad.subject, pyoxigraph.NamedNode) and isinstance(quad.object, pyoxigraph.Literal):
            found = (each.object for each in store.quads_for_pattern(quad.subject, name, None))
            labels = [(each.language != "vi", each.value) for each in found if isinstance(each, pyoxigraph.Literal)]
            yield quad.subject.value, labels, quad.object.value


_OTHER_NAMES = ("skos:altLabel", "schema:alternateName")


def _renamed(store: pyoxigraph.Store) -> set[int]:
    """Return the hashes of the IRIs that have other names than their labels: few have, so the others are not asked."""
    return {
        hash(quad.subject.value)
        for name in _OTHER_NAMES
        for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(expand(name)), None)
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }


def _other_names(store: pyoxigraph.Store, iri: str) -> set[str]:
    """Return the names of `iri`, in any language, by which it can be found beside its labels."""
    thing = pyoxigraph.NamedNode(iri)
    return {
        quad.object.value
        for name in _OTHER_NAMES
        for quad in store.quads_for_pattern(thing, pyoxigraph.NamedNode(expand(name)), None)
        if isinstance(quad.object, pyoxigraph.Literal)
    }


def peak_rss_mb() -> int:
    """Return the most memory, in MiB, that this process and the largest of its workers have had resident."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest_worker) // 1024
