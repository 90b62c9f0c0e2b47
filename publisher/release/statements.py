"""The statements of a release as a file, and as a table for DuckDB, which joins and sorts on disk in bounded memory.

A store answers what one asks of one thing; datasets and reports ask the same of everything. Looked up a thing at a time
that took longer than loading the store, so they read the N-Triples file that the store is loaded from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from pyoxigraph import DefaultGraph, RdfFormat, Store

from publisher.errors import ExportError
from publisher.rdf.terms import expand
from publisher.release import manifest
from publisher.release.release import Release
from publisher.release.spool import STATEMENTS, spooled

MEMORY = "1GB"
"""What DuckDB may keep in memory; the rest it keeps on disk beside its database."""

TYPE = expand("rdf:type")
GRAPH = "graph/graph.nq.gz"
"""Where the whole graph is among the datasets of a release; it is N-Triples, too: all of it is in the default graph."""

_NAME = "tables.duckdb"
_NO_ROOM = (duckdb.IOException, duckdb.OutOfMemoryException)
READING = {"longest": 16_000_000, "buffer": 32_000_000}
"""Bytes of the longest line, and of what is read at once; with `file` what `LINE` asks for."""

LINE = r"""line AS (
    SELECT l, split_part(l, ' ', 1) AS s, split_part(l, ' ', 2) AS p FROM read_csv($file, columns = {'l': 'VARCHAR'},
        delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, max_line_size = $longest,
        buffer_size = $buffer))"""
"""A line is `subject predicate object .` with one space between; only an object has spaces inside."""

# Most literals have neither a language nor a datatype, so the regular expression, which is slow, sees the others alone.
# The controls that are written as escapes all become tabs: a cell has none of them.
_READ = rf"""
CREATE TABLE statement AS
WITH {LINE},
known AS (
    SELECT substr(s, 2, length(s) - 2) AS s, predicate.number AS p,
        substr(l, length(line.s) + length(line.p) + 3, length(l) - length(line.s) - length(line.p) - 4) AS o
    FROM line JOIN predicate ON line.p = predicate.name
    WHERE predicate.number <> $type OR NOT contains(s, '#') OR list_contains($classes, rtrim(split_part(l, ' ', 3)))),
parted AS (
    SELECT s, p, CASE
        WHEN starts_with(o, '<') THEN {{'text': substr(o, 2, length(o) - 2), 'lang': NULL}}
        WHEN ends_with(o, '"') THEN {{'text': substr(o, 2, length(o) - 2), 'lang': ''}}
        ELSE {{'text': regexp_extract(o, '^"(.*)"[@^][^"]*$', 1), 'lang': regexp_extract(o, '"@([A-Za-z0-9-]+)$', 1)}}
        END AS o
    FROM known)
SELECT s, p, o.lang AS lang, CASE WHEN contains(o.text, '\') THEN
    replace(replace(regexp_replace(replace(
        o.text, '\\', chr(1)), '\\([nrtbf]|u00[0-9A-F]{{2}})', chr(9), 'g'), '\"', '"'), chr(1), '\')
    ELSE o.text END AS o
FROM parted
"""  # noqa: S608 - what is put in is ours


@contextmanager
def connect(folder: Path, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a new database in `folder`; what does not fit into `memory` waits there too.

    Its tables are in a file, where DuckDB packs them: what it puts aside of tables in memory is not.
    In a process without a script, as pools start them, DuckDB would draw a bar of progress on standard output.
    Raises ExportError for a disk that is full.
    """
    path = folder / _NAME
    path.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(path), config={"memory_limit": memory, "temp_directory": str(folder)}) as database:
            database.execute("SET enable_progress_bar = false")
            database.execute("SET preserve_insertion_order = false")
            yield database
    except duckdb.Error as problem:
        remedy = "; make room on the disk" if isinstance(problem, _NO_ROOM) else ""
        raise ExportError(f"{folder}: the statements cannot be gone through ({_reason(problem)}){remedy}.") from None


def read_statements(
    database: duckdb.DuckDBPyConnection, path: Path, predicates: Collection[str], classes: Collection[str] = ()
) -> dict[str, int]:
    """Read the statements of `predicates` and `rdf:type` in the N-Triples file `path` into the table `statement`.

    It has the columns s, p (a number: those of the predicates are returned), o, and lang: NULL beside an IRI, "" beside
    text without a language. A part of a thing (`#`) has its type there only where that is one of `classes`. Raises
    ExportError when the file cannot be read.
    """
    numbers = {name: number for number, name in enumerate(sorted({TYPE, *predicates}))}
    database.execute("CREATE TABLE predicate (name VARCHAR, number SMALLINT)")
    names = [f"<{name}>" for name in numbers]
    database.execute("INSERT INTO predicate SELECT name, row_number() OVER () - 1 FROM unnest(?) AS t(name)", [names])
    known = [f"<{name}>" for name in classes]
    try:
        database.execute(_READ, {"file": str(path), "type": numbers[TYPE], "classes": known, **READING})
    except duckdb.Error as problem:
        raise ExportError(f"{path}: the statements cannot be read ({_reason(problem)}).") from None
    return numbers


def statements_of(release: Release, scratch: Path) -> Path:
    """Return the statements of `release` as a file: its graph where it has a sound one, or one in `scratch`."""
    graph = f"datasets/{GRAPH}"
    if release.is_complete and graph in release.manifest["files"] and not manifest.damage(release.path, [graph]):
        return release.path / graph
    return dumped(Store.read_only(str(release.store_path)), scratch)


def dumped(store: Store, scratch: Path) -> Path:
    """Return what `store` has as a file of N-Triples in the folder `scratch`."""
    path = scratch / STATEMENTS
    with spooled(path) as file:
        store.dump(file, RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    return path


def _reason(problem: duckdb.Error) -> str:
    return str(problem).partition("\n")[0].rstrip(".")
