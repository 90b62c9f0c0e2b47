"""The files of the datasets: what is in them, and that they are the same when nothing has changed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import orjson
import pandas as pd
import pytest
from pyoxigraph import RdfFormat, Store

from publisher.errors import ExportError
from publisher.exports.cut import write_datasets
from publisher.exports.declaration import read_datasets_declared
from publisher.exports.files import DatasetFiles, read_datasets

from . import small


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def json_lines(path: Path) -> list[dict[str, object]]:
    with gzip.open(path) as stream:
        return [orjson.loads(line) for line in stream]


def test_every_edition_is_one_row_however_many_values_it_has(release: Path) -> None:
    found = rows(release / "datasets/editions/editions.csv")
    assert [row["iri"][-3:] for row in found] == ["a-1", "b-2", "b-3"]
    first = found[0]
    assert first["title"] == 'Sử thi Ba Na, "Dăm Noi"'
    assert first["authors"] == "A Jar | Võ Quang Trọng"
    assert first["languages"] == "bdq | vi"
    assert first["subjects"] == "Sử thi | Văn học dân gian"
    assert (first["published"], first["places"], first["publishers"]) == ("2005", "Hà Nội", "Khoa học xã hội")
    assert (first["isbn"], first["extent"], first["ddc"]) == ("9786049440000", "1243 tr.", "398.2")
    assert (first["items"], first["digital"]) == ("3", "https://so.example.vn/1")


def test_an_edition_of_which_nothing_is_known_still_has_its_row(release: Path) -> None:
    last = rows(release / "datasets/editions/editions.csv")[-1]
    assert {name: value for name, value in last.items() if value} == {
        "iri": "https://data.example.vn/instance/b-3",
        "items": "0",
    }


def test_every_item_is_one_row_with_its_library(release: Path) -> None:
    found = rows(release / "datasets/holdings/holdings.csv")
    assert [(row["iri"][-5:], row["library_name"]) for row in found] == [
        ("a-1-1", "Thư viện A"),
        ("a-1-2", "Thư viện A"),
        ("b-1-1", "Thư viện B"),
    ]
    assert found[0]["shelf_marks"] == "398.2 S550T"
    assert found[0]["edition"] == "https://data.example.vn/instance/a-1"


def test_json_lines_say_the_same_as_csv_with_lists_and_without_apostrophes(release: Path) -> None:
    found = json_lines(release / "datasets/editions/editions.jsonl.gz")
    assert found[0]["authors"] == ["A Jar", "Võ Quang Trọng"]
    assert found[0]["items"] == 3
    assert found[1]["title"] == "=cmd|' /C calc'!A0"
    assert found[2]["title"] is None


def test_the_whole_graph_comes_back_from_its_dump(release: Path) -> None:
    original = Store.read_only(str(release / "store"))
    copy = Store()
    with gzip.open(release / "datasets/graph/graph.nq.gz") as stream:
        copy.bulk_load(stream, RdfFormat.N_QUADS)
    assert set(copy) == set(original)


def test_csv_is_what_rfc_4180_and_excel_expect(release: Path) -> None:
    content = (release / "datasets/editions/editions.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfiri,title,")
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    assert b'"S\xe1\xbb\xad thi Ba Na, ""D\xc4\x83m Noi"""' in content


def test_a_cell_that_would_run_as_a_formula_gets_an_apostrophe(release: Path) -> None:
    assert rows(release / "datasets/editions/editions.csv")[1]["title"] == "'=cmd|' /C calc'!A0"


def test_checksums_and_sizes_are_those_of_the_files(release: Path, written: dict[str, DatasetFiles]) -> None:
    assert {"editions", "works", "agents", "holdings", "libraries", "codes", "graph"} <= set(written)
    for dataset in written.values():
        folder = release / "datasets" / dataset.name
        for file in dataset.files:
            content = (folder / file.name).read_bytes()
            assert file.bytes == len(content)
            assert file.sha256 == hashlib.sha256(content).hexdigest()
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


def test_the_same_statements_make_the_same_bytes_whatever_order_they_came_in(tmp_path: Path) -> None:
    blocks = small.TURTLE.strip().split("\n\n")
    prefixes, things = blocks[0], blocks[1:]
    backwards = "\n".join([prefixes, *reversed(things)])
    first = small.datasets(tmp_path)
    second = small.datasets(tmp_path, backwards, "r2")
    assert [dataset.files for dataset in first] == [dataset.files for dataset in second]


def test_a_dataset_that_has_not_changed_keeps_its_date(tmp_path: Path) -> None:
    first = small.datasets(tmp_path)
    store = Store.read_only(str(tmp_path / "r1" / "store"))
    later = small.CREATED + timedelta(days=1)
    again = write_datasets(
        store, tmp_path / "again", small.settings(tmp_path), release_id="r2", created=later, previous=first
    )
    assert {dataset.modified for dataset in again} == {small.CREATED}
    changed = small.TURTLE.replace("Dăm Noi", "Dăm Giông")
    (tmp_path / "changed").mkdir()
    other = write_datasets(
        small.store(tmp_path / "changed", changed),
        tmp_path / "other",
        small.settings(tmp_path),
        release_id="r3",
        created=later,
        previous=first,
    )
    moved = {dataset.name: dataset.modified == later for dataset in other}
    assert moved["editions"]
    assert moved["holdings"]
    assert moved["graph"]
    assert not moved["agents"]
    assert not moved["libraries"]


def test_the_facts_of_the_columns_are_counted(written: dict[str, DatasetFiles]) -> None:
    facts = {fact.name: fact for fact in written["holdings"].column_facts}
    assert (facts["library"].filled, facts["library"].distinct) == (3, 2)
    assert (facts["shelf_marks"].filled, facts["shelf_marks"].longest) == (1, len("398.2 S550T"))
    assert facts["places"].filled == 0


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    assert read_datasets(tmp_path / "none") == []
    written = small.datasets(tmp_path)
    assert read_datasets(tmp_path / "r1" / "datasets") == written


def test_pandas_reads_the_files_as_the_documentation_says(release: Path) -> None:
    table = pd.read_csv(release / "datasets/editions/editions.csv", dtype={"isbn": str})
    lines = pd.read_json(release / "datasets/editions/editions.jsonl.gz", lines=True, dtype=False)
    assert list(table.columns) == list(lines.columns)
    assert table["isbn"][0] == "9786049440000"


def test_every_column_that_is_declared_has_its_example_in_its_own_type() -> None:
    for dataset in read_datasets_declared():
        for column in dataset.columns:
            if column.type == "integer":
                assert column.example.isdigit(), column.name
            if column.type == "iri":
                assert column.example.startswith(("https://", "http://id.loc.gov/")), column.name


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    (folder / "graph").mkdir(parents=True)
    (folder / "graph" / "graph.nq.gz").symlink_to("/dev/full")
    with pytest.raises(ExportError, match=r"the datasets cannot be written \(No space left on device\)"):
        write_datasets(small.store(tmp_path), folder, small.settings(tmp_path), release_id="r", created=small.CREATED)


def test_facts_that_are_broken_are_named(tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    (tmp_path / "editions" / "dataset.json").write_text("{}")
    with pytest.raises(ExportError, match=r"editions/dataset\.json: the facts of this dataset cannot be read"):
        read_datasets(tmp_path)


def test_a_chart_counts_the_rows_of_each_value(written: dict[str, DatasetFiles]) -> None:
    assert written["holdings"].counts == (("Thư viện A", 2), ("Thư viện B", 1))
    assert written["works"].counts == (("bdq", 1), ("vi", 1))
    assert written["editions"].counts == ()
