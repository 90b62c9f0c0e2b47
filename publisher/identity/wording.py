"""Words as they are compared: what a cataloguer may write one way or another is made one.

Two forms are used. `words` are folded (no marks, lower case) and are what keys are made of; `marked` keep their marks,
the tone where the dictionary puts it, and tell Hùng from Hưng where both are written with marks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from publisher.rdf.vietnamese import fold, spelled
from publisher.resources import folder

_FINAL_Y = re.compile(r"\b([bcdghklmnprstvx]{1,2})y\b")
_ROMAN = re.compile(r"(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}
_ALSO_WORDS = frozenset({"vi", "xi", "li", "xl", "xv"})
"""Roman numerals that are words too (vi sinh, xi măng): numbers only behind a word for volumes."""

_DIGITS = re.compile(r"\d+")
_VOLUME_WORDS = (
    "tap|quyen|cuon|phan|ky|so|vol|vols|volume|volumes|v|part|parts|pt|pts|band|bande|bd|teil|tome|tom|tomo|t|q|p|book"
    "|no|number|nr|issue|sheet|chapter|chuong|hoc phan|module|unit|serie|series"
)
_VOLUME = re.compile(
    rf"\b(?:(?:{_VOLUME_WORDS}) ?(\d{{1,4}}[a-z]?|[ivxl]+)|(?:tap|quyen|phan|vol|volume|part|band|teil|book) ([a-h]))\b"
)
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8",
    "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12", "nhat": "1", "hai": "2", "ba": "3", "tu": "4",
    "bon": "4", "nam": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9", "muoi": "10", "erste": "1", "zweite": "2",
    "dritte": "3", "vierte": "4", "premiere": "1", "deuxieme": "2", "troisieme": "3",
}  # fmt: skip
_EDITION = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
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


@lru_cache(maxsize=65536)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of `text`; kỹ and kĩ are one, "&" and its words are none, initials are joined.

    >>> words("Kỹ thuật & mĩ thuật"), words("Kĩ thuật và mỹ thuật")
    (('ki', 'thuat', 'mi', 'thuat'), ('ki', 'thuat', 'mi', 'thuat'))
    """
    folded = _FINAL_Y.sub(r"\1i", fold(text))
    return tuple(word for word in folded.split() if word not in _JOINING)


@lru_cache(maxsize=65536)
def marked(text: str) -> tuple[str, ...]:
    """Return the words of `text` with their marks, one for one with those of `words`."""
    pairs = ((word, _FINAL_Y.sub(r"\1i", fold(word))) for word in spelled(text).split())
    return tuple(word for word, plain in pairs if plain not in _JOINING)


@lru_cache(maxsize=262144)
def bare(word: str) -> str:
    """Return one spelled word without its marks."""
    return word if word.isascii() else _FINAL_Y.sub(r"\1i", fold(word))


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
    """
    found = (number or letter for text in texts for number, letter in _VOLUME.findall(fold(text)))
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

    >>> edition("Tái bản lần thứ hai"), edition("3rd ed., rev."), edition("Bản đặc biệt")
    ('2', '3', '')
    """
    folded = fold(text)
    if found := _EDITION.search(folded):
        return found.group(1).lstrip("0")
    told = [_ORDINALS[word] for word in folded.split() if word in _ORDINALS]
    return told[0] if told else ""


def numbers(text: str) -> list[int]:
    """Return the numbers written in digits in `text`."""
    return [int(found) for found in _DIGITS.findall(text) if len(found) < 10]
