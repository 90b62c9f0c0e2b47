from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from described import record

from publisher.bibframe import converter
from publisher.bibframe.splitting import describe_parts, split
from publisher.convert import convert_files
from publisher.rdf.description import Iri, sketch
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


MAP = ("001 1", "007 aj canzn", "007 cr cga", "008 050101", "245 00 $aKontum", "300 ## $a1 bản đồ",
       "856 41 $3Bản số hoá$uhttp://a.vn/1.jpg")  # fmt: skip


def test_a_build_keeps_one_description_with_two_instances() -> None:
    came = record(*MAP)
    came.warnings.append(("LDR", "was too short"))
    made = describe_parts(converter(), came, "1")
    said = sketch(made.work.arcs())
    assert said.count("bf:hasInstance") == 1
    assert "bf:hasInstance [bf:Instance rdf:type <http://id.loc.gov/ontologies/bflc/SecondaryInstance>" in said
    assert 'bf:mainTitle "Bản số hoá"' in said
    assert "bf:instanceOf <#Work>" in said
    assert "urn:x-rong" not in said
    assert "bf:electronicLocator <http://a.vn/1.jpg>" in sketch(made.instance.arcs())
    assert made.warnings == [("LDR", "was too short")]


def test_a_record_that_is_one_thing_is_described_as_ever() -> None:
    book = record("001 1", "245 00 $aĐăm Săn", "300 ## $a200 tr.")
    made, usual = describe_parts(converter(), book, "1"), converter().describe(book, "1")
    assert sketch(made.work.arcs()) == sketch(usual.work.arcs())
    assert sketch(made.instance.arcs()) == sketch(usual.instance.arcs())


XML = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nem a2200000 i 4500</leader>
<controlfield tag="007">aj canzn</controlfield>
<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Kontum</subfield></datafield>
<datafield tag="856" ind1="4" ind2="1"><subfield code="u">http://a.vn/1.jpg</subfield></datafield>
</record></collection>"""


@pytest.mark.parametrize(("target", "wanted"), [("bibframe-xml", 2), ("ntriples", 2), ("schemaorg", 0)])
def test_convert_splits_when_asked_even_without_a_control_number(target: str, wanted: int, tmp_path: Path) -> None:
    path = tmp_path / "map.xml"
    path.write_text(XML, encoding="utf-8")
    pieces: list[str] = []
    convert_files([path], target, "http://kontum.vn/", pieces.append, pieces.append, parts=split)
    text = "".join(pieces)
    assert len(pieces) == 4, "header, two records, footer"
    assert text.count("85X-1#Instance") >= 1
    if target == "bibframe-xml":
        [first] = {line.split('"')[1] for line in text.splitlines() if "<bf:Work rdf:about" in line}
        assert text.count(f'<bf:instanceOf rdf:resource="{first}"/>') == wanted
    if target == "schemaorg":
        things = orjson.loads(text)["@graph"]
        assert len(things) == 3, "a work and its two instances"
        assert {str(each.get("schema:exampleOfWork", each.get("exampleOfWork"))) for each in things[1:]} != {"None"}
