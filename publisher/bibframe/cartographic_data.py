"""Coded data about maps: 034 scale and coordinates.

Source: Conversion specification 2.10, 010-048.
"""

from __future__ import annotations

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.subfields import applies_to
from publisher.rdf.description import Arcs, Node
from publisher.rdf.text import squeeze


def coordinates(field: MarcField) -> Arcs:
    """Make the coordinates of what the map shows."""
    bounds = squeeze(" ".join(field.all("defg")))
    if bounds:
        yield "bf:cartographicAttributes", Node("bf:Cartographic", ("bf:coordinates", bounds), *applies_to(field))


def scales(field: MarcField) -> Arcs:
    """Make the kind of scale ($a) and the denominators, horizontal ($b) and vertical ($c)."""
    part = tuple(applies_to(field))
    for kind in field.all("a"):
        if kind == "a" and not field.all("bc"):
            yield "bf:scale", Node("bf:Scale", ("rdfs:label", "linear scale"), *part)
        elif kind == "b":
            yield "bf:scale", Node("bf:Scale", ("rdfs:label", "angular scale"), *part)
    for code, label in (("b", "linear horizontal"), ("c", "linear vertical")):
        for value in field.all(code):
            if value.strip():
                yield "bf:scale", Node("bf:Scale", ("rdf:value", value), ("rdfs:label", label), *part)


RULES: list[Rule] = [
    rule(
        "034", "Coded Cartographic Mathematical Data: coordinates", "R", WORK, coordinates,
        example="034 1# $aa$b100000$dE1070000$eE1083000$fN0152500$gN0135500",
        makes='bf:cartographicAttributes [bf:Cartographic bf:coordinates "E1070000 E1083000 N0152500 N0135500"]',
    ),
    rule(
        "034", "Coded Cartographic Mathematical Data: scale", "R", WORK, scales,
        example="034 1# $aa$b100000",
        makes='bf:scale [bf:Scale rdf:value "100000"; rdfs:label "linear horizontal"]',
    ),
]  # fmt: skip
