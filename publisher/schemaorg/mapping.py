"""A description's statements in schema.org, on the record's own work and instance.

Source: schema.org 30.0 (Book, CreativeWork and their kinds); the classes of the work decide the kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.identity.labels import plain, resource_label
from publisher.rdf.description import Arc, Iri, Local, Node, Value
from publisher.rdf.resource import Description, Resource
from publisher.rdf.terms import term

_KINDS = (
    ("Serial", "schema:Periodical"),
    ("Cartography", "schema:Map"),
    ("MovingImage", "schema:Movie"),
    ("MusicAudio", "schema:MusicRecording"),
    ("NotatedMusic", "schema:SheetMusic"),
    ("Audio", "schema:AudioObject"),
    ("StillImage", "schema:ImageObject"),
    ("Text", "schema:Book"),
)


@dataclass(frozen=True, slots=True)
class SchemaOrg:
    """The arcs that go on the work and on the instance."""

    work: tuple[Arc, ...]
    instance: tuple[Arc, ...]


def schema_of(description: Description) -> SchemaOrg:
    """Return what schema.org can say of `description`."""
    work, instance = description.work, description.instance
    kind = term(_kind(work))
    about: list[Arc] = [("rdf:type", kind), ("schema:name", resource_label(instance, work))]
    return SchemaOrg(
        work=(*about, *_work(work), ("schema:workExample", Local("Instance"))),
        instance=(*about, *_instance(instance), ("schema:exampleOfWork", Local("Work"))),
    )


def _kind(work: Resource) -> str:
    names = {value.rpartition("/")[2] for value in work.values("rdf:type") if isinstance(value, Iri)}
    return next((kind for name, kind in _KINDS if name in names), "schema:CreativeWork")


def _nodes(values: Iterator[Value]) -> Iterator[Node]:
    return (value for value in values if isinstance(value, Node))


def _work(work: Resource) -> Iterator[Arc]:
    primary = term("bf:PrimaryContribution")
    for contribution in _nodes(work.values("bf:contribution")):
        prop = "schema:author" if primary in contribution.values("rdf:type") else "schema:contributor"
        for agent in _nodes(contribution.values("bf:agent")):
            yield prop, agent
    for value in work.values("bf:subject"):
        if isinstance(value, Node):
            yield "schema:about", value
    for value in work.values("bf:language"):
        iri = value.iri if isinstance(value, Node) else value
        if isinstance(iri, Iri):
            yield "schema:inLanguage", iri.rpartition("/")[2]


def _instance(instance: Resource) -> Iterator[Arc]:
    for identifier in _nodes(instance.values("bf:identifiedBy")):
        if identifier.cls in ("bf:Isbn", "bf:Issn") and not any(identifier.values("bf:status")):
            for value in identifier.values("rdf:value"):
                yield ("schema:isbn" if identifier.cls == "bf:Isbn" else "schema:issn"), plain(value)
    for activity in _nodes(instance.values("bf:provisionActivity")):
        for value in activity.values("bf:date"):
            yield "schema:datePublished", plain(value)
