"""schema.org of one record alone: people, subjects and libraries in place, nothing but schema.org in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.identity.entities import entity_of
from publisher.rdf.description import Arc, Local, Node, Text, Typed, Value
from publisher.rdf.terms import PREFIXES

_SCHEMA = PREFIXES["schema"]


def alone(arcs: Iterable[Arc]) -> Iterator[Arc]:
    """Yield `arcs` with every BIBFRAME node in them as its schema.org counterpart; what has none is left out."""
    for prop, value in arcs:
        kept = _value(value)
        if kept is not None and (prop.startswith("schema:") or prop == "rdf:type"):
            yield prop, kept


def _value(value: Value) -> Value | None:
    if isinstance(value, Node):
        return _node(value)
    if isinstance(value, Local):
        return value if value in ("Work", "Instance") else None
    if isinstance(value, str | Text | Typed):
        return value
    return None


def _node(node: Node) -> Node | None:
    if node.cls.startswith("schema:"):
        arcs = tuple(alone(node.arcs))
        holds = node.cls != "schema:Offer" or any(prop == "schema:offeredBy" for prop, _ in arcs)
        return Node(node.cls, *arcs, iri=node.iri) if arcs and holds else None
    entity = entity_of(node)
    if entity is not None:
        types = [arc[1] for arc in entity.arcs if arc[0] == "rdf:type" and str(arc[1]).startswith(_SCHEMA)]
        outside = [("schema:sameAs", arc[1]) for arc in entity.arcs if arc[0] in ("owl:sameAs", "skos:exactMatch")]
        cls = f"schema:{str(types[0]).removeprefix(_SCHEMA)}" if types else "schema:Thing"
        named: list[Arc] = [("schema:name", entity.label), *outside]
        return Node(cls, *named)
    codes = [str(code) for code in node.values("bf:code")]
    return Node("schema:Library", ("schema:identifier", codes[0])) if codes else None
