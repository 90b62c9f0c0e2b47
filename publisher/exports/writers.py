"""Files of a dataset, each written once, in a stream, in the same bytes for the same content."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import orjson
import zstandard
from isal import igzip

from publisher.exports.declaration import Column, Dataset
from publisher.exports.formats import Format, packing_of
from publisher.exports.indicators.cube import CubeWriter
from publisher.exports.jsonfiles import GeoJsonWriter, JsonLdWriter, NgsiLdWriter
from publisher.exports.rows import Cell, Row
from publisher.exports.xlsx import LIST_SEPARATOR, XlsxWriter

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BUFFER = 1 << 20
_GZIP_LEVEL = 2
"""Of ISA-L's levels 0 to 3: a quarter larger than zlib's level 6, in a tenth of its time.

Level 2 made the same bytes on Nehalem, Haswell and AVX-512 (qemu, ISA-L of isal 1.9.1), level 3 others on each.
"""

_ZSTD_LEVEL = 6


class RowWriter(Protocol):
    """What takes the rows of a dataset."""

    def write(self, row: Row) -> None:
        """Write one row."""

    def close(self) -> None:
        """Write what comes after the last row; the stream stays open."""


class CsvWriter:
    """Comma-separated values after RFC 4180, in UTF-8 with a byte order mark, by which Excel knows the encoding.

    The values of a list are joined with " | ". A text that a spreadsheet would take for a formula gets an apostrophe
    in front (OWASP, CSV Injection); numbers are written as they are.
    """

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=False)
        self._csv = csv.writer(self._text)
        self._csv.writerow([column.name for column in columns])

    def write(self, row: Row) -> None:
        """Write one row."""
        self._csv.writerow([csv_cell(cell) for cell in row])

    def close(self) -> None:
        """Pass what is buffered on to the stream, which stays open."""
        self._text.flush()
        self._text.detach()


class JsonLinesWriter:
    """One JSON object a line, in UTF-8: lists are arrays, what is not known is null."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._stream = stream
        self._names = [column.name for column in columns]

    def write(self, row: Row) -> None:
        """Write one row."""
        record = dict(zip(self._names, row, strict=True))
        self._stream.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Do nothing: every row has been passed on."""


def csv_cell(cell: Cell) -> str | int | float:
    """Return `cell` as it stands in a CSV file.

    >>> csv_cell("=1+1"), csv_cell(-5), csv_cell(["a", "b"]), csv_cell(None)
    ("'=1+1", -5, 'a | b', '')
    """
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, list):
        text = LIST_SEPARATOR.join(cell)
    else:
        return "" if cell is None else cell
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def write_rows(rows: Iterable[Row], dataset: Dataset, paths: dict[Format, Path]) -> int:
    """Write the `rows` of `dataset` to all of `paths` in one pass; return how many there were."""
    count = 0
    with ExitStack() as stack:
        writers = [_writer(kind, stack.enter_context(packed(kind, path)), dataset) for kind, path in paths.items()]
        for row in rows:
            count += 1
            for writer in writers:
                writer.write(row)
        for writer in writers:
            writer.close()
    return count


def _writer(kind: Format, stream: BinaryIO, dataset: Dataset) -> RowWriter:
    match kind.partition(".")[0]:
        case "csv":
            return CsvWriter(stream, dataset.columns)
        case "xlsx":
            return XlsxWriter(stream, dataset.columns)
        case "geojson":
            return GeoJsonWriter(stream, dataset)
        case "jsonld":
            return JsonLdWriter(stream, dataset)
        case "ngsild":
            return NgsiLdWriter(stream, dataset)
        case "ttl":
            return CubeWriter(stream, dataset)
        case _:
            return JsonLinesWriter(stream, dataset.columns)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def packed(kind: Format, path: Path) -> Iterator[BinaryIO]:
    """Open `path` for writing what is packed as `kind` says; gzip without name and time (RFC 1952)."""
    with path.open("wb", buffering=_BUFFER) as raw:
        match packing_of(kind):
            case "gzip":
                with igzip.IGzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as stream:  # type: ignore[no-untyped-call]
                    even = _Even(cast("BinaryIO", stream))
                    yield cast("BinaryIO", even)
                    even.finish()
            case "zstd":
                with zstandard.ZstdCompressor(_ZSTD_LEVEL).stream_writer(raw, closefd=False) as stream:
                    even = _Even(cast("BinaryIO", stream))
                    yield cast("BinaryIO", even)
                    even.finish()
            case _:
                yield raw


class _Even(io.RawIOBase):
    """Passes on what it is given in pieces of one size: what a compressor makes may depend on how it is fed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Say that one can write into it."""
        return True

    def write(self, content: Any) -> int:
        """Take `content`."""
        self._waiting += content
        end = len(self._waiting) // _BUFFER * _BUFFER
        for begin in range(0, end, _BUFFER):
            self._stream.write(self._waiting[begin : begin + _BUFFER])
        del self._waiting[:end]
        return len(content)

    def finish(self) -> None:
        """Pass on what is still there."""
        self._stream.write(self._waiting)
        self._waiting.clear()
