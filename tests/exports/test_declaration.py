"""What is said of a dataset that is declared wrongly, before anything is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.errors import ExportError
from publisher.exports.declaration import Dataset, read_dataset_declared, read_datasets_declared
from publisher.exports.rows import QueryRows, Row

from . import small

DECLARATION = """
title = {vi = "Tên", en = "Names"}
description = {vi = "Các tên", en = "The names"}
formats = ["csv"]

[[columns]]
name = "iri"
type = "iri"
title = {vi = "Địa chỉ", en = "IRI"}
meaning = {vi = "Địa chỉ", en = "Address"}
example = "https://data.example.vn/agent/1"

[[columns]]
name = "name"
title = {vi = "Tên", en = "Name"}
meaning = {vi = "Tên", en = "Name"}
example = "A Jar"
"""

QUERY = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?iri ?name WHERE {
  { SELECT ?iri WHERE { ?iri a bf:Agent } ORDER BY ?iri }
  LATERAL { ?iri rdfs:label ?name }
}
"""


def declare(folder: Path, declaration: str = DECLARATION, query: str | None = QUERY, name: str = "names") -> Path:
    path = folder / name
    path.mkdir(parents=True)
    (path / "dataset.toml").write_text(declaration, "utf-8")
    if query is not None:
        (path / "query.rq").write_text(query, "utf-8")
    return path


def rows_of(folder: Path, declaration: str = DECLARATION, query: str = QUERY) -> tuple[list[Row], dict[str, int]]:
    dataset = read_dataset_declared(declare(folder / "exports", declaration, query))
    rows = QueryRows(small.store(folder), dataset)
    return list(rows), dict(rows.warnings)


def test_a_dataset_is_added_by_adding_a_folder(tmp_path: Path) -> None:
    found, warnings = rows_of(tmp_path)
    assert found == [
        ["https://data.example.vn/agent/p1", "Võ Quang Trọng"],
        ["https://data.example.vn/agent/p2", "A Jar"],
    ]
    assert warnings == {}


def test_datasets_come_in_their_order(tmp_path: Path) -> None:
    declare(tmp_path, DECLARATION, name="aa")
    declare(tmp_path, "order = 1\n" + DECLARATION, name="zz")
    assert [dataset.name for dataset in read_datasets_declared(tmp_path)] == ["zz", "aa"]


MISTAKES = [
    (
        "a_misspelt_key",
        ("formats =", "format ="),
        r"dataset\.toml, line 4: format is not a setting; did you mean formats",
    ),
    (
        "an_unknown_format",
        ('["csv"]', '["xls"]'),
        r'formats\[1\] is "xls"; .*allowed are agent\.ttl\.gz, .*csv, csv\.gz, geojson,',
    ),
    ("a_graph_format", ('["csv"]', '["nq.gz"]'), r"formats has nq\.gz, which the generator query cannot make"),
    ("a_column_twice", ('name = "name"', 'name = "iri"'), r'columns give the name "iri" to 2 columns'),
    ("a_bad_column_name", ('name = "name"', 'name = "Tên"'), r'columns\[2\]\.name is "Tên"; it must be lower-case'),
    ("a_text_without_english", (', en = "The names"', ""), r"description\.en is missing"),
    ("a_key_that_is_a_list", ('type = "iri"', 'values = "list"'), r"columns\[1\] is the key of the row"),
]


@pytest.mark.parametrize(("change", "message"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_wrong_declaration_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in DECLARATION
    with pytest.raises(ExportError) as caught:
        read_dataset_declared(declare(tmp_path, DECLARATION.replace(*change, 1)))
    assert re.search(message, str(caught.value)), str(caught.value)


def test_a_folder_with_a_bad_name_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="lower-case letters"):
        read_dataset_declared(declare(tmp_path, name="Ten_Sach"))


def test_a_missing_query_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"query\.rq: the query cannot be read"):
        read_dataset_declared(declare(tmp_path, query=None))


def test_a_folder_without_datasets_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no dataset is declared here"):
        read_datasets_declared(tmp_path)


WRONG_QUERIES = [
    ("a_syntax_error", ("SELECT", "SELCT"), r"exports/names/query\.rq: this is not a SPARQL query: "),
    (
        "a_column_that_is_not_declared",
        ("?iri ?name", "?iri"),
        r"the query selects iri; dataset\.toml declares iri, name",
    ),
    ("no_order", ("ORDER BY ?iri", "ORDER BY DESC(?iri)"), r"the row .*p1 comes after .*p2; the query must bind \?iri"),
    ("an_ask", ("SELECT ?iri ?name WHERE", "ASK"), r"the query must be a SELECT"),
]


@pytest.mark.parametrize(
    ("change", "message"), [row[1:] for row in WRONG_QUERIES], ids=[row[0] for row in WRONG_QUERIES]
)
def test_a_wrong_query_is_named(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in QUERY
    with pytest.raises(ExportError) as caught:
        rows_of(tmp_path, query=QUERY.replace(*change, 1))
    assert re.search(message, str(caught.value)), str(caught.value)


def test_several_values_in_a_column_of_one_are_counted(tmp_path: Path) -> None:
    query = QUERY.replace("?iri rdfs:label ?name", 'VALUES ?name { "b" "a" }')
    found, warnings = rows_of(tmp_path, query=query)
    assert [row[1] for row in found] == ["a", "a"]
    assert warnings == {"name: several values where one is declared; the first was taken": 2}


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [
        ("integer", "12", 12),
        ("integer", "12 tr.", None),
        ("number", "1.5", 1.5),
        ("number", "NaN", None),
        ("date", "2025-07-01", "2025-07-01"),
        ("date", "2025", None),
        ("text", "a\\nb\\u0000c", "a b c"),
    ],
)
def test_a_value_has_the_type_of_its_column_or_is_left_out(tmp_path: Path, kind: str, value: str, cell: object) -> None:
    declaration = DECLARATION.replace('name = "name"', f'name = "name"\ntype = "{kind}"')
    found, warnings = rows_of(
        tmp_path, declaration, QUERY.replace("?iri rdfs:label ?name", f'BIND("{value}" AS ?name)')
    )
    assert found[0][1] == cell
    assert (warnings == {}) == (cell is not None)


def test_a_dataset_can_be_stored_with_its_release(tmp_path: Path) -> None:
    dataset = read_dataset_declared(declare(tmp_path))
    assert Dataset.model_validate_json(dataset.model_dump_json()) == dataset


def test_a_text_where_an_address_is_declared_is_left_out_and_counted(tmp_path: Path) -> None:
    """A record of 2004 has the date in 856 $u, another a number."""
    several = DECLARATION.replace('name = "name"', 'name = "name"\ntype = "iri"\nvalues = "list"')
    query = """SELECT ?iri ?name WHERE { VALUES (?iri ?name) {
        (<x:a> "20041121") (<x:a> <https://so.example.vn/1>) (<x:b> "https://so.example.vn/2") (<x:c> "x:y z")
    } } ORDER BY ?iri"""
    found, warnings = rows_of(tmp_path, several, query)
    assert found == [["x:a", ["https://so.example.vn/1"]], ["x:b", ["https://so.example.vn/2"]], ["x:c", []]]
    assert warnings == {"name: a value is not of type iri; it was left out": 2}
