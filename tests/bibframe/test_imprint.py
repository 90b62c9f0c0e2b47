from __future__ import annotations

import pytest
from described import instance

from publisher.bibframe.imprint_dates import coded
from publisher.rdf.description import sketch

SERIAL = "00000cas a2200000 i 4500"


def test_the_year_and_country_of_008_join_the_publisher_of_264() -> None:
    made = instance("008 170515s2016    vm            000 0 vie d", "264 #1 $aHà Nội :$bLao động,$c2016.")
    assert (
        "bf:provisionActivity [bf:ProvisionActivity rdf:type <http://id.loc.gov/ontologies/bibframe/Publication>; "
        'bf:date "2016"^^datatypes:edtf; bf:place <http://id.loc.gov/vocabulary/countries/vm>; '
        'bflc:simplePlace "Hà Nội"; bflc:simpleAgent "Lao động"; bflc:simpleDate "2016"]; '
        'bf:publicationStatement "Hà Nội: Lao động, 2016"'
    ) in made


def test_a_field_with_two_places_and_publishers_is_two_activities_and_008_joins_the_last() -> None:
    made = instance("008 821208s1927    nyuh          000 0 eng  ", "260 ## $aNew York,$bA;$aLondon,$bB,$c1927.")
    first, last = made.split("bf:provisionActivity ")[1:]
    assert "1927" not in first
    assert '"1927"^^datatypes:edtf' in last


def test_two_places_of_one_publisher_are_one_activity() -> None:
    assert instance("260 ## $aHà Nội ;$aHuế :$bThuận Hoá").count("bf:ProvisionActivity") == 1


def test_the_printer_in_260_is_a_manufacture() -> None:
    made = instance("260 ## $aKon Tum :$bToà Giám mục,$c1965$e(Sài Gòn :$fNhà in X)")
    assert 'bf:manufactureStatement "Sài Gòn: Nhà in X"' in made
    assert 'bf:publicationStatement "Kon Tum: Toà Giám mục, 1965"' in made


def test_a_record_without_008_keeps_its_imprint() -> None:
    assert 'bf:publicationStatement "Hà Nội: Kim Đồng"' in instance("264 #1 $aHà Nội :$bKim Đồng")


def test_an_imprint_in_two_scripts_is_one_activity_with_two_statements() -> None:
    made = instance(
        "008 970908s1987    ja       b    000 0 jpn  ",
        "260 ## $6880-02$a[S.l. :$bs.n.,$cShōwa 62 i.e. 1987]",
        "880 ## $6260-02/Jpan$a[S.l. :$bs.n.,$c昭和 62 i.e. 1987]",
    )
    assert made.count("bf:ProvisionActivity") == 1
    assert 'bf:publicationStatement "[S.l.]: [s.n.], [Shōwa 62 i.e. 1987]"' in made
    assert 'bf:publicationStatement "[S.l.]: [s.n.], [昭和 62 i.e. 1987]"@ja' in made


def test_an_imprint_that_is_only_in_the_other_script_is_not_lost() -> None:
    made = instance("008 970908s1987    ja       b    000 0 jpn  ", "880 #1 $6264-00/Jpan$a東京 :$b岩波書店")
    assert 'bflc:simpleAgent "岩波書店"@ja' in made


def test_a_subfield_that_is_no_imprint_does_not_hide_what_follows_it() -> None:
    assert 'bflc:simpleAgent "Trẻ"' in instance("264 #1 $aTP. Hồ Chí Minh :$0http://example.org/1$bTrẻ")


def test_the_copyright_date_comes_from_008_and_else_from_264() -> None:
    notice = "264 #4 $c©2019"
    assert '"2019"^^datatypes:edtf' in instance("008 180709t20192019enka     b    001 0 eng c", notice)
    assert 'bf:copyrightDate "2019"' in instance("008 180709s2019    enka     b    001 0 eng c", notice)


def test_the_publishers_of_a_serial_are_told_apart() -> None:
    made = instance("264 #1 $aHuế :$bA", "264 31 $3Từ 2010:$aHà Nội :$bB", leader=SERIAL)
    assert "mstatus/earliest" in made.split("bf:provisionActivity ")[1]
    assert "mstatus/current" in made.split("bf:provisionActivity ")[2]
    assert 'bflc:appliesTo [bflc:AppliesTo rdfs:label "Từ 2010"]' in made


def test_what_264_calls_by_no_known_indicator_is_an_activity_without_a_class() -> None:
    made = instance("264 ## $aBuôn Ma Thuột")
    assert 'bf:provisionActivityStatement "Buôn Ma Thuột"' in made
    assert "rdf:type" not in made


@pytest.mark.parametrize(
    ("fixed", "dates"),
    [
        ("s2016    vm ", ["2016"]),
        ("s199u    vm ", ["199X"]),
        ("c20019999vm ", ["2001/.."]),
        ("d19972005vm ", ["1997/2005"]),
        ("q19301945vm ", ["1930~/1945~"]),
        ("e20230415vm ", ["2023-04-15"]),
        ("e202304  vm ", ["2023-04"]),
        ("p20081999it ", ["2008", "1999"]),
        ("t20192018vm ", ["2019", "2018"]),
        ("nuuuuuuuuvm ", ["XXXX/XXXX"]),
        ("n        vm ", ["XXXX"]),
        ("s        vm ", []),
        ("||||||||||||", []),
        ("c    9999vm ", []),
        ("", []),
    ],
)
def test_dates_of_008_are_edtf(fixed: str, dates: list[str]) -> None:
    made = " ".join(sketch(arcs) for _, arcs in coded(fixed))
    assert [f'"{date}"^^datatypes:edtf' in made for date in dates] == [True] * len(dates)
    assert made.count("edtf") == len(dates)


@pytest.mark.parametrize("place", ["   ", "|||", ""])
def test_a_country_that_is_not_coded_is_no_address(place: str) -> None:
    assert "countries/" not in " ".join(sketch(arcs) for _, arcs in coded(f"s2016    {place}"))
