"""Rows as a workbook for Excel and LibreOffice: Office Open XML (ECMA-376, Part 1), written in a stream.

Written by hand because it is done for every row of every release: XlsxWriter takes eight times as long for the same
cells. Texts are inline strings, so nothing in a cell is ever a formula, and memory does not grow with the rows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.sax.saxutils import escape

from isal import isal_zlib

from publisher.exports.declaration import Column

if TYPE_CHECKING:
    from publisher.exports.rows import Cell, Row

EXCEL_CELL = 32_767
EXCEL_ROWS = 1_048_576
LIST_SEPARATOR = " | "
_ROWS_AT_ONCE = 500
_LEVEL = 2
"""Of ISA-L, whose deflate takes a tenth of the time of zlib's; every reader of ZIP archives knows what it writes."""

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP archive can say: the same content, the same bytes
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BEGIN = (
    f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/><sheetData>'
)
_END = "</sheetData></worksheet>"
_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}</font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class XlsxWriter:
    """A workbook: the rows on sheets of Excel's size, after the first row, which has the names of the columns.

    A text longer than Excel's cell is cut there; the other formats have it whole.
    """

    def __init__(self, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self._archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._header = "".join(f'<c s="1" t="inlineStr"><is><t>{column.name}</t></is></c>' for column in columns)
        self._sheets = 0
        self._rows = 0
        self._begin()

    def write(self, row: Row) -> None:
        """Write one row."""
        if self._rows == EXCEL_ROWS:
            self._end()
            self._begin()
        self._rows += 1
        self._waiting.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._pass_on()

    def close(self) -> None:
        """Write what makes a workbook of the sheets; the stream stays open."""
        self._end()
        numbers = range(1, self._sheets + 1)
        sheets = "".join(f'<sheet name="data{n if n > 1 else ""}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        targets = "".join(_relation(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
            for n in numbers
        )
        parts = {
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(targets + _relation(self._sheets + 1, "styles", "styles.xml")),
            "xl/styles.xml": _STYLES,
            "_rels/.rels": _relations(_relation(1, "officeDocument", "xl/workbook.xml")),
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>{types}</Types>'
            ),
        }
        for name, content in parts.items():
            self._archive.writestr(_member(name), _DECLARATION + content, zipfile.ZIP_DEFLATED)
        self._archive.close()

    def _begin(self) -> None:
        self._sheets += 1
        self._rows = 1
        sheet = self._archive.open(_member(f"xl/worksheets/sheet{self._sheets}.xml"), "w", force_zip64=True)
        sheet._compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]
        self._sheet = cast("BinaryIO", sheet)
        self._waiting = [f"{_BEGIN}<row>{self._header}</row>"]

    def _end(self) -> None:
        self._waiting.append(_END)
        self._pass_on()
        self._sheet.close()

    def _pass_on(self) -> None:
        self._sheet.write("".join(self._waiting).encode())
        self._waiting.clear()


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):  # most are: what is most frequent is asked first, a million cells long
        text = cell
    elif isinstance(cell, list):
        text = LIST_SEPARATOR.join(cell)
    else:
        return "<c/>" if cell is None else f"<c><v>{cell}</v></c>"
    if not text:
        return "<c/>"
    if not text.isprintable():
        text = _NOT_XML.sub(" ", text)
    if len(text) > EXCEL_CELL:
        text = text[:EXCEL_CELL]
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _LONG_AGO)
    member.compress_type = zipfile.ZIP_DEFLATED
    member._compresslevel = 1  # type: ignore[attr-defined]  # Python 3.13 gives it a public name
    return member


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(relations: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
