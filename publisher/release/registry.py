"""The registry: every IRI that was ever published, and what became of it. It outlives releases.

    DIR/registry.sqlite     published(iri, kind, first, last, withdrawn, target)    registered(release)
                            member(record, instance, work)    split(iri, into_iri, release)    followed(release, before)

`first` and `last` are the releases that published it: what is published still was so by the one that is `registered`.
`withdrawn` is the release that no longer did, "" while it is published; `target` is the entity it was merged into, ""
for none. An IRI that was published once is never given to something else, and one that comes back is the same. `member`
has for every record the names (ends of IRIs) of the instance and the work under which it was published last; `split`
lists what is published now under several IRIs and was under one. `followed` has the release that was registered last,
and which was so before it, "" for none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from publisher.errors import ReleaseError
from publisher.identity.account import ACCOUNT
from publisher.identity.iris import Iris
from publisher.identity.naming import Memory
from publisher.release.difference import Difference, difference
from publisher.release.layered import attach, is_same
from publisher.release.reading import may_not, reading
from publisher.release.release import DECIDED_AFTER, Release

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
CREATE INDEX IF NOT EXISTS split_into ON split (into_iri);
CREATE TABLE IF NOT EXISTS registered (release TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS followed (release TEXT NOT NULL, before TEXT NOT NULL);
"""
_RETURNED = "UPDATE published SET withdrawn = '', target = '' WHERE withdrawn != '' AND iri IN "
_NEW = "INSERT OR IGNORE INTO published (iri, kind, first, last) SELECT iri, kind, :release, :release FROM "
_WITHDRAWN = (
    "UPDATE published SET withdrawn = :release, last = coalesce((SELECT release FROM registered), last) "
    "WHERE withdrawn = '' AND iri "
)
_MOVE = """
INSERT INTO published (iri, kind, first, last, withdrawn, target)
    SELECT :base || '/' || kind || '/' || name, kind, :release, :release, :release,
        :base || '/' || kind || '/' || target
    FROM {moved} WHERE true
    ON CONFLICT (iri) DO UPDATE
    SET target = excluded.target, withdrawn = iif(withdrawn = '', excluded.withdrawn, withdrawn)
    WHERE target != excluded.target OR withdrawn = '';
"""
_FOLLOW = """
UPDATE published SET target = (SELECT target FROM published AS further WHERE further.iri = published.target)
    WHERE target != '' AND target IN (SELECT iri FROM published AS merged WHERE {merged});
"""
_SPLIT = """
INSERT OR REPLACE INTO split SELECT DISTINCT :base || '/{kind}/' || old.{kind}, :base || '/{kind}/' || new.{kind},
        :release
    FROM {record} AS new JOIN member AS old ON old.record = new.name AND old.{kind} != new.{kind}
    WHERE :base || '/{kind}/' || old.{kind} IN (SELECT iri FROM ledger.entities);
"""
_UNSPLIT = "DELETE FROM split WHERE into_iri IN (SELECT iri FROM published AS merged WHERE {merged})"
_MEMBERS = """
INSERT INTO member SELECT name, instance, work FROM {record} WHERE true
    ON CONFLICT (record) DO UPDATE SET instance = excluded.instance, work = excluded.work
    WHERE instance != excluded.instance OR work != excluded.work;
"""


