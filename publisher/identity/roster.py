"""All faces of agents, concepts and places in a build, on the disk: each way in which records name a thing.

Tables in the workbook of the build. Faces are numbered by what they are, never in the order in which they came, so
that nothing below depends on that. What batches bring is counted, so that an update takes it back (`rollcall`).

    thing      each face with its heading, numbered: those of authority records first
    form       the headings and labels of a face that has several
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
from hashlib import blake2b
from typing import NamedTuple

import zstandard

from publisher.identity.heading import Heading

_SCHEMA = """
CREATE TABLE listed_face (path TEXT, heading BLOB, label TEXT, own TEXT, authority TEXT);
CREATE TABLE listed_said (path TEXT, digest INTEGER, label TEXT, times INTEGER, text BLOB);
CREATE TABLE came (path TEXT, heading BLOB, label TEXT, own TEXT, authority TEXT, times INTEGER,
    PRIMARY KEY (path, heading, label, own)) WITHOUT ROWID;
CREATE TABLE said (path TEXT, digest INTEGER, label TEXT, times INTEGER, text BLOB, PRIMARY KEY (path, digest))
    WITHOUT ROWID;
CREATE TABLE mention (path TEXT, incoming INTEGER);
CREATE TABLE variant (path TEXT, heading BLOB, times INTEGER, PRIMARY KEY (path, heading)) WITHOUT ROWID;
CREATE TABLE related (path TEXT, prop TEXT, other TEXT, times INTEGER, PRIMARY KEY (path, prop, other)) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, path TEXT, own TEXT, heading BLOB, label TEXT, authority TEXT,
    times INTEGER);
CREATE TABLE form (path TEXT, heading BLOB, label TEXT, own TEXT, authority TEXT, times INTEGER,
    PRIMARY KEY (path, heading, label, own)) WITHOUT ROWID;
"""
_COUNTED = """
INSERT INTO came SELECT path, heading, label, own, max(authority), count(*) FROM listed_face GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4;
DROP TABLE listed_face;
INSERT INTO said SELECT path, digest, max(label), sum(times), max(text) FROM listed_said GROUP BY 1, 2 ORDER BY 1, 2;
DROP TABLE listed_said;
"""
"""What batches bring is sorted once: digests that go each to its place would touch another page of the disk each."""
_FACES = """
SELECT path, min(own), min(heading), min(label), max(authority) AS known, sum(times) FROM came GROUP BY path
    HAVING known {is_of} '' ORDER BY path
"""
"""Labels under one path differ in case at most, but the first to come must not decide."""
_SEVERAL = """
INSERT INTO form SELECT * FROM came WHERE path IN (SELECT path FROM came GROUP BY path HAVING count(*) > 1)
    ORDER BY path, heading, label, own;
