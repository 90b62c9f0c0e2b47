"""The assembly line: from the configured sources to a finished release. The one module that knows the whole flow."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph

from publisher import __version__, assembly
from publisher.alteration import Alteration, compared
from publisher.amending import Amending
from publisher.arrivals import Arrivals, Past
from publisher.completion import cutting_beside, known_of
from publisher.conditions import all_but_records, condition
from publisher.config import Settings
from publisher.conveyor import Conveyor, Here, conveyor
from publisher.exports.cut import require_declarations
from publisher.fates import Fates
from publisher.founding import Founding
from publisher.helpers import beside
from publisher.identification import Identification
from publisher.identity.decisions import Decisions
from publisher.identity.iris import Iris
from publisher.identity.numbering import Unamendable
from publisher.intake import Edits, Intake
from publisher.measuring import keep_description, keep_quality
from publisher.release import manifest
from publisher.release.account import Account
from publisher.release.conversion import Conversion, ConversionWriter
from publisher.release.decided_before import DecidedBefore, condition_of
from publisher.release.registry import Registry
from publisher.release.release import DATASETS_OF, DECIDED_AFTER, LAYOUT, Release, building, created
from publisher.release.soundness import made_from, require_sound
from publisher.release.spool import STATEMENTS
from publisher.renewal import Renewal
from publisher.stages import Progress, Stages

_ALL_BUT_RECORDS = "all_but_records"
"""Under this name the manifest keeps what stands for all but the records that a release is made of."""


class Report(NamedTuple):
    """What a build did; `rong build --json` prints it. `converted` records were not taken over from the one before.

    Of an update `touched` records and `entities_touched` entities were derived again, and after `visible` seconds
    people saw it; `anew` says why its release was written anew nevertheless, and `all_decided` why identity was decided
    on for all records. `datasets_of` is the release that its datasets were cut of: an earlier one while that goes on.
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
    all_decided: str = ""
    touched: int = 0
    entities_touched: int = 0
    visible: float = 0.0
    datasets_of: str = ""


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
    that in service where that can be done, and then has the datasets of that one (see publisher/completion.py); where
    nothing has changed since that one was made on the same day, none is made, and the report is of that one.

    Conversion is handed to `executor`, whose workers must have run `assembly.start(settings)`; by default to what the
    settings name: a cluster, or a pool of `workers` processes here, as many as there are cores when 0. Raises
    SourceError for a source from which nothing can be read, ExportError for a dataset that is declared wrong, and
    ReleaseError when the disk is full or the counts do not add up; nothing is left behind.
    """
    require_declarations(settings, datetime.now(UTC).date())
    if executor is None and edits is not None and edits.are_few:
        executor = Here(settings)
    try:
        with (
            building(data, then, waits_for="brief") as folder,
            conveyor(settings, executor, workers or os.cpu_count() or 1) as belt,
        ):
            if anew:
                return _Build(settings, data, folder, belt, progress, Conversion(folder)).run(edits, renews=renews)
            with made_from(data / "current"):
                before = Conversion(data / "current")
                return _Build(settings, data, folder, belt, progress, before).run(edits, renews=renews)
    except _Unchanged as unchanged:
        return unchanged.report


class _Unchanged(Exception):
    """Nothing has changed since the release in service was made: another one would be the same."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.release)
        self.report = report


class _Made(NamedTuple):
    """A release as it was made: what is counted of it, and what edited it; None for one that was written anew."""

    fates: Fates
    merges: dict[str, int]
    entities: dict[str, int]
    renewal: Renewal | None = None


