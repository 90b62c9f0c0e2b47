"""Where the material is indexed, abstracted or cited (510).

Source: Conversion specification 2.10, 490 510 Links.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.codes import NOTE_TYPES
from publisher.bibframe.field import MarcField
from publisher.bibframe.names import RELATIONSHIPS
from publisher.bibframe.rule import INSTANCE, WORK, Rule, rule
from publisher.bibframe.subfields import applies_to, locator
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Iri, Node, literal, node
from publisher.rdf.text import squeeze

INDEXED_IN = Iri(RELATIONSHIPS + "indexedin")
NOTES = {"b": Iri(NOTE_TYPES + "coverage"), "c": Iri(NOTE_TYPES + "loc")}
"""What $b (years covered) and $c (place in the source) are notes of."""


def indexed_in(field: MarcField) -> Iterator[Arc]:
    """Yield the work that indexes or abstracts this one (first indicator 0, 1, 2)."""
    if field.ind1 not in "012":
        return
    arcs: list[Arc] = []
    for title in map(chop, field.all("a")):
        if title:
            arcs.append(("bf:title", Node("bf:Title", ("bf:mainTitle", literal(title, field.lang)))))
    for code, value in field.subfields:
        if code in NOTES and chop(value):
            label = ("rdfs:label", literal(chop(value), field.lang))
            arcs.append(("bf:note", Node("bf:Note", ("rdf:type", NOTES[code]), label)))
    for value in map(chop, field.all("x")):
        if value:
            arcs.append(("bf:identifiedBy", Node("bf:Issn", ("rdf:value", value))))
    arcs += locator(field)
    if arcs:
        work = ("bf:associatedResource", node("bf:Work", arcs))
        yield "bf:relation", Node("bf:Relation", ("bf:relationship", INDEXED_IN), work, *applies_to(field))


def cited_in(field: MarcField) -> Iterator[Arc]:
    """Yield the reference source as a note (first indicator 3, 4).

    The reference leaves out a field with a blank first indicator, which MARC 21 does not define but libraries write;
    here it is a citation, the least that the field can mean.
    """
    if field.ind1 in "012":
        return
    arcs: list[Arc] = [
        ("rdfs:label", literal(label, field.lang)) for label in map(squeeze, field.all("a")[:1]) if label
    ]
    if field.has("b"):
        coverage = Node("bf:EnumerationAndChronology", ("rdfs:label", squeeze(field.first("b"))))
        arcs.append(("bf:enumerationAndChronology", coverage))
    if field.has("c"):
        arcs.append(("bflc:citation", squeeze(field.first("c"))))
    arcs += locator(field)
    arcs += applies_to(field)
    if arcs:
        yield "bf:note", Node("bf:Note", ("rdf:type", Iri(NOTE_TYPES + "refcitation")), *arcs)


RULES: list[Rule] = [
    rule("510", "Citation/References Note", "R", WORK, indexed_in,
         example="510 0# $aChemical abstracts,$x0009-2258",
         makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/vocabulary/relationship/indexedin>; '
               'bf:associatedResource [bf:Work bf:title [bf:Title bf:mainTitle "Chemical abstracts"]; '
               'bf:identifiedBy [bf:Issn rdf:value "0009-2258"]]]'),
    rule("510", "Citation/References Note", "R", INSTANCE, cited_in,
         example="510 4# $aSabatier, 1911,$c22",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/refcitation>; '
               'rdfs:label "Sabatier, 1911,"; bflc:citation "22"]'),
]  # fmt: skip
