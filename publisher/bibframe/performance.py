"""Music: medium of performance, numeric designation and key. 382-384.

Source: Conversion specification 2.10, 3XX, and its stylesheet (v3.1.0), which disagree: the specification keeps whole
fields and literals (`bf:musicMedium`, `bf:musicOpusNumber`, `bf:musicKey`), the stylesheet takes them apart
(`bf:ensemble`, `bf:OpusNumber`, `bf:keyMode`). Both are made here, since whoever asks may know but one of them.
"""

from __future__ import annotations

from publisher.bibframe.agents import marc_key
from publisher.bibframe.codes import labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.shapes import literals, note_type, resources, together
from publisher.bibframe.subfields import applies_to, source
from publisher.bibframe.text import chop
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


def medium(field: MarcField) -> Arcs:
    """Make the medium of performance in one line, as the specification has it."""
    arcs: list[Arc] = [PARTIAL] if field.ind1 == "1" else []
    arcs += [("bflc:readMarc382", marc_key(field)), *applies_to(field)]
    yield "bf:musicMedium", node("bf:MusicMedium", arcs)


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


def thematic_numbers(field: MarcField) -> Arcs:
    """Make the thematic catalogue numbers as literals, each with the code of the catalogue ($d)."""
    catalogue = field.first("d")
    for number in field.all("c"):
        words = chop(f"{number} {catalogue}")
        if words:
            yield "bf:musicThematicNumber", words


def _number(cls: str, value: str, field: MarcField, catalogues: str) -> Arc:
    arcs: list[Arc] = [("rdf:value", value)]
    arcs += [("bf:source", Node("bf:Source", ("bf:code", code))) for code in field.all(catalogues)[:1]]
    return "bf:identifiedBy", node(cls, [*arcs, *applies_to(field)])


# fmt: off
RULES: list[Rule] = [
    rule("382", "Medium of Performance", "R", WORK, together(ensemble, medium),
         example="382 01 $ađàn bầu$n1$atrống$n2$s3",
         makes='bf:ensemble [bf:Ensemble '
               'bf:mediumComponent [bf:MediumComponent bf:mediumOfPerformance [bf:MediumOfPerformance '
               'rdfs:label "đàn bầu"]; bf:count "1"]; '
               'bf:mediumComponent [bf:MediumComponent bf:mediumOfPerformance [bf:MediumOfPerformance '
               'rdfs:label "trống"]; bf:count "2"]; '
               'bf:ensembleSize [bf:EnsembleSize <http://id.loc.gov/vocabulary/ensemblesize/trio> rdfs:label "trio"]]; '
               'bf:musicMedium [bf:MusicMedium bflc:readMarc382 "38201$ađàn bầu$n1$atrống$n2$s3"]'),
    rule("383", "Numeric Designation of Musical Work or Expression", "R", WORK,
         together(numeric_designation,
                  literals("bf:musicSerialNumber", "a"),
                  literals("bf:musicOpusNumber", "b"),
                  thematic_numbers),
         example="383 ## $ano. 2$bop. 27",
         makes='bf:identifiedBy [bf:OpusNumber rdf:value "op. 27, no. 2"]; bf:musicSerialNumber "no. 2"; '
               'bf:musicOpusNumber "op. 27"'),
    rule("384", "Key", "R", WORK,
         together(resources("bf:keyMode", "bf:KeyMode", "a", applies_to), literals("bf:musicKey", "a")),
         example="384 0# $aD major",
         makes='bf:keyMode [bf:KeyMode rdfs:label "D major"]; bf:musicKey "D major"'),
]
