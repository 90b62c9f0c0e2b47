"""The registry: every IRI that was ever published, and what became of it. It outlives releases.

    DIR/registry.sqlite     published(iri, kind, first, last, withdrawn, target)

`first` and `last` are the releases that published it; `withdrawn` is the release that no longer did, "" while it is
published; `target` is the entity it was merged into, "" for none. An IRI that was published once is never given to
something else, and one that comes back is the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from publisher.errors import ReleaseError
from publisher.identity.iris import Iris
from publisher.identity.naming import Recall, Standing
from publisher.release.release import Release

NAME = "registry.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS published (
    iri TEXT PRIMARY KEY, kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    withdrawn TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS published_withdrawn ON published (withdrawn) WHERE withdrawn != '';
"""


class Published(NamedTuple):
    """What the registry knows of one IRI."""

    iri: str
    kind: str
    first: str
    last: str
    withdrawn: str
    target: str


class Changes(NamedTuple):
    """What putting a release into service changed: how many IRIs are new, withdrawn, or came back."""

    new: int
    withdrawn: int
    returned: int


class Registry:
    """The registry of one data folder."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAME

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(f"file:{self._path}", uri=True, isolation_level=None, timeout=60)) as database:
                database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _SCHEMA)
                yield database
        except sqlite3.DatabaseError as error:
            raise ReleaseError(
                f"The registry {self._path} cannot be used ({error}); restore it from the backup, or move it away "
                "and run `rong activate`: it is then made anew from the releases that are there."
            ) from error

    def register(self, release: Release) -> Changes:
        """Enter what `release` publishes, in one transaction: all of it or nothing."""
        with self._open() as database:
            database.execute("ATTACH ? AS ledger", (f"file:{release.ledger_path}?immutable=1",))
            database.execute("BEGIN IMMEDIATE")
            returned = database.execute(
                "UPDATE published SET last = ?, withdrawn = '', target = '' "
                "WHERE withdrawn != '' AND iri IN (SELECT iri FROM ledger.entities)",
                (release.id,),
            ).rowcount
            database.execute(
                "UPDATE published SET last = ? WHERE last < ? AND iri IN (SELECT iri FROM ledger.entities)",
                (release.id, release.id),
            )
            new = database.execute(
                "INSERT OR IGNORE INTO published (iri, kind, first, last) SELECT iri, kind, ?, ? FROM ledger.entities",
                (release.id, release.id),
            ).rowcount
            withdrawn = database.execute(
                "UPDATE published SET withdrawn = ? "
                "WHERE withdrawn = '' AND iri NOT IN (SELECT iri FROM ledger.entities)",
                (release.id,),
            ).rowcount
            database.execute("COMMIT")
        return Changes(new, withdrawn, returned)

    def recall(self, iris: Iris) -> Recall | None:
        """Return what tells the standing of names of instances and works, or None while nothing was ever published.

        It keeps the registry open for reading as long as it is used.
        """
        if not self._path.is_file():
            return None
        database = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
        query = "SELECT first, target FROM published WHERE iri = ?"

        def of(kind: str, name: str) -> Standing | None:
            row = database.execute(query, (iris.entity(kind, name),)).fetchone()
            if row is None:
                return None
            since, target = row
            split = iris.split(target) if target else None
            return Standing(since, split[1] if split else "")

        return of

    def lookup(self, iri: str) -> Published | None:
        """Return what is known of `iri`, or None when it was never published."""
        if not self._path.is_file():
            return None
        with self._open() as database:
            row = database.execute(
                "SELECT iri, kind, first, last, withdrawn, target FROM published WHERE iri = ?", (iri,)
            ).fetchone()
        return Published(*row) if row else None
