"""ISO 2709 written with printable signs for its separators, as Libol and CDS/ISIS export it.

Libol: `#` ends a field, `##` a record, `$a` begins a subfield; a byte order mark may come first.
CDS/ISIS: the same ends, `^a` begins a subfield, there are no indicators, and lines are folded after 80 characters
(CDS/ISIS Reference Manual, "ISO 2709 exchange file").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.errors import RecordError
from publisher.sources.cut import at_boundaries
from publisher.sources.finish import finished
from publisher.sources.iso2709_repair import Notes, areas, contents, entries
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import DELIMITER, Field, Record
from publisher.sources.stream import ByteStream
from publisher.sources.text import choose

_LEADER = rb"[0-9]{5}[^\r\n#]{7}[0-9]{5}[^\r\n#]{7}[0-9A-Za-z]{3}[0-9]{9}"
_BOUNDARY = re.compile(rb"#\r?\n?#(?=[\r\n]*" + _LEADER + rb")")
HEAD = re.compile(rb"[\s\xef\xbb\xbf]*" + _LEADER)
_FOLD = re.compile(rb"\r?\n")
# A dollar before a figure is money when "US" stands before it, else a control subfield.
_LIBOL_SUBFIELD = re.compile(r"\$(?=[a-z])|(?<!US)\$(?=[0-9])")
_ISIS_SUBFIELD = re.compile(r"\^(?=[a-zA-Z0-9])")


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a stream at `##` before the next leader."""
    return at_boundaries(stream, _BOUNDARY)


def decode_libol(raw: RawRecord) -> Record:
    """Decode a record of Libol. Raises `RecordError` when it cannot be read."""
    return _decode(raw, _LIBOL_SUBFIELD, ("", ""))


def decode_isis(raw: RawRecord) -> Record:
    """Decode a record of CDS/ISIS. Raises `RecordError` when it cannot be read."""
    return _decode(raw, _ISIS_SUBFIELD, ("nam a", "   4500"))


def _decode(raw: RawRecord, subfield: re.Pattern[str], leader_parts: tuple[str, str]) -> Record:
    notes = Notes()
    data = _FOLD.sub(b"", raw.data.removeprefix(b"\xef\xbb\xbf")).strip(b"\x00\x1a")
    leader, directory, body = areas(data, notes, b"#")
    found = contents(entries(directory, notes), body, notes, b"#", b"#")
    if not found:
        raise RecordError("record-empty", "the record has a leader but no field; complete it in the catalogue")
    choice = choose(body, True, raw.encoding)
    for warning in choice.warnings:
        notes.leader(warning)
    fields = [
        Field(tag, _content(tag, choice.decode(content), subfield), position)
        for position, (tag, content) in enumerate(found, start=2)
    ]
    kind, end = leader_parts
    text = leader.decode("ascii", "replace")
    if kind:
        # The leader of CDS/ISIS says nothing of the record: it is a monograph unless the fields say otherwise.
        text = f"{text[:5]}{kind}22{text[12:17]}{end}"
    return finished(raw, text, fields, notes)


def _content(tag: str, text: str, subfield: re.Pattern[str]) -> str:
    """Return the ISO 2709 form of a field that is written with printable signs."""
    if tag.startswith("00"):
        return text
    first = subfield.search(text)
    if first is None:
        # Libol's own fields (9XX) have a bare value.
        return f"  {DELIMITER}a{text.strip()}"
    before = text[: first.start()]
    if len(before) > 2:
        return f"  {DELIMITER}a{before.strip()}{subfield.sub(DELIMITER, text[first.start() :])}"
    return f"{before:2}{subfield.sub(DELIMITER, text[first.start() :])}"
