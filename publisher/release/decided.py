"""What identity decided in a release and what came of it, kept with it: so that the next update does only what changes.

    decided.sqlite      condition(said)     under what the release was made: what differs is made anew in full
                        batch(place, id, name, shift)             the batches of `conversion/` in their order
                        record(number, batch, place, row, decided)     each record: where it is in a batch, its row in
                                                                  the ledger; its number here stays with it
                        part(name, number)  the records that speak of an instance or a work, by digests of its path
                        face(path, name, label, called, others)   under which name each face is published
                        voice(name, key, label, others, is_told, text)   what is said of agents, concepts, places
                        use(face, number), voice_use(face, name)  what depends on the name or the labels of a face
                        foreign(line, number)                     statements that several records may make

An update edits it (`layered`). Faces, lines and paths are digests of 64 bits in `part`, `use` and `foreign`: two
that meet make an update do more, never less.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from publisher.identity.roster import pack, unpack
from publisher.identity.voices import FinalNames, Voice
from publisher.release.layered import Edited, finish, opened

NAME = "decided.sqlite"
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;
CREATE TABLE condition (said TEXT);
CREATE TABLE batch (place INTEGER PRIMARY KEY, id INTEGER, name TEXT, shift INTEGER);
CREATE TABLE record (number INTEGER PRIMARY KEY, batch INTEGER, place INTEGER, row INTEGER, decided BLOB);
CREATE TABLE part (name INTEGER, number INTEGER);
CREATE TABLE face (path TEXT PRIMARY KEY, name TEXT, label TEXT, called TEXT, others TEXT) WITHOUT ROWID;
CREATE TABLE voice (name TEXT PRIMARY KEY, key BLOB, label TEXT, others TEXT, is_told INTEGER, text BLOB) WITHOUT ROWID;
CREATE TABLE use (face INTEGER, number INTEGER);
CREATE TABLE voice_use (face INTEGER, name TEXT);
CREATE TABLE foreign_line (line INTEGER, number INTEGER);
"""
_INDEXES = """
CREATE INDEX record_batch ON record (batch, place);
CREATE INDEX part_name ON part (name);
CREATE INDEX part_number ON part (number);
CREATE INDEX use_face ON use (face);
CREATE INDEX use_number ON use (number);
CREATE INDEX voice_use_face ON voice_use (face);
CREATE INDEX voice_use_name ON voice_use (name);
CREATE INDEX foreign_line_line ON foreign_line (line);
CREATE INDEX foreign_line_number ON foreign_line (number);
"""
_LINKS = "links"
"""Under this name the accepted links are kept, like a voice."""
_AS_A_WORKBOOK = """
CREATE TEMP VIEW final AS SELECT path, name, name AS cluster FROM face;
CREATE TEMP VIEW thing AS SELECT path, label FROM face;
CREATE TEMP VIEW called AS SELECT name AS cluster, label, others FROM voice WHERE is_told;
"""


class Entered(NamedTuple):
    """A record as it is kept: its number, its batch (`id`), its place there, its row in the ledger, what was decided.

    `paths` are those of the instance and the work it speaks of, `faces` and `foreign` what it depends on and shares.
    """

    number: int
    batch: int
    place: int
    row: int
    decided: tuple[Any, ...]
    paths: tuple[str, ...]
    faces: Iterable[str]
    foreign: Iterable[str]


class KeptRecord(NamedTuple):
    """Where a record of the release is, and what was decided of it."""

    number: int
    batch: int
    place: int
    row: int
    decided: tuple[Any, ...]


