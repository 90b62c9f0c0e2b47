"""Two records beside each other: what speaks for one edition, what against it, and what forbids it.

Points are added up; `ENOUGH` of them and no contradiction make a match. They are few and coarse on purpose: each is a
reason that a librarian can read and dispute. A number that an agency gives to one edition (OCLC's, the LCCN) is enough
where title, volume and date do not contradict; everything else has to come together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from publisher.identity.evidence import Evidence
from publisher.identity.people import is_credited
from publisher.identity.wording import bare, figures, weight

ENOUGH = 7.0
"""Points from which two records are one."""

DOUBTFUL = 5.0
"""Points from which a librarian should look."""

_STRONG = 9.0
_ISBN, _ISSN, _ISSUE = 5.0, 4.0, 3.0
_NO_MORE = 2.0
_SHARED_WORDS = 2 / 3
"""Of the words of the shorter title, how many have to be in the other where a number of an agency vouches for both.

Where only an ISBN or ISSN does, which publishers use twice, it is all of them.
"""

_SLIP_IN = 5
"""Letters that a word must have for another that differs in one of them to be a slip of it."""


_Say = Callable[[float, str], None]


class Comparison(NamedTuple):
    """The verdict on two records: points, the reasons in words, what contradicts, whether a number is shared."""

    score: float
    reasons: tuple[str, ...]
    contradictions: tuple[str, ...]
    vouched: bool = False

    @property
    def is_match(self) -> bool:
        """Whether the two describe one edition."""
        return self.score >= ENOUGH and not self.contradictions

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look: nearly enough, or contradicted although a number stands on both."""
        return not self.is_match and self.score >= DOUBTFUL and (self.vouched or not self.contradictions)


def compare(a: Evidence, b: Evidence) -> Comparison:
    """Return what can be said of `a` and `b` being the same edition; the order of the two does not matter."""
    shared = [number for number in a.numbers if number in b.numbers]
    agreed = [number for number in shared if not number.startswith("issue:")]
    title = _titles(a, b)
    against = contradictions(a, b, agreed=bool(agreed), title=title)
    score, reasons = 0.0, []

    def say(points: float, reason: str) -> None:
        nonlocal score
        score += points
        reasons.append(f"{reason} ({points:+g})")

    if agreed:
        say(_STRONG, f"the number {agreed[0]}")
    elif shared:
        say(_ISSUE, f"the publisher's number {shared[0].rpartition(':')[2]}")
    if isbn := [number for number in a.isbns if number in b.isbns]:
        say(_ISBN, f"ISBN {isbn[0]}")
    if issn := [number for number in a.issns if number in b.issns]:
        say(_ISSN, f"ISSN {issn[0]}")
    if title.points:
        say(title.points, title.reason)
    _weigh_agents(a, b, say)
    _weigh_imprint(a, b, say)
    if a.volume and a.volume == b.volume:
        say(1, f"volume {', '.join(a.volume)}")
    if a.classed and a.classed == b.classed:
        say(1, f"class {a.classed}")
    if not shared and not _is_grounded(a, b):
        say(-1, "no date, publisher, extent or number in common")
    if not against and _says_no_more(a, b, title.points):
        say(_NO_MORE, "neither says anything else")
    if agreed and score < ENOUGH and not against:
        say(ENOUGH - score, "the number outweighs what differs")
    return Comparison(score, tuple(reasons), against, bool(shared or isbn or issn))


