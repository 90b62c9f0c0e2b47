"""Which faces are one agent, concept or place, and what its IRI is: the last of what identity decides in a build.

In this order: the librarian's decisions, numbers that headings and authority records share, then names. Whatever says
that two are one, they stay two when a decision keeps them apart, when their kinds differ or their dates contradict.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from itertools import groupby

import orjson

from publisher.identity.clusters import Clusters
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.heading import Heading
from publisher.identity.namesakes import Bearer, Namesakes, Union, contradiction
from publisher.identity.naming import Memory, Offer, award
from publisher.identity.roster import Numbered, Roster
from publisher.identity.witness import Witness
from publisher.identity.workbook import Workbook

KINDS = ("agent", "concept", "place", "work")
_SCHEMA = """
CREATE TABLE number (value TEXT, thing INTEGER);
CREATE TABLE bearer (name TEXT, thing INTEGER, variant INTEGER, heading BLOB);
CREATE TABLE thing_joined (score REAL, a INTEGER, b INTEGER, reasons TEXT);
CREATE TABLE thing_doubt (score REAL, a INTEGER, b INTEGER, reasons TEXT, against TEXT);
CREATE TABLE thing_place (id INTEGER PRIMARY KEY, cluster INTEGER);
CREATE TABLE final (path TEXT PRIMARY KEY, name TEXT, cluster INTEGER) WITHOUT ROWID;
"""
_FINAL = """
INSERT INTO final SELECT thing.path, '{kind}/' || name, thing_place.cluster FROM thing
    JOIN thing_place ON thing_place.id = thing.id JOIN name_{table} AS named ON named.cluster = thing_place.cluster
