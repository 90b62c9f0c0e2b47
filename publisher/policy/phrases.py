"""Phrases in running text: compared in lower case, with marks, at the borders of words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

_SENTENCE = re.compile(r"[.;:!?()\[\]|\n/]+|\s[-–—]\s")
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """Return `text` in lower case, composed, with single spaces."""
    return _SPACE.sub(" ", normalize("NFC", text).lower()).strip()


class Phrases:
    """A set of phrases, searched all at once."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._plain = tuple(map(plain, phrases))
        self._ascii = tuple(each for each in self._plain if each.isascii())
        longest_first = sorted(self._plain, key=len, reverse=True)
        bordered = [
            ("(?<!\\w)" if each[0].isalnum() else "") + re.escape(each) + ("(?!\\w)" if each[-1].isalnum() else "")
            for each in longest_first
        ]
        self._pattern = re.compile("|".join(bordered) or "(?!)")

    def may_be_in(self, lower: str) -> bool:
        """Return quickly whether `lower` (lower case) is worth a search."""
        return any(each in lower for each in (self._ascii if lower.isascii() else self._plain))

    def found_in(self, text: str) -> str:
        """Return the phrase that `text` says, "" for none."""
        found = self._pattern.search(plain(text))
        return found.group() if found else ""

    def whole_in(self, text: str) -> str:
        """Return the phrase that is all of a sentence of `text`, "" for none."""
        known = set(self._plain)
        for sentence in _SENTENCE.split(text):
            if plain(sentence).strip(" ,\"'“”*") in known:
                return plain(sentence)
        return ""
