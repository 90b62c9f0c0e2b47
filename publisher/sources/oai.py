"""Documents of descriptions: an OAI-PMH list, or elements under any root, cut at each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.errors import RecordError, SourceError
from publisher.sources.draft import Draft
from publisher.sources.marcxml import Cutter, parsed, without_comments
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.stream import ByteStream

_OAI_RECORD = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?record)(?:\s[^<>]*)?>\s*<(?:[\w.-]+:)?header\b")


def split_elements(stream: ByteStream, element: re.Pattern[bytes], default: bytes) -> Iterator[Piece]:
    """Cut at the records of OAI-PMH, whose headers have the identifiers; without any, at `element` (group 1: its name).

    Raises `SourceError` for a document with a DTD: entity bombs and outside entities live there.
    """
    head = without_comments(stream.peek())
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise SourceError(
            f"{stream.name} has a document type declaration, which Rông does not follow; "
            "remove the <!DOCTYPE ...> from the file."
        )
    found = _OAI_RECORD.search(head) or element.search(head)
    return Cutter(stream, found.group(1) if found else default).pieces()


def begun(raw: RawRecord) -> tuple[Draft, etree._Element, etree._Element | None]:
    """Return an empty draft of a piece, its XML, and the header that OAI-PMH gave it, if it did.

    Raises `RecordError` for damaged XML, and for a record that its repository says is deleted.
    """
    draft = Draft()
    element = parsed(raw, draft.warnings)
    header = element.find(".//{*}header")
    if header is not None and header.get("status") == "deleted":
        raise RecordError("record-deleted-at-source", "the repository has deleted this record")
    return draft, element, header
