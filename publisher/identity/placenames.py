"""What place a string in a record means, in the time of the record.

"Kon Tum" in a record of 1998 is Kon Tum Province of 1991-2025, "Thành phố Kon Tum" the city, "Tp. HCM" Ho Chi Minh
City, and "S." or "Sài Gòn" before July 1976 Saigon. A string that could be several places is left alone: nothing is
guessed, and nothing that a record says is rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from publisher.identity.gazetteer import COMMUNE, COUNTRY, DISTRICT, PROVINCE, REGION, Place, gazetteer
from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold, spelled

PUBLISHED, ABOUT = "published", "about"
"""What a string is said for: a place of publication was there in that year; what a book is about may be long gone."""

_KINDS = {
    "tỉnh": "Tỉnh", "province": "Tỉnh", "thành phố": "Thành phố", "city": "Thành phố", "tp": "Thành phố",
    "t p": "Thành phố", "thị xã": "Thị xã", "tx": "Thị xã", "huyện": "Huyện", "district": "Huyện", "xã": "Xã",
    "commune": "Xã", "phường": "Phường", "ward": "Phường", "thị trấn": "Thị trấn", "township": "Thị trấn",
    "đặc khu": "Đặc khu",
}  # fmt: skip
"""The word for a kind of place, as it is compared, and how official names begin that have it."""
_KIND_FIRST = re.compile(rf"^(?:({'|'.join(sorted(_KINDS, key=len, reverse=True))}) )?(.+)$")
_KIND_LAST = re.compile(r"^(.+) (province|city|district|commune|ward|township)$")
_WIDEST = {COUNTRY: 0, REGION: 1, PROVINCE: 2, DISTRICT: 3, COMMUNE: 4}
_ALONE = (COUNTRY, REGION, PROVINCE)
"""A name without a word for its kind means one of these: there is a Xã Hoà Bình in many districts."""
_PARTS = re.compile(r"\s*[(),:;]\s*")
_LONGEST = 200


class _Said(NamedTuple):
    """A string taken apart: the name, the kind that it says ("Thành phố", "" for none), the places that qualify it."""

    name: str
    kind: str
    within: tuple[str, ...]


@lru_cache(maxsize=65536)
def place_named(text: str, year: int, said_for: str = ABOUT) -> Place | None:
    """Return the place that `text` means in a record of `year` (0 where it has none), None where that is not certain.

    >>> place_named("Kon Tum", 1998).vi, place_named("Quảng Ngãi", 2026).code
    ('Tỉnh Kon Tum', '51')
    >>> place_named("Tp. HCM :", 2001, PUBLISHED).vi, place_named("S.", 1972, PUBLISHED).vi
    ('Thành phố Hồ Chí Minh', 'Thành phố Sài Gòn')
    """
    if not text or len(text) > _LONGEST:
        return None
    found = _by_spelling(text) or _by_name(_taken_apart(text))
    return _in_time(found, year, said_for)


def places_named(text: str) -> tuple[Place, ...]:
    """Return every place that `text` can mean, whatever the time."""
    return _by_spelling(text) or _by_name(_taken_apart(text)) if 0 < len(text) <= _LONGEST else ()


def _in_time(found: tuple[Place, ...], year: int, said_for: str) -> Place | None:
    """Return the one of `found` that fits; the widest level counts first."""
    for level in sorted({place.level for place in found}, key=_WIDEST.__getitem__):
        of_level = [place for place in found if place.level == level]
        fitting = [place for place in of_level if not year or place.was_in(year)]
        if not fitting and said_for == ABOUT and year:
            fitting = [place for place in of_level if place.began_by(year)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return None
    return None


def _by_spelling(text: str) -> tuple[Place, ...]:
    """Return the places of an abbreviation or a spelling that libraries use ("H.", "Tp. HCM")."""
    return _spellings().get(_bare(text), ())


def _bare(text: str) -> str:
    """Return `text` without the punctuation around it that cataloguing rules add, as spellings are compared."""
    return spelled(text.strip(" \t[]():;,?."))


@cache
def _spellings() -> dict[str, tuple[Place, ...]]:
    places = gazetteer()
    found: dict[str, tuple[Place, ...]] = {}
    for row in codelist("place-spellings").values():
        found[_bare(row.code)] = tuple(places[code] for code in row.more["places"].split())
    return found


def _taken_apart(text: str) -> _Said:
    parts = [spelled(part) for part in _PARTS.split(text.strip(" [].:;,"))]
    parts = [part for part in parts if part]
    if not parts:
        return _Said("", "", ())
    kind, name = _KIND_FIRST.fullmatch(parts[0]).groups()  # type: ignore[union-attr]  # the pattern takes anything
    if kind is None and (last := _KIND_LAST.fullmatch(name)):
        name, kind = last.groups()
    kinds = [_KINDS[part] for part in (kind, *parts[1:]) if part in _KINDS]
    within = [part for part in parts[1:] if part not in _KINDS]
    return _Said(name, kinds[-1] if kinds else "", tuple(within))


def _by_name(said: _Said) -> tuple[Place, ...]:
    marked = _names().get(said.name) or _spellings().get(said.name, ())
    # Without its marks a name is only taken where it is a province's: Son Ha may be many communes.
    found = marked or tuple(
        place for place in _names_without_marks().get(said.name, ()) if said.name.isascii() and place.level in _ALONE
    )
    if said.kind:
        found = tuple(place for place in found if place.vi.startswith(f"{said.kind} "))
    elif not said.within:
        found = tuple(place for place in found if place.level in _ALONE)
    return tuple(place for place in found if all(_lies_in(place, whole) for whole in said.within))


def _lies_in(place: Place, whole: str) -> bool:
    """Return whether `place` was ever part of what the words `whole` call."""
    names = _KIND_FIRST.fullmatch(whole).group(2)  # type: ignore[union-attr]  # the pattern takes anything
    around = [*gazetteer().within(place.code), *gazetteer().successors(place.code)]
    return any(spelled(name) == names or fold(name) == names for each in around for name in each.names)


@cache
def _names() -> dict[str, tuple[Place, ...]]:
    return _index(spelled)


@cache
def _names_without_marks() -> dict[str, tuple[Place, ...]]:
    return _index(fold)


def _index(key: Callable[[str], str]) -> dict[str, tuple[Place, ...]]:
    found: dict[str, dict[Place, None]] = {}
    for place in gazetteer():
        for name in place.names:
            found.setdefault(key(name), {})[place] = None
    return {name: tuple(places) for name, places in found.items()}
