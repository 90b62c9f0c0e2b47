"""LibreOffice sheets (OASIS OpenDocument 1.3, part 3, section 9), read row by row out of `content.xml`.

odfpy builds the whole document first and expands no repetitions, so that a sheet of 100,000 rows needs gigabytes, and
one with a far stray cell has no end; hence our own reading of the three elements that matter.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO

from lxml import etree

from publisher.errors import SourceError
from publisher.sources.sheet.archive import unpacked
from publisher.sources.sheet.rows import MAX_COLUMNS, Row, text_of
from publisher.sources.stream import ByteStream

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MAX_REPEATED = 1000


def sheets(stream: ByteStream) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the sheets with their names; each must be read before the next is asked for.

    Raises `SourceError` when the document is damaged or protected.
    """
    with unpacked(stream) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise SourceError(f"{stream.name} is protected by a password; save it without one.")
                with archive.open("content.xml") as content:
                    yield from _Reader(content).sheets()
        except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
            raise SourceError(
                f"{stream.name} is a damaged LibreOffice sheet ({str(error)[:100]}); open it and save it again."
            ) from None


class _Reader:
    """Goes through `content.xml` once, forgetting each row behind it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._events = etree.iterparse(
            content,
            events=("start", "end"),
            tag=(_TABLE + "table", _TABLE + "table-row"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        )

    def sheets(self) -> Iterator[tuple[str, Iterator[Row]]]:
        for event, element in self._events:
            if event == "start" and element.tag == _TABLE + "table":
                yield element.get(_TABLE + "name", ""), self._rows()

    def _rows(self) -> Iterator[Row]:
        number = 1
        for event, element in self._events:
            if event == "start":
                continue
            if element.tag == _TABLE + "table":
                element.clear()
                return
            repeated = _repeated(element, "number-rows-repeated")
            cells = _cells(element)
            if any(cells):
                for again in range(min(repeated, _MAX_REPEATED)):
                    yield Row(number + again, tuple(cells))
            number += repeated
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _cells(row: etree._Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        text = _value(cell)
        cells.extend([text] * min(_repeated(cell, "number-columns-repeated"), MAX_COLUMNS - len(cells)))
        if len(cells) >= MAX_COLUMNS:
            break
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _value(cell: etree._Element) -> str:
    """Return a cell as text: numbers and dates by their value, since the text shown is rounded or formatted."""
    kind = cell.get(_OFFICE + "value-type", "")
    if kind == "float":
        try:
            return text_of(float(cell.get(_OFFICE + "value", "")))
        except ValueError:
            pass  # a number that is none: what the cell shows is all there is
    elif kind == "date":
        return cell.get(_OFFICE + "date-value", "").removesuffix("T00:00:00")
    return text_of("\n".join("".join(map(str, paragraph.itertext())) for paragraph in cell.iterchildren(_TEXT + "p")))


def _repeated(element: etree._Element, name: str) -> int:
    value = element.get(_TABLE + name, "1")
    return max(1, int(value)) if value.isdigit() and len(value) < 9 else 1
