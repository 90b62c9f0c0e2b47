"""A record's own resources, gathered from what its fields made, and the description that holds them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.rdf.description import Arc, Iri, Local, Node, Value


class Made:
    """What one field made on one resource. Shared between records, so it also remembers how it was written."""

    __slots__ = ("arcs", "ntriples")

    def __init__(self, arcs: tuple[Arc, ...]) -> None:
        self.arcs = arcs
        self.ntriples: str | None = None


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


@dataclass(slots=True)
class Description:
    """One record as BIBFRAME resources.

    `history` says when the record was made, changed and converted, `account` who made the description and when in the
    words of profiles (on `admin`, but not in the reference's RDF/XML); `items` are the parts that describe copies
    (`bf:hasItem` with a `bf:Item` each); `warnings` are (tag, reason). `instance_type` is "" for an ordinary record,
    "Hub" for one that has no instance, "SecondaryInstance" for a further instance of a work of another record,
    "Holdings" for one that only describes copies of another record's instance, whose key `key` then is.

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
    authority: Node | None = None
