"""Which name a cluster has: one that is published already if there is any, else that of the record that sorts first.

What was published decides: a name under which a record of the cluster was published before. Where two clusters could
go on under one name, that of its own record does, else the one with the record that sorts first. Names are what IRIs
end with. Everything is kept in the workbook, for there may be millions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, Protocol

_AT_A_TIME = 10_000


class Memory(Protocol):
    """What was published before; `kind` is one of things with IRIs, names are what IRIs end with."""

    def since(self, kind: str, name: str) -> str:
        """Return the release that published a name first, "" if none did or it leads to another now."""
        ...

    def earlier(self, kind: str, record: str) -> str:
        """Return the name under which the record `record` was published last, "" if it never was.

        Of agents, concepts and places a face takes the place of a record: it is asked for by its own name.
        """
        ...

    def leading(self, kind: str, name: str) -> Iterable[str]:
        """Return the published names of agents, concepts or places that lead to `name` now."""
        ...


class Offer(NamedTuple):
    """That the record `record` could name its cluster `name`; the lower `rank`, the rather.

    `own` is the record's name where it is the last that the record offers, "" in the offers before.
    """

    cluster: int
    record: int
    rank: int
    name: str
    own: str


def award(database: sqlite3.Connection, kind: str, offers: Iterable[Offer], memory: Memory | None) -> None:
    """Give every cluster a name, in the table `name_{kind}` (cluster, name), and list in `moved` what leads to it.

    Each cluster must offer at least one name that no other cluster offers. `moved` has for every published name that
    a cluster could have and has not the one that it has instead. The offers stay, in the table `offer_{kind}`.
    """
    begin(database, kind)
    made = iter(offers)
    while some := list(islice(made, _AT_A_TIME)):
        database.executemany(f"INSERT INTO offer_{kind} VALUES (?,?,?,?,?)", some)  # noqa: S608 - our own word
        if memory is not None:
            claim(database, kind, (row for offer in some for row in claims(offer, kind, memory)))
    settle(database, kind, kind)


def begin(database: sqlite3.Connection, table: str) -> None:
    """Make the tables of an award that is called `table`."""
    _run(database, _BEGIN.replace("{table}", table))


def settle(database: sqlite3.Connection, kind: str, table: str) -> None:
    """Award the names of things of a `kind` by the offers and claims in the tables called `table`."""
    _run(database, _AWARD.replace("{kind}", kind).replace("{table}", table).replace("{last}", str(LAST)))


def _run(database: sqlite3.Connection, script: str) -> None:
    """Run statements without ending the transaction that is open, as `executescript` would."""
    for statement in script.split(";"):
        database.execute(statement)


_BEGIN = """
CREATE TABLE offer_{table} (cluster INTEGER, record INTEGER, rank INTEGER, name TEXT, own TEXT);
CREATE TABLE claim_{table} (name TEXT, borrowed INTEGER, since TEXT, record INTEGER, cluster INTEGER);
CREATE TABLE name_{table} (cluster INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE IF NOT EXISTS moved (kind TEXT, name TEXT, target TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID
"""


Claim = tuple[str, int, str, int, int]
"""A published name, whose it is, since when, the record and the cluster that claim it."""


def claim(database: sqlite3.Connection, table: str, rows: Iterable[Claim]) -> None:
    """Enter claims."""
    database.executemany(f"INSERT INTO claim_{table} VALUES (?,?,?,?,?)", rows)  # noqa: S608 - our own word


def claims(offer: Offer, kind: str, memory: Memory) -> Iterator[Claim]:
    """Yield what a record claims by an offer: the name itself, and that under which the record was published."""
    if since := memory.since(kind, offer.name):
        # What a work is called by a key, other works could be called; by the name of its record, no other could.
        yield offer.name, _BORROWED if kind == "work" and not offer.own else _OWN, since, offer.record, offer.cluster
    earlier = memory.earlier(kind, offer.own) if offer.own else ""
    if earlier and (since := memory.since(kind, earlier)):
        yield earlier, EARLIER, since, offer.record, offer.cluster


LAST = 9
"""The rank of a name that is taken only where a cluster could have no other."""

_OWN, EARLIER, _BORROWED = range(3)
"""Whose a published name is: the record's it was made of, one's that was published under it, one's that could be."""

_AWARD = """
CREATE INDEX offer_{table}_name ON offer_{table} (name, rank, record);
CREATE TABLE won_{table} AS SELECT name, cluster, since, borrowed, record FROM (
    SELECT *, row_number() OVER (PARTITION BY name ORDER BY borrowed, record) AS place FROM claim_{table})
    WHERE place = 1;
INSERT INTO name_{table} SELECT cluster, name FROM (
    SELECT *, row_number() OVER (PARTITION BY cluster ORDER BY since, borrowed, record, name) AS place
    FROM won_{table}) WHERE place = 1;
CREATE INDEX won_{table}_name ON won_{table} (name);
INSERT INTO name_{table} SELECT cluster, name FROM (
    SELECT *, row_number() OVER (PARTITION BY cluster ORDER BY rank = {last}, record, rank) AS place FROM (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY record, rank) AS claimant FROM offer_{table})
    WHERE claimant = 1
        AND cluster NOT IN (SELECT cluster FROM name_{table}) AND name NOT IN (SELECT name FROM won_{table}))
    WHERE place = 1;
CREATE INDEX name_{table}_name ON name_{table} (name);
INSERT INTO moved SELECT '{kind}', won.name, named.name
    FROM won_{table} AS won JOIN name_{table} AS named ON named.cluster = won.cluster
    WHERE won.name NOT IN (SELECT name FROM name_{table});
DROP TABLE claim_{table}; DROP TABLE won_{table}
"""
