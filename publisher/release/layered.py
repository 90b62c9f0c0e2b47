"""A large SQLite database that releases share: the file of the one before, never written again, and what was edited.

    ledger.sqlite        the base: a hard link to the file of the release before, down to the build that wrote it
    ledger.sqlite-wal    the pages that edits changed since: SQLite's own write-ahead log, never run back into the base

So an edit takes the time and the room of the pages that it changes, however large the database is, and any SQL edits
and reads it. SQLite runs such a log back into the base when the last connection ends; that is never to be, for the
base belongs to other releases too. Who edits has therefore no path to the base any more, and SQLite leaves alone what
is not where it was opened; who reads has the base open for reading only. Neither locks: what is in a release stays.
Whoever reads does so by `opened` and `attach`; what opens a database with `immutable=1` does not see what was edited.

The log is read through when a database is opened, so one that has grown too long (`is_long`) is run into a base of its
own (`fold`), which is a copy and takes its time.

https://www.sqlite.org/walformat.html, https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

from publisher.release.linking import copy_file, link_file

LOG = "-wal"
"""What the name of the file with the edits ends with."""

_SHORT, _LONG = 4 << 20, 64 << 20
"""Bytes: a log up to the one is never too long, one beyond the other is; between them a tenth of the base is."""


def finish(database: sqlite3.Connection) -> None:
    """Close a database that was written anew, so that releases after it can share it.

    What is in a transaction has to be committed. The file may only be read from then on: `sqlite3`, opened on it by
    hand, would run the edits of one release back into all of them.
    """
    (_, _, name), *_ = database.execute("PRAGMA database_list")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    _protect(Path(name))


def compacted(database: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Return a connection to the database at `path`, without the room of what was deleted in it; `database` is closed.

    It takes as much room beside it meanwhile, and no transaction may be open.
    """
    packed = path.with_name(f".packed-{path.name}")
    database.execute("VACUUM INTO ?", (str(packed),))
    database.close()
    packed.replace(path)
    return sqlite3.connect(path, isolation_level=None)


class Edited:
    """The database `before` of an earlier release, to be edited as `path`: `database` is a connection to it.

    Its journal mode is not to be changed. Nothing is at `path` until it is closed.
    """

    def __init__(self, before: Path, path: Path) -> None:
        self._before, self._path = before, path
        self._hidden = path.with_name(f".edited-{path.name}")
        link_file(before, self._hidden)
        if _log(before).is_file():
            copy_file(_log(before), _log(self._hidden))
        _protect(self._hidden, 0o200)  # or SQLite opens it, and the log, for reading only
        try:
            self.database = sqlite3.connect(self._hidden, isolation_level=None)
            self.database.executescript(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;"
            )
            self.database.execute("BEGIN IMMEDIATE")  # the log is opened and read, and others are kept out
        finally:
            _protect(self._hidden)
            self._hidden.unlink()

    def close(self) -> None:
        """Keep what was edited."""
        if self.database.in_transaction:
            self.database.execute("COMMIT")
        self.database.close()
        link_file(self._before, self._path)
        if _log(self._hidden).is_file():
            _log(self._hidden).replace(_log(self._path))

    def give_up(self) -> None:
        """Forget what was edited; nothing is left at `path`."""
        self.database.close()
        _log(self._hidden).unlink(missing_ok=True)


def share(before: Path, path: Path) -> None:
    """Give a release the database `before` of another one as `path`, as it is."""
    link_file(before, path)
    if _log(before).is_file():
        link_file(_log(before), _log(path))


def remove(path: Path) -> None:
    """Take the database `path` out of a release that is being built."""
    path.unlink()
    _log(path).unlink(missing_ok=True)


def opened(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """Return a connection that reads the database of a finished release.

    Raises sqlite3.OperationalError where there is none.
    """
    connection = sqlite3.connect(_address(path), uri=True, isolation_level=None, check_same_thread=not any_thread)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def attach(database: sqlite3.Connection, path: Path, name: str) -> None:
    """Attach the database of a finished release to `database` as `name`, to be read."""
    database.execute("PRAGMA locking_mode = EXCLUSIVE")  # what is attached takes over what holds now
    database.execute("ATTACH ? AS " + name, (_address(path),))
    database.execute("PRAGMA main.locking_mode = NORMAL")


def is_same(one: Path, other: Path) -> bool:
    """Return whether two releases have the same database, nothing edited between them."""
    logs = _log(one), _log(other)
    if not one.samefile(other) or logs[0].is_file() != logs[1].is_file():
        return False
    return not logs[0].is_file() or logs[0].samefile(logs[1])


def is_long(path: Path) -> bool:
    """Return whether so much was edited in the database `path` that it should be folded."""
    if not _log(path).is_file():
        return False
    size = _log(path).stat().st_size
    return size > _SHORT and (size > _LONG or size > path.stat().st_size / 10)


def fold(path: Path) -> None:
    """Make one file of the database `path` in a release that is being built; other releases keep theirs."""
    copy = path.with_name(f".folded-{path.name}")
    shutil.copyfile(path, copy)
    shutil.copyfile(_log(path), _log(copy))
    database = sqlite3.connect(copy, isolation_level=None)
    database.executescript(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; PRAGMA wal_checkpoint(TRUNCATE);"
    )
    database.close()
    _log(path).unlink()
    copy.replace(path)
    _protect(path)


def _protect(path: Path, writers: int = 0) -> None:
    path.chmod(path.stat().st_mode & ~0o222 | writers)


def _address(path: Path) -> str:
    address = f"file:{quote(str(path.resolve()))}"
    # Without locks there is no memory to share the log's index in: SQLite keeps it to itself in exclusive mode.
    return f"{address}?mode=ro&{'vfs=unix-none' if _log(path).is_file() else 'immutable=1'}"


def _log(path: Path) -> Path:
    return path.with_name(path.name + LOG)
