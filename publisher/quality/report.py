"""The quality report of a release: by source and in all, with the worst records, as data for people and machines."""

from __future__ import annotations

import csv
import heapq
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, NamedTuple

from publisher.errors import ExportError
from publisher.quality.measures import PARTS, PROBLEMS, measured
from publisher.quality.warnings import REPAIRS, general, kind_of, repair_of
from publisher.release.ledger import Ledger, Row
from publisher.release.release import Release
from publisher.release.statements import statements_of

WORST = 20
"""Records that are named for each source."""

_COMMON = 15


class Bad(NamedTuple):
    """One of the worst records: `score` sums the weights of what it lacks and what is wrong with it."""

    score: int
    position: int
    key: str
    instance: str
    missing: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass
class SourceQuality:
    """The quality of one source, or of all. Counts of `parts` and `problems` are of published records."""

    source: str
    library: str
    records_in: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    warnings: Counter[tuple[str, str]] = field(default_factory=Counter)
    repairs: Counter[str] = field(default_factory=Counter)
    """Records, also withheld ones, in which something was repaired, by what it was (`REPAIRS`)."""
    worst: list[Bad] = field(default_factory=list)
    described: int = 0
    """Published records that describe an edition: not those of authorities."""

    @property
    def published(self) -> int:
        """How many of its records are published."""
        return self.fates["published"]

    def share(self, part: str) -> float:
        """Return the share of published records that describe an edition, 0 to 1, that have `part`."""
        return self.parts[part] / self.described if self.described else 0.0

    @property
    def completeness(self) -> float:
        """The mean share of the parts that a record should have, weighted."""
        weights = sum(part.weight for part in PARTS)
        return sum(self.share(part.name) * part.weight for part in PARTS) / weights

    def note(self, row: Row, warnings: list[tuple[str, str]], has: set[str], wrong: list[str]) -> None:
        """Count one record."""
        self.records_in += 1
        self.fates[row.fate] += 1
        if row.rule:
            self.reasons[row.fate, row.rule] += 1
        for tag, reason in warnings:
            self.warnings[tag, general(reason)] += 1
        self.repairs.update({repair_of(reason) for tag, reason in warnings if kind_of(reason) == "repair"})
        if not row.instance:
            return
        self.described += 1
        self.parts.update(has)
        self.problems.update(wrong)
        missing = tuple(part.name for part in PARTS if part.weight and part.name not in has)
        weights = {part.name: part.weight for part in PARTS}
        score = sum(weights[name] for name in missing) + sum(PROBLEMS[name][2] for name in wrong)
        bad = Bad(score, row.position, row.key, row.instance, missing, tuple(wrong))
        if len(self.worst) < WORST:
            heapq.heappush(self.worst, bad)
        elif bad > self.worst[0]:
            heapq.heapreplace(self.worst, bad)

    def as_json(self) -> dict[str, Any]:
        """Return it fit for JSON, the worst records first."""
        return {
            "source": self.source,
            "library": self.library,
            "records_in": self.records_in,
            **{fate: self.fates[fate] for fate in ("published", "withheld", "rejected")},
            "reasons": [{"fate": fate, "rule": rule, "records": n} for (fate, rule), n in self.reasons.most_common()],
            "completeness": round(self.completeness, 4),
            "parts": {part.name: {"records": self.parts[part.name], "share": round(self.share(part.name), 4)}
                      for part in PARTS},
            "problems": {name: self.problems[name] for name in PROBLEMS},
            "repairs": {name: times for name in REPAIRS if (times := self.repairs[name])},
            "warnings": [{"tag": tag, "reason": reason, "records": n}
                         for (tag, reason), n in self.warnings.most_common(_COMMON)],
            "worst": [bad._asdict() for bad in sorted(self.worst, reverse=True) if bad.score],
        }  # fmt: skip


