"""ISO 2709 as MARC 21 uses it (MARC 21 Specifications for Record Structure): splitting a file, decoding a record.

The way of a sound record is short: one decode, one split at the field terminators, and the directory is compared with
what the terminators say. Everything else goes to `iso2709_repair`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from unicodedata import is_normalized

from publisher.sources import iso2709_repair
from publisher.sources.finish import needs_repair, repaired
from publisher.sources.raw import MAX_RECORD, Piece, RawRecord, oversize
from publisher.sources.record import Field, Record
from publisher.sources.stream import ByteStream
from publisher.sources.text import to_nfc

RECORD_END = b"\x1d"
BLANK = b" \t\r\n\x00\x1a\xef\xbb\xbf"
"""What may lie between records and means nothing: white space, NUL, the DOS end of file, a byte order mark."""

_UTF8 = ("", "utf-8")
# Control characters that no text has, the escapes of MARC-8, and the record terminator, which is there once.
_NO_TEXT = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x1E), 0x7F])
# A leader in the middle of a stretch: a length, type letters, indicator and subfield counts, a base address, "45".
_LEADER = re.compile(rb"(?=([0-9]{5}[a-z ][a-z ][ -~]{3}22[0-9]{5}[ -~]{3}45))")


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a stream at its record terminators; where the leaders disagree, at what is certain.

    A record whose data hold a terminator is kept whole, records that run into each other are parted, and what lies
    between records is a piece of its own. Memory: `MAX_RECORD` and a chunk, whatever the file.
    """
    buffer, pos, base = b"", 0, 0
    while True:
        end = buffer.find(RECORD_END, pos)
        if end < 0:
            more = stream.read()
            if not more:
                break
            base, buffer, pos = base + pos, buffer[pos:] + more, 0
            if len(buffer) > MAX_RECORD and RECORD_END not in buffer:
                yield from _skip(stream, base, buffer)
                return
            continue
        piece = buffer[pos : end + 1]
        if piece[:5].isdigit() and int(piece[:5]) == len(piece):
            yield Piece(base + pos, piece)
        else:
            declared = _declared(piece)
            if len(piece) < declared and len(buffer) < pos + declared + 5 and (more := stream.read()):
                base, buffer, pos = base + pos, buffer[pos:] + more, 0
                continue
            if len(piece) < declared and _holds_a_terminator(buffer, pos, declared):
                piece = buffer[pos : pos + declared]
                end = pos + declared - 1
            yield from _part(piece, base + pos)
        pos = end + 1
    yield from _part(buffer[pos:], base + pos)


def _skip(stream: ByteStream, offset: int, kept: bytes) -> Iterator[Piece]:
    """Pass over a stretch that is too long to be a record, then go on behind its end."""
    length = len(kept)
    while more := stream.read():
        end = more.find(RECORD_END)
        if end >= 0:
            yield oversize(offset, kept, length + end + 1)
            rest = _Continued(more[end + 1 :], stream)
            for piece in split(rest):
                yield piece._replace(offset=piece.offset + offset + length + end + 1)
            return
        length += len(more)
    yield oversize(offset, kept, length)


class _Continued(ByteStream):
    """A stream from the middle of a chunk on."""

    def __init__(self, head: bytes, stream: ByteStream) -> None:
        self._stream = stream
        self._first = head

    def read(self, size: int = MAX_RECORD) -> bytes:
        first, self._first = self._first, b""
        return first or self._stream.read()


def _declared(piece: bytes) -> int:
    head = piece[:5]
    return int(head) if head.isdigit() else 0


def _holds_a_terminator(buffer: bytes, pos: int, declared: int) -> bool:
    """Whether the leader's length is right after all: it ends at a terminator, behind which a leader or nothing is."""
    if buffer[pos + declared - 1 : pos + declared] != RECORD_END:
        return False
    following = buffer[pos + declared : pos + declared + 5]
    within = buffer[pos + 1 : pos + declared]
    return (not following.strip(BLANK) or following.isdigit()) and not any(_leaders(within))


def _leaders(piece: bytes) -> Iterator[int]:
    """Yield the places of leaders that are borne out by a directory end at their base address."""
    for match in _LEADER.finditer(piece):
        place = match.start()
        base = place + int(piece[place + 12 : place + 17])
        if piece[base - 1 : base] == b"\x1e" and piece[place + 27 : place + 36].isdigit():
            yield place


def _part(piece: bytes, offset: int) -> Iterator[Piece]:
    """Part records that run into each other, and junk from the record behind it."""
    if not piece.strip(BLANK + RECORD_END):
        return
    start = 0
    for place in _leaders(piece):
        # Less than a leader in front of one is left to the decoder, which takes it off.
        if len(piece[start:place].strip(BLANK)) >= 24:
            yield Piece(offset + start, piece[start:place])
            start = place
    yield Piece(offset + start, piece[start:])


def decode(raw: RawRecord) -> Record:
    """Decode one record. Raises `RecordError` when it cannot be read."""
    data = raw.data
    try:
        text = data.decode()
        base = int(data[12:17])
    except ValueError:
        return iso2709_repair.decode(raw)
    ascii_only = text.isascii()
    if (
        raw.encoding not in _UTF8
        or base < 25
        or data[-2:] != b"\x1e\x1d"
        or (data[9] != 0x61 and not ascii_only)
        or len(data.translate(None, _NO_TEXT)) != len(data) - 1
    ):
        return iso2709_repair.decode(raw)

    directory = text[24 : base - 1]
    body = text[base:-2]
    parts = body.split("\x1e")
    sizes = parts if ascii_only else data[base:-2].split(b"\x1e")
    starts = list(accumulate([len(part) + 1 for part in sizes], initial=0))
    total = starts.pop()
    try:
        listed = [int(directory[i : i + 5]) for i in range(7, len(directory), 12)]
    except ValueError:
        return iso2709_repair.decode(raw)
    # Starts that agree with the terminators leave nothing for the lengths to say, and the last ends with the record.
    if listed != starts or base + total + 1 != len(data) or data[base - 1] != 0x1E or text[:5] != f"{len(data):05}":
        return iso2709_repair.decode(raw)

    if not ascii_only:
        if not is_normalized("NFC", body):
            parts = to_nfc(body).split("\x1e")
        if needs_repair(body):
            return repaired(_record(raw, text[:24], directory, parts))
    return _record(raw, text[:24], directory, parts)


def _record(raw: RawRecord, leader: str, directory: str, parts: list[str]) -> Record:
    tags = [directory[i : i + 3] for i in range(0, len(directory), 12)]
    fields = list(map(Field, tags, parts, range(2, len(parts) + 2)))
    return Record(leader, fields, source=raw.source, position=raw.position, raw=raw.data)
