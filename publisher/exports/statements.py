"""The statements of a release as a table for DuckDB, which joins and sorts on disk in memory that does not grow.

A store answers what one asks of one thing; a dataset asks the same of everything. Looked up a row at a time that took
longer than loading the store, so the rows are read off the N-Triples file that the store is loaded from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from publisher.errors import ExportError
from publisher.exports.declaration import Column, Condition, Dataset
from publisher.exports.paths import Path as Ways
from publisher.exports.paths import Way, predicates
from publisher.rdf.terms import expand
from publisher.rdf.vietnamese import fold

MEMORY = "1GB"
"""What DuckDB may keep in memory; the rest it keeps on disk beside its database."""

_NAME = "tables.duckdb"
_ROWS_AT_ONCE = 20_000
_READING = {"longest": 16_000_000, "buffer": 32_000_000}
"""Bytes of the longest line, and of what is read at once."""

_TYPE = expand("rdf:type")
# A line is `subject predicate object .` with one space between. Only an object has spaces inside. Most literals have
# neither a language nor a datatype, so the regular expression, which is slow, sees the others alone. The controls that
# are written as escapes all become tabs: a cell has none of them.
_READ = r"""
CREATE TABLE statement AS
WITH line AS (
    SELECT l, split_part(l, ' ', 1) AS s, split_part(l, ' ', 2) AS p FROM read_csv($file, columns = {'l': 'VARCHAR'},
        delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, max_line_size = $longest,
        buffer_size = $buffer)),
known AS (
    SELECT substr(s, 2, length(s) - 2) AS s, predicate.number AS p,
        substr(l, length(line.s) + length(line.p) + 3, length(l) - length(line.s) - length(line.p) - 4) AS o
    FROM line JOIN predicate ON line.p = predicate.name
    WHERE predicate.number <> $type OR NOT contains(s, '#') OR list_contains($classes, rtrim(split_part(l, ' ', 3)))),
parted AS (
    SELECT s, p, CASE
        WHEN starts_with(o, '<') THEN {'text': substr(o, 2, length(o) - 2), 'lang': NULL}
        WHEN ends_with(o, '"') THEN {'text': substr(o, 2, length(o) - 2), 'lang': ''}
        ELSE {'text': regexp_extract(o, '^"(.*)"[@^][^"]*$', 1), 'lang': regexp_extract(o, '"@([A-Za-z0-9-]+)$', 1)}
        END AS o
    FROM known)
SELECT s, p, o.lang AS lang, CASE WHEN contains(o.text, '\') THEN
    replace(replace(regexp_replace(replace(
        o.text, '\\', chr(1)), '\\([nrtbf]|u00[0-9A-F]{2})', chr(9), 'g'), '\"', '"'), chr(1), '\') ELSE o.text END AS o
FROM parted
"""


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a new database in `folder`; what does not fit into `MEMORY` waits there too.

    Its tables are in a file, where DuckDB packs them: what it puts aside of tables in memory is not.
    In a process without a script, as pools start them, DuckDB would draw a bar of progress on standard output.
    """
    path = folder / _NAME
    path.unlink(missing_ok=True)
    database = duckdb.connect(str(path), config={"memory_limit": MEMORY, "temp_directory": str(folder)})
    database.execute("SET enable_progress_bar = false")
    database.execute("SET preserve_insertion_order = false")
    return database


class Statements:
    """The statements of the N-Triples file `path` that `datasets` ask for, in `database`.

    Raises `ExportError` when the file cannot be read.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, path: Path, datasets: Iterable[Dataset]) -> None:
        self._database = database
        datasets = tuple(datasets)
        self._numbers = {name: number for number, name in enumerate(sorted(_predicates(datasets)))}
        classes = [f"<{name}>" for name in _classes(datasets)]  # a fragment has a class only where a path asks for it
        execute = database.execute
        execute("CREATE TABLE predicate (name VARCHAR, number SMALLINT)")
        names = [f"<{name}>" for name in self._numbers]
        execute("INSERT INTO predicate SELECT name, row_number() OVER () - 1 FROM unnest(?) AS t(name)", [names])
        try:
            execute(_READ, {"file": str(path), "type": self._numbers[_TYPE], "classes": classes, **_READING})
        except duckdb.Error as problem:
            raise ExportError(f"{path}: the statements cannot be read ({_first_line(problem)}).") from None
        # What many records say of an agent or a subject stands there many times, and joins would multiply it.
        for number in self._numbers.values():
            execute(f"CREATE TABLE p{number} AS SELECT DISTINCT s, o, lang FROM statement WHERE p = {number}")  # noqa: S608
        execute("DROP TABLE statement")

    def values(self, dataset: Dataset) -> Iterator[tuple[int, int, str]]:
        """Yield (number of the row, number of the column, value) for every value in `dataset`, in this order.

        The rows are numbered in the order of their keys. The key itself is column 0, so a row of which nothing is known
        is there too; the value of a column that counts is the count.
        """
        rows = dataset.declaration.rows
        assert rows is not None, "a dataset made by paths says what its rows are"
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE entity AS SELECT s FROM p{self._numbers[_TYPE]}"  # noqa: S608 - a number
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
                    f"{here} IN (SELECT s FROM p{self._numbers[_TYPE]} WHERE o = '{step.cls}')"  # noqa: S608
                )
        if language:
            tests.append(f"coalesce(t{len(way) - 1}.lang, '') IN ('{language}', '')")
        return f"SELECT entity.{key} AS k, {here} AS v FROM {', '.join(tables)} WHERE {' AND '.join(tests)}"  # noqa: S608


_FOLDED = "translate(strip_accents(lower(v)), 'đƀ', 'db')"


def _predicates(datasets: Iterable[Dataset]) -> set[str]:
    return {_TYPE}.union(*(predicates(path) for path in _paths(datasets)))


def _classes(datasets: Iterable[Dataset]) -> list[str]:
    return sorted({step.cls for path in _paths(datasets) for way in path for step in way if step.cls})


def _paths(datasets: Iterable[Dataset]) -> Iterator[Ways]:
    for dataset in datasets:
        yield from (column.ways for column in dataset.columns)
        yield from (condition.ways for condition in dataset.conditions)


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0].rstrip(".")
