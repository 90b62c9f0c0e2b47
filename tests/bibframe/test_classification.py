from __future__ import annotations

import pytest
from described import work


def test_only_the_first_number_has_the_item_number() -> None:
    made = work("050 00 $aDS559.93$aDS560$b.K65 2004")
    assert made.count("bf:itemPortion") == 1
    assert made.index("DS559.93") < made.index("bf:itemPortion") < made.index("DS560")


def test_the_library_of_congress_assigned_what_its_own_record_has() -> None:
    assert "organizations/dlc" in work("040 ## $aDLC", "050 ## $aDS559")
    assert "bf:assigner" not in work("040 ## $aVN-HaNLV", "050 ## $aDS559")
    assert "bf:assigner" not in work("040 ## $aDLC", "050 #4 $aDS559")


def test_an_address_is_the_number_s_own_without_an_item_number_only() -> None:
    with_item = work("050 #4 $aDS559$0(uri)http://example.org/DS559$b.K6")
    assert "madsrdf:hasRelatedAuthority <http://example.org/DS559>" in with_item
    assert "[bf:ClassificationLcc <http://example.org/DS559> " in work("050 #4 $aDS559$0http://example.org/DS559")


@pytest.mark.parametrize(
    ("number", "cutter"),
    [("621.3813 TON", "TON"), ("179.7--WI-S ", "WI-S"), ("332.64071 GI-108T", "GI-108T"), ("398.209597 ĐĂ", "ĐĂ")],
)
def test_a_call_number_in_082_is_parted(number: str, cutter: str) -> None:
    assert f'bf:itemPortion "{cutter}"' in work(f"082 ## $a{number}")


@pytest.mark.parametrize("number", ["975.5/4252/00222", "621.310 42 03", "959.7", "[E]", "V23"])
def test_a_number_without_cutter_stays_whole(number: str) -> None:
    assert f'bf:classificationPortion "{number}"' in work(f"082 04 $a{number}$223")


def test_a_number_of_two_agencies_is_one_classification_with_two_portions() -> None:
    made = work("082 04 $a398.2$a398.209597$223$qVN-HaNLV")
    assert made.count("bf:ClassificationDdc") == 1
    assert made.count("bf:classificationPortion") == 2


def test_the_scheme_of_a_government_document_is_known_by_the_indicator() -> None:
    assert "classSchemes/sudocs" in work("086 0# $aA 1.1:")
    assert 'bf:source [bf:Source bf:code "ordocs"]' in work("086 ## $aX$2ordocs")


def test_an_empty_number_classifies_nothing() -> None:
    assert "bf:classification" not in work("050 ## $a", "082 ## $a", "084 ## $2bbk", "086 0# $a", "080 ## $a")
