"""The catalogue holds to DCAT-AP, and the schema.org descriptions to Google's rules."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import Store
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from publisher.exports.cut import write_datasets
from publisher.exports.dcat import SPDX, VERSION, catalogue
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.exports.google import dataset_jsonld

from . import small

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
BASE = "https://data.example.vn"


@pytest.fixture
def graph(tmp_path: Path, written: dict[str, DatasetFiles]) -> Graph:
    return catalogue(small.settings(tmp_path), list(written.values()))


@pytest.fixture
def reference() -> Path:
    if not REFERENCE.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/reference is missing")
        pytest.skip("../shared/reference is not here")
    return REFERENCE


@pytest.mark.parametrize("shapes", ["dcat-ap-3.0.1-shapes.ttl", "dcat-ap-3.0.1-range.ttl"])
def test_the_catalogue_has_no_violation_of_dcat_ap(graph: Graph, reference: Path, shapes: str) -> None:
    conforms, _, text = pyshacl.validate(graph, shacl_graph=Graph().parse(reference / "shapes" / shapes))
    assert conforms, text


def test_the_shapes_would_notice_a_catalogue_without_a_publisher(graph: Graph, reference: Path) -> None:
    graph.remove((URIRef(f"{BASE}/catalog"), DCTERMS.publisher, None))
    conforms, _, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(reference / "shapes/dcat-ap-3.0.1-shapes.ttl"))
    assert not conforms


def test_every_dataset_and_file_is_in_the_catalogue(graph: Graph, written: dict[str, DatasetFiles]) -> None:
    for dataset in written.values():
        iri = URIRef(f"{BASE}/dataset/{dataset.name}")
        assert (URIRef(f"{BASE}/catalog"), rdflib.DCAT.dataset, iri) in graph
        addresses = {
            str(graph.value(each, rdflib.DCAT.downloadURL)) for each in graph.objects(iri, rdflib.DCAT.distribution)
        }
        assert addresses == {f"{iri}/{file.name}" for file in dataset.files}


def test_the_licence_is_on_every_distribution_where_harvesters_look(
    graph: Graph, written: dict[str, DatasetFiles]
) -> None:
    distributions = list(graph.subjects(RDF.type, rdflib.DCAT.Distribution))
    assert len(distributions) == sum(len(dataset.files) for dataset in written.values())
    for distribution in distributions:
        assert graph.value(distribution, DCTERMS.license) == URIRef("http://creativecommons.org/licenses/by/4.0/")
        assert graph.value(distribution, SPDX.checksum) is not None


def test_a_release_that_leaves_a_dataset_as_it_was_changes_nothing_that_the_catalogue_says_of_it(
    tmp_path: Path,
) -> None:
    """To CKAN a dataset has changed when a word of it has, be it the version: each release had all written."""
    settings, previous = small.settings(tmp_path), small.datasets(tmp_path)
    store = Store.read_only(str(tmp_path / "r1" / "store"))
    graphs = [catalogue(settings, previous)]
    for number in (2, 3):
        later = small.CREATED + timedelta(days=number)
        folder = tmp_path / f"release-{number}"
        write_datasets(store, folder, settings, release_id=f"r{number}", created=later, previous=previous)
        previous = read_datasets(folder)
        graphs.append(catalogue(settings, previous))
    versions = set(graphs[0].objects(None, VERSION))
    assert versions == {Literal("20260102T030405Z")}
    assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])


def test_a_dataset_whose_content_has_changed_has_the_version_of_that_release(tmp_path: Path) -> None:
    first = small.datasets(tmp_path)
    (tmp_path / "changed").mkdir()
    later = small.CREATED + timedelta(days=1)
    store = small.store(tmp_path / "changed", small.TURTLE.replace("Dăm Noi", "Dăm Giông"))
    settings = small.settings(tmp_path)
    second = write_datasets(store, tmp_path / "second", settings, release_id="r2", created=later, previous=first)
    graph = catalogue(settings, second)
    version = {name: graph.value(URIRef(f"{BASE}/dataset/{name}"), VERSION) for name in ("editions", "agents")}
    assert version == {"editions": Literal("20260103T030405Z"), "agents": Literal("20260102T030405Z")}


def test_titles_are_in_both_languages(graph: Graph) -> None:
    titles = set(graph.objects(URIRef(f"{BASE}/dataset/editions"), DCTERMS.title))
    assert titles == {Literal("Danh mục ấn phẩm", lang="vi"), Literal("Editions", lang="en")}


def test_a_catalogue_without_a_licence_states_none(tmp_path: Path, written: dict[str, DatasetFiles]) -> None:
    settings = small.settings(tmp_path).model_copy(update={"licence": None})
    graph = catalogue(settings, list(written.values()))
    assert not list(graph.subject_objects(DCTERMS.license))
    assert "license" not in dataset_jsonld(settings, written["editions"])


def test_the_descriptions_hold_to_googles_rules(tmp_path: Path, written: dict[str, DatasetFiles]) -> None:
    for dataset in written.values():
        found = dataset_jsonld(small.settings(tmp_path), dataset)
        assert found["@type"] == "Dataset"
        assert found["name"]
        assert 50 <= len(found["description"]) <= 5000
        assert found["license"].startswith("http")
        assert found["creator"]["@type"] == "Organization"
        for download in found["distribution"]:
            assert download["contentUrl"].startswith(f"{BASE}/dataset/{dataset.name}/")
            assert download["encodingFormat"]


def test_every_term_of_the_descriptions_is_in_schema_org(
    tmp_path: Path, written: dict[str, DatasetFiles], reference: Path
) -> None:
    known = (reference / "ontologies/schemaorg-30.0.nt").read_text("utf-8")

    def check(node: object) -> None:
        if isinstance(node, list):
            for each in node:
                check(each)
        elif isinstance(node, dict):
            for key, value in node.items():
                for name in [value] if key == "@type" else [] if key.startswith("@") else [key]:
                    assert f"<https://schema.org/{name}> <" in known, name
                check(value)

    for dataset in written.values():
        check(dataset_jsonld(small.settings(tmp_path), dataset))


def test_datasets_that_belong_together_are_in_a_series(graph: Graph) -> None:
    dcat = Namespace("http://www.w3.org/ns/dcat#")
    base = "https://data.example.vn"
    series = set(graph.subjects(RDF.type, dcat.DatasetSeries))
    assert series == {URIRef(f"{base}/catalog#series-linked-data"), URIRef(f"{base}/catalog#series-figures")}
    linked = set(graph.subjects(dcat.inSeries, URIRef(f"{base}/catalog#series-linked-data")))
    assert linked == {URIRef(f"{base}/dataset/graph{part}") for part in ("", "-bibframe", "-schemaorg", "-classes")}
    for each in series:
        assert {title.language for title in graph.objects(each, DCTERMS.title)} == {"vi", "en"}
        assert graph.value(each, DCTERMS.publisher)


def test_a_series_has_the_frequency_of_its_datasets_where_they_have_one(
    tmp_path: Path, written: dict[str, DatasetFiles]
) -> None:
    """DCAT-AP takes one at the most: the yearly figures and the indicators are in one series, and have two."""
    one, other = written["graph"], written["graph-bibframe"]
    declared = other.dataset.declaration.model_copy(update={"frequency": "http://example.org/frequency/ANNUAL"})
    differs = other.model_copy(update={"dataset": other.dataset.model_copy(update={"declaration": declared})})
    series = URIRef(f"{BASE}/catalog#series-linked-data")
    for datasets, number in (([one, other], 1), ([one, differs], 0)):
        graph = catalogue(small.settings(tmp_path), datasets)
        assert (series, DCTERMS.title, None) in graph
        assert len(list(graph.objects(series, DCTERMS.accrualPeriodicity))) == number
