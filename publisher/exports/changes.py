"""What has changed between two releases: which entities were added, changed or removed, and every statement of it.

Both graphs are among the datasets, in the order of their bytes, so they are walked through side by side in memory that
does not grow with them.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import IO, NamedTuple

import orjson
from isal import igzip

from publisher.errors import ExportError
from publisher.exports.graph import whole_subjects
from publisher.exports.sorting import Lines
from publisher.release.statements import GRAPH

_AT_ONCE = 4_000_000
"""Bytes of each of the two graphs that are compared at once."""

COLUMNS = ("iri", "change", "added", "removed")


class Difference(NamedTuple):
    """The statements about one subject (in angle brackets) that were added and removed, as lines of N-Quads.

    `was` and `is_there` say whether the subject had statements before, and whether it has some now.
    """

    subject: bytes
    added: list[bytes]
    removed: list[bytes]
    was: bool
    is_there: bool


class Change(NamedTuple):
    """One entity: "added", "changed" or "removed", with how many statements of it and of its parts came and went."""

    iri: str
    change: str
    added: int
    removed: int


def differences(before: Path, after: Path) -> Iterator[Difference]:
    """Yield the subjects whose statements differ between the datasets of two releases, in the order of their bytes.

    `before` and `after` are their folders. Raises `ExportError` when one of the two has no graph among its datasets,
    or one that is not sorted.
    """
    for old, new in _side_by_side(_batches(before / GRAPH), _batches(after / GRAPH)):
        if old == new:
            continue
        gone, come = set(old), set(new)
        differing = sorted(gone.symmetric_difference(come))
        for subject, lines in groupby(differing, _subject):
            some = list(lines)
            yield Difference(
                subject,
                [line for line in some if line in come],
                [line for line in some if line in gone],
                was=_is_in(subject, old),
                is_there=_is_in(subject, new),
            )


def changes(found: Iterable[Difference]) -> Iterator[Change]:
    """Yield the entities that have changed, each once; what hangs on an entity (`#`) belongs to it.

    An entity comes after what hangs on it, and between the two may come others whose names begin alike: `<a#t>`,
    `<a-1>`, `<a>`. So those that begin alike wait for one another.
    """
    waiting: dict[str, Change] = {}
    root = ""
    for each in found:
        subject = each.subject[1:-1].decode()
        iri = subject.partition("#")[0]
        if not waiting or not iri.startswith(root):
            yield from (waiting[name] for name in sorted(waiting))
            waiting, root = {}, iri
        so_far = waiting.get(iri) or Change(iri, "changed", 0, 0)
        change = so_far.change
        if subject == iri and each.was != each.is_there:
            change = "added" if each.is_there else "removed"
        waiting[iri] = Change(iri, change, so_far.added + len(each.added), so_far.removed + len(each.removed))
    yield from (waiting[name] for name in sorted(waiting))


def write_csv(found: Iterable[Change], stream: IO[str]) -> None:
    """Write one row a change, with a header."""
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows(found)


def write_json_lines(found: Iterable[Change], stream: IO[str]) -> None:
    """Write one object a change."""
    for change in found:
        stream.write(orjson.dumps(change._asdict()).decode() + "\n")


def write_patch(found: Iterable[Difference], stream: IO[str]) -> None:
    """Write what leads from the one release to the other as an RDF Patch, with which a copy is brought up to date.

    It is one transaction (https://afs.github.io/rdf-delta/rdf-patch.html).
    """
    stream.write("TX .\n")
    for each in found:
        stream.writelines(f"D {line.decode()}" for line in each.removed)
        stream.writelines(f"A {line.decode()}" for line in each.added)
    stream.write("TC .\n")


def _side_by_side(old: Iterator[Lines], new: Iterator[Lines]) -> Iterator[tuple[Lines, Lines]]:
    """Yield what is about the same subjects in both; the batches have whole subjects, and none is empty."""
    one, other = next(old, []), next(new, [])
    while one and other:
        end = min(_subject(one[-1]), _subject(other[-1])) + b"!"  # the space behind a subject is below it
        here, there = bisect_left(one, end), bisect_left(other, end)
        yield one[:here], other[:there]
        one, other = one[here:] or next(old, []), other[there:] or next(new, [])
    while one:
        yield one, []
        one = next(old, [])
    while other:
        yield [], other
        other = next(new, [])


def _batches(path: Path) -> Iterator[Lines]:
    """Yield the statements in the file `path`, many at a time and whole subjects, in order."""
    last = b""
    try:
        with igzip.open(path, "rb") as stream:  # type: ignore[no-untyped-call]
            for lines in whole_subjects(iter(partial(stream.readlines, _AT_ONCE), [])):
                if lines[0] <= last or lines != sorted(lines):
                    raise ExportError(f"{path}: the graph is not sorted, so it cannot be compared; build again.")
                last = lines[-1]
                yield lines
    except OSError as problem:
        raise ExportError(f"{path}: the graph cannot be read ({problem.strerror or problem}).") from None


def _is_in(subject: bytes, lines: Lines) -> bool:
    beginning = subject + b" "
    place = bisect_left(lines, beginning)
    return place < len(lines) and lines[place].startswith(beginning)


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]
