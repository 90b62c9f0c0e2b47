"""Two records beside each other: what speaks for one edition, what against it, and what forbids it.

Points are added up; `ENOUGH` of them and no contradiction make a match. They are few and coarse on purpose: each is a
reason that a librarian can read and dispute. A number that an agency gives to one edition (OCLC's, the LCCN) is enough
where title, volume and date do not contradict; everything else has to come together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from publisher.identity.contradiction import (
    common_years,
    contradictions,
    credit_each_other,
    first_names,
)
from publisher.identity.evidence import Evidence
from publisher.identity.publishers import same_publisher
from publisher.identity.titles import likeness, plain
from publisher.identity.vouching import is_agreed
from publisher.identity.wording import weight

ENOUGH = 7.0
"""Points from which two records are one."""

DOUBTFUL = 5.0
"""Points from which a librarian should look."""

_STRONG = 9.0
_ISBN, _ISSN, _ISSUE = 5.5, 5.5, 3.0
_NO_MORE = 2.0
_MANY_WORDS = 8
"""Words of a title that hardly two editions have in common."""

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
    of_records = [number for number in shared if not number.startswith("issue:")]
    title = likeness(a, b)
    against = contradictions(a, b, title)
    score, reasons = 0.0, []

    def say(points: float, reason: str) -> None:
        nonlocal score
        score += points
        reasons.append(f"{reason} ({points:+g})")

    if of_records:
        say(_STRONG, f"the number {of_records[0]}")
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
    if not (shared or isbn or issn) and not _is_grounded(a, b):
        say(-1, "no date, publisher, extent or number in common")
    if not against and (points := _says_no_more(a, b, title.points)):
        say(points, "neither says anything else")
    if is_agreed(a, b) and score < ENOUGH and not against:
        say(ENOUGH - score, "the number outweighs what differs")
    return Comparison(score, tuple(reasons), against, bool(shared or isbn or issn))


def _is_grounded(a: Evidence, b: Evidence) -> bool:
    """Return whether both records name a date, a publisher, an extent, a volume or numbers (of a standard)."""
    facts = ((a.years, b.years), (a.publishers, b.publishers), (a.pages, b.pages), (a.volume, b.volume))
    return _are_numbered(a, b) or any(in_a and in_b for in_a, in_b in facts)


def _are_numbered(a: Evidence, b: Evidence) -> bool:
    """Return whether digits stand in the names of both: standards, which have a number instead of an author."""
    return any(char.isdigit() for char in a.credited) and any(char.isdigit() for char in b.credited)


def _says_no_more(a: Evidence, b: Evidence, told: float) -> float:
    """Return points, 0 unless the briefer of two records says nothing that the fuller one does not say too.

    Where there was something that could speak against it, that nothing does speaks for it. A title of one word needs
    records that know the same; a generic one never has enough; one of many words needs nothing else where neither
    record has it.
    """
    without_subtitle = bool(a.rest) != bool(b.rest)
    if a.volume != b.volume or plain(a.main) != plain(b.main) or (told <= 1 and not without_subtitle):
        return 0
    if not without_subtitle and plain(a.rest) != plain(b.rest):
        return 0
    facts = _facts(a, b)
    if not told or facts.differ:
        return 0
    if without_subtitle and told < weight(plain(a.main)):
        return _without_subtitle(a, facts)
    one_sided, both_sided = facts.only_a or facts.only_b, facts.only_a and facts.only_b
    serial = a.form.endswith("s")
    if one_sided:
        if serial and told >= _SOME and facts.agent:
            return _NO_MORE + 1  # what is known by its title and the body that issues it
        named = serial and told >= _MUCH and (facts.publisher or facts.year)
        enough = not both_sided and told >= _SOME and facts.shared >= 2 and (facts.year or facts.pages)
        undated = facts.agent and told >= _MUCH and not (a.years or b.years)
        if not facts.shared and not both_sided and _is_long(a):
            return _NO_MORE + 1
        return _NO_MORE if named or enough or undated else 0
    if not facts.shared:
        return _NO_MORE + 1 if _is_long(a) else 0
    if facts.publisher and told >= _MUCH:
        return _NO_MORE + 1
    dated = facts.year or facts.pages or facts.publisher
    enough = told >= _MUCH or (facts.shared >= 2 and dated) or (facts.agent and _are_numbered(a, b))
    if facts.agent and _are_numbered(a, b):
        return _NO_MORE + 1
    return _NO_MORE if enough or (serial and facts.publisher) else 0


_SOME, _MUCH = 2, 3
"""How much a title says (`wording.weight`) that needs something beside it, and one that needs little."""


class _Facts(NamedTuple):
    """What two records know: whether both know the year, the pages, the publisher, an agent; whether one knows more.

    `shared` is how many of them both know; `differ` says that what both know is not the same.
    """

    year: bool
    pages: bool
    publisher: bool
    agent: bool
    only_a: bool
    only_b: bool
    differ: bool

    @property
    def shared(self) -> int:
        """How many things both know."""
        return self.year + self.pages + self.publisher + self.agent


def _facts(a: Evidence, b: Evidence) -> _Facts:
    known = (
        (bool(a.years), bool(b.years), a.years[:1] == b.years[:1]),
        (bool(a.pages), bool(b.pages), a.pages == b.pages),
        (bool(a.publishers), bool(b.publishers), same_publisher(a.publishers, b.publishers)),
        (bool(a.credited), bool(b.credited), credit_each_other(a, b)),
    )
    year, pages, publisher, agent = (in_a and in_b for in_a, in_b, _ in known)
    # A brief record leaves out whom the fuller one names beside the title, never whom it puts in front of it.
    said = (*known[:3], (any(a.agents[:1]) or agent, any(b.agents[:1]) or agent, True))
    only_a = any(in_a and not in_b for in_a, in_b, _ in said)
    only_b = any(in_b and not in_a for in_a, in_b, _ in said)
    differ = any(in_a and in_b and not equal for in_a, in_b, equal in known)
    return _Facts(year, pages, publisher, agent, only_a, only_b, differ)


def _without_subtitle(a: Evidence, facts: _Facts) -> float:
    """Return points where only one of the records has a subtitle, which may make another book of it."""
    dated = facts.year or facts.pages
    if dated and facts.shared >= (2 if a.form.endswith("s") else 3):
        return _NO_MORE
    if facts.only_a or facts.only_b:
        return 0
    if facts.pages and facts.agent:
        return _NO_MORE
    return 1 if facts.pages or (facts.year and _is_long(a)) else 0


def _is_long(a: Evidence) -> bool:
    return len(a.main.split()) + len(a.rest.split()) >= _MANY_WORDS


def _weigh_agents(a: Evidence, b: Evidence, say: _Say) -> None:
    if not a.credited or not b.credited:
        return
    name, other = first_names(a)[0], first_names(b)[0]
    if credit_each_other(a, b):
        say(3, f"agent {name}")
    else:
        say(-4, f"agent {name}, not {other}")


def _weigh_imprint(a: Evidence, b: Evidence, say: _Say) -> None:
    if a.years and b.years:
        if a.years[0] == b.years[0]:
            say(2, f"year {a.years[0]}")
        elif common := common_years(a, b):
            say(1, f"year {common[0]}")
        elif a.years[0] // 10 == b.years[0] or a.years[0] == b.years[0] // 10:
            say(-1, "only the decade is known")
    elif (a.years or b.years) and not a.form.endswith("s"):
        say(-1, "a year is missing")
    if a.publishers and b.publishers:
        if same_publisher(a.publishers, b.publishers):
            say(1.5, f"publisher {a.publishers[0]}")
        else:
            say(-4, f"publisher {a.publishers[0]}, not {b.publishers[0]}")
    if a.pages and b.pages:
        if abs(a.pages - b.pages) <= max(2, max(a.pages, b.pages) // 50):
            say(2, f"{min(a.pages, b.pages)} pages")
        else:
            say(-4, f"{min(a.pages, b.pages)} pages, not {max(a.pages, b.pages)}")
    if a.edition and a.edition == b.edition:
        say(1, f"edition {a.edition}")
