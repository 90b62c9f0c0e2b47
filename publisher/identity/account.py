"""The account of a release's merges: why records are one, what is doubtful, which names lead elsewhere.

An SQLite database beside the ledger, `identity.sqlite`; `rong identity` reads it.
"""

from __future__ import annotations

from pathlib import Path

from publisher.identity.workbook import Workbook

ACCOUNT = "identity.sqlite"


def write_account(book: Workbook, path: Path, warnings: list[str]) -> dict[str, int]:
    """Write the account of all merges, for `rong identity`, to the SQLite database `path`; return what it counts.

    record  every record and the names of its instance and its work      moved  names that lead to others
    reason  what was joined, with points and reasons                     doubt  pairs that a person should look at
    """
    database = book.database
    database.execute("ATTACH ? AS account", (str(path),))
    database.executescript(_ACCOUNT)
    database.executemany("INSERT INTO account.warning VALUES (?)", ((warning,) for warning in warnings))
    counts = {
        "instances_of_several_records": "SELECT count(*) FROM lead_instance WHERE times > 1",
        "records_joined": "SELECT coalesce(sum(times - 1), 0) FROM lead_instance",
        "doubtful_pairs": "SELECT count(*) FROM account.doubt",
    }
    found = {name: int(database.execute(query).fetchone()[0]) for name, query in counts.items()}
    database.execute("DETACH account")
    return found


_ACCOUNT = """
PRAGMA account.journal_mode = OFF; PRAGMA account.synchronous = OFF;
CREATE TABLE account.record (name TEXT PRIMARY KEY, library TEXT, key TEXT, instance TEXT, work TEXT) WITHOUT ROWID;
CREATE TABLE account.reason (kind TEXT, a TEXT, b TEXT, score REAL, reasons TEXT);
CREATE TABLE account.doubt (a TEXT, b TEXT, score REAL, reasons TEXT, against TEXT);
CREATE TABLE account.moved (kind TEXT, name TEXT, target TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE account.warning (text TEXT);
INSERT INTO account.record SELECT library || '-' || key, library, key, instance, work FROM settled ORDER BY 1;
INSERT INTO account.reason SELECT 'instance', a.library || '-' || a.key, b.library || '-' || b.key, score,
    cast(reasons AS TEXT) FROM joined JOIN record AS a ON a.id = joined.a JOIN record AS b ON b.id = joined.b;
INSERT INTO account.reason SELECT 'work', a.library || '-' || a.key, b.library || '-' || b.key, score,
    cast(reasons AS TEXT) FROM work_joined AS joined JOIN record AS a ON a.id = joined.a
    JOIN record AS b ON b.id = joined.b;
INSERT INTO account.doubt SELECT a.library || '-' || a.key, b.library || '-' || b.key, max(score),
    cast(reasons AS TEXT), cast(against AS TEXT)
    FROM doubt JOIN settled AS a ON a.id = doubt.a JOIN settled AS b ON b.id = doubt.b
    WHERE a.instance != b.instance GROUP BY doubt.a, doubt.b;
INSERT INTO account.moved SELECT kind, name, target FROM moved;
INSERT OR IGNORE INTO account.moved SELECT 'instance', name, instance FROM account.record WHERE name != instance;
CREATE INDEX account.record_instance ON record (instance);
CREATE INDEX account.record_work ON record (work);
CREATE INDEX account.reason_a ON reason (a);
CREATE INDEX account.reason_b ON reason (b);
CREATE INDEX account.doubt_a ON doubt (a);
CREATE INDEX account.doubt_b ON doubt (b);
"""
