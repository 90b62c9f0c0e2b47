"""A record's own resources, gathered from what its fields made, and the description that holds them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.rdf.description import Arc, Arcs, Iri, Local, Node, Sequence, Text, Typed, Value


class Made:
    """What one field made on one resource. Shared between records, so it also remembers how it was written, by whom."""

    __slots__ = ("arcs", "named", "ntriples", "writer")

    def __init__(self, arcs: tuple[Arc, ...]) -> None:
        self.arcs = arcs
        self.ntriples = ""
        self.named: tuple[object, ...] = ()
        self.writer: object = None


def that_say_something(arcs: Arcs) -> tuple[Arc, ...]:
    """Return `arcs` without blank literals, and without nodes that had nothing else to say.

    A subfield may hold nothing, or nothing but the punctuation that is taken off: no rule needs to look.
    """
    every = tuple(arcs)
    for _, value in every:
        if not _says(value):
            return tuple(arc for prop, value in every if (arc := _pruned(prop, value)) is not None)
    return every


def _says(value: Value) -> bool:
    """Return whether neither `value` nor anything below it is blank. Every value comes by here: no generators."""
    if isinstance(value, str):
        return value != "" and not value.isspace()
    if isinstance(value, Node):
        for _, below in value.arcs:  # noqa: SIM110
            if not _says(below):
                return False
        return True
    if isinstance(value, Text | Typed):
        return value.value != "" and not value.value.isspace()
    if isinstance(value, Sequence):
        return all(_says(member) for member in value.members)
    return True


def _pruned(prop: str, value: Value) -> Arc | None:
    if _says(value):
        return prop, value
    if isinstance(value, Node):
        arcs = that_say_something(value.arcs)
        if value.iri is None and all(name == "rdf:type" for name, _ in arcs):
            return None
        return prop, Node(value.cls, *arcs, iri=value.iri, mint=value.mint)
    if isinstance(value, Sequence):
        kept = [arc[1] for member in value.members if (arc := _pruned(prop, member)) is not None]
        return (prop, Sequence(tuple(node for node in kept if isinstance(node, Node)))) if kept else None
    return None


@dataclass(slots=True)
class Resource:
    """One of the record's own resources: its class, its name (as in `Local`), and (position of the field, made)."""

    cls: str
    name: str
    parts: list[tuple[int, Made]] = field(default_factory=list)

    def arcs(self) -> Iterator[Arc]:
        """Yield all arcs in order."""
        for _, made in self.parts:
            yield from made.arcs

    def values(self, prop: str) -> Iterator[Value]:
        """Yield the values of `prop` in order."""
        for name, value in self.arcs():
            if name == prop:
                yield value


NOTHING_MORE = Made(())
"""Of a work whose record says all that profiles ask for."""


@dataclass(slots=True)
class Description:
    """One record as BIBFRAME resources.

    `history` says when the record was made, changed and converted, `account` who made the description and when in
    the words of profiles, `supplement` what they ask of the work (both not in the reference's RDF/XML); `items` are
    the parts that describe copies (`bf:hasItem` with a `bf:Item` each); `warnings` are (tag, reason).
    `instance_type` is "" for an ordinary record, "Hub" for one that has no instance, "SecondaryInstance" for a
    further instance of a work of another record, "Holdings" for one that only describes copies of another record's
    instance, whose key `key` then is.

    An authority record describes nothing but `authority`.
    """

    key: str
    instance_type: str
    history: tuple[Made, ...]
    admin: Resource
    work: Resource
    instance: Resource
    items: list[tuple[int, Made]]
    warnings: list[tuple[str, str]]
    instance_of: Iri | Local = field(default_factory=lambda: Local("Work"))
    account: Made = field(default_factory=lambda: Made(()))
    supplement: Made = field(default_factory=lambda: NOTHING_MORE)
    authority: Node | None = None
