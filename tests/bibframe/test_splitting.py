from __future__ import annotations

from described import record

from publisher.bibframe import converter
from publisher.bibframe.splitting import split
from publisher.rdf.description import Iri
from publisher.sources.record import Record

BASE = "http://example.org/"


def fields(its: Record, tag: str) -> list[str]:
    return [field.content.replace("\x1f", "$") for field in its.all(tag)]


def test_a_book_stays_one_record() -> None:
    book = record("001 1", "007 ta", "245 00 $aĐăm Săn", "300 ## $a200 tr. +$e1 đĩa CD")
    assert split(book, BASE) == [book]


def test_a_map_and_its_image_on_line_are_two() -> None:
    first, second = split(
        record("001 1", "007 aj canzn", "007 cr cga", "008 050101", "245 00 $aKontum", "300 ## $a1 bản đồ",
               "856 41 $3Bản số hoá$uhttp://a.vn/1.jpg"),
        BASE,
    )  # fmt: skip
    assert (fields(first, "007"), fields(first, "856")) == (["aj canzn"], [])
    assert second.control("001") == "1-85X-1"
    assert (fields(second, "007"), fields(second, "245")) == (["cr cga"], ["00$aBản số hoá"])
    assert fields(second, "758") == ["  $4http://id.loc.gov/ontologies/bibframe/instanceOf$1http://example.org/1#Work"]


def test_accompanying_material_with_a_007_of_its_own_is_an_instance() -> None:
    _, disc = split(
        record("001 1", "007 sd", "007 vd", "245 00 $aCồng chiêng", "300 ## $a1 audio disc +$e1 videodisc (VCD)",
               "337 ## $3videodisc$avideo$bv", "337 ## $3audio disc$aaudio$bs"),
        BASE,
    )  # fmt: skip
    assert disc.control("001") == "1-02"
    assert fields(disc, "245") == ["00$a[1 videodisc (VCD)]"]
    assert fields(disc, "337") == ["  $3videodisc$avideo$bv"]


def test_more_extents_than_007s_are_instances_too() -> None:
    _, second = split(record("001 1", "245 00 $aA", "300 ## $a1 score", "300 ## $a1 audio disc"), BASE)
    assert second.control("001") == "1-02"
    assert fields(second, "337") == ["  $aaudio$bs"]


def test_a_table_of_contents_is_no_instance_and_is_kept() -> None:
    whole = record("001 1", "245 00 $aA", "300 ## $a1 tập", "856 42 $3Table of contents$uhttp://a.vn/toc")
    assert split(whole, BASE) == [whole]


def test_nothing_is_lost_and_nothing_said_twice() -> None:
    whole = record(
        "001 1", "007 sd", "007 vd", "245 00 $aA", "300 ## $a1 audio disc +$e1 videodisc", "336 ## $aspoken word",
        "856 47 $uhttp://a.vn/2", "856 41 $uhttp://a.vn/3", "999 ## $aX",
    )  # fmt: skip
    every = [field.content for its in split(whole, BASE) for field in its.fields]
    for field in whole.fields:
        if field.tag not in ("001", "300"):
            assert every.count(field.content) == 1, field


def test_a_split_record_is_a_further_instance_of_the_first_ones_work() -> None:
    _, second = split(record("001 1", "245 00 $aA", "300 ## $a1 tập", "856 41 $uhttp://a.vn/1"), BASE)
    made = converter().describe(second, second.control("001"), base=BASE)
    assert made.instance_type == "SecondaryInstance"
    assert made.instance_of == Iri("http://example.org/1#Work")
    assert split(second, BASE) == [second], "what is split already is not split again"
