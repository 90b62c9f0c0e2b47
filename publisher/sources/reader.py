"""Reading sources: any catalogue file, folder or stream -> records, or the raw records that are decoded elsewhere.

for record in open_source("catalogue.mrc"):      # a Record or a Rejected
    ...
for raw in raw_records("catalogue.mrc"):         # cheap and plain: send them to workers in batches
    record = decode(raw)                         # in the worker
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from publisher.errors import RecordError, SourceError
from publisher.sources import detect, files, metsfolder
from publisher.sources.describe import Description, label, seen_encoding
from publisher.sources.encodings import register
from publisher.sources.formats import FORMATS
from publisher.sources.raw import RawRecord, Rejected
from publisher.sources.record import Record
from publisher.sources.sheet import reader as sheet
from publisher.sources.sheet.mapping import Mapping, load
from publisher.sources.stream import ByteStream, opened

register()

Source = str | Path | BinaryIO


def open_source(
    source: Source,
    *,
    name: str | None = None,
    format: str | None = None,
    encoding: str | None = None,
    mapping: Path | None = None,
    files_at: str | None = None,
) -> Iterator[Record | Rejected]:
    """Yield every record of `source`, and a `Rejected` for each that cannot be read; none is lost.

    `source` is a path of a file or a folder, "-" for standard input, or a binary stream; plain or gzipped. `name` is
    what it is called in messages and in `Record.source`; by default the path as it was given, for a file of a folder
    the path below that folder behind it. `format` (a key of `FORMATS`) and `encoding` (a Python codec, or "marc-8")
    are found unaided unless they are given. `mapping` is the file that says what the columns of a sheet mean,
    `files_at` the web address of the folder, for the files that a METS document in it names.

    Raises `SourceError` when nothing can be read: no such file, an empty one, one that is no catalogue.
    """
    return map(
        decode, raw_records(source, name=name, format=format, encoding=encoding, mapping=mapping, files_at=files_at)
    )


def raw_records(
    source: Source,
    *,
    name: str | None = None,
    format: str | None = None,
    encoding: str | None = None,
    mapping: Path | None = None,
    files_at: str | None = None,
) -> Iterator[RawRecord | Rejected]:
    """Yield the records of `source` cut out but not decoded, in order and in constant memory; as `open_source`.

    What cannot even be cut out comes as a `Rejected`, which `decode` passes through.
    """
    _check(format, encoding)
    columns = load(mapping) if mapping is not None else None
    if _is_folder(source):
        return _of_folder(Path(str(source)), name or str(source), _How(format, encoding, columns, files_at or ""))
    return _of_file(source, name or _name(source), _How(format, encoding, columns, files_at or ""))


def decode(raw: RawRecord | Rejected) -> Record | Rejected:
    """Decode one record that `raw_records` cut out. Never raises: what cannot be read becomes a `Rejected`."""
    if isinstance(raw, Rejected):
        return raw
    try:
        return FORMATS[raw.format].decode(raw)
    except RecordError as error:
        return Rejected(raw.data, raw.source, raw.position, raw.offset, error.rule, error.reason)


def describe(
    source: Source, *, name: str | None = None, format: str | None = None, encoding: str | None = None
) -> list[Description]:
    """Say of each file of `source` how it will be read, by its first 64 KiB. Files that are none are left out.

    Raises `SourceError` as `open_source` does. A stream that is no file is consumed in part.
    """
    _check(format, encoding)
    if not _is_folder(source):
        return [_described(source, name or _name(source), format, encoding)]
    folder, found = Path(str(source)), []
    for path in _catalogue_files(folder, name or str(source)):
        with suppress(SourceError):
            found.append(_described(path, label(folder, name or str(source), path), format, encoding))
    return found


def _described(source: Source, name: str, format: str | None, encoding: str | None) -> Description:
    with opened(source, name) as stream:
        found = format or _recognised(stream)
        codec = _codec(encoding) or FORMATS[found].encoding(stream)
        return Description(name, found, seen_encoding(stream.peek(), codec), stream.compressed)


def _name(source: Source) -> str:
    if isinstance(source, str | Path):
        return "standard input" if str(source) == "-" else str(source)
    return str(getattr(source, "name", "a stream"))


def _is_folder(source: Source) -> bool:
    return isinstance(source, str | Path) and str(source) != "-" and Path(source).is_dir()


def _check(format: str | None, encoding: str | None) -> None:
    if format is not None and format not in FORMATS:
        raise SourceError(f"{format!r} is no format of a source; there are {', '.join(FORMATS)}.")
    try:
        _codec(encoding)
    except LookupError:
        raise SourceError(
            f"{encoding!r} is no encoding; use utf-8, marc-8, cp1258, tcvn-5712-1, tcvn3, vni, viqr, viscii, cp1251 "
            "or another codec of Python."
        ) from None


def _codec(encoding: str | None) -> str:
    """Return Python's name of an encoding, "" for none given."""
    if not encoding:
        return ""
    return "marc-8" if encoding.lower() in ("marc-8", "marc8") else codecs.lookup(encoding).name


