"""Words as they are compared: what a cataloguer may write one way or another is made one.

Two forms are used. `words` are folded (no marks, lower case) and are what keys are made of; `marked` keep their marks,
the tone where the dictionary puts it, and tell Hùng from Hưng where both are written with marks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from publisher.rdf.vietnamese import fold, spelled
from publisher.resources import folder

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_FINAL_Y = re.compile(r"\b(qu|[bcdghklmnprstvx]{1,2})([yýỳỷỹỵ])\b")
_WITH_I = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
_ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}
_ALSO_WORDS = frozenset({"vi", "xi", "li", "xl", "xv"})
"""Roman numerals that are words too (vi sinh, xi măng): numbers only behind a word for volumes."""

_DIGITS = re.compile(r"\d+")
_LETTERED = "tap|quyen|cuon|phan|vol|volume|part|band|teil|tome|book"
_NUMBERED = f"{_LETTERED}|vols|volumes|parts|pt|pts|bande|bd|tom|tomo|chapter|chuong|hoc phan|module|unit|serie|series"
_COUNTED = "ki|so|no|number|nr|issue|sheet|to|booklet"
_VOLUME = re.compile(
    rf"\b(?<!the )(?:(?:{_NUMBERED}|{_COUNTED}|[tqpv]) ?(\d{{1,4}}[a-z]?)|(?:{_NUMBERED}|[tqpv]) ([ivxl]+)"
    rf"|(?:{_LETTERED}) ([a-h]))\b"
)
"""A word and the number behind it, in folded text. "Công ti", "vì" and "thế kỷ 21" are no volumes: numerals of letters
stand apart from their word, and only digits are counted where the word is one of daily use."""

_AND_SO_ON = re.compile(r"\bv\.? ?v\b\.*", re.IGNORECASE)
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12", "erste": "1", "zweite": "2", "dritte": "3",
    "vierte": "4", "premiere": "1", "deuxieme": "2", "troisieme": "3",
}  # fmt: skip
_VIETNAMESE_ORDINALS = {
    "dau": "1", "nhat": "1", "mot": "1", "hai": "2", "ba": "3", "tu": "4", "bon": "4", "nam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9", "muoi": "10",
}  # fmt: skip
_EDITION = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_TOLD_EDITION = re.compile(rf"\b(?:(?:lan|thu)(?: thu)? )({'|'.join(_VIETNAMESE_ORDINALS)})\b")
_JOINING = frozenset({"and", "und", "et", "va", "e", "og", "och", "en"})
"""What stands for "&": left out where titles are compared."""


def word_list(name: str) -> frozenset[str]:
    """Return the lines of a list in vocab/identity/, without its comments."""
    lines = (folder("vocab") / "identity" / name).read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


_SAYS_NOTHING = word_list("small-words.txt")
"""Words that tell no title from another; counted out where a title's weight is measured."""

GENERIC = word_list("generic-titles.txt")
"""Folded titles that stand on many different things."""

COMPANIONS = word_list("companions.txt")
"""What makes another book of a title when it follows: "sách giáo viên", "solutions manual"."""

OPPOSITES = tuple(sorted(tuple(spelled(line).split(" ", 1)) for line in word_list("opposites.txt")))
"""Pairs of words, or beginnings of words, that differ in a letter or a mark and are two: micro and macro."""

