"""Unqualified Dublin Core, which every provider has (OAI-PMH 2.0, 5)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from publisher.site.brief import Brief
from publisher.site.oai.elements import SCHEMA_LOCATION, clean

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC = "http://purl.org/dc/elements/1.1/"
_TYPES = {
    "map": "StillImage", "music": "Sound", "sound": "Sound", "video": "MovingImage", "image": "StillImage",
    "data": "Dataset", "collection": "Collection", "object": "PhysicalObject", "multimedia": "InteractiveResource",
}  # fmt: skip
"""Types of the DCMI Type Vocabulary by the form of the work; everything else is Text."""
_CREATORS = frozenset({"aut", "cre", "cmp", "art", "pht", "aui"})


def dublin_core(brief: Brief) -> etree._Element:
    """Return `brief` as an `oai_dc:dc` element."""
    root = etree.Element(f"{{{NAMESPACE}}}dc", nsmap={"oai_dc": NAMESPACE, "dc": _DC})
    root.set(SCHEMA_LOCATION, f"{NAMESPACE} {SCHEMA}")
    for name, text in _statements(brief):
        if text:
            etree.SubElement(root, f"{{{_DC}}}{name}").text = clean(text)
    return root


def _statements(brief: Brief) -> Iterator[tuple[str, str]]:
    yield "title", f"{brief.title} : {brief.subtitle}" if brief.subtitle else brief.title
    for maker in brief.makers:
        creates = maker.principal or bool(_CREATORS & set(maker.roles))
        yield ("creator" if creates else "contributor"), maker.label
    yield from (("subject", subject.label) for subject in brief.subjects if subject.kind != "place")
    yield from (("subject", number) for number in brief.ddc)
    yield from (("coverage", subject.label) for subject in brief.subjects if subject.kind == "place")
    yield from (("description", text) for text in (*brief.summaries, *brief.contents, *brief.notes))
    yield from (("publisher", name) for name in brief.publishers)
    yield "date", brief.date
    yield "type", _TYPES.get(brief.form, "Text")
    yield from (("type", genre) for genre in brief.genres)
    yield from (("format", text) for text in (*brief.extent, *brief.dimensions))
    yield "identifier", brief.iri
    yield from (("identifier", f"urn:isbn:{number}") for number in brief.isbns)
    yield from (("identifier", f"urn:issn:{number}") for number in brief.issns)
    yield from (("identifier", address) for address in brief.digital)
    yield "source", f"{brief.host.title}. {brief.host.part}".rstrip(". ") if brief.host else ""
    yield from (("language", code) for code in brief.languages)
    yield "relation", brief.work if brief.work != brief.iri else ""
    yield from (("relation", name) for name, _ in brief.series)
    yield from (("rights", text) for text in brief.rights)
