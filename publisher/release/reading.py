"""Reading an SQLite database that others write, without writing anything beside it.

A writer that was killed leaves its journal behind, and SQLite rolls that back before it reads: into the file. Who may
not write there, as what serves may not, would read nothing until the next writer comes. So a copy is rolled back, in
the folder for temporary files, and read until the file is in order.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import NamedTuple

_TRIES = 5
_State = tuple[tuple[int, int, int], ...]


class _Copy(NamedTuple):
    """A copy that is rolled back, and of which state of the database and its journal."""

    state: _State
    folder: tempfile.TemporaryDirectory[str]
    path: Path


_copies: dict[Path, _Copy] = {}
_lock = Lock()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the database `path`, to be read, as it was before what a killed writer had begun.

    Raises sqlite3.DatabaseError, also where no copy can be made.
    """
    with closing(_open(path)) as database:
        yield database


def may_not(error: sqlite3.Error) -> bool:
    """Return whether `error` is that who asks has not the permission to; what is in the file is sound then."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


def _open(path: Path) -> sqlite3.Connection:
    for _ in range(_TRIES):
        try:
            return _connected(path, "ro")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
        with _lock:
            try:
                if (copy := _rolled_back(path)) is not None:
                    return _connected(copy, "ro")
            except OSError as error:
                raise sqlite3.OperationalError(
                    f"a killed writer left a journal behind, and no copy can be made: {error.strerror}"
                ) from error
    raise sqlite3.OperationalError("somebody writes again and again")


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, isolation_level=None, timeout=60)
    try:
        database.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()  # a journal is found at the first read only
    except BaseException:
        database.close()
        raise
    return database


def _rolled_back(path: Path) -> Path | None:
    """Return a copy of the database `path` that is rolled back; None when it was changed meanwhile."""
    journal = path.with_name(f"{path.name}-journal")
    before = _state(path, journal)
    known = _copies.get(path)
    if known is not None and known.state == before:
        return known.path
    folder = tempfile.TemporaryDirectory(prefix="rong-rolled-back-")
    copy = Path(folder.name) / path.name
    try:
        shutil.copyfile(path, copy)
        shutil.copyfile(journal, copy.with_name(journal.name))
    except FileNotFoundError:
        return None
    if _state(path, journal) != before:
        return None
    _connected(copy, "rw").close()
    _copies[path] = _Copy(before, folder, copy)
    return copy


def _state(*paths: Path) -> _State:
    """Return what changes whenever one of the files does."""
    found = (path.stat() if path.exists() else None for path in paths)
    return tuple((each.st_ino, each.st_size, each.st_mtime_ns) if each else (0, 0, 0) for each in found)
