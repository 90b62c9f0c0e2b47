"""ALTO (https://www.loc.gov/standards/alto/, versions 1 to 4): the text of one page, with the places of its words.

Rông reads the size of the page and whether there are words; the words themselves are not published, for whoever may
show a catalogue may not yet show a book. A page alone has no title, so it is no record: METS names its pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from lxml import etree

from publisher.errors import RecordError
from publisher.sources.oai import split_elements
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.stream import ByteStream

ELEMENT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?alto)(?=[\s>])")


class Sheet(NamedTuple):
    """A page of text: its size in the unit of the file, 0 where it does not say; whether it has words; its language."""

    width: int
    height: int
    has_text: bool
    language: str


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its pages of text."""
    return split_elements(stream, ELEMENT, b"alto")


def decode(raw: RawRecord) -> Record:
    """Raise `RecordError`: a page of text is none."""
    raise RecordError(
        "page-without-title",
        "this is the text of one page (ALTO), which has no title; give the METS file that names its pages, "
        "or the folder in which both are",
    )


def sheet(content: bytes) -> Sheet | None:
    """Return what an ALTO document says of its page, None for a document that is none."""
    width = height = 0
    language, has_text, is_alto = "", False, False
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None
    events = etree.iterparse(
        BytesIO(content), events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in events:
            name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            is_alto = is_alto or name == "alto"
            if name == "Page" and not width:
                width, height = _number(element.get("WIDTH", "")), _number(element.get("HEIGHT", ""))
            elif name == "String" and element.get("CONTENT", "").strip():
                has_text = True
            if not language and name in ("Page", "TextBlock", "TextLine", "String"):
                language = element.get("LANG") or element.get("language") or ""
            if has_text and width and (language or name == "String"):
                break
    except etree.XMLSyntaxError:
        return Sheet(width, height, has_text, language) if is_alto and width else None
    return Sheet(width, height, has_text, language) if is_alto else None


def _number(text: str) -> int:
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        return 0
    return number if 0 < number < 1_000_000 else 0
