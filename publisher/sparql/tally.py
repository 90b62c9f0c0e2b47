"""Queries that count by one property: which they are, and their answers from the counts that a release keeps.

    SELECT ?year (COUNT(?edition) AS ?n) { ?edition schema:datePublished ?year } GROUP BY ?year ORDER BY ?year
    SELECT ?g (COUNT(DISTINCT ?w) AS ?n) { ?w a bf:Work ; bf:language ?g } GROUP BY ?g ORDER BY DESC(?n) LIMIT 10
    SELECT (COUNT(*) AS ?n) { ?edition a bf:Instance }

The pattern is one property of a thing, perhaps with its class. A statement is in the store once, so in a group a thing
is there once, and COUNT(*), COUNT(?thing) and COUNT(DISTINCT ?thing) are one number. The values stand in the release in
the engine's own order (publisher/sparql/tallies.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from publisher.sparql.simple import Constant, NotSimple, Place, Reader, Step, check, iri_of
from publisher.sparql.tallies import Tallies
from publisher.sparql.tokens import RDF_TYPE, Token

_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_TYPE = Constant(-1, RDF_TYPE[1:-1])


@dataclass(frozen=True, slots=True)
class Tally:
    """A query that counts by one property."""

    kind: Constant | None
    """The class that is asked for."""
    property: Constant
    value: Constant | None
    """The one value that is counted; None where all are."""
    columns: tuple[tuple[str, bool], ...]
    """The names of the columns; and which is the count."""
    grouped: bool
    keys: tuple[tuple[bool, bool], ...]
    """What the rows are sorted by: (by the count, else by the value; falling)."""
    limit: int | None


def tally_of(words: Sequence[Token], form: str) -> Tally | None:
    """Return what a query counts, from its words; None when it is another one."""
    if form != "SELECT" or not any(token.word == "COUNT" for token in words):
        return None
    try:
        return _Reader(words).tally()
    except (NotSimple, IndexError):
        return None


class _Reader(Reader):
    """Reads a query that may count by one property."""

    def tally(self) -> Tally:
        self.prologue()
        columns, counted, distinct = self._projection()
        self.expect("{")
        step, kind = self._pattern(self.triples())
        self.expect("}")
        group = self._group()
        keys = self._keys(group, next(name for name, is_count in columns if is_count))
        limit = self.limit()
        names = {name for name, _ in columns}
        thing, value = (next((n for n, place in self.variables.items() if place == at), "") for at in step)
        if counted not in ("*", thing) or len(names) < len(columns) or names & {thing}:
            raise NotSimple
        if group and (group != value or any(not is_count and name != value for name, is_count in columns)):
            raise NotSimple
        if not group and (len(columns) > 1 or keys or value in names or (distinct and value)):
            raise NotSimple  # a thing may have several values: it is then counted once
        if group and any(is_count and name == value for name, is_count in columns):
            raise NotSimple
        constant = self._object if isinstance(self._object, Constant) else None
        return Tally(kind, self._property_, constant, tuple(columns), bool(group), tuple(keys), limit)

    def _projection(self) -> tuple[list[tuple[str, bool]], str, bool]:
        self.keyword("SELECT")
        columns: list[tuple[str, bool]] = []
        counted, distinct = "", False
        while self.peek().kind == "var" or self.peek().text == "(":
            if self.peek().kind == "var":
                columns.append((self.take().text[1:], False))
                continue
            if counted:
                raise NotSimple
            name, counted, distinct = self._count()
            columns.append((name, True))
        self.may_come("WHERE")
        if not counted:
            raise NotSimple
        return columns, counted, distinct

    def _count(self) -> tuple[str, str, bool]:
        self.expect("(")
        self.keyword("COUNT")
        self.expect("(")
        distinct = self.peek().word == "DISTINCT"
        self.next += distinct
        what = self.take()
        self.expect(")")
        if self.take().word != "AS" or self.peek().kind != "var" or not (what.kind == "var" or what.text == "*"):
            raise NotSimple
        name = self.take().text[1:]
        self.expect(")")
        return name, what.text.removeprefix("?").removeprefix("$"), distinct

    def _pattern(self, steps: list[Step]) -> tuple[tuple[int, int], Constant | None]:
        """Return the numbers of the variables for the thing and for the value (-1), and the class."""
        kind: Constant | None = None
        if len(steps) == 2:
            of_class = next((step for step in steps if self._names_class(step)), None)
            if of_class is None:
                raise NotSimple
            steps = [step for step in steps if step is not of_class]
            kind = of_class.object if isinstance(of_class.object, Constant) else None
            if steps[0].subject != of_class.subject:
                raise NotSimple
        if len(steps) != 1 or self.inner:
            raise NotSimple
        step = steps[0]
        if not isinstance(step.subject, int) or isinstance(step.predicate, int) or step.subject == step.object:
            raise NotSimple
        self._property_: Constant = step.predicate
        self._object: Place = step.object
        return (step.subject, step.object if isinstance(step.object, int) else -1), kind

    @staticmethod
    def _names_class(step: Step) -> bool:
        return step.predicate == _TYPE and isinstance(step.object, Constant)

    def _group(self) -> str:
        if not self._comes("GROUP"):
            return ""
        self.next += 1
        if self.take().word != "BY" or self.peek().kind != "var":
            raise NotSimple
        return self.take().text[1:]

    def _keys(self, group: str, count: str) -> list[tuple[bool, bool]]:
        keys: list[tuple[bool, bool]] = []
        if not self._comes("ORDER"):
            return keys
        self.next += 1
        self.keyword("BY")
        while self.next < len(self.words) and self.peek().word != "LIMIT":
            falling = False
            brackets = self.peek().word in ("ASC", "DESC")
            if brackets:
                falling = self.take().word == "DESC"
                self.expect("(")
            token = self.take()
            if token.kind != "var" or token.text[1:] not in (group, count):
                raise NotSimple
            keys.append((token.text[1:] == count, falling))
            if brackets:
                self.expect(")")
        if not 0 < len(keys) < 3:
            raise NotSimple
        return keys

    def _comes(self, word: str) -> bool:
        return self.next < len(self.words) and self.peek().word == word


def counted(tallies: Tallies, tally: Tally, constants: Sequence[str]) -> list[tuple[str, int]] | None:
    """Return the rows of the answer; None when the release does not keep these counts."""
    try:
        check(constants)
        kind = iri_of(tally.kind, constants) if tally.kind else ""
        values = tallies.of(kind, iri_of(tally.property, constants))
        wanted = iri_of(tally.value, constants) if tally.value else ""
    except NotSimple:
        return None
    if values is None:
        return None
    if not tally.grouped:
        if wanted:
            term = f'{{"type":"uri","value":{orjson.dumps(wanted).decode()}}}'
            number = next((count for value, count in values if value == term), 0)
        else:
            number = sum(count for _, count in values)
        rows = [("", number)]
    else:
        rows = tallies.ordered(values, tally.keys)
    return rows[: tally.limit]


def written(rows: list[tuple[str, int]], columns: tuple[tuple[str, bool], ...]) -> bytes:
    """Return rows as SPARQL JSON with these columns."""
    names = [orjson.dumps(name).decode() for name, _ in columns]
    number = f'{{"type":"literal","value":"%d","datatype":"{_INTEGER}"}}'
    pieces = [
        (f"{name}:{number}" if is_count else f"{name}:%s", is_count)
        for name, (_, is_count) in zip(names, columns, strict=True)
    ]
    bindings = [
        "{" + ",".join([piece % (count if is_count else value) for piece, is_count in pieces]) + "}"
        for value, count in rows
    ]
    return f'{{"head":{{"vars":[{",".join(names)}]}},"results":{{"bindings":[{",".join(bindings)}]}}}}'.encode()
