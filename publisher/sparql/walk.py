"""Walks: small joins that the server answers from the index itself, without the engine's parser and planner.

A walk starts from a thing that the query names and goes from statement to statement, forwards or backwards, so that at
each step one end is known:

    SELECT ?edition ?title { ?edition schema:author <thing> ; rdfs:label ?title } LIMIT 50
    SELECT ?label ?number { <thing> bf:instanceOf/rdfs:label ?label OPTIONAL { <thing> schema:isbn ?number } }

It looks at so many statements and no more (`_MOST`): what takes more is left to a worker, and nothing was lost but a
millisecond. publisher/sparql/plan.py says which queries are walks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import orjson
import pyoxigraph as ox

from publisher.sparql.plan import Plan
from publisher.sparql.simple import Constant, NotSimple, Step, check, iri_of

_MOST = 256
"""Statements that a walk may look at."""
_LARGEST = 64 * 1024
_DEFAULT = ox.DefaultGraph()

Row = list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]


class _TooFar(Exception):
    """More statements than a walk may look at, or something that only the engine writes."""


def walk(store: ox.Store, plan: Plan, constants: Sequence[str]) -> bytes | None:
    """Return the answer as SPARQL JSON; None when it has to be left to the engine."""
    try:
        check(constants)
        going = _Walk(store, plan, constants)
        return going.answer()
    except (_TooFar, NotSimple, ValueError, OSError, RuntimeError):
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
    return (_node if place.local else ox.NamedNode)(iri_of(place, constants))


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
