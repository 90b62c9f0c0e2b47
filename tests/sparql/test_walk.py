"""Walks: what the server answers from the index itself is what the engine answers, and nothing else is a walk."""

from __future__ import annotations

import json
import random

import pyoxigraph as ox
import pytest

from publisher.sparql import guard
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.skeletons import Guard
from publisher.sparql.walk import walk

SETTINGS = EndpointSettings()
A = "<http://e/0>"
PREFIX = "PREFIX e: <http://e/>"
WALKS = [
    f"SELECT ?l {{ {A} <http://e/p0> ?l }}",
    f"SELECT ?o ?nowhere ?s WHERE {{ ?s <http://e/p1> {A} . ?s <http://e/p0> ?o . }} LIMIT 5",
    f"{PREFIX} SELECT ?c {{ e:1 e:p0/e:p1/e:p2 ?c }}",
    f"{PREFIX} SELECT ?a ?b ?c {{ ?a e:p0 e:2 ; e:p1 ?b . ?b e:p2 ?c . ?c e:p0 ?a }}",
    f"{PREFIX} SELECT ?a ?b ?c {{ ?a e:p0 e:2 OPTIONAL {{ ?a e:p1 ?b . ?b e:p0 ?d }} OPTIONAL {{ ?a e:p2 ?c }} . }}",
    f"{PREFIX} SELECT ?a ?b {{ ?b e:p1/e:p0 e:3 . e:3 e:p2 ?a }} LIMIT 0",
    f"{PREFIX} SELECT ?x {{ e:4 a ?x . ?x a e:5 . ?y e:p0 ?x ; a ?x }}",
    f"{PREFIX} SELECT ?x ?y {{ e:4 e:p1 ?x . ?y e:p1 ?x ; e:p2 e:1 }}",
    f"{PREFIX} SELECT ?x {{ e:4 e:p1 e:1 . ?x e:p1 e:1 }}",
]
OTHERS = [
    f"SELECT * {{ {A} <http://e/p> ?o }}",
    f"SELECT ?o ?o {{ {A} <http://e/p> ?o }}",
    f"SELECT DISTINCT ?o {{ {A} <http://e/p> ?o }}",
    f"SELECT ?p {{ {A} ?p ?o }}",
    "SELECT ?s { ?s <http://e/p> ?o }",
    f"SELECT ?s {{ ?s <http://e/p> ?s . ?s <http://e/p> {A} }}",
    f"SELECT ?s {{ {A} <http://e/p> ?o . ?s <http://e/p> ?t }}",
    'SELECT ?o { ?o <http://e/p> "x" }',
    f"SELECT ?o {{ {A} <http://e/p>+ ?o }}",
    f"SELECT ?o {{ {A} ^<http://e/p> ?o }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o FILTER(true) }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o }} LIMIT 1 OFFSET 1",
    f"SELECT ?o {{ {A} <http://e/p> ?o, ?q }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o OPTIONAL {{ ?o <http://e/p> ?q }} OPTIONAL {{ {A} <http://e/q> ?q }} }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o OPTIONAL {{ ?q <http://e/p> ?r }} }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o OPTIONAL {{ ?o <http://e/p> ?q OPTIONAL {{ ?q <http://e/p> ?r }} }} }}",
    f"SELECT ?o {{ OPTIONAL {{ {A} <http://e/p> ?o }} }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o MINUS {{ ?o <http://e/p> ?q }} }}",
    f"SELECT ?o {{ {A} e:p ?o }}",
    f"PREFIX e: <http://e/> PREFIX e: <http://f/> SELECT ?o {{ {A} e:p ?o }}",
    f"PREFIX e: <http://e/> SELECT ?o {{ {A} e:p\\- ?o }}",
    f"BASE <http://e/> SELECT ?o {{ {A} <p> ?o }}",
    f"ASK {{ {A} <http://e/p> ?o }}",
    f"SELECT ?o {{ {A} <http://e/p> ?o",
    f"SELECT ?o {{ {A} <http://e/p> ?o ; }}",
    "SELECT ?o",
    "",
]