DROP TABLE came;
CREATE UNIQUE INDEX thing_path ON thing (path);
CREATE INDEX thing_own ON thing (own) WHERE own != path;
CREATE INDEX thing_authority ON thing (authority) WHERE authority != '';
CREATE INDEX mention_path ON mention (path);
CREATE INDEX mention_incoming ON mention (incoming);
"""
_KEPT = """
CREATE INDEX related_other ON related (other)
"""
_KINDS = ("agent", "concept", "place", "work")
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
        database.executescript(_SCHEMA)
        database.execute("BEGIN")
        self._set_up(database)

    @classmethod
    def of(cls, database: sqlite3.Connection) -> Roster:
        """Return the roster that an earlier release kept in `database`, to be edited."""
        roster = cls.__new__(cls)
        roster._set_up(database)
        return roster

    def _set_up(self, database: sqlite3.Connection) -> None:
        self.database = database
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
            came = (face.path, packed(face.heading), face.label, face.own, face.authority)
            database.execute("INSERT INTO listed_face VALUES (?,?,?,?,?)", came)
            database.executemany(VARIANT, ((face.path, packed(heading), 1) for heading in face.variants))
        database.executemany("INSERT INTO listed_said VALUES (?,?,?,?,?)", said)
        database.executemany("INSERT INTO mention (incoming, path) VALUES (?,?)", mentions)
        database.executemany(RELATED, ((*each, 1) for each in related))

    def number(self) -> None:
        """Number the faces."""
        self.database.executescript(_COUNTED)
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO thing VALUES (?,?,?,?,?,?,?)", self._in_order())
        self.database.executescript(_SEVERAL)
        self.database.execute("BEGIN")

    def _in_order(self) -> Iterator[tuple[object, ...]]:
        last = -1
        for is_of in ("!=", "="):
            for path, *rest in self.database.cursor().execute(_FACES.format(is_of=is_of)):
                # Of two that share sixty bits the second goes behind the first.
                last = max(number_of(path, is_of_authority=is_of == "!="), last + 1)
                yield last, path, *rest

    def keep(self) -> None:
        """Make ready what an update asks."""
        for statement in _KEPT.split(";"):
            self.database.execute(statement)

    def faces(self) -> Iterator[Numbered]:
        """Yield all faces in order."""
        for row in self.database.cursor().execute(f"{_THING} ORDER BY id"):
            yield _numbered(row)

    def _face(self, number: int) -> Numbered:
        return _numbered(self.database.execute(f"{_THING} WHERE id = ?", (number,)).fetchone())

    def at(self, path: str) -> Numbered | None:
        """Return the face `path`, or None where there is none."""
        row = self.database.execute(f"{_THING} WHERE path = ?", (path,)).fetchone()
        return _numbered(row) if row else None

    def called(self, path: str) -> list[int]:
        """Return the faces that `path` names: by their own name, by that of the IRI they had, or as a record's."""
        return sorted({number for query in _CALLED for (number,) in self.database.execute(query, (path,))})

    def variants(self) -> Iterator[tuple[int, Heading]]:
        """Yield the other names that authority records give, each with the number of the record's face."""
        query = "SELECT thing.id, variant.heading FROM variant JOIN thing ON thing.path = variant.path"
        for number, heading in self.database.cursor().execute(query):
            yield number, unpacked(heading)

    def variants_of(self, path: str) -> list[Heading]:
        """Return the other names that an authority record, the face `path`, gives."""
        query = "SELECT heading FROM variant WHERE path = ? ORDER BY heading"
        return [unpacked(heading) for (heading,) in self.database.execute(query, (path,))]


_THING = "SELECT id, path, own, heading, label, authority FROM thing"
_CALLED = (
    "SELECT id FROM thing WHERE path = ?",
    "SELECT id FROM thing WHERE own = ? AND own != path",
    "SELECT id FROM thing WHERE authority = ? AND authority != ''",
)
VARIANT = "INSERT INTO variant VALUES (?,?,?) ON CONFLICT (path, heading) DO UPDATE SET times = times + excluded.times"
RELATED = (
    "INSERT INTO related VALUES (?,?,?,?) ON CONFLICT (path, prop, other) DO UPDATE SET times = times + excluded.times"
)


def number_of(path: str, *, is_of_authority: bool) -> int:
    """Return the number of the face `path`: as those of authority records first, then their paths order them.

    It is told by the path alone, so a face has it in every build, whatever others there are.
    """
    kind, _, name = path.partition("/")
    try:
        digest = int(f"{name:0<16}"[:16], 16)
    except ValueError:
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")
    return (not is_of_authority) << 62 | _KINDS.index(kind) << 60 | digest >> 4


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


def packed(heading: Heading) -> bytes:
    """Return a heading in little room, the same for the same."""
    return marshal.dumps(tuple(heading), 2)


def unpacked(heading: bytes) -> Heading:
    """Return what `packed` packed."""
    return Heading(*marshal.loads(heading))  # noqa: S302 - what this build wrote itself


def _numbered(row: tuple[int, str, str, bytes, str, str]) -> Numbered:
    number, path, own, heading, label, authority = row
    return Numbered(number, path, own, unpacked(heading), label, authority)
