"""Lookups: which queries the server answers itself, that it answers them as a worker would, and when it does not."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.sparql import guard
from publisher.sparql.lookup import Lookups
from publisher.sparql.preview import preview
from publisher.sparql.settings import EndpointSettings
from tests.sparql.client import get
from tests.sparql.conftest import BASE
from tests.sparql.serving import Server

SETTINGS = EndpointSettings()
HONG = f"<{BASE}/agent/hong>"
BF = "http://id.loc.gov/ontologies/bibframe/"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"

LOOKUPS = [
    f"SELECT * {{ {HONG} ?p ?o }}",
    f"SELECT ?l WHERE {{ {HONG} {LABEL} ?l . }} LIMIT 3",
    f"PREFIX r: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?l {{ {HONG} r:label ?l ; a ?type }}",
    f"PREFIX bf: <{BF}> SELECT * {{ <{BASE}/instance/kt-1> bf:instanceOf/bf:subject ?s . ?s {LABEL} ?l }}",
    f'SELECT * {{ {HONG} {LABEL} "Phan Thị Hồng" }}',
]
OTHERS = [
    "SELECT * { ?s ?p ?o }",
    f"SELECT * {{ ?s {LABEL} {HONG} }}",
    f"SELECT * {{ {HONG} ?p ?o . ?o ?q ?r }}",
    f"SELECT * {{ {HONG} ?p ?o . ?s ?p ?o }}",
    f"SELECT * {{ {HONG} ^<p> ?o }}",
    f"SELECT * {{ {HONG} <p>+ ?o }}",
    f"SELECT * {{ {HONG} <p>/<q>* ?o }}",
    f"SELECT * {{ {HONG} <p>|<q> ?o }}",
    f"SELECT * {{ {HONG} !<p> ?o }}",
    f"SELECT * {{ {HONG} (<p>/<q>) ?o }}",
    f"SELECT * {{ {HONG} <p>/<q>/<r>/<s> ?o }}",
    f"SELECT * {{ {HONG} <p> ?a, ?b }}",
    f"SELECT * {{ {HONG} <p> [] }}",
    f"SELECT * {{ {HONG} <p> ?o FILTER(?o > 1) }}",
    f"SELECT * {{ {HONG} <p> ?o {{ ?s ?p ?q }} }}",
    f"SELECT * {{ {HONG} <p> ?o }} ORDER BY ?o",
    f"SELECT * {{ {HONG} <p> ?o }} OFFSET 3",
    f"SELECT * {{ {HONG} <p> ?o }} LIMIT 3 VALUES ?o {{ 1 }}",
    f"SELECT DISTINCT * {{ {HONG} <p> ?o }}",
    f"SELECT (COUNT(*) AS ?n) {{ {HONG} <p> ?o }}",
    f"SELECT * FROM <g> {{ {HONG} <p> ?o }}",
    f"BASE <http://e/> SELECT * {{ {HONG} <p> ?o }}",
    f"CONSTRUCT {{ {HONG} <p> ?o }} {{ {HONG} <p> ?o }}",
    "SELECT * { }",
    "SELECT * {",
    "SELECT",
    "",
]


@pytest.mark.parametrize("query", LOOKUPS)
def test_what_goes_forward_from_one_thing_is_a_lookup(query: str) -> None:
    assert guard.examine(query, SETTINGS).lookup


@pytest.mark.parametrize("query", OTHERS)
def test_everything_else_is_a_workers(query: str) -> None:
    assert not guard.examine(query, SETTINGS).lookup


@pytest.fixture(scope="module")
def lookups(release: Path) -> Lookups:
    found = Lookups(BASE, 500)
    found.use(release / "store")
    return found


@pytest.mark.parametrize("word", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("query", LOOKUPS)
def test_a_lookup_is_answered_as_by_a_worker(server: Server, lookups: Lookups, query: str, word: str) -> None:
    # A FILTER that changes nothing makes it no lookup.
    by_worker = get(server, query.replace("}", " FILTER(true) }", 1), format=word)
    assert by_worker.status == 200
    assert lookups.answer(query, word) == (by_worker.body, 0)
    assert get(server, query, format=word).body == by_worker.body


def test_characters_that_xml_cannot_hold_are_counted(lookups: Lookups) -> None:
    found = lookups.answer(f"SELECT ?l {{ <{BASE}/instance/odd> {LABEL} ?l }}", "xml")
    assert found is not None
    assert found[1] == 3


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "html"])
@pytest.mark.parametrize("thing", ["agent/hong", "instance/odd"])
def test_a_walk_is_written_in_every_format_as_by_the_engine(
    lookups: Lookups, release: Path, thing: str, form: str
) -> None:
    query = guard.examine(f"SELECT ?l ?n {{ <{BASE}/{thing}> {LABEL} ?l }}", SETTINGS)
    if form == "html":
        rows = ox.Store.read_only(str(release / "store")).query(query.text)
        assert isinstance(rows, ox.QuerySolutions)
        assert lookups.walked(query, form) == (preview(rows, 500), 0)
    else:
        assert lookups.walked(query, form) == lookups.answer(query.text, form)


def test_a_large_answer_is_left_to_a_worker(tmp_path: Path) -> None:
    store = ox.Store(str(tmp_path))
    lines = "".join(f'<http://e/s> <http://e/p> "{n:0100}" .\n' for n in range(2000))
    store.bulk_load(lines.encode(), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    del store
    lookups = Lookups(BASE, 500)
    lookups.use(tmp_path)
    assert lookups.answer("SELECT * { <http://e/s> <http://e/p> ?o } LIMIT 10", "json") is not None
    assert lookups.answer("SELECT * { <http://e/s> <http://e/p> ?o }", "json") is None


@pytest.mark.parametrize(
    "query", ["SELECT * { <a b> ?p ?o }", "SELECT * { x:y ?p ?o }", "SELECT ?s { <s> rong:search 'a' }"]
)
def test_what_is_wrong_is_left_to_a_worker_who_explains(lookups: Lookups, query: str) -> None:
    assert lookups.answer(query, "json") is None


def test_a_store_that_cannot_be_read_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nonsense\n")
    lookups = Lookups(BASE, 500)
    lookups.use(tmp_path)
    assert lookups.answer(LOOKUPS[0], "json") is None


def test_lookups_that_take_long_close_the_way_until_they_are_paid_off(
    lookups: Lookups, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = iter([0.0, 0.2, 1.0, 1.2, 5.0, 5.001, 6.0, 6.001])
    clock = [100.0]
    monkeypatch.setattr("publisher.sparql.lookup.time.thread_time", lambda: next(used, 9.0))
    monkeypatch.setattr("publisher.sparql.lookup.time.monotonic", lambda: clock[0])
    assert lookups.answer(LOOKUPS[0], "json") is not None  # 0.2 seconds: may happen once
    assert lookups.answer(LOOKUPS[0], "json") is not None  # 0.4 are owed now
    clock[0] += 14
    assert lookups.answer(LOOKUPS[0], "json") is None  # 0.26
    clock[0] += 2
    assert lookups.answer(LOOKUPS[0], "json") is not None  # 0.24
