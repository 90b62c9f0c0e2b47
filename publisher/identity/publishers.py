"""Publishers as they are compared: without the words that all of them have, abbreviations spread out."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from publisher.identity.wording import word_list, words
from publisher.sources.record import Field

_NO_PUBLISHER = word_list("publisher-words.txt")
"""Words of publishers' names that tell none from another."""

_SHORT = dict(line.split("\t") for line in word_list("publisher-abbreviations.txt"))
"""How the words of publishers' names are shortened."""

_INITIALS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_](?![^\W\d_]))+")
"""Letters with points between them: U.S., G.P.O., T.P."""

_MOST = 4
_ALIKE = 80
"""How alike (0-100) the words of two names have to be."""


def publishers(imprints: list[Field]) -> tuple[str, ...]:
    """Return the publishers that the imprints (260, 264) of a record name, folded, each once.

    >>> publishers([Field.data("260", "  ", ("b", "Nxb. KHKT,"), ("b", "U.S. G.P.O."))])
    ('khoa hoc ki thuat', 'united states government printing office')
    """
    said = (_telling(value) for field in imprints for value in field.all("b"))
    return tuple(dict.fromkeys(name for name in said if name))[:_MOST]


def _telling(value: str) -> str:
    initials = _INITIALS.sub(lambda found: found.group().replace(".", ""), value)
    spread = " ".join(_SHORT.get(word, word) for word in words(initials)).split()
    return " ".join(word for word in spread if word not in _NO_PUBLISHER)


def same_publisher(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether one of the publishers `a` is one of `b`, shortened or not.

    >>> same_publisher(("khoa hoc ki thuat",), ("khkt",)), same_publisher(("giao duc",), ("tre",))
    (True, False)
    """
    return any(_same(x, y) for x in a for y in b)


@lru_cache(maxsize=65536)
def _same(a: str, b: str) -> bool:
    if fuzz.token_set_ratio(a, b) >= _ALIKE:
        return True
    shorter, longer = sorted((a.split(), b.split()), key=lambda name: (len(name), name))
    initials = "".join(word[0] for word in longer)
    return all(
        any(other.startswith(word) or (len(word) > 3 and fuzz.ratio(word, other) >= _ALIKE) for other in longer)
        or (len(word) > 1 and word in initials)
        for word in shorter
        if len(word) > 1
    ) and any(len(word) > 1 for word in shorter)
