"""Queries that are spelled in odd ways: what the server answers itself is what the engine answers, or nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.sparql.lookup import Lookups
from publisher.sparql.problems import Problem
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.skeletons import Guard
from publisher.sparql.tallies import FILE_NAME, tallied

BF = "http://id.loc.gov/ontologies/bibframe/"
BASE = "http://base.example"
PREFIXES = f"PREFIX e: <http://e/> prefix bf: <{BF}> "
PLAIN = [
    "SELECT ?o { <http://e/1> e:p ?o }",
    "SELECT ?s ?o { ?s bf:subject e:2 ; e:p ?o } LIMIT 100",
    "SELECT ?o ?t WHERE { e:1 bf:subject/e:p ?o . OPTIONAL { ?o a ?t } }",
    "SELECT * { e:3 bf:subject ?o . ?o e:p ?v }",
    "SELECT ?s (COUNT(?x) AS ?n) { ?x bf:subject ?s } GROUP BY ?s ORDER BY ?s",
    "SELECT (COUNT(*) AS ?n) { ?x a bf:Work }",
    "SELECT ?g (COUNT(DISTINCT ?x) AS ?n) { ?x a bf:Work ; bf:language ?g } GROUP BY ?g ORDER BY ?g",
]
GAPS = ["#c\n", ' # <http://e/1> "\r\n', "\t", "\r\n", "\r"]
ODD = [
    "\f", "\u00a0", "#", "/", "}", "{", ";", ".", ",", '"', "'", "<", ">",
    "\\u0020", "\\u007B", ";;", "?", "$", "a", "LIMIT", "1", "=", "(", ")", "\ufeff", "-", "+1", "e:1", "?x", "<1>",
    "^", "!", "*", "DISTINCT ",
    "<http://e/../1>", "FROM <http://e/g> ", "VALUES ?x { e:1 } ", "OFFSET 1", "FILTER(true)",
]  # fmt: skip
WRITTEN = [
    f"PREFIX n: <ht\\u007Btp://x> {PREFIXES}{PLAIN[0]}",
    f"PREFIX n: <http://e/a b> {PREFIXES}{PLAIN[0]}",
    f"PREFIX n: <../x> {PREFIXES}{PLAIN[0]}",
    f"PREFIX n: <http://x:1a/> {PREFIXES}{PLAIN[0]}",
    f"PREFIX n: <http://x/%zz> {PREFIXES}{PLAIN[4]}",
    f"PREFI\\u0058 n: <http://x/> {PREFIXES}{PLAIN[4]}",
    f"{PREFIXES}SELECT ?o {{ e:\\u0031 e:p ?o }}",
    f"{PREFIXES}SELECT ?o {{ e:1\\.  e:p ?o }}",
    f"{PREFIXES}SELECT ?o {{ <http://e/\\u0031> e:p ?o }}",
    f"{PREFIXES}SELECT ?o {{ <http://e/a/../1> e:p ?o }}",
    f"{PREFIXES}SELECT ?o {{ <1> e:p ?o }}",
    f"PREFIX e: <http://e/x> {PREFIXES}{PLAIN[1]}",
    f"{PREFIXES}selEct $o {{ e:1 e:p $o }} limit 1",
]


def _spellings() -> Iterator[str]:
    chance = random.Random(6)
    yield from WRITTEN
    for plain in PLAIN:
        text = PREFIXES + plain
        yield text
        for _ in range(50):
            place = chance.choice([place for place, sign in enumerate(text) if sign == " "])
            changed = (
                text[:place] + (chance.choice(ODD) if chance.random() < 0.6 else chance.choice(GAPS)) + text[place:]
            )
            if chance.random() < 0.2:
                cut = chance.randrange(len(changed))
                changed = changed[:cut] + changed[cut + 1 :]
            if chance.random() < 0.2:
                place = chance.randrange(len(changed))
                changed = changed[:place] + changed[place].swapcase() + changed[place + 1 :]
            yield changed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    chance = random.Random(1)
    things = [*(ox.NamedNode(f"http://e/{number}") for number in range(5)), ox.BlankNode("b")]
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    properties = [ox.NamedNode(name) for name in ("http://e/p", f"{BF}subject", f"{BF}language")]
    values = [ox.Literal("1"), ox.Literal("x", language="vi"), ox.Literal("01", datatype=ox.NamedNode("http://e/d"))]
    store = ox.Store(str(folder / "store"))
    for _ in range(120):
        store.add(ox.Quad(chance.choice(things), chance.choice(properties), chance.choice([*things, *values])))
        store.add(ox.Quad(chance.choice(things), kind, ox.NamedNode(f"{BF}{chance.choice(['Work', 'Item'])}")))
    store.flush()
    (folder / FILE_NAME).write_bytes(tallied(store))
    return folder


def _rows(found: bytes) -> tuple[list[str], list[str]]:
    answer = json.loads(found)
    return answer["head"]["vars"], sorted(json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])


def _by_engine(store: ox.Store, text: str) -> tuple[list[str], list[str]] | None:
    try:
        results = store.query(text, base_iri=f"{BASE}/")
    except (SyntaxError, ValueError):
        return None
    assert isinstance(results, ox.QuerySolutions)
    return _rows(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")


def test_what_is_spelled_oddly_is_answered_as_by_the_engine_or_left_to_it(folder: Path) -> None:
    store, lookups = ox.Store.read_only(str(folder / "store")), Lookups(BASE, 500)
    examine = Guard(EndpointSettings(base_iri=BASE)).examine
    lookups.use(folder / "store")
    answered = 0
    for text in _spellings():
        try:
            query = examine(text)
        except Problem:
            continue
        ours = [lookups.counted(query, "json"), lookups.walked(query, "json")]
        if query.lookup:
            ours.append(lookups.answer(query.text, "json"))
        for found in ours:
            if found is not None:
                answered += 1
                assert _rows(found[0]) == _by_engine(store, text), text
    assert answered > 80
