"""Content, media and carrier types, and the mode of issuance: 334, 336, 337, 338.

Source: Conversion specification 2.10, 3XX. A term without a code is looked up in the lists of `vocab/`. The reference
forgets a term that is the field's last subfield, and the source of a term that it does not know; here they are kept.
"""

from __future__ import annotations

from functools import cache

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, WORK, Make, Rule, rule
from publisher.bibframe.subfields import applies_to, identifier
from publisher.bibframe.text import chop, code_for_iri
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node
from publisher.rdf.text import percent_encode, squeeze

VOCABULARY = "http://id.loc.gov/vocabulary/"
SOURCES = VOCABULARY + "genreFormSchemes/"


def typed(prop: str, cls: str, stem: str) -> Make:
    """Make `cls` of each code ($b, with the term before it) and of each term ($a) that no code follows."""

    def make(field: MarcField) -> Arcs:
        codes = [n for n, (code, value) in enumerate(field.subfields) if code == "b" and squeeze(value)]
        terms = [n for n, (code, _) in enumerate(field.subfields) if code == "a" and _code_at(field, n + 1) != "b"]
        for n in codes:
            yield prop, _coded(field, n, cls, stem)
        for n in terms:
            term = chop(field.subfields[n][1])
            if term:
                yield prop, _term(field, n, cls, term)

    return make


def _coded(field: MarcField, at: int, cls: str, stem: str) -> Node:
    iri = Iri(VOCABULARY + stem + percent_encode(squeeze(field.subfields[at][1])))
    arcs: list[Arc] = []
    term = chop(field.subfields[at - 1][1]) if at and _code_at(field, at - 1) == "a" else ""
    if term:
        arcs.append(("rdfs:label", literal(term, field.lang)))
    arcs += _authority(field, at + 1, iri)
    arcs += _sources(field)
    if field.profile.instance_type != "SecondaryInstance" or field.tag in ("334", "336"):
        arcs += applies_to(field)
    return node(cls, arcs, iri)


def _term(field: MarcField, at: int, cls: str, term: str) -> Node:
    iri = _known_terms().get(field.subfields[at][1])
    arcs: list[Arc] = [("rdfs:label", literal(term, field.lang))]
    if iri is None:
        arcs += _authority(field, at + 1, None)
        arcs += _sources(field)
    arcs += applies_to(field)
    return node(cls, arcs, iri)


def _code_at(field: MarcField, at: int) -> str:
    return field.subfields[at][0] if at < len(field.subfields) else ""


def _authority(field: MarcField, at: int, own: Iri | None) -> Arcs:
    if _code_at(field, at) != "0":
        return
    value = field.subfields[at][1]
    if "://" not in value:
        yield identifier(value)
    elif own is None:
        yield "madsrdf:isIdentifiedByAuthority", Iri(value.removeprefix("(uri)").strip())
    else:
        address = Iri(value.removeprefix("(uri)").strip())
        if address != own:
            yield "madsrdf:hasRelatedAuthority", address


def _sources(field: MarcField) -> Arcs:
    for value in field.all("2"):
        yield "bf:source", Node("bf:Source", iri=Iri(SOURCES + code_for_iri(value)))


@cache
def _known_terms() -> dict[str, Iri]:
    """Return the address of each English term; where lists share a term, content types come first."""
    known: dict[str, Iri] = {}
    for name in ("record-types", "media-types", "carriers"):
        for row in codelist(name).values():
            if row.iri:
                known.setdefault(row.en, Iri(row.iri))
    return known


# fmt: off
RULES: list[Rule] = [
    rule("334", "Mode of Issuance", "R", INSTANCE, typed("bf:issuance", "bf:Issuance", "issuance/"),
         example="334 ## $aserial$bserl",
         makes='bf:issuance [bf:Issuance <http://id.loc.gov/vocabulary/issuance/serl> rdfs:label "serial"]'),
    rule("336", "Content Type", "R", WORK, typed("bf:content", "bf:Content", "contentTypes/"),
         example="336 ## $atext$btxt$2rdacontent",
         makes='bf:content [bf:Content <http://id.loc.gov/vocabulary/contentTypes/txt> rdfs:label "text"; '
               'bf:source [bf:Source <http://id.loc.gov/vocabulary/genreFormSchemes/rdacontent> ]]'),
    rule("337", "Media Type", "R", INSTANCE, typed("bf:media", "bf:Media", "mediaTypes/"),
         example="337 ## $aunmediated$2rdamedia",
         makes='bf:media [bf:Media <http://id.loc.gov/vocabulary/mediaTypes/n> rdfs:label "unmediated"]'),
    rule("338", "Carrier Type", "R", INSTANCE, typed("bf:carrier", "bf:Carrier", "carriers/"),
         example="338 ## $atập$bnc",
         makes='bf:carrier [bf:Carrier <http://id.loc.gov/vocabulary/carriers/nc> rdfs:label "tập"]'),
]
