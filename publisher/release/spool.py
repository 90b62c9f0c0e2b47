"""What waits on the disk between the two halves of a build: packed batches in the order in which they came."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from publisher.errors import ReleaseError

_LENGTH = struct.Struct(">Q")


class Spool:
    """A file of packed batches, written once from end to end and then read once; no more than one is in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def add(self, packed: bytes) -> None:
        """Append one batch."""
        self._file.write(_LENGTH.pack(len(packed)))
        self._file.write(packed)

    def __iter__(self) -> Iterator[bytes]:
        self._file.close()
        with self._path.open("rb") as file:
            while head := file.read(_LENGTH.size):
                (length,) = _LENGTH.unpack(head)
                packed = file.read(length)
                if len(packed) != length:
                    raise ReleaseError(f"{self._path} ends too early: the disk is failing, or something else wrote it.")
                yield packed

    def remove(self) -> None:
        """Delete the file."""
        self._file.close()
        self._path.unlink()
