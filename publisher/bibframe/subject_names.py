"""Names and titles as subjects (600, 610, 611, 630).

A name is an agent; a title, with or without a name before it, is a hub; with subdivisions either is the first part of a
complex subject.

Source: Conversion specification 2.10, 600-662.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.agents import (
    agent,
    agent_iri,
    agent_type,
    contribution,
    labels,
    marc_key,
    marc_key_before,
    marc_keys,
    minted,
    name,
    relator,
    role_words,
)
from publisher.bibframe.field import MarcField
from publisher.bibframe.headings import (
    SUBDIVISIONS,
    has_subdivisions,
    heading_source,
    parts_identified,
    scheme,
    subdivisions,
)
from publisher.bibframe.hubs import hub_arcs, title_label
from publisher.bibframe.names import hub
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.subfields import applies_to, authority_iri, entity_iri, identifier, names_address, uri_of
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Iri, Local, Node, Sequence, literal, node
from publisher.rdf.terms import term

NAMES_SCHEME: Arc = ("madsrdf:isMemberOfMADSScheme", Iri("http://id.loc.gov/authorities/names"))


def subject_name(field: MarcField) -> Iterator[Arc]:
    """Yield a name, or a name with a title, as a subject."""
    first = _hub_of_name(field) if field.has("t") else _agent(field)
    yield "bf:subject", _complex(field, first) if has_subdivisions(field) else first


def subject_title(field: MarcField) -> Iterator[Arc]:
    """Yield a title as a subject."""
    first = _hub_of_title(field)
    yield "bf:subject", _complex(field, first) if has_subdivisions(field) else first


def _heading(field: MarcField) -> str:
    """Return name and title without subdivisions."""
    return chop(title_label(field) if field.tag == "630" else f"{name(field)} {title_label(field)}")


def _whole(field: MarcField) -> str:
    return chop("--".join([_heading(field), *field.all(SUBDIVISIONS)]), "-")


def _complex(field: MarcField, first: Node) -> Node:
    arcs: list[Arc] = [
        ("rdf:type", term("madsrdf:ComplexSubject")),
        ("madsrdf:authoritativeLabel", literal(_whole(field), field.lang)),
    ]
    if field.twin is not None:
        arcs.append(("madsrdf:authoritativeLabel", literal(_whole(field.twin), field.twin.lang)))
    arcs += scheme(field)
    arcs += heading_source(field)
    arcs.append(("madsrdf:componentList", Sequence((first, *subdivisions(field)))))
    iri = None if parts_identified(field) else entity_iri(field)
    return node("bf:Topic", arcs, iri, minted("Topic", field))


# Agents ---------------------------------------------------------------------------------------------------------------


def _agent(field: MarcField) -> Node:
    arcs = [
        *agent_type(field),
        *_relations(field),
        *labels(field),
        *marc_keys(field, _key),
        *_authorities(field),
        *heading_source(field),
        *applies_to(field),
    ]
    return node("bf:Agent", arcs, agent_iri(field), minted("Agent", field))


def _key(field: MarcField) -> str:
    """Return the field as it was, without its subdivisions."""
    for code, _ in field.subfields:
        if code in SUBDIVISIONS:
            return marc_key_before(field, code)
    return marc_key(field)


def _relations(field: MarcField) -> Iterator[Arc]:
    """Yield how the agent is related to the work (`$edepicted`, `$4dpc`)."""
    for value in field.all("j" if field.tag == "611" else "e"):
        for words in role_words(value):
            yield _relation(Node("bf:Relationship", ("rdfs:label", literal(words, field.lang))))
    for value in field.all("4"):
        yield _relation(relator(value, "bf:Relationship"))


def _relation(relationship: Node) -> Arc:
    to_work = ("bf:relatedTo", Local("Work"))
    return "bf:relation", Node("bf:Relation", ("bf:relationship", relationship), to_work)


def _authorities(field: MarcField) -> Iterator[Arc]:
    """Yield the authority record of the name, and its other identifiers."""
    values = field.all("0w")
    addresses = [value for value in values if names_address(value)]
    if addresses:
        yield from _authority(field, Iri(uri_of(addresses[0])))
    elif "id.loc.gov/rwo/" in field.first("1"):
        yield from _authority(field, authority_iri(field))
    # With subdivisions, further addresses are not the name's.
    if not has_subdivisions(field):
        yield from dict.fromkeys(identifier(value) for value in addresses[1:])
    for value in values:
        if not names_address(value):
            yield identifier(value)


def _authority(field: MarcField, iri: Iri | None) -> Iterator[Arc]:
    if iri:
        label = _whole(field) if not has_subdivisions(field) else _heading(field)
        of_label = ("madsrdf:authoritativeLabel", literal(chop(label), field.lang))
        yield "madsrdf:isIdentifiedByAuthority", Node(_authority_class(field), of_label, NAMES_SCHEME, iri=iri)


def _authority_class(field: MarcField) -> str:
    if field.tag == "600":
        return "madsrdf:FamilyName" if field.ind1 == "3" else "madsrdf:PersonalName"
    return "madsrdf:CorporateName" if field.tag == "610" else "madsrdf:ConferenceName"


# Hubs -----------------------------------------------------------------------------------------------------------------


def _hub_of_name(field: MarcField) -> Node:
    label = literal(_heading(field) if has_subdivisions(field) else _whole(field), field.lang)
    arcs: list[Arc] = [("rdf:type", term("madsrdf:NameTitle")), ("madsrdf:authoritativeLabel", label)]
    if field.twin is not None:
        arcs.append(("madsrdf:authoritativeLabel", literal(chop(_heading(field.twin), "-"), field.twin.lang)))
    arcs += scheme(field)
    arcs += _source_by_code(field)
    arcs.append(contribution(field, agent(field, name, _key)))
    arcs += hub_arcs(field)
    return hub(field, arcs, entity_iri(field, "bf:Hub"))


def _hub_of_title(field: MarcField) -> Node:
    label = _heading(field) if has_subdivisions(field) else _whole(field)
    arcs: list[Arc] = [("rdf:type", term("madsrdf:Title")), ("madsrdf:authoritativeLabel", label)]
    arcs += scheme(field)
    arcs += hub_arcs(field, sources=_source_by_code(field) or None)
    return hub(field, arcs, entity_iri(field, "bf:Hub"))


def _source_by_code(field: MarcField) -> tuple[Arc, ...]:
    """Return the source of the heading, if it has a code of its own: which thesaurus it is, the scheme says already."""
    return tuple(arc for arc in heading_source(field) if isinstance(arc[1], Node))


RULES: list[Rule] = [
    rule("600", "Subject Added Entry - Personal Name", "R", WORK, subject_name,
         example="600 04 $aY Điêng.",
         makes='bf:subject [bf:Agent rdf:type <http://id.loc.gov/ontologies/bibframe/Person>; rdfs:label "Y Điêng"; '
               'bflc:marcKey "60004$aY Điêng."]'),
    rule("610", "Subject Added Entry - Corporate Name", "R", WORK, subject_name,
         example="610 24 $aBảo tàng Kon Tum.",
         makes='bf:subject [bf:Agent rdf:type <http://id.loc.gov/ontologies/bibframe/Organization>; '
               'rdfs:label "Bảo tàng Kon Tum"; bflc:marcKey "61024$aBảo tàng Kon Tum."]'),
    rule("611", "Subject Added Entry - Meeting Name", "R", WORK, subject_name),
    rule("630", "Subject Added Entry - Uniform Title", "R", WORK, subject_title,
         example="630 04 $aĐăm Săn.",
         makes='bf:subject [bf:Hub rdf:type <http://www.loc.gov/mads/rdf/v1#Title>; '
               'madsrdf:authoritativeLabel "Đăm Săn"; bf:title [bf:Title bf:mainTitle "Đăm Săn"]; '
               'bflc:marcKey "63004$aĐăm Săn."]'),
]  # fmt: skip
