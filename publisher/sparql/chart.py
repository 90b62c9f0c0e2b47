"""Rows as a drawing: bars, a line, or points on a map; SVG made here, so that it needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Term = dict[str, str] | None

_MOST_BARS = 40
_WIDTH = 760
_ROW = 24
_LABELS = 280


def draw(kind: str, columns: Sequence[str], rows: Sequence[Sequence[Term]], title: str) -> str:
    """Return an SVG element for the rows of a result; an empty string when they cannot be drawn.

    A bar or a line takes the first column for the label and the last one for the number; a map takes the columns
    `lat` and `long`, and the first column for the label.
    """
    if kind == "map":
        return _map(columns, rows, title)
    values = [(_text(row[0]), number) for row in rows if (number := _number(row[-1])) is not None and number >= 0]
    if len(values) < 2 or max(value for _, value in values) <= 0:
        return ""
    return _bars(values[:_MOST_BARS], title) if kind == "bar" else _line(values, title)


def _bars(values: Sequence[tuple[str, float]], title: str) -> str:
    most = max(value for _, value in values)
    room = _WIDTH - _LABELS - 80
    lines = []
    for place, (label, value) in enumerate(values):
        top, width = place * _ROW, value / most * room
        shown = label if len(label) <= 38 else label[:37] + "…"
        lines.append(
            f'<text x="{_LABELS - 8}" y="{top + 16}" text-anchor="end">{escape(shown)}</text>'
            f'<rect class="bar" x="{_LABELS}" y="{top + 3}" width="{width:.1f}" height="{_ROW - 6}"/>'
            f'<text x="{_LABELS + width + 6:.1f}" y="{top + 16}">{value:g}</text>'
        )
    return _svg(len(values) * _ROW, title, "".join(lines))


def _line(values: Sequence[tuple[str, float]], title: str) -> str:
    height, margin = 280, 40
    most = max(value for _, value in values)
    step = (_WIDTH - 2 * margin) / max(len(values) - 1, 1)
    points = [
        (margin + place * step, height - margin - value / most * (height - 2 * margin))
        for place, (_, value) in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    bottom = height - margin
    return _svg(
        height,
        title,
        f'<line class="axis" x1="{margin}" y1="{bottom}" x2="{_WIDTH - margin}" y2="{bottom}"/>'
        f'<polyline class="line" points="{path}"/>'
        f'<text x="{margin}" y="{height - 16}">{escape(values[0][0])}</text>'
        f'<text x="{_WIDTH - margin}" y="{height - 16}" text-anchor="end">{escape(values[-1][0])}</text>'
        f'<text x="{margin}" y="{margin - 12}">{most:g}</text>',
    )


def _map(columns: Sequence[str], rows: Sequence[Sequence[Term]], title: str) -> str:
    if "lat" not in columns or "long" not in columns:
        return ""
    north, east = columns.index("lat"), columns.index("long")
    places = [
        (_text(row[0]), lat, long)
        for row in rows
        if (lat := _number(row[north])) is not None and (long := _number(row[east])) is not None
    ]
    if not places:
        return ""
    lowest, leftmost = min(lat for _, lat, _ in places) - 0.05, min(long for _, _, long in places) - 0.05
    span = max(max(lat for _, lat, _ in places) - lowest, max(long for _, _, long in places) - leftmost) + 0.05
    size = 480
    points = []
    for label, lat, long in places:
        x, y = 20 + (long - leftmost) / span * size, 20 + size - (lat - lowest) / span * size
        points.append(
            f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"><title>{escape(label)}</title></circle>'
            f'<text x="{x + 9:.1f}" y="{y + 5:.1f}">{escape(label)}</text>'
        )
    return _svg(size + 40, title, "".join(points))


def _svg(height: int, title: str, content: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )


def _text(term: Term) -> str:
    return term["value"] if term is not None else "–"


def _number(term: Term) -> float | None:
    try:
        return float(term["value"]) if term is not None else None
    except ValueError:
        return None
