"""The service description and VoID: complete, true, in every format; counts that the build left, or counted now."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from publisher.sparql.description import FILE_NAME, Description, describe
from tests.sparql.client import get, request
from tests.sparql.serving import Server, serving

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
SERVICE = rdflib.URIRef("http://localhost:8000/sparql")
DATASET = rdflib.URIRef("http://localhost:8000/.well-known/void#dataset")


def graph(server: Server, path: str) -> rdflib.Graph:
    got = request(server, "GET", path, Accept="text/turtle")
    assert got.status == 200
    return rdflib.Graph().parse(data=got.body, format="turtle")


def test_returns_rdf_conforms_to_the_schema_and_names_the_endpoint(server: Server) -> None:
    """The three tests of the W3C's service-description suite: returns-rdf, conforms-to-schema, has-endpoint-triple."""
    found = graph(server, "/sparql")
    assert len(found) > 20
    services = list(found.subjects(rdflib.RDF.type, SD.Service))
    assert services == [SERVICE]
    assert list(found.objects(SERVICE, SD.endpoint)) == [SERVICE]
    known = {
        "endpoint",
        "supportedLanguage",
        "resultFormat",
        "propertyFeature",
        "feature",
        "defaultDataset",
        "defaultGraph",
    }
    assert {str(p).removeprefix(str(SD)) for p in found.predicates() if str(p).startswith(str(SD))} <= known


def test_the_service_says_what_it_can(server: Server) -> None:
    found = graph(server, "/sparql")
    formats = set(found.objects(SERVICE, SD.resultFormat))
    assert {FORMATS.SPARQL_Results_JSON, FORMATS.SPARQL_Results_CSV, FORMATS.Turtle, FORMATS["JSON-LD"]} <= formats
    assert (SERVICE, SD.supportedLanguage, SD.SPARQL11Query) in found
    assert (SERVICE, SD.feature, SD.BasicFederatedQuery) not in found
    assert found.value(SERVICE, SD.propertyFeature) == rdflib.URIRef("https://w3id.org/rong/ns#search")


def test_void_counts_what_the_endpoint_counts(server: Server) -> None:
    found = graph(server, "/.well-known/void")
    triples = get(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json["results"]["bindings"][0]["n"]["value"]
    assert str(found.value(DATASET, VOID.triples)) == triples
    for kind, query in (("class", "?s a ?x"), ("property", "?s ?x ?o")):
        rows = get(server, f"SELECT ?x (COUNT(*) AS ?n) {{ {query} }} GROUP BY ?x").json["results"]["bindings"]
        counts = {row["x"]["value"]: row["n"]["value"] for row in rows}
        parts = found.objects(DATASET, VOID[f"{kind}Partition"])
        number = VOID.entities if kind == "class" else VOID.triples
        assert {str(found.value(part, VOID[kind])): str(found.value(part, number)) for part in parts} == counts


def test_examples_lead_somewhere(server: Server) -> None:
    examples = list(graph(server, "/.well-known/void").objects(DATASET, VOID.exampleResource))
    assert examples
    for example in examples:
        assert get(server, f"ASK {{ <{example}> ?p ?o }}").json["boolean"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("application/n-triples", "nt"),
        ("application/trig", "trig"),
    ],
)
@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_descriptions_come_in_every_format(server: Server, path: str, accept: str, form: str) -> None:
    got = request(server, "GET", path, Accept=accept)
    assert got.type == accept
    assert len(rdflib.Dataset().parse(data=got.body, format=form)) > 20
    assert request(server, "GET", path, Accept=accept, If_None_Match=got.headers["etag"]).status == 304


def test_the_counts_that_a_build_left_are_used(release: Path, tmp_path: Path) -> None:
    (tmp_path / "r1").mkdir()
    (tmp_path / "r1" / "store").symlink_to(release / "store")
    told = Description(7, 6, 5, {"http://e/C": 4}, {"http://e/p": 3}, ("http://e/x",))
    (tmp_path / "r1" / FILE_NAME).write_bytes(told.to_json())
    with serving(tmp_path / "r1") as server:
        assert int(str(graph(server, "/.well-known/void").value(DATASET, VOID.triples))) == 7


def test_a_description_survives_being_written() -> None:
    store = ox.Store()
    store.update("INSERT DATA { <http://e/a> a <http://e/C> ; <http://e/p> 1, 2 . [] a <http://e/C> }")
    found = describe(store)
    assert found == Description.from_json(found.to_json())
    assert (found.triples, found.subjects, found.objects) == (4, 2, 3)
    assert found.classes == {"http://e/C": 2}
    assert found.examples == ("http://e/a",)
