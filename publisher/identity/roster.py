"""All faces of agents, concepts and places in a build, on the disk: each way in which records name a thing.

Tables in the workbook of the build. Faces are numbered by what they are, never in the order in which they came, so
that nothing below depends on that.

    thing      each face with its heading, numbered: those of authority records first
    said       what records say of a face, word for word, and how often
    mention    which records (numbers of arrival) name a face of an agent
    variant    other names that authority records give
    related    which face is broader, narrower, earlier, later than which
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import zstandard

from publisher.identity.heading import Heading

_SCHEMA = """
CREATE TABLE came (path TEXT PRIMARY KEY, own TEXT, heading BLOB, label TEXT, authority TEXT) WITHOUT ROWID;
CREATE TABLE said (path TEXT, digest INTEGER, label TEXT, times INTEGER, text BLOB, PRIMARY KEY (path, digest))
    WITHOUT ROWID;
CREATE TABLE mention (path TEXT, incoming INTEGER);
CREATE TABLE variant (path TEXT, heading BLOB);
CREATE TABLE related (path TEXT, prop TEXT, other TEXT, PRIMARY KEY (path, prop, other)) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, path TEXT, own TEXT, heading BLOB, label TEXT, authority TEXT);
"""
_CAME = """
INSERT INTO came VALUES (?,?,?,?,?) ON CONFLICT (path) DO UPDATE SET heading = min(heading, excluded.heading),
    label = min(label, excluded.label)
"""
"""Labels under one path differ in case at most, but the first to come must not decide."""
_NUMBER = """
INSERT INTO thing SELECT row_number() OVER (ORDER BY authority = '', path) - 1, path, own, heading, label, authority
    FROM came;
DROP TABLE came;
CREATE UNIQUE INDEX thing_path ON thing (path);
CREATE INDEX mention_path ON mention (path);
CREATE INDEX mention_incoming ON mention (incoming);
"""
_REMEMBERED = 20_000


class Face(NamedTuple):
    """One way in which records name a thing, as a worker hands it over.

    `path` is what it goes by, `own` the path it has if nothing else is the same thing; `authority` is for the face of
    an authority record its name ({code}-{key}), and `variants` are the other names that the record gives.
    """

    path: str
    own: str
    label: str
    heading: Heading
    authority: str = ""
    variants: tuple[Heading, ...] = ()


class Said(NamedTuple):
    """What records say of a face: its digest, how often, and the words where they are new to the worker."""

    path: str
    digest: int
    label: str
    times: int
    text: bytes


class Numbered(NamedTuple):
    """One face in the roster."""

    id: int
    path: str
    own: str
    heading: Heading
    label: str
    authority: str


class Roster:
    """The roster of one build."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        database.execute("COMMIT")
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        self.face = lru_cache(_REMEMBERED)(self._face)

    def add(
        self,
        faces: Iterable[Face],
        said: Iterable[Said],
        mentions: Iterable[tuple[int, str]],
        related: Iterable[tuple[str, str, str]],
    ) -> None:
        """Take in what a batch of records names; `mentions` have the records' numbers of arrival."""
        database = self.database
        for face in faces:
            row = (face.path, face.own, _packed(face.heading), face.label, face.authority)
            database.execute(_CAME, row)
            rows = ((face.path, _packed(heading)) for heading in face.variants)
            database.executemany("INSERT INTO variant VALUES (?,?)", rows)
        database.executemany(
            "INSERT INTO said VALUES (?,?,?,?,?) ON CONFLICT (path, digest) DO UPDATE SET "
            "times = times + excluded.times, text = max(text, excluded.text), label = max(label, excluded.label)",
            said,
        )
        database.executemany("INSERT INTO mention (incoming, path) VALUES (?,?)", mentions)
        database.executemany("INSERT OR IGNORE INTO related VALUES (?,?,?)", related)

    def number(self) -> int:
        """Number the faces; return how many there are."""
        self.database.executescript(_NUMBER)
        return int(self.database.execute("SELECT count(*) FROM thing").fetchone()[0])

    def faces(self) -> Iterator[Numbered]:
        """Yield all faces in order."""
        for row in self.database.execute("SELECT * FROM thing ORDER BY id"):
            yield _numbered(row)

    def _face(self, number: int) -> Numbered:
        return _numbered(self.database.execute("SELECT * FROM thing WHERE id = ?", (number,)).fetchone())

    def find(self, path: str) -> int | None:
        """Return the number of the face `path`, or None where there is none."""
        row = self.database.execute("SELECT id FROM thing WHERE path = ?", (path,)).fetchone()
        return int(row[0]) if row else None

    def variants(self) -> Iterator[tuple[int, Heading]]:
        """Yield the other names that authority records give, each with the number of the record's face."""
        query = """SELECT DISTINCT thing.id, variant.heading FROM variant JOIN thing ON thing.path = variant.path
            ORDER BY 1, 2"""
        for number, packed in self.database.execute(query):
            yield number, _heading(packed)


@cache
def _packing() -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    """One of each: to make them takes as long as to pack a few lines."""
    return zstandard.ZstdCompressor(1), zstandard.ZstdDecompressor()


def pack(text: str) -> bytes:
    """Return what is said of a face in little room."""
    return _packing()[0].compress(text.encode())


def unpack(packed: bytes) -> str:
    """Return what `pack` packed."""
    return _packing()[1].decompress(packed).decode()


def _packed(heading: Heading) -> bytes:
    return marshal.dumps(tuple(heading), 2)


def _heading(packed: bytes) -> Heading:
    return Heading(*marshal.loads(packed))  # noqa: S302 - what this build wrote itself


def _numbered(row: tuple[int, str, str, bytes, str, str]) -> Numbered:
    number, path, own, packed, label, authority = row
    return Numbered(number, path, own, _heading(packed), label, authority)
