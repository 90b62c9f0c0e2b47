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
CREATE TABLE lacking (library TEXT, key TEXT, fate TEXT, PRIMARY KEY (library, key)) WITHOUT ROWID;
"""
_SETTLED = """
SELECT held.incoming, held.of_record, settled.key, settled.instance, settled.work, lacking.fate FROM held
    LEFT JOIN settled ON settled.library = held.library AND settled.key = held.of_record
    LEFT JOIN lacking ON lacking.library = held.library AND lacking.key = held.of_record ORDER BY held.incoming
"""
_HAVE_HOLDINGS = """
SELECT DISTINCT settled.incoming FROM held JOIN settled ON settled.library = held.library
    AND settled.key = held.of_record ORDER BY 1
"""


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
    """The holdings records of a build, in its workbook."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("COMMIT")
        database.executescript(_SCHEMA)
        database.execute("BEGIN")

    def add(self, library: str, held: Iterable[tuple[int, str]], lacking: Iterable[tuple[str, str]]) -> None:
        """Take in holdings records of `library`, (number of arrival, key they name), and the (key, fate) of records.

        Those are the bibliographic records that are not published.
        """
        rows = ((number, library, key) for number, key in held)
        self._database.executemany("INSERT INTO held VALUES (?,?,?)", rows)
        self._database.executemany(
            # Of several records with one number it counts that one is withheld.
            "INSERT INTO lacking VALUES (?,?,?) ON CONFLICT (library, key) "
            "DO UPDATE SET fate = max(fate, excluded.fate)",
            ((library, key, fate) for key, fate in lacking),
        )

    def settled(self) -> Iterator[Held]:
        """Yield what becomes of each holdings record, in the order in which they came, once records are named."""
        for number, of_record, key, instance, work, fate in self._database.cursor().execute(_SETTLED):
            if instance is not None:
                yield Held(number, "published", key=key, instance=instance, work=work)
            elif fate == "withheld":
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

    def records(self) -> Iterator[int]:
        """Yield the number of arrival of each record that has holdings, in order."""
        for (number,) in self._database.cursor().execute(_HAVE_HOLDINGS):
            yield int(number)
