"""The steps that a change concerns taken again: which faces are one now, as a build of everything would find.

Where a name alone does not decide, a witness looks at who stands beside whom, and asks which of those are one. So the
question is asked again where an answer has changed; and what is not decided on again is seen as it was at that step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

from publisher.identity.clusters import Clusters
from publisher.identity.gathering import BEARERS, MOST_BEARERS, bearer
from publisher.identity.joining import Joining, Ordered, step_of_name, step_of_number
from publisher.identity.kinship import Kinship
from publisher.identity.roster import Roster
from publisher.identity.witness import Witness
from publisher.identity.workbook import Workbook


class Steps(NamedTuple):
    """Steps to take: decisions, numbers, names."""

    decisions: set[Ordered]
    numbers: set[str]
    names: set[str]

    def called(self) -> list[str]:
        """Return what the steps are called."""
        return [
            *(ordered.step for ordered in self.decisions),
            *map(step_of_number, self.numbers),
            *map(step_of_name, self.names),
        ]


class Rejoined(NamedTuple):
    """The faces decided on again, what they are in now, what came of which steps, and whose records were looked at."""

    some: set[int]
    clusters: Clusters
    joining: Joining
    steps: Steps
    witness: Witness


class Rejoining:
    """Takes steps again, once the roster and what is listed of it are as they are now."""

    def __init__(self, book: Workbook, roster: Roster, kinship: Kinship) -> None:
        self._roster = roster
        self._database = roster.database
        self._kinship = kinship
        self._witness = Witness(book, roster)

    def run(self, seeds: set[int], changed: set[int], gone: set[int], besides: Steps) -> Rejoined:
        """Decide on `seeds` and all that they concern.

        `changed` are the faces that are new or of which something else is known, `gone` those that are no more (by
        their numbers), `besides` are steps that are taken whether or not any face is concerned.
        """
        some = self._kinship.reached(seeds)
        while True:
            found = self._decide(some, besides)
            more = self._asking(self._stirred(found, changed, gone), changed) - some
            if not more:
                return found
            some = self._kinship.reached(some | more)

    def _decide(self, some: set[int], besides: Steps) -> Rejoined:
        joining: Joining
        clusters = _Among(some, lambda face: _as_it_was(self._database, face, joining.step))
        self._witness.asked.clear()
        joining = Joining(self._roster, clusters, self._witness)
        steps = self._steps(some, besides)
        for ordered in sorted(steps.decisions, key=lambda ordered: ordered.place):
            joining.by_decision(ordered)
        for value in sorted(steps.numbers):
            joining.by_number(value, self._kinship.of_number(value))
        for name in sorted(steps.names):
            rows = self._database.execute(_BEARERS, (name, MOST_BEARERS + 1)).fetchall()
            if 1 < len(rows) <= MOST_BEARERS:
                joining.by_name(name, [bearer(row) for row in rows])
        return Rejoined(some, clusters, joining, steps, self._witness)

    def _steps(self, some: set[int], besides: Steps) -> Steps:
        steps = Steps(*map(set, besides))  # type: ignore[arg-type]
        for number in some:
            standing = self._kinship.standing(number)
            steps.decisions.update(self._kinship.decided(standing))
            steps.numbers.update(self._kinship.numbers(standing))
            steps.names.update(self._kinship.names(standing))
        return steps

    def _stirred(self, found: Rejoined, changed: set[int], gone: set[int]) -> set[int]:
        """Return the faces that are in another cluster than before, after any of the steps, or with a changed face."""
        before = {(a, b, step) for face in found.some | gone for a, b, step in self._database.execute(_JOINED, (face,))}
        after = {(a, b, step) for _, a, b, _, step in found.joining.joined}
        parts = Clusters()
        for a, b, _ in before | after:
            parts.join(a, b)
        roots = {parts.of(face) for a, b, _ in before ^ after for face in (a, b)}
        roots |= {parts.of(face) for face in changed | gone}
        return {face for face in found.some if parts.of(face) in roots}

    def _asking(self, stirred: set[int], changed: set[int]) -> set[int]:
        """Return the faces of which a witness was asked that stand beside persons who are `stirred`."""
        found: set[int] = set()
        for number in stirred:
            face = self._roster.face(number)
            if number in changed or face.heading.sort == "Person":
                found.update(each for (each,) in self._database.execute(_BESIDE, (face.path,)))
        return found


class _Among(Clusters):
    """The clusters of `some` faces; `elsewhere` tells the cluster of any other."""

    def __init__(self, some: set[int], elsewhere: Callable[[int], int]) -> None:
        super().__init__()
        self._some = some
        self._elsewhere = elsewhere

    def of(self, thing: int) -> int:
        """Return the smallest member of the cluster of `thing`."""
        return super().of(thing) if thing in self._some else self._elsewhere(thing)


def _as_it_was(database: sqlite3.Connection, face: int, step: str) -> int:
    """Return the smallest member of the cluster in which a face was before `step`."""
    found, waiting = {face}, [face]
    while waiting:
        one = waiting.pop()
        more = {other for query in _BEFORE for (other,) in database.execute(query, (one, step))} - found
        found |= more
        waiting += more
    return min(found)


def asked_among(database: sqlite3.Connection, paths: Iterable[str]) -> set[int]:
    """Return those of the faces `paths` of which a witness was asked."""
    return {number for path in paths for (number,) in database.execute(_ASKED, (path,))}


def named_in(database: sqlite3.Connection, records: Iterable[int]) -> set[int]:
    """Return the faces of which a witness was asked that the `records` of the workbook name."""
    return {number for record in records for (number,) in database.execute(_NAMED_IN, (record,))}


_BEARERS = f"{BEARERS} WHERE name = ? ORDER BY bearer.thing, bearer.heading LIMIT ?"
_JOINED = "SELECT a, b, step FROM thing_joined WHERE a = ?"
_BEFORE = ("SELECT b FROM thing_joined WHERE a = ? AND step < ?", "SELECT a FROM thing_joined WHERE b = ? AND step < ?")
_ASKED = "SELECT thing.id FROM thing JOIN thing_asked ON thing_asked.id = thing.id WHERE path = ?"
_BESIDE = """
SELECT DISTINCT thing.id FROM mention AS one JOIN mention AS other ON other.incoming = one.incoming
    JOIN thing ON thing.path = other.path JOIN thing_asked ON thing_asked.id = thing.id WHERE one.path = ?
"""
_NAMED_IN = """
SELECT thing.id FROM record JOIN mention ON mention.incoming = record.incoming
    JOIN thing ON thing.path = mention.path JOIN thing_asked ON thing_asked.id = thing.id WHERE record.id = ?
"""
