"""The datasets of the example catalogue, as a whole build makes them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import orjson
from pyoxigraph import RdfFormat, Store, Triple, parse

from publisher.exports.checking import check_dataset
from publisher.exports.declaration import read_datasets_declared
from publisher.exports.files import read_datasets
from publisher.exports.paths import pattern
from publisher.rdf.terms import expand
from publisher.release.release import active

EXPORTS = Path(__file__).parents[2] / "exports"


def test_the_graph_has_every_statement_of_the_store_and_no_other(example_data: Path) -> None:
    """They are read off the file that the store is loaded from, not off the store: nothing may be lost between."""
    release = active(example_data)
    content = gzip.decompress((release.datasets_path / "graph/graph.nq.gz").read_bytes())
    copy = Store()
    copy.bulk_load(content, RdfFormat.N_QUADS)
    store = Store.read_only(str(release.store_path))
    assert content.count(b"\n") == len(store)
    assert set(copy) == set(store)


def test_the_two_vocabularies_are_the_whole_graph(example_data: Path) -> None:
    counts = {each.name: each.rows for each in read_datasets(active(example_data).datasets_path)}
    assert counts["graph-bibframe"] + counts["graph-schemaorg"] == counts["graph"]
    assert min(counts["graph-bibframe"], counts["graph-schemaorg"]) > 1000


def test_every_dataset_of_the_example_has_rows_and_no_problem(example_data: Path) -> None:
    release = active(example_data)
    findings = [found for path in sorted(EXPORTS.iterdir()) for found in check_dataset(path, release)]
    problems = {found.dataset: found.text for found in findings if found.is_problem}
    # The example names no licence of any of its editions by an address, and nothing is guessed.
    assert set(problems) <= {"open-educational-resources"}, problems


def test_local_studies_and_minority_languages_are_chosen_rightly(example_data: Path) -> None:
    folder = active(example_data).datasets_path
    store = Store.read_only(str(active(example_data).store_path))

    def rows(name: str) -> list[dict[str, list[str]]]:
        with gzip.open(folder / f"{name}/{name}.jsonl.gz") as stream:
            return [orjson.loads(line) for line in stream]

    minority = rows("minority-languages")
    assert minority
    declared = next(each for each in read_datasets_declared() if each.name == "minority-languages").conditions[0]
    notation = f"?iri a <{expand('bf:Work')}> . {pattern(declared.ways, 'iri', 'v')}"
    expected = store.query(f"SELECT DISTINCT ?iri WHERE {{ {notation} FILTER(STR(?v) != '01') }}")
    works = {solution["iri"].value for solution in expected}
    assert {str(row["iri"]) for row in minority} == {iri for iri in works if "#" not in iri}
    assert all(row["peoples"] for row in minority)
    assert len(rows("local-studies")) > 30


def test_the_fates_add_up_to_the_records_that_came_in(example_data: Path) -> None:
    release = active(example_data)
    with gzip.open(release.datasets_path / "fates/fates.jsonl.gz") as stream:
        rows = [orjson.loads(line) for line in stream]
    assert sum(row["records"] for row in rows) == release.manifest["records_in"]
    assert {row["fate"] for row in rows} == {"published", "withheld"}
    assert set(rows[0]) == {"key", "library", "fate", "rule", "records"}


def test_a_code_that_is_no_longer_in_force_says_so(example_data: Path) -> None:
    with gzip.open(active(example_data).datasets_path / "codes/codes.jsonl.gz") as stream:
        rows = {row["khoa"]: row for row in map(orjson.loads, stream)}
    assert rows["provinces:51"]["ten"] == "Tỉnh Quảng Ngãi"
    assert rows["provinces:51"]["trang_thai"] == "Đang hiệu lực"
    assert rows["provinces:62-2025"]["trang_thai"] == "Hết hiệu lực"
    assert rows["provinces:62-2025"]["ngay_hhl"] == "2025-06-30"


def test_the_classes_in_turtle_are_the_whole_graph_each_subject_once(example_data: Path) -> None:
    folder = example_data / "current/datasets"
    graph = gzip.decompress((folder / "graph/graph.nq.gz").read_bytes())
    whole = {quad.triple for quad in parse(graph, format=RdfFormat.N_QUADS)}
    found: list[Triple] = []
    for path in sorted((folder / "graph-classes").glob("*.ttl.gz")):
        text = gzip.decompress(path.read_bytes())
        triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
        subjects = re.findall(rb"^<[^>]*>", text, re.MULTILINE)
        assert len(subjects) == len(set(subjects)) == len({triple.subject for triple in triples}), path.name
        found += triples
    assert set(found) == whole
    assert len(found) == len(whole)
