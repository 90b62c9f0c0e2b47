"""Dates, numbers and sizes as people of a language write them (Babel, CLDR)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_UNITS = ("B", "kB", "MB", "GB", "TB")


class Locally:
    """Writes in the manner of one language, "vi" or "en"."""

    def __init__(self, language: str) -> None:
        self._locale = Locale.parse("en_GB" if language == "en" else "vi_VN")
        # CLDR's long form for Vietnamese has a comma before the year; people write "năm".
        self._day = "d MMMM y" if language == "en" else "d 'tháng' M 'năm' y"
        self.number = partial(format_decimal, locale=self._locale)

    def date(self, moment: datetime) -> str:
        """Return the day of `moment`, in Vietnam."""
        return format_date(moment.astimezone(_ZONE), self._day, locale=self._locale)

    def day(self, iso: str) -> str:
        """Return a day in ISO 8601 as people write it; what is no such day is returned as it is."""
        try:
            return format_date(date.fromisoformat(iso), self._day, locale=self._locale)
        except ValueError:
            return iso

    def time(self, moment: datetime) -> str:
        """Return `moment` to the minute, in Vietnam."""
        return format_datetime(moment, f"{self._day}, HH:mm", tzinfo=_ZONE, locale=self._locale)

    def size(self, count: int) -> str:
        """Return a number of bytes with a decimal unit, as file managers show it."""
        value, unit = float(count), 0
        while value >= 1000 and unit < len(_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        return f"{self.number(round(value, 1 if unit else 0))} {_UNITS[unit]}"

    def enumeration(self, words: list[str]) -> str:
        """Return `words` as a list in a sentence."""
        return format_list(words, locale=self._locale)