def contradictions(
    a: Evidence, b: Evidence, *, agreed: bool | None = None, title: Likeness | None = None
) -> tuple[str, ...]:
    """Return what forbids that `a` and `b` are one edition, whatever else agrees.

    Where they have a number of an agency in common (`agreed`), only title, volume and date can.
    """
    if agreed is None:
        agreed = any(number in b.numbers and not number.startswith("issue:") for number in a.numbers)
    likeness = title or _titles(a, b)
    vouched = agreed or not set(a.isbns).isdisjoint(b.isbns) or not set(a.issns).isdisjoint(b.issns)
    found = []
    if not likeness.points and not (vouched and likeness.shared >= (_SHARED_WORDS if agreed else 1)):
        found.append(likeness.reason)
    if a.volume != b.volume and (not agreed or (a.volume and b.volume)) and not _one_volume_within(a, b, vouched):
        found.append(f"volume {_listed(a.volume)} is not {_listed(b.volume)}")
    if a.years and b.years and not set(a.years) & set(b.years):
        found.append(f"year {a.years[0]} is not {b.years[0]}")
    if not vouched and a.pages and b.pages and abs(a.pages - b.pages) > max(6, max(a.pages, b.pages) // 20):
        found.append(f"{a.pages} pages are not {b.pages}")
    return tuple(found) if agreed else (*found, *_differing(a, b))


def _differing(a: Evidence, b: Evidence) -> Iterator[str]:
    """Yield what no two records of one edition differ in, where no number of an agency says that they are."""
    if a.isbns and b.isbns and not set(a.isbns) & set(b.isbns):
        yield f"ISBN {a.isbns[0]} is not {b.isbns[0]}"
    if a.issns and b.issns and not set(a.issns) & set(b.issns):
        yield f"ISSN {a.issns[0]} is not {b.issns[0]}"
    if a.form != b.form:
        yield f"{a.form} is not {b.form}"
    if a.medium and b.medium and a.medium != b.medium:
        yield f"{a.medium} is not {b.medium}"
    if a.edition and b.edition and a.edition != b.edition:
        yield f"edition {a.edition} is not {b.edition}"
    if a.within and b.within and a.within != b.within and a.form.endswith(("a", "b")):
        yield "part of something else"
    if a.detail and b.detail and a.detail != b.detail and a.form.startswith("map"):
        yield "another scale or area"
    numbers_a, numbers_b = dict(a.series), dict(b.series)
    for series in sorted(numbers_a.keys() & numbers_b.keys()):
        if numbers_a[series] != numbers_b[series]:
            yield f"number {numbers_a[series]} of the series {series} is not {numbers_b[series]}"


class Likeness(NamedTuple):
    """How two titles agree: points, 0 where they do not; which part of the words of the shorter the other has."""

    points: float
    shared: float
    reason: str


def _titles(a: Evidence, b: Evidence) -> Likeness:
    if not a.main or not b.main:
        return Likeness(0, 0, "a title is missing")
    main_a, main_b = _plain(a.main), _plain(b.main)
    whole_a, whole_b = main_a + _plain(a.rest), main_b + _plain(b.rest)
    told = weight(min(whole_a, whole_b, key=len))
    different = f"title “{a.main}” is not “{b.main}”"
    if not _figures_agree(whole_a, whole_b):
        return Likeness(0, 0, different)
    if "".join(whole_a) == "".join(whole_b):
        if _marks_agree(f"{a.main} {a.rest}", f"{b.main} {b.rest}"):
            return Likeness(told, 1, "the same title")
        return Likeness(0, 1, f"title “{a.main} {a.rest}” has other marks than “{b.main} {b.rest}”")
    if figures(main_a) == figures(main_b) and _misspelt(whole_a, whole_b):
        return Likeness(max(told - 1, 1), 1, "the same title but for the spelling")
    if _is_beginning(whole_a, whole_b) and (main_a in (main_b, whole_b) or whole_a == main_b):
        told = min(weight(whole_a), weight(whole_b), weight(min(main_a, main_b, key=len)))
        if figures(whole_a) == figures(whole_b) and _marks_begin_alike(a, b):
            return Likeness(max(told - 1, 1), 1, "one title begins the other")
    names_a = {" ".join(whole_a), " ".join(main_a), *a.also}
    names_b = {" ".join(whole_b), " ".join(main_b), *b.also}
    if any(weight(tuple(name.split())) > 1 for name in names_a & names_b):
        return Likeness(0, 1, different)
    return Likeness(0, _shared_words(whole_a, whole_b), different)


def _shared_words(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    """Return which part of the words of the shorter title are in the longer, slips forgiven; 0 for a generic one."""
    shorter, longer = sorted((a, b), key=lambda words: (len(words), words))
    if weight(shorter) <= 1:
        return 0
    there = sum(word in longer or any(_is_slip(word, other) for other in longer) for word in shorter)
    return there / len(shorter)


def _is_slip(a: str, b: str) -> bool:
    return min(len(a), len(b)) >= _SLIP_IN and Levenshtein.distance(a, b, score_cutoff=1) <= 1


def _plain(text: str) -> tuple[str, ...]:
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
    other = sum(x != y and not x.isascii() and not y.isascii() for x, y in zip(words_a, words_b, strict=True))
    return other * 8 <= len(words_a)


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
        min(len(x), len(y)) > 3 and x.isalpha() and y.isalpha() and x.isascii() and Levenshtein.distance(x, y) == 1
        for x, y in differing
    )


def _is_beginning(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter]


def _one_volume_within(a: Evidence, b: Evidence, vouched: bool) -> bool:
    """Return whether the designations differ only in that one record tells more of the same ("1" and "1, 2")."""
    both = set(a.volume) & set(b.volume)
    return vouched and bool(both) and (both == set(a.volume) or both == set(b.volume))


def _listed(volume: tuple[str, ...]) -> str:
    return ", ".join(volume) or "none"


def _is_grounded(a: Evidence, b: Evidence) -> bool:
    """Return whether both records name a date, a publisher, an extent, a volume or numbers (of a standard)."""
    facts = ((a.years, b.years), (a.publisher, b.publisher), (a.pages, b.pages), (a.volume, b.volume))
    numbered = any(char.isdigit() for char in a.credited) and any(char.isdigit() for char in b.credited)
    return numbered or any(in_a and in_b for in_a, in_b in facts)


def _says_no_more(a: Evidence, b: Evidence, told: float) -> bool:
    """Return whether the briefer of two records says nothing that the fuller one does not say too.

    Where there was something that could speak against it, that nothing does speaks for it. A title of one word needs
    records that know the same; a generic one never has enough.
    """
    if told <= 1 or a.volume != b.volume or (_plain(a.main), _plain(a.rest)) != (_plain(b.main), _plain(b.rest)):
        return False
    known = (
        (bool(a.years), bool(b.years), a.years[:1] == b.years[:1]),
        (bool(a.pages), bool(b.pages), a.pages == b.pages),
        (bool(a.publisher), bool(b.publisher), _same_publisher(a.publisher, b.publisher)),
        (bool(a.credited), bool(b.credited), is_credited(a.agents[0] or a.credited, b.credited)),
    )
    if any(in_a and in_b and not equal for in_a, in_b, equal in known):
        return False
    only_a = any(in_a and not in_b for in_a, in_b, _ in known)
    only_b = any(in_b and not in_a for in_a, in_b, _ in known)
    year, pages, publisher, agent = (in_a and in_b for in_a, in_b, _ in known)
    shared = year + pages + publisher + agent
    if only_a or only_b:
        return not (only_a and only_b) and told >= 2 and shared >= 2 and (year or pages)
    dated = year or pages or publisher or any(char.isdigit() for char in a.credited)
    return dated and (shared >= 2 or (shared == 1 and told >= 3))


def _weigh_agents(a: Evidence, b: Evidence, say: _Say) -> None:
    if not a.credited or not b.credited:
        return
    names_a = [name for name in a.agents if name][:3] or [a.credited]
    names_b = [name for name in b.agents if name][:3] or [b.credited]
    if any(is_credited(name, b.credited) for name in names_a) or any(is_credited(name, a.credited) for name in names_b):
        say(3, f"agent {names_a[0]}")
    else:
        say(-4, f"agent {names_a[0]}, not {names_b[0]}")


def _weigh_imprint(a: Evidence, b: Evidence, say: _Say) -> None:
    if a.years and b.years:
        if a.years[0] == b.years[0]:
            say(2, f"year {a.years[0]}")
        elif common := sorted(set(a.years) & set(b.years)):
            say(1, f"year {common[0]}")
    elif a.years or b.years:
        say(-1, "a year is missing")
    if a.publisher and b.publisher:
        if _same_publisher(a.publisher, b.publisher):
            say(1.5, f"publisher {a.publisher}")
        else:
            say(-4, f"publisher {a.publisher}, not {b.publisher}")
    if a.pages and b.pages:
        if abs(a.pages - b.pages) <= max(2, max(a.pages, b.pages) // 50):
            say(2, f"{min(a.pages, b.pages)} pages")
        else:
            say(-4, f"{min(a.pages, b.pages)} pages, not {max(a.pages, b.pages)}")
    if a.edition and a.edition == b.edition:
        say(1, f"edition {a.edition}")


def _same_publisher(a: str, b: str) -> bool:
    if fuzz.token_set_ratio(a, b) >= 80:
        return True
    first = "".join(word[0] for word in a.split()), "".join(word[0] for word in b.split())
    return (len(first[0]) > 2 and first[0] == b.replace(" ", "")) or (
        len(first[1]) > 2 and first[1] == a.replace(" ", "")
    )
