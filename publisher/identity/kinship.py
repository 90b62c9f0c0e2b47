"""Which faces concern each other: what is decided of the one may depend on the other.

They share a number or a name without marks, were one thing before, or a decision of the librarian names them together.
What is joined to nothing of this by any chain is decided as before, whatever changes here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from publisher.identity.decisions import Decisions
from publisher.identity.gathering import MOST_BEARERS, borne, borne_as_variant, numbers_of
from publisher.identity.heading import Heading
from publisher.identity.joining import Ordered, in_order
from publisher.identity.numbering import Unamendable
from publisher.identity.rollcall import Standing
from publisher.identity.roster import Roster

_MOST = 20_000
"""Faces that are decided on again before a build of all does it sooner."""

_MATES = "SELECT thing.id FROM final JOIN thing ON thing.path = final.path WHERE cluster = ?"
_Way = tuple[str, str | int | Ordered]
"""What faces share: a number, a name, a decision, or what they were one in."""


class Kinship:
    """Finds which faces of `roster` concern which, under the `decisions` of the librarian."""

    def __init__(self, roster: Roster, decisions: Decisions) -> None:
        self._roster = roster
        self._database = roster.database
        self._decided: dict[str, list[Ordered]] = defaultdict(list)
        for ordered in in_order(decisions):
            for path in ordered.decision.of:
                self._decided[path].append(ordered)

    def decided(self, standing: Standing) -> list[Ordered]:
        """Return the decisions that name a face."""
        face = standing.face
        paths = (face.path, face.own, face.authority) if face is not None else ()
        return [ordered for path in paths for ordered in self._decided.get(path, ())]

    def numbers(self, standing: Standing) -> set[str]:
        """Return the numbers of a face."""
        return set(standing.face.heading.numbers) if standing.face is not None else set()

    def names(self, standing: Standing) -> set[str]:
        """Return the names without marks that a face bears."""
        if standing.face is None:
            return set()
        return {name for heading in (standing.face.heading, *standing.variants) for name in _name(heading)}

    def of_number(self, value: str) -> list[int]:
        """Return the faces that have a number, in ascending order."""
        rows = self._database.execute("SELECT thing FROM number WHERE value = ? ORDER BY thing", (value,))
        return [number for (number,) in rows]

    def of_name(self, name: str) -> set[int]:
        """Return the faces that bear a name, none where more do than are asked who is who."""
        (times,) = self._database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM bearer WHERE name = ? LIMIT ?)", (name, MOST_BEARERS + 1)
        ).fetchone()
        if times > MOST_BEARERS:
            return set()
        return {number for (number,) in self._database.execute("SELECT thing FROM bearer WHERE name = ?", (name,))}

    def of_decision(self, ordered: Ordered) -> Iterator[int]:
        """Yield the faces that a decision names."""
        for path in ordered.decision.of:
            yield from self._roster.called(path)

    def beside(self, standing: Standing) -> set[int]:
        """Return the faces that a face concerns at once."""
        return {number for way in self._ways(standing) for number in self._along(way)}

    def _ways(self, standing: Standing) -> list[_Way]:
        """Return what a face shares with those that it concerns."""
        if standing.face is None:
            return []
        query = "SELECT cluster FROM final WHERE path = ?"
        return [
            *(("number", value) for value in self.numbers(standing)),
            *(("name", name) for name in self.names(standing)),
            *(("decision", ordered) for ordered in self.decided(standing)),
            *(("cluster", cluster) for (cluster,) in self._database.execute(query, (standing.face.path,))),
        ]

    def _along(self, way: _Way) -> Iterable[int]:
        match way:
            case "number", str(value):
                return self.of_number(value)
            case "name", str(name):
                return self.of_name(name)
            case "decision", Ordered() as ordered:
                return self.of_decision(ordered)
            case _:
                return [number for (number,) in self._database.execute(_MATES, way[1:])]

    def standing(self, number: int) -> Standing:
        """Return what is known of the face `number`."""
        face = self._roster.face(number)
        return Standing(face, tuple(self._roster.variants_of(face.path)) if face.authority else ())

    def relist(self, before: Standing, after: Standing) -> None:
        """Enter the numbers and the names of a face `after` it changed in place of those that it had `before`."""
        execute = self._database.execute
        if (face := before.face) is not None:
            for value in self.numbers(before):
                execute("DELETE FROM number WHERE value = ? AND thing = ?", (value, face.id))
            for name in self.names(before):
                execute("DELETE FROM bearer WHERE name = ? AND thing = ?", (name, face.id))
        if (face := after.face) is not None:
            many = self._database.executemany
            many("INSERT OR IGNORE INTO number VALUES (?,?)", numbers_of(face.id, face.heading))
            many("INSERT OR IGNORE INTO bearer VALUES (?,?,?)", borne(face.id, face.heading))
            for heading in after.variants:
                many("INSERT OR IGNORE INTO bearer VALUES (?,?,?)", borne_as_variant(face.id, heading))

    def reached(self, seeds: Iterable[int]) -> set[int]:
        """Return all that is joined to `seeds` by a chain of what concerns each other; raises Unamendable for much."""
        found: set[int] = set()
        gone_along: set[_Way] = set()
        waiting = list(seeds)
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            if len(found) > _MOST:
                raise Unamendable(f"more than {_MOST} names of agents, concepts and places concern each other")
            ways = set(self._ways(self.standing(number))) - gone_along
            gone_along |= ways
            waiting += (each for way in ways for each in self._along(way))
        return found


def _name(heading: Heading) -> list[str]:
    return [name for name, _, _ in borne(0, heading)]
