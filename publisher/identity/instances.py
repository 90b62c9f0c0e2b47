"""Which records describe the same edition: blocks of records that share a key are compared pair by pair.

The work is linear in the number of records: a block that is larger than `LARGEST` is cut into those that agree in
whole title, year and volume, and within these only neighbours are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import combinations, groupby

import orjson

from publisher.identity.blocking import key_of_number
from publisher.identity.clusters import Clusters
from publisher.identity.comparison import compare
from publisher.identity.contradiction import are_apart, clash, contradictions
from publisher.identity.evidence import Evidence
from publisher.identity.vouching import agreed_number
from publisher.identity.workbook import Before, Doubted, Joined, Matched, Workbook

LARGEST = 60
"""Faces in one block that are all compared with each other."""

_NEIGHBOURS = 12
"""How far apart two faces of a large block may stand, in the order of the records, to be compared."""

_AT_A_TIME = 5_000

_MOST_TITLES = 8
"""Titles that one ISBN or number may stand on before it is reported as no number at all."""


def match(book: Workbook, together: Clusters, before: Before | None = None) -> Iterator[tuple[int, str]]:
    """Join in `together` the faces of `book` that describe one edition; yield (key, warning) for every misused number.

    Pairs that were published as one (`before`) are joined first, so that what is new tears none apart. The workbook has
    afterwards what was joined, with the reasons, and the pairs that are doubtful.
    """
    yield from _compare_all(book, before)
    join(book, together, before)


def _compare_all(book: Workbook, before: Before | None) -> Iterator[tuple[int, str]]:
    comparing = Comparing(book, before)
    large: set[int] = set()
    for key, faces in book.blocks():
        if len(faces) > LARGEST:
            large.add(key)
            book.enter_large(key, ((digest_of(book.faces(face)[0]), face) for face in faces))
        comparing.pairs(key, faces, _pairs(book, faces), large.__contains__)
        if warning := misused(book, key, faces):
            yield key, warning
        if len(comparing.matches) + len(comparing.doubts) > _AT_A_TIME:
            book.enter_compared(comparing.matches, comparing.doubts)
    book.enter_compared(comparing.matches, comparing.doubts)


class Comparing:
    """Compares faces; `matches` and `doubts` are what was found since they were emptied."""

    def __init__(self, book: Workbook, before: Before | None) -> None:
        self._book = book
        self._before = before
        self.matches: list[Matched] = []
        self.doubts: list[Doubted] = []

    def block(self, key: int, faces: list[int], is_large: Callable[[int], bool]) -> None:
        """Compare the faces of a whole block; `is_large` tells of a key whether too much is filed under it."""
        self.pairs(key, faces, _pairs(self._book, faces), is_large)

    def group(self, key: int, group: list[int], faces: list[int], is_large: Callable[[int], bool]) -> None:
        """Compare the `group` of those faces of a large block that say the same."""
        self.pairs(key, faces, _neighbours(self._book, group), is_large)

    def pairs(
        self, key: int, faces: list[int], pairs: Iterable[tuple[int, int]], is_large: Callable[[int], bool]
    ) -> None:
        """Compare `pairs` of the `faces` that are filed under `key`."""
        book, before = self._book, self._before
        for a, b in pairs:
            (of_a, filed_a), (of_b, filed_b) = book.faces(a), book.faces(b)
            of_a_set = _of_one_number(of_a, of_b)
            if of_a_set and key_of_number(of_a_set) != key:
                continue  # whether the number is that of a set is told where all that have it are together
            if not of_a_set and any(earlier < key and not is_large(earlier) for earlier in filed_a & filed_b):
                continue  # blocks come in the order of their keys: the pair was compared under the earlier one
            if are_apart(of_a, of_b):
                continue  # neither a match nor, without a number in common, a doubt
            verdict = compare(of_a, of_b)
            reasons = orjson.dumps(verdict.reasons)
            unsure = of_a_set and verdict.is_match and not (before and before(a) and before(a) == before(b))
            if unsure and (said := _volumes(book, faces)):
                self.doubts.append((key, verdict.score, a, b, reasons, orjson.dumps([said])))
            elif verdict.is_match:
                self.matches.append((key, verdict.score, a, b, reasons))
            elif verdict.is_doubtful:
                self.doubts.append((key, verdict.score, a, b, reasons, orjson.dumps(verdict.contradictions)))


def _of_one_number(a: Evidence, b: Evidence) -> str:
    """Return the number of an agency that two records share of which only one says which volume it is, or ""."""
    return agreed_number(a, b) if bool(a.volume) != bool(b.volume) else ""


def _volumes(book: Workbook, faces: list[int]) -> str:
    """Return why a number names no edition where the records that have it are of several volumes, or ""."""
    volumes = sorted({", ".join(volume) for face in faces[:LARGEST] if (volume := book.faces(face)[0].volume)})
    return f"the number stands on volumes {' and '.join(volumes[:3])}" if len(volumes) > 1 else ""


def digest_of(evidence: Evidence) -> int:
    """Return what stands for all in which faces of a large block agree that are compared with each other."""
    said = repr(_said(evidence)).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)


def _said(evidence: Evidence) -> tuple[str, str, int, tuple[str, ...]]:
    return evidence.main, evidence.rest, evidence.years[0] if evidence.years else 0, evidence.volume


def _pairs(book: Workbook, faces: list[int]) -> Iterator[tuple[int, int]]:
    if len(faces) <= LARGEST:
        yield from combinations(faces, 2)
        return
    yield from _neighbours(book, faces)


def _neighbours(book: Workbook, faces: list[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted((_said(book.faces(face)[0]), face) for face in faces)
    for _, group in groupby(ordered, key=lambda entry: entry[0]):
        alike = [face for _, face in group]
        for n, face in enumerate(alike):
            for other in alike[n + 1 : n + 1 + _NEIGHBOURS]:
                yield face, other


def misused(book: Workbook, key: int, faces: list[int]) -> str:
    """Return a warning when `key` is a number that stands on many titles, "" otherwise."""
    if len(faces) <= _MOST_TITLES:
        return ""
    evidence = [book.faces(face)[0] for face in faces[:LARGEST]]
    shared = set(evidence[0].isbns).union(evidence[0].numbers)
    for other in evidence[1:]:
        shared &= {*other.isbns, *other.numbers}
    titles = {other.main for other in evidence}
    if not shared or len(titles) <= _MOST_TITLES:
        return ""
    names = ", ".join(book.record(face).name for face in faces[:3])
    return f"{min(shared)} stands on {len(titles)} titles or more and joins none of them: {names} ..."


def join(book: Workbook, together: Clusters, before: Before | None, matches: str = "match") -> None:
    """Join the pairs in the table `matches`: first what was published as one, then the surest first.

    What would glue contradicting records together becomes a doubt.
    """

    def forbids(a: int, b: int) -> bool:
        return clash(book.faces(a)[0], book.faces(b)[0])

    joined: list[Joined] = []
    rows = f"SELECT score, a, b, reasons FROM {matches} ORDER BY score DESC, a, b"  # noqa: S608 - our own word
    for is_again in (True, False) if before is not None else (False,):
        for score, a, b, reasons in book.database.cursor().execute(rows):
            if together.of(a) == together.of(b) or (is_again and not _were_one(before, a, b)):
                continue
            if together.join(a, b, forbids):
                joined.append((score, a, b, reasons))
            if len(joined) > _AT_A_TIME:
                book.enter(joined, [])
    # Why two are apart is said of what they are with in the end, not of what they were with when they were asked.
    doubts: list[Doubted] = []
    for score, a, b, reasons in book.database.cursor().execute(rows):
        if together.of(a) != together.of(b):
            doubts.append((None, score, a, b, reasons, orjson.dumps(_why_not(book, together, a, b))))
            if len(doubts) > _AT_A_TIME:
                book.enter(joined, doubts)
    book.enter(joined, doubts)


def _were_one(before: Before | None, a: int, b: int) -> bool:
    return before is not None and bool(name := before(a)) and name == before(b)


def _why_not(book: Workbook, together: Clusters, a: int, b: int) -> list[str]:
    """Return what kept the clusters of `a` and `b` apart although the two match."""
    for x in together.members(a):
        for y in together.members(b):
            if found := contradictions(book.faces(x)[0], book.faces(y)[0]):
                return [f"{book.record(x).name} and {book.record(y).name} contradict: {found[0]}"]
            if clash(book.faces(x)[0], book.faces(y)[0]):
                return [f"{book.record(x).name} and {book.record(y).name} name other people"]
    return ["the file of decisions keeps them apart"]
