"""250-256 and 3XX: editions, the physical thing, content and carrier, sound and music, attributes of the work."""

from __future__ import annotations

import pytest
from described import instance, work


def test_an_edition_statement_without_words_is_none() -> None:
    assert "editionStatement" not in instance("250 ## $a ")


def test_the_equinox_of_a_star_chart_is_kept_where_it_stands_alone() -> None:
    assert 'bf:equinox "eq. 1980"' in work("255 ## $e(eq. 1980)")


def test_illustrations_of_what_has_no_extent_are_kept() -> None:
    made = instance("300 ## $bill., maps")
    assert "bf:extent" not in made
    assert 'rdfs:label "ill., maps"' in made


def test_the_full_stop_of_an_extent_stays_and_that_of_dimensions_goes() -> None:
    made = instance("300 ## $a299 tr. ;$c21 cm.")
    assert 'rdfs:label "299 tr."' in made
    assert 'bf:dimensions "21 cm"' in made


@pytest.mark.parametrize(("given", "made"), [("002016", '"PT00H20M16S"^^xsd:duration'), ("20 phút", '"20 phút"')])
def test_a_duration_is_one_only_when_it_is_six_digits(given: str, made: str) -> None:
    assert f"bf:duration {made}" in instance(f"306 ## $a{given}")


def test_a_carrier_is_named_by_its_code_or_by_its_english_term() -> None:
    assert "carriers/nc> rdfs:label" in instance("338 ## $atập$bnc")
    assert "carriers/nc> rdfs:label" in instance("338 ## $avolume$2rdacarrier")
    assert "carriers/nc> rdfs:label" in instance("338 ## $avolume")


def test_a_carrier_that_is_in_no_list_keeps_its_source() -> None:
    made = instance("338 ## $asách lá buông$2rdacarrier")
    assert 'bf:Carrier rdfs:label "sách lá buông"; bf:source' in made


def test_a_material_is_named_by_the_address_after_it_and_not_by_that_of_another() -> None:
    made = instance("340 ## $agiấy dó$cmực tàu$0http://example.org/ink$0(X)7$b18 cm")
    assert 'bf:BaseMaterial rdfs:label "giấy dó"' in made
    assert "bf:AppliedMaterial <http://example.org/ink> " in made
    assert 'rdf:value "7"; bf:source [bf:Source bf:code "X"]' in made


def test_a_sound_characteristic_that_an_earlier_field_has_is_not_said_twice() -> None:
    assert instance("344 ## $adigital$gstereo", "344 ## $adigital$gmono").count("mrectype/digital") == 1


@pytest.mark.parametrize(("term", "code"), [("Blu-ray", "bluray"), ("DVD video", "dvdv"), ("CD audio", "cda")])
def test_an_encoding_format_is_recognized_by_what_it_contains(term: str, code: str) -> None:
    assert f"mencformat/{code}>" in instance(f"347 ## $b{term}")


def test_numbering_is_parted_at_its_hyphen_and_kept_whole_where_it_has_none_or_many() -> None:
    assert 'bf:firstIssue "Số 1 (1865-1866)"; bf:lastIssue "số 62 (1926-1927)"' in instance(
        "362 0# $aSố 1 (1865-1866)-số 62 (1926-1927)."
    )
    assert "bf:lastIssue" not in instance("362 0# $aSố 1-")
    assert "mnotetype/number" in instance("362 0# $asố 1-3; 1975-1977.")
    assert "mnotetype/number" in instance("362 1# $aTừ năm 1989.")


def test_a_medium_of_performance_survives_a_number_between_its_subfields() -> None:
    made = work("382 01 $ađàn đá$0http://example.org/1$n2$bcồng$n1")
    assert made.count("bf:MediumComponent ") == 2
    assert "medcompqual/solo" in made


def test_a_catalogue_number_is_kept_beside_an_opus_number() -> None:
    made = work("383 ## $ano. 2$bop. 27$cK. 331")
    assert 'bf:OpusNumber rdf:value "op. 27, no. 2"' in made
    assert 'bf:ThematicCatalogNumber rdf:value "K. 331"' in made


def test_two_groups_in_one_field_do_not_share_an_address() -> None:
    made = work("385 ## $aChildren$0(DLC)dg2015060010$aTeachers")
    assert made.count("dg2015060010") == 1


def test_a_language_outside_marc_keeps_the_list_it_is_from() -> None:
    assert 'rdf:value "bdq"; bf:source [bf:Source bf:code "iso639-3"]' in work("377 #7 $abdq$2iso639-3")


@pytest.mark.parametrize("tag", ["250", "255", "300", "306", "310", "336", "340", "344", "351", "362", "384", "385"])
def test_nothing_is_made_of_an_empty_field(tag: str) -> None:
    empty, other = f"{tag} ## $a", "336 ## $3x"
    assert (instance(empty, other), work(empty, other)) == (instance(other), work(other))
