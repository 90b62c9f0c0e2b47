"""Which of those that bear one name are one: agents, concepts and places whose names differ in nothing but marks.

Two persons with different dates stay two. A name without dates is that of the one who has them only where there is but
one, nothing contradicts, and an authority record or something beyond the name says so. So is a name without marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from publisher.identity.clusters import Clusters
from publisher.identity.heading import Heading, other_number

_PEOPLE = ("Person", "Family")
SAME_HEADING, SAME_DATES, OF_AUTHORITY, OF_VARIANT, BEYOND = 9.0, 8.0, 6.0, 5.0, 3.0
"""Points for each way in which two headings are found to be one."""


class Bearer(NamedTuple):
    """One face that bears a name; `of_variant` says that an authority record gives it as another name only."""

    face: int
    heading: Heading
    authority: str
    of_variant: bool


class Union(NamedTuple):
    """Two faces that should be one, with points and reasons; `doubts` are why they should not after all."""

    score: float
    a: int
    b: int
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


class Witness(Protocol):
    """Tells what the records that name two faces have in common, beyond the name."""

    def speaks_for(self, clusters: Clusters, a: int, b: int) -> list[str]:
        """Return what speaks for the clusters of `a` and `b` being one, empty for nothing."""
        ...

    def speaks_against(self, clusters: Clusters, a: int, b: int) -> str:
        """Return what contradicts it, or ""."""
        ...


def contradiction(a: Heading, b: Heading) -> str:
    """Return why two headings cannot name one thing, or ""."""
    if a.kind != b.kind or (a.sort != b.sort and a.sort and b.sort):
        return f"{a.sort or a.kind} is not {b.sort or b.kind}"
    if a.sort == "ComplexSubject" and a.name != b.name:
        # What $0 identifies is often the first part alone: "Lesbians--Nevada" is not "Lesbians--Massachusetts".
        return f"{a.name} is not {b.name}"
    if a.scheme != b.scheme and a.scheme and b.scheme:
        return f"a term of {a.scheme} is none of {b.scheme}"
    if a.born != b.born and a.born and b.born:
        return f"born {a.born} is not born {b.born}"
    if a.died != b.died and a.died and b.died:
        return f"died {a.died} is not died {b.died}"
    return other_number(a.numbers, b.numbers)


class Namesakes:
    """The bearers of one name without marks, which is asked step by step who is who."""

    def __init__(self, bearers: list[Bearer], clusters: Clusters, witness: Witness) -> None:
        self._clusters = clusters
        self._witness = witness
        self._own = [bearer for bearer in bearers if not bearer.of_variant]
        self._variants = [bearer for bearer in bearers if bearer.of_variant]

    def unions(self) -> Iterator[Union]:
        """Yield what should be one, the surest first. Between two, the caller joins what it can of the one before."""
        yield from self._of_one_heading()
        yield from self._of_one_date()
        yield from self._undated()
        yield from self._of_any_scheme()
        yield from self._by_variants()
        yield from self._without_marks()

    def _of_one_heading(self) -> Iterator[Union]:
        """The same name, order and punctuation apart, with the same dates and titles, of the same scheme."""
        first: dict[tuple[str, ...], Bearer] = {}
        for bearer in self._own:
            its = bearer.heading
            key = (its.sort, its.name, its.beside, its.born, its.died, its.scheme)
            leader = first.setdefault(key, bearer)
            if leader is bearer:
                continue
            reason = f"the same heading: {_called(its)}"
            if leader.authority and bearer.authority and _library(leader) == _library(bearer):
                yield Union(0, leader.face, bearer.face, (reason,), ("two authority records of one library",))
            else:
                yield Union(SAME_HEADING, leader.face, bearer.face, (reason,))
        bodies = [b for b in self._own if b.heading.sort == "Organization"]
        for bearer in (b for b in self._own if b.heading.kind == "agent" and not b.heading.sort):
            found = [body for body in bodies if body.heading.name == bearer.heading.name]
            if len({self._clusters.of(body.face) for body in found}) == 1 and " " in bearer.heading.name:
                yield Union(
                    SAME_HEADING, found[0].face, bearer.face, (f"a publisher of this name: {found[0].heading.name}",)
                )

    def _of_one_date(self) -> Iterator[Union]:
        """The same name, born (or dead) in the same year, where it is one who died then."""
        people = [bearer for bearer in self._own if bearer.heading.sort in _PEOPLE and bearer.heading.dated]
        for bearer in people:
            its = bearer.heading
            fellows = [b for b in people if _agree(b.heading, its)]
            deaths = {b.heading.died for b in fellows if b.heading.died}
            births = {b.heading.born for b in fellows if b.heading.born}
            if len(deaths) > 1 or len(births) > 1 or fellows[0] is bearer:
                continue
            year = f"born {its.born}" if its.born else f"died {its.died}"
            yield Union(SAME_DATES, fellows[0].face, bearer.face, (f"the same name: {its.name}", year))

    def _undated(self) -> Iterator[Union]:
        """A name without dates: the one that has them, if there is but one."""
        for bearer in self._own:
            its = bearer.heading
            if its.sort not in _PEOPLE or its.dated or its.beside:
                continue
            fellows = [b for b in self._own if b.heading.sort == its.sort and b.heading.name == its.name]
            dated = [b for b in fellows if b.heading.dated and not self._is_one(b, bearer)]
            if dated and len({self._clusters.of(b.face) for b in dated}) == 1:
                yield from self._beyond(dated[0], bearer, f"the same name, and nobody else of that name: {its.name}")

    def _of_any_scheme(self) -> Iterator[Union]:
        """A subject of no scheme: the one that authority records know under this name, if there is but one."""
        for bearer in self._own:
            its = bearer.heading
            if its.kind == "agent" or its.scheme or bearer.authority:
                continue
            known = [b for b in self._own if b.authority and b.heading.sort == its.sort and b.heading.name == its.name]
            if known and len({self._clusters.of(b.face) for b in known}) == 1 and not self._is_one(known[0], bearer):
                yield Union(
                    OF_AUTHORITY, known[0].face, bearer.face, (f"the heading of {known[0].authority}: {its.name}",)
                )

    def _by_variants(self) -> Iterator[Union]:
        """Another name that one authority record gives, and no other bears itself."""
        for bearer in self._own:
            its = bearer.heading
            if bearer.authority or self._has_authority(bearer):
                continue
            given = [v for v in self._variants if v.heading.name == its.name and v.heading.sort == its.sort]
            theirs = [b for b in self._own if b.authority and b.heading.name == its.name and b.heading.sort == its.sort]
            if not given or theirs or len({self._clusters.of(v.face) for v in given}) > 1:
                continue
            (chosen, *_) = given
            reason = f"another name that {chosen.authority} gives: {its.name}"
            dated = its.dated and not any(_agree_in_dates(v.heading, its) for v in given)
            if its.sort in _PEOPLE and (dated or " " not in its.name):
                yield from self._beyond(chosen, bearer, reason, of_authority=False)
            elif not (its.scheme and chosen.heading.scheme and its.scheme != chosen.heading.scheme):
                yield Union(OF_VARIANT, chosen.face, bearer.face, (reason,))

    def _without_marks(self) -> Iterator[Union]:
        """A name written without marks: the one written with them, if something beyond the name says so."""
        agents = [bearer for bearer in self._own if bearer.heading.kind == "agent"]
        marked = [bearer for bearer in agents if not bearer.heading.name.isascii()]
        for bearer in agents if marked else ():
            its = bearer.heading
            if not its.name.isascii():
                continue
            fellows = [b for b in marked if b.heading.sort == its.sort and b.heading.beside == its.beside]
            born = [b for b in fellows if its.born and b.heading.born == its.born]
            found = born or [b for b in fellows if not (its.dated and b.heading.dated)]
            if not found or len({self._clusters.of(b.face) for b in found}) > 1 or self._is_one(found[0], bearer):
                continue
            reason = f"the same name but for its marks: {found[0].heading.name}"
            if born:
                yield Union(SAME_DATES, found[0].face, bearer.face, (reason, f"born {its.born}"))
            else:
                yield from self._beyond(found[0], bearer, reason, of_authority=False)

    def _beyond(self, one: Bearer, other: Bearer, reason: str, *, of_authority: bool = True) -> Iterator[Union]:
        """Yield a union for which the name alone is not enough, or the doubt that is left."""
        if against := self._witness.speaks_against(self._clusters, one.face, other.face):
            yield Union(0, one.face, other.face, (reason,), (against,))
            return
        known = self._has_authority(one) if of_authority and " " in other.heading.name else ""
        said = self._witness.speaks_for(self._clusters, one.face, other.face)
        if known:
            yield Union(
                OF_AUTHORITY + len(said), one.face, other.face, (reason, f"the authority record {known}", *said)
            )
        elif said:
            yield Union(BEYOND + len(said), one.face, other.face, (reason, *said))
        else:
            yield Union(BEYOND, one.face, other.face, (reason,), ("nothing but the name agrees",))

    def _has_authority(self, bearer: Bearer) -> str:
        cluster = self._clusters.of(bearer.face)
        return next((b.authority for b in self._own if b.authority and self._clusters.of(b.face) == cluster), "")

    def _is_one(self, a: Bearer, b: Bearer) -> bool:
        return self._clusters.of(a.face) == self._clusters.of(b.face)


def _agree(a: Heading, b: Heading) -> bool:
    """Return whether two dated headings have the same name, and a year in common."""
    return a.sort == b.sort and a.name == b.name and _agree_in_dates(a, b)


def _agree_in_dates(a: Heading, b: Heading) -> bool:
    return bool((a.born and a.born == b.born) or (a.died and a.died == b.died))


def _library(bearer: Bearer) -> str:
    return bearer.authority.partition("-")[0]


def _called(heading: Heading) -> str:
    dates = f"{heading.born}-{heading.died}" if heading.dated else ""
    return ", ".join(part for part in (heading.name, heading.beside, dates) if part)
