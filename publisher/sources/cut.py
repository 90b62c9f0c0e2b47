"""Cutting a stream where a pattern says that a record ends: what formats without a terminator of their own share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.sources.raw import MAX_RECORD, Piece, oversize
from publisher.sources.stream import ByteStream

_MARGIN = 256
"""Bytes behind a boundary that its pattern may look at."""


def at_boundaries(stream: ByteStream, boundary: re.Pattern[bytes]) -> Iterator[Piece]:
    """Yield the stretches that end where a match of `boundary` ends; blank ones are left out.

    `boundary` looks no further than 256 bytes ahead. Memory: `MAX_RECORD` and a chunk.
    """
    buffer, base, pos, searched = b"", 0, 0, 0
    # An oversize stretch: its first bytes, and how many have gone by.
    kept, passed = b"", 0
    while True:
        found = boundary.search(buffer, searched)
        if found is not None and found.end() + _MARGIN < len(buffer):
            if passed:
                yield oversize(base - passed, kept, passed + found.end())
            else:
                yield from _piece(base + pos, buffer[pos : found.end()])
            pos = searched = max(found.end(), pos + 1)
            kept, passed = b"", 0
            continue
        more = stream.read()
        if not more:
            break
        base, buffer, pos = base + pos, buffer[pos:] + more, 0
        searched = 0 if found is not None else max(0, len(buffer) - len(more) - _MARGIN)
        if len(buffer) > MAX_RECORD and not boundary.search(buffer):
            kept = kept or buffer
            gone = len(buffer) - _MARGIN
            passed, base, buffer, searched = passed + gone, base + gone, buffer[gone:], 0
    if passed:
        yield oversize(base - passed, kept, passed + len(buffer))
        return
    while found := boundary.search(buffer, searched):
        yield from _piece(base + pos, buffer[pos : found.end()])
        pos = searched = max(found.end(), pos + 1)
    yield from _piece(base + pos, buffer[pos:])


def _piece(offset: int, data: bytes) -> Iterator[Piece]:
    if data.strip(b" \t\r\n\x00\x1a\xef\xbb\xbf"):
        yield Piece(offset, data)
