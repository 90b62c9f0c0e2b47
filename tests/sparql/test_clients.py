"""Clients that people use, unmodified: SPARQLWrapper, rdflib's SPARQLStore, pandas."""

from __future__ import annotations

from urllib.parse import urlencode

import pandas as pd
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

from tests.sparql.serving import Server

HONG = "http://localhost:8000/agent/hong"
LABEL = f"SELECT ?label {{ <{HONG}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"


def wrapper(server: Server, query: str, method: str = GET) -> SPARQLWrapper:
    endpoint = SPARQLWrapper(server.url)
    endpoint.setQuery(query)
    endpoint.setMethod(method)
    return endpoint


@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_reads_rows(server: Server, method: str) -> None:
    endpoint = wrapper(server, LABEL, method)
    endpoint.setReturnFormat(JSON)
    assert endpoint.queryAndConvert()["results"]["bindings"][0]["label"]["value"] == "Phan Thị Hồng"
    endpoint.setReturnFormat(XML)
    assert "Phan Thị Hồng" in endpoint.queryAndConvert().toxml()
    for form in (CSV, TSV):
        endpoint.setReturnFormat(form)
        assert "Phan Thị Hồng".encode() in endpoint.queryAndConvert()


def test_sparqlwrapper_posts_queries_directly(server: Server) -> None:
    endpoint = wrapper(server, "ASK {}", POST)
    endpoint.setRequestMethod("postdirectly")
    endpoint.setReturnFormat(JSON)
    assert endpoint.queryAndConvert()["boolean"] is True
    endpoint.setRequestMethod(URLENCODED)
    assert endpoint.queryAndConvert()["boolean"] is True


@pytest.mark.parametrize("form", [RDFXML, TURTLE, N3, JSONLD])
def test_sparqlwrapper_reads_graphs(server: Server, form: str) -> None:
    endpoint = wrapper(server, f"DESCRIBE <{HONG}>")
    endpoint.setReturnFormat(form)
    found = endpoint.queryAndConvert()
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
    assert rdflib.Literal("Phan Thị Hồng") in set(graph.objects(rdflib.URIRef(HONG), rdflib.RDFS.label))


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint_as_a_graph(server: Server, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(server.url, method=method))
    assert graph.value(rdflib.URIRef(HONG), rdflib.RDFS.label) == rdflib.Literal("Phan Thị Hồng")
    assert len(list(graph.triples((None, rdflib.RDF.type, rdflib.URIRef("https://schema.org/Person"))))) == 1
    assert bool(graph.query("ASK {}"))


def test_pandas_reads_csv(server: Server) -> None:
    table = pd.read_csv(server.url + "?" + urlencode({"query": LABEL, "format": "csv"}))
    assert list(table["label"]) == ["Phan Thị Hồng"]
