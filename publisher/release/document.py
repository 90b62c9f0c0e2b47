"""What the search index holds of one instance, read off its description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from publisher.identity.entities import entity_of
from publisher.identity.labels import plain, resource_label, titles
from publisher.rdf.description import Iri, Node, Value
from publisher.rdf.resource import Description, Resource

_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_TITLES = ("bf:Title", "bf:VariantTitle", "bf:ParallelTitle", "bf:AbbreviatedTitle", "bf:KeyTitle")
_BF = "http://id.loc.gov/ontologies/bibframe/"


class Document(TypedDict):
    """One instance as search sees it: texts to find it by, values to filter it by."""

    title: str
    titles: list[str]
    agents: list[str]
    subjects: list[str]
    text: list[str]
    identifiers: list[str]
    publishers: list[str]
    year: int
    languages: list[str]
    types: list[str]
    digitized: bool


def document(description: Description) -> Document:
    """Return what search needs of `description`."""
    work, instance = description.work, description.instance
    return Document(
        title=resource_label(instance, work),
        titles=list(dict.fromkeys([*titles(instance, _TITLES), *titles(work, _TITLES)])),
        agents=list(dict.fromkeys(_entity_labels(_below(work, "bf:contribution", "bf:agent")))),
        subjects=list(dict.fromkeys(_entity_labels([*work.values("bf:subject"), *work.values("bf:genreForm")]))),
        text=list(_texts(work, instance)),
        identifiers=_identifiers(instance),
        publishers=_publishers(instance),
        year=_year(instance),
        languages=sorted(set(_codes(work, "bf:language"))),
        types=sorted({value.removeprefix(_BF) for value in work.values("rdf:type") if isinstance(value, Iri)}),
        digitized=_digitized(description),
    )


def _nodes(values: Iterator[Value] | list[Value]) -> Iterator[Node]:
    return (value for value in values if isinstance(value, Node))


def _below(resource: Resource, prop: str, inner: str) -> Iterator[Value]:
    for node in _nodes(resource.values(prop)):
        yield from node.values(inner)


def _entity_labels(values: Iterator[Value] | list[Value]) -> Iterator[str]:
    for node in _nodes(values):
        entity = entity_of(node)
        if entity is not None:
            yield entity.label


def _texts(work: Resource, instance: Resource) -> Iterator[str]:
    for resource in (work, instance):
        for prop in ("bf:summary", "bf:tableOfContents", "bf:note"):
            for node in _nodes(resource.values(prop)):
                yield from (text for value in node.values("rdfs:label") if (text := plain(value)))


def _identifiers(instance: Resource) -> list[str]:
    found = (plain(value) for value in _below(instance, "bf:identifiedBy", "rdf:value"))
    return list(dict.fromkeys(value for value in found if value))


def _publishers(instance: Resource) -> list[str]:
    found: list[str] = []
    for node in _nodes(instance.values("bf:provisionActivity")):
        found += [text for value in node.values("bflc:simpleAgent") if (text := plain(value))]
    return list(dict.fromkeys(found))


def _year(instance: Resource) -> int:
    """Return the first year of publication, 0 when there is none."""
    for prop in ("bf:date", "bflc:simpleDate"):
        for value in _below(instance, "bf:provisionActivity", prop):
            if found := _YEAR.search(plain(value)):
                return int(found.group())
    return 0


def _codes(resource: Resource, prop: str) -> Iterator[str]:
    for value in resource.values(prop):
        iri = value.iri if isinstance(value, Node) else value
        if isinstance(iri, Iri):
            yield iri.rpartition("/")[2]


def _digitized(description: Description) -> bool:
    if any(True for _ in description.instance.values("bf:electronicLocator")):
        return True
    for _, made in description.items:
        for _, value in made.arcs:
            if isinstance(value, Node) and any(True for _ in value.values("bf:electronicLocator")):
                return True
    return False
