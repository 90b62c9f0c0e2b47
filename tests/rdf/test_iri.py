from __future__ import annotations

import pyoxigraph
import pytest

from publisher.bibframe import converter
from publisher.rdf.description import Iri, Node
from publisher.rdf.iri import fit_iri
from publisher.rdf.jsonld import JsonLd
from publisher.rdf.ntriples import WORK, NTriples, close
from publisher.rdf.rdfxml import FOOTER, HEADER, RdfXml
from publisher.rdf.resource import Made
from publisher.sources.record import Record

NAMES = {WORK: "http://example.org/1#Work"}


@pytest.mark.parametrize(
    ("written", "iri"),
    [
        ("http://kontum.gov.vn", "http://kontum.gov.vn"),
        (" http://kontum.gov.vn\n", "http://kontum.gov.vn"),
        ("http://a.vn/bản đồ.pdf", "http://a.vn/bản%20đồ.pdf"),
        ("http://a.vn/100%", "http://a.vn/100%25"),
        ("http://a.vn/x[1]", "http://a.vn/x%5B1%5D"),
        ("http://a.vn/1#2#3", "http://a.vn/1#2%233"),
        ("urn:isbn:9786041083585", "urn:isbn:9786041083585"),
    ],
)
def test_an_address_is_repaired(written: str, iri: str) -> None:
    assert fit_iri(written) == iri


@pytest.mark.parametrize(
    "written",
    ["", "20041121", "</q>", "download.aspx?id=1", "http://a:b/", "http://", "https:///x", "javascript:alert(1)"],
)
def test_what_is_no_address_stays_as_text(written: str) -> None:
    assert fit_iri(written) == ""
    text = close(NTriples().arcs(WORK, WORK, [("bf:electronicLocator", Iri(written))]), NAMES)
    [quad] = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    assert quad.object == pyoxigraph.Literal(written)
    made = JsonLd(NAMES).resource(WORK, "bf:Work", [("bf:electronicLocator", Iri(written))])
    [said] = made["http://id.loc.gov/ontologies/bibframe/electronicLocator"]
    assert said == {"@value": written}
    description = converter().describe(Record("", []), "key")
    description.work.parts.append((0, Made((("bf:electronicLocator", Iri(written)),))))
    document = HEADER + RdfXml("http://example.org/1").description(description) + FOOTER
    quads = list(pyoxigraph.parse(document, pyoxigraph.RdfFormat.RDF_XML))
    assert pyoxigraph.Literal(written) in [quad.object for quad in quads if "electronicLocator" in quad.predicate.value]


def test_a_node_whose_name_is_no_iri_is_named_by_what_it_says() -> None:
    node = Node("bf:Place", ("rdfs:label", "Kon Tum"), iri=Iri("x"))
    text = close(NTriples(joint="-").arcs(WORK, WORK, [("bf:place", node)]), NAMES)
    place = next(iter(pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES))).object
    assert place.value.startswith("http://example.org/1#Work-place-")
