"""Each description is read by a reader of its own kind, and leads to the rows."""

from __future__ import annotations

from pathlib import Path

import frictionless
import mlcroissant
import orjson
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
    folder = release / f"datasets/{name}"
    dataset = mlcroissant.Dataset(str(folder / "croissant.json"), mapping={"csv": str(folder / f"{name}.csv")})
    assert dataset.metadata.ctx.issues.errors == set()
    records = list(dataset.records(name))
    assert len(records) == written[name].rows
    assert records[0][f"{name}/iri"] == b"https://data.example.vn/" + (
        b"instance/a-1" if name == "editions" else b"library/a"
    )


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
