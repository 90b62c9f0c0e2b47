"""The plans of walks (publisher/sparql/walk.py): which queries are walks, and in what order their patterns are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from publisher.sparql.simple import NotSimple, Place, Reader, Step
from publisher.sparql.tokens import Token


@dataclass(frozen=True, slots=True)
class Plan:
    """A walk: the steps in the order in which they are gone, then the optional ones, and what is shown."""

    head: bytes
    """How the answer begins, in SPARQL JSON."""
    shown: tuple[tuple[str, int], ...]
    """The names of the variables that may be bound, as JSON, and their numbers."""
    variables: int
    steps: tuple[Step, ...]
    options: tuple[tuple[Step, ...], ...]
    limit: int | None


def plan_of(words: Sequence[Token], form: str) -> Plan | None:
    """Return the plan of a query, from its words; None when it is no walk."""
    if form != "SELECT":
        return None
    try:
        return _Reader(words).plan()
    except (NotSimple, IndexError):
        return None


class _Reader(Reader):
    """Reads a query that may be a walk, word by word."""

    def plan(self) -> Plan:
        self.prologue()
        names = self._projection()
        self.expect("{")
        steps, options = self._group()
        limit = self.limit()
        head = b'{"head":{"vars":[%b]},"results":{"bindings":[' % b",".join(map(orjson.dumps, names))
        shown = tuple((orjson.dumps(name).decode(), self.variables[name]) for name in names if name in self.variables)
        ordered = _ordered(steps, set())
        before = _variables(steps)
        return Plan(head, shown, len(self.variables) + self.inner, ordered, self._options(options, before), limit)

    def _options(self, options: list[list[Step]], before: set[int]) -> tuple[tuple[Step, ...], ...]:
        found = []
        elsewhere = [_variables(option) - before for option in options]
        for place, option in enumerate(options):
            others = set[int]().union(*elsewhere[:place], *elsewhere[place + 1 :])
            if _variables(option) & others:
                raise NotSimple  # what an option means then hangs on what the other one found
            found.append(_ordered(option, before))
        return tuple(found)

    def _projection(self) -> list[str]:
        self.keyword("SELECT")
        names: list[str] = []
        while self.peek().kind == "var":
            names.append(self.take().text[1:])
        if not names or len(set(names)) < len(names):
            raise NotSimple
        self.may_come("WHERE")
        return names

    def _group(self) -> tuple[list[Step], list[list[Step]]]:
        steps, options = self.triples(), list[list[Step]]()
        while self.peek().word == "OPTIONAL":
            self.next += 1
            self.expect("{")
            options.append(self.triples())
            self.expect("}")
            if self.peek().text == ".":
                self.next += 1
        self.expect("}")
        return steps, options


def _variables(steps: Sequence[Step]) -> set[int]:
    return {place for step in steps for place in (step.subject, step.predicate, step.object) if isinstance(place, int)}


def _ordered(steps: Sequence[Step], known: set[int]) -> tuple[Step, ...]:
    """Return the steps in an order in which each has a known end: both, before the subject, before the object."""
    known, left, found = set(known), list(steps), list[Step]()
    while left:
        step = max(left, key=lambda step: _knows(step.subject, known) * 2 + _knows(step.object, known))
        variables = [place for place in (step.subject, step.predicate, step.object) if isinstance(place, int)]
        if not (_knows(step.subject, known) or _knows(step.object, known)) or len(set(variables)) < len(variables):
            raise NotSimple
        if isinstance(step.predicate, int):
            raise NotSimple  # with every property of a thing, the engine is as quick
        left.remove(step)
        found.append(step)
        known.update(variables)
    return tuple(found)


def _knows(place: Place, known: set[int]) -> bool:
    return not isinstance(place, int) or place in known
