"""Two titles beside each other: whether they can be those of one edition, and how much that says."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from publisher.identity.evidence import Evidence
from publisher.identity.vouching import is_vouched
from publisher.identity.wording import COMPANIONS, KINDS_OF_TEXT, OPPOSITES, bare, figures, toned, weight

_SLIP_IN = 5
"""Letters that a word must have for another that differs in one of them to be a slip of it."""


_NOT_ALL = 0.99
"""What is less than all words: enough for OCLC to vouch for a title, not for a publisher."""


_LONGEST = max(len(phrase.split()) for phrase in COMPANIONS)


class Likeness(NamedTuple):
    """How two titles agree: points, 0 where they do not; which part of the words of the shorter the other has,
    counted where a number vouches for both.

    `slip` says that they differ in the spelling of a word, which may as well be another word; `bare` that one is
    without a subtitle in which there is a number, by which another book may be meant.
    """

    points: float
    shared: float
    reason: str
    slip: bool = False
    bare: bool = False


def likeness(a: Evidence, b: Evidence) -> Likeness:
    """Return how the titles of two records agree."""
    if not a.main or not b.main:
        return Likeness(0, 0, "a title is missing")
    main_a, main_b = plain(a.main), plain(b.main)
    whole_a, whole_b = main_a + plain(a.rest), main_b + plain(b.rest)
    if whole_a != whole_b and main_a == main_b:
        whole_a, whole_b = _without_kind(main_a, whole_a), _without_kind(main_b, whole_b)
    told = weight(min(whole_a, whole_b, key=len))
    different = f"title “{a.main}” is not “{b.main}”"
    if _lacks_a_numbered_subtitle(a, b) and figures(whole_a) != figures(whole_b) and told > 1:
        return Likeness(max(told - 2, 0.5), 1, "the same title without a numbered subtitle", bare=True)
    if not _figures_agree(whole_a, whole_b):
        return Likeness(0, 0, different)
    if "".join(whole_a) == "".join(whole_b):
        if _marks_begin_alike(a, b):
            return Likeness(told, 1, "the same title")
        return Likeness(0, 1, f"title “{a.main} {a.rest}” has other marks than “{b.main} {b.rest}”")
    companion_a, companion_b = companion(a), companion(b)
    if companion_a != companion_b:
        shared = min(_shared_words(whole_a, whole_b), _NOT_ALL)
        return Likeness(0, shared, f"{different}: {companion_a or companion_b}")
    if figures(main_a) == figures(main_b) and _misspelt(whole_a, whole_b):
        return Likeness(max(told - 1, 1), 1, "the same title but for the spelling", slip=True)
    begins = _is_beginning(whole_a, whole_b) and (main_a in (main_b, whole_b) or whole_a == main_b)
    ends = not begins and main_a == main_b and _is_end(plain(a.rest), plain(b.rest))
    if (begins or ends) and figures(whole_a) == figures(whole_b):
        told = min(weight(whole_a), weight(whole_b), weight(min(main_a, main_b, key=len)))
        if _marks_begin_alike(a, b) if begins else _marks_agree(a.main, b.main):
            return Likeness(
                max(told - 1, 1), 1, "one title begins the other" if begins else "one subtitle ends the other"
            )
    own_a, own_b = {" ".join(whole_a), " ".join(main_a)}, {" ".join(whole_b), " ".join(main_b)}
    if any(weight(tuple(name.split())) > 1 for name in (own_a & {*b.also}) | (own_b & {*a.also})):
        return Likeness(0, 1, different)
    return Likeness(0, _shared_words(whole_a, whole_b) if is_vouched(a, b) else 0, different)


def _lacks_a_numbered_subtitle(a: Evidence, b: Evidence) -> bool:
    """Return whether one of two records with one main title has no subtitle, and nothing else tells them apart."""
    if bool(a.rest) == bool(b.rest) or plain(a.main) != plain(b.main):
        return False
    return companion(a) == companion(b) and _marks_agree(a.main, b.main)


def _without_kind(main: tuple[str, ...], whole: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a title without a subtitle that only says what kind of text it is."""
    return main if " ".join(whole[len(main) :]) in KINDS_OF_TEXT else whole


