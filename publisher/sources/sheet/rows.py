"""Rows: what all kinds of sheet come down to, and the text of a cell."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import NamedTuple

MAX_COLUMNS = 256
MAX_CELL = 32_767
"""Characters that Excel allows in a cell; what is longer is no cell of a list."""

MAX_ROW = 1024 * 1024
"""Bytes of a row; what is longer is no row."""

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Row(NamedTuple):
    """One row: its number in the sheet, counted from 1 as the program shows it, and its cells as text.

    `fault` says why the row cannot be read ("" when it can); `raw` is then what it was.
    """

    number: int
    cells: tuple[str, ...]
    rule: str = ""
    fault: str = ""
    raw: bytes = b""


def text_of(value: object) -> str:
    """Return a cell's value as a person reads it: whole numbers without ".0", dates as ISO dates, errors as nothing.

    >>> text_of(2009.0), text_of(datetime(2009, 5, 1)), text_of("#REF!"), text_of(None)
    ('2009', '2009-05-01', '', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return clean(str(value))


def clean(text: str) -> str:
    """Return the text of a cell without invisible characters, control characters and the names of errors."""
    text = _CONTROLS.sub(" ", _INVISIBLE.sub("", text)).strip()
    return "" if text in _ERRORS else text[:MAX_CELL]
