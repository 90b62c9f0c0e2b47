from __future__ import annotations

from described import work


def test_voices_instruments_and_ensembles_are_told_apart() -> None:
    made = work("048 ## $bva02$aka01$aoc")
    assert 'bf:voice [bf:MusicVoice bf:voiceType "voice"; rdfs:label "soprano"; bf:count "2"' in made
    assert 'bf:instrument [bf:MusicInstrument bf:instrumentalType "keyboard"; rdfs:label "piano"; bf:count "1"' in made
    assert 'bf:ensemble [bf:MusicEnsemble bf:ensembleType "instrumental"; rdfs:label "string orchestra"' in made


def test_only_of_a_soloist_it_is_said_that_it_is_one() -> None:
    assert "soloist" in work("048 ## $bva01")
    assert "soloist" not in work("048 ## $ava01")


def test_codes_that_mean_nothing_make_no_performer() -> None:
    assert "bf:Music" not in work("048 ## $azz01$azn$a")
    assert "bf:count" not in work("048 ## $aka0x")


def test_codes_of_another_list_are_not_read_as_codes_of_marc() -> None:
    assert "bf:Music" not in work("048 #7 $aka01$2iamlmp")


def test_a_form_that_655_names_is_not_made_again() -> None:
    by_code = '[bf:GenreForm <http://id.loc.gov/authorities/genreForms/gf2014026635> rdfs:label "Anthems"]'
    assert by_code in work("047 ## $aan")
    assert by_code not in work("047 ## $aan", "655 #7 $aAnthems$2lcgft")


def test_instruments_have_the_words_of_the_specification_and_each_kind_by_itself() -> None:
    made = work("048 ## $asc02$aby")
    assert 'bf:instrumentalType "string"; bf:instrumentalType "bowed"; rdfs:label "violoncello"; bf:count "2"' in made
    assert '[bf:MusicInstrument bf:instrumentalType "brass"; bf:instrumentalType "ethnic"; bf:source' in made
