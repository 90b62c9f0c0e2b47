"""What lies between bytes and a record: a record that is cut out but not yet decoded, and one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MAX_RECORD = 16 * 1024 * 1024
"""Bytes that one record may have. More is not a record: the whole stretch becomes one `Rejected`."""

KEPT_OF_OVERSIZE = 64 * 1024
"""Bytes of an oversize stretch that are kept for quarantine; its offset and length stand in the reason."""


class RawRecord(NamedTuple):
    """The bytes of one record, cut out of its source: plain data that is cheap to send to another process.

    `position` counts from 1 over everything that the source yields, `offset` is the first byte's place in the
    (decompressed) file. `format` names the reader that decodes it, `encoding` a codec that is forced upon it ("" when
    the record itself or its reader decides). `frame` is what the reader needs of the file around the record: for
    MARCXML the namespaces that are declared outside of it.
    """

    data: bytes
    source: str
    position: int
    offset: int
    format: str
    encoding: str = ""
    frame: bytes = b""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be read, byte for byte, with the rule and the reason.

    `rule` is a short stable word for counting ("record-truncated"); `reason` is a sentence for people, without the
    file and the position, which stand beside it.
    """

    raw: bytes
    source: str
    position: int
    offset: int
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}, record {self.position} (byte {self.offset}): {self.reason}"


class Piece(NamedTuple):
    """What a splitter yields: a stretch of the file, and, when it cannot be a record, the rule and the reason."""

    offset: int
    data: bytes
    rule: str = ""
    reason: str = ""
    frame: bytes = b""


def oversize(offset: int, kept: bytes, length: int) -> Piece:
    """Make the piece that stands for a stretch longer than `MAX_RECORD`: `length` bytes from `offset`."""
    reason = (
        f"{length} bytes from byte {offset} on hold no record end within {MAX_RECORD // 1048576} MiB; "
        f"the first {min(len(kept), KEPT_OF_OVERSIZE)} bytes are kept; cut the stretch out of the file and look at it"
    )
    return Piece(offset, kept[:KEPT_OF_OVERSIZE], "record-too-large", reason)
