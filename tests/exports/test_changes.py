"""What has changed between two releases, and that the patch leads from the one to the other."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest
from pyoxigraph import RdfFormat, Store, parse

from publisher.errors import ExportError
from publisher.exports.changes import changes, differences, write_csv, write_json_lines, write_patch
from publisher.release.release import Release

from . import small

BASE = "https://data.example.vn"
CHANGED = (
    small.TURTLE.replace('"398.2 S550T"', '"398.2 S600T"')
    .replace("<instance/b-3> a bf:Instance .", "<instance/b-4> a bf:Instance .")
    .replace('rdfs:label "A Jar"', 'rdfs:label "A Jar", "Ama Jar"')
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    folder = tmp_path_factory.mktemp("two")
    small.datasets(folder)
    small.datasets(folder, CHANGED, "r2")
    return Release(folder / "r1"), Release(folder / "r2")


def test_every_entity_is_added_changed_or_removed(two: tuple[Release, Release]) -> None:
    assert [tuple(change) for change in changes(differences(*two))] == [
        (f"{BASE}/agent/p2", "changed", 1, 0),
        (f"{BASE}/instance/b-3", "removed", 0, 1),
        (f"{BASE}/instance/b-4", "added", 1, 0),
        (f"{BASE}/item/a-1-1", "changed", 1, 1),
    ]


def test_a_release_does_not_differ_from_itself(two: tuple[Release, Release]) -> None:
    assert list(differences(two[0], two[0])) == []


def test_backwards_everything_is_the_other_way_round(two: tuple[Release, Release]) -> None:
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    forwards = changes(differences(*two))
    assert changes(differences(two[1], two[0])) == [
        each._replace(change=turned[each.change], added=each.removed, removed=each.added) for each in forwards
    ]


def test_the_patch_makes_the_one_release_the_other(two: tuple[Release, Release]) -> None:
    text = io.StringIO()
    write_patch(differences(*two), text)
    lines = text.getvalue().splitlines()
    assert (lines[0], lines[-1]) == ("TX .", "TC .")
    copy = Store()
    copy.extend(Store.read_only(str(two[0].store_path)))
    for line in lines[1:-1]:
        (quad,) = parse(line[2:], RdfFormat.N_QUADS)
        assert (quad in copy) == (line[0] == "D")
        (copy.add if line[0] == "A" else copy.remove)(quad)
    assert set(copy) == set(Store.read_only(str(two[1].store_path)))


def test_they_are_written_as_csv_and_json_lines(two: tuple[Release, Release]) -> None:
    table, lines = io.StringIO(newline=""), io.StringIO()
    found = changes(differences(*two))
    write_csv(found, table)
    write_json_lines(found, lines)
    assert table.getvalue().splitlines()[:2] == ["iri,change,added,removed", f"{BASE}/agent/p2,changed,1,0"]
    assert [orjson.loads(line) for line in lines.getvalue().splitlines()] == [each._asdict() for each in found]


def test_a_graph_that_is_not_there_or_not_sorted_is_named(two: tuple[Release, Release], tmp_path: Path) -> None:
    from isal import igzip

    with pytest.raises(ExportError, match=r"graph\.nq\.gz: the graph cannot be read \(No such file"):
        list(differences(two[0], Release(tmp_path)))
    (tmp_path / "datasets/graph").mkdir(parents=True)
    with igzip.open(tmp_path / "datasets/graph/graph.nq.gz", "wb") as stream:
        stream.write(b"<x:b> <x:p> <x:o> .\n<x:a> <x:p> <x:o> .\n")
    with pytest.raises(ExportError, match="the graph is not sorted"):
        list(differences(two[0], Release(tmp_path)))
