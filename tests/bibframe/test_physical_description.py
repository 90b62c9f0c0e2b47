from __future__ import annotations

import pytest
from described import instance, work

from publisher.bibframe.physical_description import CATEGORIES, OTHER_LISTS
from publisher.rdf.codelists import codelist


def test_every_code_of_the_list_is_an_element_of_its_category() -> None:
    for code in codelist("physical-description"):
        head, _, name = code.partition("-")
        assert f"{head[1:3]}-{name}" in CATEGORIES[head[0]].split()


def test_every_element_has_codes() -> None:
    listed = {(code[0], code[1:3] + "-" + code.partition("-")[2]) for code in codelist("physical-description")}
    for category, elements in CATEGORIES.items():
        for element in elements.split():
            name = element[3:]
            assert name in OTHER_LISTS or name == "reductionRatio" or (category, element) in listed


def test_a_sound_disc_is_described_groove_and_all() -> None:
    made = instance("007 sd osscmcaglce")
    for label in ("7 1/2 ips", "stereo", "coarse groove", "7 in.", "1/4 in. tape width", "quarter track", "lacquer"):
        assert label in made


def test_the_name_of_a_groove_depends_on_the_speed() -> None:
    assert "fine pitch" in instance("007 sd ismcmcmglce")
    assert "microgroove" in instance("007 sd bsmcmcmglce")


def test_words_in_344_make_the_code_superfluous() -> None:
    assert instance("007 gs cjbd").count("bf:RecordingMedium") == 1
    assert instance("007 gs cjbd", "344 ## $bmagneto-optical").count("bf:RecordingMedium") == 1
    assert instance("007 gs cjbd", "344 ## $bquang").count("bf:RecordingMedium") == 2


def test_dimensions_in_300_make_the_code_superfluous() -> None:
    assert "16 mm." in instance("007 mr caaadm")
    assert "16 mm." not in instance("007 mr caaadm", "300 ## $c35 mm")


def test_a_carrier_that_008_tells_is_not_told_twice() -> None:
    online = "008 040520s2004    vm      o     000 0 vie  "
    assert instance("007 cr", online).count("carriers/cr") == 1


def test_wide_screen_films_have_two_aspect_ratios_and_a_note() -> None:
    made = instance("007 mr cb")
    assert made.count("bf:aspectRatio ") == 3
    assert '[bf:AspectRatio bf:note [bf:Note rdfs:label "non-anamorphic (wide-screen)"]]' in made


def test_content_type_is_told_by_007_unless_the_leader_or_336_does() -> None:
    assert "contentTypes/tdi" in work("007 vd")
    assert "two-dimensional" not in work("007 vd", "336 ## $atext$btxt$2rdacontent")


@pytest.mark.parametrize("broken", ["007 ", "007 a", "007 z?", "007 " + "|" * 30, "007 s" + " " * 60])
def test_a_broken_007_raises_nothing(broken: str) -> None:
    instance(broken)
    work(broken)


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ("gs ||||t|", "5x7 in. or 13x18 cm."),
        ("gs ||||y|", "7x7 in. or 18x18 cm."),
        ("ha |l||||||||", "3x5 in. or 8x13 cm."),
        ("vf |c||||", "U-matic"),
        ("sd |||||||||||", "audio disc"),
    ],
)
def test_sizes_and_formats_are_spelt_as_the_specification_has_them(codes: str, says: str) -> None:
    assert f'"{says}"' in instance(f"007 {codes}")


def test_a_painting_is_an_object_a_drawing_a_sheet_and_an_icon_neither() -> None:
    assert "carriers/nr" in instance("007 ke ||||")
    assert "carriers/nb" in instance("007 kd ||||")
    assert "bf:carrier" not in instance("007 kq ||||")


def test_a_size_that_is_not_known_is_none() -> None:
    assert "bf:dimensions" not in instance("007 cr |u|")
