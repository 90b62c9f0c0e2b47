"""Which name a cluster has: one that is published already if there is any, else that of the record that sorts first.

Every record could have named its cluster by itself; these names are its *own*. What the registry knows of them decides:
a name that stands for its own record comes first, then one under which the record was published as part of another.
Names are what IRIs end with. Everything is kept in the workbook, for there may be millions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

_AT_A_TIME = 10_000


class Standing(NamedTuple):
    """What was published under a name: since which release, and what it was merged into ("" for nothing)."""

    since: str
    target: str


Recall = Callable[[str, str], Standing | None]
"""Tells what the registry knows of a kind ("instance", "work") and a name."""


class Offer(NamedTuple):
    """That the record `record` could name the cluster it is in `name`; the lower `rank`, the rather."""

    cluster: int
    record: int
    rank: int
    name: str


def award(database: sqlite3.Connection, kind: str, offers: Iterable[Offer], recall: Recall | None) -> None:
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
        database.executemany(f"INSERT INTO offer_{kind} VALUES (?,?,?,?)", some)  # noqa: S608 - our own word
        if recall is not None:
            rows = (row for offer in some for row in _claims(offer, kind, recall))
            database.executemany(f"INSERT INTO claim_{kind} VALUES (?,?,?,?,?)", rows)  # noqa: S608
    database.executescript(_AWARD.replace("{kind}", kind))


def _claims(offer: Offer, kind: str, recall: Recall) -> Iterator[tuple[str, int, str, int, int]]:
    name, standing = offer.name, recall(kind, offer.name)
    followed = {name}
    while standing is not None and standing.target and standing.target not in followed:
        name = standing.target
        followed.add(name)
        standing = recall(kind, name)
    if standing is not None and not standing.target:
        yield name, int(len(followed) > 1), standing.since, offer.record, offer.cluster


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
