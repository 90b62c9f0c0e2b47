"""The ledger: the fate of every record that came in, and why; and the entities of the release.

One SQLite database a release. `records` has one row a record; `warnings` what was repaired or could not be understood;
`entities` what the release publishes.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from publisher.errors import ReleaseError
from publisher.release.layered import Edited, finish, opened

COLUMNS = ("source", "position", "library", "key", "fate", "rule", "reason", "instance", "work", "changed", "entity")
_SCHEMA = """
CREATE TABLE records (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, position INTEGER NOT NULL, library TEXT NOT NULL,
    key TEXT NOT NULL, fate TEXT NOT NULL, rule TEXT NOT NULL, reason TEXT NOT NULL,
    instance TEXT NOT NULL, work TEXT NOT NULL, changed TEXT NOT NULL,
    entity TEXT NOT NULL DEFAULT '', digest INTEGER NOT NULL DEFAULT 0);
CREATE TABLE warnings (record INTEGER NOT NULL, tag TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE quarantine (record INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE entities (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, sort_key TEXT NOT NULL,
    changed TEXT NOT NULL) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX records_instance ON records (instance);
CREATE INDEX records_work ON records (work);
CREATE INDEX records_entity ON records (entity) WHERE entity != '';
CREATE INDEX records_fate ON records (fate, rule);
CREATE INDEX warnings_record ON warnings (record);
CREATE INDEX entities_kind ON entities (kind, iri);
CREATE INDEX entities_order ON entities (kind, sort_key);
"""

_DATES = """
CREATE TEMP TABLE newest AS
    WITH said AS (SELECT instance, work, entity, changed FROM records WHERE fate = 'published' AND changed != '')
    SELECT iri, max(changed) AS changed FROM (
        SELECT instance AS iri, changed FROM said WHERE instance != ''
        UNION ALL SELECT work, changed FROM said WHERE work != ''
        UNION ALL SELECT entity, changed FROM said WHERE entity != '') GROUP BY iri;
UPDATE entities SET changed = newest.changed FROM newest WHERE newest.iri = entities.iri;
DROP TABLE newest;
"""


class Row(NamedTuple):
    """One record's fate. `changed` is when the record was last changed (its 005), as an ISO date, or ""; `entity` is
    the agent, concept, place or title that an authority record describes."""

    source: str
    position: int
    library: str
    key: str
    fate: str
    rule: str = ""
    reason: str = ""
    instance: str = ""
    work: str = ""
    changed: str = ""
    entity: str = ""


class EntityRow(NamedTuple):
    """One entity that the release publishes."""

    iri: str
    kind: str
    label: str
    sort_key: str
    changed: str


class LedgerWriter:
    """Writes the ledger of a release that is being built."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._database.execute("BEGIN")
        self._number = 0

    def add(self, row: Row, warnings: Iterable[tuple[str, str]] = (), raw: bytes = b"", digest: int = 0) -> None:
        """Enter one record; `raw` are the bytes to keep of one that was rejected, `digest` stands for what one says.

        Digests are added up, so they have 48 bits.
        """
        self._number += 1
        _enter(self._database, self._number, row, warnings, raw, digest)

    def add_entities(self, rows: Iterable[EntityRow]) -> None:
        """Enter what the release publishes."""
        self._database.executemany("INSERT INTO entities VALUES (?,?,?,?,?)", rows)

    def entities(self) -> Iterator[EntityRow]:
        """Yield what the release publishes, each thing once."""
        for row in self._database.cursor().execute("SELECT iri, kind, label, sort_key, changed FROM entities"):
            yield EntityRow(*row)

    def entity_counts(self) -> dict[str, int]:
        """Return how many entities of each kind the release publishes."""
        return dict(self._database.execute("SELECT kind, count(*) FROM entities GROUP BY kind"))

    def date_entities(self) -> None:
        """Enter when each instance, work and entity of an authority record was last changed.

        Every record names two of them: what is gathered grows with the release, so it waits on the disk.
        """
        self._database.executescript(_DATES)

    def close(self) -> None:
        """Finish: make the indexes, and let the file stand on its own."""
        self._database.executescript(_INDEXES + "ANALYZE;")
        finish(self._database)


class LedgerEditor:
    """Edits the ledger `before` of an earlier release as `path`."""

    def __init__(self, before: Path, path: Path) -> None:
        self._edited = Edited(before, path)
        self._database = self._edited.database

    def last(self) -> int:
        """Return the greatest number that a record has."""
        return int(self._database.execute("SELECT coalesce(max(number), 0) FROM records").fetchone()[0])

    def shift(self, numbers: Iterable[int], by: int) -> None:
        """Say that records moved in their source."""
        rows = ((by, number) for number in numbers)
        self._database.executemany("UPDATE records SET position = position + ? WHERE number = ?", rows)

    def move(self, rows: Iterable[tuple[int, int]]) -> None:
        """Give records another number: (number, number to be).

        Numbers that records get have to be free once all have got theirs.
        """
        self._database.execute("CREATE TEMP TABLE move (old INTEGER PRIMARY KEY, new INTEGER)")
        self._database.executemany("INSERT INTO move VALUES (?,?)", rows)
        for table, column in (("records", "number"), ("warnings", "record"), ("quarantine", "record")):
            self._database.execute(
                f"UPDATE {table} SET {column} = -move.new FROM move WHERE {column} = move.old"  # noqa: S608
            )
            self._database.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} < 0")  # noqa: S608
        self._database.execute("DROP TABLE move")

    def remove(self, number: int) -> None:
        """Take a record out."""
        self._database.execute("DELETE FROM records WHERE number = ?", (number,))
        self._database.execute("DELETE FROM warnings WHERE record = ?", (number,))
        self._database.execute("DELETE FROM quarantine WHERE record = ?", (number,))

    def add(self, number: int, row: Row, warnings: Iterable[tuple[str, str]], raw: bytes, digest: int) -> None:
        """Enter a record under a number that is free; see `LedgerWriter.add`."""
        _enter(self._database, number, row, warnings, raw, digest)

    def changed(self, iri: str) -> str:
        """Return when an instance, a work or what an authority record describes was last changed, "" for never."""
        query = """SELECT coalesce(max(changed), '') FROM (
            SELECT changed FROM records WHERE instance = :iri AND fate = 'published' UNION ALL
            SELECT changed FROM records WHERE work = :iri AND fate = 'published' UNION ALL
            SELECT changed FROM records WHERE entity = :iri AND entity != '' AND fate = 'published')"""
        return str(self._database.execute(query, {"iri": iri}).fetchone()[0])

    def remove_entity(self, iri: str) -> str:
        """Take out what is published no more, or said anew; return of what kind it was, "" when it was not there."""
        row = self._database.execute("DELETE FROM entities WHERE iri = ? RETURNING kind", (iri,)).fetchone()
        return str(row[0]) if row else ""

    def add_entity(self, row: EntityRow) -> None:
        """Enter what is published."""
        self._database.execute("INSERT INTO entities VALUES (?,?,?,?,?)", row)

    def close(self) -> None:
        """Finish."""
        self._edited.close()


def _enter(
    database: sqlite3.Connection, number: int, row: Row, warnings: Iterable[tuple[str, str]], raw: bytes, digest: int
) -> None:
    database.execute("INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", (number, *row, digest))
    database.executemany("INSERT INTO warnings VALUES (?,?,?)", ((number, tag, reason) for tag, reason in warnings))
    if raw:
        database.execute("INSERT INTO quarantine VALUES (?,?)", (number, raw))


class Ledger:
    """Reads the ledger of a finished release."""

    def __init__(self, path: Path) -> None:
        try:
            self._database = opened(path, any_thread=True)
        except sqlite3.OperationalError as error:
            raise ReleaseError(
                f"The ledger {path} cannot be opened ({error}); check its permissions, or run `rong rollback`."
            ) from error

    def rows(self) -> Iterator[Row]:
        """Yield the fate of every record in the order in which they came."""
        for row in self._database.execute(f"SELECT {', '.join(COLUMNS)} FROM records ORDER BY number"):  # noqa: S608
            yield Row(*row)

    def counts(self) -> dict[str, int]:
        """Return how many records had each fate."""
        return dict(self._database.execute("SELECT fate, count(*) FROM records GROUP BY fate"))

    def reasons(self) -> list[tuple[str, str, int]]:
        """Return (fate, rule, how many) of what was not published, most first."""
        query = (
            "SELECT fate, rule, count(*) AS times FROM records WHERE fate != 'published' "
            "GROUP BY fate, rule ORDER BY times DESC, rule"
        )
        return list(self._database.execute(query))

    def warnings(self) -> list[tuple[str, str, int]]:
        """Return (tag, reason, how many), most first."""
        query = (
            "SELECT tag, reason, count(*) AS times FROM warnings GROUP BY tag, reason ORDER BY times DESC, tag, reason"
        )
        return list(self._database.execute(query))

    def of_instance(self, iri: str) -> list[Row]:
        """Return the records that describe the instance `iri`, or what authority records describe."""
        of_it = "instance = :iri OR (entity = :iri AND entity != '')"
        query = f"SELECT {', '.join(COLUMNS)} FROM records WHERE {of_it} ORDER BY number"  # noqa: S608
        return [Row(*row) for row in self._database.execute(query, {"iri": iri})]

    def found(self, identifier: str) -> list[tuple[int, Row]]:
        """Return the records, with their numbers here, that an address, a record number or "source:position" names."""
        source, _, position = identifier.rpartition(":")
        query = (
            f"SELECT number, {', '.join(COLUMNS)} FROM records WHERE :id IN (instance, work, entity, key) "  # noqa: S608
            "OR (source = :source AND position = :position) ORDER BY number"
        )
        values = {"id": identifier, "source": source, "position": int(position) if position.isdecimal() else -1}
        return [(number, Row(*row)) for number, *row in self._database.execute(query, values)]

    def warnings_of(self, number: int) -> list[tuple[str, str]]:
        """Return what was repaired, doubtful or taken out in one record, as (tag, reason)."""
        return list(self._database.execute("SELECT tag, reason FROM warnings WHERE record = ?", (number,)))

    def rows_with_warnings(self) -> Iterator[tuple[Row, list[tuple[str, str]]]]:
        """Yield every record's fate in the order in which they came, with what was doubtful about it."""
        query = f"SELECT number, {', '.join(COLUMNS)} FROM records ORDER BY number"  # noqa: S608
        for number, *row in self._database.execute(query):
            yield Row(*row), self.warnings_of(number)

    def quarantine(self) -> Iterator[tuple[Row, bytes]]:
        """Yield every record that was rejected, with its bytes as they came ("" where none could be kept)."""
        query = (
            f"SELECT {', '.join('records.' + column for column in COLUMNS)}, coalesce(bytes, x'') FROM records "  # noqa: S608
            "LEFT JOIN quarantine ON quarantine.record = number WHERE fate = 'rejected' ORDER BY number"
        )
        for *row, content in self._database.execute(query):
            yield Row(*row), bytes(content)

    def entities(self, kind: str, after: str = "", limit: int = 50_000) -> list[EntityRow]:
        """Return up to `limit` entities of `kind` in the order of their IRIs, from the first after `after` on."""
        query = (
            "SELECT iri, kind, label, sort_key, changed FROM entities WHERE kind = ? AND iri > ? ORDER BY iri LIMIT ?"
        )
        return [EntityRow(*row) for row in self._database.execute(query, (kind, after, limit))]

    def entities_in_order(self, kind: str, offset: int = 0, limit: int = 100) -> list[EntityRow]:
        """Return `limit` entities of `kind` in the order of the Vietnamese alphabet, from the one at `offset` on."""
        query = (
            "SELECT iri, kind, label, sort_key, changed FROM entities WHERE kind = ? "
            "ORDER BY sort_key, iri LIMIT ? OFFSET ?"
        )
        return [EntityRow(*row) for row in self._database.execute(query, (kind, limit, offset))]

    def entities_before(self, kind: str, sort_key: str) -> int:
        """Return how many entities of `kind` come before `sort_key` in the order of the Vietnamese alphabet."""
        query = "SELECT count(*) FROM entities WHERE kind = ? AND sort_key < ?"
        return int(self._database.execute(query, (kind, sort_key)).fetchone()[0])

    def entity_counts(self) -> dict[str, int]:
        """Return how many entities of each kind the release publishes."""
        return dict(self._database.execute("SELECT kind, count(*) FROM entities GROUP BY kind"))

    def write_csv(self, file: IO[str]) -> None:
        """Write all rows as CSV with a header."""
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(self.rows())

    def write_jsonl(self, file: IO[str]) -> None:
        """Write all rows as JSON Lines."""
        for row in self.rows():
            file.write(orjson.dumps(row._asdict()).decode() + "\n")
