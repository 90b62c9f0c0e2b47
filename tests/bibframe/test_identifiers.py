from __future__ import annotations

import pytest
from described import instance, work


def test_what_stands_in_parentheses_qualifies_the_isbn() -> None:
    assert instance("020 ## $a9786041083585 (bìa mềm) :$c78000đ").endswith(
        'bf:identifiedBy [bf:Isbn rdf:value "9786041083585"; bf:qualifier "bìa mềm"; bf:acquisitionTerms "78000đ"]'
    )


def test_a_row_number_in_020_is_no_isbn() -> None:
    assert '[bf:Identifier rdf:value "30738"]' in instance("020 ## $a30738")


def test_a_book_without_isbn_keeps_its_price() -> None:
    assert 'bf:acquisitionTerms "54500VNĐ"' in instance("020 ## $c54500VNĐ")
    assert "bf:acquisitionTerms" not in instance("020 ## $a")


def test_an_empty_number_identifies_nothing() -> None:
    assert "bf:identifiedBy" not in instance("020 ## $a", "035 ## $a", "024 7# $2doi", "026 ## $2fei")


def test_blanks_of_an_lccn_are_kept() -> None:
    assert '[bf:Lccn rdf:value "  2004436018"]' in instance("010 ## $a  2004436018")


def test_cancelled_and_incorrect_issns_say_so() -> None:
    made = work("022 0# $a0866-7691$y0866-7000$z0866-7111")
    assert made.index("mstatus/incorrect") < made.index("mstatus/cancinv")
    assert 'rdfs:label "canceled"' in made


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("035 ## $a(OCoLC)814782", '[bf:OclcNumber rdf:value "814782"]'),
        ("035 ## $z(OCoLC)814782", "bf:OclcNumber"),
        ("035 ## $a(VN-HaNLV)123", "bf:assigner [bf:Agent <http://id.loc.gov/vocabulary/organizations/vnhanlv> ]"),
        ("035 ## $a(DE-101)9 8", "<https://ld.zdb-services.de/resource/organisations/DE-101>"),
        ("024 3# $a8935235218567", "bf:Ean"),
        ("024 7# $a123$2local", '[bf:Identifier rdf:value "123"; bf:source [bf:Source bf:code "local"]]'),
        ("024 8# $a123", '[bf:Identifier rdf:value "123"]'),
        ("017 ## $aM1$bCục Bản quyền tác giả$d2006", 'bf:date "2006"'),
        ("028 02$aCD 12/3$bHồ Gươm Audio", 'bf:Organization rdfs:label "Hồ Gươm Audio"'),
    ],
)
def test_numbers_have_classes_and_agencies(field: str, expected: str) -> None:
    assert expected in instance(field)


def test_an_eidr_identifies_the_work() -> None:
    field = "024 7# $a10.5240/EA73-79D7-1B2B-B378-3A73-M$2eidr"
    assert "bf:Eidr" in work(field)
    assert "bf:identifiedBy" not in instance(field)


def test_a_masked_national_number_is_not_published() -> None:
    assert "bf:Nbn" not in instance("015 ## $a***$2vnb")
    assert "bf:Nbn" in instance("015 ## $a2004-1")
