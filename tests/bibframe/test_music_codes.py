from __future__ import annotations

from described import work


def test_voices_and_instruments_form_an_ensemble() -> None:
    made = work("048 ## $bva01$aka01")
    assert 'bf:count "1"; bf:mediumComponentQualifier' in made
    assert "ensemblesize/duo" in made
    assert '[bf:MusicVoice bf:voiceType "voice"; rdfs:label "soprano"; bf:count "1"' in made


def test_an_orchestra_is_a_large_ensemble() -> None:
    assert "large ensemble" in work("048 ## $aoa")


def test_382_says_it_better() -> None:
    assert "bf:MusicInstrument" in work("048 ## $aka01")
    assert "bf:MusicInstrument" not in work("048 ## $aka01", "382 01 $apiano$n1")


def test_codes_that_mean_nothing_make_no_performer() -> None:
    made = work("048 ## $azz01$aka0x$a")
    assert made.count("bf:mediumComponent ") == 1
    assert "bf:count" not in made


def test_a_form_that_655_names_is_not_made_again() -> None:
    by_code = '[bf:GenreForm <http://id.loc.gov/authorities/genreForms/gf2014026635> rdfs:label "Anthems"]'
    assert by_code in work("047 ## $aan")
    assert by_code not in work("047 ## $aan", "655 #7 $aAnthems$2lcgft")
