"""Step by step, which faces are one: a decision, a number or a name at a time, in an order that only they tell.

A step joins faces, doubts or warns, and what it does depends on the steps before it and on nothing else. A build takes
all steps, an update those that a change concerns; which step something came of is kept with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from publisher.identity.clusters import Clusters
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.namesakes import Bearer, Namesakes, Union, Witness, contradiction
from publisher.identity.roster import Numbered, Roster

_DECIDED, _NUMBERED = 100.0, 10.0

Joined = tuple[float, int, int, bytes, str]
"""Two faces that were joined: points, the two, the reasons as JSON, the step."""

Doubted = tuple[float, int, int, bytes, bytes, str]
"""Two faces that may be one: points, the two, the reasons for and against as JSON, the step."""

Warned = tuple[str, int, str]
"""A step, the how manieth warning it gives, the warning."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A decision of the librarian with its place among all: first those that keep things apart."""

    place: int
    decision: Decision = field(compare=False)
    is_same: bool

    @property
    def step(self) -> str:
        """The step of this decision."""
        return f"0{self.place:08}"


def in_order(decisions: Decisions) -> list[Ordered]:
    """Return the decisions as they are taken."""
    every = [(each, False) for each in decisions.different] + [(each, True) for each in decisions.same]
    return [Ordered(place, each, is_same) for place, (each, is_same) in enumerate(every)]


def step_of_number(value: str) -> str:
    """Return the step of a number that faces share."""
    return f"1{value}"


def step_of_name(name: str) -> str:
    """Return the step of a name that faces bear."""
    return f"2{name}"


class Joining:
    """Takes steps on `clusters`; what comes of them is in `joined`, `doubts` and `warned`, `step` is the last taken."""

    def __init__(self, roster: Roster, clusters: Clusters, witness: Witness) -> None:
        self._roster = roster
        self._clusters = clusters
        self._witness = witness
        self.step = ""
        self.joined: list[Joined] = []
        self.doubts: list[Doubted] = []
        self.warned: list[Warned] = []

    # Decisions

    def by_decision(self, ordered: Ordered) -> None:
        """Keep apart or join what a librarian says is different or the same."""
        self.step = ordered.step
        decision, found = ordered.decision, list(self._named(ordered.decision))
        if ordered.is_same:
            reasons = ("decided by a person", *([decision.note] if decision.note else []))
            for other in found[1:]:
                self._join(Union(_DECIDED, found[0], other, reasons), forbidden=False)
            return
        for n, a in enumerate(found):
            for b in found[n + 1 :]:
                self._clusters.keep_apart(a, b)

    def _named(self, decision: Decision) -> Iterator[int]:
        for path in decision.of:
            numbers = self._roster.called(path)
            if not numbers:
                self._warn(f"The file of decisions names {path}, which nothing in this build is.")
            yield from numbers[:1]

    # Numbers

    def by_number(self, value: str, numbers: Iterable[int]) -> None:
        """Join what has the same number. One that two authority records of a library have joins nothing."""
        self.step = step_of_number(value)
        faces = [self._roster.face(number) for number in numbers]
        owners = [face for face in faces if face.authority]
        libraries = [face.authority.partition("-")[0] for face in owners]
        if len(libraries) > len(set(libraries)):
            names = ", ".join(f"{face.authority} ({face.label})" for face in owners)
            self._warn(f"The number {value} is that of several authority records: {names}; it joins nothing.")
            return
        leaders: list[Numbered] = []
        for face in faces:
            if not any(self._of_number(leader, face, value) for leader in leaders):
                leaders.append(face)

    def _of_number(self, a: Numbered, b: Numbered, value: str) -> bool:
        against = contradiction(a.heading, b.heading)
        # The address of a concept is the same in every language: its names need not have a word in common.
        named = a.heading.kind == "agent" or value.startswith("(")
        if not against and named and not self._share_a_word(a, b):
            against = f"{a.label} has no word in common with {b.label}"
        if against:
            self._doubt(_NUMBERED, a.id, b.id, orjson.dumps([f"number {value}"]), orjson.dumps([against]))
            if a.authority or b.authority or a.heading.kind == b.heading.kind == "agent":
                self._warn(f"{value} stands for {a.label} and for {b.label}: {against}.")
            return False
        return self._join(Union(_NUMBERED, a.id, b.id, (f"number {value}",)))

    def _share_a_word(self, a: Numbered, b: Numbered) -> bool:
        """Return whether two names have a word in common, or are written in two scripts."""
        ours, theirs = (self._words(face) for face in (a, b))
        return not ours.isdisjoint(theirs) or any(not word.isascii() for word in (*ours, *theirs))

    def _words(self, face: Numbered) -> set[str]:
        words = set(face.heading.bare_name.split())
        if face.authority:
            for heading in self._roster.variants_of(face.path):
                words.update(heading.bare_name.split())
        return words

    # Names

    def by_name(self, name: str, bearers: list[Bearer]) -> None:
        """Join those of the bearers of a name who are one."""
        self.step = step_of_name(name)
        for union in Namesakes(bearers, self._clusters, self._witness).unions():
            self._join(union)

    # Joining

    def _forbids(self, a: int, b: int) -> bool:
        return bool(contradiction(self._roster.face(a).heading, self._roster.face(b).heading))

    def _join(self, union: Union, *, forbidden: bool = True) -> bool:
        """Join two faces unless something contradicts; enter what was done. Return whether they are one now."""
        clusters, (score, a, b, reasons, doubts) = self._clusters, union
        if clusters.of(a) == clusters.of(b):
            return True
        said = orjson.dumps(reasons)
        if not doubts and clusters.are_kept_apart(a, b):
            one, other = self._roster.face(a), self._roster.face(b)
            self._warn(f"{one.label} and {other.label} are kept apart by a decision, though {reasons[0]}.")
            return False
        if not doubts and clusters.join(a, b, self._forbids if forbidden else None):
            self.joined.append((score, a, b, said, self.step))
            return True
        against = doubts or tuple(self._against(a, b))
        self._doubt(score, a, b, said, orjson.dumps(against))
        if doubts and union.doubts[0].startswith("two authority records"):
            one, other = self._roster.face(a), self._roster.face(b)
            self._warn(f"{one.authority} and {other.authority} are two authority records of one heading, {one.label}.")
        return False

    def _against(self, a: int, b: int) -> Iterator[str]:
        for ours in self._clusters.members(a)[:40]:
            for theirs in self._clusters.members(b)[:40]:
                if why := contradiction(self._roster.face(ours).heading, self._roster.face(theirs).heading):
                    yield why
                    return

    def _doubt(self, score: float, a: int, b: int, reasons: bytes, against: bytes) -> None:
        self.doubts.append((score, a, b, reasons, against, self.step))

    def _warn(self, text: str) -> None:
        n = self.warned[-1][1] + 1 if self.warned and self.warned[-1][0] == self.step else 0
        self.warned.append((self.step, n, text))
