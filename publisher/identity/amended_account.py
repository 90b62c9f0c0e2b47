"""The account of a release's merges (`account`) edited: what was decided on again is told anew, and nothing else."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from publisher.identity.amendment import Amended
from publisher.identity.workbook import Workbook


def edit_account(account: sqlite3.Connection, book: Workbook, amended: Amended, warnings: list[str]) -> dict[str, int]:
    """Make the account in the database `account` that of the amended `book`; return by how much its counts changed.

    `warnings` are those of the resolution; they take the place of all that there are.
    """
    counts = Counter(amended.counts)
    editions = {*amended.editions.values(), *amended.gone.values()}
    works = {*amended.works.values(), *amended.gone.values()}
    _edit_records(account, book, amended)
    for kind, names in (("instance", editions), ("work", works)):
        for side in "ab":
            those = ((name, kind) for name in names)
            account.executemany(f"DELETE FROM reason WHERE {side} = ? AND +kind = ?", those)  # noqa: S608
        rows = book.database.execute(_REASONS[kind])
        account.executemany("INSERT INTO reason VALUES (?,?,?,?,?)", ((kind, *row) for row in rows))
    for side in "ab":
        for name in editions:
            found = account.execute(f"DELETE FROM doubt WHERE {side} = ?", (name,))  # noqa: S608 - one of two words
            counts["doubtful_pairs"] -= found.rowcount
    doubts = _doubts(book.database, amended.editions)
    account.executemany("INSERT INTO doubt VALUES (?,?,?,?,?)", doubts)
    counts["doubtful_pairs"] += len(doubts)
    account.execute("DELETE FROM warning")
    account.executemany("INSERT INTO warning VALUES (?)", ((warning,) for warning in warnings))
    return {name: counts[name] for name in COUNTED}


def _edit_records(account: sqlite3.Connection, book: Workbook, amended: Amended) -> None:
    moved = {(kind, name): target for kind, name, target in amended.moved}
    account.executemany("DELETE FROM record WHERE name = ?", ((name,) for name in amended.gone.values()))
    lost = {("instance", name) for name in amended.gone.values()}
    for each in amended.named.values():
        if not each.again:
            name = f"{each.library}-{each.key}"
            row = (name, each.library, each.key, each.instance, each.work)
            account.execute("INSERT OR REPLACE INTO record VALUES (?,?,?,?,?)", row)
            lost.add(("instance", name))
    before = {(kind, name) for kind, name in book.database.execute("SELECT kind, name FROM moved_before")}
    for kind, name in lost | before:
        account.execute("DELETE FROM moved WHERE kind = ? AND name = ?", (kind, name))
        if kind == "instance" and (kind, name) not in moved:
            query = (
                "INSERT INTO moved SELECT 'instance', name, instance FROM record WHERE name = ? AND instance != name"
            )
            account.execute(query, (name,))
    rows = ((kind, name, target) for (kind, name), target in moved.items())
    account.executemany("INSERT OR REPLACE INTO moved VALUES (?,?,?)", rows)


def _doubts(database: sqlite3.Connection, numbers: Iterable[int]) -> list[tuple[str, str, float, str, str]]:
    """Return the doubtful pairs of records of which one is among `numbers`, each once, the surest."""
    found: dict[tuple[int, int], tuple[str, str, float, str, str]] = {}
    for number in sorted(numbers):
        for side in "ab":
            for a, b, *row in database.execute(_DOUBTS.format(side=side), (number,)):
                if (a, b) not in found or row[2] > found[a, b][2]:
                    found[a, b] = (row[0], row[1], row[2], row[3], row[4])
    return list(found.values())


COUNTED = ("instances_of_several_records", "records_joined", "doubtful_pairs")
_REASONS = {
    kind: f"""
SELECT a.library || '-' || a.key, b.library || '-' || b.key, score, cast(reasons AS TEXT) FROM {table} AS joined
    CROSS JOIN record AS a ON a.id = joined.a CROSS JOIN record AS b ON b.id = joined.b
"""  # noqa: S608 - our own words
    for kind, table in (("instance", "joined"), ("work", "work_joined"))
}
_DOUBTS = """
SELECT doubt.a, doubt.b, a.library || '-' || a.key, b.library || '-' || b.key, score, cast(reasons AS TEXT),
        cast(against AS TEXT)
    FROM doubt CROSS JOIN place AS pa ON pa.id = doubt.a CROSS JOIN place AS pb ON pb.id = doubt.b
        CROSS JOIN record AS a ON a.id = doubt.a CROSS JOIN record AS b ON b.id = doubt.b
    WHERE doubt.{side} = ? AND pa.instance != pb.instance
"""