@dataclass
class Quality:
    """The quality of a release: of each source in the order of the ledger, and of all together."""

    release: str
    sources: list[SourceQuality]
    total: SourceQuality

    def as_json(self) -> dict[str, Any]:
        """Return it fit for JSON, with the labels of parts and problems in both languages."""
        return {
            "release": self.release,
            "labels": {
                "parts": {part.name: {"vi": part.vi, "en": part.en} for part in PARTS},
                "problems": {name: {"vi": vi, "en": en} for name, (vi, en, _) in PROBLEMS.items()},
                "repairs": {name: {"vi": vi, "en": en} for name, (vi, en, _) in REPAIRS.items()},
            },
            "total": self.total.as_json(),
            "sources": [source.as_json() for source in self.sources],
        }

    def write_csv(self, file: IO[str]) -> None:
        """Write a row a source and one for all, with a column for each part (a share) and problem (a count)."""
        rows(self.as_json(), file)

    def text(self) -> Iterator[str]:
        """Yield the report as lines for a person, Vietnamese first."""
        for each in [*self.sources, self.total]:
            yield f"{each.source or 'Tất cả · All'}: {each.completeness:.0%}"
            fates = each.fates
            yield (
                f"  {each.records_in:,} biểu ghi · records = {each.published:,} công bố · published + "
                f"{fates['withheld']:,} giữ lại · withheld + {fates['rejected']:,} bị từ chối · rejected"
            )
            for part in PARTS:
                bar = "█" * round(20 * each.share(part.name))
                yield f"  {part.vi + ' · ' + part.en:<44}{each.share(part.name):>6.1%} {bar}"
            for name, (vi, en, _) in PROBLEMS.items():
                if each.problems[name]:
                    yield f"  ! {each.problems[name]:,} × {vi} · {en}"
            for name, (vi, en, _) in REPAIRS.items():
                if each.repairs[name]:
                    yield f"  ~ {each.repairs[name]:,} × đã sửa · repaired: {vi} · {en}"
            for (fate, rule), times in each.reasons.most_common():
                yield f"  {times:,} × {fate}: {rule}"


def measure(release: Release, today: date | None = None) -> Quality:
    """Measure a release, in memory that does not grow with it.

    `today` tells which years are impossible; by default the day on which the release was made. Raises ExportError where
    what waits on the disk meanwhile finds no room.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="rong-quality-") as name:
            statements = statements_of(release, Path(name))
            ledger = Ledger(release.ledger_path)
            return reported(release.id, ledger, statements, Path(name), today or release.created.date())
    except OSError as problem:
        raise ExportError(
            f"{problem.filename or tempfile.gettempdir()}: the quality cannot be measured "
            f"({problem.strerror or problem}); make room there, or name another folder in TMPDIR."
        ) from None


def reported(release: str, ledger: Ledger, statements: Path, scratch: Path, today: date) -> Quality:
    """Measure what `ledger` and the file `statements` hold of the release called `release`, as `measures.measured`."""
    editions = ((row.instance, row.work) for row in ledger.rows() if row.instance)
    sources: dict[tuple[str, str], SourceQuality] = {}
    total = SourceQuality("", "")
    with closing(measured(editions, statements, scratch, today)) as found:
        for row, warnings in ledger.rows_with_warnings():
            has: set[str] = set()
            wrong: list[str] = []
            if row.instance:
                has, wrong = next(found)
                wrong += sorted({kind_of(reason) for _, reason in warnings})
            source = sources.setdefault((row.library, row.source), SourceQuality(row.source, row.library))
            for counted in (source, total):
                counted.note(row, warnings, has, wrong)
    return Quality(release, list(sources.values()), total)


def rows(report: dict[str, Any], file: IO[str]) -> None:
    """Write a report, as `Quality.as_json` returns it, as CSV: a row a source and one for all."""
    writer = csv.writer(file)
    writer.writerow([
        "source", "library", "records_in", "published", "withheld", "rejected", "completeness",
        *(f"has_{part.name}" for part in PARTS), *(f"problem_{name}" for name in PROBLEMS),
        *(f"repaired_{name}" for name in REPAIRS),
    ])  # fmt: skip
    for each in [*report["sources"], report["total"]]:
        writer.writerow([
            each["source"], each["library"], each["records_in"], each["published"], each["withheld"], each["rejected"],
            f"{each['completeness']:.4f}", *(f"{each['parts'][part.name]['share']:.4f}" for part in PARTS),
            *(each["problems"].get(name, 0) for name in PROBLEMS),
            *(each.get("repairs", {}).get(name, 0) for name in REPAIRS),
        ])  # fmt: skip


def changes(now: Quality, before: Quality) -> list[dict[str, Any]]:
    """Return how each source's completeness, parts and problems differ from an earlier release's, sources of both."""
    return compared(now.as_json(), before.as_json())


def compared(now: dict[str, Any], before: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the same of two reports as `Quality.as_json` returns them."""
    known = {(each["library"], each["source"]): each for each in [*before["sources"], before["total"]]}
    found = []
    for each in [*now["sources"], now["total"]]:
        old = known.get((each["library"], each["source"]))
        if old is not None:
            found.append({
                "source": each["source"],
                "library": each["library"],
                "records_in": each["records_in"] - old["records_in"],
                "completeness": round(each["completeness"] - old["completeness"], 4),
                "parts": {name: round(part["share"] - old["parts"].get(name, part)["share"], 4)
                          for name, part in each["parts"].items()},
                "problems": {name: times - old["problems"].get(name, 0) for name, times in each["problems"].items()},
            })  # fmt: skip
    return found
