"""The stored queries: at least thirty, in two languages, each with rows from the example catalogue."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.config import Settings
from publisher.errors import ConfigError
from publisher.release import active
from publisher.sparql import chart
from publisher.sparql.guard import examine
from publisher.sparql.log import QueryLog
from publisher.sparql.search import Searcher
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.stored import StoredQuery, stored_queries
from tests.sparql.client import request
from tests.sparql.serving import Server, serving

QUERIES = list(stored_queries().values())


@pytest.fixture(scope="module")
def example(example_data: Path) -> tuple[ox.Store, Searcher]:
    release = active(example_data)
    return ox.Store.read_only(str(release.store_path)), Searcher(str(release.index_path))


@pytest.fixture(scope="module")
def example_server(example_data: Path, example_settings: Settings) -> Iterator[Server]:
    with serving(example_data / "current", base_iri=example_settings.base) as server:
        yield server


def test_there_are_thirty_queries_in_three_levels() -> None:
    assert len(QUERIES) >= 30
    assert all(sum(query.level == level for query in QUERIES) >= 8 for level in (1, 2, 3))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_stored_query_returns_rows(query: StoredQuery, example: tuple[ox.Store, Searcher]) -> None:
    store, searcher = example
    examine(query.text, EndpointSettings())
    results = store.query(searcher.rewrite(query.text), base_iri="http://localhost/")
    if isinstance(results, ox.QueryBoolean):
        assert results
    else:
        rows = list(results)
        assert rows
        assert not query.chart or len(rows) > 1


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_stored_query_is_titled_in_both_languages(query: StoredQuery) -> None:
    assert query.titles["vi"] != query.titles["en"]
    assert query.notes["vi"] != query.notes["en"]
    assert re.fullmatch(r"[a-z-]+", query.name)


def test_a_query_without_its_head_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "bare.rq").write_text("# title-vi: Không có gì\nASK {}\n")
    with pytest.raises(ConfigError, match=r"bare\.rq.*level, title-en, note-vi, note-en"):
        stored_queries(tmp_path)


@pytest.mark.parametrize(
    "name", ["library-map", "languages", "by-year", "any-digitized", "subject-graph", "search-words"]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_stored_query_has_a_page_of_its_own(example_server: Server, name: str, language: str) -> None:
    query = stored_queries()[name]
    got = request(example_server, "GET", f"/sparql/{name}?lang={language}", Accept="text/html")
    assert got.status == 200
    assert f"<h1>{query.titles[language]}</h1>" in got.text
    assert ("<svg" in got.text) == bool(query.chart)
    assert "pd.read_csv" in got.text
    assert "SPARQLWrapper" in got.text


def test_a_stored_query_can_be_fetched_as_it_is(example_server: Server) -> None:
    got = request(example_server, "GET", "/sparql/languages.rq")
    assert got.type == "application/sparql-query"
    assert got.text == stored_queries()["languages"].text


def test_stored_queries_are_answered_in_advance(example_data: Path, example_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = QueryLog(path)
    with serving(example_data / "current", base_iri=example_settings.base, query_log=str(path)) as server:
        deadline = time.monotonic() + 120
        while len(in_advance := log.frequent(100)) < len(QUERIES):
            assert time.monotonic() < deadline, "queries are not asked in advance"
            time.sleep(0.2)
        for query in QUERIES:
            assert request(server, "GET", f"/sparql/{query.name}", Accept="text/html").status == 200
    # The server has written its log in the end: nobody worked for any of them once more.
    assert {each.text: each.seconds for each in log.frequent(100)} == {each.text: each.seconds for each in in_advance}


def test_labels_in_a_drawing_are_text() -> None:
    rows = [[{"value": "<b>&"}, {"value": "3"}], [{"value": "x"}, {"value": "5"}]]
    drawing = chart.draw("bar", ["a", "b"], rows, "t")
    assert "&lt;b&gt;&amp;" in drawing
    assert chart.draw("bar", ["a"], [[{"value": "x"}, None]], "t") == ""
