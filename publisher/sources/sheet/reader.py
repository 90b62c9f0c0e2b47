"""Reading a sheet: its tables, then its titles; and saying what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.errors import SourceError
from publisher.sources.guess import encoding_of
from publisher.sources.raw import RawRecord, Rejected
from publisher.sources.sheet import delimited, ods, xlsx
from publisher.sources.sheet.columns import TITLE
from publisher.sources.sheet.mapping import Mapping, proposal
from publisher.sources.sheet.rows import Row
from publisher.sources.sheet.table import Table, no_table, table_in
from publisher.sources.sheet.titles import Titles
from publisher.sources.stream import ByteStream


def records(
    stream: ByteStream, format: str, encoding: str = "", mapping: Mapping | None = None
) -> Iterator[RawRecord | Rejected]:
    """Yield the titles of a sheet, and a `Rejected` for each row that is of no title.

    Their position is the number of the (first) row, as Excel shows it. Without a `mapping` the usual headings are
    known. Raises `SourceError` when no sheet has headings that are known, or the file is damaged.
    """
    titles = Titles(stream.name, format, mapping)
    without: list[tuple[str, list[Row]]] = []
    found = 0
    for name, rows in sheets(stream, format, encoding):
        if mapping is not None and mapping.sheet not in ("", name):
            continue
        table = table_in(name, rows, mapping)
        if isinstance(table, Table):
            found += 1
            yield from titles.add(table)
        elif table:
            without.append((name, table))
    if not found:
        if mapping is not None and mapping.sheet and not without:
            raise SourceError(f'{stream.name} has no sheet "{mapping.sheet}"; correct the name in the mapping file.')
        if not without:
            raise SourceError(f"{stream.name} is an empty sheet; check that it was saved with its rows.")
        raise no_table(stream.name, without[0][1])
    for name, first in without:
        yield titles.refused(name, first)
    yield from titles.records()


def sheets(stream: ByteStream, format: str, encoding: str = "") -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the sheets of a file with their names ("" in CSV); each must be read before the next is asked for."""
    if format == "xlsx":
        return xlsx.sheets(stream)
    if format == "ods":
        return ods.sheets(stream)
    return iter([("", delimited.rows(stream, encoding or encoding_of(stream.peek())))])


@dataclass(frozen=True)
class Look:
    """What a sheet looks like: its heading row, its headings, and how many rows of how many titles are below."""

    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    meanings: tuple[str, ...]
    rows: int

    def proposal(self) -> str:
        """Return a mapping file for it."""
        return proposal(self.headings, self.sheet, self.heading_row)


def proposed(looks: list[Look]) -> str:
    """Return one mapping file for all sheets with titles, or for the one that is known best; "" without headings.

    A mapping that names one sheet leaves the others out: where several have titles it names none.
    """
    titled = [look for look in looks if TITLE in look.meanings]
    if len(titled) > 1:
        found: dict[str, str] = {}
        for look in titled:
            for heading, meaning in zip(look.headings, look.meanings, strict=False):
                found[heading] = meaning or found.get(heading, "")
        return proposal(list(found), known=list(found.values()))
    best = max(looks, key=lambda look: sum(map(bool, look.meanings)), default=None)
    return best.proposal() if best is not None and any(each.strip() for each in best.headings) else ""


def looked_at(stream: ByteStream, format: str, encoding: str = "", mapping: Mapping | None = None) -> list[Look]:
    """Look at every sheet of a file. Where no heading is known the row with the most cells is taken for them."""
    looks: list[Look] = []
    for name, rows in sheets(stream, format, encoding):
        table = table_in(name, rows, mapping)
        if isinstance(table, Table):
            count = sum(1 for row in table.rows if any(row.cells))
            looks.append(Look(name, table.heading_row, table.headings, table.meanings, count))
        elif table:
            widest = max(table, key=lambda row: sum(map(bool, row.cells)))
            count = len(table) + sum(1 for _ in rows)
            looks.append(Look(name, widest.number, widest.cells, ("",) * len(widest.cells), count))
    return looks
