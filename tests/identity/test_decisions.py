"""The file of decisions: it always wins, except against itself."""

from pathlib import Path

import pytest

from publisher.identity.decisions import Decisions
from tests.identity.catalogue import cards, decided

BASE = "https://data.example.vn"
BOOKS = {
    name: ("1001 $aTô, Hoài", f"245 $a{title}", "260 $bKim Đồng$c1999", "300 $a200 tr.")
    for name, title in {"1": "Vợ chồng A Phủ", "2": "Dế mèn phiêu lưu ký", "3": "Cứu đất cứu mường"}.items()
}


def load(folder: Path, text: str) -> Decisions:
    path = folder / "decisions.toml"
    path.write_text(text)
    return Decisions.load(path, BASE)


def said(kind: str, *of: str, more: str = "") -> str:
    names = ", ".join(f'"{name}"' for name in of)
    return f"[[{kind}]]\nof = [{names}]\n{more}"


CONTRADICTIONS = {
    "two": (said("same", "a-1", "a-2") + said("different", "a-2", "a-1"), "lines 1, 3: a-2 and a-1"),
    "a chain": (
        said("same", "a-1", "a-2") + said("different", "a-1", "a-3") + said("same", "a-3", "a-2"),
        "lines 1, 5, 3: a-1 and a-3",
    ),
    "a circle": (
        said("same", "a-1", "a-2")
        + said("same", "a-2", "a-3")
        + said("same", "a-3", "a-1")
        + said("different", "a-1", "a-3"),
        "lines 5, 7: a-1 and a-3",
    ),
    "one edition of two works": (
        said("same", "a-1", "a-2") + said("different", "a-1", "a-2", more="work = true\n"),
        "lines 1, 3: a-1 and a-2",
    ),
    "an IRI and a key of one thing": (
        said("same", f"{BASE}/instance/a-1", "a-2") + said("different", "a-1", f"{BASE}/record/a-2"),
        "lines 1, 3: a-1 and a-2",
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_file_that_contradicts_itself_is_named_by_its_lines_and_joins_nothing(what, tmp_path):
    text, warning = CONTRADICTIONS[what]
    decisions = load(tmp_path, text)
    found = decided(cards(BOOKS), tmp_path, decisions.of_editions())
    assert warning in found.warnings[0]
    for a, b in [("1", "2"), ("1", "3")]:
        apart = {name.removeprefix("a-") for each in decisions.different for name in each.of}
        assert not {a, b} <= apart or not found.one_instance(a, b)
    assert len(set(found.instance.values())) >= 2


def test_what_is_said_twice_or_in_a_circle_is_no_contradiction(tmp_path):
    decisions = load(tmp_path, said("same", "a-1", "a-2") + said("same", "a-2", "a-3") + said("same", "a-3", "a-1"))
    found = decided(cards(BOOKS), tmp_path, decisions)
    assert found.one_instance("1", "2", "3")
    assert found.warnings == []


def test_one_contradiction_leaves_the_other_decisions_as_they_are(tmp_path):
    decisions = load(
        tmp_path, said("same", "a-1", "a-2") + said("different", "a-1", "a-2") + said("same", "a-1", "a-3")
    )
    found = decided(cards(BOOKS), tmp_path, decisions)
    assert found.one_instance("1", "3")
    assert not found.one_instance("1", "2")


def test_a_decision_that_two_works_differ_keeps_their_editions_apart(tmp_path):
    twins = {"1": BOOKS["1"], "2": BOOKS["1"]}
    assert decided(cards(twins), tmp_path).one_instance("1", "2")
    found = decided(cards(twins), tmp_path, load(tmp_path, said("different", "a-1", "a-2", more="work = true\n")))
    assert not found.one_instance("1", "2")
    assert not found.one_work("1", "2")


def test_a_decision_about_a_record_that_is_not_there_is_reported(tmp_path):
    found = decided(cards(BOOKS), tmp_path, load(tmp_path, said("same", "a-1", "b-9")))
    assert found.warnings == ["The file of decisions names b-9, which no record of this build has."]
