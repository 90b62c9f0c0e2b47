"""What was digitized, for the manifests of a release: pages, files and parts of each record that has them."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic import TypeAdapter

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
        self._database: sqlite3.Connection | None = None
        if before is not None and (before / NAME).is_file():
            shutil.copyfile(before / NAME, self._path)
            self._database = sqlite3.connect(self._path)

    def remove(self, identifier: str) -> None:
        """Take out what the earlier release had of a digitized thing."""
        if self._database is not None:
            self._database.execute("DELETE FROM digitized WHERE id = ?", (identifier,))

    def add(self, identifier: str, instance: str, digital: Digital) -> None:
        """Enter one digitized thing."""
        if self._database is None:
            self._database = sqlite3.connect(self._path)
            self._database.executescript(_SCHEMA)
        content = zlib.compress(orjson.dumps(digital))
        self._database.execute("INSERT OR REPLACE INTO digitized VALUES (?,?,?)", (identifier, instance, content))

    def close(self) -> None:
        """Finish the database."""
        if self._database is not None:
            left = self._database.execute("SELECT 1 FROM digitized LIMIT 1").fetchone()
            self._database.commit()
            self._database.close()
            if left is None:
                self._path.unlink()


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
        database = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()
