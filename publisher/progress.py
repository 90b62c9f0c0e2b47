"""What a person sees of a build: bars on a terminal, plain lines elsewhere, and the summary at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from publisher.build import Report

STAGES = {
    "records": "Reading and converting records",
    "changes": "Finding what the changes touch",
    "identity": "Finding records of the same edition and work",
    "closing": "Writing statements and loading the store",
    "entities": "Listing works, agents, concepts and places",
    "index": "Finishing the search index",
    "workbook": "Keeping what the next update asks",
    "store": "Editing the store",
    "statements": "Putting together the statements to cut the datasets of",
    "datasets": "Writing the datasets",
    "quality": "Measuring quality, counting classes and properties",
    "description": "Counting what has changed",
    "activation": "Putting it into service",
    "folding": "Running edits into the databases",
    "manifest": "Sealing the release",
}
PLURALS = {"library": "libraries"}
EVERY_SECONDS = 10.0


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int], None]]:
    """Give a function that is told the stage of a build and how many records it is at."""
    if sys.stderr.isatty():
        texts = TextColumn("{task.description}"), TextColumn("{task.fields[count]}")
        with Progress(SpinnerColumn(), *texts, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
            task = bars.add_task("", total=None, count="")

            def show(stage: str, count: int) -> None:
                bars.update(task, description=STAGES.get(stage, stage), count=f"{count:,}" if count else "")

            yield show
    else:
        yield _plain_lines()


def _plain_lines() -> Callable[[str, int], None]:
    last_stage, last_time = "", 0.0

    def show(stage: str, count: int) -> None:
        nonlocal last_stage, last_time
        now = time.monotonic()
        if stage == last_stage and now - last_time < EVERY_SECONDS:
            return
        last_stage, last_time = stage, now
        click.echo(f"{STAGES.get(stage, stage)}{f': {count:,}' if count else ''}", err=True)

    return show


def summary(report: Report) -> str:
    """Return what a build did, for people: the invariant with its numbers, and the reasons counted."""
    lines = [
        f"Release {report.release}",
        f"  {report.records_in:,} records in = {report.published:,} published + {report.withheld:,} withheld "
        f"+ {report.rejected:,} rejected",
    ]
    lines += [f"    {times:,} {fate}: {rule}" for fate, rule, times in report.reasons]
    entities = ", ".join(
        f"{count:,} {PLURALS.get(kind, kind + 's')}" for kind, count in sorted(report.entities.items())
    )
    lines.append(f"  {report.triples:,} statements about {entities}")
    if report.visible:
        lines.append(
            f"  {report.touched:,} records and {report.entities_touched:,} entities were derived again"
            + (f": written anew, for {report.anew}" if report.anew else f"; seen after {report.visible:.1f} s")
        )
    if late := behind(report.release, report.datasets_of):
        lines.append(f"  {late}")
    lines.append("  " + ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.stages.items()))
    lines.append(f"  {report.seconds:.1f} s, at most {report.peak_rss_mb:,} MiB")
    return "\n".join(lines)


def behind(release: str, datasets_of: str) -> str:
    """Return a sentence where a release has the datasets of an earlier one, "" where they are its own."""
    if datasets_of in ("", release):
        return ""
    return f"Its datasets are those of {datasets_of}, until another process, or `rong dataset cut`, has cut them anew."
