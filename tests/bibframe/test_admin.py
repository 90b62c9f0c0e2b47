from __future__ import annotations

from described import BOOK, admin, described

from publisher.bibframe.provenance import UNKNOWN_AGENCY, assigned_by
from publisher.rdf.description import Iri, sketch


def history(*lines: str, leader: str = BOOK, generated: str = "") -> str:
    events = described(*lines, leader=leader, generated=generated).history
    return sketch(arc for event in events for arc in event.arcs)


def test_the_moment_of_conversion_is_left_out_when_nobody_gives_one() -> None:
    assert "2026-01-01T00:00:00" in history("001 1", generated="2026-01-01T00:00:00")
    assert "xsd:dateTime" not in history("001 1")


def test_a_record_entered_in_64_is_of_2064_and_one_of_65_of_1965() -> None:
    assert '"2064-12-31"^^xsd:date' in history("008 641231s2064    vm ")
    assert '"1965-01-01"^^xsd:date' in history("008 650101s1965    vm ")


def test_a_record_was_entered_on_a_day_and_changed_at_a_moment() -> None:
    made = history("005 20260102030405.0", "008 250102")
    assert 'bf:date "2025-01-02"^^xsd:date' in made
    assert 'bf:date "2026-01-02T03:04:05"^^xsd:dateTime' in made


def test_a_date_that_is_none_is_not_stated() -> None:
    assert "bf:date" not in history("005 00000000000000.0", "008 991399s1999    vm ")


def test_a_record_is_not_entered_after_it_was_last_changed() -> None:
    assert '"2010-03-02"^^xsd:date' in history("005 20100302101112.0", "008 200101s1999    vm ")


def test_a_new_record_has_not_been_changed() -> None:
    changed = history("005 20240501081500.0", leader="00000nam a2200000 i 4500")
    assert "2024-05-01T08:15:00" not in changed
    assert "2024-05-01T08:15:00" in history("005 20240501081500.0")


def test_the_last_modifier_changed_it() -> None:
    made = history("040 ## $aVN-HaNLV$dVN-KT$dOCoLC")
    assert 'bf:agent [bf:Agent bf:code "VN-HaNLV"]' in made
    assert 'bf:descriptionModifier [bf:Agent bf:code "OCoLC"]' in made


def test_a_number_without_003_is_nobody_s_where_others_made_the_record() -> None:
    assert "bf:assigner" not in admin("001 77", "040 ## $aVN-HaNLV")
    assert "organizations/dlc" in admin("001 77", "040 ## $aVN-HaNLV$dDLC")
    assert 'bf:assigner [bf:Agent bf:code "VN-HaNLV"]' in admin("001 77", "003 VN-HaNLV", "040 ## $aDLC")


def test_rda_makes_the_older_cataloguing_form_superfluous() -> None:
    aacr2 = "00000cam a2200000 a 4500"
    assert "descriptionConventions/aacr" in admin("040 ## $aX", leader=aacr2)
    assert "descriptionConventions/aacr" not in admin("040 ## $aX$erda", leader=aacr2)


def test_rules_of_description_with_a_long_name_get_no_address() -> None:
    assert '[bf:DescriptionConventions bf:code "TCVN 4743-89"]' in admin("040 ## $eTCVN 4743-89")


def test_an_earlier_conversion_from_bibframe_is_remembered() -> None:
    made = history("884 ## $aDLC bibframe2marc v2.0$g20230405101112.0$qDLC$uhttp://example.org/b2m")
    assert '"2023-04-05T10:11:12"^^xsd:dateTime' in made
    assert "bf:generationProcess <http://example.org/b2m>" in made


def test_a_record_without_agency_is_of_an_unknown_one_or_of_the_library_that_is_named() -> None:
    silent = described("001 77", "008 100414s2010    ru            000 f rus  ", generated="2026-01-01T00:00:00")
    library = Iri("http://example.org/library/kt")
    for agency in (UNKNOWN_AGENCY, library):
        whole = assigned_by(silent, agency)
        assert ("bf:assigner", agency) in whole.account.arcs
        assert all(sketch(event.arcs).count("bf:assigner") == 1 for event in whole.history)
    known = described("001 77", "040 ## $aVN-HaNLV")
    assert assigned_by(known, library) is known
