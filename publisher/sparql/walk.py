"""Walks: small joins that the server answers from the index itself, without the engine's parser and planner.

A walk starts from a thing that the query names and goes from statement to statement, forwards or backwards, so that at
each step one end is known:

    SELECT ?edition ?title { ?edition schema:author <thing> ; rdfs:label ?title } LIMIT 50
    SELECT ?label ?number { <thing> bf:instanceOf/rdfs:label ?label OPTIONAL { <thing> schema:isbn ?number } }

It looks at so many statements and no more (`_MOST`): what takes more is left to a worker, and nothing was lost but a
millisecond. What is not exactly understood is no walk: the engine's own reading counts. The plan of a query is made
once for all that differ in their constants only (publisher/sparql/skeletons.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson
import pyoxigraph as ox

from publisher.sparql.tokens import RDF_TYPE, Token

_MOST = 256
"""Statements that a walk may look at."""
_LARGEST = 64 * 1024
_STEPS = 8
# An IRI that means itself whatever the base is: absolute, and without dot segments, which the engine takes out.
_PLAIN_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\.|.*[/:]\.)[^<>\"{}|^`\\\x00-\x20]*")
_DEFAULT = ox.DefaultGraph()

Row = list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]


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


# -- going ---------------------------------------------------------------------------------------------------------


class _TooFar(Exception):
    """More statements than a walk may look at, or something that only the engine writes."""


def walk(store: ox.Store, plan: Plan, constants: Sequence[str]) -> bytes | None:
    """Return the answer as SPARQL JSON; None when it has to be left to the engine."""
    try:
        going = _Walk(store, plan, constants)
        return going.answer()
    except (_TooFar, ValueError, OSError, RuntimeError):
        return None


class _Walk:
    def __init__(self, store: ox.Store, plan: Plan, constants: Sequence[str]) -> None:
        self._find = store.quads_for_pattern
        self._plan = plan
        self._left = _MOST
        self._named: dict[Constant, ox.NamedNode] = {}
        for step in (*plan.steps, *(step for option in plan.options for step in option)):
            for place in (step.subject, step.predicate, step.object):
                if isinstance(place, Constant):
                    self._named[place] = _named(place, constants)

    def answer(self) -> bytes:
        plan = self._plan
        head = b",".join(orjson.dumps(name) for name, _ in plan.columns)
        shown = [(orjson.dumps(name).decode(), number) for name, number in plan.columns if number >= 0]
        rows: list[str] = []
        size = 0
        if plan.limit != 0:
            for row in self._rows([None] * plan.variables, 0):
                written = ",".join(
                    [f"{name}:{_written(value)}" for name, number in shown if (value := row[number]) is not None]
                )
                size += len(written) + 3
                if size > _LARGEST:
                    raise _TooFar
                rows.append(f"{{{written}}}")
                if len(rows) == plan.limit:
                    break
        body = ",".join(rows).encode()
        return b"".join((b'{"head":{"vars":[', head, b']},"results":{"bindings":[', body, b"]}}"))

    def _rows(self, row: Row, place: int) -> Iterator[Row]:
        """Yield `row` with every way to go on from the step at `place`. The row is the same list each time."""
        if place == len(self._plan.steps):
            yield from self._optional(row, 0)
            return
        for _ in self._matches(row, self._plan.steps[place]):
            yield from self._rows(row, place + 1)

    def _optional(self, row: Row, which: int) -> Iterator[Row]:
        if which == len(self._plan.options):
            yield row
            return
        found = False
        for _ in self._option(row, self._plan.options[which], 0):
            found = True
            yield from self._optional(row, which + 1)
        if not found:
            yield from self._optional(row, which + 1)

    def _option(self, row: Row, steps: Sequence[Step], place: int) -> Iterator[None]:
        if place == len(steps):
            yield None
            return
        for _ in self._matches(row, steps[place]):
            yield from self._option(row, steps, place + 1)

    def _matches(self, row: Row, step: Step) -> Iterator[None]:
        """Go through the statements of a step, with what they bind put into `row`; what it bound is taken out again."""
        subject, predicate, object_ = (
            row[place] if isinstance(place, int) else self._named[place]
            for place in (step.subject, step.predicate, step.object)
        )
        if isinstance(subject, ox.Literal | ox.Triple):
            return
        for quad in self._find(subject, predicate, object_, _DEFAULT):  # type: ignore[arg-type]
            self._left -= 1
            if self._left < 0:
                raise _TooFar
            if subject is None:
                row[step.subject] = quad.subject  # type: ignore[index]
            if object_ is None:
                row[step.object] = quad.object  # type: ignore[index]
            yield None
        if subject is None:
            row[step.subject] = None  # type: ignore[index]
        if object_ is None:
            row[step.object] = None  # type: ignore[index]


def _named(place: Constant, constants: Sequence[str]) -> ox.NamedNode:
    if place.place < 0:
        return _node(place.local)
    text = constants[place.place]
    iri = text[1:-1] + place.local
    if text[0] != "<" or not _PLAIN_IRI.fullmatch(iri) or not _PLAIN_IRI.fullmatch(text[1:-1]):
        raise _TooFar
    return _node(iri) if place.local else ox.NamedNode(iri)


_node = lru_cache(1024)(ox.NamedNode)


@lru_cache(1024)
def _iri(iri: str) -> str:
    return f'{{"type":"uri","value":{orjson.dumps(iri).decode()}}}'


def _written(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """Return a term as the SPARQL 1.1 Query Results JSON Format has it."""
    if isinstance(term, ox.Literal):
        value = orjson.dumps(term.value).decode()
        if (language := term.language) is not None:
            if term.direction is not None:
                raise _TooFar
            return f'{{"type":"literal","value":{value},"xml:lang":{orjson.dumps(language).decode()}}}'
        kind = term.datatype.value
        if kind == "http://www.w3.org/2001/XMLSchema#string":
            return f'{{"type":"literal","value":{value}}}'
        return f'{{"type":"literal","value":{value},"datatype":{orjson.dumps(kind).decode()}}}'
    if isinstance(term, ox.NamedNode):
        return _iri(term.value)
    raise _TooFar
