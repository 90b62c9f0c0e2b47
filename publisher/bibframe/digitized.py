"""What was digitized as a copy on line: where its files are, and each page with its image, its size and its text.

Source: BIBFRAME 2.6 (Item, electronicLocator); schema.org 30.0 (associatedMedia, ImageObject, MediaObject). The
reference knows no digitized things beyond field 856.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.rdf.description import Arc, Iri, Local, Node, Typed
from publisher.rdf.resource import Made
from publisher.sources.digital import Digital, DigitalFile, Page


def copy(digital: Digital) -> Made:
    """Return the copy that the files of `digital` are."""
    arcs: list[Arc] = [("bf:electronicLocator", Iri(file.address)) for file in digital.files]
    if digital.manifest:
        arcs.append(("rdfs:seeAlso", Iri(digital.manifest)))
    arcs += [("schema:associatedMedia", _file(file)) for file in digital.files]
    arcs += [("schema:associatedMedia", _page(number, page)) for number, page in enumerate(digital.pages, start=1)]
    item = Node("bf:Item", *arcs, ("bf:itemOf", Local("Instance")))
    return Made((("bf:hasItem", item),))


def _file(file: DigitalFile) -> Node:
    return Node("schema:MediaObject", *_facts(file))


def _page(number: int, page: Page) -> Node:
    arcs = [("schema:position", Typed(str(number), "xsd:integer")), *_facts(page.image, page.label)]
    if page.width and page.height:
        arcs.append(("schema:width", Typed(str(page.width), "xsd:integer")))
        arcs.append(("schema:height", Typed(str(page.height), "xsd:integer")))
    if page.text is not None:
        about = list(_facts(page.text))
        arcs.append(("schema:encoding", Node("schema:MediaObject", *about)))
    return Node("schema:ImageObject", *arcs)


def _facts(file: DigitalFile, label: str = "") -> Iterator[Arc]:
    yield "schema:contentUrl", Iri(file.address)
    if label or file.label:
        yield "schema:name", label or file.label
    if file.media_type:
        yield "schema:encodingFormat", file.media_type
    if file.size:
        yield "schema:contentSize", f"{file.size} B"
