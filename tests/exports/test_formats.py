"""Each format is read back by a reader that is not ours, and they all say the same."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import duckdb
import geojson
import openpyxl
import orjson
import pandas as pd
import pyarrow.parquet
import pytest
import rdflib
import zstandard

from publisher.exports.declaration import Dataset, read_dataset_declared
from publisher.exports.rows import Row
from publisher.exports.writers import write_rows
from publisher.exports.xlsx import EXCEL_CELL, EXCEL_ROWS

BASE = "https://data.example.vn"


def lines(release: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(release / f"datasets/{name}/{name}.jsonl.gz") as stream:
        return [orjson.loads(line) for line in stream]


def joined(value: object) -> object:
    return " | ".join(value) or None if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["editions", "holdings", "works", "libraries"])
def test_the_workbook_says_what_json_lines_say(release: Path, name: str) -> None:
    book = openpyxl.load_workbook(release / f"datasets/{name}/{name}.xlsx", read_only=True)
    header, *rows = book["data"].iter_rows(values_only=True)
    expected = lines(release, name)
    assert list(header) == list(expected[0])
    assert [list(row) for row in rows] == [[joined(value) for value in each.values()] for each in expected]


@pytest.mark.parametrize("name", ["editions", "holdings", "works", "libraries"])
def test_parquet_says_what_json_lines_say_and_knows_the_types(release: Path, name: str) -> None:
    table = pyarrow.parquet.read_table(release / f"datasets/{name}/{name}.parquet")
    assert table.to_pylist() == lines(release, name)
    if name == "editions":
        assert [str(table.schema.field(each).type) for each in ("iri", "authors", "items")] == [
            "string",
            "list<element: string>",
            "int64",
        ]


def test_a_map_shows_the_libraries_that_have_a_place(release: Path) -> None:
    found = geojson.loads((release / "datasets/libraries/libraries.geojson").read_text("utf-8"))
    assert found.is_valid
    first, second = found.features
    assert first.geometry.coordinates == [108.0, 14.35]
    assert first.properties["name"] == "Thư viện A"
    assert first.properties["opening_hours"] == ["Mo-Fr 07:30-11:00"]
    assert second.geometry is None


def test_json_ld_is_statements(release: Path) -> None:
    graph = rdflib.Graph().parse(release / "datasets/libraries/libraries.jsonld", format="json-ld")
    library = rdflib.URIRef(f"{BASE}/library/a")
    schema = rdflib.Namespace("https://schema.org/")
    assert (library, rdflib.RDF.type, schema.Library) in graph
    assert (library, schema.name, rdflib.Literal("Thư viện A", lang="vi")) in graph
    assert (library, schema.openingHours, rdflib.Literal("Mo-Fr 07:30-11:00")) in graph


def test_a_city_platform_gets_entities_with_properties_and_a_place(release: Path) -> None:
    first, second = orjson.loads((release / "datasets/libraries/libraries.ngsild").read_bytes())
    assert (first["id"], first["type"]) == (f"{BASE}/library/a", "Library")
    assert first["name"] == {"type": "Property", "value": "Thư viện A"}
    assert first["location"] == {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [108.0, 14.35]}}
    assert first["@context"][-1] == "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
    assert "location" not in second


def test_the_lines_of_the_documentation_open_the_files(release: Path) -> None:
    folder = release / "datasets/editions"
    frames = [
        pd.read_csv(folder / "editions.csv", dtype={"isbn": str}),
        pd.read_json(folder / "editions.jsonl.gz", lines=True, dtype=False),
        pd.read_parquet(folder / "editions.parquet"),
        pd.read_excel(folder / "editions.xlsx", dtype={"isbn": str}),
        duckdb.sql(f"SELECT * FROM '{folder}/editions.parquet'").df(),
        duckdb.sql(f"SELECT * FROM read_csv('{folder}/editions.csv')").df(),
        duckdb.sql(f"SELECT * FROM read_json('{folder}/editions.jsonl.gz')").df(),
    ]
    assert {tuple(frame.columns) for frame in frames} == {tuple(frames[0].columns)}
    assert {tuple(frame["iri"]) for frame in frames} == {tuple(frames[0]["iri"])}


DECLARATION = """
title = {vi = "Tên", en = "Names"}
description = {vi = "Các tên", en = "The names"}
formats = ["csv", "xlsx", "jsonl", "jsonl.gz", "jsonl.zst", "csv.gz"]
generator = "paths"
rows = {class = "bf:Agent"}

