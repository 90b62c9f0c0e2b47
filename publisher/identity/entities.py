"""Agents, concepts and places: the things that many records name, each under one IRI.

The identifier is derived from what the record says (an authority's IRI where there is one, else kind and label), so it
is the same in every record, every build and every batch. While a build runs, a thing goes by its *face*, one for each
way in which records name it; which faces are one thing is decided when all of them are known.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from publisher.identity.elsewhere import elsewhere
from publisher.identity.heading import KINDS, Heading, heading_of, own_number
from publisher.rdf.description import Arc, Iri, Local, Node, Text, Typed, Value
from publisher.rdf.terms import term
from publisher.rdf.text import squeeze
from publisher.rdf.vietnamese import fold, sort_key

_SCHEMA_CLASSES = {
    "agent": {
        "Person": "schema:Person",
        "Family": "schema:Person",
        "Organization": "schema:Organization",
        "Jurisdiction": "schema:AdministrativeArea",
        "Meeting": "schema:Organization",
    },
    "concept": {},
    "place": {},
    "work": {},
}
_SCHEMA_DEFAULT = {
    "agent": "schema:Organization", "concept": "schema:DefinedTerm", "place": "schema:Place",
    "work": "schema:CreativeWork",
}  # fmt: skip
_NUMBERED = ("bf:identifiedBy", "madsrdf:isIdentifiedByAuthority")
_OF_ONE_RECORD = frozenset({"bflc:marcKey", "bflc:readMarc382"})
"""Properties that say how one record writes a name: they do not belong on what all records share."""


class Entity(NamedTuple):
    """What a node stands for: the IRI (below the base) and everything that is said of it.

    `face` is the path by which it goes until it is known what else is the same thing.
    """

    path: str
    kind: str
    label: str
    face: str
    arcs: tuple[Arc, ...]


class Naming(NamedTuple):
    """How a node names an entity: its kind, its label, the path that it has by itself, and its face."""

    kind: str
    label: str
    path: str
    face: str


class _Known:
    """What a node keeps of this module's answers about it."""

    __slots__ = ("heading", "naming", "said")

    def __init__(self, naming: Naming | None) -> None:
        self.naming = naming
        self.heading: Heading | None = None
        self.said: tuple[Arc, ...] = ()


def naming_of(node: Node) -> Naming | None:
    """Return how `node` names an entity, or None where the node is the record's own.

    A node without a label is no entity: `bf:Agent [bf:code "DLC"]` only repeats a code. Nor is a hub: it is a title of
    the record's own, unless an authority record describes it.
    """
    kind = KINDS.get(node.cls)
    return None if kind is None or kind == "work" else _known(node, kind).naming


def _known(node: Node, kind: str) -> _Known:
    known = node.known
    if not isinstance(known, _Known):
        known = node.known = _Known(_naming(node, kind))
    return known


def _naming(node: Node, kind: str) -> Naming | None:
    label = _label(node)
    if not label:
        return None
    said = _said(node, label)
    outside = node.iri if isinstance(node.iri, Iri) and not isinstance(node.iri, Local) else None
    own = _digest(kind, said) if outside is None else _digest(kind, str(outside))
    numbers = [*([str(outside)] if outside else []), *_numbers(node)]
    face = _digest(kind, "\x1f".join([said, *numbers])) if numbers else own
    return Naming(kind, label, f"{kind}/{own}", f"{kind}/{face}")


def heading_in(node: Node, naming: Naming) -> Heading | None:
    """Return the evidence of the heading by which `node` names an entity."""
    known = _known(node, naming.kind)
    if known.heading is None:
        known.heading = heading_of(node, naming.label)
    return known.heading


def entity_of(node: Node) -> Entity | None:
    """Return the entity that `node` stands for, or None where the node is the record's own."""
    naming = naming_of(node)
    return Entity(naming.path, naming.kind, naming.label, naming.face, said_of(node, naming)) if naming else None


