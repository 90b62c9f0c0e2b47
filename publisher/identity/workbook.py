"""The evidence of all records of a build, on the disk: what is known of a record between the two halves of a build.

An SQLite database in the folder of the release. Records are numbered in the order of library and key, never in the
order in which they came, so that nothing below depends on that. Between two numbers there is room for those of records
that an update brings (`amendment`).

    incoming    what came, in the order in which it came
    record      each record once, numbered; its key is final
    face        the distinct evidence, under the number of the first record that has it
    filed       (key, face): which faces are compared
    large       of the keys under which too many are filed: what stands for title, year and volume of each face
    match       pairs of faces that are one edition, with the key under which they were compared
    joined      those of them that were joined; work_joined likewise for works
    doubt       pairs a person should look at; without a key where it is not the two that contradict each other
"""

from __future__ import annotations

import marshal
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from publisher.identity.blocking import keys_of
from publisher.identity.evidence import Evidence

INCOMING = """
CREATE TABLE incoming (number INTEGER PRIMARY KEY, library TEXT, key TEXT, title TEXT, content INTEGER, size INTEGER,
    face INTEGER, evidence BLOB, filed BLOB, instance_titles BLOB, work_titles BLOB)
"""
_SCHEMA = f"""
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = FILE;
{INCOMING};
CREATE TABLE record (id INTEGER PRIMARY KEY, incoming INTEGER, library TEXT, key TEXT, size INTEGER, face INTEGER,
    doubt TEXT);
CREATE TABLE again (incoming INTEGER PRIMARY KEY, id INTEGER);
CREATE TABLE face (id INTEGER PRIMARY KEY, evidence BLOB, filed BLOB);
CREATE TABLE filed (key INTEGER, face INTEGER);
CREATE TABLE large (key INTEGER, said INTEGER, face INTEGER, PRIMARY KEY (key, said, face)) WITHOUT ROWID;
CREATE TABLE match (key INTEGER, score REAL, a INTEGER, b INTEGER, reasons BLOB);
CREATE TABLE joined (score REAL, a INTEGER, b INTEGER, reasons BLOB);
CREATE TABLE work_joined (score REAL, a INTEGER, b INTEGER, reasons BLOB);
CREATE TABLE warned (key INTEGER, text TEXT);
CREATE TABLE doubt (key INTEGER, score REAL, a INTEGER, b INTEGER, reasons BLOB, against BLOB);
"""

SAME_NUMBER = "another record has this number: the key is extended by a digest of the content"
_REMEMBERED = 20_000
"""Faces kept in memory, unpacked."""

GAP, LEAP = 1 << 36, 1 << 48
"""From one number of a record to the next, and further from the last of a library to the first of the next."""


class Clue(NamedTuple):
    """The evidence of one record, packed by the worker: `content` is a digest of its bytes, `size` that of its text.

    The titles are what stands for the spellings of the instance's and the work's own (`preferred.keys`).
    """

    key: str
    title: str
    content: int
    size: int
    face: int
    evidence: bytes
    filed: bytes
    instance_titles: bytes
    work_titles: bytes


def clue(
    key: str, content: int, size: int, evidence: Evidence, instance_titles: bytes = b"", work_titles: bytes = b""
) -> Clue:
    """Pack the evidence of one record."""
    packed = marshal.dumps(tuple(evidence), 2)
    face = int.from_bytes(blake2b(packed, digest_size=8).digest(), "big", signed=True)
    filed = keys_of(evidence).tobytes()
    return Clue(key, evidence.main[:60], content, size, face, packed, filed, instance_titles, work_titles)


class Numbered(NamedTuple):
    """One record in the workbook."""

    id: int
    library: str
    key: str

    @property
    def name(self) -> str:
        """What its IRIs end with."""
        return f"{self.library}-{self.key}"


Before = Callable[[int], str]
"""Under which name the record of a face was published last, "" where it never was."""

Joined = tuple[float, int, int, bytes]
"""A pair that is one: points, the two, the reasons as JSON."""

