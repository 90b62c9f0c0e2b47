"""The plans of walks (publisher/sparql/walk.py): which queries are walks, and in which order their patterns are gone.

What is not exactly understood has no plan: the engine's own reading counts. The plan of a query is made once for all
that differ in their constants only (publisher/sparql/skeletons.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.sparql.tokens import RDF_TYPE, Token

_STEPS = 8


@dataclass(frozen=True, slots=True)
class Constant:
    """An IRI of the query: which of its constants holds it, and what a prefixed name adds to that."""

    place: int
    """-1 where `local` is all of it."""
    local: str


Place = int | Constant
"""A variable, by its number; or an IRI."""


@dataclass(frozen=True, slots=True)
class Step:
    """One triple pattern."""

    subject: Place
    predicate: Place
    object: Place


@dataclass(frozen=True, slots=True)
class Plan:
    """A walk: the steps in the order in which they are gone, then the optional ones, and what is shown."""

    columns: tuple[tuple[str, int], ...]
    """The names of the variables and their numbers; -1 for one that is nowhere."""
    variables: int
    steps: tuple[Step, ...]
    options: tuple[tuple[Step, ...], ...]
    limit: int | None


class _NoWalk(Exception):
    """The query is something else."""


def plan_of(words: Sequence[Token], form: str) -> Plan | None:
    """Return the plan of a query, from its words; None when it is no walk."""
    if form != "SELECT":
        return None
    try:
        return _Reader(words).plan()
    except (_NoWalk, IndexError):
        return None


class _Reader:
    """Reads a query that may be a walk, word by word."""

    def __init__(self, words: Sequence[Token]) -> None:
        self._words = words
        self._next = 0
        self._constants = 0
        self._prefixes: dict[str, int] = {}
        self._variables: dict[str, int] = {}
        self._inner = 0

    def plan(self) -> Plan:
        self._prologue()
        names = self._projection()
        self._expect("{")
        steps, options = self._group()
        limit = self._limit()
        columns = tuple((name, self._variables.get(name, -1)) for name in names)
        ordered = _ordered(steps, set())
        before = _variables(steps)
        return Plan(columns, len(self._variables) + self._inner, ordered, self._options(options, before), limit)

    def _options(self, options: list[list[Step]], before: set[int]) -> tuple[tuple[Step, ...], ...]:
        found = []
        elsewhere = [_variables(option) - before for option in options]
        for place, option in enumerate(options):
            others = set[int]().union(*elsewhere[:place], *elsewhere[place + 1 :])
            if _variables(option) & others:
                raise _NoWalk  # what an option means then hangs on what the other one found
            found.append(_ordered(option, before))
        return tuple(found)

    def _prologue(self) -> None:
        while self._peek().word == "PREFIX":
            name, iri = self._words[self._next + 1], self._words[self._next + 2]
            if name.kind != "pname" or not name.text.endswith(":") or iri.kind != "iri" or iri.text == RDF_TYPE:
                raise _NoWalk
            if name.text in self._prefixes:
                raise _NoWalk
            self._prefixes[name.text] = self._constants
            self._constants += 1
            self._next += 3

    def _projection(self) -> list[str]:
        if self._take().word != "SELECT":
            raise _NoWalk
        names: list[str] = []
        while self._peek().kind == "var":
            names.append(self._take().text[1:])
        if not names or len(set(names)) < len(names):
            raise _NoWalk
        if self._peek().word == "WHERE":
            self._next += 1
        return names

    def _group(self) -> tuple[list[Step], list[list[Step]]]:
        steps, options = self._triples(), list[list[Step]]()
        while self._peek().word == "OPTIONAL":
            self._next += 1
            self._expect("{")
            options.append(self._triples())
            self._expect("}")
            if self._peek().text == ".":
                self._next += 1
        self._expect("}")
        return steps, options

    def _limit(self) -> int | None:
        rest = self._words[self._next :]
        if not rest:
            return None
        if len(rest) != 2 or rest[0].word != "LIMIT" or not rest[1].text.isdecimal() or len(rest[1].text) > 9:
            raise _NoWalk
        return int(rest[1].text)

    def _triples(self) -> list[Step]:
        steps: list[Step] = []
        while self._peek().kind in ("iri", "pname", "var"):
            subject = self._term()
            while True:
                self._property(subject, steps)
                if self._peek().text != ";":
                    break
                self._next += 1
                if self._peek().text in (".", "}", ";"):
                    raise _NoWalk
            if self._peek().text != ".":
                break
            self._next += 1
        if not 0 < len(steps) <= _STEPS:
            raise _NoWalk
        return steps

    def _property(self, subject: Place, steps: list[Step]) -> None:
        predicate = self._verb()
        while self._peek().text == "/":
            self._next += 1
            middle = self._new_variable()
            steps.append(Step(subject, predicate, middle))
            subject, predicate = middle, self._verb(in_path=True)
        steps.append(Step(subject, predicate, self._term()))

    def _verb(self, *, in_path: bool = False) -> Place:
        if self._peek().text == "a":
            self._next += 1
            return Constant(-1, RDF_TYPE[1:-1])
        verb = self._term()
        if isinstance(verb, int) and (in_path or self._peek().text == "/"):
            raise _NoWalk
        return verb

    def _term(self) -> Place:
        token = self._take()
        if token.kind == "var":
            return self._variables.setdefault(token.text[1:], len(self._variables) + self._inner)
        if token.kind == "iri":
            if token.text == RDF_TYPE:
                return Constant(-1, RDF_TYPE[1:-1])
            self._constants += 1
            return Constant(self._constants - 1, "")
        if token.kind == "pname" and "\\" not in token.text:
            prefix, _, local = token.text.partition(":")
            if (place := self._prefixes.get(f"{prefix}:")) is not None:
                return Constant(place, local)
        raise _NoWalk

    def _new_variable(self) -> int:
        self._inner += 1
        return len(self._variables) + self._inner - 1

    def _peek(self) -> Token:
        return self._words[self._next]

    def _take(self) -> Token:
        self._next += 1
        return self._words[self._next - 1]

    def _expect(self, text: str) -> None:
        if self._take().text != text:
            raise _NoWalk


def _variables(steps: Sequence[Step]) -> set[int]:
    return {place for step in steps for place in (step.subject, step.predicate, step.object) if isinstance(place, int)}


def _ordered(steps: Sequence[Step], known: set[int]) -> tuple[Step, ...]:
    """Return the steps in an order in which each has a known end: both, before the subject, before the object."""
    known, left, found = set(known), list(steps), list[Step]()
    while left:
        step = max(left, key=lambda step: _knows(step.subject, known) * 2 + _knows(step.object, known))
        variables = [place for place in (step.subject, step.predicate, step.object) if isinstance(place, int)]
        if not (_knows(step.subject, known) or _knows(step.object, known)) or len(set(variables)) < len(variables):
            raise _NoWalk
        if isinstance(step.predicate, int):
            raise _NoWalk  # with every property of a thing, the engine is as quick
        left.remove(step)
        found.append(step)
        known.update(variables)
    return tuple(found)


def _knows(place: Place, known: set[int]) -> bool:
    return not isinstance(place, int) or place in known
