"""Which faces are one agent, concept or place, and what its IRI is: the last of what identity decides in a build.

In this order: the librarian's decisions, numbers that headings and authority records share, then names. Whatever says
that two are one, they stay two when a decision keeps them apart, when their kinds differ or their dates contradict.

    number            which faces have a number
    bearer            which faces bear a name without marks; `heading` is that of another name of an authority record
    thing_joined      what was joined, thing_doubt what may be one, thing_warned what was warned of, in which step
    thing_asked       the faces whose records a witness looked at
    final             the path under which each face is published, and the smallest face of what it is
    thing_unsettled   names that changed hands: whose they are may be another question in the next release
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from typing import Any

from publisher.identity.clusters import Clusters
from publisher.identity.decisions import Decisions
from publisher.identity.heading import Heading
from publisher.identity.joining import Joining, in_order
from publisher.identity.namesakes import Bearer
from publisher.identity.naming import LAST, Memory, Offer, award
from publisher.identity.roster import Roster, packed, unpacked
from publisher.identity.witness import Witness
from publisher.identity.workbook import Workbook

KINDS = ("agent", "concept", "place", "work")
_SCHEMA = """
CREATE TABLE number (value TEXT, thing INTEGER, PRIMARY KEY (value, thing)) WITHOUT ROWID;
CREATE TABLE bearer (name TEXT, thing INTEGER, heading BLOB, PRIMARY KEY (name, thing, heading)) WITHOUT ROWID;
CREATE TABLE listed_number (value TEXT, thing INTEGER);
CREATE TABLE listed_bearer (name TEXT, thing INTEGER, heading BLOB);
CREATE TABLE thing_joined (score REAL, a INTEGER, b INTEGER, reasons TEXT, step TEXT);
CREATE TABLE thing_doubt (score REAL, a INTEGER, b INTEGER, reasons TEXT, against TEXT, step TEXT);
CREATE TABLE thing_warned (step TEXT, n INTEGER, text TEXT, PRIMARY KEY (step, n)) WITHOUT ROWID;
CREATE TABLE thing_asked (id INTEGER PRIMARY KEY);
CREATE TABLE thing_place (id INTEGER PRIMARY KEY, cluster INTEGER);
CREATE TABLE final (path TEXT PRIMARY KEY, name TEXT, cluster INTEGER) WITHOUT ROWID;
CREATE TABLE thing_unsettled (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""
_LISTED = """
INSERT OR IGNORE INTO number SELECT value, thing FROM listed_number ORDER BY 1, 2;
INSERT OR IGNORE INTO bearer SELECT name, thing, heading FROM listed_bearer ORDER BY 1, 2, 3;
DROP TABLE listed_number; DROP TABLE listed_bearer
"""
_FINAL = """
INSERT INTO final SELECT thing.path, '{kind}/' || name, thing_place.cluster FROM thing
    JOIN thing_place ON thing_place.id = thing.id JOIN name_{table} AS named ON named.cluster = thing_place.cluster
"""
_UNSETTLED = """
INSERT OR IGNORE INTO thing_unsettled SELECT kind, name FROM moved WHERE kind = ?1
    UNION SELECT kind, target FROM moved WHERE kind = ?1
"""
_KEPT = """
CREATE INDEX thing_joined_a ON thing_joined (a); CREATE INDEX thing_joined_b ON thing_joined (b);
CREATE INDEX thing_doubt_a ON thing_doubt (a); CREATE INDEX thing_doubt_b ON thing_doubt (b);
CREATE INDEX final_cluster ON final (cluster);
CREATE INDEX final_name ON final (name) WHERE name != path;
DROP TABLE thing_place
"""
_AT_A_TIME = 5_000
_MOST_WARNINGS = 1_000
MOST_BEARERS = 3_000
"""Faces under one name that are asked who is who; a name that more have is no name."""


class Gathering:
    """Decides on the faces of a roster, once instances and works are decided in the workbook."""

    def __init__(self, book: Workbook, roster: Roster, decisions: Decisions, memory: Memory | None = None) -> None:
        self._roster = roster
        self._decisions = decisions
        self._memory = memory
        self._clusters = Clusters()
        self._witness = Witness(book, roster)
        self._joining = Joining(roster, self._clusters, self._witness)
        self._database = book.database

    @property
    def warnings(self) -> list[str]:
        """What a librarian should know, in the order of the steps."""
        return warnings(self._database)

    def run(self) -> None:
        """Join what is one, and name it."""
        database = self._database
        self._roster.number()
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        for ordered in in_order(self._decisions):
            self._joining.by_decision(ordered)
        self._list()
        self._by_numbers()
        self._by_names()
        self._enter(0)
        faces = database.cursor().execute("SELECT id FROM thing ORDER BY id")
        rows = ((number, self._clusters.of(number)) for (number,) in faces)
        database.executemany("INSERT INTO thing_place VALUES (?,?)", rows)
        database.execute("CREATE INDEX thing_place_cluster ON thing_place (cluster)")
        for kind in KINDS:
            table, memory = table_of(kind), None if kind == "work" else self._memory
            award(database, table, self._offers(kind), memory)
            database.execute(_FINAL.format(kind=kind, table=table))
            database.execute(_UNSETTLED, (table,))
        database.execute("COMMIT")

    def _list(self) -> None:
        """List the numbers of all faces, and the names they bear."""
        database = self._database
        numbers: list[tuple[str, int]] = []
        bearers: list[tuple[str, int, bytes]] = []

        def enter_listed(least: int) -> None:
            if max(len(numbers), len(bearers)) > least:
                database.executemany("INSERT INTO listed_number VALUES (?,?)", numbers)
                database.executemany("INSERT INTO listed_bearer VALUES (?,?,?)", bearers)
                numbers.clear()
                bearers.clear()

        for face in self._roster.faces():
            numbers += numbers_of(face.id, face.heading)
            bearers += borne(face.id, face.heading)
            enter_listed(_AT_A_TIME)
        for number, heading in self._roster.variants():
            bearers += borne_as_variant(number, heading)
            enter_listed(_AT_A_TIME)
        enter_listed(0)
        for statement in _LISTED.split(";"):
            database.execute(statement)

    def _by_numbers(self) -> None:
        rows = self._database.cursor().execute("SELECT value, thing FROM number ORDER BY value, thing")
        for value, group in groupby(rows, key=lambda row: str(row[0])):
            self._joining.by_number(value, [number for _, number in group])
            self._enter(_AT_A_TIME)

    def _by_names(self) -> None:
        rows = self._database.cursor().execute(f"{BEARERS} ORDER BY name, bearer.thing, bearer.heading")
        for name, group in groupby(rows, key=lambda row: str(row[0])):
            bearers = [bearer(row) for row in group]
            if 1 < len(bearers) <= MOST_BEARERS:
                self._joining.by_name(name, bearers)
                self._enter(_AT_A_TIME)

    def _enter(self, least: int) -> None:
        joining = self._joining
        if len(joining.joined) + len(joining.doubts) + len(joining.warned) > least:
            enter(self._database, joining, self._witness)

    def _offers(self, kind: str) -> Iterator[Offer]:
        query = f"""SELECT cluster, {OFFERED} FROM thing JOIN thing_place ON thing_place.id = thing.id
            WHERE path >= ? AND path < ? ORDER BY thing.id"""  # noqa: S608 - our own words
        for row in self._database.cursor().execute(query, (f"{kind}/", f"{kind}0")):
            yield from offers(*row)


BEARERS = """
SELECT name, bearer.thing, bearer.heading, thing.heading, authority FROM bearer JOIN thing ON thing.id = bearer.thing
"""
"""Who bears a name, as `bearer` takes it."""


def bearer(row: tuple[Any, ...]) -> Bearer:
    """Return who bears a name."""
    _, number, of_variant, heading, authority = row
    return Bearer(number, unpacked(of_variant or heading), authority, bool(of_variant))


def numbers_of(number: int, heading: Heading) -> list[tuple[str, int]]:
    """Return the rows of `number` of a face."""
    return [(value, number) for value in heading.numbers]


def borne(number: int, heading: Heading) -> list[tuple[str, int, bytes]]:
    """Return the rows of `bearer` of a face."""
    return [(f"{heading.kind}|{name}", number, b"")] if (name := heading.bare_name) else []


def borne_as_variant(number: int, heading: Heading) -> list[tuple[str, int, bytes]]:
    """Return the rows of `bearer` of another name of a face."""
    return [(name, of, packed(heading)) for name, of, _ in borne(number, heading)]


def enter(database: sqlite3.Connection, joining: Joining, witness: Witness) -> None:
    """Enter what came of steps, and forget it."""
    database.executemany("INSERT INTO thing_joined VALUES (?,?,?,?,?)", joining.joined)
    database.executemany("INSERT INTO thing_doubt VALUES (?,?,?,?,?,?)", joining.doubts)
    database.executemany("INSERT INTO thing_warned VALUES (?,?,?)", joining.warned)
    database.executemany("INSERT OR IGNORE INTO thing_asked VALUES (?)", ((each,) for each in witness.asked))
    for some in (joining.joined, joining.doubts, joining.warned, witness.asked):
        some.clear()


OFFERED = """
thing.id, thing.own, thing.path, EXISTS (SELECT 1 FROM thing AS t WHERE t.own = thing.path AND t.own != t.path)
"""
"""What a face could name what it is by: its number, its two paths, whether others could go by the second."""


def offers(cluster: int, number: int, own: str, path: str, is_shared: int) -> Iterator[Offer]:
    """Yield the names that a face could give to what it is: one of them could no other."""
    name = path.partition("/")[2]
    if own != path:
        yield Offer(cluster, number, 0, own.partition("/")[2], "")
    yield Offer(cluster, number, 1, name, name)
    if is_shared:
        yield Offer(cluster, number, LAST, blake2b(path.encode(), digest_size=8, person=b"another").hexdigest(), "")


def table_of(kind: str) -> str:
    """Return what the award of names of a kind is called.

    Titles that authorities describe are works, which have had their names awarded under that word.
    """
    return "title" if kind == "work" else kind


def warnings(database: sqlite3.Connection) -> list[str]:
    """Return what a librarian should know, in the order of the steps; of very many the first."""
    query = "SELECT text FROM thing_warned ORDER BY step, n LIMIT ?"
    return [text for (text,) in database.execute(query, (_MOST_WARNINGS,))]


def keep_gathered(database: sqlite3.Connection, roster: Roster) -> None:
    """Make ready what an update asks, and drop the rest, once voices are heard and account was given."""
    for statement in _KEPT.split(";"):
        database.execute(statement)
    for kind in KINDS:
        for table in ("offer", "name"):
            database.execute(f"DROP TABLE {table}_{table_of(kind)}")
    roster.keep()