def companion(e: Evidence) -> str:
    """Return what makes a title that of a companion to another book ("sách bài tập", "solutions manual"), or "".

    It stands at the beginning or the end of the title or of what follows it; what is a companion only at the end has a
    hyphen before it in the list ("Toán 10 nâng cao", not "Nâng cao chất lượng dạy học").
    """
    said = (plain(e.main), plain(e.rest))
    first = {" ".join(part[:n]) for part in said for n in range(1, _LONGEST + 1)}
    last = {" ".join(part[-n:]) for part in said for n in range(1, _LONGEST + 1)}
    ends = first | last | {f"-{cut}" for cut in last}
    return max(COMPANIONS & ends, key=lambda phrase: (len(phrase), phrase), default="").removeprefix("-")


def _shared_words(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Return which part of the words of the shorter title are in the longer, slips forgiven; 0 for a generic one."""
    shorter, longer = sorted((a, b), key=lambda words: (len(words), words))
    if weight(shorter) <= 1:
        return 0
    there = sum(word in longer or any(_is_slip(word, other) for other in longer) for word in shorter)
    return there / len(shorter)


def _is_slip(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= _SLIP_IN and Levenshtein.distance(a, b, score_cutoff=1) <= 1


def plain(text: str) -> tuple[str, ...]:
    """Return the words of marked `text` without their marks."""
    return tuple([bare(word) for word in text.split()])


def _figures_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether the numbers in two titles can be those of one: the longer may have more, none differ."""
    in_a, in_b = figures(a), figures(b)
    return in_a <= in_b or in_b <= in_a


def _marks_agree(a: str, b: str) -> bool:
    """Return whether two titles that are equal without marks are so with them, or one is written without.

    One word in eight may be marked otherwise: a slip; "Dân ca" and "Đàn cá" are two titles.
    """
    if a == b or a.isascii() or b.isascii():
        return True
    words_a, words_b = a.split(), b.split()
    if len(words_a) != len(words_b):
        return fuzz.ratio(a, b) > 90
    other = [(x, y) for x, y in zip(words_a, words_b, strict=True) if toned(x) != toned(y)]
    if any(_are_opposites(x, y) for x, y in other):
        return False
    return sum(not x.isascii() and not y.isascii() for x, y in other) * 8 <= len(words_a)


def _marks_begin_alike(a: Evidence, b: Evidence) -> bool:
    words_a, words_b = f"{a.main} {a.rest}".split(), f"{b.main} {b.rest}".split()
    shorter = min(len(words_a), len(words_b))
    return _marks_agree(" ".join(words_a[:shorter]), " ".join(words_b[:shorter]))


def _misspelt(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether two titles differ by a slip: the same words but for one letter in one of four long ones."""
    if len(a) != len(b) or len(a) < 3:
        return False
    differing = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differing) * 4 <= len(a) and all(
        min(len(x), len(y)) > 3
        and x.isalpha()
        and y.isalpha()
        and x.isascii()
        and Levenshtein.distance(x, y) == 1
        and not _are_opposites(x, y)
        for x, y in differing
    )


def _are_opposites(a: str, b: str) -> bool:
    """Return whether two words that differ in a letter or a mark are known to be two: "vi" and "vĩ"."""
    return any(
        (a.startswith(x) and b.startswith(y) and a[len(x) :] == b[len(y) :])
        or (a.startswith(y) and b.startswith(x) and a[len(y) :] == b[len(x) :])
        for x, y in OPPOSITES
    )


def _is_end(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return whether one rest of a title ends the other: its subtitle is left out, the title of its part is not."""
    shorter = min(len(a), len(b))
    return shorter > 0 and a[-shorter:] == b[-shorter:]


def _is_beginning(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter]
