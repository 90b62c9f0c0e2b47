"""How a serial comes out: frequency (310, 321) and numbering (362).

Source: Conversion specification 2.10, 3XX.
"""

from __future__ import annotations

from publisher.bibframe.codes import status
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, Make, Rule, rule
from publisher.bibframe.shapes import note_type
from publisher.bibframe.subfields import identifier, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node
from publisher.rdf.text import squeeze


def frequency(state: str) -> Make:
    """Make a frequency with its dates that is `state`, current or former."""
    its_status = status(state, Iri(f"http://id.loc.gov/vocabulary/mstatus/{state}"))

    def make(field: MarcField) -> Arcs:
        zeros = field.all("0")
        name = next((Iri(value.removeprefix("(uri)").strip()) for value in zeros if "://" in value), None)
        for label in map(chop, field.all("a")):
            if not label:
                continue
            arcs: list[Arc] = [("rdfs:label", literal(label, field.lang))]
            arcs += [("bf:date", literal(date, field.lang)) for date in map(chop, field.all("b")) if date]
            arcs.append(its_status)
            arcs += source(field)
            arcs += [identifier(value) for value in zeros if "://" not in value]
            yield "bf:frequency", node("bf:Frequency", arcs, name)

    return make


def numbering(field: MarcField) -> Arcs:
    """Make the first and the last issue of a formatted statement ("Số 1 (1990)-số 30 (2019)"), else a note."""
    text = field.first("a")
    if field.ind1 != "0" or ";" in text:
        yield from _note(text, field.lang)
    elif text.count("=") == 1 and "-" in text:
        for parallel in text.split("="):
            yield from _issues(squeeze(parallel), field.lang)
    elif "=" in text:
        yield from _note(text, field.lang)
    else:
        yield from _issues(text, field.lang)


def _issues(text: str, lang: str) -> Arcs:
    """Yield the issues on both sides of the one hyphen, or of the hyphen after a closing parenthesis."""
    first, hyphen, last = text.partition(")-")
    if hyphen:
        first += ")"
    elif text.count("-") == 1:
        first, hyphen, last = text.partition("-")
    if not hyphen:
        yield from _note(text, lang)
        return
    for prop, issue in (("bf:firstIssue", chop(first)), ("bf:lastIssue", chop(last))):
        if issue:
            yield prop, literal(issue, lang)


def _note(text: str, lang: str) -> Arcs:
    if text.strip():
        yield "bf:note", Node("bf:Note", *note_type("number"), ("rdfs:label", literal(text, lang)))


# fmt: off
RULES: list[Rule] = [
    rule("310", "Current Publication Frequency", "R", INSTANCE, frequency("current"),
         example="310 ## $aHàng tháng, $b2001-",
         makes='bf:frequency [bf:Frequency rdfs:label "Hàng tháng"; bf:date "2001-"; bf:status [bf:Status '
               '<http://id.loc.gov/vocabulary/mstatus/current> rdfs:label "current"]]'),
    rule("321", "Former Publication Frequency", "R", INSTANCE, frequency("former"),
         example="321 ## $aHai tháng một số",
         makes='bf:frequency [bf:Frequency rdfs:label "Hai tháng một số"; bf:status [bf:Status '
               '<http://id.loc.gov/vocabulary/mstatus/former> rdfs:label "former"]]'),
    rule("362", "Dates of Publication and/or Sequential Designation", "R", INSTANCE, numbering,
         example="362 0# $aSố 1 (1990)-số 30 (2019).",
         makes='bf:firstIssue "Số 1 (1990)"; bf:lastIssue "số 30 (2019)"'),
]
