"""What has changed between two releases: which entities were added, changed or removed, and every statement of it.

Both graphs are among the datasets, in the order of their bytes, so they are walked through side by side in memory that
grows with what has changed and not with what there is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import IO, NamedTuple

import orjson
from isal import igzip

from publisher.errors import ExportError
from publisher.release.release import Release

GRAPH = "graph/graph.nq.gz"
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


def differences(before: Release, after: Release) -> Iterator[Difference]:
    """Yield the subjects whose statements differ between two releases, in the order of their bytes.

    Raises `ExportError` when one of the two has no graph among its datasets, or one that is not sorted.
    """
    old, new = _subjects(before), _subjects(after)
    one, other = next(old, None), next(new, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield Difference(one[0], [], one[1], was=True, is_there=False)
            one = next(old, None)
        elif one is None or other[0] < one[0]:
            yield Difference(other[0], other[1], [], was=False, is_there=True)
            other = next(new, None)
        else:
            if one[1] != other[1]:
                gone, come = set(one[1]), set(other[1])
                added, removed = sorted(come - gone), sorted(gone - come)
                yield Difference(one[0], added, removed, was=True, is_there=True)
            one, other = next(old, None), next(new, None)


def changes(found: Iterable[Difference]) -> list[Change]:
    """Return the entities that have changed, in order; what hangs on an entity (`#`) belongs to it."""
    counts: dict[str, list[int]] = {}
    states: dict[str, str] = {}
    for each in found:
        subject = each.subject[1:-1].decode()
        iri = subject.partition("#")[0]
        count = counts.setdefault(iri, [0, 0])
        count[0] += len(each.added)
        count[1] += len(each.removed)
        if subject == iri and each.was != each.is_there:
            states[iri] = "added" if each.is_there else "removed"
    return [Change(iri, states.get(iri, "changed"), *counts[iri]) for iri in sorted(counts)]


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


def _subjects(release: Release) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield every subject with its lines."""
    path = release.datasets_path / GRAPH
    last = b""
    try:
        with igzip.open(path, "rb") as stream:  # type: ignore[no-untyped-call]
            for subject, lines in groupby(stream, _subject):
                if subject <= last:
                    raise ExportError(f"{path}: the graph is not sorted, so it cannot be compared; build again.")
                last = subject
                yield subject, list(lines)
    except OSError as problem:
        raise ExportError(f"{path}: the graph cannot be read ({problem.strerror or problem}).") from None


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]
