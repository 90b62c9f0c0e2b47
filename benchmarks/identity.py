"""How well, and how fast, records of the same edition meet.

    python -m benchmarks identity twins  [--corpora mixed hcmut] [--seeds 1 2 3] [--singly] [--show 5]
    python -m benchmarks identity speed  [--records 10000 100000]   conversion beside identity, records made to vary

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
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from pymarc import Field, Record, Subfield

from benchmarks._identity_twins import CORPORA, clue_of, report
from publisher import assembly
from publisher.config import Settings
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Clue, Workbook
from publisher.intake import BATCH
from publisher.sources import RawRecord, decode, raw_records
from publisher.sources.record import Record as SourceRecord


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
    arguments = parser.parse_args()
    if arguments.what != "speed":
        report(arguments.shared, arguments.corpora, arguments.seeds, arguments.show, singly=arguments.singly)
    if arguments.what != "twins":
        speed(arguments.shared, arguments.records, arguments.converted)


def _settings(folder: Path, libraries: dict[str, list[str]]) -> Settings:
    text = 'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n'
    for code, files in libraries.items():
        text += f'[[libraries]]\ncode = "{code}"\nname = {{vi = "{code}", en = "{code}"}}\n'
        text += "".join(f'[[libraries.sources]]\npath = "{name}"\n' for name in files)
    path = folder / "rong.toml"
    path.write_text(text)
    return Settings.load(path)


def speed(shared: Path, counts: list[int], converted: int) -> None:
    """Decide on many records; convert as many as `converted` of them as a build does; print the times of both."""
    for count in counts:
        with tempfile.TemporaryDirectory(dir=Path(__file__).parents[1] / "build") as folder:
            work = Path(folder)
            _multiply(shared / "data", work / "many.mrc", count)
            settings = _settings(work, {"lib": ["many.mrc"]})
            some = min(count, converted)
            converting = _convert(settings, work / "many.mrc", some, max(1, count // some)) / some * count
            book = Workbook(work / "workbook.sqlite")
            _gather(work / "many.mrc", book)
            began, busy = time.monotonic(), time.process_time()
            Resolution(book, Decisions()).run()
            merges = write_account(book, work / ACCOUNT, [])
            took, busy = time.monotonic() - began, time.process_time() - busy
            rate = f" (by the rate of {some:,})" if some < count else ""
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            print(
                f"{count:>9,}: processor time a record: conversion {converting / count * 1e6:.0f} µs{rate}, identity "
                f"{busy / count * 1e6:.0f} µs ({took:.1f} s by the clock), peak {peak} MiB, "
                f"workbook {(work / 'workbook.sqlite').stat().st_size >> 20} MiB, {merges}",
                flush=True,
            )


def _convert(settings: Settings, path: Path, count: int, every: int) -> float:
    """Return the seconds of processor time, in all workers, that the conversion of `count` records takes.

    One batch in `every` is converted until there are enough, so that all kinds of record are among them.
    """
    context = multiprocessing.get_context("forkserver")
    waiting: deque[Future[float]] = deque()
    busy = 0.0
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=assembly.start, initargs=(settings,)) as pool:
        records = iter(raw_records(path))
        taken = turn = 0
        while taken < count and (batch := list(islice(records, BATCH))):
            turn += 1
            if turn % every:
                continue
            taken += len(batch)
            waiting.append(pool.submit(_busy, batch))
            if len(waiting) > 8:
                busy += waiting.popleft().result()
        busy += sum(future.result() for future in waiting)
    return busy / taken * count


def _busy(batch: list[RawRecord]) -> float:
    """Return the seconds of processor time that the conversion of `batch` takes in a worker."""
    began = time.process_time()
    assembly.outcomes(batch, "lib")
    return time.process_time() - began


def _gather(path: Path, book: Workbook) -> None:
    """Take the evidence of all records into the workbook, in as many processes as there are cores."""
    number = 0
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("forkserver")) as pool:
        records = iter(raw_records(path))
        waiting: deque[Future[list[Clue]]] = deque()
        more = True
        while more or waiting:
            while more and len(waiting) <= 8:
                batch = list(islice(records, BATCH))
                more = bool(batch)
                if batch:
                    waiting.append(pool.submit(_clues, batch))
            if waiting:
                clues = waiting.popleft().result()
                book.add("lib", [(number + n, clue) for n, clue in enumerate(clues)])
                number += len(clues)


def _clues(batch: list[RawRecord]) -> list[Clue]:
    found = (record for raw in batch if isinstance(record := decode(raw), SourceRecord))
    return [clue_of(record) for record in found]


def _copy(record: SourceRecord, key: str) -> Record:
    made = Record(leader=record.leader[:9] + "a" + record.leader[10:], force_utf8=True)
    made.add_field(Field(tag="001", data=key))
    for field in record.fields:
        if not field.tag.isdigit() or field.tag in ("001", "003"):
            continue
        if field.is_control:
            made.add_field(Field(tag=field.tag, data=field.content))
        elif field.subfields:
            parts = [Subfield(code, value) for code, value in field.subfields]
            made.add_field(Field(tag=field.tag, indicators=[field.ind1, field.ind2], subfields=parts))
    return made


def _multiply(data: Path, path: Path, count: int) -> None:
    """Write `count` records made of the real ones; each round has other numbers, titles, years and authors."""
    written = turn = 0
    with path.open("wb") as file:
        while written < count:
            for name in ("gpo", "mixed", "hcmut"):
                for raw in raw_records(data / f"{name}.mrc"):
                    record = decode(raw)
                    if not isinstance(record, SourceRecord) or written >= count:
                        continue
                    file.write(_varied(record, turn, written).as_marc())
                    written += 1
            turn += 1


def _varied(record: SourceRecord, turn: int, number: int) -> Record:
    made = _copy(record, f"{number:08}")
    if turn:
        for field in made.get_fields("245"):
            field.subfields = [
                Subfield(s.code, _turned(s.value, turn) if s.code in "ab" else s.value) for s in field.subfields
            ]
        for field in made.get_fields("020", "010", "035", "022"):
            made.remove_field(field)
        made.add_field(Field(tag="035", indicators=[" ", " "], subfields=[Subfield("a", f"(OCoLC){number + 10**9}")]))
    return made


def _turned(text: str, turn: int) -> str:
    """Return `text` with its words in another order and each with another ending: another title of the same make."""
    words = text.split()
    cut = turn % max(len(words), 1)
    return " ".join(f"{word}{chr(97 + turn % 26)}" if len(word) > 3 else word for word in words[cut:] + words[:cut])


if __name__ == "__main__":
    main()