def authority_entity(node: Node, name: str, content: str) -> Entity | None:
    """Return the entity that an authority record describes as `node`, or None where it has no heading.

    `name` is what the record is called among all ({code}-{key}), from which its IRI comes: that does not change with
    the heading. Its face comes from the `content` too, for several records may have one number.
    """
    kind, label = KINDS.get(node.cls), _label(node)
    if kind is None or not label:
        return None
    path = f"{kind}/{_digest(kind, f'authority {name}')}"
    face = f"{kind}/{_digest(kind, f'authority {name} {content}')}"
    return Entity(path, kind, label, face, _said_of(node, kind, label))


def said_of(node: Node, naming: Naming) -> tuple[Arc, ...]:
    """Return all that is said of an entity: what its node says, with its names, keys and links in our own words."""
    known = _known(node, naming.kind)
    if not known.said:
        known.said = _said_of(node, naming.kind, naming.label)
    return known.said


def _said_of(node: Node, kind: str, label: str) -> tuple[Arc, ...]:
    arcs = [arc for arc in node.arcs if arc[0] not in _OF_ONE_RECORD]
    same = "skos:exactMatch" if kind in ("concept", "place") else "owl:sameAs"
    arcs += [(same, address) for address in elsewhere(node, kind)]
    arcs += [("rdf:type", term(_schema_class(kind, node))), ("schema:name", label), *keys_of(label)]
    if kind == "concept":
        arcs += [("rdf:type", term("skos:Concept")), ("skos:prefLabel", label)]
    else:
        arcs += [("schema:alternateName", value) for value in node.values("skos:altLabel")]
    for prop, of_schema in (("madsrdf:birthDate", "schema:birthDate"), ("madsrdf:deathDate", "schema:deathDate")):
        arcs += [(of_schema, value.value) for value in node.values(prop) if isinstance(value, Typed)]
    return tuple(arcs)


def keys_of(label: str) -> list[Arc]:
    """Return the sort key and the folded key that stand beside every label in the store."""
    return [("rong:sortKey", sort_key(label)), ("rong:foldedKey", fold(label))]


def _label(node: Node) -> str:
    found = ""
    for value in node.values("rdfs:label"):
        if type(value) is str:
            return value
        if isinstance(value, Text) and not found:
            found = value.value
    return found


def _types(node: Node) -> list[str]:
    return [value.rpartition("/")[2].rpartition("#")[2] for value in node.values("rdf:type") if isinstance(value, Iri)]


def _said(node: Node, label: str) -> str:
    """Return kind, scheme and label in one string."""
    scheme: Value = next(iter(node.values("madsrdf:isMemberOfMADSScheme")), "")
    types = sorted(set(_types(node)) - {"ComplexSubject", "Topic", "Geographic"})
    return "\x1f".join([node.cls, *types, str(scheme) if isinstance(scheme, Iri) else "", same(label)])


def _digest(kind: str, said: str) -> str:
    return blake2b(said.encode(), digest_size=8, person=kind.encode()).hexdigest()


def _numbers(node: Node) -> list[str]:
    """Return the numbers and addresses of authorities that a heading gives besides its IRI."""
    found: set[str] = set()
    for prop, value in node.arcs:
        if prop not in _NUMBERED:
            continue
        if isinstance(value, Iri):
            found.add(str(value))
        elif isinstance(value, Node):
            by = next((each for each in value.values("bf:source") if isinstance(each, Node)), None)
            codes = [str(code) for code in by.values("bf:code")] if by is not None else []
            found.update(own_number(code, str(number)) for code in codes for number in value.values("rdf:value"))
    return sorted(found)


def same(label: str) -> str:
    """Return `label` as it is compared: without case, final punctuation and spare white space; marks stay."""
    return squeeze(label).rstrip(" .,;:/").casefold()


def _schema_class(kind: str, node: Node) -> str:
    for name in _types(node):
        if name in _SCHEMA_CLASSES[kind]:
            return _SCHEMA_CLASSES[kind][name]
    return _SCHEMA_DEFAULT[kind]
