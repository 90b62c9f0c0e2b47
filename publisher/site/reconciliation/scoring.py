"""How near a name is to a query: a score from 0 to 100, and when a candidate may be called a match.

Names are compared word by word as Vietnamese is written: with their marks, whatever the order of the words (Nguyễn Du
and Du, Nguyễn), without case and punctuation. A query without marks may mean a name with them; two names with different
marks are two names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from publisher.rdf.vietnamese import fold, spelled

EXACT, ORDER, UNMARKED, MAIN = 100.0, 98.0, 96.0, 95.0
"""Scores of a name that is the query; its words in another order; its words without marks; the main title alone."""
_OTHER_MARKS = 70.0
_NEAR = 0.9
"""What the likeness of two names that are not equal is worth, at most."""
_INSIDE = 50.0
"""What a name scores that has all words of the query side by side, and many others."""
_SEVERAL = 2
MATCH = 95.0
_CLEARLY = 10.0
"""How far behind the next candidate must lie for the first to be a match."""
_LIFE = re.compile(r"[,\s]*\(?\b\d{3,4}\??\s*[-–]\s*(?:\d{3,4}\??)?\)?\.?$|,?\s*(?:sinh|sinh năm|b\.)\s*\d{4}\.?$")
_SUBTITLE = " : "


class Likeness(NamedTuple):
    """What a candidate scores: of its name, and of the properties that were asked for with it."""

    name: float
    agreeing: int
    differing: int

    @property
    def score(self) -> float:
        """The score from 0 to 100: what differs counts against a name more than what agrees counts for it."""
        asked = self.agreeing + self.differing
        if not asked:
            return round(self.name, 1)
        share = self.agreeing / asked
        return round(max(0.0, min(100.0, self.name * (0.55 + 0.45 * share) + 4.0 * share)), 1)


def name_score(query: str, names: Iterable[str]) -> float:
    """Return how near the nearest of `names` is to `query`, from 0 to 100.

    >>> name_score("Nguyễn Du", ["Nguyễn, Du, 1765-1820"]), name_score("Du Nguyễn", ["Nguyễn, Du"])
    (100.0, 98.0)
    >>> name_score("nguyen du", ["Nguyễn Du"]), name_score("Nguyễn Dũ", ["Nguyễn Du"])
    (96.0, 70.0)
    """
    return max((_one(query, name) for name in names), default=0.0)


def _one(query: str, name: str) -> float:
    best = _compared(query, name)
    if best < MAIN and _SUBTITLE in name:
        best = max(best, MAIN if _compared(query, name.partition(_SUBTITLE)[0]) >= MAIN else 0.0)
    if best < EXACT and (without := _LIFE.sub("", name)) != name:
        best = max(best, _compared(query, without))
    return best


def _compared(query: str, name: str) -> float:
    wanted, found = spelled(query).split(), spelled(name).split()
    if wanted == found:
        return EXACT if wanted else 0.0
    if sorted(wanted) == sorted(found):
        return ORDER
    plain, plain_name = fold(query).split(), fold(name).split()
    if sorted(plain) == sorted(plain_name):
        one_is_plain = sorted(wanted) == sorted(plain) or sorted(found) == sorted(plain_name)
        return UNMARKED if one_is_plain else _OTHER_MARKS
    near = fuzz.token_sort_ratio(" ".join(wanted), " ".join(found))
    near_plain = fuzz.token_sort_ratio(" ".join(plain), " ".join(plain_name))
    letters = near_plain if wanted == plain else max(near, 0.85 * near_plain)
    shared = 200.0 * len(set(plain) & set(plain_name)) / (len(set(plain)) + len(set(plain_name)) or 1)
    return max(_NEAR * (letters + shared) / 2, _contained(wanted, found) or _contained(plain, plain_name) - 5.0)


def _contained(words: list[str], name: list[str]) -> float:
    """Return what it is worth that the words of a query stand side by side in a longer name, 0 where they do not."""
    if len(words) < _SEVERAL or f" {' '.join(words)} " not in f" {' '.join(name)} ":
        return 0.0
    return _INSIDE + (_NEAR * 100.0 - _INSIDE) * len(words) / len(name)


def is_match(first: Likeness, rivals: Sequence[Likeness]) -> bool:
    """Return whether the best candidate is a match: its name is, nothing differs, and no rival comes near it."""
    next_best = max((each.score for each in rivals), default=0.0)
    return first.score >= MATCH and not first.differing and first.score - next_best >= _CLEARLY
