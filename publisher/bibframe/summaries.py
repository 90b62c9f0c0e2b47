"""What the work is about and made for: dissertation, contents, summary, audience, recording. 502, 505, 507, 518-522.

Source: Conversion specification 2.10, 5XX.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.codes import labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import WORK, Make, Rule, rule
from publisher.bibframe.shapes import (
    About,
    Wording,
    as_is,
    labels_in_both_scripts,
    literals,
    resource,
    resources,
    resources_in_both_scripts,
    statement,
    values_in_both_scripts,
)
from publisher.bibframe.subfields import applies_to, locator
from publisher.bibframe.text import chop, delimited
from publisher.rdf.description import Arc, Arcs, Node, literal, node
from publisher.rdf.text import squeeze

COMPLETENESS = {"1": ("Incomplete", "incmp"), "2": ("Partial", "part")}
"""First indicator of 505."""
LEVELS = {"0": "reading grade level", "1": "interest age level", "2": "interest grade level"}
"""First indicator of 521."""


def joined(codes: str) -> About:
    """Say one label of all subfields in `codes`, in both scripts."""

    def about(field: MarcField) -> Iterator[Arc]:
        return labels_in_both_scripts(field, lambda each: squeeze(" ".join(each.all(codes))))

    return about


def values(prop: str, code: str, text: Wording = chop) -> Make:
    """Make a literal of each subfield `code`, in both scripts."""

    def make(field: MarcField) -> Arcs:
        for counterparts in values_in_both_scripts(field, code, text):
            for words, lang in counterparts:
                yield prop, literal(words, lang)

    return make


def dissertation_numbers(field: MarcField) -> Arcs:
    """Make the identifiers of a dissertation."""
    for counterparts in values_in_both_scripts(field, "o", chop):
        # The number itself belongs to no language; what the other script writes may.
        arcs = [("rdf:value", literal(words, lang if n else "")) for n, (words, lang) in enumerate(counterparts)]
        yield "bf:identifiedBy", node("bf:DissertationIdentifier", arcs)


def completeness(field: MarcField) -> Arcs:
    """Say that contents are incomplete or partial."""
    if field.ind1 in COMPLETENESS:
        label, code = COMPLETENESS[field.ind1]
        yield "bf:status", labelled("bf:Status", label, f"http://id.loc.gov/vocabulary/mstatus/{code}")


def audience_label(field: MarcField) -> Arcs:
    """Say for whom it is, in one label."""
    label = delimited(field.all("a"))
    if label:
        yield "rdfs:label", literal(label, field.lang)


def audience_level(field: MarcField) -> Arcs:
    """Say what kind of level it is, and whose."""
    if field.ind1 in LEVELS:
        yield "bf:note", Node("bf:Note", ("rdfs:label", LEVELS[field.ind1]))
    for value in field.all("b")[:1]:
        yield "bf:source", Node("bf:Source", ("rdfs:label", value))


# fmt: off
RULES: list[Rule] = [
    rule("502", "Dissertation Note", "R", WORK,
         resource("bf:dissertation", "bf:Dissertation",
                  values("rdfs:label", "a", as_is),
                  values("bf:degree", "b"),
                  resources_in_both_scripts("bf:grantingInstitution", "bf:Agent", "c"),
                  values("bf:date", "d"),
                  resources_in_both_scripts("bf:note", "bf:Note", "g"),
                  dissertation_numbers),
         example="502 ## $bThạc sĩ$cĐại học Tây Nguyên$d2015.",
         makes='bf:dissertation [bf:Dissertation bf:degree "Thạc sĩ"; '
               'bf:grantingInstitution [bf:Agent rdfs:label "Đại học Tây Nguyên"]; bf:date "2015"]'),
    rule("505", "Formatted Contents Note", "R", WORK,
         resource("bf:tableOfContents", "bf:TableOfContents", joined("agrt"), locator, completeness),
         example="505 2# $tBahnar /$rDourisboure --$tSedang.",
         makes='bf:tableOfContents [bf:TableOfContents rdfs:label "Bahnar / Dourisboure -- Sedang."; '
               'bf:status [bf:Status <http://id.loc.gov/vocabulary/mstatus/part> rdfs:label "Partial"]]'),
    rule("507", "Scale Note for Visual Materials", "NR", WORK,
         resource("bf:scale", "bf:Scale", statement("rdfs:label", "ab", squeeze)),
         example="507 ## $aTỷ lệ 1:50.",
         makes='bf:scale [bf:Scale rdfs:label "Tỷ lệ 1:50."]'),
    rule("518", "Date/Time and Place of an Event Note", "R", WORK,
         resource("bf:capture", "bf:Capture",
                  literals("rdfs:label", "a", as_is),
                  literals("bf:date", "d"),
                  resources("bf:note", "bf:Note", "o"),
                  resources("bf:place", "bf:Place", "p"),
                  applies_to),
         example="518 ## $oThu thanh$d1998$pBuôn Đôn.",
         makes='bf:capture [bf:Capture bf:date "1998"; bf:note [bf:Note rdfs:label "Thu thanh"]; '
               'bf:place [bf:Place rdfs:label "Buôn Đôn"]]'),
    rule("520", "Summary, etc.", "R", WORK,
         resource("bf:summary", "bf:Summary", joined("abc"), locator, applies_to),
         example="520 ## $aSử thi của người Ê Đê.",
         makes='bf:summary [bf:Summary rdfs:label "Sử thi của người Ê Đê."]'),
    rule("521", "Target Audience Note", "R", WORK,
         resource("bf:intendedAudience", "bf:IntendedAudience", audience_label, audience_level, applies_to),
         example="521 1# $a7-10",
         makes='bf:intendedAudience [bf:IntendedAudience rdfs:label "7-10"; '
               'bf:note [bf:Note rdfs:label "interest age level"]]'),
    rule("522", "Geographic Coverage Note", "R", WORK,
         resources("bf:geographicCoverage", "bf:GeographicCoverage", "a", text=as_is),
         example="522 ## $aTây Nguyên.",
         makes='bf:geographicCoverage [bf:GeographicCoverage rdfs:label "Tây Nguyên."]'),
]
