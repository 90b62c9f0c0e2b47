"""Libraries on a map of their own: points on a net of meridians and parallels, without tiles and without boundaries.

Nobody else's server is asked, nothing is drawn that we do not know, and the map says no more than the list beside it.
The projection is equirectangular, true to scale along the middle parallel: at the size of a province that is as good as
any other (Snyder, Map Projections: A Working Manual, 1987, chapter 12).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from publisher.site.reader import Reader
from publisher.site.thing import Thing
from publisher.site.visit import Visit

WIDTH = 420
"""The width of a map in its own units; style sheets make it as wide as there is room."""
_SMALLEST = 0.12
"""Degrees that a map spans at least: a single library stands in its neighbourhood."""
_MARGIN = 0.18
_APART = 30.0
"""Units within which markers would cover each other: such libraries share one."""
_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_AROUND = 60
"""With more libraries than this, only those that are meant are drawn."""
MOST = 1_000
"""Libraries that are listed and drawn."""
_KILOMETRES = 111.32
"""Of one degree of latitude, and of one of longitude on the equator."""


class Site(NamedTuple):
    """A library on the map: its number in the list, its name, and where it is in degrees."""

    number: int
    name: str
    latitude: float
    longitude: float
    place: str = ""
    iri: str = ""


class Marker(NamedTuple):
    """A point of the map; several libraries share it when they are too near to each other to be told apart."""

    x: float
    y: float
    sites: tuple[Site, ...]
    strong: bool

    @property
    def numbers(self) -> str:
        """The numbers of its libraries, as the list has them: "1, 4"; "1–9" when there are many."""
        every = [str(site.number) for site in self.sites]
        return ", ".join(every) if len(every) < 4 else f"{every[0]}–{every[-1]}"

    @property
    def place(self) -> str:
        """What the place is called."""
        return next((site.place for site in self.sites if site.place), "")

    @property
    def at_the_edge(self) -> bool:
        """Whether there is more room for words on its left."""
        return self.x > WIDTH * 0.62


class Line(NamedTuple):
    """A meridian or a parallel: where it is, and what it is called ("108°")."""

    at: float
    label: str


class Map(NamedTuple):
    """Everything that a drawing needs. Lengths are in the map's units; `bar` is the length of `kilometres`."""

    height: float
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    markers: tuple[Marker, ...]
    bar: float
    kilometres: int


def sites(libraries: Iterable[Thing]) -> list[Site]:
    """Return those of `libraries` whose coordinates are known, numbered by their place in the list."""
    found = []
    for number, library in enumerate(libraries, start=1):
        for point in library.things("schema:geo")[:1]:
            try:
                latitude, longitude = float(point.text("schema:latitude")), float(point.text("schema:longitude"))
            except ValueError:  # a library without a point is in the list beside the map
                continue
            place = next((where.text("schema:addressLocality") for where in library.things("schema:address")), "")
            found.append(Site(number, library.label, latitude, longitude, place, library.iri))
    return found


_known: WeakKeyDictionary[Reader, dict[str, list[Site]]] = WeakKeyDictionary()


def around(now: Visit, libraries: Collection[str]) -> Map | None:
    """Return where `libraries` (IRIs) are, among the others when those are few; None when nobody knows."""
    by_language = _known.setdefault(now.reader, {})
    if now.language not in by_language:
        rows = now.reader.ledger.entities_in_order("library", limit=MOST)
        by_language[now.language] = sites(now.thing(row.iri) for row in rows)
    every = by_language[now.language]
    strong = [site for site in every if site.iri in libraries]
    return drawn(every if len(every) <= _AROUND else strong, {site.number for site in strong}) if strong else None


def drawn(every: Collection[Site], strong: Collection[int] = ()) -> Map | None:
    """Return the map of `every` site, None when there is none; the numbers in `strong` stand out, without any all do.

    >>> map = drawn([Site(1, "Kon Tum", 14.35, 108.0), Site(2, "Đăk Tô", 14.66, 107.84)])
    >>> [marker.numbers for marker in map.markers], map.kilometres
    (['2', '1'], 10)
    """
    if not every:
        return None
    south, north = _span(site.latitude for site in every)
    squeezed = max(math.cos(math.radians((south + north) / 2)), 0.1)
    west, east = _span((site.longitude for site in every), (north - south) / squeezed * 0.75)
    missing = (east - west) * squeezed * 0.5 - (north - south)
    if missing > 0:  # no flatter than two to one
        south, north = south - missing / 2, north + missing / 2
    unit = WIDTH / ((east - west) * squeezed)

    def x(longitude: float) -> float:
        return round((longitude - west) * squeezed * unit, 1)

    def y(latitude: float) -> float:
        return round((north - latitude) * unit, 1)

    step = next((each for each in _STEPS if (east - west) / each <= 5), _STEPS[-1])
    kilometres = _round_number((east - west) * squeezed * _KILOMETRES / 4)
    return Map(
        height=round((north - south) * unit, 1),
        meridians=tuple(Line(x(at), _degrees(at)) for at in _multiples(west, east, step)),
        parallels=tuple(Line(y(at), _degrees(at)) for at in _multiples(south, north, step)),
        markers=_markers([(x(site.longitude), y(site.latitude), site) for site in every], strong),
        bar=round(kilometres / _KILOMETRES * unit, 1),
        kilometres=kilometres,
    )


def _span(values: Iterable[float], least: float = _SMALLEST) -> tuple[float, float]:
    """Return from where to where the map goes: all values with a margin, and no less than `least`."""
    known = sorted(values)
    wide = max((known[-1] - known[0]) * (1 + 2 * _MARGIN), least)
    middle = (known[0] + known[-1]) / 2
    return middle - wide / 2, middle + wide / 2


def _multiples(first: float, last: float, step: float) -> list[float]:
    return [number * step for number in range(math.ceil(first / step), math.floor(last / step) + 1)]


def _degrees(value: float) -> str:
    return f"{round(value, 2):g}°"


def _round_number(value: float) -> int:
    """Return the greatest of 1, 2, 5, 10, 20, 50 ... that is no more than `value`.

    >>> _round_number(37.5), _round_number(0.4)
    (20, 1)
    """
    power = 10 ** math.floor(math.log10(max(value, 1)))
    return int(next(factor * power for factor in (5, 2, 1) if factor * power <= max(value, 1)))


def _markers(points: list[tuple[float, float, Site]], strong: Collection[int]) -> tuple[Marker, ...]:
    """Return a marker for each group of near points, from north to south, so that the keyboard goes down the map."""
    groups: list[list[tuple[float, float, Site]]] = []
    for point in points:
        for group in groups:
            if any(math.dist(other[:2], point[:2]) < _APART for other in group):
                group.append(point)
                break
        else:
            groups.append([point])
    made = [
        Marker(
            round(sum(x for x, _, _ in group) / len(group), 1),
            round(sum(y for _, y, _ in group) / len(group), 1),
            tuple(site for _, _, site in group),
            not strong or any(site.number in strong for _, _, site in group),
        )
        for group in groups
    ]
    return tuple(sorted(made, key=lambda marker: (marker.y, marker.x)))
