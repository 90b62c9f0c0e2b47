"""Paths find what SPARQL finds, and conditions keep the rows that they describe."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import orjson
import pytest
from pyoxigraph import Literal, RdfFormat, Store, parse, serialize

from publisher.errors import ExportError
from publisher.exports.cut import write_datasets
from publisher.exports.declaration import Dataset, read_dataset_declared, read_datasets_declared
from publisher.exports.paths import pattern, read_path
from publisher.exports.rows import PathRows, Row
from publisher.exports.statements import Statements
from publisher.rdf.terms import expand
from publisher.release.statements import connect

from . import small

BY_PATHS = [dataset for dataset in read_datasets_declared() if dataset.declaration.generator == "paths"]
WITHOUT_CONDITIONS = [dataset for dataset in BY_PATHS if not dataset.conditions]


@pytest.mark.parametrize("dataset", WITHOUT_CONDITIONS, ids=lambda dataset: str(dataset.name))
def test_every_cell_is_what_sparql_finds(release: Path, dataset: Dataset) -> None:
    store = Store.read_only(str(release / "store"))
    with gzip.open(release / f"datasets/{dataset.name}/{dataset.name}.jsonl.gz") as stream:
        rows = {row["iri"]: row for row in map(orjson.loads, stream)}
    assert dataset.declaration.rows
    assert rows
    cls = expand(dataset.declaration.rows.cls)
    for column in dataset.columns[1:]:
        found: dict[str, set[str]] = {iri: set() for iri in rows}
        for solution in store.query(f"SELECT ?iri ?v WHERE {{ ?iri a <{cls}> . {pattern(column.ways, 'iri', 'v')} }}"):
            value = solution["v"]
            if isinstance(value, Literal) and column.language and value.language not in (None, column.language):
                continue
            if solution["iri"].value in found:
                found[solution["iri"].value].add(value.value[: column.first])
        for iri, values in found.items():
            cell = rows[iri][column.name]
            if column.values == "count":
                assert cell == len(values), (iri, column.name)
            elif column.values == "list":
                assert cell == sorted(values), (iri, column.name)
            elif column.type == "number":
                assert cell == (float(min(values)) if values else None), (iri, column.name)
            else:
                assert str(cell) == (min(values) if values else "None"), (iri, column.name)


def chosen(folder: Path, where: str, turtle: str = small.TURTLE) -> list[str]:
    """Return the labels of the works that a condition keeps."""
    (folder / "chosen").mkdir()
    (folder / "chosen/dataset.toml").write_text(
        f"""
title = {{vi = "Tên", en = "Names"}}
description = {{vi = "Các tên", en = "The names"}}
formats = ["csv"]
generator = "paths"

[rows]
class = "bf:Work"

{where}

[[columns]]
name = "iri"
title = {{vi = "Địa chỉ", en = "IRI"}}
meaning = {{vi = "Địa chỉ", en = "Address"}}
example = "x"

