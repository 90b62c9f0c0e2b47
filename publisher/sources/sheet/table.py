"""A table: where in a sheet the headings are, what each column means, and the rows below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from publisher.errors import SourceError
from publisher.sources.sheet.columns import TITLE, meanings
from publisher.sources.sheet.mapping import Mapping
from publisher.sources.sheet.rows import Row

_LOOK_AT = 40
_FEWEST = 2
"""Headings that must be known before a row is taken for the headings, unless the mapping says which row it is."""


@dataclass(frozen=True)
class Table:
    """A sheet with headings. `meanings` stands beside `headings`; `rows` are those below, once."""

    sheet: str
    headings: tuple[str, ...]
    meanings: tuple[str, ...]
    heading_row: int
    rows: Iterator[Row]


def table_in(sheet: str, rows: Iterator[Row], mapping: Mapping | None) -> Table | list[Row]:
    """Return the table in a sheet; when it has no headings that are known, its first rows instead."""
    first = list(islice(rows, _LOOK_AT))
    at = _heading_at(first, mapping)
    if at is None:
        return first
    headings = first[at].cells
    below = at + 1
    if below < len(first) and _continues(headings, first[below].cells, mapping):
        headings = _joined(headings, first[below].cells)
        below += 1
    elif at and _crowns(first[at - 1], first[at], mapping):
        headings = _joined(first[at - 1].cells, headings)
    known = _meanings(headings, mapping)
    return Table(sheet, headings, tuple(known), first[at].number, chain(first[below:], rows))


def _heading_at(rows: list[Row], mapping: Mapping | None) -> int | None:
    if mapping is not None and mapping.heading_row:
        return next((at for at, row in enumerate(rows) if row.number == mapping.heading_row), None)
    best, most = None, 0
    for at, row in enumerate(rows):
        known = _meanings(row.cells, mapping)
        count = sum(map(bool, known))
        if TITLE in known and count > most and count >= min(_FEWEST, len(mapping.columns) if mapping else _FEWEST):
            best, most = at, count
    return best


def _meanings(cells: Iterable[str], mapping: Mapping | None) -> list[str]:
    return mapping.meanings(list(cells)) if mapping is not None else meanings(list(cells))


def _continues(upper: tuple[str, ...], lower: tuple[str, ...], mapping: Mapping | None) -> bool:
    """Return whether `lower` is a second row of headings: merged ones above ("Xuất bản"), single ones below them."""
    known = _meanings(lower, mapping)
    above = _meanings(upper, mapping)
    if TITLE not in above:
        return TITLE in known
    title = above.index(TITLE)
    return sum(map(bool, known)) >= _FEWEST and not (title < len(lower) and lower[title])


def _crowns(upper: Row, lower: Row, mapping: Mapping | None) -> bool:
    """Return whether `upper` has the other headings of `lower`: cells merged downwards ("Số ĐKCB") beside a merged one.

    That one stands over the title and its neighbours ("Thông tin sách" over "Nhan đề", "Tác giả").
    """
    if upper.number + 1 != lower.number:
        return False
    cells = (*lower.cells, *[""] * (len(upper.cells) - len(lower.cells)))
    merged = [high if not low else "" for high, low in zip(upper.cells, cells, strict=False)]
    return any(_meanings(merged, mapping))


def _joined(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    above, below = (row + ("",) * (width - len(row)) for row in (upper, lower))
    return tuple(low or high for high, low in zip(above, below, strict=True))


def no_table(name: str, rows: list[Row]) -> SourceError:
    """Return what to say of a file without headings that are known."""
    widest = max(rows, key=lambda row: sum(map(bool, row.cells)), default=None)
    seen = ", ".join(f'"{cell[:30]}"' for cell in (widest.cells if widest else ()) if cell) or "nothing"
    return SourceError(
        f"{name} has no column that is known as a title (its cells are {seen[:200]}); write a mapping file, "
        f"beginning with what `rong source inspect` proposes, and give it as `mapping` of the source."
    )
