"""The rows of a dataset: the solutions of its query, folded into one row for each value of the first column.

A query that asks for several repeatable things at once multiplies its solutions (five authors, ten subjects: fifty
rows) or needs a GROUP BY that keeps every group in memory. So a dataset's query asks for one thing at a time, in the
branches of a UNION, for one thing after another (LATERAL), in order. The solutions of a row then stand together, and
the rows are folded as they stream by, in memory that does not grow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, QuerySolutions, Store, Triple

from publisher.errors import ExportError
from publisher.exports.declaration import Column, Dataset

Cell = str | int | float | list[str] | None
Row = list[Cell]
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


class Rows:
    """The rows of `dataset` in `store`, to be walked through once; afterwards `warnings` counts what did not fit."""

    def __init__(self, store: Store, dataset: Dataset) -> None:
        self.columns = dataset.columns
        self.warnings: Counter[str] = Counter()
        self._name = dataset.name
        self._solutions = _solutions(store, dataset)

    def __iter__(self) -> Iterator[Row]:
        last = ""
        for term, group in groupby(self._solutions, key=lambda solution: solution[0]):
            key = _text(term)
            if key <= last:
                raise ExportError(
                    f"exports/{self._name}/query.rq: the row {key or '(empty)'} comes after {last or 'the beginning'}; "
                    f"the query must bind ?{self.columns[0].name} always and order by it."
                )
            last = key
            yield self._row(group)

    def _row(self, group: Iterator[QuerySolution]) -> Row:
        found: list[set[str]] = [set() for _ in self.columns]
        for solution in group:
            for values, term in zip(found, solution, strict=True):
                if term is not None:
                    values.add(_text(term))
        return [self._cell(column, values) for column, values in zip(self.columns, found, strict=True)]

    def _cell(self, column: Column, values: set[str]) -> Cell:
        if column.values == "count":
            return len(values)
        values.discard("")
        if column.values == "list":
            return sorted(values)
        if not values:
            return None
        if len(values) > 1:
            self.warnings[f"{column.name}: several values where one is declared; the first was taken"] += 1
        return self._typed(column, min(values))

    def _typed(self, column: Column, value: str) -> Cell:
        try:
            if column.type == "integer":
                if not _INTEGER.fullmatch(value):
                    raise ValueError
                return int(value)
            if column.type == "number":
                number = float(value)
                if number - number != 0:  # neither infinite nor NaN, which JSON does not have
                    raise ValueError
                return number
            if column.type == "date":
                return date.fromisoformat(value).isoformat()
        except ValueError:
            self.warnings[f"{column.name}: a value is not of type {column.type}; it was left out"] += 1
            return None
        return value


def _solutions(store: Store, dataset: Dataset) -> QuerySolutions:
    """Run the query; raise `ExportError` if it is not a SELECT of exactly the declared columns."""
    where = f"exports/{dataset.name}/query.rq"
    try:
        solutions = store.query(dataset.query)
    except SyntaxError as problem:
        raise ExportError(f"{where}: this is not a SPARQL query: {problem}.") from None
    if not isinstance(solutions, QuerySolutions):
        raise ExportError(f"{where}: the query must be a SELECT.")
    found = [variable.value for variable in solutions.variables]
    declared = [column.name for column in dataset.columns]
    if found != declared:
        raise ExportError(
            f"{where}: the query selects {', '.join(found)}; dataset.toml declares {', '.join(declared)}."
        )
    return solutions


def _text(term: NamedNode | BlankNode | Literal | Triple | None) -> str:
    """Return what stands in a cell: an IRI, or a text without the line breaks and controls that break a table."""
    if term is None:
        return ""
    value = term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)
    return value if value.isprintable() else " ".join(_CONTROL.sub(" ", value).split())


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
