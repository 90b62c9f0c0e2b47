"""Vietnamese order and Vietnamese without marks: the keys by which labels are sorted and found.

Source: the alphabetical order of the Vietnamese dictionary (letters a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư
v x y, with f j w z in their Latin places; tones ngang, huyền, hỏi, ngã, sắc, nặng; syllable by syllable).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
_PLACE = dict(zip(_ALPHABET, _PLACES, strict=True))
_TONES = {"\u0300": "#", "\u0309": "$", "\u0303": "%", "\u0301": "&", "\u0323": "("}
_LEVEL = "!"
_SHAPES = {"\u0306", "\u0302", "\u031b"}
_MARKS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"[^\W_]+")


def sort_key(label: str) -> str:
    """Return an ASCII-first string whose code-point order is the Vietnamese order of `label`.

    Words are compared one by one, each by its letters and then by its tone; punctuation and case do not count.

    >>> sorted(["Đắk Lắk", "Dân ca", "Dấn thân", "An", "Ăn", "Ân"], key=sort_key)
    ['An', 'Ăn', 'Ân', 'Dân ca', 'Dấn thân', 'Đắk Lắk']
    """
    return " ".join(_syllable(word) for word in _WORDS.findall(unicodedata.normalize("NFC", label).lower()))


@lru_cache(maxsize=65536)
def _syllable(word: str) -> str:
    tone = _LEVEL
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        elif char in _SHAPES and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        elif not unicodedata.combining(char):
            letters.append(char)
    return "".join(_PLACE.get(letter, letter) for letter in letters) + tone


def fold(text: str) -> str:
    """Return `text` in lower case without marks, đ as d, words separated by single spaces.

    >>> fold("Sử thi Đăm Săn: trường ca")
    'su thi dam san truong ca'
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.lower().replace("đ", "d")))
    return " ".join(_WORDS.findall(unicodedata.normalize("NFC", plain)))
