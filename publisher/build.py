"""The assembly line: from the configured sources to a finished release. The one module that knows the whole flow."""

from __future__ import annotations

import atexit
import gc
import os
import resource
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph

from publisher import __version__, assembly
from publisher.cluster import cluster
from publisher.completion import cutting_beside, known_of
from publisher.config import Settings
from publisher.errors import ReleaseError, SourceError
from publisher.exports.cut import require_declarations
from publisher.founding import Founding, Settled
from publisher.helpers import beside, helpers
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.entity_account import write_entity_account
from publisher.identity.gathering import Gathering
from publisher.identity.holdings import Holdings
from publisher.identity.iris import Iris
from publisher.identity.resolution import Resolution
from publisher.identity.roster import Roster
from publisher.identity.voices import Voices
from publisher.identity.workbook import Workbook
from publisher.intake import Again, Edits, Fewer, Fresh, Intake, Work
from publisher.measuring import keep_description, keep_quality
from publisher.policy import Fate
from publisher.release import manifest
from publisher.release.conversion import Conversion, ConversionWriter
from publisher.release.decided import condition_of
from publisher.release.registry import Registry
from publisher.release.release import DATASETS_OF, LAYOUT, Release, building, created
from publisher.release.soundness import made_from, require_sound
from publisher.release.spool import STATEMENTS
from publisher.renewal import Origin, Renewal
from publisher.stages import Progress, Stages
from publisher.surroundings import surroundings

AHEAD = 4
"""Batches in flight for each worker: enough to keep it busy, few enough to keep memory flat."""


class Report(NamedTuple):
    """What a build did; `rong build --json` prints it. `converted` records were not taken over from the one before.

    Of an update `touched` records and `entities_touched` entities were derived again, and after `visible` seconds
    people saw it; `anew` says why its release was written anew nevertheless.
    """

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
    anew: str = ""
    touched: int = 0
    entities_touched: int = 0
    visible: float = 0.0


