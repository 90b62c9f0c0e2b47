from __future__ import annotations

import pytest
from described import admin, instance, work

from publisher.bibframe.fixed_data import material

ABOUT_A_BOOK = "008 040520s2004    vm ab  js6   a111 1avie  "


def fixed(codes: str) -> str:
    """Return an 008 with `codes` at positions 18-34."""
    return f"008 040520s2004    vm {codes:17}vie  "


@pytest.mark.parametrize(
    ("record_type", "level", "kind"),
    [("a", "m", "BK"), ("t", "m", "BK"), ("a", "s", "CR"), ("a", "i", "CR"), ("m", "m", "CF"), ("f", "s", "MP"),
     ("j", "m", "MU"), ("r", "m", "VM"), ("p", "c", "MX"), ("z", "m", "")],
)  # fmt: skip
def test_the_leader_tells_the_kind_of_material(record_type: str, level: str, kind: str) -> None:
    assert material(record_type, level) == kind


def test_a_book_is_described_position_by_position() -> None:
    made = work(ABOUT_A_BOOK)
    order = [
        "languages/vie", "millus/ill", "millus/map", "maudience/juv", "Comics (Graphic works)", "mgovtpubtype/a",
        "Conference papers and proceedings", "Festschriften", "msupplcont/index", "Fiction", "Autobiographies",
    ]  # fmt: skip
    places = [made.index(text) for text in order]
    assert places == sorted(places)


def test_a_genre_that_655_names_is_not_made_again() -> None:
    assert "gf2014026339" in work(fixed("               1 "))
    assert "gf2014026339" not in work(fixed("               1 "), "655 #7 $aFiction.$2lcgft")
    assert "gf2014026339" in work(fixed("               1 "), "655 #7 $aFiction.$2other")


def test_illustrations_that_340_names_are_not_made_again() -> None:
    ill = "http://id.loc.gov/vocabulary/millus/ill"
    assert 'rdfs:label "illustrations"' in work(fixed("a"))
    assert 'rdfs:label "illustrations"' not in work(fixed("a"), f"340 ## $pillustration$0{ill}")


def test_manuscript_texts_are_books() -> None:
    assert "Novels" in work(fixed("               f "), leader="00000ctm a2200000 i 4500")


def test_running_time_is_a_duration_in_minutes() -> None:
    film = "00000cgm a2200000 i 4500"
    assert '"PT95M"^^xsd:duration' in work(fixed("095"), leader=film)
    assert '"more than 999 minutes"' in work(fixed("000"), leader=film)
    assert "bf:duration" not in work(fixed("1 2"), leader=film)


def test_form_of_item_is_left_to_338() -> None:
    assert "carriers/cr" in instance(fixed("     o"))
    assert instance(fixed("     o"), "338 ## $aonline resource$bcr$2rdacarrier").count("carriers/cr") == 1


def test_braille_and_large_print_say_so() -> None:
    assert "mtactile/brail" in instance(fixed("     f"))
    assert "mfont/lp" in instance(fixed("     d"))


def test_entry_convention_of_a_serial_is_a_note_on_the_record() -> None:
    serial = "00000cas a2200000 i 4500"
    assert '"0 - successive"' in admin(fixed("ar p            0"), leader=serial)
    assert "successive" not in admin(fixed("ar p            0"))


def test_reprints_keep_the_date_of_the_original() -> None:
    assert '"1911"^^datatypes:edtf' in work("008 040520r20041911vm            000 0 vie  ")


@pytest.mark.parametrize("broken", ["008 ", "008 04", "008 " + "|" * 40, "008 " + " " * 40, "008 " + "x" * 200])
def test_a_broken_008_makes_less_and_raises_nothing(broken: str) -> None:
    assert "languages/|||" not in work(broken)
    instance(broken)
