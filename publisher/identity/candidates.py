"""The names that instances and works could have, by cluster and by name, in a workbook that is kept.

What a record offers is told by its own name and the keys that its work is filed under, so no offers are kept.

    titled      (face, rank, besides, name): the names that the keys of a face's work make
    own_work    (name, record): the name of a work that is made of its record's own
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from publisher.identity.naming import Memory, Offer
from publisher.identity.renaming import Renaming
from publisher.identity.works import OWN_RANK, OfWork, work_id

_SCHEMA = (
    """
CREATE TABLE titled (face INTEGER, rank INTEGER, besides INTEGER, name INTEGER, PRIMARY KEY (face, rank)) WITHOUT ROWID
""",
    "CREATE TABLE own_work (name INTEGER PRIMARY KEY, record INTEGER)",
)
_CLAIMANTS = """
SELECT min(place.id), cluster FROM name_{kind} CROSS JOIN place ON place.{kind} = cluster WHERE name = ?
    GROUP BY cluster
"""
_OF_CLUSTER = """
SELECT record.id, record.library || '-' || record.key FROM place CROSS JOIN record ON record.id = place.id
    WHERE place.{kind} = ? ORDER BY record.id
"""
_BY_INSTANCE_NAME = """
SELECT place.instance, record.id FROM record CROSS JOIN place ON place.id = record.id WHERE library = ? AND key = ?
"""
_TITLED = "SELECT rank, name FROM titled WHERE face = ? AND NOT besides ORDER BY rank"
_BY_TITLE = """
SELECT place.work, titled.face, titled.rank FROM titled CROSS JOIN place ON place.id = titled.face
    WHERE titled.name = ? AND NOT titled.besides
"""
_BY_OWN_NAME = """
SELECT place.work, record.id, record.library || '-' || record.key FROM own_work
    CROSS JOIN record ON record.id = own_work.record CROSS JOIN place ON place.id = record.id WHERE own_work.name = ?
"""


def keep_candidates(database: sqlite3.Connection) -> None:
    """Enter what all records of a workbook offer, in place of the keys of works that a build has entered."""
    for statement in _SCHEMA:
        database.execute(statement)
    filed = database.cursor().execute("SELECT face, rank, besides, key FROM of_work ORDER BY rowid")
    enter_titles(database, ((face, rank, bool(besides), key) for face, rank, besides, key in filed))
    database.execute("CREATE INDEX titled_name ON titled (name)")
    database.execute("DROP TABLE of_work")
    records = database.cursor().execute("SELECT id, library || '-' || key FROM record")
    rows = sorted((_number(work_id(name)), record) for record, name in records)
    database.executemany("INSERT OR REPLACE INTO own_work VALUES (?,?)", rows)


def enter_titles(database: sqlite3.Connection, filed: Iterable[OfWork]) -> None:
    """Enter the names that the keys of the works of faces make."""
    rows = ((face, rank, besides, _number(work_id(key))) for face, rank, besides, key in filed)
    database.executemany("INSERT INTO titled VALUES (?,?,?,?)", rows)


def change_records(database: sqlite3.Connection, gone: Iterable[str], come: dict[int, str]) -> None:
    """Forget the names of records that are `gone`, enter those of records that `come`."""
    database.executemany("DELETE FROM own_work WHERE name = ?", ((_number(work_id(name)),) for name in gone))
    rows = ((_number(work_id(name)), record) for record, name in come.items())
    database.executemany("INSERT OR REPLACE INTO own_work VALUES (?,?)", rows)


def titles_of(database: sqlite3.Connection, faces: Iterable[int]) -> list[str]:
    """Return the names of works that these faces offer."""
    return [_name(name) for face in faces for _, name in database.execute(_TITLED, (face,))]


class Candidates(Renaming):
    """Awards the names of instances or works again, whose clusters `place` has already."""

    def __init__(self, database: sqlite3.Connection, kind: str, memory: Memory | None) -> None:
        super().__init__(database, kind, memory, self._last_under)

    def run(self, gone: Iterable[tuple[str, str]], old: set[int], offers: list[Offer]) -> set[int]:
        """Award names; return the clusters whose name may have changed.

        `gone` has (name, own) of the offers that what changed made before, `old` the clusters that it made up, and
        `offers` are those that it makes now, in clusters that nothing else is in.
        """
        kind, database = self._kind, self._database
        free = [(name, "") for each in old for (name,) in database.execute(f"{_NAME.format(kind=kind)}", (each,))]
        database.executemany(f"DELETE FROM name_{kind} WHERE cluster = ?", ((each,) for each in old))  # noqa: S608
        asked = self.award([*gone, *free], offers)
        database.execute(f"DELETE FROM name_{kind} WHERE cluster IN (SELECT cluster FROM name_again)")  # noqa: S608
        database.execute(f"INSERT INTO name_{kind} SELECT cluster, name FROM name_again")  # noqa: S608
        database.execute("DROP TABLE name_again")
        return asked

    def _last_under(self, name: str) -> Iterator[tuple[int, int]]:
        yield from self._database.execute(_CLAIMANTS.format(kind=self._kind), (name,))

    def _offers(self, by: str, value: int | str) -> list[Offer]:
        """Return what a cluster offers, or who offers a name."""
        if isinstance(value, int):
            rows = self._database.execute(_OF_CLUSTER.format(kind=self._kind), (value,)).fetchall()
            return [offer for record, name in rows for offer in self._of_record(value, record, name)]
        return [*(self._by_instance_name(value) if self._kind == "instance" else self._by_work_name(value))]

    def _of_record(self, cluster: int, record: int, name: str) -> Iterator[Offer]:
        if self._kind == "instance":
            yield Offer(cluster, record, 0, name, name)
            return
        for rank, titled in self._database.execute(_TITLED, (record,)):
            yield Offer(cluster, record, rank, _name(titled), "")
        yield Offer(cluster, record, OWN_RANK, work_id(name), name)

    def _by_instance_name(self, name: str) -> Iterator[Offer]:
        library, _, key = name.partition("-")
        for cluster, record in self._database.execute(_BY_INSTANCE_NAME, (library, key)):
            yield Offer(cluster, record, 0, name, name)

    def _by_work_name(self, name: str) -> Iterator[Offer]:
        number = _number(name)
        for cluster, face, rank in self._database.execute(_BY_TITLE, (number,)):
            yield Offer(cluster, face, rank, name, "")
        for cluster, record, own in self._database.execute(_BY_OWN_NAME, (number,)):
            yield Offer(cluster, record, OWN_RANK, name, own)


_NAME = "SELECT name FROM name_{kind} WHERE cluster = ?"


def _number(name: str) -> int:
    """Return the name of a work, which is a digest in hexadecimal figures, as SQLite keeps numbers."""
    return int.from_bytes(bytes.fromhex(name), "big", signed=True)


def _name(number: int) -> str:
    return number.to_bytes(8, "big", signed=True).hex()
