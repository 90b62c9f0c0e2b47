"""The query log: counts and seconds of queries, nothing of who asked."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from publisher.sparql.log import Logged, QueryLog
from tests.sparql.client import get, request
from tests.sparql.conftest import make_release
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


def test_what_is_asked_most_is_at_hand_before_it_is_asked(release: Path, tmp_path: Path) -> None:
    """When a release comes into service the frequent queries are asked in advance; what is kept counts, but no time."""
    query, path = "SELECT (COUNT(*) AS ?often) { ?s ?p ?o }", tmp_path / "log.sqlite"
    log = QueryLog(path)
    log.add(query, 200, 0.1)
    log.flush()
    with serving(release, query_log=str(path)) as server:
        for _ in range(300):
            if logged(log, query).times == 2:
                break
            time.sleep(0.1)
        in_advance = logged(log, query)
        assert in_advance.times == 2
        first = get(server, query)
        assert first.status == 200
        again = request(server, "GET", "/sparql?" + urlencode({"query": query}), If_None_Match=first.headers["etag"])
        assert again.status == 304
    # The server has written its log in the end: asked twice more, and nobody worked for it.
    assert logged(log, query).times == 4
    assert logged(log, query).seconds == in_advance.seconds


def test_what_takes_too_long_in_advance_is_not_asked_again_of_the_next_release(tmp_path: Path) -> None:
    hopeless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    modest, path, link = "SELECT (COUNT(*) AS ?modest) { ?s ?p ?o }", tmp_path / "log.sqlite", tmp_path / "current"
    log = QueryLog(path)
    for text, times in ((hopeless, 9), (modest, 1)):
        for _ in range(times):
            log.add(text, 200, 0.1)
    log.flush()
    lines = "".join(f"<http://e/v{n}> <http://e/version> {n} .\n" for n in range(99)).encode()
    with serving(link, query_log=str(path), time_limit=5) as server:
        for turn in (1, 2):
            link.with_suffix(".new").symlink_to(make_release(tmp_path / f"r{turn}", lines))
            link.with_suffix(".new").replace(link)
            deadline = time.monotonic() + 120
            while logged(log, modest).times < 1 + turn:  # it is less frequent, so its turn comes after the other's
                get(server, "ASK {}")
                assert time.monotonic() < deadline, "queries are not asked in advance"
                time.sleep(0.5)
            assert statuses(path, hopeless) == {200: 9, 504: 1}


def statuses(path: Path, text: str) -> dict[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT status, times FROM query WHERE text = ?", (text,)))


def logged(log: QueryLog, query: str) -> Logged:
    return next(each for each in log.frequent(200) if each.text == query)
