"""Who may see it and use it, and what one needs for that: 341, 506, 532, 538, 540.

Source: Conversion specification 2.10, 3XX and 5XX.
"""

from __future__ import annotations

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, WORK, Make, Rule, rule
from publisher.bibframe.shapes import as_is, literals, resource, resources
from publisher.bibframe.subfields import applies_to, identifier, institution, locator, source, uri_of
from publisher.bibframe.text import chop, edtf_046
from publisher.rdf.description import Arc, Arcs, Iri, Typed, literal, node
from publisher.rdf.text import squeeze

FEATURES = {
    "a": "Content access mode: ",
    "b": "Textual assistive features: ",
    "c": "Visual assistive features: ",
    "d": "Auditory assistive features: ",
    "e": "Tactile assistive features: ",
}
"""Subfields of 341, as the reference words them."""


def accessibility(field: MarcField) -> Arcs:
    """Make the accessibility of each access mode ($a), with the features that assist."""
    features = [
        ("rdfs:label", literal(FEATURES[code] + chop(value), field.lang))
        for code in "bcde"
        for value in field.all(code)
    ]
    modes = [[("rdfs:label", literal(FEATURES["a"] + chop(value), field.lang))] for value in field.all("a")]
    # The reference forgets the features of what has no access mode.
    for mode in modes or ([[]] if features else []):
        arcs: list[Arc] = [*mode, *features, *source(field), *applies_to(field)]
        yield "bf:contentAccessibility", node("bf:ContentAccessibility", arcs)


def policy(cls: str, codes: str) -> Make:
    """Make a policy: its terms in words (`codes`), the standardized terms ($f), how long it is valid, where it is read.

    The reference makes nothing of a policy that is only an address ($u); licences often are nothing else.
    """

    def make(field: MarcField) -> Arcs:
        standard = not field.has("a") and field.has("f")
        arcs = list(_standard_terms(field) if standard else _terms(field, codes))
        if arcs:
            arcs += [*locator(field), *applies_to(field), *institution(field)]
            name = next((Iri(uri_of(zero)) for zero in field.all("0") if standard and uri_of(zero)), None)
            yield "bf:usageAndAccessPolicy", node(cls, arcs, name)
        elif field.has("u"):
            arcs = [*locator(field), *applies_to(field), *institution(field)]
            yield "bf:usageAndAccessPolicy", node(cls, arcs)

    return make


def _terms(field: MarcField, codes: str) -> Arcs:
    words = squeeze(" ".join(field.all(codes)))
    if words:
        yield "rdfs:label", literal(words, field.lang)
    for value in map(squeeze, field.all("g")):
        yield "bf:validDate", Typed(value if "-" in value else edtf_046(value), "datatypes:edtf")
    for value in field.all("f"):
        yield "bf:qualifier", literal(squeeze(value), field.lang)


def _standard_terms(field: MarcField) -> Arcs:
    zeros = field.all("0")
    if not any(map(uri_of, zeros)):
        yield from map(identifier, zeros)
    yield "bf:qualifier", literal(squeeze(field.first("f")), field.lang)
    yield from source(field)


# fmt: off
RULES: list[Rule] = [
    rule("341", "Accessibility Content", "R", WORK, accessibility,
         example="341 0# $avisual$eBraille",
         makes='bf:contentAccessibility [bf:ContentAccessibility rdfs:label "Content access mode: visual"; '
               'rdfs:label "Tactile assistive features: Braille"]'),
    rule("506", "Restrictions on Access Note", "R", INSTANCE, policy("bf:AccessPolicy", "abcdeq"),
         example="506 ## $aChỉ đọc tại chỗ.",
         makes='bf:usageAndAccessPolicy [bf:AccessPolicy rdfs:label "Chỉ đọc tại chỗ."]'),
    rule("532", "Accessibility Note", "R", INSTANCE,
         resources("bf:contentAccessibility", "bf:ContentAccessibility", "a", applies_to, text=as_is),
         example="532 1# $aCó phụ đề.",
         makes='bf:contentAccessibility [bf:ContentAccessibility rdfs:label "Có phụ đề."]'),
    rule("538", "System Details Note", "R", INSTANCE,
         resource("bf:systemRequirement", "bf:SystemRequirement",
                  literals("rdfs:label", "a", as_is), locator, applies_to, institution),
         example="538 ## $aCần máy đọc DVD.",
         makes='bf:systemRequirement [bf:SystemRequirement rdfs:label "Cần máy đọc DVD."]'),
    rule("540", "Terms Governing Use and Reproduction Note", "R", INSTANCE, policy("bf:UsePolicy", "acdq"),
         example="540 ## $fCC BY 4.0$2cc$uhttps://creativecommons.org/licenses/by/4.0/",
         makes='bf:usageAndAccessPolicy [bf:UsePolicy bf:qualifier "CC BY 4.0"; bf:source [bf:Source bf:code "cc"]; '
               'bf:electronicLocator <https://creativecommons.org/licenses/by/4.0/>]'),
]