[[columns]]
name = "name"
path = "rdfs:label"
title = {{vi = "Tên", en = "Name"}}
meaning = {{vi = "Tên", en = "Name"}}
example = "A Jar"
""",
        "utf-8",
    )
    return [str(row[1]) for row in rows_of(read_dataset_declared(folder / "chosen"), folder, turtle)]


def rows_of(dataset: Dataset, folder: Path, turtle: str = small.TURTLE) -> list[Row]:
    path = folder / "s.nt"
    serialize((quad.triple for quad in parse(turtle, RdfFormat.TURTLE)), str(path), RdfFormat.N_TRIPLES)
    with connect(folder) as database:
        return list(PathRows(Statements(database, path, [dataset]), dataset))


EPIC, FORMULA = "Sử thi Ba Na", "=cmd|' /C calc'!A0"
CONDITIONS = [
    ("anything_at_the_end", 'path = "bf:subject"', [EPIC]),
    ("a_value", 'path = "schema:inLanguage"\nvalues = ["bdq", "sed"]', [EPIC]),
    ("a_value_that_nothing_has", 'path = "schema:inLanguage"\nvalues = ["sed"]', []),
    ("anything_but", 'path = "schema:inLanguage"\nexcept = ["vi", "bdq"]', []),
    ("anything_but_one", 'path = "schema:inLanguage"\nexcept = ["vi"]', [EPIC]),
    ("a_beginning", 'path = "bf:subject"\nstarts = ["https://data.example.vn/concept/"]', [EPIC]),
    ("a_word_without_its_marks", 'path = "rdfs:label"\nwords = ["BA NA"]', [EPIC]),
    ("a_word_that_is_only_a_part", 'path = "rdfs:label"\nwords = ["thi ba n"]', []),
    ("a_word_at_one_of_two_ends", 'path = "bf:genreForm/rdfs:label|bf:subject/rdfs:label"\nwords = ["su thi"]', [EPIC]),
    ("all_works", 'path = "rdfs:label"', [EPIC, FORMULA]),
]


@pytest.mark.parametrize(("where", "labels"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
def test_a_condition_keeps_the_rows_that_it_describes(tmp_path: Path, where: str, labels: list[str]) -> None:
    assert chosen(tmp_path, f"[[rows.where]]\n{where}") == labels


def test_all_conditions_must_hold(tmp_path: Path) -> None:
    both = '[[rows.where]]\npath = "bf:subject"\n[[rows.where]]\npath = "bf:genreForm"'
    assert chosen(tmp_path, both) == []


def test_literals_come_out_of_n_triples_as_they_were(tmp_path: Path) -> None:
    nasty = 'a \\"b\\" \\\\n c\\nd \\t \\u0001 <e> . "^^<f> @en'.replace('"^^', '\\"^^')
    turtle = f'{small.TURTLE}\n<work/w3> a bf:Work ; rdfs:label "{nasty}"@vi-VN .'
    found = chosen(tmp_path, '[[rows.where]]\npath = "rdfs:label"\nwords = ["d"]', turtle)
    assert found == ['a "b" \\n c d <e> . "^^<f> @en']


WRONG = [
    ("no_prefix", "subject", r'columns\[2\]\.path has "subject"; a step is a property such as bf:subject'),
    ("unknown_prefix", "dc:title", r'path has "dc:title"; the prefixes are bf, '),
    ("an_empty_step", "bf:subject//rdfs:label", r'path has ""'),
    ("sparql", "bf:a} UNION {?s ?p ?o", r'path has "bf:a\} UNION'),
]


@pytest.mark.parametrize(("path", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_path_is_named(tmp_path: Path, path: str, message: str) -> None:
    source = Path(__file__).parents[2] / "exports/works/dataset.toml"
    (tmp_path / "works").mkdir()
    text = source.read_text("utf-8").replace('path = "rdfs:label"', f'path = "{path}"', 1)
    (tmp_path / "works/dataset.toml").write_text(text, "utf-8")
    with pytest.raises(ExportError) as caught:
        read_dataset_declared(tmp_path / "works")
    assert re.search(message, str(caught.value)), str(caught.value)


def test_a_pattern_writes_classes_and_alternatives() -> None:
    assert pattern(read_path("^bf:agent[bf:Contribution]"), "iri", "v") == (
        f"?iri ^<{expand('bf:agent')}> ?v . ?v a <{expand('bf:Contribution')}>"
    )
    assert " UNION " in pattern(read_path("bf:a|bf:b"), "iri", "v")


def test_statements_that_are_not_there_are_named(tmp_path: Path) -> None:
    from publisher.exports.tables import Origin

    origin = Origin(small.store(tmp_path), tmp_path / "none.nt")
    with pytest.raises(ExportError, match=r"none\.nt: the statements cannot be read"):
        write_datasets(origin, tmp_path / "d", small.settings(tmp_path), release_id="r", created=small.CREATED)
