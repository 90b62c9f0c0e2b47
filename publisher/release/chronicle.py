"""The chronicle: which edition changed when, as the outside world saw it. What feeds and OAI-PMH date their entries by.

    DIR/registry.sqlite     turn(number, release, moment)    chronicle_set(spec, turn, id)
                            chronicle(id, iri, first, turn, digest, deleted, sets)

Each time that another release goes into service is a *turn*. An edition belongs to the turn in which what is published
of it last changed, was first there, or was withdrawn; one that stays the same stays where it is, however many releases
are built. The moment of a turn is when its changes could be seen from outside: not when the record was edited and not
when the release was built. So who asks for everything since the last visit misses nothing, a roll-back included.

A deletion is never forgotten. The registry has every other fate of an IRI.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from publisher.errors import ReleaseError
from publisher.release.difference import difference
from publisher.release.layered import attach
from publisher.release.reading import reading
from publisher.release.release import Release

NAME = "registry.sqlite"
LIBRARY, DATASET = "library", "dataset"
"""The two kinds of sets; a set is called "library:kontum"."""

LOG = "changes"
"""The dataset that says what has changed; what an edition is in does not change because it is named there."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS turn (number INTEGER PRIMARY KEY, release TEXT NOT NULL, moment TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chronicle (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, turn INTEGER NOT NULL,
    digest INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, sets TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chronicle_turn ON chronicle (turn, id);
CREATE TABLE IF NOT EXISTS chronicle_set (
    spec TEXT NOT NULL, turn INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (spec, turn, id)) WITHOUT ROWID;
