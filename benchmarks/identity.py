"""How well, and how fast, records of the same edition meet.

    python -m benchmarks identity twins  [--corpora mixed hcmut] [--seeds 1 2 3] [--singly] [--show 5]
    python -m benchmarks identity speed  [--records 10000 100000] [--made near]   conversion beside identity

`twins` makes of real records what a second library would have written for the same edition (`_identity_ways.py`) and
looks whether the twins met (`_identity_twins.py`); every pair of records in one instance is held against each other by
means that have nothing in common with those of the product, and what contradicts is listed. `--singly` tries each way
of writing alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pymarc

from benchmarks._identity_many import CORPORA as MADE_OF
from benchmarks._identity_many import Many
from benchmarks._identity_twins import CORPORA, clue_of, report
from publisher import assembly
from publisher.config import Settings
from publisher.identity import instances, preferred, resolution, works
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Clue, Workbook
from publisher.intake import BATCH
from publisher.sources import RawRecord, raw_records


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["twins", "speed"], help="Both where none is named.")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--corpora", nargs="+", choices=list(CORPORA), default=list(CORPORA))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--singly", action="store_true", help="Try each way of writing alone.")
    parser.add_argument("--show", type=int, default=0, help="How many twins that did not meet are printed.")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--converted", type=int, default=100_000, help="How many records are converted at most.")
    parser.add_argument("--made", choices=["distinct", "near"], default="distinct", help="See `_identity_many.py`.")
    arguments = parser.parse_args()
    if arguments.what != "speed":
        report(arguments.shared, arguments.corpora, arguments.seeds, arguments.show, singly=arguments.singly)
    if arguments.what != "twins":
        speed(arguments.shared, arguments.records, arguments.converted, arguments.made)


def _settings(folder: Path, libraries: dict[str, list[str]]) -> Settings:
    text = 'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n'
    for code, files in libraries.items():
        text += f'[[libraries]]\ncode = "{code}"\nname = {{vi = "{code}", en = "{code}"}}\n'
        text += "".join(f'[[libraries.sources]]\npath = "{name}"\n' for name in files)
    path = folder / "rong.toml"
    path.write_text(text)
    return Settings.load(path)


def speed(shared: Path, counts: list[int], converted: int, way: str) -> None:
    """Decide on many records; convert as many as `converted` of them as a build does; print the times of both."""
    for count in counts:
        with tempfile.TemporaryDirectory(dir=Path(__file__).parents[1] / "build") as folder:
            work = Path(folder)
            with ProcessPoolExecutor(1, multiprocessing.get_context("forkserver")) as apart:  # its memory is not ours
                apart.submit(write_many, shared / "data", work / "some.mrc", count, min(count, converted), way).result()
            converting = _convert(_settings(work, {"lib": ["some.mrc"]}), work / "some.mrc")
            book = Workbook(work / "workbook.sqlite")
            _gather(shared / "data", way, count, book)
            with _phases() as phases:
                began, busy = time.monotonic(), time.process_time()
                Resolution(book, Decisions()).run()
                merges = write_account(book, work / ACCOUNT, [])
                took, busy = time.monotonic() - began, time.process_time() - busy
            rate = f" (by the rate of {converted:,})" if converted < count else ""
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            told = ", ".join(f"{name} {seconds / count * 1e6:.0f}" for name, seconds in phases.items())
            print(
                f"{count:>9,} {way}: processor time a record: conversion {converting * 1e6:.0f} µs{rate}, identity "
                f"{busy / count * 1e6:.0f} µs ({told}; {took:.1f} s by the clock), peak {peak} MiB, "
                f"workbook {(work / 'workbook.sqlite').stat().st_size >> 20} MiB, {merges}",
                flush=True,
            )


_PHASES: tuple[tuple[str, object, str], ...] = (
    ("numbering", Workbook, "number"), ("instances", instances, "match"), ("works", works, "match"),
    ("names", resolution, "award"), ("titles", preferred, "settle"),
)  # fmt: skip


@contextmanager
def _phases() -> Iterator[dict[str, float]]:
    """Give the seconds of processor time that each phase of a resolution takes in the meantime."""
    found = dict.fromkeys((name for name, *_ in _PHASES), 0.0)
    with ExitStack() as stack:
        for name, where, function in _PHASES:
            stack.enter_context(patch.object(where, function, _measured(getattr(where, function), name, found)))
        yield found


def _measured(function: Callable[..., Any], name: str, found: dict[str, float]) -> Callable[..., Any]:
    def measured(*arguments: Any) -> Any:
        began = time.process_time()
        done = function(*arguments)
        if isinstance(done, Iterator):
            done = list(done)
        found[name] += time.process_time() - began
        return done

    return measured


def write_many(data: Path, path: Path, count: int, some: int, way: str, corpora: Sequence[str] = MADE_OF) -> None:
    """Write `some` of the first `count` records to `path`, evenly taken, so that all kinds are among them."""
    many = Many(data, way, corpora)
    with path.open("wb") as file:
        for n in range(some):
            record = many.record(n * count // some)
            made = pymarc.Record(leader=record.leader[:9] + "a" + record.leader[10:], force_utf8=True)
            for field in record.fields:
                if field.is_control:
                    made.add_field(pymarc.Field(tag=field.tag, data=field.content))
                elif field.subfields:
                    parts = [pymarc.Subfield(code, value) for code, value in field.subfields]
                    indicators = pymarc.Indicators(field.ind1, field.ind2)
                    made.add_field(pymarc.Field(tag=field.tag, indicators=indicators, subfields=parts))
            file.write(made.as_marc())


def _convert(settings: Settings, path: Path) -> float:
    """Return the seconds of processor time, in all workers, that the conversion of a record in `path` takes."""
    context = multiprocessing.get_context("forkserver")
    waiting: deque[Future[float]] = deque()
    busy, taken = 0.0, 0
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=assembly.start, initargs=(settings,)) as pool:
        records = iter(raw_records(path))
        while batch := list(islice(records, BATCH)):
            taken += len(batch)
            waiting.append(pool.submit(_busy, batch))
            if len(waiting) > 8:
                busy += waiting.popleft().result()
        busy += sum(future.result() for future in waiting)
    return busy / taken


def _busy(batch: list[RawRecord]) -> float:
    """Return the seconds of processor time that the conversion of `batch` takes in a worker."""
    began = time.process_time()
    assembly.outcomes(batch, "lib")
    return time.process_time() - began


def _gather(data: Path, way: str, count: int, book: Workbook) -> None:
    """Take the evidence of `count` records into the workbook, in as many processes as there are cores."""
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=_open, initargs=(data, way)) as pool:
        parts = [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]
        for part, clues in zip(parts, pool.map(_clues, parts), strict=True):
            book.add("lib", zip(part, clues, strict=True))


_many: Many


def _open(data: Path, way: str) -> None:
    global _many  # noqa: PLW0603 - once a worker
    _many = Many(data, way)


def _clues(numbers: range) -> list[Clue]:
    return [clue_of(_many.record(number), redacted=True) for number in numbers]


if __name__ == "__main__":
    main()
