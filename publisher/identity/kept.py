"""What of a workbook is kept with its release, so that the update after it can decide on a part of it (`amendment`).

The evidence of a record is kept once, with its face.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from publisher.identity.candidates import keep_candidates
from publisher.identity.naming import Memory
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import INCOMING, Workbook

_KEPT = """
ALTER TABLE incoming RENAME TO arrived;
{incoming};
INSERT INTO incoming SELECT number, library, key, title, content, size, face, NULL, NULL, instance_titles, work_titles
    FROM arrived ORDER BY number;
DROP TABLE arrived; DROP TABLE offer_instance; DROP TABLE offer_work;
CREATE TABLE filed_under (key INTEGER, face INTEGER, PRIMARY KEY (key, face)) WITHOUT ROWID;
INSERT INTO filed_under SELECT DISTINCT key, face FROM filed ORDER BY key, face;
DROP TABLE filed; ALTER TABLE filed_under RENAME TO filed;
CREATE INDEX match_key ON match (key); CREATE INDEX match_a ON match (a); CREATE INDEX match_b ON match (b);
CREATE INDEX doubt_key ON doubt (key); CREATE INDEX doubt_a ON doubt (a); CREATE INDEX doubt_b ON doubt (b);
CREATE INDEX incoming_key ON incoming (library, key);
CREATE INDEX again_id ON again (id); CREATE INDEX warned_key ON warned (key);
CREATE TABLE unsettled (id INTEGER PRIMARY KEY);
CREATE TABLE moved_before (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE decided_by (decisions TEXT);
DELETE FROM joined; DELETE FROM work_joined; DELETE FROM doubt WHERE key IS NULL
"""
_FORGOTTEN = """
DELETE FROM moved_before;
INSERT INTO moved_before SELECT kind, name FROM moved WHERE kind IN ('instance', 'work');
DELETE FROM moved WHERE kind IN ('instance', 'work');
DELETE FROM joined; DELETE FROM work_joined; DELETE FROM doubt WHERE key IS NULL
"""
_UNSURE = """
SELECT doubt.a, doubt.b FROM {among} AS among CROSS JOIN doubt ON doubt.a = among.id
    CROSS JOIN place AS one ON one.id = doubt.a CROSS JOIN place AS other ON other.id = doubt.b
    WHERE one.instance = other.instance
"""
_PUBLISHED = """
SELECT place.{kind}, record.id, record.library || '-' || record.key, named.{kind} FROM {among} AS among
    CROSS JOIN place ON place.id = among.id CROSS JOIN record ON record.id = among.id
    CROSS JOIN named ON named.incoming = record.incoming ORDER BY 1
"""


def keep(book: Workbook, resolution: Resolution, memory: Memory | None) -> None:
    """Make the workbook of a build ready to be amended, once account was given; no transaction is open then.

    `memory` is that of the build, by which the records are found that the next one may decide on otherwise.
    """
    database = book.database
    run(database, _KEPT.replace("{incoming}", INCOMING))
    keep_candidates(database)
    database.execute("INSERT INTO decided_by VALUES (?)", (resolution.said_by_people(),))
    rows = [(number,) for number in unsettled(database, memory, "record")]
    database.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", rows)
    if database.in_transaction:
        database.execute("COMMIT")


def forget(database: sqlite3.Connection) -> None:
    """Forget what was joined, why, and what led to it: account of it was given."""
    run(database, _FORGOTTEN)


def unsettled(database: sqlite3.Connection, memory: Memory | None, among: str) -> Iterator[int]:
    """Yield the records on which the next build may decide otherwise because of what this one publishes.

    They are those that were published under another name, and what is one with them. `among` is the table of those
    that are asked.
    """
    for pair in database.execute(_UNSURE.format(among=among)).fetchall():
        yield from pair
    for kind in ("instance", "work") if memory is not None else ():
        rows = database.cursor().execute(_PUBLISHED.format(kind=kind, among=among))
        for _, group in groupby(rows, key=lambda row: row[0]):
            some = list(group)
            earlier = {memory.earlier(kind, own) for _, _, own, _ in some}  # type: ignore[union-attr]
            if earlier not in ({""}, {some[0][3]}):
                yield from (number for _, number, _, _ in some)


def run(database: sqlite3.Connection, script: str) -> None:
    """Run statements without ending the transaction that is open, as `executescript` would."""
    for statement in script.split(";"):
        database.execute(statement)
