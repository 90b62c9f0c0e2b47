"""How Vietnamese a text looks: which of its words are possible syllables.

A syllable is an initial, a vowel with at most one tone, and an ending (Đoàn Thiện Thuật, Ngữ âm tiếng Việt, 1977).
This tells one 8-bit encoding from another: with the wrong table few words remain that could be spoken.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]*)")
_SYLLABLE = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|nh?|ngh?|p|ph|qu|r|s|th?|tr|v|x)?"
    "(?:i[êe]?|y[êe]?|uyê|uy[au]?|u[ôâêeyo]?|oa|oă|oe|oo|ươ|ưa|ua|ia|ya|a|ă|â|e|ê|o|ô|ơ|ư|uơ|uê|uya)"
    "(?:ch?|m|nh?|ng|p|t|i|y|o|u)?"
)


def share(text: str) -> tuple[int, int]:
    """Return how many of the words of `text` with letters beyond ASCII are possible syllables, and how many there are.

    >>> share("Kon Tum, mùa xuân; Voilà, Größe")
    (2, 4)
    """
    good = total = 0
    for word in _WORD.findall(normalize("NFC", text)):
        if word.isascii():
            continue
        total += 1
        good += is_syllable(word)
    return good, total


def is_surely_vietnamese(text: str) -> bool:
    """Return whether `text` has marks, all of which could be spoken in Vietnamese: no other language looks so.

    >>> is_surely_vietnamese("Truyện Ba Na"), is_surely_vietnamese("Văn học"), is_surely_vietnamese("Größe, Maß")
    (False, True, False)
    """
    marked = [word for word in _WORD.findall(normalize("NFC", text)) if not word.isascii()]
    return len(marked) > 1 and all(map(is_syllable, marked))


def is_syllable(word: str) -> bool:
    """Return whether `word` could be a Vietnamese syllable: small, capital, or with a capital."""
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    bare, tones = _TONE.subn("", normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(normalize("NFC", bare)) is not None
