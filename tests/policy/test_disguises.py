"""Personal data and stamps are found however they are written, and what only looks like them is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.config import Policy as Conditions
from publisher.policy import Fate, Policy
from tests.bibframe.described import record

from .planted import ANYWHERE, DRESSED_UP, HIDDEN_IN_NOTES, KEPT_NUMBERS, NO_STAMPS, STAMPS
from .test_planted import NOTES, TEXTS

POLICY = Policy(Conditions(), on=date(2026, 11, 23))


def left(*fields: str) -> str:
    """What goes out of a record with `fields`."""
    return "\n".join(field.content for field in POLICY.redact(record("001 k", *fields)).fields)


def fate(stamp: str) -> Fate:
    tag, _, words = stamp.partition(" ")
    code = {"852": "b"}.get(tag, "a")
    others = [] if tag == "245" else ["245 00 $aSách"]
    return POLICY.decide(record("001 k", *others, f"{tag} ## ${code}{words}")).fate


@pytest.mark.parametrize("place", [*TEXTS, *NOTES])
def test_no_disguise_helps_in_any_field(place: str) -> None:
    tag, code = place.split()
    for plant in (*ANYWHERE, *DRESSED_UP):
        assert plant.secret not in left(f"{tag} ## ${code}{plant.text}"), plant


@pytest.mark.parametrize("place", NOTES)
def test_no_disguise_helps_in_notes(place: str) -> None:
    tag, code = place.split()
    for plant in HIDDEN_IN_NOTES:
        assert plant.secret not in left(f"{tag} ## ${code}{plant.text}"), plant


@pytest.mark.parametrize("stamp", STAMPS)
def test_a_stamp_withholds_wherever_it_stands(stamp: str) -> None:
    assert fate(stamp) is Fate.WITHHELD


@pytest.mark.parametrize("words", NO_STAMPS)
def test_words_that_are_no_stamps_withhold_nothing(words: str) -> None:
    assert fate(words) is Fate.PUBLISHED


@pytest.mark.parametrize("text", KEPT_NUMBERS)
def test_numbers_that_are_no_personal_data_stay(text: str) -> None:
    tag, _, words = text.partition(" ")
    assert words in left(f"{tag} ## $a{words}")


def test_the_year_of_birth_stays_and_so_does_the_day_of_the_dead() -> None:
    assert "sinh năm 1985" in left("545 ## $aBà sinh ngày 12/3/1985 tại Kon Tum")
    assert "19/5/1890" in left("545 ## $aÔng sinh ngày 19/5/1890 tại Nghệ An")
    assert "12/3/1935" in left("545 ## $aÔng sinh ngày 12/3/1935, mất năm 1999")
