"""The lines of a file in the order of their bytes, each once, in memory that does not grow with the file.

Blocks are sorted and laid on disk, packed; then they are read side by side, and many of them are made into fewer first:
each that is read takes a megabyte and an open file. What lies below the last line of every block
in hand is put together and sorted again: Python's sort finds the ordered runs in it and merges them, many times faster
than a heap that is asked for one line after another. DuckDB, which the tables use, took more than twice the time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import zstandard

from publisher.errors import ExportError
from publisher.release.spool import lines_of, pack, unpacked

_BLOCK = 48_000_000
"""Bytes that are sorted at once; their lines take about half as much again in memory."""

_READ_AHEAD = 24_000_000
"""Bytes in hand of all blocks together when they are merged."""

_LEAST_READ = 64_000
_MOST_RUNS = 32
"""Blocks that are made into one when there are so many."""

Lines = list[bytes]
Run = IO[bytes]


def sorted_lines(path: Path, folder: Path) -> Iterator[Lines]:
    """Yield the lines of the file `path` in the order of their bytes, each once and with its end, many at a time.

    What does not fit into memory waits in `folder`. Raises `ExportError` when the file cannot be read.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(lines_of(path))
            blocks = _blocks(stream)
            first, second = next(blocks, []), next(blocks, [])
        except (OSError, zstandard.ZstdError) as problem:
            reason = getattr(problem, "strerror", None) or problem
            raise ExportError(f"{path}: the statements cannot be read ({reason}).") from None
        if not second:
            yield _once(first)
            return
        every = chain((first, second), blocks)
        del first, second
        runs: list[Run] = []
        while some := [_laid_down([lines], folder) for lines in islice(every, _MOST_RUNS)]:
            runs += some if len(some) < _MOST_RUNS else [_joined(some, folder)]
        for run in runs:
            stack.callback(run.close)
        yield from _merged(runs)


def _laid_down(batches: Iterable[Lines], folder: Path) -> Run:
    """Lay lines that are in order on the disk; they are gone when what is returned is closed."""
    file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed with what is returned
    pack(batches, file)
    file.seek(0)
    return unpacked(file)


def _joined(runs: list[Run], folder: Path) -> Run:
    with ExitStack() as stack:
        for run in runs:
            stack.callback(run.close)
        return _laid_down(_merged(runs), folder)


def _blocks(stream: IO[bytes]) -> Iterator[Lines]:
    """Yield what is in `stream` in blocks, each in order."""
    while lines := stream.readlines(_BLOCK):
        if not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines.sort()
        yield lines


def _merged(runs: list[Run]) -> Iterator[Lines]:
    at_once = max(_LEAST_READ, _READ_AHEAD // len(runs))
    hands = [run.readlines(at_once) for run in runs]
    last = b""
    while any(hands):
        # What comes later in a run that goes on is not below its last line in hand.
        end = min(lines[-1] for lines in hands if lines)
        taken: Lines = []
        for number, lines in enumerate(hands):
            cut = bisect_right(lines, end)
            taken += lines[:cut]
            hands[number] = lines[cut:] or runs[number].readlines(at_once)
        taken.sort()
        ready = _once(taken)
        if ready[0] == last:
            del ready[0]
        if ready:
            last = ready[-1]
            yield ready


def _once(lines: Lines) -> Lines:
    return list(dict.fromkeys(lines))