"""
# An edition shows what is said of its work, so a change to any record of the work is a change to each of its editions.
_EMPTY = """
CREATE TEMP TABLE now_set (iri TEXT NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (iri, spec)) WITHOUT ROWID;
CREATE TEMP TABLE now (iri TEXT PRIMARY KEY, digest INTEGER NOT NULL, sets TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TEMP TABLE moved (id INTEGER PRIMARY KEY, turn INTEGER NOT NULL, sets TEXT NOT NULL);
CREATE TEMP TABLE affected (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP VIEW described AS
    SELECT instance, work, library, digest FROM ledger.records WHERE +fate = 'published' AND instance != '';
"""
_AFFECTED = "INSERT OR IGNORE INTO affected SELECT instance FROM described WHERE work IN (SELECT iri FROM affected)"
_NOW = """
INSERT OR IGNORE INTO now_set SELECT instance, 'library:' || library FROM described WHERE {affected};
INSERT INTO now (iri, digest)
    SELECT instance, max(total) FROM (SELECT DISTINCT instance, work FROM described WHERE {affected})
    JOIN (SELECT work, sum(digest) AS total FROM described WHERE {works} GROUP BY work) USING (work)
    GROUP BY instance;
"""
_IS_AFFECTED = "instance IN (SELECT iri FROM affected)"
_WORKS = f"work IN (SELECT work FROM described WHERE {_IS_AFFECTED})"  # noqa: S608 - our own words
_TURN = """
UPDATE now SET sets = coalesce((SELECT group_concat(spec, ' ') FROM
    (SELECT spec FROM now_set WHERE now_set.iri = now.iri ORDER BY spec)), '');
INSERT INTO moved SELECT id, turn, chronicle.sets FROM now CROSS JOIN chronicle USING (iri)
    WHERE chronicle.digest != now.digest OR chronicle.sets != now.sets OR chronicle.deleted;
UPDATE chronicle SET turn = :turn, deleted = 0, digest = now.digest, sets = now.sets FROM now
    WHERE chronicle.iri = now.iri AND chronicle.id IN (SELECT id FROM moved);
INSERT INTO moved SELECT id, turn, sets FROM chronicle WHERE {gone};
UPDATE chronicle SET turn = :turn, deleted = 1 WHERE {gone};
INSERT INTO chronicle (iri, first, turn, digest, sets) SELECT iri, :turn, :turn, digest, sets FROM now
    WHERE NOT EXISTS (SELECT 1 FROM chronicle WHERE chronicle.iri = now.iri) ORDER BY iri;
"""
_GONE = "NOT deleted AND iri NOT IN (SELECT iri FROM now)"
_FORGET = "DROP VIEW described; DROP TABLE now_set; DROP TABLE now; DROP TABLE moved; DROP TABLE affected"
_GONE_OF_AFFECTED = f"iri IN (SELECT iri FROM affected) AND {_GONE}"  # noqa: S608 - our own words


class Entry(NamedTuple):
    """What the chronicle knows of one edition. `first` and `moment` are in UTC, as "2026-11-23T05:40:12Z"."""

    id: int
    turn: int
    iri: str
    first: str
    moment: str
    deleted: bool
    sets: tuple[str, ...]


class Span(NamedTuple):
    """Which part of the chronicle: of one set ("" for all), of the turns whose moments lie in [since, until]."""

    spec: str = ""
    since: str = ""
    until: str = ""


class Shard(NamedTuple):
    """A part of a turn: its entries from behind the one with the id `after` on."""

    turn: int
    moment: str
    after: int


START, END = (0, 0), (2**62, 0)
"""The places (turn, id) before the first entry and behind the last."""


class Chronicle:
    """The chronicle of one data folder."""

    def __init__(self, data: Path) -> None:
        self._path = data / NAME

    def enter(self, release: Release) -> None:
        """Enter the turn to `release`, which is in service by now; does nothing when that was the last turn.

        All of it is entered or nothing. Whatever is seen between the change of the release and this is entered with a
        later moment: it may be seen twice, but is never missed. Of an update of the release that was entered last, only
        what that changed is looked at.
        """
        with self._writing() as database:
            attach(database, release.ledger_path, "ledger")
            while True:
                before = _last(database)
                if before and before[1] == release.id:
                    return
                _run(database, "BEGIN", {})  # what is looked up takes long in a large release and locks nobody out
                gone = _look_up(database, release, before[1] if before else "")
                _run(database, "COMMIT; BEGIN IMMEDIATE", {})
                last = _last(database)
                if last == before:
                    break
                _run(database, f"ROLLBACK; {_FORGET}", {})
            number = last[0] + 1 if last else 1
            _run(database, _TURN.replace("{gone}", gone), {"turn": number})
            _enter_sets(database, number)
            database.execute("INSERT INTO turn VALUES (?, ?, ?)", (number, release.id, _after(last[2] if last else "")))
            database.execute("COMMIT")

    def release(self) -> str:
        """Return which release was entered last, "" when none was."""
        if not self._path.is_file():
            return ""
        with self._reading() as database:
            if not _begun(database):
                return ""
            row = database.execute("SELECT release FROM turn ORDER BY number DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def earliest(self) -> str:
        """Return the moment of the first turn; no entry is older."""
        with self._reading() as database:
            return str(database.execute("SELECT min(moment) FROM turn").fetchone()[0] or "")

    def entry(self, iri: str) -> Entry | None:
        """Return what is known of the edition `iri`, None when it was never published."""
        with self._reading() as database:
            row = database.execute(f"{_ENTRIES} WHERE iri = ?", (iri,)).fetchone()
        return _entry(row) if row else None

    def entries(self, span: Span, after: tuple[int, int], limit: int) -> list[Entry]:
        """Return up to `limit` entries of `span`, the earliest change first, from behind the place `after` on."""
        with self._reading() as database:
            first, last = _turns(database, span)
            turn, number = max(after, (first, 0))
            values = {"spec": span.spec, "turn": turn, "id": number, "last": last}
            if turn > last:
                return []
            same, later = "c.turn = :turn AND c.id > :id", "c.turn > :turn AND c.turn <= :last"
            return _page(database, span, (same, later), "ASC", values, limit)

    def latest(self, spec: str, before: tuple[int, int], limit: int) -> list[Entry]:
        """Return up to `limit` entries of a set that are still published, the latest change first, before a place."""
        with self._reading() as database:
            values = {"spec": spec, "turn": before[0], "id": before[1]}
            there = " AND NOT chronicle.deleted"
            same, earlier = "c.turn = :turn AND c.id < :id" + there, "c.turn < :turn" + there
            return _page(database, Span(spec), (same, earlier), "DESC", values, limit)

    def count(self, span: Span) -> int:
        """Return how many entries `span` has."""
        table = "chronicle_set AS c WHERE spec = :spec" if span.spec else "chronicle AS c WHERE true"
        with self._reading() as database:
            first, last = _turns(database, span)
            query = f"SELECT count(*) FROM {table} AND turn BETWEEN :first AND :last"  # noqa: S608
            return int(database.execute(query, {"spec": span.spec, "first": first, "last": last}).fetchone()[0])

    def shards(self, size: int) -> list[Shard]:
        """Return the turns in order, each in parts of `size` entries; a turn to which nothing belongs has none."""
        query = (
            "SELECT turn, moment, id, place FROM (SELECT c.turn, turn.moment, c.id - 1 AS id, "
            "row_number() OVER (PARTITION BY c.turn ORDER BY c.id) - 1 AS place "
            "FROM chronicle AS c JOIN turn ON turn.number = c.turn) WHERE place % :size = 0 ORDER BY turn, id"
        )
        with self._reading() as database:
            found = database.execute(query, {"size": size})
            return [Shard(turn, moment, after) for turn, moment, after, _ in found]

    def of_shard(self, shard: Shard, size: int) -> list[Entry]:
        """Return the entries of a part of `size` entries."""
        query = f"{_of(Span())} c.turn = :turn AND c.id > :after ORDER BY c.id LIMIT :size"
        with self._reading() as database:
            values = {"turn": shard.turn, "after": shard.after, "size": size}
            return [_entry(row) for row in database.execute(query, values)]

    def sets(self) -> list[str]:
        """Return the sets that ever had an edition, sorted."""
        # A loose scan: the next set is found by the key, however many editions there are.
        query = (
            "WITH RECURSIVE each(spec) AS (SELECT min(spec) FROM chronicle_set UNION ALL "
            "SELECT (SELECT min(spec) FROM chronicle_set WHERE spec > each.spec) FROM each "
            "WHERE each.spec IS NOT NULL) "
            "SELECT spec FROM each WHERE spec IS NOT NULL"
        )
        with self._reading() as database:
            return [spec for (spec,) in database.execute(query)]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        # One journal beside the file, as the registry has it; nobody who reads is kept out until all is ready.
        address = f"file:{self._path}?mode=rwc"
        with (
            self._troubles(),
            closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=60)) as database,
        ):
            database.executescript(
                "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF;" + _SCHEMA
            )
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
            raise ReleaseError(
                f"The chronicle in {self._path} cannot be used ({error}); run `rong activate`, or restore the file "
                "from the backup."
            ) from error


# CROSS JOIN keeps SQLite to this order: the place is found first, by its index, then what is known of it.
_ENTRIES = (
    "SELECT chronicle.id, chronicle.turn, chronicle.iri, begun.moment, turned.moment, "
    "chronicle.deleted, chronicle.sets "
    "FROM chronicle CROSS JOIN turn AS begun ON begun.number = chronicle.first "
    "CROSS JOIN turn AS turned ON turned.number = chronicle.turn"
)


def _of(span: Span) -> str:
    """Return the beginning of a query for the entries of a set; a condition on `c` follows."""
    table, spec = ("chronicle_set", "c.spec = :spec AND") if span.spec else ("chronicle", "")
    joined = _ENTRIES.replace("FROM chronicle ", f"FROM {table} AS c CROSS JOIN chronicle ON chronicle.id = c.id ")
    return f"{joined} WHERE {spec}"


def _page(
    database: sqlite3.Connection, span: Span, parts: tuple[str, str], order: str, values: dict[str, object], limit: int
) -> list[Entry]:
    """Return the rest of the turn in which a place lies, then of the others: each part is read off an index."""
    found: list[Entry] = []
    for part in parts:
        query = f"{_of(span)} {part} ORDER BY c.turn {order}, c.id {order} LIMIT :limit"
        found += [_entry(row) for row in database.execute(query, {**values, "limit": limit - len(found)})]
    return found


def _turns(database: sqlite3.Connection, span: Span) -> tuple[int, int]:
    """Return the first and the last turn of `span`."""
    query = "SELECT min(number), max(number) FROM turn WHERE moment >= ? AND moment <= ?"
    first, last = database.execute(query, (span.since, span.until or "~")).fetchone()
    return (first, last) if first else (1, 0)


def _entry(row: tuple[int, int, str, str, str, int, str]) -> Entry:
    number, turn, iri, first, moment, deleted, sets = row
    return Entry(number, turn, iri, first, moment, bool(deleted), tuple(sets.split()))


def _last(database: sqlite3.Connection) -> tuple[int, str, str] | None:
    """Return (number, release, moment) of the last turn."""
    query = "SELECT number, release, moment FROM turn ORDER BY number DESC LIMIT 1"
    found: tuple[int, str, str] | None = database.execute(query).fetchone()
    return found


def _look_up(database: sqlite3.Connection, release: Release, before: str) -> str:
    """Find what `release` has of the editions that may have changed since `before`; return what tells those gone."""
    _run(database, _EMPTY, {})
    changed = difference(release.path, before) if not release.is_complete else None
    if changed is None:
        _run(database, _NOW.format(affected="true", works="true"), {})
        _enter_datasets(database, release)
        return _GONE
    database.executemany("INSERT INTO affected VALUES (?)", ((iri,) for iri in changed.iris))
    database.execute(_AFFECTED)
    _run(database, _NOW.format(affected=_IS_AFFECTED, works=_WORKS), {})
    _keep_datasets(database, release)
    return _GONE_OF_AFFECTED


def _keep_datasets(database: sqlite3.Connection, release: Release) -> None:
    """Leave the editions in the sets of the datasets in which they are: the datasets are those of the turn before.

    What comes back is in a dataset where it was there when that was cut.
    """
    earlier = database.execute(
        "SELECT iri, chronicle.sets FROM now CROSS JOIN chronicle USING (iri) "
        "WHERE NOT deleted OR turn > (SELECT max(number) FROM turn WHERE release = ?)",
        (release.datasets_of,),
    ).fetchall()
    named = ((iri, spec) for iri, sets in earlier for spec in sets.split() if spec.startswith(f"{DATASET}:"))
    database.executemany("INSERT OR IGNORE INTO now_set VALUES (?, ?)", named)
    for spec, table in _datasets(release):
        if not table.is_file():
            database.execute("INSERT OR IGNORE INTO now_set SELECT iri, ? FROM now", (spec,))


def _run(database: sqlite3.Connection, script: str, values: dict[str, int]) -> None:
    """Run the statements of `script` in the transaction that is open; `executescript` would end it."""
    for statement in script.split(";"):
        if statement.strip():
            database.execute(statement, values)


def _enter_sets(database: sqlite3.Connection, turn: int) -> None:
    """Enter the sets of what moved, those that were deleted included: who harvests a set has to learn of it."""
    places = database.execute("SELECT id, turn, sets FROM moved").fetchall()
    gone = ((spec, before, number) for number, before, sets in places for spec in sets.split())
    database.executemany("DELETE FROM chronicle_set WHERE spec = ? AND turn = ? AND id = ?", gone)
    moved = database.execute("SELECT id, sets FROM chronicle WHERE turn = ?", (turn,))
    rows = ((spec, turn, number) for number, sets in moved.fetchall() for spec in sets.split())
    database.executemany("INSERT OR REPLACE INTO chronicle_set VALUES (?, ?, ?)", rows)


def _enter_datasets(database: sqlite3.Connection, release: Release) -> None:
    """Put into the set of each dataset the editions that its table names; all of them where it has no table."""
    for spec, table in _datasets(release):
        if table.is_file():
            with table.open(encoding="utf-8-sig", newline="") as file:
                named = ((cell, spec) for row in csv.reader(file) for cell in row if "/instance/" in cell)
                database.executemany("INSERT OR IGNORE INTO now_set VALUES (?, ?)", named)
        else:
            database.execute("INSERT INTO now_set SELECT iri, ? FROM now", (spec,))
    database.execute("DELETE FROM now_set WHERE iri NOT IN (SELECT iri FROM now)")


def _datasets(release: Release) -> Iterator[tuple[str, Path]]:
    """Yield the set of each dataset, and where its table is if it has one."""
    for folder in sorted(path for path in release.datasets_path.glob("*") if path.is_dir() and path.name != LOG):
        yield f"{DATASET}:{folder.name}", folder / f"{folder.name}.csv"


def _begun(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM sqlite_master WHERE name = 'turn'").fetchone() is not None


def _after(last: str) -> str:
    """Return the moment of a turn: a second from now, since it is written before it can be seen; later than `last`."""
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    if last:
        moment = max(moment, datetime.fromisoformat(last) + timedelta(seconds=1))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