_FOLLOWED = """
INSERT INTO followed SELECT :release, coalesce((SELECT release FROM registered), '')
    WHERE NOT EXISTS (SELECT 1 FROM registered WHERE release = :release)
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
        """Enter what `release` publishes and what it merged, in one transaction: all of it or nothing.

        Of a release that is an update of the one registered last, only what that changed is looked at.
        """
        with self._open() as database:
            attach(database, release.ledger_path, "ledger")
            account = release.account_path
            if account.is_file():
                attach(database, account, "account")
            changed = _changed(database, release)
            database.execute("BEGIN IMMEDIATE")
            entered = _enter(database, release.id) if changed is None else _enter_some(database, release.id, changed)
            if account.is_file():
                _enter_merges(database, release, changed)
            database.execute(_FOLLOWED, {"release": release.id})
            database.execute("DELETE FROM registered")
            database.execute("INSERT INTO registered VALUES (?)", (release.id,))
            database.execute("DELETE FROM followed WHERE release NOT IN (SELECT release FROM registered)")
            database.execute("COMMIT")
        return entered

    @contextmanager
    def memory(self, iris: Iris) -> Iterator[Memory | None]:
        """Give what was published before, for naming; None while nothing was."""
        if not self._path.is_file():
            yield None
            return
        with self._open() as database:
            yield _Memory(database, iris)

    def registered(self) -> str:
        """Return the release that was registered last, "" where none was."""
        row = self._row("SELECT release FROM registered")
        return str(row[0]) if row else ""

    def is_all_since(self, release: Release) -> bool:
        """Return whether nothing was registered since `release` was decided on but that release itself."""
        row = self._row("SELECT release, before FROM followed")
        return row is not None and row == (release.id, release.manifest.get(DECIDED_AFTER))

    def _row(self, query: str) -> tuple[Any, ...] | None:
        if not self._path.is_file():
            return None
        with self._open() as database:  # an earlier version did not have all tables
            row: tuple[Any, ...] | None = database.execute(query).fetchone()
        return row

    def lookup(self, iri: str) -> Published | None:
        """Return what is known of `iri`, or None when it was never published."""
        if not self._path.is_file():
            return None
        with self._reading() as database:
            row = database.execute(
                "SELECT iri, kind, first, last, withdrawn, target FROM published WHERE iri = ?", (iri,)
            ).fetchone()
            known = Published(*row) if row else None
            if known is not None and not known.withdrawn and _has_registered(database):
                (last,) = database.execute("SELECT coalesce(max(release), '') FROM registered").fetchone()
                known = known._replace(last=max(known.last, last))
        return known

    def splits(self, iri: str) -> list[str]:
        """Return under which other IRIs a part of what was `iri` is published now."""
        if not self._path.is_file():
            return []
        with self._reading() as database:
            query = "SELECT into_iri FROM split WHERE iri = ? ORDER BY into_iri"
            return [into for (into,) in database.execute(query, (iri,))]


def _changed(database: sqlite3.Connection, release: Release) -> Difference | None:
    """Return in what `release` differs from the one registered last, None where that is not known.

    What moved since is in the table `moved_since` then, and the records that changed in `record_since`.
    """
    row = database.execute("SELECT release FROM registered").fetchone()
    changed = difference(release.path, row[0]) if row else None
    account = release.account_path
    if changed is None or not account.is_file():
        return changed
    before = release.path.with_name(changed.before) / ACCOUNT
    if changed.moved is not None:
        database.execute("CREATE TEMP TABLE moved_since AS SELECT * FROM account.moved WHERE false")
        database.executemany("INSERT INTO moved_since VALUES (?,?,?)", changed.moved)
    elif not before.is_file():
        return None
    elif is_same(before, account):
        database.execute("CREATE TEMP TABLE moved_since AS SELECT * FROM account.moved WHERE false")
    else:
        attach(database, before, "before")
        database.execute(
            "CREATE TEMP TABLE moved_since AS SELECT * FROM account.moved EXCEPT SELECT * FROM before.moved"
        )
    database.execute("CREATE TEMP TABLE record_since AS SELECT * FROM account.record WHERE false")
    some = "INSERT INTO record_since SELECT * FROM account.record WHERE name = ?"
    database.executemany(some, ((name,) for name in changed.records))
    return changed


def _enter(database: sqlite3.Connection, release: str) -> Changes:
    now, said = "(SELECT iri FROM ledger.entities)", {"release": release}
    returned = database.execute(_RETURNED + now).rowcount
    new = database.execute(_NEW + "ledger.entities", said).rowcount
    withdrawn = database.execute(_WITHDRAWN + "NOT IN " + now, said).rowcount
    return Changes(new, withdrawn, returned)


def _enter_some(database: sqlite3.Connection, release: str, changed: Difference) -> Changes:
    """Enter what became of the entities that were changed."""
    new = withdrawn = returned = 0
    for iri in changed.iris:
        said = {"release": release, "iri": iri}
        if database.execute("SELECT 1 FROM ledger.entities WHERE iri = :iri", said).fetchone():
            returned += database.execute(_RETURNED + "(:iri)", said).rowcount
            new += database.execute(_NEW + "ledger.entities WHERE iri = :iri", said).rowcount
        else:
            withdrawn += database.execute(_WITHDRAWN + "= :iri", said).rowcount
    return Changes(new, withdrawn, returned)


def _enter_merges(database: sqlite3.Connection, release: Release, changed: Difference | None) -> None:
    about = {"release": release.id, "base": release.manifest["base"]}
    some = {"moved": "account.moved", "record": "account.record", "merged": "merged.target != ''"}
    if changed is not None:
        those = "(SELECT :base || '/' || kind || '/' || name FROM moved_since)"
        some = {
            "moved": "moved_since",
            "record": "record_since",
            "merged": f"merged.iri IN {those} AND +merged.target != ''",
        }
    database.execute(_MOVE.format(**some), about)
    database.execute(_FOLLOW.format(**some), about)
    for kind in ("instance", "work"):
        database.execute(_SPLIT.format(kind=kind, **some), about)
    database.execute(_UNSPLIT.format(**some), about)
    database.execute(_MEMBERS.format(**some), about)


def _has_registered(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM sqlite_master WHERE name = 'registered'").fetchone() is not None


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

    def leading(self, kind: str, name: str) -> list[str]:
        query = "SELECT iri FROM published WHERE target = ? AND target != ''"
        rows = self._database.execute(query, (self._iris.entity(kind, name),))
        return sorted(str(iri).rpartition("/")[2] for (iri,) in rows)