[[columns]]
name = "iri"
title = {vi = "Địa chỉ", en = "IRI"}
meaning = {vi = "Địa chỉ", en = "Address"}
example = "https://data.example.vn/agent/1"

[[columns]]
name = "name"
path = "rdfs:label"
title = {vi = "Tên", en = "Name"}
meaning = {vi = "Tên", en = "Name"}
example = "A Jar"
"""


@pytest.fixture
def two_columns(tmp_path: Path) -> Dataset:
    (tmp_path / "names").mkdir()
    (tmp_path / "names/dataset.toml").write_text(DECLARATION, "utf-8")
    return read_dataset_declared(tmp_path / "names")


def written(rows: list[Row], dataset: Dataset, folder: Path) -> Path:
    write_rows(rows, dataset, {kind: folder / f"x.{kind}" for kind in dataset.declaration.formats})
    return folder


NASTY = ["=1+1", "+84 260", "-x", "@a", '"a", b', "<b>&amp;</b>", "  spaces  ", "\ud7ff", "𠀀 Ẽ", "'", "a\x0bb"]


def test_no_cell_is_a_formula_and_none_is_lost(two_columns: Dataset, tmp_path: Path) -> None:
    folder = written([[str(n), text] for n, text in enumerate(NASTY)], two_columns, tmp_path)
    sheet = openpyxl.load_workbook(folder / "x.xlsx")["data"]
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"inlineStr"} or {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [text.replace("\x0b", " ") for text in NASTY]
    with (folder / "x.csv").open(encoding="utf-8-sig", newline="") as stream:
        texts = [row["name"] for row in csv.DictReader(stream)]
    assert not any(text.startswith(("=", "+", "-", "@")) for text in texts)
    assert [text.removeprefix("'") or "'" for text in texts] == NASTY


def test_packed_files_have_the_bytes_of_the_plain_ones(two_columns: Dataset, tmp_path: Path) -> None:
    folder = written([[str(n), f"tên {n}"] for n in range(50_000)], two_columns, tmp_path)
    plain = (folder / "x.jsonl").read_bytes()
    assert gzip.decompress((folder / "x.jsonl.gz").read_bytes()) == plain
    with (folder / "x.jsonl.zst").open("rb") as stream:
        assert zstandard.ZstdDecompressor().stream_reader(stream).read() == plain
    assert gzip.decompress((folder / "x.csv.gz").read_bytes()) == (folder / "x.csv").read_bytes()
    assert (folder / "x.jsonl.gz").read_bytes()[4:8] == bytes(4), "gzip would carry the time"


def test_a_cell_of_300_kb_is_whole_everywhere_but_in_excel(two_columns: Dataset, tmp_path: Path) -> None:
    long = "dài " * 75_000
    folder = written([["1", long]], two_columns, tmp_path)
    assert orjson.loads((folder / "x.jsonl").read_bytes())["name"] == long
    assert long in (folder / "x.csv").read_text("utf-8-sig")
    assert openpyxl.load_workbook(folder / "x.xlsx")["data"]["B2"].value == long[:EXCEL_CELL]


def test_more_rows_than_a_sheet_takes_go_on_to_the_next(
    two_columns: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.exports.xlsx.EXCEL_ROWS", 4)
    assert EXCEL_ROWS == 1_048_576
    folder = written([[str(n), "x"] for n in range(5)], two_columns, tmp_path)
    book = openpyxl.load_workbook(folder / "x.xlsx")
    assert book.sheetnames == ["data", "data2"]
    assert [row[0].value for row in book["data2"].iter_rows()] == ["iri", "3", "4"]
