"""Counts that a release keeps: what is answered from them is what the engine answers, and nothing else is."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.rdf.terms import expand
from publisher.release.release import Release
from publisher.sparql import guard
from publisher.sparql.guard import Query
from publisher.sparql.lookup import Lookups
from publisher.sparql.output import SOLUTIONS, XmlOutput
from publisher.sparql.preview import preview
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.skeletons import Guard
from publisher.sparql.tallies import FILE_NAME, KEPT, tallied

SETTINGS = EndpointSettings()
PREFIX = "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> PREFIX schema: <https://schema.org/>"
XSD = "http://www.w3.org/2001/XMLSchema#"
LANGUAGE = "<http://id.loc.gov/ontologies/bibframe/language>"
COUNTED = [
    f"SELECT ?g (COUNT(?w) AS ?n) {{ ?w {LANGUAGE} ?g }} GROUP BY ?g",
    f"{PREFIX} SELECT (COUNT(*) AS ?n) ?y WHERE {{ ?i schema:datePublished ?y . }} GROUP BY ?y ORDER BY ?y",
    f"{PREFIX} SELECT ?y (COUNT(DISTINCT ?i) AS ?n) {{ ?i schema:datePublished ?y }} GROUP BY ?y ORDER BY DESC(?y)",
    f"{PREFIX} SELECT ?g (COUNT(DISTINCT ?w) AS ?n) {{ ?w a bf:Work ; bf:language ?g }} GROUP BY ?g ORDER BY ?n ?g",
    f"{PREFIX} SELECT ?s (COUNT(?w) AS ?n) {{ ?w bf:subject ?s . ?w a bf:Work }} GROUP BY ?s ORDER BY DESC(?n) ASC(?s)",
    f"{PREFIX} SELECT ?s (COUNT(?w) AS ?n) {{ ?w bf:subject ?s }} GROUP BY ?s ORDER BY DESC(?n) DESC(?s) LIMIT 3",
    f"{PREFIX} SELECT (COUNT(?i) AS ?n) {{ ?i bf:heldBy ?l }} GROUP BY ?l ORDER BY ?n LIMIT 2",
    f"{PREFIX} SELECT ?c (COUNT(?x) AS ?n) {{ ?x a ?c }} GROUP BY ?c ORDER BY ?c LIMIT 0",
    f"{PREFIX} SELECT (COUNT(*) AS ?n) {{ ?x a bf:Work }}",
    f"{PREFIX} SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a bf:Nothing }}",
    f"{PREFIX} SELECT (COUNT(?x) AS ?n) {{ ?x bf:subject ?s }}",
    f"{PREFIX} SELECT (COUNT(?x) AS ?n) {{ ?x a bf:Work ; bf:language ?g }}",
]
OTHERS = [
    "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x bf:subject ?s }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?x bf:subject ?s }",
    "SELECT (COUNT(?s) AS ?n) { ?x bf:subject ?s } GROUP BY ?x",
    "SELECT ?s (COUNT(?s) AS ?n) { ?x bf:subject ?s } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s HAVING (?n > 1)",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s LIMIT 1 OFFSET 1",
    "SELECT ?s (COUNT(?x) AS ?n) (SUM(?x) AS ?m) { ?x bf:subject ?s } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s ORDER BY ?x",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s ORDER BY ?n ?s ?n",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s ; bf:language ?g } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s . ?y a bf:Work } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:hasInstance/bf:subject ?s } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s FILTER(?s != ?x) } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?n) FROM <http://e/> { ?x bf:subject ?s } GROUP BY ?s",
    "SELECT ?s (COUNT(?x) AS ?s) { ?x bf:subject ?s } GROUP BY ?s",
    "SELECT ?x (COUNT(?x) AS ?n) { ?x bf:subject ?x } GROUP BY ?x",
    "SELECT (COUNT(?x) AS ?x) { ?x a bf:Work }",
    "SELECT ?n (COUNT(?x) AS ?m) { ?x bf:subject ?s } GROUP BY ?s",
    'SELECT (COUNT(?x) AS ?n) { ?x bf:language "vi" }',
    "SELECT DISTINCT (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s",
    "SELECT (COUNT(?x) AS ?n) { ?x ?p ?s }",
    "SELECT (COUNT(?x",
]


def _release(folder: Path, seed: int) -> tuple[ox.Store, Lookups]:
    chance = random.Random(seed)
    things = [ox.NamedNode(f"http://e/{number}") for number in range(30)]
    year = ox.NamedNode("http://id.loc.gov/datatypes/edtf")
    values: dict[str, list[ox.NamedNode | ox.Literal]] = {
        "rdf:type": [ox.NamedNode(expand(name)) for name in ("bf:Work", "bf:Instance", "bf:Text")],
        "schema:datePublished": [*map(ox.Literal, ("1999", "2001", "năm 2001")), ox.Literal("199X", datatype=year)],
        "bf:subject": [ox.NamedNode(f"http://e/{name}") for name in ("b", "B", "é", "\U0001f600", "\uffee", "a/b")],
    }
    store = ox.Store()
    for _ in range(250):
        name = chance.choice(sorted({property_ for _, property_ in KEPT}))
        value = chance.choice(values.get(name, [ox.NamedNode("http://e/x"), ox.Literal("x", language="vi")]))
        store.add(ox.Quad(chance.choice(things), ox.NamedNode(expand(name)), value))
    (folder / FILE_NAME).write_bytes(tallied(store))
    lookups = Lookups("http://e", 3)
    lookups.use(folder / "store")
    return store, lookups


def _counted(lookups: Lookups, query: Query, form: str = "json") -> bytes | None:
    found = lookups.counted(query, form)
    return None if found is None else found[0]


def _engine(store: ox.Store, text: str, form: str) -> bytes:
    results = store.query(text)
    assert isinstance(results, ox.QuerySolutions)
    if form == "html":
        return preview(results, 3)
    output = XmlOutput(10**6, None)
    results.serialize(output if form == "xml" else (plain := io.BytesIO()), format=SOLUTIONS[form])
    output.close()
    return output.data if form == "xml" else plain.getvalue()


@pytest.mark.parametrize("query", COUNTED)
def test_what_is_kept_is_what_the_engine_counts(query: str, tmp_path: Path) -> None:
    examine = Guard(SETTINGS).examine
    for seed in range(6):
        store, lookups = _release(tmp_path, seed)
        expected = json.loads(_engine(store, query, "json"))
        found = json.loads(_counted(lookups, examine(query)) or b"null")
        if "ORDER BY" in query or len(expected["results"]["bindings"]) == 1:
            assert found == expected
        else:
            rows = [sorted(json.dumps(row) for row in answer["results"]["bindings"]) for answer in (found, expected)]
            assert rows[0] == rows[1]
            assert found["head"] == expected["head"]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "html"])
def test_what_is_kept_is_written_byte_for_byte_as_by_the_engine(form: str, tmp_path: Path) -> None:
    store, lookups = _release(tmp_path, 1)
    year, integer = ox.NamedNode(expand("schema:datePublished")), ox.NamedNode(f"{XSD}integer")
    for value in ('a\x01"<&>,\r\n\t\\é\U0001f600', "", " 1 "):
        for literal in (ox.Literal(value), ox.Literal(value, language="vi"), ox.Literal(value, datatype=integer)):
            store.add(ox.Quad(ox.NamedNode("http://e/1"), year, literal))
    store.add(ox.Quad(ox.NamedNode("http://e/1"), year, ox.BlankNode("b")))
    (tmp_path / FILE_NAME).write_bytes(tallied(store))
    lookups.use(tmp_path / "store")
    for query in COUNTED[1:]:
        if "ORDER BY" in query or "GROUP BY" not in query:
            assert _counted(lookups, guard.examine(query, SETTINGS), form) == _engine(store, query, form)


@pytest.mark.parametrize("query", OTHERS)
def test_everything_else_is_counted_by_the_engine(query: str) -> None:
    assert guard.examine(f"{PREFIX} {query}", SETTINGS).tally is None


def test_what_a_release_does_not_keep_is_counted_by_the_engine(tmp_path: Path) -> None:
    lookups = _release(tmp_path, 1)[1]
    for pattern in ("?x bf:note ?s", "?x a bf:Nothing ; bf:subject ?s", "?x <subject> ?s"):
        query = guard.examine(f"{PREFIX} SELECT ?s (COUNT(?x) AS ?n) {{ {pattern} }} GROUP BY ?s", SETTINGS)
        assert query.tally is not None
        assert _counted(lookups, query) is None
    lookups.use(tmp_path / "another release" / "store")
    query = guard.examine(f"{PREFIX} {COUNTED[0]}", SETTINGS)
    assert query.tally is not None
    assert _counted(lookups, query) is None


def test_a_build_leaves_the_counts_in_the_release(example_release: Release) -> None:
    lookups = Lookups("http://e", 500)
    lookups.use(example_release.store_path)
    store = ox.Store.read_only(str(example_release.store_path))
    text = f"{PREFIX} SELECT ?g (COUNT(DISTINCT ?w) AS ?n) {{ ?w a bf:Work ; bf:language ?g }} GROUP BY ?g ORDER BY ?g"
    query = guard.examine(text, SETTINGS)
    results = store.query(text)
    assert isinstance(results, ox.QuerySolutions)
    assert query.tally is not None
    found = _counted(lookups, query)
    assert found == results.serialize(format=ox.QueryResultsFormat.JSON)
    assert found is not None
    assert len(json.loads(found)["results"]["bindings"]) > 1