"""
_DECIDED, _NUMBERED = 100.0, 10.0
_AT_A_TIME = 5_000
_MOST_WARNINGS = 1_000
_MOST_BEARERS = 3_000
"""Faces under one name that are asked who is who; a name that more have is no name."""


class Gathering:
    """Decides on the faces of a roster, once instances and works are decided in the workbook."""

    def __init__(self, book: Workbook, roster: Roster, decisions: Decisions, memory: Memory | None = None) -> None:
        self._roster = roster
        self._decisions = decisions
        self._memory = memory
        self._witness = Witness(book, roster)
        self._database = book.database
        self._joined: list[tuple[float, int, int, bytes]] = []
        self._doubts: list[tuple[float, int, int, bytes, bytes]] = []
        self.warnings: list[str] = []

    def run(self) -> None:
        """Join what is one, and name it."""
        database = self._database
        count = self._roster.number()
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        self._clusters = Clusters()
        self._decide()
        self._list()
        self._by_numbers()
        self._by_names()
        self._enter(0)
        rows = ((number, self._clusters.of(number)) for number in range(count))
        database.executemany("INSERT INTO thing_place VALUES (?,?)", rows)
        database.execute("CREATE INDEX thing_place_cluster ON thing_place (cluster)")
        for kind in KINDS:
            # Titles that authorities describe are works, which have had their names awarded under that word.
            table, memory = ("title", None) if kind == "work" else (kind, self._memory)
            award(database, table, self._offers(kind), memory)
            database.execute(_FINAL.format(kind=kind, table=table))

    # Decisions

    def _decide(self) -> None:
        for decision in self._decisions.different:
            found = self._numbers(decision)
            for n, a in enumerate(found):
                for b in found[n + 1 :]:
                    self._clusters.keep_apart(a, b)
        for decision in self._decisions.same:
            found = self._numbers(decision)
            reasons = ("decided by a person", *([decision.note] if decision.note else []))
            for other in found[1:]:
                self._join(Union(_DECIDED, found[0], other, reasons), forbidden=False)

    def _numbers(self, decision: Decision) -> list[int]:
        found = []
        for path in decision.of:
            numbers = self._of_path(path)
            if not numbers:
                self.warnings.append(f"The file of decisions names {path}, which nothing in this build is.")
            found += numbers[:1]
        return found

    def _of_path(self, path: str) -> list[int]:
        """Return the faces that `path` names: by their own name, by that of the IRI they had, or as a record's."""
        query = "SELECT id FROM thing WHERE path = :path OR own = :path OR authority = :path ORDER BY id"
        return [number for (number,) in self._database.execute(query, {"path": path})]

    # Numbers

    def _list(self) -> None:
        """List the numbers of all faces, and the names they bear."""
        numbers: list[tuple[str, int]] = []
        bearers: list[tuple[str, int, bool, bytes]] = []

        def enter(least: int) -> None:
            if max(len(numbers), len(bearers)) > least:
                self._database.executemany("INSERT INTO number VALUES (?,?)", numbers)
                self._database.executemany("INSERT INTO bearer VALUES (?,?,?,?)", bearers)
                numbers.clear()
                bearers.clear()

        for face in self._roster.faces():
            numbers += [(number, face.id) for number in face.heading.numbers]
            bearers += _borne(face.id, face.heading, variant=False)
            enter(_AT_A_TIME)
        for number, heading in self._roster.variants():
            bearers += _borne(number, heading, variant=True)
            enter(_AT_A_TIME)
        enter(0)

    def _by_numbers(self) -> None:
        """Join what has the same number. One that two authority records of a library have joins nothing."""
        rows = self._database.cursor().execute("SELECT DISTINCT value, thing FROM number ORDER BY value, thing")
        for value, group in groupby(rows, key=lambda row: str(row[0])):
            faces = [self._roster.face(number) for _, number in group]
            owners = [face for face in faces if face.authority]
            libraries = [face.authority.partition("-")[0] for face in owners]
            if len(libraries) > len(set(libraries)):
                names = ", ".join(f"{face.authority} ({face.label})" for face in owners)
                self._warn(f"The number {value} is that of several authority records: {names}; it joins nothing.")
                continue
            leaders: list[Numbered] = []
            for face in faces:
                if not any(self._of_number(leader, face, value) for leader in leaders):
                    leaders.append(face)

    def _of_number(self, a: Numbered, b: Numbered, value: str) -> bool:
        against = contradiction(a.heading, b.heading)
        # The address of a concept is the same in every language: its names need not have a word in common.
        named = a.heading.kind == "agent" or value.startswith("(")
        if not against and named and not self._share_a_word(a, b):
            against = f"{a.label} has no word in common with {b.label}"
        if against:
            self._doubts.append((_NUMBERED, a.id, b.id, orjson.dumps([f"number {value}"]), orjson.dumps([against])))
            if a.authority or b.authority or a.heading.kind == b.heading.kind == "agent":
                self._warn(f"{value} stands for {a.label} and for {b.label}: {against}.")
            return False
        return self._join(Union(_NUMBERED, a.id, b.id, (f"number {value}",)))

    def _share_a_word(self, a: Numbered, b: Numbered) -> bool:
        """Return whether two names have a word in common, or are written in two scripts."""
        ours, theirs = (self._words(face) for face in (a, b))
        return not ours.isdisjoint(theirs) or any(not word.isascii() for word in (*ours, *theirs))

    def _words(self, face: Numbered) -> set[str]:
        words = set(face.heading.bare_name.split())
        if face.authority:
            query = "SELECT heading FROM bearer WHERE thing = ? AND variant"
            for (packed,) in self._database.execute(query, (face.id,)):
                words.update(Heading(*marshal.loads(packed)).bare_name.split())  # noqa: S302 - our own
        return words

    # Names

    def _by_names(self) -> None:
        self._database.execute("CREATE INDEX bearer_name ON bearer (name, thing)")
        query = """SELECT name, bearer.thing, bearer.heading, authority, variant FROM bearer
            JOIN thing ON thing.id = bearer.thing ORDER BY name, bearer.thing, variant, bearer.heading"""
        rows = self._database.cursor().execute(query)
        for _, group in groupby(rows, key=lambda row: str(row[0])):
            bearers = [
                Bearer(number, Heading(*marshal.loads(packed)), authority, bool(variant))  # noqa: S302 - our own
                for _, number, packed, authority, variant in group
            ]
            if 1 < len(bearers) <= _MOST_BEARERS:
                for union in Namesakes(bearers, self._clusters, self._witness).unions():
                    self._join(union)
                self._enter(_AT_A_TIME)

    def _forbids(self, a: int, b: int) -> bool:
        return bool(contradiction(self._roster.face(a).heading, self._roster.face(b).heading))

    def _join(self, union: Union, *, forbidden: bool = True) -> bool:
        """Join two faces unless something contradicts; enter what was done. Return whether they are one now."""
        clusters, (score, a, b, reasons, doubts) = self._clusters, union
        if clusters.of(a) == clusters.of(b):
            return True
        said = orjson.dumps(reasons)
        if not doubts and clusters.are_kept_apart(a, b):
            one, other = self._roster.face(a), self._roster.face(b)
            self._warn(f"{one.label} and {other.label} are kept apart by a decision, though {reasons[0]}.")
            return False
        if not doubts and clusters.join(a, b, self._forbids if forbidden else None):
            self._joined.append((score, a, b, said))
            return True
        against = doubts or tuple(self._against(a, b))
        self._doubts.append((score, a, b, said, orjson.dumps(against)))
        if doubts and union.doubts[0].startswith("two authority records"):
            one, other = self._roster.face(a), self._roster.face(b)
            self._warn(f"{one.authority} and {other.authority} are two authority records of one heading, {one.label}.")
        return False

    def _against(self, a: int, b: int) -> Iterator[str]:
        for ours in self._clusters.members(a)[:40]:
            for theirs in self._clusters.members(b)[:40]:
                if why := contradiction(self._roster.face(ours).heading, self._roster.face(theirs).heading):
                    yield why
                    return

    def _enter(self, least: int) -> None:
        if len(self._joined) + len(self._doubts) > least:
            self._database.executemany("INSERT INTO thing_joined VALUES (?,?,?,?)", self._joined)
            self._database.executemany("INSERT INTO thing_doubt VALUES (?,?,?,?,?)", self._doubts)
            self._joined.clear()
            self._doubts.clear()

    def _warn(self, text: str) -> None:
        if len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(text)

    # IRIs

    def _offers(self, kind: str) -> Iterator[Offer]:
        query = """SELECT cluster, thing.id, own, path FROM thing JOIN thing_place ON thing_place.id = thing.id
            WHERE path >= ? AND path < ? ORDER BY thing.id"""
        for cluster, number, own, path in self._database.cursor().execute(query, (f"{kind}/", f"{kind}0")):
            name = path.partition("/")[2]
            if own != path:
                yield Offer(cluster, number, 0, own.partition("/")[2], "")
            yield Offer(cluster, number, 1, name, name)


def _borne(number: int, heading: Heading, *, variant: bool) -> list[tuple[str, int, bool, bytes]]:
    name = heading.bare_name
    return [(f"{heading.kind}|{name}", number, variant, marshal.dumps(tuple(heading), 2))] if name else []
