"""The query log: which queries are asked, how often and how slowly; nothing about who asked.

One row a query and day in an SQLite file. No address, no browser, no time of day: what is not written cannot leak.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_LOG = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS query (
    day TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, text TEXT NOT NULL,
    times INTEGER NOT NULL, seconds REAL NOT NULL, slowest REAL NOT NULL,
    PRIMARY KEY (day, digest, status))
"""
_ADD = """
INSERT INTO query VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, digest, status) DO UPDATE SET
    times = times + excluded.times, seconds = seconds + excluded.seconds, slowest = max(slowest, excluded.slowest)
"""
_FREQUENT = """
SELECT text, sum(times), sum(seconds), max(slowest) FROM query WHERE status = 200
GROUP BY digest ORDER BY sum(times) DESC, digest LIMIT ?
"""
_SLOWEST = """
SELECT text, sum(times), sum(seconds), max(slowest) FROM query
GROUP BY digest ORDER BY max(slowest) DESC, digest LIMIT ?
"""
_MOST_TEXT = 16_384
_MOST_PENDING = 5_000
FLUSH_SECONDS = 2.0
"""Seconds between two writings."""


@dataclass(frozen=True)
class Logged:
    """A query of the log: how often it was asked, its seconds in all, its slowest run."""

    text: str
    times: int
    seconds: float
    slowest: float


class QueryLog:
    """Collects in memory and writes every two seconds, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: dict[tuple[str, str, int], tuple[str, int, float, float]] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="query-log", daemon=True)
        self._thread.start()

    def add(self, text: str, status: int, seconds: float) -> None:
        """Note one run of a query (in its normalised form)."""
        day = datetime.now(UTC).date().isoformat()
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
        with self._lock:
            key = (day, digest, status)
            _, times, total, slowest = self._pending.get(key, ("", 0, 0.0, 0.0))
            if key in self._pending or len(self._pending) < _MOST_PENDING:
                self._pending[key] = (text[:_MOST_TEXT], times + 1, total + seconds, max(slowest, seconds))

    def flush(self) -> None:
        """Write what was collected."""
        with self._lock:
            pending, self._pending = self._pending, {}
        if not pending:
            return
        rows = [(*key[:3], text, times, total, slowest) for key, (text, times, total, slowest) in pending.items()]
        try:
            with contextlib.closing(self._connect()) as connection, connection:
                connection.executemany(_ADD, rows)
        except sqlite3.Error as error:
            _LOG.warning("the query log %s cannot be written: %s", self._path, error)

    def frequent(self, most: int) -> list[Logged]:
        """Return the queries that were answered most often."""
        return self._select(_FREQUENT, most)

    def slowest(self, most: int) -> list[Logged]:
        """Return the queries with the longest single run."""
        return self._select(_SLOWEST, most)

    def close(self) -> None:
        """Write what is left and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        self.flush()

    def _select(self, statement: str, most: int) -> list[Logged]:
        if not self._path.exists():
            return []
        with contextlib.closing(self._connect()) as connection:
            return [Logged(*row) for row in connection.execute(statement, (most,))]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(_SCHEMA)
        return connection

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()
