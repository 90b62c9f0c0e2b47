"""The sheet that libraries fill in once a year: one row a library and year, in CSV, XLSX or ODS.

Nothing is guessed: a cell that is no number is left out and counted, a row without a library or a year is too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from publisher.config import Settings
from publisher.errors import ExportError, SourceError
from publisher.exports.declaration import Column, Dataset
from publisher.exports.rows import Cell, Row
from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold
from publisher.sources.sheet.reader import sheets
from publisher.sources.stream import ByteStream

_LEVELS = "library-types"


class SheetRows:
    """The rows of the sheet that `settings` name; the columns are those of `dataset`, under their names or titles."""

    def __init__(self, settings: Settings, dataset: Dataset) -> None:
        self.warnings: Counter[str] = Counter()
        self._settings = settings
        self._columns = dataset.columns
        self._headings = {
            _heading(name): column
            for column in dataset.columns
            for name in (column.name, column.title.vi, column.title.en)
        }

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys; raises `ExportError` when the sheet cannot be read."""
        found: dict[str, dict[str, Cell]] = {}
        path = self._settings.indicators.sheet
        for number, cells in self._read(path) if path else ():
            cells["level"] = self._level(cells)
            if not cells["library"] or not cells["year"] or not cells["level"]:
                self.warnings[f"row {number}: the library, its level or the year is not known; it was left out"] += 1
                continue
            cells["key"] = key = f"{cells['year']} {cells['library']}"
            if key in found:
                self.warnings[f"row {number}: {key} is there already; it was left out"] += 1
                continue
            found[key] = cells
        for key in sorted(found):
            yield [found[key].get(column.name) for column in self._columns]

    def _read(self, path: Path) -> Iterator[tuple[int, dict[str, Cell]]]:
        format = path.suffix.lstrip(".").lower()
        if format not in ("csv", "xlsx", "ods"):
            raise ExportError(f"{path}: indicators.sheet must be a file of CSV, XLSX or ODS.")
        try:
            with path.open("rb") as raw:
                for _, rows in sheets(ByteStream(raw, path.name), format):
                    known: list[Column | None] = []
                    for row in rows:
                        if known:
                            if any(row.cells):
                                yield row.number, self._cells(row.number, known, row.cells)
                        else:
                            known = self._known(path, row.cells)
                    return  # the first sheet is the one
        except OSError as problem:
            raise ExportError(f"{path}: the sheet cannot be read ({problem.strerror}).") from None
        except SourceError as problem:
            raise ExportError(f"{path}: the sheet cannot be read ({problem}).") from None

    def _known(self, path: Path, headings: tuple[str, ...]) -> list[Column | None]:
        known = [self._headings.get(_heading(text)) for text in headings]
        names = {column.name for column in known if column}
        if not {"library", "year"} <= names:
            raise ExportError(
                f"{path}: the first row must have the headings of the columns, library and year among them; "
                f"it has {', '.join(headings)}."
            )
        for heading, column in zip(headings, known, strict=True):
            if heading and column is None:
                self.warnings[f'the heading "{heading}" is not known; its column was left out'] += 1
        return known

    def _cells(self, number: int, known: list[Column | None], texts: tuple[str, ...]) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        for column, text in zip(known, texts, strict=False):
            if column is None or not text.strip():
                continue
            value: Cell = text.strip()
            if column.type == "integer":
                value = _number(text)
                if value is None:
                    self.warnings[f"row {number}: {column.name} is no number; it was left out"] += 1
            cells[column.name] = value
        return {"library": None, "year": None, **cells}

    def _level(self, cells: dict[str, Cell]) -> str | None:
        """Return the level that the sheet gives, by its code or its name, or else that of the library in rong.toml."""
        said = _heading(str(cells.get("level") or ""))
        for code in codelist(_LEVELS).values():
            names = [_heading(code.code), _heading(code.vi), _heading(code.en)]
            if said and said in (*names, names[1].removeprefix("thu vien ")):
                return code.code
        library = self._settings.library(str(cells["library"]))
        return library.level if library and not said else None


def _heading(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").split())


def _number(text: str) -> int | None:
    """Return a whole number as people write it in a sheet.

    >>> _number("12.500"), _number("12 500"), _number("12500.0"), _number("some"), _number("-3")
    (12500, 12500, 12500, None, None)
    """
    plain = text.strip().replace("\xa0", " ").removesuffix(".0")
    parts = plain.replace(" ", ".").replace(",", ".").split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts) > 1 and any(len(part) != 3 for part in parts[1:]):
        return None
    return int("".join(parts))
