from __future__ import annotations

import pytest
from described import described, instance, work

from publisher.rdf.description import sketch


def titles(*lines: str) -> tuple[str, str]:
    """Return the titles of the work and of the instance."""
    made = described(*lines)
    of_work, of_instance = ([arc for arc in each.arcs() if arc[0] == "bf:title"] for each in (made.work, made.instance))
    return sketch(of_work), sketch(of_instance)


def test_the_subtitle_is_the_instances_alone() -> None:
    assert titles("245 14 $aThe epics :$bDăm Giông.$nTập 1,$pBản tiếng Việt /$cA Jar.") == (
        'bf:title [bf:Title bflc:nonSortNum "4"; bf:mainTitle "The epics"; '
        'bf:partNumber "Tập 1"; bf:partName "Bản tiếng Việt"]',
        'bf:title [bf:Title bflc:nonSortNum "4"; bf:mainTitle "The epics"; '
        'bf:subtitle "Dăm Giông"; bf:partNumber "Tập 1"; bf:partName "Bản tiếng Việt"]',
    )


def test_a_title_of_nothing_but_punctuation_makes_no_title() -> None:
    assert titles("245 10 $a /") == ("", "")


def test_the_dates_of_046_replace_those_in_the_title() -> None:
    archive = "245 00 $aTài liệu lưu trữ,$f1913-1975."
    assert 'bf:originDate "1913-1975"' in work(archive)
    assert "1913-1975" not in work("046 ## $k1913", archive).partition("bf:title")[0]


@pytest.mark.parametrize(
    ("indicator", "cls"), [("#", "VariantTitle"), ("1", "ParallelTitle"), ("3", "VariantTitle"), ("x", "VariantTitle")]
)
def test_a_varying_title_is_the_works_whatever_the_indicator(indicator: str, cls: str) -> None:
    of_work, _ = titles(f"246 3{indicator} $aHơamon Dăm Giông")
    assert of_work == f'bf:title [bf:{cls} bf:mainTitle "Hơamon Dăm Giông"]'


def test_cover_and_spine_titles_are_the_instances() -> None:
    of_work, of_instance = titles("246 14 $aTrên bìa", "246 18 $aTrên gáy")
    assert of_work == ""
    assert "vartitletype/cov" in of_instance
    assert "vartitletype/spi" in of_instance


def test_the_note_on_a_former_title_is_that_of_the_same_place() -> None:
    made = work("247 10 $aVăn nghệ Gia Lai - Kon Tum$x1859-0000", "547 ## $aTách tỉnh năm 1991.", "247 10 $aVăn nghệ")
    assert made.index("Tách tỉnh năm 1991.") < made.index('"Văn nghệ"')
    assert 'bf:identifiedBy [bf:Issn rdf:value "1859-0000"]' in made
    assert made.count("bf:note") == 1


def test_a_note_on_former_titles_too_many_is_a_note_of_its_own() -> None:
    lines = ("247 10 $aVăn nghệ", "547 ## $aTách tỉnh năm 1991.", "547 ## $aIn tại Pleiku.")
    assert "Tách tỉnh năm 1991." in work(*lines)
    assert "In tại Pleiku." in instance(*lines)
    assert "Tách tỉnh năm 1991." not in instance(*lines)


def test_the_cataloguers_own_language_goes_without_saying() -> None:
    assert '"The house on stilts"@' not in instance("242 04 $aThe house on stilts.$yeng")
    assert '"La maison sur pilotis"@fre' in instance("242 03 $aLa maison sur pilotis.$yfre")


def test_a_language_in_words_is_no_language_tag() -> None:
    assert '"The house on stilts"@' not in instance("242 04 $aThe house on stilts.$ytiếng Anh")
