"""The ZIP archive that an XLSX or ODS file is, opened only when it is safe to unpack."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from publisher.errors import SourceError
from publisher.sources.stream import ByteStream

MAX_FILE = 256 * 1024 * 1024
"""Bytes that a workbook may have."""

MAX_UNPACKED = 1024 * 1024 * 1024
"""Bytes that its parts may unpack to; a sheet of a million rows has about half of it."""

_MAX_RATIO = 300
_SMALL = 32 * 1024 * 1024


@contextmanager
def unpacked(stream: ByteStream) -> Iterator[IO[bytes]]:
    """Give the workbook as a file that can be searched. Raises `SourceError` for a bomb or a damaged archive."""
    with tempfile.TemporaryFile() as file:
        while data := stream.read():
            file.write(data)
            if file.tell() > MAX_FILE:
                raise SourceError(
                    f"{stream.name} is larger than {MAX_FILE // 1048576} MB; save the sheet as CSV, which has no limit."
                )
        file.seek(0)
        _check(stream.name, cast(IO[bytes], file))
        yield cast(IO[bytes], file)


def _check(name: str, file: IO[bytes]) -> None:
    """Unpack everything once, to nowhere: what an archive says of its sizes need not be true."""
    try:
        with zipfile.ZipFile(file) as archive:
            declared = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist())
            if declared > MAX_UNPACKED or (declared > _SMALL and declared > packed * _MAX_RATIO):
                raise SourceError(
                    f"{name} would unpack to {declared // 1048576} MB from {max(packed // 1024, 1)} KB, which no list "
                    "does; it is damaged or meant to do harm: save the sheet anew as CSV."
                )
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise SourceError(f"{name} is protected by a password; save it without one.")
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise SourceError(f"{name} is a damaged workbook ({error}); open it and save it again.") from None
    if damaged:
        raise SourceError(f"{name} is a damaged workbook (its part {damaged}); open it and save it again.")
    file.seek(0)
