"""One preferred title of what several records describe, and each other spelling once as a variant title."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store
from test_build import BASE, BF, BOOK, marc, objects, publish

from publisher.rdf.description import Node
from publisher.rdf.ntriples import NTriples
from publisher.release.release import active
from tests.conftest import without_datasets

LONGER = f"{BOOK} :$bkhảo cứu và điền dã"
SAID = {
    "a": [marc("a1", BOOK, f300="  $a367 tr."), marc("a2", BOOK, f300="  $a367 tr.$c24 cm")],
    "b": [marc("b1", "LỊCH SỬ VĂN HOÁ TÂY NGUYÊN", author="Nguyễn Văn Hoà")],
    "c": [marc("c1", LONGER, f300="  $a367 tr.$bminh họa$c24 cm", f520="  $aVề các dân tộc.")],
    "d": [marc("d1", f"{BOOK} :$bKHẢO CỨU VÀ ĐIỀN DÃ", year="2015", f250="  $aTái bản", f300="  $a400 tr.")],
}


def built(folder: Path, libraries: dict[str, list[bytes]], data: str = "data") -> Store:
    with without_datasets():
        publish(folder, libraries, data=data)
    return Store.read_only(str(active(folder / data).store_path))


def own(store: Store, thing: str, cls: str) -> list[tuple[str, ...]]:
    """The titles of `thing` that are of the class `cls`: main title, and subtitle if any."""
    titles = [title for title in objects(store, thing, BF + "title") if BF + cls in objects(store, title, RDF_TYPE)]
    return sorted(
        (*objects(store, title, BF + "mainTitle"), *objects(store, title, BF + "subtitle")) for title in titles
    )


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return built(tmp_path_factory.mktemp("preferred"), SAID)


def test_the_leading_record_gives_the_title_and_others_each_spelling_once(one: Store) -> None:
    instance = f"{BASE}/instance/a-a1"
    assert own(one, instance, "Title") == [(BOOK, "khảo cứu và điền dã")]
    assert own(one, instance, "VariantTitle") == [(BOOK,)]
    assert objects(one, instance, "https://schema.org/alternateName") == {BOOK}


def test_a_work_has_one_title_over_its_editions(one: Store) -> None:
    (work,) = objects(one, f"{BASE}/instance/a-a1", BF + "instanceOf")
    assert len(objects(one, work, BF + "hasInstance")) == 2
    assert own(one, work, "Title") == [(BOOK,)]
    assert own(one, work, "VariantTitle") == []


def test_no_title_is_left_that_nothing_has(one: Store) -> None:
    titles = {quad.subject for quad in one.quads_for_pattern(None, NamedNode(BF + "mainTitle"), None)}
    assert titles
    assert all(any(True for _ in one.quads_for_pattern(None, None, title)) for title in titles)


def test_the_iri_of_a_variant_title_comes_from_what_it_says(one: Store) -> None:
    instance = f"{BASE}/instance/a-a1"
    written = NTriples().arcs(instance, instance, [("bf:title", Node("bf:VariantTitle", ("bf:mainTitle", BOOK)))])
    (name,) = [line.split()[2].strip("<>") for line in written.splitlines() if f"<{BF}title>" in line]
    assert name in objects(one, instance, BF + "title")


def test_order_and_batches_change_no_title(one: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.intake.BATCH", 1)
    again = built(tmp_path, {code: records[::-1] for code, records in reversed(SAID.items())})
    assert {quad.triple for quad in again} == {quad.triple for quad in one}


def test_a_record_in_two_scripts_is_the_title_in_both_and_no_variant_is_said_again(tmp_path: Path) -> None:
    two = marc("1", f"{BOOK}$6880-01", f880="10$a越南西原文化史$6245-01/$1", f300="  $a367 tr.")
    store = built(tmp_path, {"a": [two], "b": [marc("2", BOOK, f300="  $a367 tr.")]})
    assert own(store, f"{BASE}/instance/a-1", "Title") == sorted([(BOOK,), ("越南西原文化史",)])
    assert own(store, f"{BASE}/instance/a-1", "VariantTitle") == []
