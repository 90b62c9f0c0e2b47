"""A release changes under a running server; none at all; a store that is broken."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.sparql.client import Got, get, request
from tests.sparql.conftest import make_release
from tests.sparql.serving import serving

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://e/version> ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?s <http://e/version> ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def version(folder: Path, name: str, triples: int) -> Path:
    lines = "".join(f"<http://e/v{n}> <http://e/version> {n} .\n" for n in range(triples))
    return make_release(folder / name, lines.encode(), repeat=55)


def point(link: Path, target: Path) -> None:
    fresh = link.with_suffix(".new")
    fresh.symlink_to(target)
    fresh.replace(link)


def count(got: Got) -> int:
    assert got.status == 200, got.text
    return int(got.json["results"]["bindings"][0]["n"]["value"])


def test_the_next_release_is_answered_from_without_a_restart(tmp_path: Path) -> None:
    first, second = version(tmp_path, "r1", 1), version(tmp_path, "r2", 2)
    link = tmp_path / "current"
    point(link, first)
    with serving(link, time_limit=20) as server:
        before = get(server, COUNT)
        assert count(before) == 1
        slow: list[Got] = []
        thread = threading.Thread(target=lambda: slow.append(get(server, SLOW)))
        thread.start()
        time.sleep(0.3)
        point(link, second)
        time.sleep(0.8)
        after = get(server, COUNT)
        assert count(after) == 2
        assert after.headers["etag"] != before.headers["etag"]
        thread.join()
        # What had begun was finished on the release that it began with: 1 × 56³ rows, not 2 × 57³.
        assert count(slow[0]) == 56**3
        point(link, first)
        time.sleep(0.8)
        assert count(get(server, COUNT)) == 1


def test_without_a_release_the_answer_is_503_until_there_is_one(tmp_path: Path) -> None:
    link = tmp_path / "current"
    with serving(link) as server:
        got = get(server, "ASK {}", "application/json")
        assert got.status == 503
        assert got.json["title"] == "no-release"
        assert got.headers["retry-after"] == "60"
        point(link, version(tmp_path, "r1", 3))
        assert count(get(server, COUNT)) == 3


@pytest.mark.alone
def test_a_store_that_cannot_be_opened_is_refused_until_one_comes_that_can(tmp_path: Path) -> None:
    broken = tmp_path / "r1"
    (broken / "store").mkdir(parents=True)
    (broken / "store" / "CURRENT").write_text("nonsense\n")
    link = tmp_path / "current"
    with serving(link, queue_seconds=1) as server:
        point(link, broken)
        got = get(server, "ASK {}")
        assert got.status == 503
        assert int(got.headers["retry-after"]) > 0
        point(link, version(tmp_path, "r2", 1))
        time.sleep(1.2)
        assert count(get(server, COUNT)) == 1
        assert request(server, "GET", "/sparql", Accept="text/turtle").status == 200
