"""What identity decided in a release and what came of it, kept with it: so that the next update does only what changes.

    decided.sqlite      condition(said)     under what the release was made: what differs is made anew in full
                        batch(place, id, name, shift)             the batches of `conversion/` in their order
                        record(number, batch, place, row, name, decided)   each record: where it is in a batch, its row
                                                                  in the ledger, a digest of whose record of what kind
                                                                  and key it is; its number stays with it
                        part(name, number)  the records that speak of an instance or a work, by digests of its path
                        face(path, name, label, called, others)   under which name each face is published
                        voice(name, key, label, others, is_told, text)   what is said of agents, concepts, places
                        use(face, number), voice_use(face, name)  what depends on the name or the labels of a face
                        foreign_line(line, number)                statements that several records may make

An update edits it (`layered`). Faces, lines, paths and names are digests of 64 bits in `part`, `use`, `foreign_line`
and `record`: two that meet make an update do more, never less. `decided_before` reads it.
"""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from publisher.identity.roster import pack
from publisher.identity.voices import Voice
from publisher.release.layered import Edited, finish

NAME = "decided.sqlite"
_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;
CREATE TABLE condition (said TEXT);
CREATE TABLE batch (place INTEGER PRIMARY KEY, id INTEGER, name TEXT, shift INTEGER);
CREATE TABLE record (number INTEGER PRIMARY KEY, batch INTEGER, place INTEGER, row INTEGER, name INTEGER,
    decided BLOB);
CREATE TABLE part (name INTEGER, number INTEGER);
CREATE TABLE face (path TEXT PRIMARY KEY, name TEXT, label TEXT, called TEXT, others TEXT) WITHOUT ROWID;
CREATE TABLE voice (name TEXT PRIMARY KEY, key BLOB, label TEXT, others TEXT, is_told INTEGER, text BLOB) WITHOUT ROWID;
CREATE TABLE use (face INTEGER, number INTEGER);
CREATE TABLE voice_use (face INTEGER, name TEXT);
CREATE TABLE foreign_line (line INTEGER, number INTEGER);
"""
_INDEXES = """
CREATE INDEX record_batch ON record (batch, place);
CREATE INDEX record_name ON record (name) WHERE name IS NOT NULL;
CREATE INDEX part_name ON part (name);
CREATE INDEX part_number ON part (number);
CREATE INDEX use_face ON use (face);
CREATE INDEX use_number ON use (number);
CREATE INDEX voice_use_face ON voice_use (face);
CREATE INDEX voice_use_name ON voice_use (name);
CREATE INDEX foreign_line_line ON foreign_line (line);
CREATE INDEX foreign_line_number ON foreign_line (number);
"""
FACES = """
SELECT final.path AS path, final.name AS name, thing.label AS label, coalesce(called.label, thing.label) AS called,
    coalesce(called.others, '') AS others
    FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
"""
_IN_ORDER = """
CREATE TEMP TABLE renumbered AS SELECT number, row AS before,
    row_number() OVER (ORDER BY batch.place, record.place) AS now FROM record JOIN batch ON batch.id = record.batch
"""
LINKS = "links"
"""Under this name the accepted links are kept, like a voice."""


class KeptRecord(NamedTuple):
    """A record as it is kept: its number, its batch (`id`), its place there, its row in the ledger, what was decided.

    `name` stands for its name (`name_of`).
    """

    number: int
    batch: int
    place: int
    row: int
    name: int | None
    decided: tuple[Any, ...]


class Entered(NamedTuple):
    """A record to keep, with what it is found by.

    `paths` are those of the instance and the work it speaks of, `faces` and `foreign` what it depends on and shares.
    """

    record: KeptRecord
    paths: tuple[str, ...]
    faces: Iterable[str]
    foreign: Iterable[str]


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

    def add(self, entered: Entered) -> None:
        """Enter a record."""
        number = entered.record.number
        row = (*entered.record[:-1], marshal.dumps(entered.record.decided, 2))
        self.database.execute("INSERT INTO record VALUES (?,?,?,?,?,?)", row)
        many = self.database.executemany
        many("INSERT INTO part VALUES (?,?)", ((digest_of(path), number) for path in entered.paths))
        many("INSERT INTO use VALUES (?,?)", ((digest_of(face), number) for face in entered.faces))
        many("INSERT INTO foreign_line VALUES (?,?)", ((digest_of(line), number) for line in set(entered.foreign)))

    def draw_up(self, batch: int, gone: Iterable[int]) -> None:
        """Have the records of a batch take the places of those that are `gone` from it."""
        for place in sorted(gone, reverse=True):
            self.database.execute("UPDATE record SET place = place - 1 WHERE batch = ? AND place > ?", (batch, place))

    def rows(self, batch: int) -> list[int]:
        """Return the rows that the records of a batch have in the ledger."""
        return [row for (row,) in self.database.execute("SELECT row FROM record WHERE batch = ?", (batch,))]

    def renumber(self) -> Iterator[tuple[int, int, int]]:
        """Number the rows anew in the order of the batches; yield (number, row before, row now) of all records."""
        self.database.execute(_IN_ORDER)
        self.database.execute("UPDATE record SET row = now FROM renumbered WHERE renumbered.number = record.number")
        yield from self.database.execute("SELECT number, before, now FROM renumbered")
        self.database.execute("DROP TABLE renumbered")

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
        row = (LINKS, b"", "", "", 0, pack(text))
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


@lru_cache(100_000)
def digest_of(text: str) -> int:
    """Return 64 bits that stand for `text`."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def name_of(library: str, kind: str, key: str) -> int | None:
    """Return what stands for the record of this kind and key in a library, None where it has no key."""
    return digest_of(f"{library}\0{kind}\0{key}") if key else None
