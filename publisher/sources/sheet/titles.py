"""Titles out of rows: rows that agree in title, author, edition and so on are copies of one title, wherever they stand.

Rows wait on the disk, not in memory, because copies of one title need not be neighbours.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from itertools import groupby

import orjson

from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import spelled
from publisher.sources.raw import RawRecord, Rejected
from publisher.sources.sheet.columns import SKIP, TITLE
from publisher.sources.sheet.mapping import SAME_TITLE, Mapping
from publisher.sources.sheet.rows import Row
from publisher.sources.sheet.table import Table

Cells = list[tuple[str, str]]
"""What a row says: (meaning, text), empty ones left out."""

_OF_A_COPY = frozenset({"accession", "call_number", "copies", "library", "location", "volume"})


class Titles:
    """Gathers the rows of the tables of one file."""

    def __init__(self, source: str, format: str, mapping: Mapping | None) -> None:
        self._source = source
        self._format = format
        self._key = mapping.key if mapping else SAME_TITLE
        self._frame = orjson.dumps(mapping.defaults.model_dump() if mapping else {})
        # An empty name is a database in a temporary file that goes away with the connection.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._rows.execute("CREATE TABLE rows (key TEXT, sheet INTEGER, number INTEGER, cells BLOB)")
        self._sheets: list[str] = []

    def add(self, table: Table) -> Iterator[Rejected]:
        """Take in the rows of `table`; yield those that are of no title."""
        self._sheets.append(table.sheet)
        self._rows.execute("BEGIN")
        title_above = ""
        for row in table.rows:
            if row.rule:
                yield self._rejected(row, row.rule, row.fault, row.raw)
                continue
            cells = _cells(table, row)
            if not any(row.cells) or row.cells == table.headings:
                continue
            if any(meaning == TITLE for meaning, _ in cells):
                title_above = self._key_of(cells)
            elif not (title_above and cells and all(meaning in _OF_A_COPY for meaning, _ in cells)):
                reason = (
                    f"row {row.number} has no title; fill it in, and when formulas make it, save the file once in "
                    "Excel or LibreOffice so that their results are stored"
                )
                yield self._rejected(row, "row-without-title", reason, _csv(list(table.headings), [row.cells]))
                continue
            self._rows.execute(
                "INSERT INTO rows VALUES (?,?,?,?)", (title_above, len(self._sheets), row.number, orjson.dumps(cells))
            )
        self._rows.execute("COMMIT")

    def records(self) -> Iterator[RawRecord]:
        """Yield each title with all its rows, in the order of their first rows."""
        query = (
            "SELECT rows.key, sheet, number, cells FROM rows JOIN "
            "(SELECT key, min(sheet * 10000000000 + number) AS first FROM rows GROUP BY key) AS firsts USING (key) "
            "ORDER BY first, sheet, number"
        )
        for _, group in groupby(self._rows.execute(query), key=lambda row: row[0]):
            rows = list(group)
            sheet, number = rows[0][1:3]
            content = _csv_of([orjson.loads(row[3]) for row in rows])
            yield RawRecord(content, self._name(sheet), number, number, self._format, "", self._frame)
        self._rows.close()

    def refused(self, sheet: str, rows: list[Row]) -> Rejected:
        """Return what stands for a sheet without headings beside others that have some."""
        raw = _csv([], [row.cells for row in rows])
        reason = f'the sheet "{sheet}" has no column that is known as a title; name its headings in a mapping file'
        return Rejected(
            raw, f"{self._source} [{sheet}]", rows[0].number, rows[0].number, "sheet-without-headings", reason
        )

    def _name(self, sheet: int) -> str:
        name = self._sheets[sheet - 1]
        return f"{self._source} [{name}]" if len(self._sheets) > 1 else self._source

    def _rejected(self, row: Row, rule: str, reason: str, raw: bytes) -> Rejected:
        return Rejected(raw, self._name(len(self._sheets)), row.number, row.number, rule, reason)

    def _key_of(self, cells: Cells) -> str:
        """Return what tells this title from others: a record number alone, else its words without signs and case."""
        said: dict[str, str] = {}
        for meaning, text in cells:
            said[meaning] = f"{said.get(meaning, '')} {text}"
        if "record" in self._key and said.get("record"):
            return "record " + said["record"].strip()
        return "|".join(spelled(said.get(meaning, "")) for meaning in self._key)


def _cells(table: Table, row: Row) -> Cells:
    return [
        (meaning, text)
        for meaning, text in zip(table.meanings, row.cells, strict=False)
        if text and meaning and meaning != SKIP
    ]


def _csv_of(rows: list[Cells]) -> bytes:
    """Return the rows of a title as CSV under the names of the meanings: what is kept, and can be read again."""
    names = codelist("sheet-columns")
    columns: list[str] = []
    for row in rows:
        for meaning in {meaning for meaning, _ in row}:
            times = sum(each == meaning for each, _ in row)
            columns += [meaning] * (times - columns.count(meaning))
    columns.sort()
    lines = []
    for row in rows:
        waiting = list(row)
        line = []
        for meaning in columns:
            found = next((cell for cell in waiting if cell[0] == meaning), None)
            if found:
                waiting.remove(found)
            line.append(found[1] if found else "")
        lines.append(tuple(line))
    return _csv([names[meaning].vi for meaning in columns], lines)


def _csv(headings: list[str], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if headings:
        writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
