# ruff: noqa: E501 - the queries stand one to a line
"""Counts of different things: the form that the engine is given has the answer of the query as it was sent."""

from __future__ import annotations

import json
import random

import pyoxigraph as ox
import pytest

from publisher.sparql.distinct import rewritten

PREFIX = "PREFIX e: <http://e/>"
BETTER = [
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?i) AS ?n) { ?s a ?t . ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?i }\r\nGROUP BY ?s ORDER BY DESC(?n) ?s",
    "select (count( distinct ?l) as ?n) ?s where { ?w e:p0 ?s . ?w e:p1 ?i . ?i e:p2 ?m . ?m <http://e/p0> ?l . } group by ?s",
    "SELECT (COUNT(DISTINCT ?l) AS ?n) (COUNT(DISTINCT ?w) AS ?m) { ?w a/e:p1/e:p0 ?l . ?l e:p0 ?w }",
    "SELECT ?s ?l (COUNT(DISTINCT ?w) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s ?l ORDER BY ?s ?l LIMIT 5 OFFSET 1",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l . ?s e:p1/e:p1/e:p2 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?s . ?w e:p1/e:p0/e:p2/e:p0 ?l } GROUP BY ?s",
]  # fmt: skip
AS_SENT = [
    "SELECT ?s (COUNT(?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) (COUNT(?l) AS ?m) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) (SUM(?l) AS ?m) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT *) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s HAVING (COUNT(?l) > 1)",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s ORDER BY COUNT(?l)",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) FROM <http://e/g> { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 e:0 ; e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?s e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?w (COUNT(DISTINCT ?m) AS ?n) { ?w e:p0 ?s ; e:p1 ?i . ?i e:p2 ?m . ?m e:p0 ?l } GROUP BY ?w",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/e:p2/e:p0 ?l FILTER(true) } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s . ?l e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?w) AS ?n) { ?w e:p0 ?s . ?a e:p1 ?b . ?b e:p1 ?c . ?c e:p1 ?a } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w f:p0 ?s ; e:p1/e:p2/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w e:p0 ?s ; e:p1/<p>/e:p0 ?l } GROUP BY ?s",
    "SELECT ?s (COUNT(DISTINCT ?l",
]  # fmt: skip


def _store(seed: int) -> ox.Store:
    chance = random.Random(seed)
    things = [*(ox.NamedNode(f"http://e/{number}") for number in range(8)), ox.BlankNode("b")]
    properties = [*(ox.NamedNode(f"http://e/p{number}") for number in range(3))]
    properties.append(ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))
    store = ox.Store()
    for _ in range(60):
        object_ = chance.choice([*things, *things, ox.Literal("1"), ox.Literal("1", language="vi")])
        store.add(ox.Quad(chance.choice(things), chance.choice(properties), object_))
    return store


def _answer(store: ox.Store, query: str) -> list[str]:
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    rows = json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")["results"]["bindings"]
    return [json.dumps(row, sort_keys=True) for row in rows]


@pytest.mark.parametrize("query", BETTER)
def test_the_ends_of_a_path_are_found_once_and_nothing_else_changes(query: str) -> None:
    text = f"{PREFIX} {query}"
    better = rewritten(text)
    assert "SELECT DISTINCT" in better
    rows = 0
    for seed in range(25):
        store = _store(seed)
        found, expected = _answer(store, better), _answer(store, text)
        if "ORDER BY" in query:
            assert found == expected
        else:
            assert sorted(found) == sorted(expected)
        rows += len(found)
    assert rows >= 25


@pytest.mark.parametrize("query", AS_SENT)
def test_everything_else_is_asked_as_it_was_sent(query: str) -> None:
    text = f"{PREFIX} {query}"
    assert rewritten(text) == text
