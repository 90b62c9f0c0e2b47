"""Names: who made the work, and the works of others that a name with a title leads to (100-111, 700-711, 720).

Source: Conversion specification 2.10, 1XX/7XX Names; Process 0.2 (relationships of $i), 1 (roles).
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.agents import (
    agent,
    contribution,
    marc_key,
    marc_key_before,
    marc_keys,
    minted,
    name_before_form,
    relationships_by_address,
)
from publisher.bibframe.field import MarcField
from publisher.bibframe.hubs import hub_arcs
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, record_rule, rule
from publisher.bibframe.subfields import entity_iri, real_world_iri
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node
from publisher.rdf.terms import expand

RELATIONSHIPS = "http://id.loc.gov/vocabulary/relationship/"
PART = Iri(RELATIONSHIPS + "part")
RELATED = Iri(RELATIONSHIPS + "relatedwork")
OF_WHAT_IS_SAID = {
    "is arrangement of": Iri(RELATIONSHIPS + "arrangementof"),
    "is translation of": Iri(RELATIONSHIPS + "translationof"),
}
"""The words of $i that are a relationship of their own."""


def hub(field: MarcField, arcs: Arcs, iri: Iri | None) -> Node:
    """Return the hub that `field` names, made of `arcs`."""
    return node("bf:Hub", arcs, iri, minted("Hub", field))


# 1XX ------------------------------------------------------------------------------------------------------------------


def main_entry(field: MarcField) -> Iterator[Arc]:
    """Yield the primary contribution, and the hub of a title in $t."""
    if field.has("t"):
        yield contribution(field, agent(field))
        yield "bf:expressionOf", hub(field, hub_arcs(field), entity_iri(field, "bf:Hub"))
    elif not field.has("k"):
        yield contribution(field, agent(field))


def main_entry_with_form(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the primary contribution of a heading with $k: the form is a title, unless the record has a 240."""
    if not field.has("k") or field.has("t"):
        return
    if record.has("240"):
        yield contribution(field, agent(field))
        return
    by = contribution(field, agent(field, name_before_form, _key_before_form))
    yield by
    keys = marc_keys(field, _key_with_form_as_title)
    yield "bf:expressionOf", hub(field, [by, *hub_arcs(field, keys=keys)], entity_iri(field, "bf:Hub"))


def _key_before_form(field: MarcField) -> str:
    return marc_key_before(field, "k")


def _key_with_form_as_title(field: MarcField) -> str:
    return marc_key(field).replace("$k", "$t", 1)


# 7XX ------------------------------------------------------------------------------------------------------------------


def added_entry(field: MarcField) -> Iterator[Arc]:
    """Yield a contribution or, with a title, the relation to the work that the name and title lead to."""
    by = contribution(field, agent(field))
    if not field.has("t"):
        yield by
        return
    kind = _relationship(field)
    arcs: list[Arc] = [("bf:relationship", kind)]
    for words in field.all("i"):
        if words not in OF_WHAT_IS_SAID and (kind is RELATED or (kind is PART and "ontain" not in words)):
            arcs.append(said_relationship(field, words))
    arcs += relationships_by_address(field)
    iri = real_world_iri(field) if field.has("1") else entity_iri(field, "bf:Hub")
    arcs.append(("bf:associatedResource", hub(field, [by, *hub_arcs(field)], iri)))
    yield "bf:relation", node("bf:Relation", arcs)


def _relationship(field: MarcField) -> Iri:
    if field.ind2 == "2":
        return PART
    return variant_or_said(field)


def variant_or_said(field: MarcField) -> Iri:
    """Return the relationship that the second indicator or the words of $i stand for."""
    words = field.all("i")
    if field.ind2 == "4" and not words:
        return Iri(expand("bflc:hasVariantEntry"))
    if field.ind2 == " ":
        for said, iri in OF_WHAT_IS_SAID.items():
            if said in words:
                return iri
    return RELATED


