"""Where a worker writes an answer: into memory first, into a file when it grows, never beyond its limit.

The file has no name (it is unlinked as soon as it is made) and travels to the server as an open descriptor.
"""

from __future__ import annotations

import os
import re
import tempfile

import pyoxigraph as ox

SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""The engine's formats of rows, by our words for them."""

MEMORY_BYTES = 192 * 1024
"""Up to here an answer stays in memory and travels inside the message."""

# Characters that XML 1.0 cannot hold in any way (section 2.2, Char), as UTF-8; and the carriage return, which it
# holds only as a reference (section 2.11).
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\r")
_REPLACEMENT = "\ufffd".encode()
_NAMELESS = re.compile(rb'<oxprefix: xmlns:oxprefix="([^"]*)"')


class TooLarge(Exception):
    """The answer is beyond the limit."""


class NotXml(Exception):
    """RDF/XML has no way to write this property, whose IRI ends in something that is no XML name."""


class Output:
    """A binary file for the engine to write to. `close` it, then take `data` or `descriptor`."""

    def __init__(self, limit: int, folder: str | None, in_memory: int = MEMORY_BYTES) -> None:
        self._limit = limit
        self._folder = folder
        self._in_memory = in_memory
        self._parts: list[bytes] = []
        self._held = 0
        self.size = 0
        self.descriptor: int | None = None

    @property
    def replaced(self) -> int:
        """How many characters had to be replaced because the format cannot hold them."""
        return 0

    def write(self, data: bytes) -> int:
        """Take the next bytes. Raises `TooLarge`."""
        self._take(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is written is only looked at when it is whole."""

    def close(self) -> None:
        """Finish: what is held back goes to the file, if there is one."""
        if self.descriptor is not None:
            self._spill()

    @property
    def data(self) -> bytes:
        """The answer, when it stayed in memory."""
        return b"".join(self._parts)

    def _take(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._limit:
            raise TooLarge
        self._parts.append(data)
        self._held += len(data)
        if self._held > self._in_memory:
            self._spill()

    def _spill(self) -> None:
        if self.descriptor is None:
            with tempfile.TemporaryFile(dir=self._folder, buffering=0) as file:
                self.descriptor = os.dup(file.fileno())
        left = memoryview(b"".join(self._parts))
        while left:
            left = left[os.write(self.descriptor, left) :]
        self._parts.clear()
        self._held = 0


class XmlOutput(Output):
    """The same for XML: what the engine writes is made well-formed.

    Oxigraph writes control characters as they are. Those that XML 1.0 cannot hold become U+FFFD and are counted.
    """

    def __init__(self, limit: int, folder: str | None, in_memory: int = MEMORY_BYTES) -> None:
        super().__init__(limit, folder, in_memory)
        self._carry = b""
        self._tail = b""
        self._replaced = 0

    @property
    def replaced(self) -> int:
        """How many characters became U+FFFD."""
        return self._replaced

    def write(self, data: bytes) -> int:
        """Take the next bytes. Raises `TooLarge`, `NotXml`."""
        piece = self._carry + bytes(data)
        cut = len(piece)
        if piece.endswith(b"\xef\xbf"):
            cut -= 2
        elif piece.endswith(b"\xef"):
            cut -= 1
        piece, self._carry = piece[:cut], piece[cut:]
        self._find_nameless(piece)
        if _NOT_XML.search(piece):
            piece = _NOT_XML.sub(self._replace, piece)
        self._take(piece)
        return len(data)

    def close(self) -> None:
        """Finish, with what was held back between two writes."""
        if self._carry:
            self._take(self._carry)
            self._carry = b""
        super().close()

    def _find_nameless(self, piece: bytes) -> None:
        """Oxigraph writes an element `oxprefix:` without a local name for such a property: not well-formed."""
        self._tail = (self._tail + piece)[-4096:] if len(piece) < 4096 else piece
        if found := _NAMELESS.search(self._tail if len(piece) < 4096 else piece):
            raise NotXml(found[1].decode("utf-8", "replace"))

    def _replace(self, match: re.Match[bytes]) -> bytes:
        if match[0] == b"\r":
            return b"&#xD;"
        self._replaced += 1
        return _REPLACEMENT
