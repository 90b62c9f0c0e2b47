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
    a cluster could have and has not the one that it has instead.
    """
    database.executescript(
        f"""
        CREATE TABLE offer_{kind} (cluster INTEGER, record INTEGER, rank INTEGER, name TEXT);
        CREATE TABLE claim_{kind} (name TEXT, borrowed INTEGER, since TEXT, record INTEGER, cluster INTEGER);
        CREATE TABLE name_{kind} (cluster INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE IF NOT EXISTS moved (kind TEXT, name TEXT, target TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
        """
    )
    made = iter(offers)
    while some := list(islice(made, _AT_A_TIME)):
        plain = ((o.cluster, o.record, o.rank, o.name) for o in some)
        database.executemany(f"INSERT INTO offer_{kind} VALUES (?,?,?,?)", plain)  # noqa: S608 - our own word
        if memory is not None:
            rows = (row for offer in some for row in _claims(offer, kind, memory))
            database.executemany(f"INSERT INTO claim_{kind} VALUES (?,?,?,?,?)", rows)  # noqa: S608
    database.executescript(_AWARD.replace("{kind}", kind))


def _claims(offer: Offer, kind: str, memory: Memory) -> Iterator[tuple[str, int, str, int, int]]:
    if since := memory.since(kind, offer.name):
        # What a work is called by a key, other works could be called; by the name of its record, no other could.
        yield offer.name, _BORROWED if kind == "work" and not offer.own else _OWN, since, offer.record, offer.cluster
    earlier = memory.earlier(kind, offer.own) if offer.own else ""
    if earlier and (since := memory.since(kind, earlier)):
        yield earlier, _EARLIER, since, offer.record, offer.cluster


_OWN, _EARLIER, _BORROWED = range(3)
"""Whose a published name is: the record's it was made of, one's that was published under it, one's that could be."""

_AWARD = """
CREATE INDEX offer_{kind}_name ON offer_{kind} (name, rank, record);
CREATE TABLE won_{kind} AS SELECT name, cluster, since, borrowed, record FROM (
    SELECT *, row_number() OVER (PARTITION BY name ORDER BY borrowed, record) AS place FROM claim_{kind})
    WHERE place = 1;
INSERT INTO name_{kind} SELECT cluster, name FROM (
    SELECT *, row_number() OVER (PARTITION BY cluster ORDER BY since, borrowed, record, name) AS place
    FROM won_{kind}) WHERE place = 1;
CREATE INDEX won_{kind}_name ON won_{kind} (name);
INSERT INTO name_{kind} SELECT cluster, name FROM (
    SELECT *, row_number() OVER (PARTITION BY cluster ORDER BY record, rank) AS place FROM (
        SELECT *, row_number() OVER (PARTITION BY name ORDER BY record, rank) AS claimant FROM offer_{kind})
    WHERE claimant = 1
        AND cluster NOT IN (SELECT cluster FROM name_{kind}) AND name NOT IN (SELECT name FROM won_{kind}))
    WHERE place = 1;
CREATE INDEX name_{kind}_name ON name_{kind} (name);
INSERT INTO moved SELECT '{kind}', won.name, named.name
    FROM won_{kind} AS won JOIN name_{kind} AS named ON named.cluster = won.cluster
    WHERE won.name NOT IN (SELECT name FROM name_{kind});
DROP TABLE claim_{kind}; DROP TABLE won_{kind};
"""
