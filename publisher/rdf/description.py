"""A description: one record as a small ordered tree of resources, before any syntax.

    Node("bf:Contribution", ("bf:agent", Node("bf:Agent", ("rdfs:label", "Nguyễn, Du, 1765-1820"))))

Properties and classes are CURIEs (see `publisher.rdf.terms`). A value is one of

    str         a plain literal
    Text        a literal with a language tag
    Typed       a literal with a datatype
    Iri         a reference to something outside the record
    Local       a reference to one of the record's own resources: "Work", "Instance", "Item"
    Node        a resource described here, in place
    Parent      a reference to the node that the node with this value hangs on
    Sequence    an RDF list

Nodes are not changed once they are made: conversion remembers and shares them between records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from publisher.rdf.reference import Iri as Iri  # noqa: PLC0414 - values of a description like the others here
from publisher.rdf.reference import Local as Local  # noqa: PLC0414


class Text(NamedTuple):
    """A literal with a BCP 47 language tag."""

    value: str
    lang: str


class Typed(NamedTuple):
    """A literal with a datatype, given as a CURIE."""

    value: str
    datatype: str


class Node:
    """A resource: a class, an optional IRI, and its arcs in order.

    `mint` is the name by which the reference conversion would number this node, with `%d` for the position of its
    field in the record ("Agent100-%d"): only the RDF/XML that imitates the reference uses it. `known` is where identity
    keeps what it found the node to stand for: it is asked again for each record that shares the node.
    """

    __slots__ = ("arcs", "cls", "iri", "known", "mint")

    def __init__(self, cls: str, *arcs: Arc, iri: Iri | Local | None = None, mint: str = "") -> None:
        self.cls = cls
        self.arcs: tuple[Arc, ...] = arcs
        self.iri = iri
        self.mint = mint
        self.known: object = None

    def values(self, prop: str) -> Iterator[Value]:
        """Yield the values of the property `prop` in order."""
        for name, value in self.arcs:
            if name == prop:
                yield value

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Node)
            and self.cls == other.cls
            and self.iri == other.iri
            and self.mint == other.mint
            and self.arcs == other.arcs
        )

    def __hash__(self) -> int:
        return hash((self.cls, self.iri, self.arcs))

    def __repr__(self) -> str:
        return f"[{self.cls}{f' <{self.iri}>' if self.iri else ''} {sketch(self.arcs)}]"


class Parent(NamedTuple):
    """A reference from a node to the one it hangs on: an instance described within its work says `bf:instanceOf`."""


PARENT = Parent()


class Sequence(NamedTuple):
    """An RDF list of nodes (rdf:parseType="Collection")."""

    members: tuple[Node, ...]


Value: TypeAlias = str | Text | Typed | Iri | Local | Node | Parent | Sequence
Arc: TypeAlias = tuple[str, Value]
Arcs: TypeAlias = Iterable[Arc]


def node(cls: str, arcs: Arcs, iri: Iri | Local | None = None, mint: str = "") -> Node:
    """Make a node of arcs that are already gathered."""
    return Node(cls, *arcs, iri=iri, mint=mint)


def literal(value: str, lang: str = "") -> str | Text:
    """Return `value` as a plain literal, or with a language when there is one."""
    return Text(value, lang) if lang else value


def sketch(arcs: Arcs) -> str:
    """Write arcs in one line as a person would, for rules' examples and for failing tests.

    >>> sketch([("bf:note", Node("bf:Note", ("rdfs:label", "Includes index.")))])
    'bf:note [bf:Note rdfs:label "Includes index."]'
    """
    return "; ".join(f"{prop} {_sketch_value(value)}" for prop, value in arcs)


def _sketch_value(value: Value) -> str:
    match value:
        case Iri():
            return f"<{value}>"
        case Local():
            return f"<#{value}>"
        case str():
            return f'"{value}"'
        case Text():
            return f'"{value.value}"@{value.lang}'
        case Typed():
            return f'"{value.value}"^^{value.datatype}'
        case Parent():
            return "^"
        case Sequence():
            return "(" + " ".join(repr(member) for member in value.members) + ")"
        case Node():
            return repr(value)
