"""Music: medium of performance, numeric designation and key. 382-384.

Source: Conversion specification 2.10, 3XX.
"""

from __future__ import annotations

from publisher.bibframe.codes import labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.shapes import note_type, resources
from publisher.bibframe.subfields import applies_to, source
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, node

PARTIAL: Arc = ("bf:status", labelled("bf:Status", "partial", "http://id.loc.gov/vocabulary/mstatus/part"))
SOLO: Arc = (
    "bf:mediumComponentQualifier",
    labelled("bf:MediumComponentQualifier", "solo", "http://id.loc.gov/vocabulary/medcompqual/solo"),
)
LARGE: Arc = (
    "bf:ensembleSize",
    labelled("bf:EnsembleSize", "large ensemble", "http://id.loc.gov/vocabulary/ensemblesize/ensemble"),
)
LCMPT: Arc = (
    "bf:source",
    Node("bf:Source", ("bf:code", "lcmpt"), iri=Iri("http://id.loc.gov/authorities/performanceMediums")),
)
NOTES = {"p": "alternative", "d": "doubling", "v": ""}
"""Subfields of 382 that are notes, and the kind of note."""
NUMBERS = {"a": "bf:SerialNumber", "b": "bf:OpusNumber", "c": "bf:ThematicCatalogNumber"}
"""Subfields of 383."""


def ensemble(field: MarcField) -> Arcs:
    """Make the ensemble: each medium ($a, solo $b) with its number, its doubling and what may stand for it."""
    arcs = [*applies_to(field), *_components(field)]
    if field.ind1 == "1":
        arcs.append(PARTIAL)
    arcs += _size(field)
    if arcs:
        yield "bf:ensemble", node("bf:Ensemble", arcs)


def _components(field: MarcField) -> Arcs:
    of_medium = [LCMPT] if "lcmpt" in field.all("2") else list(source(field))
    components: list[list[Arc]] = []
    for code, value in field.subfields:
        if code not in "abpdven" or not value.strip():
            continue
        if code in "ab" or not components:
            components.append([])
        arcs = components[-1]
        if code in "ab":
            medium = Node("bf:MediumOfPerformance", ("rdfs:label", value), *of_medium)
            arcs.append(("bf:mediumOfPerformance", medium))
            if code == "b":
                arcs.append(SOLO)
        elif code in NOTES:
            arcs.append(("bf:note", Node("bf:Note", *note_type(NOTES[code]), ("rdfs:label", value))))
        elif not any(prop == "bf:count" for prop, _ in arcs):
            arcs.append(("bf:count", value))
    for arcs in components:
        yield "bf:mediumComponent", node("bf:MediumComponent", arcs)


def _size(field: MarcField) -> Arcs:
    number = field.first("s").strip()
    if field.has("t") or (number.isdecimal() and int(number) >= 10):
        yield LARGE
    else:
        row = codelist("ensemble-sizes").get(number)
        if row is not None:
            yield "bf:ensembleSize", labelled("bf:EnsembleSize", row.en, row.iri)


def numeric_designation(field: MarcField) -> Arcs:
    """Make serial, opus and thematic catalogue numbers; one serial number within an opus is said in one."""
    serials, opus = field.all("a"), field.first("b")
    if len(serials) == 1 and opus:
        yield _number("bf:OpusNumber", f"{opus}, {serials[0]}", field, "e")
        rest = "c"
    elif len(serials) == 1:
        yield _number("bf:SerialNumber", serials[0], field, "")
        rest = "c"
    else:
        rest = "abc"
    for code, value in field.subfields:
        if code in rest and value.strip():
            yield _number(NUMBERS[code], value, field, "ed")


def _number(cls: str, value: str, field: MarcField, catalogues: str) -> Arc:
    arcs: list[Arc] = [("rdf:value", value)]
    arcs += [("bf:source", Node("bf:Source", ("bf:code", code))) for code in field.all(catalogues)[:1]]
    return "bf:identifiedBy", node(cls, [*arcs, *applies_to(field)])


# fmt: off
RULES: list[Rule] = [
    rule("382", "Medium of Performance", "R", WORK, ensemble,
         example="382 01 $ađàn bầu$n1$atrống$n2$s3",
         makes='bf:ensemble [bf:Ensemble '
               'bf:mediumComponent [bf:MediumComponent bf:mediumOfPerformance [bf:MediumOfPerformance '
               'rdfs:label "đàn bầu"]; bf:count "1"]; '
               'bf:mediumComponent [bf:MediumComponent bf:mediumOfPerformance [bf:MediumOfPerformance '
               'rdfs:label "trống"]; bf:count "2"]; '
               'bf:ensembleSize [bf:EnsembleSize <http://id.loc.gov/vocabulary/ensemblesize/trio> rdfs:label "trio"]]'),
    rule("383", "Numeric Designation of Musical Work or Expression", "R", WORK, numeric_designation,
         example="383 ## $ano. 2$bop. 27",
         makes='bf:identifiedBy [bf:OpusNumber rdf:value "op. 27, no. 2"]'),
    rule("384", "Key", "R", WORK, resources("bf:keyMode", "bf:KeyMode", "a", applies_to),
         example="384 0# $aD major",
         makes='bf:keyMode [bf:KeyMode rdfs:label "D major"]'),
]