def said_relationship(field: MarcField, words: str) -> Arc:
    """Return the relationship that the words of $i tell."""
    return "bf:relationship", Node("bf:Relationship", ("rdfs:label", literal(chop(words), field.lang)))


RULES: list[Rule] = [
    rule("100", "Main Entry - Personal Name", "NR", WORK, main_entry,
         example="100 1# $aNguyễn, Du,$d1765-1820.",
         makes='bf:contribution [bf:Contribution rdf:type <http://id.loc.gov/ontologies/bibframe/PrimaryContribution>; '
               'bf:agent [bf:Agent rdf:type <http://id.loc.gov/ontologies/bibframe/Person>; '
               'rdfs:label "Nguyễn, Du, 1765-1820"; bflc:marcKey "1001 $aNguyễn, Du,$d1765-1820."]; '
               'bf:role [bf:Role <http://id.loc.gov/vocabulary/relators/aut> ]]'),
    record_rule("100", "Main Entry - Personal Name", "NR", WORK, main_entry_with_form),
    rule("110", "Main Entry - Corporate Name", "NR", WORK, main_entry),
    record_rule("110", "Main Entry - Corporate Name", "NR", WORK, main_entry_with_form),
    rule("111", "Main Entry - Meeting Name", "NR", WORK, main_entry),
    record_rule("111", "Main Entry - Meeting Name", "NR", WORK, main_entry_with_form),
    rule("700", "Added Entry - Personal Name", "R", WORK, added_entry,
         example="700 0# $aA Jar,$etranslator.",
         makes='bf:contribution [bf:Contribution bf:agent [bf:Agent rdf:type '
               '<http://id.loc.gov/ontologies/bibframe/Person>; rdfs:label "A Jar"; '
               'bflc:marcKey "7000 $aA Jar,$etranslator."]; bf:role [bf:Role rdfs:label "translator"]]'),
    rule("710", "Added Entry - Corporate Name", "R", WORK, added_entry,
         example="710 1# $aViệt Nam.$tHiến pháp.$4http://rdaregistry.info/Elements/w/P10190",
         makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/vocabulary/relationship/relatedwork>; '
               'bf:relationship <http://rdaregistry.info/Elements/w/P10190>; bf:associatedResource [bf:Hub '
               'bf:contribution [bf:Contribution bf:agent [bf:Agent rdf:type '
               '<http://id.loc.gov/ontologies/bibframe/Jurisdiction>; rdfs:label "Việt Nam"; bflc:marcKey '
               '"7101 $aViệt Nam.$tHiến pháp.$4http://rdaregistry.info/Elements/w/P10190"]]; bf:title [bf:Title '
               'bf:mainTitle "Hiến pháp"]; bflc:marcKey '
               '"7101 $aViệt Nam.$tHiến pháp.$4http://rdaregistry.info/Elements/w/P10190"]]'),
    rule("711", "Added Entry - Meeting Name", "R", WORK, added_entry,
         example="711 2# $aHội thảo sử thi$n(2 :$d2008),$jorganizer.",
         makes='bf:contribution [bf:Contribution bf:agent [bf:Agent rdf:type '
               '<http://id.loc.gov/ontologies/bibframe/Meeting>; rdfs:label "Hội thảo sử thi (2 : 2008)"; '
               'bflc:marcKey "7112 $aHội thảo sử thi$n(2 :$d2008),$jorganizer."]; '
               'bf:role [bf:Role rdfs:label "organizer"]]'),
    rule("720", "Added Entry - Uncontrolled Name", "R", WORK, added_entry,
         example="720 1# $aBok Jêng",
         makes='bf:contribution [bf:Contribution bf:agent [bf:Agent rdf:type '
               '<http://id.loc.gov/ontologies/bibframe/Person>; rdf:type '
               '<http://id.loc.gov/ontologies/bflc/Uncontrolled>; rdfs:label "Bok Jêng"]; '
               'bf:role [bf:Role <http://id.loc.gov/vocabulary/relators/ctb> ]]'),
]  # fmt: skip
