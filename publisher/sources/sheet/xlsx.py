"""Excel workbooks (ISO/IEC 29500, .xlsx), read row by row with openpyxl; of formulas the results that Excel stored."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from publisher.errors import SourceError
from publisher.sources.sheet.archive import unpacked
from publisher.sources.sheet.rows import MAX_COLUMNS, Row, text_of
from publisher.sources.stream import ByteStream


def sheets(stream: ByteStream) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the visible worksheets with their names; each must be read before the next is asked for.

    Raises `SourceError` when the workbook is damaged.
    """
    import openpyxl  # noqa: PLC0415 - a sixth of what an update imports, and few sources are workbooks

    with unpacked(stream) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which are nothing to a list
        try:
            # Values, not formulas: openpyxl does not calculate, Excel has stored what it calculated.
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception as error:
            raise _damaged(stream, error) from None
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _rows(sheet, stream)


def _rows(sheet: Any, stream: ByteStream) -> Iterator[Row]:
    # The size that a workbook states of its sheets is often wrong, and may be 16,384 columns for one stray cell.
    sheet.reset_dimensions()
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if any(cell is not None for cell in cells):
                yield Row(number, tuple(map(text_of, cells)))
    except SourceError:
        raise
    except Exception as error:
        raise _damaged(stream, error) from None


def _damaged(stream: ByteStream, error: Exception) -> SourceError:
    """Return what to say when openpyxl gives up, whichever of its many exceptions it was."""
    return SourceError(
        f"{stream.name} is a damaged Excel workbook ({type(error).__name__}: {' '.join(str(error).split())[:100]}); "
        "open it in Excel or LibreOffice and save it again, or save the sheet as CSV."
    )
