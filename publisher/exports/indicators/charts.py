"""Numbers as bars: an SVG drawn once, when the release is made, with no script and no style of its own.

The table beside it says the same, so for those who do not see it the chart has a name only.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from publisher.exports.indicators.measured import Observation
from publisher.exports.indicators.programme import Unit

MOST = 15
"""Bars in one chart; the table has all."""

_WIDTH, _NUMBERS = 400, 90
"""Narrow: its texts can be read when it is as wide as a telephone; the style sheet lets it grow a little."""

_BAR = 16
_SHORT, _LETTER = 10, 9
"""As many letters find room beside their bar; longer labels stand above it."""

_LONGEST = 46


def bars(title: str, unit: Unit, seen: Sequence[Observation], language: str) -> str:
    """Return a chart of the numbers `seen`, "" where there are none; `language` is "vi" or "en".

    The line across the bars is the target.
    """
    if not seen:
        return ""
    shown = seen[:MOST]
    targets = [each.target for each in shown if each.target is not None]
    top = 100.0 if unit == "percent" else max([each.value for each in shown] + targets) or 1.0
    labels = [_label(each, language) for each in shown]
    longest = max(map(len, labels))
    beside = longest * _LETTER + 8 if longest <= _SHORT else 0
    row = 26 if beside else 44
    room = _WIDTH - beside - _NUMBERS
    height = row * len(shown) + 8
    parts = [
        f'<svg class="bars" viewBox="0 0 {_WIDTH} {height}" width="100%" role="img" '
        f'aria-label="{escape(title, quote=True)}" xmlns="http://www.w3.org/2000/svg">'
    ]
    for number, (each, label) in enumerate(zip(shown, labels, strict=True)):
        y = 4 + number * row + (0 if beside else 18)
        length = round(min(each.value / top, 1) * room, 1)
        middle = y + _BAR - 3
        place = f'x="{beside - 8}" y="{middle}" text-anchor="end"' if beside else f'x="0" y="{y - 5}"'
        parts.append(
            f'<text {place} font-size="14" fill="currentColor">{escape(label)}</text>'
            f'<rect x="{beside}" y="{y}" width="{room}" height="{_BAR}" fill="currentColor" opacity="0.08"/>'
            f'<rect x="{beside}" y="{y}" width="{length}" height="{_BAR}" fill="currentColor" opacity="0.75"/>'
            f'<text x="{_WIDTH - _NUMBERS + 8}" y="{middle}" font-size="14" fill="currentColor">'
            f"{written(each.value, unit, language)}</text>"
        )
        if each.target is not None:
            x = beside + round(min(each.target / top, 1) * room, 1)
            parts.append(
                f'<line x1="{x}" x2="{x}" y1="{y - 3}" y2="{y + _BAR + 3}" stroke="currentColor" stroke-width="2"/>'
            )
    return "".join(parts) + "</svg>"


def counted(title: str, counts: Sequence[tuple[str, int]], language: str) -> str:
    """Return a chart of how many rows of a dataset have each value."""
    seen = [Observation(key=value, group=value, label=value, label_en=value, part=n, value=n) for value, n in counts]
    return bars(title, "count", seen, language)


def written(value: float, unit: Unit, language: str) -> str:
    """Return a number as people of `language` write it.

    >>> written(1234.5, "count", "vi"), written(66.6667, "percent", "en"), written(0.4512, "ratio", "vi")
    ('1.234,5', '66.7 %', '0,45')
    """
    text = f"{value:,.2f}" if unit == "ratio" else f"{value:,.1f}".removesuffix(".0")
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{text} %" if unit == "percent" else text


def _label(each: Observation, language: str) -> str:
    name = each.label_en if language == "en" else each.label
    text = " · ".join(filter(None, (name, str(each.year or ""))))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
