from __future__ import annotations

import pytest
from described import work

VIETNAMESE = "008 040520s2004    vm            000 0 vie  "


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("041 07 $abdq$2iso639-3", "<http://id.loc.gov/vocabulary/iso639-3/bdq>"),
        ("041 0# $abdq", "<http://id.loc.gov/vocabulary/iso639-3/bdq>"),
        ("041 0# $aEng", "<http://id.loc.gov/vocabulary/languages/eng>"),
        ("041 0# $afr", "<http://id.loc.gov/vocabulary/languages/fre>"),
        ("041 0# $adeu", "<http://id.loc.gov/vocabulary/languages/ger>"),
        ("041 0# $aTiếng Pháp", "<http://id.loc.gov/vocabulary/languages/fre>"),
        ("041 07 $afr$2ISO 639-1", "<http://id.loc.gov/vocabulary/iso639-1/fr>"),
        ("041 07 $afr-CA$2rfc5646", '[bf:Language rdf:value "fr-CA"; bf:part "Resource"; bf:source'),
        ("041 0# $aSong ngữ", '[bf:Language rdfs:label "Song ngữ"]'),
    ],
)
def test_languages_are_understood(field: str, expected: str) -> None:
    assert f"bf:language {expected}" in work(VIETNAMESE, field)


def test_the_language_of_008_is_not_said_twice() -> None:
    assert work(VIETNAMESE, "041 0# $avie$aeng").count("languages/vie") == 1


def test_codes_strung_together_are_taken_apart() -> None:
    made = work(VIETNAMESE, "041 1# $avie$hgerswe")
    assert made.count("resourceComponents/otx") == 2
    assert made.index("languages/ger") < made.index("languages/swe")


def test_summaries_and_librettos_accompany_the_work() -> None:
    assert (
        "bf:accompaniedBy [bf:Work rdf:type <http://id.loc.gov/vocabulary/resourceComponents/sum>; "
        "bf:language <http://id.loc.gov/vocabulary/languages/eng>]"
    ) in work("041 0# $avie$beng")


def test_the_language_of_a_part_is_no_language_of_the_work() -> None:
    made = work(VIETNAMESE, "041 0# $3Lời bình$aeng")
    assert "bf:language <http://id.loc.gov/vocabulary/languages/eng>; bflc:appliesTo" in made
    assert "bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/resourceComponents/res>" in made
    assert made.count("bf:language <http://id.loc.gov/vocabulary/languages/eng>") == 1


def test_the_script_of_an_880_is_said_even_where_it_goes_without_saying() -> None:
    persian = "008 200422s2019    ir       b    000 0 per  "
    made = work(persian, "245 00 $6880-01$aMajmūʻah", "880 00 $6245-01/(3/r$aمجموعه")
    assert 'bf:mainTitle "مجموعه"@fa-arab' in made
    assert 'bf:mainTitle "مجموعه"@fa' in work(persian, "245 00 $6880-01$aMajmūʻah", "880 00 $6245-01/r$aمجموعه")
