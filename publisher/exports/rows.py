"""The rows of a dataset: what its paths or its query find, folded into one row for each value of the first column.

A query that asks for several repeatable things at once multiplies its solutions (five authors, ten subjects: fifty
rows) or needs a GROUP BY that keeps every group in memory. So a dataset's query asks for one thing at a time, in the
branches of a UNION, for one thing after another (LATERAL), in order. The solutions of a row then stand together, and
the rows are folded as they stream by, in memory that does not grow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, QuerySolutions, Store, Triple

from publisher.errors import ExportError
from publisher.exports.declaration import Column, Dataset
from publisher.exports.statements import Statements

Cell = str | int | float | list[str] | None
Row = list[Cell]
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Rows(Protocol):
    """The rows of a dataset, to be walked through once; afterwards `warnings` counts what did not fit."""

    warnings: Counter[str]

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys; raises `ExportError`."""


class PathRows:
    """The rows that the paths of `dataset` find in `statements`."""

    def __init__(self, statements: Statements, dataset: Dataset) -> None:
        self.warnings: Counter[str] = Counter()
        self._cells = [Cells(column, self.warnings) for column in dataset.columns]
        self._values = statements.values(dataset)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys."""
        cells = self._cells
        for _, group in groupby(self._values, itemgetter(0)):
            found: list[list[str]] = [[] for _ in cells]
            for _, number, value in group:
                found[number].append(clean(value))
            yield [
                (int(values[0]) if values else 0) if cell.counts else cell.of(values)
                for cell, values in zip(cells, found, strict=True)
            ]


class QueryRows:
    """The rows that the query of `dataset` finds in `store`; raises `ExportError` if it is not a query for them."""

    def __init__(self, store: Store, dataset: Dataset) -> None:
        self.warnings: Counter[str] = Counter()
        self._dataset = dataset
        self._cells = [Cells(column, self.warnings) for column in dataset.columns]
        self._solutions = _solutions(store, dataset)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys."""
        last = ""
        for term, group in groupby(self._solutions, key=lambda solution: solution[0]):
            key = _text(term)
            if key <= last:
                raise ExportError(
                    f"exports/{self._dataset.name}/query.rq: the row {key or '(empty)'} comes after "
                    f"{last or 'the beginning'}; the query must bind ?{self._dataset.columns[0].name} always and order "
                    "by it."
                )
            last = key
            yield self._row(group)

    def _row(self, group: Iterable[QuerySolution]) -> Row:
        found: list[set[str]] = [set() for _ in self._cells]
        for solution in group:
            for values, term in zip(found, solution, strict=True):
                if term is not None:
                    values.add(_text(term))
        return [
            len(values) if cell.counts else cell.of(sorted(values))
            for cell, values in zip(self._cells, found, strict=True)
        ]


class Cells:
    """Makes the cells of `column`; what does not fit it is counted in `warnings`."""

    def __init__(self, column: Column, warnings: Counter[str]) -> None:
        self.counts = column.values == "count"
        self._column = column
        self._warnings = warnings

    def of(self, values: Sequence[str]) -> Cell:
        """Return the cell that has `values`, which are sorted and differ."""
        column = self._column
        if column.type == "iri":
            values = self._iris(values)
        if column.values == "list":
            return [value for value in values if value]
        if values and not values[0]:
            values = values[1:]
        if not values:
            return None
        if len(values) > 1 and column.values == "one":
            self._warnings[f"{column.name}: several values where one is declared; the first was taken"] += 1
        return values[0] if column.type in ("text", "iri") else self._typed(values[0])

    def _iris(self, values: Sequence[str]) -> Sequence[str]:
        """Return those of `values` that are addresses: a text may stand where one is to be expected."""
        found = [value for value in values if _IRI.fullmatch(value)]
        if lost := sum(map(bool, values)) - len(found):
            self._warnings[f"{self._column.name}: a value is not of type iri; it was left out"] += lost
        return found

    def _typed(self, value: str) -> Cell:
        kind = self._column.type
        try:
            if kind == "integer":
                if not _INTEGER.fullmatch(value):
                    raise ValueError
                return int(value)
            if kind == "number":
                number = float(value)
                if number - number != 0:  # neither infinite nor NaN, which JSON does not have
                    raise ValueError
                return number
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self._warnings[f"{self._column.name}: a value is not of type {kind}; it was left out"] += 1
            return None


def clean(value: str) -> str:
    """Return `value` without the line breaks and controls that break a table."""
    return value if value.isprintable() else " ".join(_CONTROL.sub(" ", value).split())


def _solutions(store: Store, dataset: Dataset) -> QuerySolutions:
    """Run the query; raise `ExportError` if it is not a SELECT of exactly the declared columns."""
    where = f"exports/{dataset.name}/query.rq"
    try:
        solutions = store.query(dataset.query)
    except SyntaxError as problem:
        raise ExportError(f"{where}: this is not a SPARQL query: {_complaint(str(problem))}.") from None
    if not isinstance(solutions, QuerySolutions):
        raise ExportError(f"{where}: the query must be a SELECT.")
    found = [variable.value for variable in solutions.variables]
    declared = [column.name for column in dataset.columns]
    if found != declared:
        raise ExportError(
            f"{where}: the query selects {', '.join(found)}; dataset.toml declares {', '.join(declared)}."
        )
    return solutions


def _complaint(text: str) -> str:
    """Return what Oxigraph says of a query, without the ranges of characters that it lists.

    >>> _complaint('error at 1:37: expected one of "}", [0 ..= 9], ".", [_]')
    'error at 1:37: expected } or .'
    """
    place, _, expected = text.partition(": expected one of ")
    tokens = re.findall(r'"([^"]+)"', re.sub(r"\['.*?'\]", "", expected, flags=re.DOTALL))
    return f"{place}: expected {' or '.join(tokens)}" if tokens else text


def _text(term: NamedNode | BlankNode | Literal | Triple | None) -> str:
    """Return what stands in a cell: an IRI, or a text."""
    if term is None:
        return ""
    return clean(term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term))