def _store(seed: int) -> ox.Store:
    """A small graph in which everything hangs on everything, with values that are easily mistaken."""
    chance = random.Random(seed)
    things: list[ox.NamedNode] = [ox.NamedNode(f"http://e/{number}") for number in range(6)]
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    values = [ox.Literal("1"), ox.Literal("1", datatype=integer), ox.Literal('Đăk\n\x01"\\', language="vi")]
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    properties = [*(ox.NamedNode(f"http://e/p{number}") for number in range(3)), kind]
    store = ox.Store()
    for _ in range(70):
        object_ = chance.choice([*things, *things, *values])
        store.add(ox.Quad(chance.choice(things), chance.choice(properties), object_))
    store.add(ox.Quad(things[0], properties[0], things[1], ox.NamedNode("http://e/graph")))
    return store


def _rows(found: bytes) -> tuple[list[str], list[str]]:
    answer = json.loads(found)
    return answer["head"]["vars"], sorted(json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])


@pytest.mark.parametrize("query", WALKS)
def test_a_walk_finds_what_the_engine_finds(query: str) -> None:
    plan = guard.examine(query, SETTINGS)
    assert plan.plan is not None
    rows = 0
    for seed in range(40):
        store = _store(seed)
        results = store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        expected = results.serialize(format=ox.QueryResultsFormat.JSON)
        found = walk(store, plan.plan, plan.constants)
        assert found is not None
        assert expected is not None
        if "LIMIT 5" in query:  # which five is the engine's own affair
            assert _rows(found)[0] == _rows(expected)[0]
            assert len(_rows(found)[1]) == len(_rows(expected)[1])
        else:
            assert _rows(found) == _rows(expected)
        rows += len(_rows(found)[1])
    assert rows or "LIMIT 0" in query


def test_a_row_is_written_byte_for_byte_as_by_the_engine() -> None:
    query = f"SELECT ?nothing ?o {{ {A} <http://e/p> ?o }}"
    examined = guard.examine(query, SETTINGS)
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    odd = ox.Literal('é\x01\x7f\u2028/"\\')
    for value in (odd, ox.Literal("x", language="vi"), ox.Literal("1", datatype=integer)):
        store = ox.Store()
        store.add(ox.Quad(ox.NamedNode("http://e/0"), ox.NamedNode("http://e/p"), value))
        results = store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        assert examined.plan is not None
        assert walk(store, examined.plan, examined.constants) == results.serialize(format=ox.QueryResultsFormat.JSON)


@pytest.mark.parametrize("query", OTHERS)
def test_everything_else_is_no_walk(query: str) -> None:
    assert guard.examine(query, SETTINGS).plan is None


def test_one_plan_serves_queries_that_differ_in_their_constants() -> None:
    store = _store(1)
    examine = Guard(SETTINGS).examine
    for thing, property_ in [(0, 0), (1, 1), (2, 0), (3, 2)]:
        text = f"PREFIX e: <http://e/> SELECT ?o {{ <http://e/{thing}> a ?t ; <http://e/p{property_}>/e:p0 ?o }} # <x>"
        query = examine(text)
        results = store.query(text)
        assert isinstance(results, ox.QuerySolutions)
        found = walk(store, query.plan, query.constants) if query.plan else None
        assert found is not None
        assert _rows(found) == _rows(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")


@pytest.mark.parametrize("iri", ["p", "http://e/x/../p", "http://e/./p", "http://e/%", "urn:.."])
def test_an_iri_that_the_engine_may_read_otherwise_is_left_to_it(iri: str) -> None:
    query = guard.examine(f"SELECT ?o {{ {A} <{iri}> ?o }}", SETTINGS)
    assert query.plan is not None
    assert walk(_store(0), query.plan, query.constants) is None


def test_a_walk_that_goes_too_far_is_left_to_a_worker() -> None:
    store = ox.Store()
    for number in range(300):
        store.add(ox.Quad(ox.NamedNode(f"http://e/x{number}"), ox.NamedNode("http://e/p"), ox.NamedNode("http://e/0")))
    for end, whole in (("}", False), ("} LIMIT 200", True)):
        query = guard.examine(f"SELECT ?s {{ ?s <http://e/p> {A} {end}", SETTINGS)
        assert query.plan is not None
        assert (walk(store, query.plan, query.constants) is not None) == whole
