"""Holdings records (MFHD) find the bibliographic record that they belong to, wherever in the library's sources it is.

    held       each holdings record, with the key of the record that its 004 names
    lacking    bibliographic records that are not published

Source: MARC 21 Format for Holdings Data, 004: the control number of the related bibliographic record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SCHEMA = """
CREATE TABLE held (incoming INTEGER PRIMARY KEY, library TEXT, of_record TEXT);
CREATE TABLE lacking (library TEXT, key TEXT, fate TEXT, times INTEGER, PRIMARY KEY (library, key, fate)) WITHOUT ROWID;
"""
_INDEX = "CREATE INDEX IF NOT EXISTS held_of ON held (library, of_record)"
_HELD = "SELECT incoming, library, of_record FROM held WHERE {which} ORDER BY incoming"
_SETTLED = "SELECT key, instance, work FROM settled WHERE library = ? AND key = ?"
_LACKING = "SELECT max(fate) FROM lacking WHERE library = ? AND key = ?"
"""Of several records with one number it counts that one is withheld."""
_HAVE_HOLDINGS = """
SELECT incoming FROM named WHERE incoming BETWEEN ? AND ? AND NOT again
    AND EXISTS (SELECT 1 FROM held WHERE held.library = named.library AND held.of_record = named.key) ORDER BY incoming
"""
_HAS_HOLDINGS = """
SELECT incoming, EXISTS (SELECT 1 FROM held WHERE held.library = :library AND held.of_record = :key)
    FROM record WHERE library = :library AND key = :key
"""
_ADD = "INSERT INTO lacking VALUES (?,?,?,1) ON CONFLICT (library, key, fate) DO UPDATE SET times = times + 1"
_TAKE = "UPDATE lacking SET times = times - 1 WHERE library = ? AND key = ? AND fate = ?"
_EMPTY = "DELETE FROM lacking WHERE library = ? AND key = ? AND fate = ? AND times = 0"


class Held(NamedTuple):
    """What becomes of one holdings record: its fate, and the record, the instance and the work it belongs to."""

    incoming: int
    fate: str
    rule: str = ""
    reason: str = ""
    key: str = ""
    instance: str = ""
    work: str = ""


class Holdings:
    """The holdings records of a release, in its workbook."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def begin(self) -> None:
        """Make the tables, for a build of everything."""
        self._database.execute("COMMIT")
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")

    def add(self, library: str, held: Iterable[tuple[int, str]], lacking: Iterable[tuple[str, str]]) -> None:
        """Take in holdings records of `library`, (number of arrival, key they name), and the (key, fate) of records.

        Those are the bibliographic records that are not published.
        """
        rows = ((number, library, key) for number, key in held)
        self._database.executemany("INSERT INTO held VALUES (?,?,?)", rows)
        self._database.executemany(_ADD, ((library, key, fate) for key, fate in lacking))

    def remove(self, library: str, held: Iterable[int], lacking: Iterable[tuple[str, str]]) -> None:
        """Take back what was taken in: holdings records by their numbers, and the (key, fate) of records."""
        self._database.executemany("DELETE FROM held WHERE incoming = ?", ((number,) for number in held))
        rows = [(library, key, fate) for key, fate in lacking]
        self._database.executemany(_TAKE, rows)
        self._database.executemany(_EMPTY, rows)

    def list(self) -> None:
        """Make what is asked for by the record that holdings belong to quick to find, once all were taken in."""
        self._database.execute(_INDEX)

    def every(self) -> Iterator[Held]:
        """Yield what becomes of each holdings record, once records are named."""
        return self._held("true", ())

    def settled(self, first: int, last: int) -> Iterator[Held]:
        """Yield what becomes of each holdings record with these numbers and between, once records are named."""
        return self._held("incoming BETWEEN ? AND ?", (first, last))

    def of(self, library: str, key: str) -> Iterator[Held]:
        """Yield what becomes of each holdings record that names this record."""
        return self._held("library = ? AND of_record = ?", (library, key))

    def records(self, first: int, last: int) -> Iterator[int]:
        """Yield the numbers of the records that have holdings, of those with these numbers and between, in order."""
        for (number,) in self._database.cursor().execute(_HAVE_HOLDINGS, (first, last)):
            yield int(number)

    def record(self, library: str, key: str) -> tuple[int, bool] | None:
        """Return the number of the record of this key, and whether holdings belong to it; None where there is none."""
        row = self._database.execute(_HAS_HOLDINGS, {"library": library, "key": key}).fetchone()
        return (int(row[0]), bool(row[1])) if row else None

    def _held(self, which: str, values: tuple[object, ...]) -> Iterator[Held]:
        for number, library, of_record in self._database.cursor().execute(_HELD.format(which=which), values):
            if row := self._database.execute(_SETTLED, (library, of_record)).fetchone():
                key, instance, work = row
                yield Held(number, "published", key=key, instance=instance, work=work)
                continue
            (fate,) = self._database.execute(_LACKING, (library, of_record)).fetchone()
            if fate == "withheld":
                yield Held(
                    number,
                    fate,
                    "record-withheld",
                    f"the record {of_record}, whose copies these are (004), is withheld",
                )
            else:
                what = "was rejected" if fate else "is nowhere in the sources of this library"
                reason = f"the record {of_record}, whose copies these are (004), {what}"
                yield Held(number, "rejected", "holdings-without-record", reason)
