"""What was digitized, for the manifests of a release: pages, files and parts of each record that has them."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter

from publisher.release.layered import Edited, finish, opened, remove, share
from publisher.sources.digital import Digital

NAME = "digitized.sqlite"
_SCHEMA = """
CREATE TABLE digitized (id TEXT PRIMARY KEY, instance TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX of_instance ON digitized (instance);
"""
_digital = TypeAdapter(Digital)


class Digitized(NamedTuple):
    """A digitized thing: `id` is "{library}-{key}" of the record that tells of it, `instance` an IRI."""

    id: str
    instance: str
    digital: Digital


class DigitizedWriter:
    """Writes the database while a release is built; without a digitized thing there is none.

    `before` is the folder of an earlier release to go on from.
    """

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._path = folder / NAME
        self._before = before / NAME if before is not None and (before / NAME).is_file() else None
        self._edited: Edited | None = None
        self._new: sqlite3.Connection | None = None

    def remove(self, identifier: str) -> None:
        """Take out what the earlier release had of a digitized thing."""
        self._writable().execute("DELETE FROM digitized WHERE id = ?", (identifier,))

    def add(self, identifier: str, instance: str, digital: Digital) -> None:
        """Enter one digitized thing."""
        content = zlib.compress(orjson.dumps(digital))
        self._writable().execute("INSERT OR REPLACE INTO digitized VALUES (?,?,?)", (identifier, instance, content))

    def close(self) -> None:
        """Finish the database."""
        if self._edited is not None:
            left = self._edited.database.execute("SELECT 1 FROM digitized LIMIT 1").fetchone()
            self._edited.close()
            if left is None:
                remove(self._path)
        elif self._new is not None:
            self._new.execute("COMMIT")
            finish(self._new)
        elif self._before is not None:
            share(self._before, self._path)

    def _writable(self) -> sqlite3.Connection:
        """Return the database; it is opened when something is written."""
        if self._before is not None:
            self._edited = self._edited or Edited(self._before, self._path)
            return self._edited.database
        if self._new is None:
            self._new = sqlite3.connect(self._path, isolation_level=None)
            self._new.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
            self._new.execute("BEGIN")
        return self._new


class DigitizedReader:
    """Reads the database of a release."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def get(self, identifier: str) -> Digitized | None:
        """Return the digitized thing `identifier`, None when there is none."""
        for found, instance, content in self._select("SELECT * FROM digitized WHERE id = ?", identifier):
            return Digitized(str(found), str(instance), _digital.validate_json(zlib.decompress(content)))
        return None

    def of_instance(self, instance: str) -> list[str]:
        """Return the identifiers of what was digitized of an instance, sorted."""
        return sorted(row[0] for row in self._select("SELECT id FROM digitized WHERE instance = ?", instance))

    def identifiers(self, limit: int) -> Iterator[tuple[str, str]]:
        """Yield (identifier, IRI of the instance), sorted, at most `limit`."""
        for identifier, instance in self._select("SELECT id, instance FROM digitized ORDER BY id LIMIT ?", limit):
            yield str(identifier), str(instance)

    def _select(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        if not self._path.is_file():
            return []
        database = opened(self._path)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()
