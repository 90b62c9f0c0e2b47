"""Lines that wait on the disk for a later stage, packed: statements take a thirteenth of their size.

Such a file may have been gone on with: it has several frames then (RFC 8878, 3.1), which are read as one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard

STATEMENTS = "statements.nt.zst"
"""The statements of a release that is being built, as N-Triples. DuckDB sees by the ending that they are packed."""

_LEVEL = 1
_LINES_AT_ONCE = 10_000


@contextmanager
def spooled(path: Path, mode: str = "wb") -> Iterator[BinaryIO]:
    """Give what packs lines into the file `path`; "ab" goes on with it. Raises OSError."""
    packer = zstandard.ZstdCompressor(_LEVEL, write_checksum=True)
    with path.open(mode) as file, packer.stream_writer(file, closefd=False) as packing:
        yield cast("BinaryIO", packing)


def pack(batches: Iterable[list[bytes]], file: IO[bytes]) -> None:
    """Pack lines into an open file."""
    with zstandard.ZstdCompressor(_LEVEL).stream_writer(file, closefd=False) as packing:
        for lines in batches:
            for begin in range(0, len(lines), _LINES_AT_ONCE):
                packing.write(b"".join(lines[begin : begin + _LINES_AT_ONCE]))


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return the lines that were packed into `file`, which is closed with what is returned."""
    return io.BufferedReader(
        cast("io.RawIOBase", zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)), 1 << 16
    )


def lines_of(path: Path) -> IO[bytes]:
    """Open the lines in the file `path`, packed or not, for reading. Raises OSError."""
    file = path.open("rb")
    return unpacked(file) if path.suffix == ".zst" else file
