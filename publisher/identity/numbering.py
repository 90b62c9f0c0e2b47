"""Numbers for the records that an update brings, between those of the workbook, and for those that it takes away.

The records of one library and key are numbered together: which of them keeps the key is told by all of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from publisher.errors import RongError
from publisher.identity.workbook import GAP, Clue, Workbook


class Unamendable(RongError):
    """A change on which only a decision about all records is sure to be right; the message says why."""


class Numbering(NamedTuple):
    """Which numbers of records are gone and which are new, and the names of those that are gone."""

    gone: dict[int, str]
    come: dict[int, str]


def renumber(
    book: Workbook, gone: Iterable[int], come: Iterable[tuple[int, str, Clue]], single_out: frozenset[str]
) -> Numbering:
    """Take the records that arrived as `gone` out of `book`, and take in those of `come` (number, library, clue)."""
    database = book.database
    some = list(come)
    keys = {(library, clue.key) for _, library, clue in some}
    lost = set()
    for number in gone:
        if row := database.execute("SELECT library, key FROM incoming WHERE number = ?", (number,)).fetchone():
            keys.add(row)
            lost.add(number)
    before = {key: _standing(database, *key) for key in keys}
    _each_once(database, before)
    database.executemany("DELETE FROM incoming WHERE number = ?", ((number,) for number in lost))
    for number, library, clue in some:
        book.add(library, [(number, clue)])
    found = Numbering({}, {})
    fresh: dict[tuple[str, str], list[_Standing]] = {}
    for key in sorted(keys):
        after = book.numbered(*key, single_out)
        _each_once(database, {key: after})
        same = {row[1:]: row[0] for row in before[key]}
        fresh[key] = [(same.pop(row[1:], None), row) for row in after]
        for row in before[key]:
            if row[1:] in same:
                found.gone[row[0]] = f"{row[2]}-{row[3]}"
                database.execute("DELETE FROM record WHERE id = ?", (row[0],))
    for key, rows in fresh.items():
        _place(database, key, rows, found)
    return found


_SHARE = 0.625
"""Of the room before the next record what is left behind another, as a power: some thousands fit in one place."""

_Row = tuple[Any, ...]
_Standing = tuple[int | None, _Row]
"""A record as it is to be entered, with its number where it has one already."""


def _each_once(database: sqlite3.Connection, records: Mapping[tuple[str, str], list[_Row]]) -> None:
    """Raise Unamendable where one of the records came twice: which of the two counts is told by the order of all."""
    for key, rows in records.items():
        if len(rows) != database.execute(_ARRIVED, key).fetchone()[0]:
            raise Unamendable(f"the record {'-'.join(key)} came more than once")


_ARRIVED = "SELECT count(*) FROM incoming WHERE library = ? AND key = ?"
_STANDING = """
SELECT record.* FROM incoming CROSS JOIN record ON record.incoming = incoming.number
    WHERE incoming.library = ? AND incoming.key = ? ORDER BY record.id
"""
_LAST = """
SELECT max(record.id) FROM incoming CROSS JOIN record ON record.incoming = incoming.number
    WHERE incoming.library = ?1 AND incoming.key = (SELECT i.key FROM incoming AS i
        CROSS JOIN record AS r ON r.incoming = i.number WHERE i.library = ?1 AND i.key < ?2
        ORDER BY i.key DESC LIMIT 1)
"""
_LAST_OF_LIBRARY = """
SELECT max(record.id) FROM incoming CROSS JOIN record ON record.incoming = incoming.number
    WHERE (incoming.library, incoming.key) = (SELECT i.library, i.key FROM incoming AS i
        CROSS JOIN record AS r ON r.incoming = i.number WHERE i.library < ?
        ORDER BY i.library DESC, i.key DESC LIMIT 1)
"""


def _standing(database: sqlite3.Connection, library: str, key: str) -> list[_Row]:
    return list(database.execute(_STANDING, (library, key)))


def _place(
    database: sqlite3.Connection,
    key: tuple[str, str],
    rows: list[_Standing],
    found: Numbering,
) -> None:
    """Enter the records of one key, of which some have their numbers already."""
    (last,) = database.execute(_LAST, key).fetchone()
    if last is None:
        (last,) = database.execute(_LAST_OF_LIBRARY, key[:1]).fetchone()
    before = int(last or 0)
    for is_there, group in groupby(rows, key=lambda row: row[0] is not None):
        some = list(group)
        if is_there:
            before = max(int(number or 0) for number, _ in some)
            continue
        (after,) = database.execute("SELECT min(id) FROM record WHERE id > ?", (before,)).fetchone()
        # Most records come one after the other, behind those that came last.
        step = GAP if after is None else min(GAP, int((after - before) ** _SHARE)) // len(some)
        if step < len(found.gone) + 2:
            raise Unamendable(f"there is no room for another record before the one after {'-'.join(key)}")
        for _, row in some:
            before += step
            while before in found.gone:  # nobody takes the number of what goes: both are spoken of
                before += 1
            database.execute("INSERT INTO record VALUES (?,?,?,?,?,?,?)", (before, *row[1:]))
            found.come[before] = f"{row[2]}-{row[3]}"
