"""The formats that Rông reads, by name: how a file is cut into records and how one is decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from publisher.sources import (
    alto,
    dublincore,
    edm,
    iso2709,
    lines,
    marcjson,
    marcxml,
    mets,
    mods,
    printable,
    titlelist,
)
from publisher.sources.guess import encoding_of
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.sheet import marc as sheet
from publisher.sources.stream import ByteStream


def _by_words(stream: ByteStream) -> str:
    return encoding_of(stream.peek())


def _by_declaration(stream: ByteStream) -> str:
    return marcxml.declared_encoding(stream.peek(1024))


def _unicode(stream: ByteStream) -> str:
    return "utf-8"


class Format(NamedTuple):
    """How one format is read.

    `split` cuts a stream into pieces without understanding them, `decode` makes a record of one or raises
    `RecordError`, `encoding` says what all records of the file are in, "" if each is looked at by itself. A sheet has
    no `split`: its rows are gathered first (`publisher.sources.sheet.reader`).
    """

    title: str
    title_vi: str
    split: Callable[[ByteStream], Iterator[Piece]] | None
    decode: Callable[[RawRecord], Record]
    encoding: Callable[[ByteStream], str] = _by_words


FORMATS = {
    "iso2709": Format("ISO 2709", "ISO 2709", iso2709.split, iso2709.decode),
    "marcxml": Format("MARCXML", "MARCXML", marcxml.split, marcxml.decode, _by_declaration),
    "marcjson": Format("MARC-in-JSON", "MARC-in-JSON", marcjson.split, marcjson.decode),
    "mrk": Format("MARCMaker text (.mrk)", "văn bản MARCMaker (.mrk)", lines.split_mrk, lines.decode_mrk),
    "libol": Format(
        "ISO 2709 of Libol (# and $)", "ISO 2709 của Libol (dấu # và $)", printable.split, printable.decode_libol
    ),
    "libol-text": Format(
        "text of Libol (Ldr, #001, ##)", "văn bản của Libol (Ldr, #001, ##)", lines.split_libol, lines.decode_libol
    ),
    "isis": Format(
        "ISO 2709 of CDS/ISIS (# and ^)", "ISO 2709 của CDS/ISIS (dấu # và ^)", printable.split, printable.decode_isis
    ),
    "dublincore": Format("Dublin Core", "Dublin Core", dublincore.split, dublincore.decode, _by_declaration),
    "mods": Format("MODS", "MODS", mods.split, mods.decode, _by_declaration),
    "mets": Format("METS", "METS", mets.split, mets.decode, _by_declaration),
    "edm": Format("EDM (Europeana)", "EDM (Europeana)", edm.split, edm.decode, _by_declaration),
    "alto": Format("ALTO, the text of a page", "ALTO, văn bản một trang", alto.split, alto.decode, _by_declaration),
    "csv": Format("a CSV table", "bảng CSV", None, sheet.decode),
    "xlsx": Format("an Excel sheet (.xlsx)", "bảng tính Excel (.xlsx)", None, sheet.decode, _unicode),
    "titles": Format(
        "a list of titles, one a line", "danh sách nhan đề, mỗi dòng một nhan đề", titlelist.split, titlelist.decode
    ),
    "ods": Format("a LibreOffice sheet (.ods)", "bảng tính LibreOffice (.ods)", None, sheet.decode, _unicode),
}
"""Every format, the name being what `format=` takes."""
