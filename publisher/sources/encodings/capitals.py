"""Capitals in TCVN3, which has no codes for capitals with a tone: typists wrote small letters in a font of capitals."""

from __future__ import annotations

import re

# A subfield delimiter takes its code with it, so that the code does not count as a letter of the first word.
_WORD = re.compile(r"\x1f.|[^\W\d_]+")


def restored(text: str) -> str:
    """Return `text` with the small letters raised that stand among capitals in one word.

    A word counts when it has at least two capitals and no small letter of ASCII, so that "Hà" stays as it is.

    >>> restored("NGUYễN VăN Hà, Nguyễn")
    'NGUYỄN VĂN Hà, Nguyễn'
    """
    return _WORD.sub(_word, text)


def _word(match: re.Match[str]) -> str:
    word = match.group()
    capitals = sum(char.isupper() for char in word)
    small = [char for char in word if char.islower()]
    if capitals < 2 or not small or any(char.isascii() for char in small):
        return word
    return word.upper()
