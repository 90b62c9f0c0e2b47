"""Whatever stands in a field: it is converted as far as sense goes, nothing is raised, and every syntax can be read."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pyoxigraph
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.bibframe import (
    RULES,
    acquisition_source,
    admin,
    cartographic_data,
    classification,
    converter,
    coverage,
    fixed_data,
    identifiers,
    languages,
    leader,
    music_codes,
    physical_description,
)
from publisher.convert import TARGETS
from publisher.rdf.description import Arc, Node, sketch
from publisher.sources.record import DELIMITER, Field, Record

CONCERNS = (
    acquisition_source, admin, cartographic_data, classification, coverage, fixed_data, identifiers, languages, leader,
    music_codes, physical_description,
)  # fmt: skip
TAGS = sorted({rule.tag for concern in CONCERNS for rule in concern.RULES} - {"LDR"})

CHARACTERS = st.sampled_from(DELIMITER * 3 + " abcdefgz0123456789-|()/:.$đẾ")
CONTENTS = st.text(CHARACTERS, max_size=60)
LEADERS = st.text(st.sampled_from("abcdefgijkmnoprst 05|"), min_size=0, max_size=30)


def _nodes(arcs: Iterator[Arc]) -> Iterator[Arc]:
    for prop, value in arcs:
        yield prop, value
        if isinstance(value, Node):
            yield from _nodes(iter(value.arcs))


@settings(max_examples=300, deadline=None)
@given(LEADERS, st.lists(st.tuples(st.sampled_from(TAGS), CONTENTS), max_size=6))
def test_nothing_is_raised_and_nothing_is_empty(leader: str, fields: list[tuple[str, str]]) -> None:
    its = [Field(tag, content, position) for position, (tag, content) in enumerate(fields, start=2)]
    made = converter().describe(Record(leader, its), "key")
    assert [reason for _, reason in made.warnings if reason.startswith("could not be converted")] == []
    for resource in (made.admin, made.work, made.instance):
        for prop, value in _nodes(resource.arcs()):
            assert value != "", prop
            assert not (isinstance(value, Node) and value.iri == ""), prop


VALUES = st.text(st.sampled_from(' .,:;/=-abcz0129()|<>"{}\\^&%#đẾ中\u0301\u200f'), max_size=12)
ADDRESSES = st.builds("".join, st.tuples(st.sampled_from(["http://", "(DE-588)", "(uri)", "880-01/"]), VALUES))
SUBFIELDS = st.tuples(st.sampled_from("abcdefghijklmnopqrstuvwxyz012345678"), VALUES | ADDRESSES)
EVERY_TAG = sorted({rule.tag for rule in RULES if "009" < rule.tag < "999"} | {"880"})
DATA_FIELDS = st.tuples(
    st.sampled_from(EVERY_TAG),
    st.text(st.sampled_from(" 01247"), min_size=2, max_size=2),
    st.lists(SUBFIELDS, max_size=5),
)
SYNTAXES = {
    "bibframe-xml": pyoxigraph.RdfFormat.RDF_XML,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "turtle": pyoxigraph.RdfFormat.TURTLE,
}


@settings(max_examples=200, deadline=None)
@given(st.lists(DATA_FIELDS, min_size=1, max_size=8))
def test_every_syntax_can_be_read_strictly_and_says_nothing_blank(
    fields: list[tuple[str, str, list[tuple[str, str]]]],
) -> None:
    its = [
        Field.data(tag, indicators, *parts, position=n) for n, (tag, indicators, parts) in enumerate(fields, start=2)
    ]
    made = converter().describe(Record("00000cam a2200000 i 4500", its), "key", "2026-01-01T00:00:00")
    for target, make in TARGETS.items():
        writer = make("http://example.org/")
        text = writer.header + writer.record(made) + writer.footer
        if target not in SYNTAXES:
            assert orjson.loads(text)["@graph"]
            continue
        for quad in pyoxigraph.parse(text, SYNTAXES[target]):
            assert not isinstance(quad.object, pyoxigraph.Literal) or quad.object.value.strip(), quad


def test_a_subfield_of_nothing_but_blanks_says_nothing() -> None:
    its = [Field.data("222", " 0", ("a", "Văn nghệ"), ("b", " ")), Field.data("490", "0 ", ("a", "/"), ("v", ""))]
    made = converter().describe(Record("00000cas a2200000 i 4500", its), "key")
    assert sketch(made.work.arcs()).endswith('bf:title [bf:KeyTitle bf:mainTitle "Văn nghệ"]')
