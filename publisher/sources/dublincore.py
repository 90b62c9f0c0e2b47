"""Dublin Core (oai_dc, Simple and Qualified; ISO 15836), alone or in an OAI-PMH list, as MARC 21.

Source: Dublin Core/MARC/GILS Crosswalk, Library of Congress (https://www.loc.gov/marc/dccross.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from publisher.errors import RecordError
from publisher.sources.draft import Draft
from publisher.sources.oai import begun, split_elements
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.stream import ByteStream

HEAD = re.compile(rb"http://purl\.org/dc/(?:elements/1\.1|terms)/|openarchives\.org/OAI/2\.0/oai_dc/")
ELEMENT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?(?:qualifieddc|dcterms|dc))(?=[\s>])")
_NAMESPACES = ("{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}")
_BODY = re.compile(
    r"(?:Bộ|Viện|Trường|Đại học|Học viện|Sở|Cục|Tổng cục|Ủy ban|Uỷ ban|UBND|Hội|Trung tâm|Thư viện|Bảo tàng|Công ty|"
    r"University|Institute|Ministry|Department|Library|Museum|Center|Centre|Council|Association)\b"
)
_SHAPES = {
    "text": "am", "still image": "km", "image": "km", "moving image": "gm", "sound": "im", "dataset": "mm",
    "software": "mm", "collection": "ac", "physical object": "rm", "map": "em", "stillimage": "km", "movingimage": "gm",
}  # fmt: skip


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its OAI-PMH records, or its elements of Dublin Core where it is none."""
    return split_elements(stream, ELEMENT, b"dc")


def decode(raw: RawRecord) -> Record:
    """Make a record of one description. Raises `RecordError` when it is damaged, deleted or empty."""
    draft, element, header = begun(raw)
    if header is not None:
        draft.number(header.findtext("{*}identifier") or "")
    if not read(element, draft):
        raise RecordError("record-empty", "there is no Dublin Core in the record; fill it in at the repository")
    return draft.finish(raw)


def read(element: etree._Element, draft: Draft) -> bool:
    """Read the Dublin Core below `element` into `draft`; return whether there was any."""
    said: dict[str, list[str]] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.tag.startswith(_NAMESPACES):
            text = "".join(str(part) for part in child.itertext())
            if text.strip():
                said.setdefault(child.tag.rpartition("}")[2], []).append(text)
    for name, texts in said.items():
        for text in texts:
            _ELEMENTS.get(name, _nothing)(draft, text)
    if not draft.fields or not said:
        return False
    dates = [*said.get("issued", ()), *said.get("date", ()), *said.get("created", ())]
    draft.published(publisher="; ".join(said.get("publisher", ())), date=dates[0] if dates else "")
    return True


def _creator(draft: Draft, text: str) -> None:
    draft.name(text, tag=_kind_of_name(text))


def _contributor(draft: Draft, text: str) -> None:
    draft.name(text, main=False, tag=_kind_of_name(text))


def _kind_of_name(text: str) -> str:
    return "10" if _BODY.match(text.strip()) else "00"


def _type(draft: Draft, text: str) -> None:
    draft.shape = _SHAPES.get(text.strip().lower(), draft.shape)
    draft.add("655", " 4", ("a", text))


def _format(draft: Draft, text: str) -> None:
    if "/" in text and " " not in text.strip():
        draft.add("856", "4 ", ("q", text))
    else:
        draft.add("300", "  ", ("a", text))


def _field(tag: str, indicators: str = "  ", code: str = "a") -> Callable[[Draft, str], None]:
    return lambda draft, text: draft.add(tag, indicators, (code, text))


def _nothing(draft: Draft, text: str) -> None:
    """Leave out an element that has no place in MARC 21, or that is read with others (publisher, date)."""


_related = _field("787", "0 ", "n")
_ELEMENTS: dict[str, Callable[[Draft, str], None]] = {
    "title": Draft.title,
    "alternative": Draft.title,
    "creator": _creator,
    "contributor": _contributor,
    "subject": _field("653"),
    "description": _field("520"),
    "abstract": _field("520"),
    "tableOfContents": _field("505", "0 "),
    "type": _type,
    "format": _format,
    "extent": _format,
    "medium": _format,
    "identifier": Draft.identifier,
    "bibliographicCitation": _field("524"),
    "source": _field("786", "0 ", "n"),
    "language": Draft.speaks,
    "relation": _related,
    "isPartOf": _field("773", "0 ", "t"),
    "references": _related,
    "hasVersion": _related,
    "isVersionOf": _related,
    "replaces": _related,
    "requires": _related,
    "coverage": _field("522"),
    "spatial": _field("522"),
    "temporal": _field("513", code="b"),
    "rights": Draft.rights,
    "license": Draft.rights,
    "accessRights": _field("506"),
    "audience": _field("521"),
    "educationLevel": _field("521"),
    "provenance": _field("561"),
}
"""What becomes of each element; publisher and date are read together."""
