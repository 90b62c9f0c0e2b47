"""Places with the time in which they were: provinces, districts and communes, and what replaced them.

The data is in `vocab/` (regions, provinces, provinces-earlier, districts-quangngai, communes-quangngai), each list with
its source and date. A place of before a merger and the one of the same name after it are two: Quảng Ngãi Province of
1989-2025 is not the one since 1 July 2025, of which Kon Tum is a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.rdf.codelists import Code, codelist

COUNTRY, REGION, PROVINCE, DISTRICT, COMMUNE = "country", "region", "province", "district", "commune"
LISTS = (
    ("regions", REGION),
    ("provinces", PROVINCE),
    ("provinces-earlier", PROVINCE),
    ("districts-quangngai", DISTRICT),
    ("communes-quangngai", COMMUNE),
)
"""The lists of places and the level of the places in each."""


class Place(NamedTuple):
    """One place in the time in which it was; dates are days or years as in the list, "" where that end is open.

    `part_of`, `replaced_by` and `replaces` are codes. `names` are the name without its kind and the other spellings.
    """

    code: str
    level: str
    vi: str
    en: str
    name: str
    names: tuple[str, ...]
    valid_from: str
    valid_to: str
    part_of: tuple[str, ...]
    replaced_by: tuple[str, ...]
    replaces: tuple[str, ...]
    gso: str
    iso3166: str
    same: tuple[str, ...]

    @property
    def path(self) -> str:
        """What its IRI ends with, below the base: "place/vn-62-2025"."""
        return f"place/{self.code}" if self.code == "vn" else f"place/vn-{self.code}"

    def was_in(self, year: int) -> bool:
        """Return whether it was there at any time of `year`."""
        return self.began_by(year) and not self.ended_before(year)

    def began_by(self, year: int) -> bool:
        """Return whether it began in `year` or before it."""
        return not self.valid_from or int(self.valid_from[:4]) <= year

    def ended_before(self, year: int) -> bool:
        """Return whether it was no more in `year`."""
        return bool(self.valid_to) and int(self.valid_to[:4]) < year


class Gazetteer:
    """All places by their codes, and how they follow one another."""

    def __init__(self, places: list[Place]) -> None:
        self.places = {place.code: place for place in places}

    def __iter__(self) -> Iterator[Place]:
        return iter(self.places.values())

    def __getitem__(self, code: str) -> Place:
        return self.places[code]

    def successors(self, code: str) -> list[Place]:
        """Return what replaced the place, what replaced that, and so on until today, the nearest first."""
        return [self.places[each] for each in self._closure(code, "replaced_by")]

    def within(self, code: str) -> list[Place]:
        """Return what the place is part of, the smallest first."""
        return [self.places[each] for each in self._closure(code, "part_of")]

    def _closure(self, code: str, relation: str) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(getattr(self.places[code], relation))
        while waiting:
            each = waiting.pop(0)
            if each not in found:
                found[each] = None
                waiting += getattr(self.places[each], relation)
        return list(found)


@cache
def gazetteer() -> Gazetteer:
    """Return the places of `vocab/`, read once; raises ConfigError for a list that breaks its format."""
    rows = [(level, row) for name, level in LISTS for row in codelist(name).values()]
    contained: dict[str, list[str]] = {}
    replaces: dict[str, set[str]] = {}
    for _, row in rows:
        for code in row.more.get("contains", "").split():
            contained.setdefault(code, []).append(row.code)
        for code in row.more.get("replaced_by", "").split():
            replaces.setdefault(code, set()).add(row.code)
    return Gazetteer([_place(level, row, contained, replaces) for level, row in rows])


def _place(level: str, row: Code, contained: dict[str, list[str]], replaces: dict[str, set[str]]) -> Place:
    more = row.more
    others = [name.strip() for name in more.get("other_names", "").split("|") if name.strip()]
    part_of = [*more.get("part_of", "").split(), *contained.get(row.code, [])]
    if row.code == "vn":
        level, part_of = COUNTRY, []
    elif not part_of or level == PROVINCE:
        part_of.append("vn")
    return Place(
        code=row.code,
        level=level,
        vi=row.vi,
        en=row.en,
        name=more["name"],
        names=tuple(dict.fromkeys((more["name"], *others))),
        valid_from=more.get("valid_from", ""),
        valid_to=more.get("valid_to", ""),
        part_of=tuple(part_of),
        replaced_by=tuple(more.get("replaced_by", "").split()),
        replaces=tuple(sorted(replaces.get(row.code, ()))),
        gso=more.get("gso", ""),
        iso3166=more.get("iso3166", ""),
        same=tuple(more.get("same", "").split()),
    )
