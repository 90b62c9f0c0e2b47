"""Files of a dataset, each written once, in a stream, in the same bytes for the same content."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

import orjson
from pyoxigraph import RdfFormat, Store

from publisher.exports.declaration import Column, Format
from publisher.exports.rows import Cell, Row

LIST_SEPARATOR = " | "
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BUFFER = 1 << 20
_GZIP_LEVEL = 6


class RowWriter(Protocol):
    """What takes the rows of a dataset."""

    def write(self, row: Row) -> None:
        """Write one row."""


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
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return cell
    text = LIST_SEPARATOR.join(cell) if isinstance(cell, list) else cell
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def write_rows(rows: Iterable[Row], columns: Sequence[Column], paths: dict[Format, Path]) -> int:
    """Write `rows` to all of `paths` in one pass; return how many there were."""
    count = 0
    with _streams(paths) as streams:
        writers = [
            CsvWriter(stream, columns) if kind == "csv" else JsonLinesWriter(stream, columns)
            for kind, stream in streams.items()
        ]
        for row in rows:
            count += 1
            for writer in writers:
                writer.write(row)
        for writer in writers:
            writer.close()
    return count


def write_graph(store: Store, path: Path) -> int:
    """Write all statements of `store` to `path` as gzipped N-Quads; return how many there are.

    The order is that of the store, whose keys are hashes of the terms: the same statements, the same bytes.
    """
    with _streams({"nq.gz": path}) as streams:
        store.dump(cast("IO[bytes]", streams["nq.gz"]), RdfFormat.N_QUADS)
    return len(store)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _streams(paths: dict[Format, Path]) -> Iterator[dict[Format, BinaryIO]]:
    """Open all `paths` for writing, gzipped (without name and time, RFC 1952) where the format says so."""
    opened: list[BinaryIO] = []
    streams: dict[Format, BinaryIO] = {}
    try:
        for kind, path in paths.items():
            raw = path.open("wb", buffering=_BUFFER)
            opened.append(raw)
            if kind.endswith(".gz"):
                packed = gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0)
                buffered = io.BufferedWriter(cast("io.RawIOBase", packed), _BUFFER)
                opened.append(cast("BinaryIO", buffered))
                streams[kind] = cast("BinaryIO", buffered)
            else:
                streams[kind] = raw
        yield streams
    finally:
        for stream in reversed(opened):
            stream.close()
