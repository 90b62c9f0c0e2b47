"""What the columns of a sheet mean: `vocab/sheet-columns.tsv` names every meaning and the usual headings of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold

SKIP = "skip"
TITLE = "title"
_IN_PARENTHESES = re.compile(r"\([^)]*\)")


@cache
def _by_heading() -> dict[str, str]:
    """Return the meanings by heading: as it is written, and, where that is nobody else's, without marks."""
    found: dict[str, str] = {}
    headings = [
        (each, code.code) for code in codelist("sheet-columns").values() for each in code.more["headings"].split("|")
    ]
    for heading, meaning in headings:
        found[_written(heading)] = meaning
    for heading, meaning in headings:
        found.setdefault(_folded(heading), meaning)
    return found


def _written(text: str) -> str:
    # "Khổ" (the size) and "Kho" (the stacks) differ in their marks only.
    return " ".join(text.lower().split())


@cache
def _by_name() -> dict[str, str]:
    return {
        _folded(name): code.code
        for code in codelist("sheet-columns").values()
        for name in (code.code, code.en, code.vi)
    }


def _folded(text: str) -> str:
    # "#" and the like fold to nothing, and must still be told from an empty heading.
    return fold(text) or text.strip()


def meaning_of(heading: str) -> str:
    """Return the meaning that a usual heading has ("Tên Sách" is "title"), "" for one that is not known."""
    if not heading.strip():
        return ""
    known = _by_heading()
    for text in (heading, _IN_PARENTHESES.sub("", heading)):
        if meaning := known.get(_written(text)) or known.get(_folded(text)):
            return meaning
    return ""


def named(meaning: str) -> str:
    """Return the code of a meaning by its code, its English or its Vietnamese name; "" when there is none such.

    >>> named("nhan đề"), named("Title"), named("màu bìa")
    ('title', 'title', '')
    """
    return _by_name().get(_folded(meaning), "")


def meanings(headings: Sequence[str]) -> list[str]:
    """Return the meaning of each of `headings`, "" where it is not known; a meaning that comes twice keeps the first.

    Several columns may hold notes, subjects or contributors; there is only one title.
    """
    found: list[str] = []
    for heading in headings:
        meaning = meaning_of(heading)
        found.append("" if meaning in _ONCE and meaning in found else meaning)
    return found


_ONCE = frozenset({TITLE, "record", "year", "publisher", "place", "edition", "volume", "copies", "library", "type"})
