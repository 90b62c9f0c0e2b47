"""Agents, concepts and places: the things that many records name, each under one IRI.

The identifier is derived from what the record says (an authority's IRI where there is one, else kind and label), so it
is the same in every record, every build and every batch.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from publisher.rdf.description import Arc, Iri, Local, Node, Text, Value
from publisher.rdf.terms import term
from publisher.rdf.text import squeeze
from publisher.rdf.vietnamese import fold, sort_key

_KINDS = {
    "bf:Agent": "agent",
    "bf:Topic": "concept",
    "bf:GenreForm": "concept",
    "bf:Temporal": "concept",
    "bf:Place": "place",
}
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
}
_SCHEMA_DEFAULT = {"agent": "schema:Organization", "concept": "schema:DefinedTerm", "place": "schema:Place"}
_OF_ONE_RECORD = frozenset({"bflc:marcKey", "bflc:readMarc382"})
"""Properties that say how one record writes a name: they do not belong on what all records share."""


class Entity(NamedTuple):
    """What a node stands for: the IRI (below the base) and everything that is said of it."""

    path: str
    kind: str
    label: str
    arcs: tuple[Arc, ...]


def entity_of(node: Node) -> Entity | None:
    """Return the entity that `node` stands for, or None where the node is the record's own.

    A node without a label is no entity: `bf:Agent [bf:code "DLC"]` only repeats a code.
    """
    kind = _KINDS.get(node.cls)
    if kind is None:
        return None
    label = _label(node)
    if not label:
        return None
    outside = node.iri if isinstance(node.iri, Iri) and not isinstance(node.iri, Local) else None
    identifier = _identifier(kind, node, label, outside)
    arcs = [arc for arc in node.arcs if arc[0] not in _OF_ONE_RECORD]
    if outside is not None:
        arcs.append(("owl:sameAs" if kind == "agent" else "skos:exactMatch", outside))
    arcs += [("rdf:type", term(_schema_class(kind, node))), ("schema:name", label), *keys_of(label)]
    if kind == "concept":
        arcs += [("rdf:type", term("skos:Concept")), ("skos:prefLabel", label)]
    return Entity(f"{kind}/{identifier}", kind, label, tuple(arcs))


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


def _identifier(kind: str, node: Node, label: str, outside: Iri | None) -> str:
    if outside is not None:
        said = str(outside)
    else:
        scheme: Value = next(iter(node.values("madsrdf:isMemberOfMADSScheme")), "")
        types = sorted(set(_types(node)) - {"ComplexSubject", "Topic", "Geographic"})
        said = "\x1f".join([node.cls, *types, str(scheme) if isinstance(scheme, Iri) else "", same(label)])
    return blake2b(said.encode(), digest_size=8, person=kind.encode()).hexdigest()


def same(label: str) -> str:
    """Return `label` as it is compared: without case, final punctuation and spare white space; marks stay."""
    return squeeze(label).rstrip(" .,;:/").casefold()


def _schema_class(kind: str, node: Node) -> str:
    for name in _types(node):
        if name in _SCHEMA_CLASSES[kind]:
            return _SCHEMA_CLASSES[kind][name]
    return _SCHEMA_DEFAULT[kind]
