"""What a person would call a work, an instance, a copy or a record."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.config import DatedName
from publisher.rdf.description import Arc, Iri, Local, Node, Text, Typed, Value
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


def copy_labels(item: Node) -> list[Arc]:
    """Return what to call a copy in both languages: its volume, call number and barcode.

    The library is not in it: what a field makes of a copy is remembered for the records of all libraries.

    >>> copy_labels(Node("bf:Item", ("bf:shelfMark", Node("bf:ShelfMark", ("rdfs:label", "398.2 S-TH")))))
    [('rdfs:label', Text(value='Bản 398.2 S-TH', lang='vi')), ('rdfs:label', Text(value='Copy 398.2 S-TH', lang='en'))]
    """
    parts = (
        *(first_text(part, "rdfs:label") for part in _nodes(item, "bf:enumerationAndChronology")),
        *(first_text(part, "rdfs:label") for part in _nodes(item, "bf:shelfMark")),
        *(first_text(part, "rdf:value") for part in _nodes(item, "bf:identifiedBy") if part.cls == "bf:Barcode"),
    )
    words = ", ".join(dict.fromkeys(part for part in parts if part))
    return _in_both(f"Bản {words}", f"Copy {words}") if words else _in_both("Bản tài liệu", "Copy")


def record_labels(number: str, library: DatedName) -> list[Arc]:
    """Return what to call the record `number` of `library` in both languages."""
    return _in_both(f"Biểu ghi {number}, {library.vi}", f"Record {number}, {library.en}")


def _in_both(vi: str, en: str) -> list[Arc]:
    return [("rdfs:label", Text(vi, "vi")), ("rdfs:label", Text(en, "en"))]


def _nodes(node: Node, prop: str) -> list[Node]:
    return [value for value in node.values(prop) if isinstance(value, Node)]
