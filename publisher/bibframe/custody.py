"""Where a copy came from and what was done to it: 541, 561, 563, 583.

Source: Conversion specification 2.10, 5XX.
"""

from __future__ import annotations

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import COPY, INSTANCE, Rule, rule
from publisher.bibframe.shapes import as_is, literals, resource, resources, together
from publisher.bibframe.subfields import applies_to, institution, locator, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, literal, node
from publisher.rdf.text import squeeze


def acquisition(field: MarcField) -> Arcs:
    """Make the acquisition of a copy."""
    label = squeeze(" ".join(field.all("abcdefhno")))
    if label:
        arcs: list[Arc] = [("rdfs:label", literal(label, field.lang)), *applies_to(field), *institution(field)]
        yield "bf:immediateAcquisition", node("bf:ImmediateAcquisition", arcs)


def acquisition_in_other_script(field: MarcField) -> Arcs:
    """Make the acquisition that an 880 tells on the instance too: the reference has it there and on the copy."""
    return acquisition(field) if field.vernacular else ()


def action_dates(field: MarcField) -> Arcs:
    """Make the dates of an action, which have no language."""
    for date in map(chop, field.all("c")):
        if date:
            yield "bf:date", date


# fmt: off
RULES: list[Rule] = [
    rule("541", "Immediate Source of Acquisition Note", "R", COPY, acquisition,
         example="541 1# $aBà H'Ben; $cTặng; $d2019-05-04.",
         makes='bf:immediateAcquisition [bf:ImmediateAcquisition rdfs:label "Bà H\'Ben; Tặng; 2019-05-04."]'),
    rule("541", "Immediate Source of Acquisition Note", "R", INSTANCE, acquisition_in_other_script),
    rule("561", "Ownership and Custodial History", "R", INSTANCE,
         together(literals("bf:custodialHistory", "a", as_is), applies_to),
         example="561 1# $aSách của Toà Giám mục Kon Tum.",
         makes='bf:custodialHistory "Sách của Toà Giám mục Kon Tum."'),
    rule("563", "Binding Information", "R", INSTANCE,
         resources("bf:note", "bf:Note", "a", applies_to, text=as_is, kind="binding"),
         example="563 ## $aĐóng bìa da.",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/binding>; '
               'rdfs:label "Đóng bìa da."]'),
    rule("583", "Action Note", "R", INSTANCE,
         resource("bf:note", "bf:Note",
                  literals("rdfs:label", "a", as_is),
                  action_dates,
                  literals("rdfs:label", "h", as_is),
                  resources("bf:agent", "bf:Agent", "k"),
                  resources("bf:status", "bf:Status", "l"),
                  resources("bf:note", "bf:Note", "z"),
                  locator, source, applies_to, kind="action"),
         example="583 ## $asố hoá$c20240501$kPhòng Số hoá$2pet",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/action>; rdfs:label "số hoá"; '
               'bf:date "20240501"; bf:agent [bf:Agent rdfs:label "Phòng Số hoá"]; '
               'bf:source [bf:Source bf:code "pet"]]'),
]
