"""Where the item can be had: 037.

Source: Conversion specification 2.10, 010-048.
"""

from __future__ import annotations

from publisher.bibframe.codes import labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, Rule, rule
from publisher.bibframe.subfields import applies_to, institution
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Node, Text, literal, node

_SEQUENCE = {"2": "intervening source", "3": "current source"}


def acquisition_source(field: MarcField) -> Arcs:
    """Make the source of acquisition: its stock number, name, terms, and notes on form and format."""
    arcs: list[Arc] = []
    if field.ind1 in _SEQUENCE:
        arcs.append(("bf:note", labelled("bf:Note", _SEQUENCE[field.ind1])))
    arcs += applies_to(field)
    arcs += (
        ("bf:identifiedBy", Node("bf:StockNumber", ("rdf:value", value))) for value in field.all("a") if value.strip()
    )
    arcs += (("rdfs:label", text) for text in _texts(field, "b"))
    arcs += (("bf:acquisitionTerms", text) for text in _texts(field, "c"))
    for codes in ("f", "gn"):
        arcs += (("bf:note", Node("bf:Note", ("rdfs:label", text))) for text in _texts(field, codes))
    arcs += institution(field)
    if arcs:
        yield "bf:acquisitionSource", node("bf:AcquisitionSource", arcs)


def _texts(field: MarcField, codes: str) -> list[str | Text]:
    return [literal(words, field.lang) for value in field.all(codes) if (words := chop(value))]


RULES: list[Rule] = [
    rule(
        "037", "Source of Acquisition", "R", INSTANCE, acquisition_source,
        example="037 ## $a240-951/147$bNhà xuất bản Trẻ$c175.000đ",
        makes='bf:acquisitionSource [bf:AcquisitionSource bf:identifiedBy [bf:StockNumber rdf:value "240-951/147"]; '
        'rdfs:label "Nhà xuất bản Trẻ"; bf:acquisitionTerms "175.000đ"]',
    ),
]  # fmt: skip
