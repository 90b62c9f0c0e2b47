from __future__ import annotations

import pytest
from described import work


@pytest.mark.parametrize(
    ("field", "dates"),
    [
        ("045 2# $ad7n6$bc0221$bd0960", ["-02XX/096X", "-0221/0960"]),
        ("045 ## $aw5w5", ["185X"]),
        ("045 ## $ax-x-", ["19XX"]),
        ("045 ## $ax6", ["196X"]),
        ("045 0# $bd17890714", ["1789-07-14"]),
        ("045 2# $bd1945", ["1945"]),
        ("045 ## $a$b", []),
    ],
)
def test_periods_become_edtf(field: str, dates: list[str]) -> None:
    made = work(field)
    assert [f'bf:temporalCoverage "{date}"^^datatypes:edtf' in made for date in dates] == [True] * len(dates)
    assert made.count("bf:temporalCoverage") == len(dates)


def test_a_date_that_is_words_is_kept_as_words() -> None:
    made = work("046 ## $kkhoảng 1945", "045 0# $bđời Trần", "033 0# $amùa khô 1971")
    assert 'bf:originDate "khoảng 1945"' in made
    assert 'bf:temporalCoverage "đời Trần"' in made
    assert '[bf:Capture bf:date "mùa khô 1971"]' in made


def test_a_reprint_has_its_original_date_in_008_alone() -> None:
    assert "1998" not in work("008 040520r20041911vm            000 0 vie  ", "046 ## $k1998")


def test_areas_become_addresses_without_the_hyphens_that_fill() -> None:
    assert "<http://id.loc.gov/vocabulary/geographicAreas/a-vt>" in work("043 ## $aa-vt---")


def test_an_area_named_by_address_in_several_043_is_named_once() -> None:
    address = "http://id.loc.gov/authorities/subjects/sh85074668"
    assert work(f"043 ## $ae-fi---$0{address}", f"043 ## $ae-no---$0{address}").count(address) == 1


def test_an_area_with_an_address_of_no_known_authority_keeps_its_code() -> None:
    assert "geographicAreas/a-vt" in work("043 ## $aa-vt---$0http://example.org/x")


def test_an_event_has_time_and_place() -> None:
    made = work("033 21 $a197809102000-0400$a197809142000-0400$b8020$cH2$pTây Nguyên$2vnlsh")
    assert '"1978-09-10T20:00:00-04:00/1978-09-14T20:00:00-04:00"^^datatypes:edtf' in made
    assert "classification/G8020.H2" in made
    assert 'rdfs:label "Tây Nguyên"; bf:source' in made


def test_nothing_is_made_of_an_empty_field() -> None:
    assert "bf:capture" not in work("033 ## $a")
    assert "bf:geographicCoverage" not in work("043 ## $a", "052 ## $a")
