"""Usage statistics: how often a day what was fetched; nothing about who fetched it.

One row a day, kind of page and what it was: a file of a dataset, or the media type. No address, no browser, no time
of day, no words: what is not written cannot leak. Only whole answers (200) to GET and POST count, so a download in
parts, or a page that a browser had already, does not.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from publisher.sparql.log import FLUSH_SECONDS

_LOG = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS usage (
    day TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (day, kind, what))
"""
_ADD = (
    "INSERT INTO usage VALUES (?, ?, ?, ?) ON CONFLICT (day, kind, what) DO UPDATE SET times = times + excluded.times"
)
_SINCE = """
SELECT kind, what, sum(times) FROM usage WHERE day >= ? GROUP BY kind, what ORDER BY sum(times) DESC, kind, what LIMIT ?
"""
_MOST_PENDING = 5_000


@dataclass(frozen=True)
class Used:
    """How often something was fetched."""

    kind: str
    what: str
    times: int


def _today() -> date:
    return datetime.now(UTC).date()


class UsageLog:
    """Collects in memory and writes every two seconds, in a thread of its own; what cannot be written is let go."""

    def __init__(self, path: Path, today: Callable[[], date] = _today) -> None:
        self._path = path
        self._today = today
        self._pending: Counter[tuple[str, str, str]] = Counter()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._warned = False

    def start(self) -> None:
        """Begin to write; nothing the second time."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="usage-log", daemon=True)
            self._thread.start()

    def add(self, kind: str, what: str) -> None:
        """Note that `what` of `kind` was fetched."""
        key = (self._today().isoformat(), kind, what)
        with self._lock:
            if key in self._pending or len(self._pending) < _MOST_PENDING:
                self._pending[key] += 1

    def flush(self) -> None:
        """Write what was collected."""
        with self._lock:
            pending, self._pending = self._pending, Counter()
        if not pending:
            return
        try:
            with contextlib.closing(self._connect()) as connection, connection:
                connection.executemany(_ADD, [(*key, times) for key, times in pending.items()])
        except sqlite3.Error as error:
            if not self._warned:
                _LOG.warning("the usage statistics %s cannot be written, so none are kept: %s", self._path, error)
            self._warned = True

    def close(self) -> None:
        """Write what is left and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        self.flush()

    def used(self, days: int, most: int) -> list[Used]:
        """Return what was fetched most in the last `days`, today included; nothing where nothing was kept."""
        if not self._path.exists():
            return []
        since = self._today() - timedelta(days=days - 1)
        try:
            with contextlib.closing(
                sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)
            ) as connection:
                return [Used(*row) for row in connection.execute(_SINCE, (since.isoformat(), most))]
        except sqlite3.Error as error:
            _LOG.warning("the usage statistics %s cannot be read: %s", self._path, error)
            return []

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5)
        connection.execute(_SCHEMA)
        return connection

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self.flush()
