"""What has changed between two releases, and that the patch leads from the one to the other."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest
from isal import igzip
from pyoxigraph import RdfFormat, Store, parse

from publisher.errors import ExportError
from publisher.exports.changes import changes, differences, write_csv, write_json_lines, write_patch
from publisher.exports.cut import write_datasets
from publisher.exports.declaration import read_datasets_declared
from publisher.exports.files import DatasetFiles, datasets_before
from publisher.exports.tables import Origin

from . import small

BASE = "https://data.example.vn"
CHANGED = (
    small.TURTLE.replace('"398.2 S550T"', '"398.2 S600T"')
    .replace("<instance/b-3> a bf:Instance .", "<instance/b-4> a bf:Instance .")
    .replace('rdfs:label "A Jar"', 'rdfs:label "A Jar", "Ama Jar"')
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("two")
    small.datasets(folder)
    small.datasets(folder, CHANGED, "r2")
    return folder / "r1/datasets", folder / "r2/datasets"


def test_every_entity_is_added_changed_or_removed(two: tuple[Path, Path]) -> None:
    assert [tuple(change) for change in changes(differences(*two))] == [
        (f"{BASE}/agent/p2", "changed", 1, 0),
        (f"{BASE}/instance/b-3", "removed", 0, 1),
        (f"{BASE}/instance/b-4", "added", 1, 0),
        (f"{BASE}/item/a-1-1", "changed", 1, 1),
    ]


def test_a_release_does_not_differ_from_itself(two: tuple[Path, Path]) -> None:
    assert list(differences(two[0], two[0])) == []


def test_backwards_everything_is_the_other_way_round(two: tuple[Path, Path]) -> None:
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    forwards = changes(differences(*two))
    assert list(changes(differences(two[1], two[0]))) == [
        each._replace(change=turned[each.change], added=each.removed, removed=each.added) for each in forwards
    ]


def test_the_patch_makes_the_one_release_the_other(two: tuple[Path, Path]) -> None:
    text = io.StringIO()
    write_patch(differences(*two), text)
    lines = text.getvalue().splitlines()
    assert (lines[0], lines[-1]) == ("TX .", "TC .")
    copy = Store()
    copy.extend(Store.read_only(str(two[0].parent / "store")))
    for line in lines[1:-1]:
        (quad,) = parse(line[2:], RdfFormat.N_QUADS)
        assert (quad in copy) == (line[0] == "D")
        (copy.add if line[0] == "A" else copy.remove)(quad)
    assert set(copy) == set(Store.read_only(str(two[1].parent / "store")))


def test_they_are_written_as_csv_and_json_lines(two: tuple[Path, Path]) -> None:
    table, lines = io.StringIO(newline=""), io.StringIO()
    found = list(changes(differences(*two)))
    write_csv(found, table)
    write_json_lines(found, lines)
    assert table.getvalue().splitlines()[:2] == ["iri,change,added,removed", f"{BASE}/agent/p2,changed,1,0"]
    assert [orjson.loads(line) for line in lines.getvalue().splitlines()] == [each._asdict() for each in found]


def test_a_graph_that_is_not_there_or_not_sorted_is_named(two: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"graph\.nq\.gz: the graph cannot be read \(No such file"):
        list(differences(two[0], tmp_path))
    (tmp_path / "graph").mkdir()
    with igzip.open(tmp_path / "graph/graph.nq.gz", "wb") as stream:
        stream.write(b"<x:b> <x:p> <x:o> .\n<x:a> <x:p> <x:o> .\n")
    with pytest.raises(ExportError, match="the graph is not sorted"):
        list(differences(two[0], tmp_path))


def test_what_hangs_on_an_entity_counts_with_it_whatever_stands_between(tmp_path: Path) -> None:
    """`<x:a#t>`, `<x:a-1>`, `<x:a>` is their order in bytes; the batches are cut between subjects."""
    for name, lines in (
        ("old", ["<x:a#t> <x:p> <x:1> .", "<x:a-1> <x:p> <x:1> .", "<x:a> <x:p> <x:1> .", "<x:c> <x:p> <x:1> ."]),
        ("new", ["<x:a#t> <x:p> <x:2> .", "<x:a-1> <x:p> <x:1> .", "<x:a> <x:p> <x:2> .", "<x:b> <x:p> <x:1> ."]),
    ):
        (tmp_path / name / "graph").mkdir(parents=True)
        with igzip.open(tmp_path / name / "graph/graph.nq.gz", "wb") as stream:
            stream.write("".join(f"{line}\n" for line in lines).encode())
    expected = [("x:a", "changed", 2, 2), ("x:b", "added", 1, 0), ("x:c", "removed", 0, 1)]
    for at_once in (1, 50, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("publisher.exports.changes._AT_ONCE", at_once)
            found = sorted(map(tuple, changes(differences(tmp_path / "old", tmp_path / "new"))))
        assert found == expected, at_once


def cut(folder: Path, turtle: str, release: str, before: Path | None) -> dict[str, DatasetFiles]:
    """Cut the graph and the log of changes of a release after the one whose datasets are in `before`."""
    (folder / release).mkdir()
    declared = [each for each in read_datasets_declared() if each.name in ("graph", "changes")]
    written = write_datasets(
        Origin(small.store(folder / release, turtle), before=before),
        folder / release / "datasets",
        small.settings(folder),
        release_id=release,
        created=small.CREATED,
        declared=declared,
        previous=datasets_before(before) if before else (),
    )
    return {each.name: each for each in written}


def log_in(folder: Path) -> list[tuple[str, str, str, str, int, int]]:
    with igzip.open(folder / "changes/changes.jsonl.gz") as stream:
        rows = [orjson.loads(line) for line in stream]
    names = ("release", "since", "iri", "change", "added", "removed")
    assert [row["key"] for row in rows] == sorted(f"{row['release']} {row['iri']}" for row in rows)
    return [tuple(row[name] for name in names) for row in rows]


def test_the_log_has_what_every_release_has_changed_and_one_that_changed_nothing_adds_nothing(tmp_path: Path) -> None:
    r1, r2, r3, r4 = (tmp_path / name / "datasets" for name in ("r1", "r2", "r3", "r4"))
    assert set(cut(tmp_path, small.TURTLE, "r1", None)) == {"graph"}, "there is nothing to compare the first one with"
    cut(tmp_path, CHANGED, "r2", r1)
    assert log_in(r2) == [
        ("r2", "r1", f"{BASE}/agent/p2", "changed", 1, 0),
        ("r2", "r1", f"{BASE}/instance/b-3", "removed", 0, 1),
        ("r2", "r1", f"{BASE}/instance/b-4", "added", 1, 0),
        ("r2", "r1", f"{BASE}/item/a-1-1", "changed", 1, 1),
    ]
    cut(tmp_path, CHANGED, "r3", r2)
    for kind in ("csv", "xlsx", "parquet", "jsonl.gz"):
        assert (r3 / f"changes/changes.{kind}").read_bytes() == (r2 / f"changes/changes.{kind}").read_bytes(), kind
    cut(tmp_path, small.TURTLE, "r4", r3)
    assert log_in(r4)[:4] == log_in(r2)
    assert [row[:4] for row in log_in(r4)[4:]] == [
        ("r4", "r3", f"{BASE}/agent/p2", "changed"),
        ("r4", "r3", f"{BASE}/instance/b-3", "added"),
        ("r4", "r3", f"{BASE}/instance/b-4", "removed"),
        ("r4", "r3", f"{BASE}/item/a-1-1", "changed"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publisher.exports.changelog.MOST", 5)
        cut(tmp_path, CHANGED, "r5", r4)
    assert {row[0] for row in log_in(tmp_path / "r5/datasets")} == {"r5"}, "the earliest leave it, whole"


@pytest.mark.parametrize(
    ("file", "how"),
    [("graph/graph.nq.gz", "a bit"), ("graph/dataset.json", "gone"), ("changes/changes.jsonl.gz", "a bit")],
)
def test_after_a_release_that_is_damaged_the_log_begins_anew_and_has_no_gap(
    tmp_path: Path, file: str, how: str
) -> None:
    r1, r2, r3, r4 = (tmp_path / name / "datasets" for name in ("r1", "r2", "r3", "r4"))
    cut(tmp_path, small.TURTLE, "r1", None)
    cut(tmp_path, CHANGED, "r2", r1)
    content = (r2 / file).read_bytes()
    (r2 / file).write_bytes(content[:20] + bytes([content[20] ^ 4]) + content[21:])
    if how == "gone":
        (r2 / file).unlink()
    made = cut(tmp_path, small.TURTLE, "r3", r2)
    if file.startswith("graph"):
        assert "changes" not in made, "what has changed in r3 is not known"
    else:
        assert {row[:2] for row in log_in(r3)} == {("r3", "r2")}
    cut(tmp_path, CHANGED, "r4", r3)
    assert {row[:2] for row in log_in(r4)} - {("r3", "r2")} == {("r4", "r3")}


def test_the_same_catalogue_twice_has_no_log(tmp_path: Path) -> None:
    cut(tmp_path, small.TURTLE, "r1", None)
    assert set(cut(tmp_path, small.TURTLE, "r2", tmp_path / "r1/datasets")) == {"graph"}
