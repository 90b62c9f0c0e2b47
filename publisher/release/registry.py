"""The registry: every IRI that was ever published, and what became of it. It outlives releases.

    DIR/registry.sqlite     published(iri, kind, first, last, withdrawn, target)
                            member(record, instance, work)    split(iri, into_iri, release)

`first` and `last` are the releases that published it; `withdrawn` is the release that no longer did, "" while it is
published; `target` is the entity it was merged into, "" for none. An IRI that was published once is never given to
something else, and one that comes back is the same. `member` has for every record the names (ends of IRIs) of the
instance and the work under which it was published last; `split` lists what is published now under several IRIs and
was under one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from publisher.errors import ReleaseError
from publisher.identity.account import ACCOUNT
from publisher.identity.iris import Iris
from publisher.identity.naming import Memory
from publisher.release.layered import attach
from publisher.release.reading import may_not, reading
from publisher.release.release import Release

NAME = "registry.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS published (
    iri TEXT PRIMARY KEY, kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    withdrawn TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS published_withdrawn ON published (withdrawn) WHERE withdrawn != '';
CREATE INDEX IF NOT EXISTS published_target ON published (target) WHERE target != '';
CREATE TABLE IF NOT EXISTS member (
    record TEXT PRIMARY KEY, instance TEXT NOT NULL, work TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS split (
    iri TEXT NOT NULL, into_iri TEXT NOT NULL, release TEXT NOT NULL, PRIMARY KEY (iri, into_iri)) WITHOUT ROWID;
"""
_ENTER = """
UPDATE published SET last = :release WHERE last < :release AND iri IN (SELECT iri FROM ledger.entities);
"""
_MOVE = """
INSERT INTO published (iri, kind, first, last, withdrawn, target)
    SELECT :base || '/' || kind || '/' || name, kind, :release, :release, :release,
        :base || '/' || kind || '/' || target
    FROM account.moved WHERE true
    ON CONFLICT (iri) DO UPDATE SET target = excluded.target, withdrawn = excluded.withdrawn;
"""
_FOLLOW = """
UPDATE published SET target = (SELECT target FROM published AS further WHERE further.iri = published.target)
    WHERE target IN (SELECT iri FROM published AS merged WHERE merged.target != '');
"""
_SPLIT = """
INSERT OR REPLACE INTO split SELECT DISTINCT :base || '/{kind}/' || old.{kind}, :base || '/{kind}/' || new.{kind},
        :release
    FROM account.record AS new JOIN member AS old ON old.record = new.name AND old.{kind} != new.{kind}
    WHERE :base || '/{kind}/' || old.{kind} IN (SELECT iri FROM ledger.entities);
"""
_MEMBERS = """
INSERT INTO member SELECT name, instance, work FROM account.record WHERE true
    ON CONFLICT (record) DO UPDATE SET instance = excluded.instance, work = excluded.work
    WHERE instance != excluded.instance OR work != excluded.work;
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
        """Open for writing. One journal beside the file, gone when nobody writes: what serves may read it read-only."""
        address = f"file:{self._path}?mode=rwc"
        with (
            self._troubles(),
            closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=60)) as database,
        ):
            database.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;" + _SCHEMA)
            yield database

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._troubles(), reading(self._path) as database:
            yield database

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if may_not(error):
                raise ReleaseError(
                    f"The registry {self._path} cannot be used ({error}): run this as the user that owns "
                    f"{self._path.parent}, on a disk that can be written."
                ) from error
            raise ReleaseError(
                f"The registry {self._path} cannot be used ({error}); restore it from the backup, or move it away "
                "and run `rong activate`: it is then made anew from the releases that are there."
            ) from error

    def register(self, release: Release) -> Changes:
        """Enter what `release` publishes and what it merged, in one transaction: all of it or nothing."""
        with self._open() as database:
            attach(database, release.ledger_path, "ledger")
            account = release.path / ACCOUNT
            if account.is_file():
                attach(database, account, "account")
            database.execute("BEGIN IMMEDIATE")
            changes = _enter(database, release.id)
            if account.is_file():
                _enter_merges(database, release)
            database.execute("COMMIT")
        return changes

    @contextmanager
    def memory(self, iris: Iris) -> Iterator[Memory | None]:
        """Give what was published before, for naming; None while nothing was."""
        if not self._path.is_file():
            yield None
            return
        with self._open() as database:
            yield _Memory(database, iris)

    def lookup(self, iri: str) -> Published | None:
        """Return what is known of `iri`, or None when it was never published."""
        if not self._path.is_file():
            return None
        with self._reading() as database:
            row = database.execute(
                "SELECT iri, kind, first, last, withdrawn, target FROM published WHERE iri = ?", (iri,)
            ).fetchone()
        return Published(*row) if row else None

    def splits(self, iri: str) -> list[str]:
        """Return under which other IRIs a part of what was `iri` is published now."""
        if not self._path.is_file():
            return []
        with self._reading() as database:
            query = "SELECT into_iri FROM split WHERE iri = ? ORDER BY into_iri"
            return [into for (into,) in database.execute(query, (iri,))]


def _enter(database: sqlite3.Connection, release: str) -> Changes:
    returned = database.execute(
        "UPDATE published SET last = ?, withdrawn = '', target = '' "
        "WHERE withdrawn != '' AND iri IN (SELECT iri FROM ledger.entities)",
        (release,),
    ).rowcount
    database.execute(_ENTER, {"release": release})
    new = database.execute(
        "INSERT OR IGNORE INTO published (iri, kind, first, last) SELECT iri, kind, ?, ? FROM ledger.entities",
        (release, release),
    ).rowcount
    withdrawn = database.execute(
        "UPDATE published SET withdrawn = ? WHERE withdrawn = '' AND iri NOT IN (SELECT iri FROM ledger.entities)",
        (release,),
    ).rowcount
    return Changes(new, withdrawn, returned)


def _enter_merges(database: sqlite3.Connection, release: Release) -> None:
    about = {"release": release.id, "base": release.manifest["base"]}
    database.execute(_MOVE, about)
    database.execute(_FOLLOW)
    for kind in ("instance", "work"):
        database.execute(_SPLIT.replace("{kind}", kind), about)
    database.execute("DELETE FROM split WHERE into_iri IN (SELECT iri FROM published WHERE target != '')")
    database.execute(_MEMBERS)


class _Memory:
    """The registry as naming asks it."""

    def __init__(self, database: sqlite3.Connection, iris: Iris) -> None:
        self._database = database
        self._iris = iris

    def since(self, kind: str, name: str) -> str:
        query = "SELECT first FROM published WHERE iri = ? AND target = ''"
        row = self._database.execute(query, (self._iris.entity(kind, name),)).fetchone()
        return str(row[0]) if row else ""

    def earlier(self, kind: str, record: str) -> str:
        if kind not in ("instance", "work"):
            known = "SELECT target FROM published WHERE iri = ? AND target != ''"
            row = self._database.execute(known, (self._iris.entity(kind, record),)).fetchone()
            return str(row[0]).rpartition("/")[2] if row else ""
        row = self._database.execute("SELECT instance, work FROM member WHERE record = ?", (record,)).fetchone()
        return str(row[kind == "work"]) if row else ""
