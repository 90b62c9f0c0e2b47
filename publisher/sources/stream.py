"""Byte streams: a file, standard input or an open stream, plain or gzipped, looked at before it is read."""

from __future__ import annotations

import codecs
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from publisher.errors import SourceError
from publisher.sources.surroundings import Surroundings

HEAD = 64 * 1024
"""Bytes that are looked at to tell what a source is."""

CHUNK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class ByteStream:
    """Bytes in order, with a look ahead, in constant memory.

    UTF-16 with a byte order mark, which Windows calls Unicode, comes out as UTF-8.
    `surroundings` are the folder of the file and its web address, where there are any.
    `offset` is the place of the next byte that `read` returns, behind decompression. A stream that breaks off (a
    damaged gzip file, a disk that fails) ends there; `fault` then says why, so that what was read before is kept and
    the loss can be told.
    """

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self.name = name
        self.surroundings = Surroundings()
        self.fault = ""
        self.offset = 0
        self._raw = raw
        self._head = b""
        self.compressed = self.peek(2) == _GZIP
        if self.compressed:
            self._raw = cast(BinaryIO, gzip.GzipFile(fileobj=cast(BinaryIO, _Rejoined(self._head, raw))))
            self._head = b""
        if self.peek(2) in _UTF16:
            codec = codecs.getincrementaldecoder("utf-16")("replace")
            self._raw = cast(BinaryIO, _Recoded(_Rejoined(self._head, self._raw), codec))
            self._head = b""

    def peek(self, size: int = HEAD) -> bytes:
        """Return up to `size` bytes from here on without consuming them; fewer only at the end."""
        while len(self._head) < size:
            more = self._read(size - len(self._head))
            if not more:
                break
            self._head += more
        return self._head[:size]

    def read(self, size: int = CHUNK) -> bytes:
        """Return between 1 and about `size` bytes, or none at the end."""
        if self._head:
            data, self._head = self._head, b""
        else:
            data = self._read(size)
        self.offset += len(data)
        return data

    def _read(self, size: int) -> bytes:
        if self.fault:
            return b""
        try:
            return self._raw.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            self.fault = f"the gzip data break off or are damaged ({error}); fetch the file again"
        except OSError as error:
            self.fault = f"reading failed ({error.strerror or error}); check the disk and read the file again"
        return b""


class _Rejoined:
    """What was looked at already, then the rest: the least that `gzip` needs of a file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            head, self._head = self._head + self._rest.read(), b""
            return head
        head, self._head = self._head[:size], self._head[size:]
        return head


class _Recoded:
    """UTF-16 as UTF-8."""

    def __init__(self, raw: _Rejoined, decoder: codecs.IncrementalDecoder) -> None:
        self._raw = raw
        self._decoder = decoder

    def read(self, size: int) -> bytes:
        while data := self._raw.read(size):
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", True).encode("utf-8", "replace")


@contextmanager
def opened(source: str | Path | BinaryIO, name: str, web: str = "") -> Iterator[ByteStream]:
    """Open `source`: a path, "-" for standard input, or a binary stream, which the caller closes.

    `web` is the address at which the files of its folder are on the web, "" for none.

    Raises `SourceError` when there is no such file or it may not be read.
    """
    if not isinstance(source, str | Path):
        yield ByteStream(source, name)
    elif str(source) == "-":
        yield ByteStream(sys.stdin.buffer, name)
    else:
        try:
            file = Path(source).open("rb")  # noqa: SIM115 — closed below; opening has errors of its own
        except FileNotFoundError:
            raise SourceError(f"{source} does not exist; check the path of the source.") from None
        except OSError as error:
            raise SourceError(
                f"{source} cannot be opened ({error.strerror}); check its permissions and its path."
            ) from None
        with file:
            stream = ByteStream(cast(BinaryIO, file), name)
            stream.surroundings = Surroundings(Path(source).absolute().parent, web)
            yield stream