class DecidedWriter:
    """Keeps what was decided of the release that is built in `folder`, as edits of what the one in `before` kept."""

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._edited = Edited(before / NAME, folder / NAME) if before is not None else None
        if self._edited is not None:
            self.database = self._edited.database
            return
        self.database = sqlite3.connect(folder / NAME, isolation_level=None)
        self.database.executescript(_SCHEMA)
        self.database.execute("BEGIN")

    def batches(self, batches: Iterable[tuple[int, str, int]]) -> None:
        """Enter the batches, (id, name, shift), in their order."""
        self.database.execute("DELETE FROM batch")
        self.database.executemany(
            "INSERT INTO batch VALUES (?,?,?,?)", ((place, *batch) for place, batch in enumerate(batches))
        )

    def add(self, record: Entered) -> None:
        """Enter a record."""
        number = record.number
        execute = self.database.execute
        decided = marshal.dumps(record.decided, 2)
        execute("INSERT INTO record VALUES (?,?,?,?,?)", (number, record.batch, record.place, record.row, decided))
        many = self.database.executemany
        many("INSERT INTO part VALUES (?,?)", ((digest_of(path), number) for path in record.paths))
        many("INSERT INTO use VALUES (?,?)", ((digest_of(face), number) for face in record.faces))
        many("INSERT INTO foreign_line VALUES (?,?)", ((digest_of(line), number) for line in set(record.foreign)))

    def move(self, records: Iterable[tuple[int, int, int, int]]) -> None:
        """Say where records are now: (batch, place, row, number) of each."""
        self.database.executemany("UPDATE record SET batch = ?, place = ?, row = ? WHERE number = ?", records)

    def remove(self, number: int) -> None:
        """Forget a record."""
        for table in ("record", "part", "use", "foreign_line"):
            self.database.execute(f"DELETE FROM {table} WHERE number = ?", (number,))  # noqa: S608 - our own word

    def add_voice(self, voice: Voice) -> None:
        """Enter what is said of an agent, a concept or a place."""
        row = (voice.name, voice.key, voice.label, voice.others, voice.is_told, pack(voice.text))
        self.database.execute("INSERT INTO voice VALUES (?,?,?,?,?,?)", row)
        rows = ((digest_of(face), voice.name) for face in voice.faces)
        self.database.executemany("INSERT INTO voice_use VALUES (?,?)", rows)

    def remove_voice(self, name: str) -> None:
        """Forget what was said of one."""
        self.database.execute("DELETE FROM voice WHERE name = ?", (name,))
        self.database.execute("DELETE FROM voice_use WHERE name = ?", (name,))

    def links(self, text: str) -> None:
        """Enter the statements of the accepted links."""
        row = (_LINKS, b"", "", "", 0, pack(text))
        self.database.execute("INSERT OR REPLACE INTO voice VALUES (?,?,?,?,?,?)", row)

    def faces(self, workbook: sqlite3.Connection) -> None:
        """Enter under which name each face is published, from the workbook."""
        rows = workbook.cursor().execute(FACES)
        self.database.executemany("INSERT OR REPLACE INTO face VALUES (?,?,?,?,?)", rows)

    def change_faces(self, paths: Iterable[str], rows: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Enter `rows` in place of what was said of the faces `paths`."""
        self.database.executemany("DELETE FROM face WHERE path = ?", ((path,) for path in paths))
        self.database.executemany("INSERT OR REPLACE INTO face VALUES (?,?,?,?,?)", rows)

    def close(self, condition: str) -> None:
        """Finish; `condition` is what another release has to have been made under to go on from this one."""
        self.database.execute("DELETE FROM condition")
        self.database.execute("INSERT INTO condition VALUES (?)", (condition,))
        if self._edited is not None:
            self._edited.close()
            return
        self.database.execute("COMMIT")
        self.database.executescript(_INDEXES)
        finish(self.database)


FACES = """
SELECT final.path AS path, final.name AS name, thing.label AS label, coalesce(called.label, thing.label) AS called,
    coalesce(called.others, '') AS others
    FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
"""


class DecidedBefore:
    """What the release in `folder` kept, as it was when it was made; `database` reads it."""

    def __init__(self, folder: Path) -> None:
        self.database = opened(folder / NAME)

    def batches(self) -> list[tuple[int, str, int]]:
        """Return (id, name, shift) of the batches in their order."""
        return list(self.database.execute("SELECT id, name, shift FROM batch ORDER BY place"))

    def records(self) -> Iterator[KeptRecord]:
        """Yield every record, ordered by its batch and its place there."""
        for number, batch, place, row, decided in self.database.execute(
            "SELECT number, batch, place, row, decided FROM record ORDER BY batch, place"
        ):
            yield KeptRecord(number, batch, place, row, marshal.loads(decided))  # noqa: S302 - plain values of our own

    def speaking_of(self, paths: Iterable[str]) -> set[int]:
        """Return the records that may speak of one of the instances or works with these paths."""
        return self._numbers("SELECT number FROM part WHERE name = ?", paths)

    def using(self, faces: Iterable[str]) -> set[int]:
        """Return the records that depend on one of these faces."""
        return self._numbers("SELECT number FROM use WHERE face = ?", faces)

    def voices_using(self, faces: Iterable[str]) -> set[str]:
        """Return the names of the voices in which one of these faces is."""
        query = "SELECT name FROM voice_use WHERE face = ?"
        return {name for face in faces for (name,) in self.database.execute(query, (digest_of(face),))}

    def saying(self, line: str) -> set[int]:
        """Return the records that may make this statement, of those that several may make."""
        return self._numbers("SELECT number FROM foreign_line WHERE line = ?", [line])

    def voice(self, name: str) -> str:
        """Return the statements about one agent, concept or place, their base still open; "" where there are none."""
        row = self.database.execute("SELECT text FROM voice WHERE name = ?", (name,)).fetchone()
        return unpack(row[0]) if row else ""

    def links(self) -> str:
        """Return the statements of the accepted links."""
        return self.voice(_LINKS)

    def names(self) -> FinalNames:
        """Return what tells the names of the faces in that release."""
        self.database.executescript(_AS_A_WORKBOOK)
        return FinalNames(self.database)

    def keys(self) -> dict[str, bytes]:
        """Return the key of each voice by its name."""
        return dict(self.database.execute("SELECT name, key FROM voice WHERE name != ?", (_LINKS,)))

    def _numbers(self, query: str, of: Iterable[str]) -> set[int]:
        return {number for each in of for (number,) in self.database.execute(query, (digest_of(each),))}


def condition_of(folder: Path) -> str:
    """Return under what the release in `folder` was made, "" where it kept nothing that can be read."""
    path = folder / NAME
    if not path.is_file():
        return ""
    try:
        database = opened(path)
        try:
            row = database.execute("SELECT said FROM condition").fetchone()
        finally:
            database.close()
    except sqlite3.DatabaseError:
        return ""
    return str(row[0]) if row else ""


@lru_cache(100_000)
def digest_of(text: str) -> int:
    """Return 64 bits that stand for `text`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