def build(
    settings: Settings,
    data: Path,
    *,
    executor: Executor | None = None,
    workers: int = 0,
    progress: Progress = lambda stage, count: None,
    anew: bool = False,
    edits: Edits | None = None,
    renews: bool = False,
    then: Callable[[str], object] | None = None,
) -> Report:
    """Build a release of all sources of `settings` in the folder `data`; it is not activated, unless `then` does so.

    What the release in service has converted already is taken over, unless all is to be converted `anew`. With
    `edits` the sources are not read: the release is that in service with these edits. One that `renews` is edited from
    that in service where that can be done, and then has the datasets of that one (see publisher/completion.py).

    Conversion is handed to `executor`, whose workers must have run `assembly.start(settings)`; by default to what the
    settings name: a cluster, or a pool of `workers` processes here, as many as there are cores when 0. Raises
    SourceError for a source from which nothing can be read, ExportError for a dataset that is declared wrong, and
    ReleaseError when the disk is full or the counts do not add up; nothing is left behind.
    """
    require_declarations(settings, datetime.now(UTC).date())
    if executor is None and edits is not None and edits.are_few:
        executor = _Here(settings)
    with building(data, then) as folder, _pool(settings, executor, workers or os.cpu_count() or 1) as pool:
        if anew:
            return _Build(settings, data, folder, pool, progress, Conversion(folder)).run(edits, renews=renews)
        with made_from(data / "current"):
            before = Conversion(data / "current")
            return _Build(settings, data, folder, pool, progress, before).run(edits, renews=renews)


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
    with helpers(workers, assembly.start, (settings,)) as pool:
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
        self._data = data
        self._registry = Registry(data)
        self._folder = folder
        self._pool, self._width = pool
        self._stages = Stages(progress)
        self._fates: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        fingerprint = assembly.fingerprint(settings)
        self._condition = condition(settings, fingerprint)
        self._goes_on = bool(before.batches)
        self._kept = ConversionWriter(folder, fingerprint)
        self._intake = Intake(settings, before, self._kept, fingerprint)
        self._book = Workbook(folder / "workbook.sqlite")
        self._roster = Roster(self._book.database)
        self._holdings = Holdings(self._book.database)
        self._origins: list[Origin] = []
        self._merges: dict[str, int] = {}
        self._read = 0
        self._converted = 0

    def run(self, edits: Edits | None, *, renews: bool) -> Report:
        began = time.monotonic()
        with self._stages.stage("records"):
            self._convert(self._intake.of_edits(edits) if edits is not None else self._intake.of_sources())
        with self._stages.stage("identity"):
            settled = self._resolve()
        self._check_counts()
        before = self._data / "current"
        renewal, anew = self._renewal(before.resolve(), settled) if renews else (None, "")
        if renewal is not None:
            store, entities = renewal.write()
            self._put_away()
        else:
            store, entities = self._found(settled)
        triples = renewal.triples if renewal is not None else len(store)  # to count them takes a look at each
        del store
        about = self._about(triples, entities)
        if renewal is not None:
            about[DATASETS_OF] = Release(before.resolve()).datasets_of
        with self._stages.stage("manifest"):
            if self._goes_on:
                require_sound(before, self._folder, edited=renewal is not None)
            manifest.write(self._folder, about, known_of(before, self._folder))
        counts = {fate.value: self._fates[fate.value] for fate in Fate}
        return Report(
            release=self._folder.name,
            records_in=self._read,
            converted=self._converted,
            triples=triples,
            seconds=round(time.monotonic() - began, 3),
            peak_rss_mb=peak_rss_mb(),
            reasons=about["reasons"],
            stages=self._stages.seconds,
            entities=entities,
            merges=self._merges,
            anew=anew,
            touched=renewal.touched if renewal is not None else self._read,
            entities_touched=renewal.entities if renewal is not None else sum(entities.values()),
            **counts,
        )

    # Records

    def _convert(self, work: Iterator[Work]) -> None:
        """Convert what has to be; all outcomes wait on the disk, their evidence in the workbook."""
        waiting: deque[tuple[Work, Future[bytes] | None]] = deque()
        for each in work:
            waiting.append((each, self._handed(each)))
            if len(waiting) >= self._width * AHEAD:
                self._take_in(*waiting.popleft())
        while waiting:
            self._take_in(*waiting.popleft())
        self._kept.close()

    def _handed(self, work: Work) -> Future[bytes] | None:
        """Hand `work` to a worker, unless there is nothing to do for one."""
        match work:
            case Fresh(batch, records, split):
                self._read += len(records)
                self._converted += len(records)
                return self._pool.submit(assembly.outcomes, records, batch.library, split=split)
            case Fewer(_, path, _, gone):
                return self._pool.submit(assembly.fewer, path.read_bytes(), gone)
            case _:
                return None

    def _take_in(self, work: Work, future: Future[bytes] | None) -> None:
        if future is not None:
            packed = future.result()
            briefs, clues, named = assembly.head_of(packed)
            if briefs:
                self._kept.add(work.batch, packed)
                self._origins.append(_origin(work, len(briefs)))
        else:
            assert isinstance(work, Again), "all else is a worker's"
            briefs, clues, named = assembly.head_of(work.path.read_bytes())
            self._kept.link(work.batch, work.path)
            self._origins.append(_origin(work, len(briefs)))
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
        self._stages.at("records", self._fates.total())

    def _count(self, fate: str, rule: str, times: int = 1) -> None:
        self._fates[fate] += times
        if fate != _PUBLISHED:
            self._reasons[fate, rule] += times

    def _resolve(self) -> Settled:
        """Decide which records describe the same instance and the same work, and who and what is the same in them."""
        decisions = Decisions.load(self._settings.identity.decisions, self._settings.base)
        with self._registry.memory(Iris(self._settings.base)) as memory:
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
        return Settled(self._kept, self._fates.total(), resolution, self._holdings, voices)

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

    # The release

    def _renewal(self, before: Path, settled: Settled) -> tuple[Renewal | None, str]:
        """Return what edits the release in `before`, or why a release has to be written anew."""
        if condition_of(before) != self._condition:
            return None, "the release before was made under other conditions"
        renewal = Renewal(self._settings, before, self._folder, self._registry, self._stages, self._condition)
        why = renewal.find(settled, self._origins)
        return (None, why) if why else (renewal, "")

    def _found(self, settled: Settled) -> tuple[pyoxigraph.Store, dict[str, int]]:
        """Write the release anew, with its datasets."""
        founding = Founding(self._settings, self._folder, self._registry, self._stages, self._condition)
        statements = self._folder / STATEMENTS
        founding.state(settled, statements)
        self._put_away()
        with beside(statements) as others, cutting_beside(self._settings, self._folder, statements, others) as cut:
            description = others.submit(keep_description, self._folder, statements)
            store, entities = founding.enter()
            quality = others.submit(keep_quality, self._folder)
            cut(self._stages, store)
            with self._stages.stage("quality"):
                description.result()
                quality.result()
        statements.unlink()
        return store, entities

    def _put_away(self) -> None:
        """Delete the workbook, when nothing more is asked of it: the datasets need the room."""
        self._book.close()
        (self._folder / "workbook.sqlite").unlink()

    def _about(self, triples: int, entities: dict[str, int]) -> dict[str, Any]:
        return {
            "id": self._folder.name,
            "created": created(self._folder.name).isoformat(),
            "layout": LAYOUT,
            "rong": __version__,
            "pyoxigraph": pyoxigraph.__version__,
            "base": self._settings.base,
            "settings": self._settings.public(),
            "records_in": self._read,
            **{fate.value: self._fates[fate.value] for fate in Fate},
            "reasons": [(fate, rule, times) for (fate, rule), times in self._reasons.most_common()],
            "triples": triples,
            "entities": entities,
            "merges": self._merges,
        }


_PUBLISHED = Fate.PUBLISHED.value


def condition(settings: Settings, fingerprint: str) -> str:
    """Return what two releases have in common of which one can be edited into the other."""
    path = settings.identity.decisions
    decisions = path.read_bytes() if path is not None and path.is_file() else b""
    around = blake2b(digest_size=16)
    for text in surroundings(settings):
        around.update(text.encode())
    said = (fingerprint, LAYOUT, pyoxigraph.__version__, _code(), settings.base, decisions, around.hexdigest())
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a digest of the code that writes what an update edits."""
    package = Path(__file__).parent
    paths = [*package.glob("*.py"), *(package / "release").glob("*.py"), package / "sparql" / "description.py"]
    return blake2b(b"".join(blake2b(path.read_bytes()).digest() for path in sorted(paths)), digest_size=16).hexdigest()


def _origin(work: Work, records: int) -> Origin:
    """Return where the release before has what `work` gives, of which there are so many `records`."""
    match work:
        case Fewer(_, _, place, gone):
            return Origin(place, gone, records)
        case Again(_, _, place):
            return Origin(place, frozenset(), records)
        case _:
            return Origin(-1, frozenset(), records)


def peak_rss_mb() -> int:
    """Return the most memory, in MiB, that this process and the largest of its workers have had resident."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest_worker) // 1024
