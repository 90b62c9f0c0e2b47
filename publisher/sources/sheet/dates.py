"""The year of publication out of a cell: a year, a date, or the number by which Excel keeps a date."""

from __future__ import annotations

import re
from datetime import date, timedelta

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's count, which holds 1900 for a leap year (ISO/IEC 29500-1, 18.17.4.1)."""


def year_of(text: str) -> tuple[str, str]:
    """Return the year that `text` tells ("" for none) and what is doubtful about it.

    Doubts do not repeat the cell: a telephone number may stand in it by mistake, and the ledger is read by many.

    >>> year_of("39814")
    ('2009', 'the year is a date as Excel counts them; read as its year')
    >>> year_of("2009-05-01"), year_of("199")
    (('2009', ''), ('', 'what the sheet gives as the year is none'))
    """
    if text.isdigit() and len(text) == 5 and 10000 < int(text) < 60000:
        day = _EPOCH + timedelta(days=int(text))
        return str(day.year), "the year is a date as Excel counts them; read as its year"
    found = _YEAR.search(text)
    if found:
        return found.group(), ""
    return "", "what the sheet gives as the year is none" if text else ""