class _Build:
    """One run of the assembly line, in the folder of a release that is not finished."""

    def __init__(
        self, settings: Settings, data: Path, folder: Path, belt: Conveyor, progress: Progress, before: Conversion
    ) -> None:
        self._settings = settings
        self._current = data / "current"
        self._registry = Registry(data)
        self._folder = folder
        self._belt = belt
        self._stages = Stages(progress)
        self._fingerprint = assembly.fingerprint(settings)
        self._condition = condition(settings, self._fingerprint)
        self._before = before
        self._registered = self._registry.registered()
        self._all_decided = ""

    def run(self, edits: Edits | None, *, renews: bool) -> Report:
        began = time.monotonic()
        past, anew = self._past() if renews else (None, "")
        with self._stages.stage("records"):
            arrivals = self._convert(edits, past)
        if past is not None and arrivals.is_as_before and self._is_as_before():
            raise _Unchanged(self._report_of(Release(past.path), began))
        made, anew = self._renewed(arrivals) if past is not None else (None, anew)
        if made is None:
            made = self._founded(arrivals)
        about = self._about(made)
        if made.renewal is not None:
            about[DATASETS_OF] = Release(self._current.resolve()).datasets_of
        with self._stages.stage("manifest"):
            if self._before.batches:
                require_sound(self._current, self._folder, edited=made.renewal is not None)
            manifest.write(self._folder, about, known_of(self._current, self._folder))
        return Report(
            release=self._folder.name,
            records_in=made.fates.read,
            converted=self._belt.converted,
            triples=about["triples"],
            seconds=round(time.monotonic() - began, 3),
            peak_rss_mb=peak_rss_mb(),
            reasons=about["reasons"],
            stages=self._stages.seconds,
            entities=made.entities,
            merges=made.merges,
            anew=anew,
            all_decided=self._all_decided,
            touched=made.renewal.touched if made.renewal is not None else made.fates.read,
            entities_touched=made.renewal.entities if made.renewal is not None else sum(made.entities.values()),
            datasets_of=about.get(DATASETS_OF, self._folder.name),
            **made.fates.counts(),
        )

    def _is_as_before(self) -> bool:
        """Return whether all else that a release is made of is what it was for the one in service, and so is the day.

        One a day is made even so: what is counted by days goes on, and nobody has to ask whether anybody still looks.
        """
        before = Release(self._current.resolve())
        return (
            before.manifest.get(_ALL_BUT_RECORDS) == all_but_records(self._settings)
            and before.created.date() == datetime.now(UTC).date()
            and self._registry.is_all_since(before)
        )

    def _report_of(self, release: Release, began: float) -> Report:
        """Return the report of a run that leaves `release` in service."""
        said = release.manifest
        fates = Fates.of(said)
        return Report(
            release=release.id,
            records_in=fates.read,
            converted=self._belt.converted,
            triples=said["triples"],
            seconds=round(time.monotonic() - began, 3),
            peak_rss_mb=peak_rss_mb(),
            reasons=fates.reasons(),
            stages=self._stages.seconds,
            entities=said["entities"],
            merges=said["merges"],
            anew="",
            all_decided="",
            datasets_of=release.datasets_of,
            **fates.counts(),
        )

    def _past(self) -> tuple[Past | None, str]:
        """Return the release in service to go on from, or why the next one has to be written anew."""
        before = self._current.resolve()
        if condition_of(before) != self._condition:
            return None, "the release before was made under other conditions"
        return Past(before, self._before, DecidedBefore(before)), ""

    # Records

    def _convert(self, edits: Edits | None, past: Past | None) -> Arrivals:
        """Convert what has to be; all outcomes wait on the disk, the evidence of all where nothing is past."""
        kept = ConversionWriter(self._folder, self._fingerprint)
        intake = Intake(self._settings, self._before, kept, self._fingerprint, past.places if past else None)
        arrivals = Arrivals(kept, past)
        identification = Identification(self._folder) if past is None else None
        for work, packed in self._belt.done(intake.of_edits(edits) if edits is not None else intake.of_sources()):
            arrived, head = arrivals.take(work, packed)
            if arrived is not None and head is not None and identification is not None:
                identification.take_in(work.batch.library, arrivals.numbers(arrived), head)
            self._stages.at("records", arrivals.new)
        kept.close()
        self._identification = identification
        return arrivals

    def _identified(self, arrivals: Arrivals) -> Identification:
        """Decide on all records, unless that was done; `Identification.settled` is what was decided."""
        if self._identification is not None and self._identification.is_settled:
            return self._identification
        with self._stages.stage("identity"):
            found = self._identification
            if found is None:
                found = Identification(self._folder)
                for arrived, head in arrivals.heads():
                    found.take_in(arrived.batch.library, arrivals.numbers(arrived), head)
            with self._registry.memory(Iris(self._settings.base)) as memory:
                found.resolve(self._decisions(), memory)
            found.fates.require_sum()
        self._identification = found
        return found

    # The release

    def _renewed(self, arrivals: Arrivals) -> tuple[_Made | None, str]:
        """Edit the release before; or return why a release has to be written anew."""
        try:
            return self._amended(arrivals)
        except Unamendable as reason:
            self._all_decided = str(reason)
            return self._compared(arrivals)

    def _amended(self, arrivals: Arrivals) -> tuple[_Made | None, str]:
        """Decide on what came and went, and what that concerns, alone. Raises Unamendable where that cannot be done."""
        if not self._registry.is_all_since(Release(self._current.resolve())):
            raise Unamendable("another release was in service since the one before was decided on")
        with self._stages.stage("identity"):
            amending = Amending(self._folder, arrivals)
            with self._registry.memory(Iris(self._settings.base)) as memory:
                alteration = amending.run(self._decisions(), memory)
            amending.fates.require_sum()
        renewal = self._renewal(arrivals, alteration)
        if why := renewal.too_much(amending.fates.read):
            amending.give_up()
            return None, why
        entities = renewal.write(amending.account, self._condition)
        amending.close()
        return _Made(amending.fates, amending.merges, entities, renewal), ""

    def _compared(self, arrivals: Arrivals) -> tuple[_Made | None, str]:
        """Decide on all records, and hold what was decided against what was before."""
        identification = self._identified(arrivals)
        with self._stages.stage("changes"):
            alteration = compared(arrivals, identification.settled)
        renewal = self._renewal(arrivals, alteration)
        if why := renewal.too_much(identification.fates.read):
            identification.settled.voices.forget()
            return None, why
        entities = renewal.write(Account(self._folder), self._condition)
        self._keep(identification)
        return _Made(identification.fates, identification.merges, entities, renewal), ""

    def _renewal(self, arrivals: Arrivals, alteration: Alteration) -> Renewal:
        with self._stages.stage("changes"):
            return Renewal(self._settings, self._folder, self._registry, self._stages, arrivals, alteration)

    def _keep(self, identification: Identification) -> None:
        """Keep the workbook for the next update, once nothing more is asked of it here."""
        with self._stages.stage("workbook"), self._registry.memory(Iris(self._settings.base)) as memory:
            identification.keep(memory)

    def _decisions(self) -> Decisions:
        return Decisions.load(self._settings.identity.decisions, self._settings.base)

    def _founded(self, arrivals: Arrivals) -> _Made:
        """Write the release anew, with its datasets."""
        identification = self._identified(arrivals)
        founding = Founding(self._settings, self._folder, self._registry, self._stages, self._condition)
        statements = self._folder / STATEMENTS
        founding.state(arrivals, identification.settled, statements)
        self._keep(identification)
        ledger, before = self._folder / "ledger.sqlite", self._current / "datasets"
        with (
            beside(statements) as others,
            cutting_beside(self._settings, self._folder, statements, others, ledger=ledger, before=before) as cut,
        ):
            description = others.submit(keep_description, self._folder, statements)
            store, entities = founding.enter(statements)
            quality = others.submit(keep_quality, self._folder, self._folder, statements)
            cut(self._stages, store)
            with self._stages.stage("quality"):
                description.result()
                quality.result()
        statements.unlink()
        self._triples = len(store)  # to count them takes a look at each
        return _Made(identification.fates, identification.merges, entities)

    def _about(self, made: _Made) -> dict[str, Any]:
        return {
            "id": self._folder.name,
            "created": created(self._folder.name).isoformat(),
            "layout": LAYOUT,
            "rong": __version__,
            "pyoxigraph": pyoxigraph.__version__,
            "base": self._settings.base,
            "settings": self._settings.public(),
            "records_in": made.fates.read,
            **made.fates.counts(),
            "reasons": made.fates.reasons(),
            "triples": made.renewal.triples if made.renewal is not None else self._triples,
            "entities": made.entities,
            "merges": made.merges,
            DECIDED_AFTER: self._registered,
            _ALL_BUT_RECORDS: all_but_records(self._settings),
        }


def peak_rss_mb() -> int:
    """Return the most memory, in MiB, that this process and the largest of its workers have had resident."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + largest_worker) // 1024
