"""What the release before has decided, as an update asks for it: by number, by face, by path, by a record's name."""

from __future__ import annotations

import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from publisher.identity.finalnames import FinalNames
from publisher.identity.rehearing import FaceRow, Heard
from publisher.identity.roster import unpack
from publisher.release.decided import LINKS, NAME, KeptRecord, digest_of
from publisher.release.layered import opened

_REMEMBERED = 50_000
_RECORD = "SELECT number, batch, place, row, name, decided FROM record"


class FaceNames(FinalNames):
    """Tells the names of faces out of a database of what was decided, each when it is asked for."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._of = lru_cache(_REMEMBERED)(self._face)
        self._looked_up = lru_cache(_REMEMBERED)(self._look_up)
        self._database = database

    def is_told_of(self, path: str) -> bool:
        """Return whether what a face is has other names, or another label than the face."""
        label, called = self.labels(path)
        return label != called or bool(self._of(path)[3])

    def labels(self, path: str) -> tuple[str, str]:
        """Return the label of a face and that of what it is, equal where it leads."""
        return self._of(path)[1:3]

    def others(self, path: str) -> list[str]:
        """Return the other names of what a face is."""
        others = self._of(path)[3]
        return others.split("\n") if others else []

    def _look_up(self, path: str) -> str:
        return self._of(path)[0]

    def _face(self, path: str) -> tuple[str, str, str, str]:
        query = "SELECT name, label, called, others FROM face WHERE path = ?"
        found: tuple[str, str, str, str] | None = self._database.execute(query, (path,)).fetchone()
        return found or (path, "", "", "")


class DecidedBefore:
    """What the release in `folder` kept, as it was when it was made, in the file `path`; `database` reads it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.database = opened(self.path)

    def batches(self) -> list[tuple[int, str, int]]:
        """Return (id, name, shift) of the batches in their order."""
        return list(self.database.execute("SELECT id, name, shift FROM batch ORDER BY place"))

    def of_batch(self, batch: int) -> list[KeptRecord]:
        """Return the records of a batch in their places."""
        return [*self._records("WHERE batch = ? ORDER BY place", (batch,))]

    def record(self, number: int) -> KeptRecord:
        """Return a record that is there."""
        return next(self._records("WHERE number = ?", (number,)))

    def batches_of(self, names: Iterable[int | None]) -> set[int]:
        """Return the batches (their ids) that may have a record of one of these names (`decided.name_of`)."""
        query = "SELECT batch FROM record WHERE name = ?"
        return {batch for name in names for (batch,) in self.database.execute(query, (name,))}

    def last(self) -> int:
        """Return the greatest number that a record has."""
        return int(self.database.execute("SELECT coalesce(max(number), 0) FROM record").fetchone()[0])

    def _records(self, where: str, values: tuple[int, ...]) -> Iterator[KeptRecord]:
        for number, batch, place, row, name, decided in self.database.execute(f"{_RECORD} {where}", values):
            said = marshal.loads(decided)  # noqa: S302 - plain values of our own
            yield KeptRecord(number, batch, place, row, name, said)

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

    def heard(self, name: str) -> Heard | None:
        """Return what is kept of the voice `name`, but for its words; None where there is none."""
        query = "SELECT key, label, others, is_told FROM voice WHERE name = ?"
        for key, label, others, is_told in self.database.execute(query, (name,)):
            return Heard(key, label, others, bool(is_told))
        return None

    def face(self, path: str) -> FaceRow | None:
        """Return the face `path`, under which name it is published and what it and that are called."""
        query = "SELECT path, name, label, called, others FROM face WHERE path = ?"
        found: FaceRow | None = self.database.execute(query, (path,)).fetchone()
        return found

    def saying(self, line: str) -> set[int]:
        """Return the records that may make this statement, of those that several may make."""
        return self._numbers("SELECT number FROM foreign_line WHERE line = ?", [line])

    def voice(self, name: str) -> str:
        """Return the statements about one agent, concept or place, their base still open; "" where there are none."""
        row = self.database.execute("SELECT text FROM voice WHERE name = ?", (name,)).fetchone()
        return unpack(row[0]) if row else ""

    def links(self) -> str:
        """Return the statements of the accepted links."""
        return self.voice(LINKS)

    def names(self) -> FaceNames:
        """Return what tells the names of the faces in that release."""
        return FaceNames(self.database)

    def keys(self) -> dict[str, bytes]:
        """Return the key of each voice by its name."""
        return dict(self.database.execute("SELECT name, key FROM voice WHERE name != ?", (LINKS,)))

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