KINDS_OF_TEXT = word_list("kinds-of-text.txt")
"""Subtitles that only say what kind of text a book is: "tiểu thuyết", "a novel"."""


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of `text`; kỹ and kĩ, quy and qui are one, "&" and its words are none.

    >>> words("Kỹ thuật & mĩ thuật"), words("Kĩ thuật và mỹ thuật")
    (('ki', 'thuat', 'mi', 'thuat'), ('ki', 'thuat', 'mi', 'thuat'))
    """
    return tuple(word for word in _with_i(fold(text)).split() if word not in _JOINING)


@lru_cache(maxsize=65536)
def marked(text: str) -> tuple[str, ...]:
    """Return the words of `text` with their marks, one for one with those of `words`.

    >>> marked("Lý thuyết & kỹ thuật") == marked("Lí thuyết và kĩ thuật")
    True
    """
    return tuple(word for word in _with_i(spelled(text)).split() if bare(word) not in _JOINING)


def _with_i(text: str) -> str:
    """Write the last y of a syllable as i (kỹ, lý, quy): both spellings are in use, often in one catalogue."""
    return _FINAL_Y.sub(lambda found: found.group(1) + _WITH_I[found.group(2)], text)


@lru_cache(maxsize=262144)
def bare(word: str) -> str:
    """Return one spelled word without its marks."""
    return word if word.isascii() else fold(word)


@lru_cache(maxsize=262144)
def toned(word: str) -> str:
    """Return one spelled word with its tone behind the letters: a syllable has one, wherever it was typed ("cuả").

    >>> toned("cuả") == toned("của"), toned("quí") == toned("qui")
    (True, False)
    """
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    return "".join(char for char in parts if char not in _TONES) + "".join(
        sorted(char for char in parts if char in _TONES)
    )


@lru_cache(maxsize=65536)
def weight(title: tuple[str, ...]) -> float:
    """Return how much a title (its words) tells, from 0 for none to 5 for one that hardly two works share.

    >>> weight(words("Tuyển tập")), weight(words("Calculus")), weight(words("Lịch sử văn hóa Tây Nguyên thời cổ"))
    (1, 1.5, 5)
    """
    if not title:
        return 0
    if " ".join(title) in GENERIC:
        return 1
    telling = [word for word in title if word not in _SAYS_NOTHING and not word.isdigit()]
    if any(not word.isascii() for word in telling):  # scripts that set no spaces between words
        return min(5, max(2, sum(len(word) for word in telling) // 3))
    return min(5, len(telling)) if len(telling) > 1 else 1.5 if telling else 1


@lru_cache(maxsize=65536)
def figures(text: tuple[str, ...]) -> frozenset[str]:
    """Return the numbers among `text` (words): digits, letters with digits (A1), Roman numerals of two letters or more.

    >>> sorted(figures(words("Vật lý A1. Phần II, 2nd ed.")))
    ['2', '2nd', 'a1']
    """
    found = set()
    for word in text:
        if any(char.isdigit() for char in word):
            found.add(word.lstrip("0") or "0")
        elif len(word) > 1 and word not in _ALSO_WORDS and (number := roman(word)):
            found.add(str(number))
    return frozenset(found)


def roman(word: str) -> int:
    """Return the value of a Roman numeral in lower case up to 89, or 0 where `word` is none."""
    if not _ROMAN.fullmatch(word):
        return 0
    values = [_ROMAN_DIGITS[letter] for letter in word]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def volumes(*texts: str) -> frozenset[str]:
    """Return the volume designations that are said in `texts` with a word before them ("Tập 2", "vol. II", "T.2").

    >>> sorted(volumes("Lịch sử Việt Nam. Tập II")), sorted(volumes("Q.1")), sorted(volumes("Part A"))
    (['2'], ['1'], ['a'])
    >>> sorted(volumes("Công ti vì thế kỷ 21, v.v.")), sorted(volumes("T. II"))
    ([], ['2'])
    """
    plain = (_with_i(fold(_AND_SO_ON.sub(" ", text))) for text in texts)
    found = ("".join(said) for text in plain for said in _VOLUME.findall(text))
    return frozenset(designated for said in found if (designated := _designation(said)))


def without_volume(text: tuple[str, ...]) -> tuple[str, ...]:
    """Return the marked words `text` without volume designations, unless nothing else is left.

    >>> without_volume(marked("Cơ học kết cấu. Tập II"))
    ('cơ', 'học', 'kết', 'cấu')
    """
    kept: list[str] = []
    at = 0
    while at < len(text):
        if at + 1 < len(text) and _VOLUME.fullmatch(f"{bare(text[at])} {bare(text[at + 1])}"):
            at += 2
            continue
        if not (_VOLUME.fullmatch(bare(text[at])) and text[at][-1].isdigit()):
            kept.append(text[at])
        at += 1
    return tuple(kept) or text


def designation(text: str) -> frozenset[str]:
    """Return the designations in a subfield that has nothing else (245 $n, 490 $v): with a word before them or not."""
    return volumes(text) or frozenset(
        found for word in fold(text).split() if (found := _designation(word)) and (found[0].isdigit() or len(word) == 1)
    )


def _designation(word: str) -> str:
    number = roman(word)
    return str(number) if number else word.lstrip("0")


def edition(text: str) -> str:
    """Return the number of an edition statement ("Tái bản lần thứ 2", "Third edition") in digits, or "".

    >>> edition("Tái bản lần thứ hai"), edition("3rd ed., rev."), edition("In năm đầu của dự án")
    ('2', '3', '')
    """
    folded = fold(text)
    if found := _EDITION.search(folded):
        return found.group(1).lstrip("0")
    if found := _TOLD_EDITION.search(folded):
        return _VIETNAMESE_ORDINALS[found.group(1)]
    told = [_ORDINALS[word] for word in folded.split() if word in _ORDINALS]
    return told[0] if told else ""


def numbers(text: str) -> list[int]:
    """Return the numbers written in digits in `text`."""
    return [int(found) for found in _DIGITS.findall(text) if len(found) < 10]
