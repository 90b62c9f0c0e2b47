"""Notes: 5XX.

Source: Conversion specification 2.10, 5XX.
"""

from __future__ import annotations

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, Make, Rule, rule
from publisher.bibframe.subfields import applies_to, institution
from publisher.bibframe.text import chop
from publisher.rdf.description import Arcs, literal, node


def note(codes: str) -> Make:
    """Make a general note of the subfields `codes`."""

    def make(field: MarcField) -> Arcs:
        label = chop(" ".join(field.all(codes)))
        yield (
            "bf:note",
            node("bf:Note", [("rdfs:label", literal(label, field.lang)), *applies_to(field), *institution(field)]),
        )

    return make


RULES: list[Rule] = [
    rule(
        "500", "General Note", "R", INSTANCE, note("a"),
        example="500 ## $aIncludes index.",
        makes='bf:note [bf:Note rdfs:label "Includes index"]',
    ),
]  # fmt: skip
