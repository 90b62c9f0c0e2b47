"""What a person would call a work, an instance or an item."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.rdf.description import Iri, Local, Node, Text, Typed, Value
from publisher.rdf.resource import Resource

UNTITLED = "[Không có nhan đề]"


def plain(value: Value) -> str:
    """Return the text of a literal, or "" for anything else."""
    if isinstance(value, Text | Typed):
        return value.value
    return value if isinstance(value, str) and not isinstance(value, Iri | Local) else ""


def first_text(node: Node, prop: str) -> str:
    """Return the text of the first literal of `prop` that has any; one without a language is preferred."""
    fallback = ""
    for value in node.values(prop):
        if type(value) is str and value:
            return value
        fallback = fallback or plain(value)
    return fallback


def title_of(title: Node) -> str:
    """Return a title as it is read: main title, part, subtitle.

    >>> title_of(Node("bf:Title", ("bf:mainTitle", "Sử thi Ba Na"), ("bf:partNumber", "Tập 2")))
    'Sử thi Ba Na. Tập 2'
    """
    main = first_text(title, "bf:mainTitle") or first_text(title, "rdfs:label")
    parts = [first_text(title, prop) for prop in ("bf:partNumber", "bf:partName")]
    subtitle = first_text(title, "bf:subtitle")
    label = ". ".join([main, *(part for part in parts if part)])
    return f"{label} : {subtitle}" if subtitle else label


def titles(resource: Resource, classes: Iterable[str] = ("bf:Title",)) -> list[str]:
    """Return the titles of `resource` whose class is among `classes`, in order, without repetition."""
    wanted = frozenset(classes)
    found = (title_of(t) for t in resource.values("bf:title") if isinstance(t, Node) and t.cls in wanted)
    return list(dict.fromkeys(label for label in found if label))


def resource_label(*resources: Resource) -> str:
    """Return the first title that any of `resources` has."""
    for resource in resources:
        for label in titles(resource):
            return label
    for resource in resources:
        for label in titles(resource, ("bf:VariantTitle", "bf:ParallelTitle", "bf:AbbreviatedTitle", "bf:KeyTitle")):
            return label
    return UNTITLED
