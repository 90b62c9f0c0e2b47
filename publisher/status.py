"""`rong status`: what is in service, how old it is, what is in it, and which queries took longest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from publisher.release.release import active, releases
from publisher.site.usage import UsageLog, Used
from publisher.sparql.log import Logged, QueryLog

_SHOWN = 100
"""Characters of a query in a line for people."""


@dataclass(frozen=True)
class Status:
    """How a portal stands. `newer` are the finished releases after the one in service, oldest first."""

    release: str
    created: datetime
    age: timedelta
    records: dict[str, int]
    """published, withheld, rejected"""
    triples: int
    entities: dict[str, int]
    newer: tuple[str, ...]
    datasets_of: str
    """The release that the datasets were cut of: this one, or an earlier one after an update."""
    log: str | None
    """The file of the query log; None where none is kept."""
    slowest: tuple[Logged, ...]
    used: tuple[Used, ...] | None
    """What was fetched most in the last thirty days; None where no statistics are kept."""

    def as_json(self) -> dict[str, Any]:
        """Return it for `--json`; the age is in seconds."""
        slowest = [asdict(each) for each in self.slowest]
        return {**asdict(self), "age": round(self.age.total_seconds()), "slowest": slowest}

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield f"in service   {self.release}, built {self.created:%Y-%m-%d %H:%M} UTC, {_in_words(self.age)} ago"
        if self.newer:
            yield f"newer        {', '.join(self.newer)}; `rong activate` puts the newest into service"
        if self.datasets_of != self.release:
            yield f"datasets     those of {self.datasets_of}; `rong dataset cut` cuts them anew, unless that is at work"
        yield f"records      {', '.join(f'{count:,} {fate}' for fate, count in self.records.items())}"
        yield f"statements   {self.triples:,}"
        yield f"things       {', '.join(f'{count:,} {_plural(kind, count)}' for kind, count in self.entities.items())}"
        if self.used is None:
            yield "usage        no statistics are kept; serve.usage_log names their file"
        else:
            yield f"usage        {'in the last 30 days:' if self.used else 'nothing yet in the last 30 days'}"
            for each in self.used:
                yield f"  {each.times:>9,} ×  {each.kind:<14} {each.what}"
        if self.log is None:
            yield "queries      no log is kept; sparql.query_log names its file"
            return
        yield f"queries      the slowest of {self.log}:" if self.slowest else f"queries      none in {self.log} yet"
        for query in self.slowest:
            text = " ".join(query.text.split())
            shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
            yield f"  {query.slowest:8.3f} s  {query.times:>7,} ×  {shown}"


def status(data: Path, log: Path | None, usage: Path | None = None, most: int = 10) -> Status:
    """Return how the portal in `data` stands, with the `most` slowest queries of `log` and what `usage` counted most.

    Raises ReleaseError when no release is in service.
    """
    release = active(data)
    about = release.manifest
    return Status(
        release=release.id,
        created=release.created,
        age=max(datetime.now(UTC) - release.created, timedelta(0)),
        records={fate: about[fate] for fate in ("published", "withheld", "rejected")},
        triples=about["triples"],
        entities=about["entities"],
        newer=tuple(each.id for each in releases(data) if each.id > release.id),
        datasets_of=release.datasets_of,
        log=str(log) if log else None,
        slowest=tuple(QueryLog(log).slowest(most)) if log else (),
        used=tuple(UsageLog(usage).used(30, most)) if usage else None,
    )


def _in_words(age: timedelta) -> str:
    for seconds, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if (count := int(age.total_seconds()) // seconds) > 0:
            return f"{count} {_plural(unit, count)}"
    return "less than a minute"


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"