class _How(NamedTuple):
    """How a source is to be read; what is None is found unaided."""

    format: str | None
    encoding: str | None
    columns: Mapping | None
    web: str = ""


def _of_file(source: Source, name: str, how: _How) -> Iterator[RawRecord | Rejected]:
    with opened(source, name, how.web) as stream:
        found = how.format or _recognised(stream, how.columns is not None)
        reader = FORMATS[found]
        codec = _codec(how.encoding) or reader.encoding(stream)
        if reader.split is None:
            yield from _of_sheet(stream, found, codec, how.columns)
            return
        position = 0
        for position, (offset, data, rule, reason, frame) in enumerate(reader.split(stream), start=1):
            if rule:
                yield Rejected(data, name, position, offset, rule, reason)
            else:
                yield RawRecord(data, name, position, offset, found, codec, frame)
        if stream.fault:
            yield Rejected(b"", name, position + 1, stream.offset, "source-truncated", stream.fault)
        elif not position:
            raise SourceError(f"{name} holds no record; check that the export is complete.")


def _of_sheet(stream: ByteStream, format: str, codec: str, columns: Mapping | None) -> Iterator[RawRecord | Rejected]:
    last = 0
    for item in sheet.records(stream, format, codec, columns):
        last = item.position
        yield item
    if stream.fault:
        yield Rejected(b"", stream.name, last + 1, stream.offset, "source-truncated", stream.fault)
    elif not last:
        raise SourceError(f"{stream.name} has no rows under its headings; check that it was saved with them.")


def _recognised(stream: ByteStream, is_sheet: bool = False) -> str:
    head = stream.peek()
    found = detect.format_of(head)
    if found in ("", "titles") and is_sheet and head.strip() and b"\x00" not in head and not detect.foreign(head):
        # With a mapping its headings need not be the usual ones.
        found = "csv"
    if not found:
        if stream.fault:
            raise SourceError(f"{stream.name} cannot be read: {stream.fault}.")
        raise SourceError(
            f"{stream.name} is {detect.describe_unknown(head)}, not a catalogue file; "
            "export the catalogue as ISO 2709 (.mrc) or MARCXML, or a list as CSV, .xlsx or .ods with its headings."
        )
    return found


def _of_folder(folder: Path, name: str, how: _How) -> Iterator[RawRecord | Rejected]:
    """Read the catalogue files below `folder` in the order of their paths; one that is none costs only itself.

    A file that a METS document names is part of that document and no source of its own.
    """
    paths = _catalogue_files(folder, name)
    refused: list[SourceError] = []
    for path in paths:
        try:
            web = "/".join([how.web.rstrip("/"), *map(quote, path.relative_to(folder).parts[:-1])]) if how.web else ""
            yield from _of_file(path, label(folder, name, path), how._replace(web=web))
        except SourceError as error:
            refused.append(error)
            if len(refused) == len(paths):
                raise
            yield Rejected(b"", label(folder, name, path), 1, 0, "source-unreadable", str(error))


def _catalogue_files(folder: Path, name: str) -> list[Path]:
    paths = files.catalogue_files(folder)
    if not paths:
        endings = ", ".join(sorted(files.SUFFIXES))
        raise SourceError(f"{name} has no catalogue files ({endings}, plain or .gz); check the path.")
    return metsfolder.without_parts(paths)
