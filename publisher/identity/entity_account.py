"""The account of agents, concepts and places in a release: which faces are one, why, and which are nearly.

Tables beside those of `account`, for `rong identity`: entity, entity_reason, entity_doubt.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from publisher.identity.gathering import KINDS
from publisher.identity.gathering import warnings as gathered_warnings
from publisher.identity.regathering import Regathered
from publisher.identity.ties import Circles


def write_entity_account(database: sqlite3.Connection, path: Path, warnings: list[str]) -> dict[str, int]:
    """Add to the account at `path` what was decided of the faces in `database`; return what it counts."""
    database.execute("ATTACH ? AS account", (str(path),))
    database.executescript(_ACCOUNT)
    database.executemany("INSERT INTO account.warning VALUES (?)", ((warning,) for warning in warnings))
    counts = {
        "names_of_entities": "SELECT count(*) FROM thing",
        "entities": "SELECT count(DISTINCT name) FROM final",
        "entities_of_several_names": "SELECT count(*) FROM (SELECT 1 FROM final GROUP BY name HAVING count(*) > 1)",
        "doubtful_names": "SELECT count(*) FROM account.entity_doubt",
    }
    found = {name: int(database.execute(query).fetchone()[0]) for name, query in counts.items()}
    database.execute("DETACH account")
    return found


def edit_entity_account(
    account: sqlite3.Connection, database: sqlite3.Connection, regathered: Regathered
) -> dict[str, int]:
    """Enter in an account what came of deciding in part; return by how much what it counts has changed.

    The warnings go behind those that are there: only those of the records may be. What moved in earlier releases is
    not told again.
    """
    account.executemany("DELETE FROM moved WHERE kind = ?", ((kind,) for kind in KINDS if kind != "work"))
    account.executemany("INSERT INTO moved VALUES (?,?,?)", regathered.moved)
    paths = [(path,) for path in sorted(regathered.again)]
    account.executemany("DELETE FROM entity WHERE face = ?", paths)
    account.executemany("DELETE FROM entity_reason WHERE name = ?", ((name,) for name in regathered.old))
    doubts = sum(account.execute(query, path).rowcount for query in _UNDOUBTED for path in paths)
    counts = {**regathered.counts, "doubtful_names": -doubts}
    for path in paths:
        account.executemany("INSERT INTO entity VALUES (?,?,?,?)", database.execute(_ENTITY, path))
        account.executemany("INSERT INTO entity_reason VALUES (?,?,?,?,?)", database.execute(_REASONS, path))
        found = database.execute(_DOUBTS, path).fetchall()
        account.executemany("INSERT INTO entity_doubt VALUES (?,?,?,?,?)", found)
        counts["doubtful_names"] += len(found)
    said = (*gathered_warnings(database), *Circles(database).warnings())
    account.executemany("INSERT INTO warning VALUES (?)", ((warning,) for warning in said))
    return counts


_UNDOUBTED = ("DELETE FROM entity_doubt WHERE a = ?", "DELETE FROM entity_doubt WHERE b = ?")
_ENTITY = """
SELECT thing.path, label, name, authority FROM thing JOIN final ON final.path = thing.path WHERE thing.path = ?
"""
_REASONS = """
SELECT final.name, a.path, b.path, score, cast(reasons AS TEXT) FROM thing AS a
    JOIN thing_joined ON thing_joined.a = a.id JOIN thing AS b ON b.id = thing_joined.b
    JOIN final ON final.path = a.path WHERE a.path = ? ORDER BY 1, 2, 3
"""
_DOUBTS = """
SELECT a, b, score, reasons, against FROM (
    SELECT a.path AS a, b.path AS b, score, cast(reasons AS TEXT) AS reasons, cast(against AS TEXT) AS against,
        row_number() OVER (PARTITION BY thing_doubt.b ORDER BY score DESC, thing_doubt.rowid) AS place
    FROM thing AS a JOIN thing_doubt ON thing_doubt.a = a.id JOIN thing AS b ON b.id = thing_doubt.b
    JOIN final AS fa ON fa.path = a.path JOIN final AS fb ON fb.path = b.path
    WHERE a.path = ? AND fa.name != fb.name)
    WHERE place = 1 ORDER BY 1, 2
"""
_ACCOUNT = """
CREATE TABLE account.entity (face TEXT PRIMARY KEY, label TEXT, name TEXT, authority TEXT) WITHOUT ROWID;
CREATE TABLE account.entity_reason (name TEXT, a TEXT, b TEXT, score REAL, reasons TEXT);
CREATE TABLE account.entity_doubt (a TEXT, b TEXT, score REAL, reasons TEXT, against TEXT);
INSERT INTO account.entity SELECT thing.path, label, name, authority FROM thing JOIN final ON final.path = thing.path
    ORDER BY 1;
INSERT INTO account.entity_reason SELECT final.name, a.path, b.path, score, cast(reasons AS TEXT) FROM thing_joined
    JOIN thing AS a ON a.id = thing_joined.a JOIN thing AS b ON b.id = thing_joined.b
    JOIN final ON final.path = a.path ORDER BY 1, 2, 3;
INSERT INTO account.entity_doubt SELECT a, b, score, reasons, against FROM (
    SELECT a.path AS a, b.path AS b, score, cast(reasons AS TEXT) AS reasons, cast(against AS TEXT) AS against,
        row_number() OVER (PARTITION BY thing_doubt.a, thing_doubt.b ORDER BY score DESC, thing_doubt.rowid) AS place
    FROM thing_doubt JOIN thing AS a ON a.id = thing_doubt.a JOIN thing AS b ON b.id = thing_doubt.b
    JOIN final AS fa ON fa.path = a.path JOIN final AS fb ON fb.path = b.path WHERE fa.name != fb.name)
    WHERE place = 1 ORDER BY 1, 2;
CREATE INDEX account.entity_name ON entity (name);
CREATE INDEX account.entity_reason_name ON entity_reason (name);
CREATE INDEX account.entity_doubt_a ON entity_doubt (a);
CREATE INDEX account.entity_doubt_b ON entity_doubt (b);
"""
