"""rong:search: words with and without marks, of a kind, with scores; and what is said of wrong uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.sparql.search import Searcher, SearchError
from tests.sparql.client import get
from tests.sparql.serving import Server

P = "PREFIX rong: <https://w3id.org/rong/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
BASE = "http://localhost:8000"


def found(server: Server, pattern: str, tail: str = "") -> list[str]:
    got = get(server, f"{P} SELECT ?x {{ {pattern} }} {tail}")
    assert got.status == 200, got.text
    return [row["x"]["value"].removeprefix(f"{BASE}/") for row in got.json["results"]["bindings"]]


def test_words_with_marks_find_the_exact_thing_first(server: Server) -> None:
    ordered = found(server, '(?x ?score) rong:search "đăm"', "ORDER BY DESC(?score)")
    assert ordered[0] == "instance/kt-1"


def test_words_without_marks_find_everything(server: Server) -> None:
    assert set(found(server, '?x rong:search "dam"')) == {"instance/kt-1", "instance/kt-4"}


def test_all_words_must_occur(server: Server) -> None:
    assert found(server, '?x rong:search "su thi ba na"') == ["instance/kt-2"]
    assert found(server, '?x rong:search "sử thi không có"') == []


def test_a_star_stands_for_any_ending(server: Server) -> None:
    assert found(server, '?x rong:search "reserv*"') == ["instance/kt-4"]


def test_quotes_keep_words_together(server: Server) -> None:
    assert found(server, "?x rong:search '\"nhà rông\"'") == ["instance/kt-3"]
    assert found(server, "?x rong:search '\"rông nhà\"'") == []


def test_a_kind_narrows_and_a_limit_cuts(server: Server) -> None:
    assert found(server, '?x rong:search ("hồng" "agent")') == ["agent/hong"]
    assert len(found(server, '?x rong:search ("sử thi" 1)')) == 1


def test_an_isbn_is_found_in_any_spelling(server: Server) -> None:
    assert "instance/kt-1" in found(server, '?x rong:search "978-604-0-00000-1"')


def test_search_joins_with_the_rest_of_the_query(server: Server) -> None:
    got = get(
        server, f'{P} SELECT ?label {{ ?x rong:search "sử thi" . ?x rdfs:label ?label . FILTER(LANG(?label) = "") }}'
    )
    assert {row["label"]["value"] for row in got.json["results"]["bindings"]} == {"Sử thi Ba Na", "Trường ca Đăm Săn"}


def test_search_works_twice_in_a_query_and_by_full_iri(server: Server) -> None:
    pattern = '{ ?x <https://w3id.org/rong/ns#search> "reservoir" } UNION { ?x rong:search "rông" }'
    assert set(found(server, pattern)) == {"instance/kt-4", "instance/kt-3"}


@pytest.mark.parametrize("words", ["", "   ", "***", "()[]{}", "\\\\", "'", '\\"', "a:b^c~2 AND OR NOT", "\\u0000"])
def test_odd_words_break_nothing(server: Server, words: str) -> None:
    got = get(server, f'{P} SELECT ?x {{ ?x rong:search "{words}" }}')
    assert got.status == 200


@pytest.mark.parametrize(
    "pattern",
    [
        "<http://e/x> rong:search 'a'",
        "?x rong:search ?words",
        "?x rong:search ('a' 'nonsense')",
        "?x rong:search ('a' 1 2)",
        "?x rdfs:label ?l ; rong:search 'a'",
        "?x rong:search 'a' ; rdfs:label ?l",
        "?x rong:search 'a', 'b'",
    ],
)
def test_a_wrong_use_is_explained(server: Server, pattern: str) -> None:
    got = get(server, f"{P} SELECT * {{ {pattern} }}")
    assert got.status == 400
    assert "rong:search" in got.text or "no kind" in got.text


def test_a_syntax_error_keeps_its_place_beside_a_search(server: Server) -> None:
    got = get(server, f'{P}\nSELECT * {{ ?x rong:search "dam" .\n ?x ?y }}', "application/json")
    assert got.json["line"] == 3


def test_the_words_of_a_literal_are_not_a_search(release: Path) -> None:
    searcher = Searcher(str(release / "index"))
    text = P + "SELECT * { ?s ?p '?x rong:search \"a\"' } # rong:search"
    assert searcher.rewrite(text) == text
    with pytest.raises(SearchError):
        searcher.rewrite(P + "SELECT * { ?x rong:search }")
