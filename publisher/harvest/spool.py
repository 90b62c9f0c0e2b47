"""The spool: what was harvested, one row a record, and how far the harvest has come.

Records of a page and the token of the next are entered in one transaction. So a harvest that is killed goes on where it
was, and a page that is fetched twice changes nothing: nothing is skipped and nothing is there twice.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import SourceError
from publisher.harvest.protocol import Item

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (identifier TEXT PRIMARY KEY, datestamp TEXT NOT NULL, deleted INTEGER NOT NULL,
    run INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class Spool:
    """The database of one harvest."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _SCHEMA)

    def get(self, name: str) -> str:
        """Return what is remembered under `name`, "" for nothing."""
        row = self._database.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def begin(self, state: dict[str, str]) -> None:
        """Begin a list: remember `state`, and forget the tokens of the list before."""
        with self._transaction():
            self._set(state)
            self._database.execute("DELETE FROM tokens")

    def remember(self, state: dict[str, str]) -> None:
        """Remember `state`."""
        with self._transaction():
            self._set(state)

    def enter(self, items: Iterable[Item], token: str, run: int) -> int:
        """Enter the records of a page and the token of the next; return how many of them were new or changed."""
        changed = 0
        with self._transaction():
            for item in items:
                changed += self._enter(item, run)
            self._set({"token": token})
            if token:
                self._database.execute("INSERT OR IGNORE INTO tokens VALUES (?)", (token,))
        return changed

    def finish(self, state: dict[str, str], *, only_run: int | None = None) -> int:
        """End a list: remember `state`; with `only_run`, drop records that this run has not seen, and count them."""
        with self._transaction():
            dropped = 0
            if only_run is not None:
                dropped = self._database.execute("DELETE FROM records WHERE run < ?", (only_run,)).rowcount
            self._set(state)
            self._database.execute("DELETE FROM tokens")
        return dropped

    def has_seen(self, token: str) -> bool:
        """Return whether `token` was given before in this list."""
        return self._database.execute("SELECT 1 FROM tokens WHERE token = ?", (token,)).fetchone() is not None

    def counts(self) -> tuple[int, int]:
        """Return how many records there are, and how many are marked as deleted."""
        there, gone = self._database.execute("SELECT count(*), coalesce(sum(deleted), 0) FROM records").fetchone()
        return int(there) - int(gone), int(gone)

    def contents(self) -> Iterator[bytes]:
        """Yield the records that are not deleted, in the order of their identifiers."""
        query = "SELECT content FROM records WHERE deleted = 0 ORDER BY identifier"
        for (content,) in self._database.execute(query):
            yield bytes(content)

    def identifiers(self) -> set[str]:
        """Return the identifiers of the records that are not deleted."""
        return {row[0] for row in self._database.execute("SELECT identifier FROM records WHERE deleted = 0")}

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _enter(self, item: Item, run: int) -> int:
        known = self._database.execute(
            "SELECT datestamp, deleted, content FROM records WHERE identifier = ?", (item.identifier,)
        ).fetchone()
        row = (item.datestamp, int(item.deleted), item.content)
        if known is not None and (known[0] > item.datestamp or tuple(known) == row):
            # An older state, which a repeated page may bring, never takes the place of a newer one.
            self._database.execute("UPDATE records SET run = ? WHERE identifier = ?", (run, item.identifier))
            return 0
        self._database.execute(
            "INSERT OR REPLACE INTO records (identifier, datestamp, deleted, content, run) VALUES (?,?,?,?,?)",
            (item.identifier, *row, run),
        )
        return 1

    def _set(self, state: dict[str, str]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO state VALUES (?,?)", state.items())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


@contextmanager
def opened(folder: Path) -> Iterator[Spool]:
    """Open the spool in `folder`, which is made. Raises `SourceError` when another harvest is at work there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise SourceError(f"{folder} cannot be written ({error.strerror}); give another folder.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceError(f"Another harvest is at work in {folder}; wait until it has finished.") from None
        spool = Spool(folder / "harvest.sqlite")
        try:
            yield spool
        finally:
            spool.close()


def write_records(spool: Spool, path: Path) -> None:
    """Write the records that are not deleted as one OAI-PMH list, which is a source; complete or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>\n')
        for content in spool.contents():
            file.write(content + b"\n")
        file.write(b"</ListRecords></OAI-PMH>\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
