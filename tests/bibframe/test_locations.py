from __future__ import annotations

import pytest
from described import described, instance, work

from publisher.rdf.description import sketch
from publisher.rdf.rdfxml import RdfXml

ON_LINE = "008 170515s2016    vm      o     000 0 vie d"


def test_a_version_on_line_of_a_printed_book_is_an_instance_of_its_own() -> None:
    made = work("245 10 $aĐăm Săn", "856 41 $uhttp://thuvien.kontum.gov.vn/1.pdf")
    assert "bf:hasInstance [bf:Instance rdf:type <http://id.loc.gov/ontologies/bibframe/Electronic>; bf:title" in made


def test_the_address_of_an_on_line_resource_is_that_of_its_copy() -> None:
    made = described(ON_LINE, "856 40 $uhttp://a.vn/1", "856 40 $uhttp://a.vn/2").items
    assert [sketch(each.arcs).count("bf:electronicLocator") for _, each in made] == [1, 1]


def test_an_880_does_not_cost_the_copies() -> None:
    lines = (ON_LINE, "245 10 $6880-01$aMinzu", "880 10 $6245-01/$1$a民族", "856 41 $uhttp://a.vn/1")
    assert len(described(*lines).items) == 1


@pytest.mark.parametrize("part", ["Sample text", "Sample chapter:", "Excerpts", "Đọc thử", "Bản đọc thử (20 trang)"])
def test_a_sample_of_a_text_supplements_the_work_and_is_no_edition_of_it(part: str) -> None:
    lines = ("245 10 $aĐăm Săn", f"856 41 $3{part}$uhttp://a.vn/s$zmiễn phí")
    made = work(*lines)
    assert f'bf:supplementaryContent [bf:SupplementaryContent rdfs:label "{part}"; bf:electronicLocator' in made
    assert "bf:hasInstance" not in made
    assert "http://a.vn/s" not in instance(*lines)


@pytest.mark.parametrize("part", ["Samples of soils, 1990", "Bản điện tử", "PDF version:"])
def test_what_only_looks_like_a_sample_stays_an_instance(part: str) -> None:
    assert "bf:hasInstance" in work("245 10 $aĐăm Săn", f"856 41 $3{part}$uhttp://a.vn/s")


def test_a_sample_is_an_electronic_instance_in_the_shape_of_the_reference() -> None:
    made = RdfXml("x").description(described("245 10 $aĐăm Săn", "856 41 $3Sample text /$uhttp://a.vn/s"))
    text = "".join(line.strip() for line in made.splitlines())
    assert (
        '<bf:hasInstance><bf:Instance rdf:about="x#Instance856-3">'
        '<rdf:type rdf:resource="http://id.loc.gov/ontologies/bibframe/Electronic"/>'
        "<bf:title><bf:Title><bf:mainTitle>Sample text /</bf:mainTitle></bf:Title></bf:title>"
        '<bf:electronicLocator rdf:resource="http://a.vn/s"/><bf:instanceOf rdf:resource="x#Work"/></bf:Instance>'
        "</bf:hasInstance>" in text
    )
    assert "supplementaryContent" not in text


def test_the_query_of_the_address_of_a_table_of_contents_is_kept() -> None:
    made = work("856 42 $3Table of contents$uhttp://a.vn/toc?id=1&v=2")
    assert "bf:tableOfContents <http://a.vn/toc?id=1&v=2>" in made


@pytest.mark.parametrize("written", ["www.kontum.gov.vn", "http://www.kontum.gov.vn", " http://www.kontum.gov.vn\n"])
def test_an_address_without_a_scheme_gets_one(written: str) -> None:
    assert "<http://www.kontum.gov.vn>" in instance(f"856 42 $u{written}")


def test_a_field_without_an_address_makes_nothing() -> None:
    lines = ("856 40 $u", "856 41 $zmất đường dẫn", "856 42 $3Table of contents")
    assert (work(*lines), instance(*lines)) == (work(), instance())