Doubted = tuple[int | None, float, int, int, bytes, bytes]
"""A pair that is doubtful: key, points, the two, the reasons for and against as JSON."""

Matched = tuple[int, float, int, int, bytes]
"""A pair that was compared and is one: the key, points, the two, the reasons as JSON."""


class Workbook:
    """The workbook of one build."""

    def __init__(self, path: Path) -> None:
        self._use(sqlite3.connect(path, uri=True, isolation_level=None))  # for what is attached by its address
        self.database.executescript(_SCHEMA)
        self.database.execute("BEGIN")

    @classmethod
    def of(cls, database: sqlite3.Connection) -> Workbook:
        """Return the workbook in `database`, which a release has kept, to be amended."""
        book = cls.__new__(cls)
        book._use(database)
        return book

    def _use(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.faces = lru_cache(_REMEMBERED)(self._face)

    def add(self, library: str, clues: Iterable[tuple[int, Clue]]) -> None:
        """Take in records of `library`, each with its number in the order of arrival."""
        self.database.executemany(
            "INSERT INTO incoming VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            ((number, library, c.key, c.title, _signed(c.content), *c[3:]) for number, c in clues),
        )

    def number(self, single_out: frozenset[str] = frozenset()) -> int:
        """Number the records and settle their keys; return how many there are.

        The same record exported twice is one. Of several records with one number, the first by title and content
        keeps it. Records whose names are in `single_out` get a face of their own even where others have the same.
        """
        database = self.database
        rows = database.execute(
            "SELECT number, library, key, title, content, size, face FROM incoming "
            "ORDER BY library, key, title, content, number"
        )
        database.executemany("INSERT INTO record VALUES (?,?,?,?,?,?,?)", self._numbered(rows, single_out))
        database.executescript(
            "CREATE INDEX record_face ON record (face, id); CREATE INDEX record_key ON record (library, key);"
            "CREATE INDEX record_incoming ON record (incoming);"
        )
        database.execute(
            "INSERT INTO face SELECT r.id, i.evidence, i.filed FROM "
            "(SELECT min(id) AS id FROM record GROUP BY face) AS first "
            "JOIN record AS r ON r.id = first.id JOIN incoming AS i ON i.number = r.incoming"
        )
        return int(database.execute("SELECT count(*) FROM record").fetchone()[0])

    def numbered(self, library: str, key: str, single_out: frozenset[str]) -> list[tuple[Any, ...]]:
        """Return the records of one library and key as `number` would enter them, each once, but for their ids."""
        rows = self.database.execute(
            "SELECT number, library, key, title, content, size, face FROM incoming WHERE library = ? AND key = ? "
            "ORDER BY title, content, number",
            (library, key),
        )
        return list(self._numbered(rows.fetchall(), single_out))

    def _numbered(
        self, rows: Iterable[tuple[int, str, str, str, int, int, int]], single_out: frozenset[str]
    ) -> Iterator[tuple[Any, ...]]:
        before, kept, number = ("", ""), 0, 0
        known: dict[int, int] = {}
        again: list[tuple[int, int]] = []
        for incoming, library, key, _, content, size, face in rows:
            if (library, key) != before:
                number += LEAP if library != before[0] else 0
                before, kept, known = (library, key), content, {}
            if content in known:
                again.append((incoming, known[content]))
                if len(again) > _REMEMBERED:
                    self._enter_again(again)
                continue
            number += GAP
            known[content] = number
            doubt = "" if content == kept else SAME_NUMBER
            final = f"{key}-{content & _ALL_BITS:016x}" if doubt else key
            lone = f"{library}-{final}" in single_out
            yield number, incoming, library, final, size, _own_face(library, final) if lone else face, doubt
        self._enter_again(again)

    def _enter_again(self, again: list[tuple[int, int]]) -> None:
        self.database.executemany("INSERT INTO again VALUES (?,?)", again)
        again.clear()

    def records(self) -> Iterator[Numbered]:
        """Yield all records in their order."""
        for row in self.database.execute("SELECT id, library, key FROM record ORDER BY id"):
            yield Numbered(*row)

    def record(self, number: int) -> Numbered:
        """Return the record `number`."""
        return Numbered(
            *self.database.execute("SELECT id, library, key FROM record WHERE id = ?", (number,)).fetchone()
        )

    def find(self, library: str, key: str) -> int | None:
        """Return the number of a record, or None where there is none."""
        row = self.database.execute("SELECT id FROM record WHERE library = ? AND key = ?", (library, key)).fetchone()
        return int(row[0]) if row else None

    def alike(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each face that several records have, with the records (the first is the face's own)."""
        rows = self.database.execute(
            "SELECT face, id FROM record WHERE face IN (SELECT face FROM record GROUP BY face HAVING count(*) > 1) "
            "ORDER BY face, id"
        )
        found: list[int] = []
        before: int | None = None
        for face, number in rows:
            if face != before and found:
                yield found[0], found
                found = []
            before = face
            found.append(number)
        if found:
            yield found[0], found

    def evidence(self) -> Iterator[tuple[int, Evidence]]:
        """Yield (face, evidence) of every face, in order."""
        for number, packed in self.database.execute("SELECT id, evidence FROM face ORDER BY id"):
            yield number, Evidence(*marshal.loads(packed))  # noqa: S302 - what this build wrote itself

    def _face(self, number: int) -> tuple[Evidence, frozenset[int]]:
        packed, filed = self.database.execute("SELECT evidence, filed FROM face WHERE id = ?", (number,)).fetchone()
        return Evidence(*marshal.loads(packed)), frozenset(array("q", filed))  # noqa: S302

    def blocks(self) -> Iterator[tuple[int, list[int]]]:
        """Yield (key, faces) for every key that several faces are filed under."""
        database = self.database
        filed = database.execute("SELECT id, filed FROM face")
        database.executemany(
            "INSERT INTO filed VALUES (?,?)", ((key, face) for face, keys in filed for key in array("q", keys))
        )
        before = 0
        found: list[int] = []
        for key, face in database.execute("SELECT key, face FROM filed ORDER BY key, face"):
            if key != before:
                if len(found) > 1:
                    yield before, found
                before, found = key, []
            found.append(face)
        if len(found) > 1:
            yield before, found

    def enter(self, joined: list[Joined], doubts: list[Doubted], table: str = "joined") -> None:
        """Enter pairs in `table` ("joined" or "work_joined") and doubtful ones, and empty the two lists."""
        self.database.executemany(f"INSERT INTO {table} VALUES (?,?,?,?)", joined)  # noqa: S608 - our own word
        self._doubt(doubts)
        joined.clear()

    def enter_compared(self, matches: list[Matched], doubts: list[Doubted]) -> None:
        """Enter pairs that match and doubtful ones, and empty the two lists."""
        self.database.executemany("INSERT INTO match VALUES (?,?,?,?,?)", matches)
        self._doubt(doubts)
        matches.clear()

    def enter_large(self, key: int, faces: Iterable[tuple[int, int]]) -> None:
        """Enter (what stands for what it says, face) of what is filed under a `key` under which much is."""
        self.database.executemany("INSERT INTO large VALUES (?,?,?)", ((key, said, face) for said, face in faces))

    def _doubt(self, doubts: list[Doubted]) -> None:
        self.database.executemany("INSERT INTO doubt VALUES (?,?,?,?,?,?)", doubts)
        doubts.clear()

    def warn(self, key: int, text: str) -> None:
        """Enter what is strange about what is filed under `key`."""
        self.database.execute("INSERT INTO warned VALUES (?,?)", (key, text))

    def warnings(self) -> list[str]:
        """Return what is strange."""
        return [text for (text,) in self.database.execute("SELECT text FROM warned ORDER BY key")]

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()


_ALL_BITS = (1 << 64) - 1


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _own_face(library: str, key: str) -> int:
    return int.from_bytes(
        blake2b(f"{library}-{key}".encode(), digest_size=8, person=b"face").digest(), "big", signed=True
    )
