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
_Place = int | ox.NamedNode
_Steps = list[tuple[_Place, _Place, _Place]]


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
        self._steps = _named(plan.steps, constants)
        self._options = [_named(option, constants) for option in plan.options]

    def answer(self) -> bytes:
        plan = self._plan
        shown = plan.shown
        rows: list[str] = []
        size = 0
        if plan.limit != 0:
            for row in self._rows([None] * (plan.variables + 1)):
                written = ",".join(
                    [f"{name}:{_written(value)}" for name, number in shown if (value := row[number]) is not None]
                )
                size += len(written) + 3
                if size > _LARGEST:
                    raise _TooFar
                rows.append(f"{{{written}}}")
                if len(rows) == plan.limit:
                    break
        return b"%b%b]}}" % (plan.head, ",".join(rows).encode())

    def _rows(self, row: Row) -> Iterator[Row]:
        """Yield `row` with every way to go. The row is the same list each time."""
        for _ in self._go(row, self._steps, 0):
            if self._options:
                yield from self._optional(row, 0)
            else:
                yield row

    def _optional(self, row: Row, which: int) -> Iterator[Row]:
        if which == len(self._options):
            yield row
            return
        found = False
        for _ in self._go(row, self._options[which], 0):
            found = True
            yield from self._optional(row, which + 1)
        if not found:
            yield from self._optional(row, which + 1)

    def _go(self, row: Row, steps: _Steps, place: int) -> Iterator[None]:
        """Go through the statements of the steps from `place` on; what they bind is in `row` meanwhile."""
        subject, predicate, object_ = steps[place]
        found_subject = found_object = -1  # the last place of a row is nobody's
        if isinstance(subject, int):
            if (known := row[subject]) is None:
                found_subject = subject
            elif isinstance(known, ox.Literal | ox.Triple):
                return
            subject = known  # type: ignore[assignment]
        if isinstance(object_, int):
            if (known := row[object_]) is None:
                found_object = object_
            object_ = known  # type: ignore[assignment]
        is_last = place + 1 == len(steps)
        for quad in self._find(subject, predicate, object_, _DEFAULT):  # type: ignore[arg-type]
            self._left -= 1
            if self._left < 0:
                raise _TooFar
            if found_subject >= 0:
                row[found_subject] = quad.subject
            if found_object >= 0:
                row[found_object] = quad.object
            if is_last:
                yield None
            else:
                yield from self._go(row, steps, place + 1)
        row[found_subject] = row[found_object] = None


def _named(steps: Sequence[Step], constants: Sequence[str]) -> _Steps:
    """Return the steps with the IRIs of a query in the places of its constants. Raises `NotSimple`."""
    return [
        (
            subject if isinstance(subject := step.subject, int) else _name(subject, constants),
            predicate if isinstance(predicate := step.predicate, int) else _name(predicate, constants),
            object_ if isinstance(object_ := step.object, int) else _name(object_, constants),
        )
        for step in steps
    ]


def _name(place: Constant, constants: Sequence[str]) -> ox.NamedNode:
    if place.local:
        return _prefixed(constants[place.place] if place.place >= 0 else "", place.local)
    return ox.NamedNode(iri_of(place, constants))


@lru_cache(1024)
def _prefixed(prefix: str, local: str) -> ox.NamedNode:
    """Return an IRI with this prefix, none for one that stands for itself; most queries use the same few."""
    return ox.NamedNode(iri_of(Constant(0 if prefix else -1, local), (prefix,)))


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
