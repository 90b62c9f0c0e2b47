"""Places in time: what the lists say hangs together, and a name means the place of its time."""

import pytest

from publisher.identity.gazetteer import COMMUNE, DISTRICT, PROVINCE, gazetteer
from publisher.identity.placenames import ABOUT, PUBLISHED, place_named

PLACES = gazetteer()


def code(text: str, year: int, said_for: str = ABOUT) -> str | None:
    found = place_named(text, year, said_for)
    return found.code if found else None


# The lists


def test_every_place_that_is_named_is_there():
    named = {each for place in PLACES for each in (*place.part_of, *place.replaced_by, *place.replaces)}
    assert named <= set(PLACES.places)


def test_no_place_is_replaced_by_itself_or_lies_within_itself():
    for place in PLACES:
        assert place not in PLACES.successors(place.code), place.code
        assert place not in PLACES.within(place.code), place.code


def test_what_replaces_a_place_was_there_when_it_ended():
    for place in PLACES:
        for later in (PLACES[each] for each in place.replaced_by):
            assert place.valid_to, place.code
            assert not later.ended_before(int(place.valid_to[:4])), (place.code, later.code)
            assert later.began_by(int(place.valid_to[:4]) + 1), (place.code, later.code)


def test_every_place_that_ended_leads_to_today_but_districts_which_are_no_more():
    for place in PLACES:
        today = [later for later in PLACES.successors(place.code) if not later.valid_to]
        if place.valid_to and place.level != DISTRICT:
            assert today, place.code


def test_the_63_provinces_lead_to_34():
    before = [p for p in PLACES if p.level == PROVINCE and p.was_in(2025) and not p.valid_from.startswith("2025-07")]
    now = [p for p in PLACES if p.level == PROVINCE and not p.valid_to]
    assert (len(before), len(now)) == (63, 34)


def test_the_communes_of_1677_are_complete():
    communes = [place for place in PLACES if place.level == COMMUNE]
    old = [place for place in communes if place.valid_to]
    new = [place for place in communes if place.valid_from == "2025-07-01"]
    assert len([place for place in communes if not place.valid_to]) == 96
    assert len(new) == 91
    # Every old commune went somewhere; Trà Bùi went to two. Lý Sơn had been a district without communes.
    assert {place.code: len(place.replaced_by) for place in old if len(place.replaced_by) != 1} == {"21142-2025": 2}
    assert {place.code for place in new if not place.replaces} == set()


def test_kon_tum_is_followed_through_time():
    assert PLACES["62-2025"].replaces == ("gia-lai-kon-tum-1991",)
    assert [place.code for place in PLACES.successors("gia-lai-kon-tum-1991")] == ["64-2025", "62-2025", "52", "51"]


# Names in their time


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("Kon Tum", 1998, "62-2025"),
        ("Kon Tum", 2026, "62-2025"),
        ("Kon Tum", 1985, None),
        ("Kon Tum", 0, "62-2025"),
        ("Tỉnh Kon Tum", 2010, "62-2025"),
        ("Thành phố Kon Tum", 2015, "608-2025"),
        ("Kon Tum (thành phố)", 2015, "608-2025"),
        ("Phường Kon Tum", 2026, "23293"),
        ("Kon Tum (Việt Nam)", 1998, "62-2025"),
        ("Kon Tum (Vietnam : Province)", 1998, "62-2025"),
        ("Quảng Ngãi", 2010, "51-2025"),
        ("Quảng Ngãi", 2026, "51"),
        ("Quảng Ngãi", 2025, None),
        ("Quảng Ngãi", 0, None),
        ("Quảng Ngãi", 1985, None),
        ("Gia Lai - Kon Tum", 1988, "gia-lai-kon-tum-1991"),
        ("Hà Tây", 2015, "ha-tay-2008"),
        ("Đắk Tô (Kon Tum)", 1998, "612-2025"),
        ("Đắk Tô", 1998, None),
        ("Sa Thầy, Kon Tum", 2000, "616-2025"),
        ("Hòa Bình (Bạc Liêu)", 2001, None),
        ("Paris", 1999, None),
        ("", 1999, None),
        ("(((((", 1999, None),
        ("x" * 10_000, 1999, None),
    ],
)
def test_what_a_book_is_about_is_the_place_of_its_time(text, year, expected):
    assert code(text, year) == expected


@pytest.mark.parametrize(
    ("text", "year", "expected"),
    [
        ("H. :", 1999, "01"),
        ("[H.]", 1976, "01"),
        ("Hà Nội", 2015, "01"),
        ("Hanoi (Vietnam)", 1999, "01"),
        ("Tp Hồ Chí Minh:", 1999, "79-2025"),
        ("TP. Hồ Chí Minh", 2001, "79-2025"),
        ("Tp. HCM", 2001, "79-2025"),
        ("S.", 1970, "sai-gon-1976"),
        ("Sài Gòn :", 1965, "sai-gon-1976"),
        ("Sài Gòn", 2001, "79-2025"),
        ("Hà Tây", 2005, "ha-tay-2008"),
        ("Hà Tây", 2015, None),
        ("Cần Thơ", 1999, "can-tho-2003"),
        ("Cần Thơ", 2010, "92-2025"),
        ("Đắc Lắc", 1999, "dak-lak-2003"),
        ("Đắk Lắk", 2010, "66-2025"),
        ("Đà Nẵng", 1990, None),
        ("S.l.", 1990, None),
    ],
)
def test_a_place_of_publication_was_there_in_that_year(text, year, expected):
    assert code(text, year, PUBLISHED) == expected
