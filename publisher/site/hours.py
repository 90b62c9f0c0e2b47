"""Opening hours in words: schema.org's "Mo-Fr 07:30-11:00" as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.site.translations import Phrases

_ORDER = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")


def in_words(lines: Iterable[str], t: Phrases) -> list[str]:
    """Return opening hours, a line for each group of days, in the order of the week.

    Lines are as schema.org's openingHours has them: days, and the time between which it is open ("" for all day).
    """
    times: dict[str, list[str]] = {}
    for line in lines:
        days, _, time = line.partition(" ")
        times.setdefault(days, []).append(time.replace("-", "–"))
    ordered = sorted(times, key=lambda days: _ORDER.index(days[:2]) if days[:2] in _ORDER else len(_ORDER))
    return [_line(_days(days, t), ", ".join(sorted(time for time in times[days] if time))) for days in ordered]


def _line(days: str, times: str) -> str:
    return f"{days}: {times}" if times else days


def _days(days: str, t: Phrases) -> str:
    groups = (" – ".join(t.get(f"day.{day}", day) for day in group.split("-")) for group in days.split(","))
    return ", ".join(groups)
