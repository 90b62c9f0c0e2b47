"""Phrases in running text: compared in lower case, with marks, at the borders of words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from publisher.policy.needles import Needles

_SENTENCE = re.compile(r"[.;:!?()\[\]|\n/]+|\s[-–—]\s")
_SPACE = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_ANY_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_SPACED_FROM = 6
"""Letters that a phrase must have to be known when it is letter-spaced, as stamps are: "T U Y Ệ T M Ậ T"."""


def seen(lower: str) -> str:
    """Return a text in lower case with single spaces and without what is not seen, to be looked through quickly."""
    lower = " ".join(lower.split())
    # Looking for what is hardly ever there is much cheaper than translating sign by sign.
    return lower if lower.isascii() or not _ANY_INVISIBLE.search(lower) else lower.translate(_INVISIBLE)


def plain(text: str) -> str:
    """Return `text` in lower case, composed, with single spaces."""
    return _SPACE.sub(" ", normalize("NFC", text).lower().translate(_INVISIBLE)).strip()


class Phrases:
    """A set of phrases, searched all at once."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = list(map(plain, phrases))
        spaced = [" ".join(each.replace(" ", "")) for each in known if each.replace(" ", "").isalpha()]
        self.known = (*known, *(each for each in spaced if len(each) > 2 * _SPACED_FROM - 2))
        self._needles = Needles(self.known)
        longest_first = sorted(self.known, key=len, reverse=True)
        bordered = [
            ("(?<!\\w)" if each[0].isalnum() else "") + re.escape(each) + ("(?!\\w)" if each[-1].isalnum() else "")
            for each in longest_first
        ]
        self._pattern = re.compile("|".join(bordered) or "(?!)")

    def may_be_in(self, lower: str) -> bool:
        """Return quickly whether `lower`, as `seen` returns it, is worth a search."""
        return self._needles.any_in(lower)

    def found_in(self, text: str) -> str:
        """Return the phrase that `text` says, "" for none."""
        found = self._pattern.search(plain(text))
        return found.group() if found else ""

    def whole_in(self, text: str) -> str:
        """Return the phrase that is all of a sentence of `text`, "" for none."""
        known = set(self.known)
        for sentence in _SENTENCE.split(text):
            if plain(sentence).strip(" ,\"'“”*") in known:
                return plain(sentence)
        return ""
