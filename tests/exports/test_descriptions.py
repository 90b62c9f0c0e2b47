"""Each description is read by a reader of its own kind, and leads to the rows."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frictionless
import mlcroissant
import numpy
import orjson
import pandas
import pytest
import rdflib
from csvw import CSVW

from publisher.exports.descriptions import names
from publisher.exports.files import DatasetFiles

TABLES = ["editions", "holdings", "agents", "libraries", "codes"]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_valid_by_its_data_package(release: Path, written: dict[str, DatasetFiles], name: str) -> None:
    report = frictionless.validate(str(release / f"datasets/{name}/datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert [(task.name, task.stats["rows"]) for task in report.tasks] == [(f"{name}-csv", written[name].rows)]


def test_a_data_package_says_when_a_row_is_wrong(release: Path, tmp_path: Path) -> None:
    source = release / "datasets/editions"
    text = (source / "editions.csv").read_text("utf-8").replace(",3,https", ",three,https", 1)
    (tmp_path / "editions.csv").write_text(text, "utf-8")
    package = orjson.loads((source / "datapackage.json").read_bytes())
    (tmp_path / "datapackage.json").write_bytes(orjson.dumps(package))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert ["type-error"] in report.flatten(["type"])


@pytest.mark.parametrize("name", TABLES)
def test_csv_on_the_web_splits_lists_and_knows_types(
    release: Path, written: dict[str, DatasetFiles], name: str
) -> None:
    table = CSVW(str(release / f"datasets/{name}/{name}.csv-metadata.json"))
    assert table.is_valid
    rows = list(table.tables[0])
    assert len(rows) == written[name].rows
    if name == "editions":
        assert rows[0]["authors"] == ["A Jar", "Võ Quang Trọng"]
        assert rows[0]["items"] == 3


@pytest.mark.parametrize("name", ["editions", "libraries"])
def test_croissant_loads_the_records(release: Path, written: dict[str, DatasetFiles], name: str) -> None:
    records = list(by_croissant(release / f"datasets/{name}", name))
    assert len(records) == written[name].rows
    assert records[0]["iri"] == "https://data.example.vn/" + ("instance/a-1" if name == "editions" else "library/a")


@pytest.mark.parametrize("name", ["works", "acquisitions", "digitized"])
def test_croissant_loads_every_cell_as_it_is(example_data: Path, name: str) -> None:
    """Out of CSV the class number 027.4 would be 27.4, and a year beside an empty cell 2014.0."""
    folder = example_data / f"current/datasets/{name}"
    with gzip.open(folder / f"{name}.jsonl.gz") as stream:
        rows = [orjson.loads(line) for line in stream]
    assert list(by_croissant(folder, name)) == rows
    if name == "works":
        assert any(number.startswith("0") for row in rows for number in row["ddc"])


def by_croissant(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the records as mlcroissant loads them; it gives texts as bytes and lists as arrays."""

    def plain(value: Any) -> Any:
        if isinstance(value, list | numpy.ndarray):
            return [plain(each) for each in value]
        if isinstance(value, pandas.Timestamp):
            return value.date().isoformat()
        return value.decode() if isinstance(value, bytes) else None if pandas.isna(value) else value

    dataset = mlcroissant.Dataset(str(folder / "croissant.json"), mapping={"parquet": str(folder / f"{name}.parquet")})
    assert dataset.metadata.ctx.issues.errors == set()
    for record in dataset.records(name):
        yield {field.removeprefix(f"{name}/"): plain(value) for field, value in record.items()}


def test_every_dataset_has_its_descriptions_beside_it(release: Path, written: dict[str, DatasetFiles]) -> None:
    for dataset in written.values():
        for name in names(dataset):
            assert orjson.loads((release / "datasets" / dataset.name / name).read_bytes()), name
    assert names(written["graph"]) == ("datapackage.json",)


def test_the_catalogue_counts_the_statements_as_void(release: Path, written: dict[str, DatasetFiles]) -> None:
    graph = rdflib.Graph().parse(release / "datasets/catalog.ttl")
    iri = rdflib.URIRef("https://data.example.vn/dataset/graph")
    assert (iri, rdflib.RDF.type, rdflib.VOID.Dataset) in graph
    assert int(str(graph.value(iri, rdflib.VOID.triples))) == written["graph"].rows
    assert str(graph.value(iri, rdflib.VOID.dataDump)).endswith("/dataset/graph/graph.nq.gz")
