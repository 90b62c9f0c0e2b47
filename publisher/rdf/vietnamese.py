"""Vietnamese order and Vietnamese without marks: the keys by which labels are sorted and found.

Source: the alphabetical order of the Vietnamese dictionary (letters a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư
v x y, with f j w z in their Latin places; tones ngang, huyền, hỏi, ngã, sắc, nặng; syllable by syllable).
"""

from __future__ import annotations

import re
import string
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
_MARKED_WORDS = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_OF_ASCII = dict.fromkeys(range(128), " ") | {ord(char): char for char in string.ascii_lowercase + string.digits}
_FOLDED_ASCII = _OF_ASCII | {ord(char): char.lower() for char in string.ascii_uppercase}
_PLACED_ASCII = _FOLDED_ASCII | {ord(char): _PLACE[char.lower()] for char in string.ascii_letters}
"""Text of ASCII, taken apart in one go: nothing in it has a mark or a tone, and half of all text is."""
_BARRED = str.maketrans("đƀ", "db")
"""Letters with a bar, which Unicode does not take apart; ƀ is written in Bahnar, Jarai and Ê Đê."""
_OLD_STYLE = re.compile(r"(?<!q)(o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])(?![^\W\d_])")
_NEW_STYLE = str.maketrans("àáảãạèéẻẽẹỳýỷỹỵ", "aaaaaeeeeeyyyyy")


def sort_key(label: str) -> str:
    """Return an ASCII-first string whose code-point order is the Vietnamese order of `label`.

    Words are compared one by one, each by its letters and then by its tone; punctuation and case do not count.

    >>> sorted(["Đắk Lắk", "Dân ca", "Dấn thân", "An", "Ăn", "Ân"], key=sort_key)
    ['An', 'Ăn', 'Ân', 'Dân ca', 'Dấn thân', 'Đắk Lắk']
    """
    if label.isascii():
        return " ".join([word + _LEVEL for word in label.translate(_PLACED_ASCII).split()])
    return " ".join(map(_syllable, _WORDS.findall(unicodedata.normalize("NFC", label).lower())))


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
    """Return `text` in lower case without marks, đ as d and ƀ as b, words separated by single spaces.

    >>> fold("Sử thi Đăm Săn: trường ca")
    'su thi dam san truong ca'
    """
    if text.isascii():
        return " ".join(text.translate(_FOLDED_ASCII).split())
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.lower().translate(_BARRED)))
    return " ".join(_WORDS.findall(unicodedata.normalize("NFC", plain)))


def spelled(text: str) -> str:
    """Return `text` in lower case with its marks, the tone where the dictionary puts it, words separated by spaces.

    What the exact half of the search compares: hoà and hòa are one word, ba and bà are two. A letter keeps the marks
    that Unicode has no single character for (Jarai ơ̆).

    >>> spelled("Hoà bình, QUÝ, hoàn"), spelled("Thuý Kiều")
    ('hòa bình quý hoàn', 'thúy kiều')
    """
    if text.isascii():
        return " ".join(text.translate(_FOLDED_ASCII).split())
    composed = unicodedata.normalize("NFC", text).lower()
    return _OLD_STYLE.sub(_on_first, " ".join(_MARKED_WORDS.findall(composed)))


def _on_first(found: re.Match[str]) -> str:
    """Move the tone from the second vowel of oa, oe, uy to the first."""
    first, second = found.group()[0], found.group()[1]
    plain = second.translate(_NEW_STYLE)
    tone = unicodedata.normalize("NFD", second)[1:]
    return unicodedata.normalize("NFC", first + tone) + plain
