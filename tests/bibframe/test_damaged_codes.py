"""Whatever stands in a field of numbers or codes: it is converted as far as sense goes, and nothing is raised."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.bibframe import (
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
from publisher.rdf.description import Arc, Node
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
