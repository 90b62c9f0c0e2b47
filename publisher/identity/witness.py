"""What the records that name two agents have in common: what speaks for their being one beyond the name, and against.

Asked only where a name alone does not decide. It looks at the works that identity has found already, at who is named
beside them, at the classes of what they wrote and at the years in which it came out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from publisher.identity.clusters import Clusters
from publisher.identity.roster import Roster
from publisher.identity.workbook import Workbook

_LOOKED_AT = 200
"""Records of each side that are looked at."""
_OF_AGE = 12
"""Years; nobody is named in what came out before they were so old."""

_RECORDS = """
SELECT DISTINCT record.id, place.work, record.face FROM mention
    CROSS JOIN record ON record.incoming = mention.incoming CROSS JOIN place ON place.id = record.id
    WHERE mention.path = ? ORDER BY record.id LIMIT ?
"""
_BESIDE = """
SELECT DISTINCT thing.id FROM record JOIN mention ON mention.incoming = record.incoming
    JOIN thing ON thing.path = mention.path WHERE record.id = ?
"""


class _Life(NamedTuple):
    """What the records tell of one side: their works, their classes (one for each), the years, who stands beside."""

    records: frozenset[int]
    works: frozenset[int]
    classes: tuple[str, ...]
    years: tuple[int, ...]
    beside: frozenset[int]


class Witness:
    """Answers from the records of `book`; those that name a face are in `roster`."""

    def __init__(self, book: Workbook, roster: Roster) -> None:
        self._book = book
        self._roster = roster
        self._mentions = roster.database
        self._life = lru_cache(4_000)(self._found)
        self.asked: set[int] = set()
        """The faces whose records were looked at."""

    def speaks_for(self, clusters: Clusters, a: int, b: int) -> list[str]:
        """Return what the records of both have in common: a work, somebody beside them, most of the classes."""
        one, other = self._lives(clusters, a), self._lives(clusters, b)
        found = []
        if shared := one.works & other.works:
            found.append(f"{len(shared)} work{'s' if len(shared) > 1 else ''} in common")
        ours = {clusters.of(face) for face in one.beside} - {clusters.of(a), clusters.of(b)}
        theirs = {clusters.of(face) for face in other.beside} - {clusters.of(a), clusters.of(b)}
        if fellow := min(ours & theirs, default=None):
            found.append(f"both beside {self._roster.face(fellow).label}")
        if one.classes and other.classes:
            least, most = sorted((one.classes, other.classes), key=len)
            same = sum(each in most for each in least)
            if 2 * same > len(least):
                found.append(f"both in class {min(set(least) & set(most))}")
        return found

    def speaks_against(self, clusters: Clusters, a: int, b: int) -> str:
        """Return why they cannot be one: a record names both, or something came out before they could write it."""
        one, other = self._lives(clusters, a), self._lives(clusters, b)
        if one.records & other.records:
            return "a record names both"
        for side, lived in ((a, other), (b, one)):
            born = self._roster.face(side).heading.born
            if born and lived.years and min(lived.years) < int(born) + _OF_AGE:
                return f"named in {min(lived.years)}, born {born}"
        return ""

    def _lives(self, clusters: Clusters, face: int) -> _Life:
        members = clusters.members(face)[:_LOOKED_AT]
        self.asked.update(members)
        found = [self._life(member) for member in members]
        return _Life(
            frozenset().union(*(life.records for life in found)),
            frozenset().union(*(life.works for life in found)),
            tuple(each for life in found for each in life.classes)[:_LOOKED_AT],
            tuple(each for life in found for each in life.years)[:_LOOKED_AT],
            frozenset().union(*(life.beside for life in found)),
        )

    def _found(self, number: int) -> _Life:
        path = self._roster.face(number).path
        rows = list(self._mentions.execute(_RECORDS, (path, _LOOKED_AT)))
        evidence = [self._book.faces(face)[0] for face in self._faces_of(rows)]
        named = {face for record, _, _ in rows[:20] for (face,) in self._mentions.execute(_BESIDE, (record,))}
        beside = {face for face in named if self._roster.face(face).heading.sort == "Person"}
        return _Life(
            frozenset(record for record, _, _ in rows),
            frozenset(work for _, work, _ in rows),
            tuple(each.classed[:3] for each in evidence if each.classed[:3].strip()),
            tuple(year for each in evidence for year in each.years[:1] if year > 999),
            frozenset(beside - {number}),
        )

    def _faces_of(self, rows: list[tuple[int, int, int]]) -> list[int]:
        query = "SELECT min(id) FROM record WHERE face = ?"
        return [int(self._mentions.execute(query, (face,)).fetchone()[0]) for _, _, face in rows]
