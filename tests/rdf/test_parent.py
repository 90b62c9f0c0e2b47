"""A node that refers to the one it hangs on is that one's alone, in every syntax."""

from __future__ import annotations

import pyoxigraph

from publisher.rdf.description import PARENT, Iri, Node, Text
from publisher.rdf.jsonld import JsonLd
from publisher.rdf.ntriples import WORK, NTriples, close

BF = "http://id.loc.gov/ontologies/bibframe/"
NAMES = {WORK: "http://example.org/1#Work"}


def work(author: str) -> Node:
    """A work with an instance that knows it; the instances of all such works say the same of themselves."""
    title = Node("bf:Title", ("bf:mainTitle", Text("Tuyển tập", "vi")))
    instance = Node("bf:Instance", ("bf:title", title), ("bf:instanceOf", PARENT))
    return Node("bf:Work", ("bf:contribution", author), ("bf:hasInstance", instance))


def statements(*works: Node) -> list[tuple[str, str, str]]:
    arcs = [("bf:relatedTo", each) for each in works]
    text = close(NTriples(joint="-").arcs(WORK, WORK, arcs), NAMES)
    quads = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    return [(quad.subject.value, quad.predicate.value, quad.object.value) for quad in quads]


def test_an_instance_is_of_the_work_that_it_hangs_on() -> None:
    has = {(s, o) for s, p, o in statements(work("Y Điêng"), work("Nguyên Ngọc")) if p == BF + "hasInstance"}
    of = {(o, s) for s, p, o in statements(work("Y Điêng"), work("Nguyên Ngọc")) if p == BF + "instanceOf"}
    assert has == of
    assert len({instance for _, instance in has}) == 2, "each work has its own, though they say the same"


def test_a_parent_with_an_iri_gives_its_name_too() -> None:
    parent = Iri("http://example.org/series")
    made = statements(Node("bf:Work", ("bf:hasInstance", Node("bf:Instance", ("bf:instanceOf", PARENT))), iri=parent))
    [(_, instance)] = [(s, o) for s, p, o in made if p == BF + "hasInstance"]
    assert instance.startswith("http://example.org/series-")
    assert (instance, BF + "instanceOf", "http://example.org/series") in made


def test_json_ld_names_it_as_n_triples_does() -> None:
    found = JsonLd(NAMES, joint="-").resource(WORK, "bf:Work", [("bf:relatedTo", work("Y Điêng"))])
    [its_work] = found[BF + "relatedTo"]
    [instance] = its_work[BF + "hasInstance"]
    assert instance[BF + "instanceOf"] == [{"@id": its_work["@id"]}]
    assert (its_work["@id"], BF + "hasInstance", instance["@id"]) in statements(work("Y Điêng"))
