"""The rows of datasets, found by paths in the statements of a release (`publisher.release.statements`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from publisher.exports.declaration import Column, Condition, Dataset
from publisher.exports.paths import Path as Ways
from publisher.exports.paths import Way, predicates
from publisher.rdf.terms import expand
from publisher.rdf.vietnamese import fold
from publisher.release.statements import TYPE, read_statements

_ROWS_AT_ONCE = 20_000


class Statements:
    """The statements of the N-Triples file `path` that `datasets` ask for, in `database`.

    Raises `ExportError` when the file cannot be read.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, path: Path, datasets: Iterable[Dataset]) -> None:
        self._database = database
        datasets = tuple(datasets)
        # A part of a thing has a class only where a path asks for it.
        self._numbers = read_statements(database, path, _predicates(datasets), _classes(datasets))
        # What many records say of an agent or a subject stands there many times, and joins would multiply it.
        for number in self._numbers.values():
            database.execute(f"CREATE TABLE p{number} AS SELECT DISTINCT s, o, lang FROM statement WHERE p = {number}")  # noqa: S608
        database.execute("DROP TABLE statement")

    def values(self, dataset: Dataset) -> Iterator[tuple[int, int, str]]:
        """Yield (number of the row, number of the column, value) for every value in `dataset`, in this order.

        The rows are numbered in the order of their keys. The key itself is column 0, so a row of which nothing is known
        is there too; the value of a column that counts is the count.
        """
        rows = dataset.declaration.rows
        assert rows is not None, "a dataset made by paths says what its rows are"
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE entity AS SELECT s FROM p{self._numbers[TYPE]}"  # noqa: S608 - a number
            " WHERE o = $cls AND NOT contains(s, '#')",
            {"cls": expand(rows.cls)},
        )
        for condition in rows.where:
            self._keep(condition)
        # Numbers are compared, moved and made into objects of Python in a fraction of the time that IRIs take.
        self._database.execute(
            "CREATE OR REPLACE TEMP TABLE entity AS SELECT s, row_number() OVER (ORDER BY s) AS k FROM entity"
        )
        queries = ["SELECT k, 0 AS c, s AS v FROM entity"]
        queries += [self._column(column, number) for number, column in enumerate(dataset.columns) if column.path]
        self._database.execute(" UNION ALL ".join(queries) + " ORDER BY k, c, v")
        while batch := self._database.fetchmany(_ROWS_AT_ONCE):
            yield from batch

    def _column(self, column: Column, number: int) -> str:
        ways = " UNION ALL ".join(self._way(way, "k", column.language) for way in column.ways)
        if column.values == "count":
            return f"SELECT k, {number}, CAST(count(DISTINCT v) AS VARCHAR) FROM ({ways}) GROUP BY k"  # noqa: S608
        value = f"substr(v, 1, {column.first})" if column.first else "v"
        return f"SELECT DISTINCT k, {number}, {value} FROM ({ways})"  # noqa: S608

    def _keep(self, condition: Condition) -> None:
        """Keep the rows for which `condition` holds."""
        ways = " UNION ALL ".join(self._way(way, "s", None) for way in condition.ways)
        test: str = "true"
        values: str | list[str] = ""
        if condition.values:
            test, values = "list_contains($values, v)", list(condition.values)
        elif condition.other_than:
            test, values = "NOT list_contains($values, v)", list(condition.other_than)
        elif condition.starts:
            test, values = "list_bool_or([starts_with(v, x) FOR x IN $values])", list(condition.starts)
        elif condition.words:
            words = "|".join(re.escape(fold(word)) for word in condition.words)
            test, values = f"regexp_matches({_FOLDED}, $values)", f"(^|[^a-z0-9])({words})($|[^a-z0-9])"
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE entity AS SELECT DISTINCT k AS s FROM ({ways}) WHERE {test}",  # noqa: S608
            {"values": values} if values else {},
        )

    def _way(self, way: Way, key: str, language: str | None) -> str:
        """Return the query of (k, v): from every row, which has its `key`, along `way` to the values."""
        tables, tests = ["entity"], []
        here = "entity.s"
        for number, step in enumerate(way):
            near, far = ("o", "s") if step.is_inverse else ("s", "o")
            tables.append(f"p{self._numbers[step.predicate]} t{number}")
            tests.append(f"t{number}.{near} = {here}")
            here = f"t{number}.{far}"
            if step.cls:
                tests.append(
                    f"{here} IN (SELECT s FROM p{self._numbers[TYPE]} WHERE o = '{step.cls}')"  # noqa: S608
                )
        if language:
            tests.append(f"coalesce(t{len(way) - 1}.lang, '') IN ('{language}', '')")
        return f"SELECT entity.{key} AS k, {here} AS v FROM {', '.join(tables)} WHERE {' AND '.join(tests)}"  # noqa: S608


_FOLDED = "translate(strip_accents(lower(v)), 'đƀ', 'db')"


def _predicates(datasets: Iterable[Dataset]) -> set[str]:
    return set[str]().union(*(predicates(path) for path in _paths(datasets)))


def _classes(datasets: Iterable[Dataset]) -> list[str]:
    return sorted({step.cls for path in _paths(datasets) for way in path for step in way if step.cls})


def _paths(datasets: Iterable[Dataset]) -> Iterator[Ways]:
    for dataset in datasets:
        yield from (column.ways for column in dataset.columns)
        yield from (condition.ways for condition in dataset.conditions)
