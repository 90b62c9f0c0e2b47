"""The statements of a release: which file they are read from, and what is said where they cannot be gone through."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from publisher.errors import ExportError
from publisher.release import manifest
from publisher.release.release import DATASETS_OF, Release
from publisher.release.spool import lines_of
from publisher.release.statements import GRAPH, connect, read_statements, statements_of

NAME = NamedNode("https://schema.org/name")


def release(folder: Path, datasets_of: str) -> Release:
    """Return a release of one statement that has a graph among its datasets, cut of the release `datasets_of`."""
    Store(str(folder / "store")).add(Quad(NamedNode("x:a"), NAME, Literal("Kon Tum", language="vi")))
    (folder / "datasets" / GRAPH).parent.mkdir(parents=True)
    (folder / "datasets" / GRAPH).touch()
    manifest.write(folder, {DATASETS_OF: datasets_of})
    return Release(folder)


def test_the_graph_of_an_earlier_release_is_not_what_this_one_says(tmp_path):
    folder = tmp_path / "2"
    folder.mkdir()
    assert statements_of(release(folder, "2"), tmp_path) == folder / "datasets" / GRAPH
    manifest.write(folder, {DATASETS_OF: "1"})
    with lines_of(statements_of(Release(folder), tmp_path)) as lines:
        assert lines.read() == b'<x:a> <https://schema.org/name> "Kon Tum"@vi .\n'


def test_statements_are_rows_with_the_controls_in_them_as_tabs(tmp_path):
    lines = [
        '<x:a> <https://schema.org/name> "a\\nb \\"c\\" \\\\n"@vi .',
        "<x:a> <https://schema.org/url> <x:b> .",
        '<x:a> <https://schema.org/copies> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '<x:a> <https://schema.org/not-asked> "d" .',
    ]
    (tmp_path / "s.nt").write_text("".join(f"{line}\n" for line in lines))
    asked = [f"https://schema.org/{name}" for name in ("name", "url", "copies")]
    with connect(tmp_path) as database:
        numbers = read_statements(database, tmp_path / "s.nt", asked)
        rows = database.execute("SELECT p, o, lang FROM statement").fetchall()
    known = {number: name for name, number in numbers.items()}
    assert {known[p].rpartition("/")[2]: (o, lang) for p, o, lang in rows} == {
        "name": ('a\tb "c" \\n', "vi"),
        "url": ("x:b", None),
        "copies": ("3", ""),
    }


def test_what_the_database_complains_of_is_said_in_a_sentence(tmp_path):
    with pytest.raises(ExportError, match=r"cannot be gone through \(.*nonsense\)\.$"), connect(tmp_path) as database:
        database.execute("SELECT error('nonsense')")
    with pytest.raises(ExportError, match=r"\); make room on the disk\.$"), connect(tmp_path, "1MB") as database:
        database.execute("CREATE TABLE t AS SELECT range AS n, range::VARCHAR AS s FROM range(3000000) ORDER BY s")
