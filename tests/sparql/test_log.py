"""The query log: counts and seconds of queries, nothing of who asked."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from publisher.sparql.log import QueryLog
from tests.sparql.client import get
from tests.sparql.serving import serving


def test_queries_are_added_up(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "queries.sqlite")
    for seconds in (0.1, 0.3):
        log.add("ASK {}", 200, seconds)
    log.add("SELECT * {}", 504, 20.0)
    log.flush()
    log.add("ASK {}", 200, 0.2)
    log.flush()
    frequent = log.frequent(5)
    assert [(each.text, each.times, each.slowest) for each in frequent] == [("ASK {}", 3, 0.3)]
    assert [each.text for each in log.slowest(5)] == ["SELECT * {}", "ASK {}"]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    log = QueryLog(tmp_path / "nowhere" / "queries.sqlite")
    log.add("ASK {}", 200, 0.1)
    log.flush()
    assert log.frequent(5) == []


def test_nothing_in_the_log_says_who_asked(release: Path, tmp_path: Path) -> None:
    path = tmp_path / "queries.sqlite"
    with serving(release, query_log=str(path)) as server:
        get(server, "SELECT ?private { ?private ?p ?o } LIMIT 3")
        time.sleep(2.5)
    with sqlite3.connect(path) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(query)")}
        texts = [row[0] for row in connection.execute("SELECT text FROM query")]
    assert columns == {"day", "digest", "status", "text", "times", "seconds", "slowest"}
    assert "SELECT ?private { ?private ?p ?o } LIMIT 3" in texts
    assert b"127.0.0.1" not in path.read_bytes()
