"""Names depend on what the records say, and on nothing else."""

import random

from tests.identity.catalogue import cards, decided
from tests.identity.test_traps import PAIRS, SAME
from tests.identity.test_works import APART, TOGETHER


def test_the_order_of_the_records_changes_no_name(tmp_path):
    said = {
        f"{n}-{side}": lines
        for n, pair in enumerate([*PAIRS.values(), *SAME.values(), *TOGETHER.values(), *APART.values()])
        for side, lines in zip("ab", ((one,) if isinstance(one, str) else one for one in pair), strict=True)
    }
    records = cards(said)
    first = decided(records, tmp_path)
    for seed in range(3):
        random.Random(seed).shuffle(records)
        assert decided(records, tmp_path)[:2] == first[:2]


class Published:
    """What a registry remembers after the first release."""

    def __init__(self, found):
        self.names = {"instance": found.instance, "work": found.work}

    def since(self, kind, name):
        return "20260101T000000Z" if name in self.names[kind].values() else ""

    def earlier(self, kind, record):
        return self.names[kind].get(record.removeprefix("a-"), "")


def test_what_is_added_tears_no_published_work_apart(tmp_path):
    author, title = "1001 $aNguyễn, Văn Hòa", "245 $aNhững mùa xuân trên cao nguyên"
    old = {"b": (author, title, "260 $c1990"), "c": (author, f"{title} :$bký sự của một người lính", "260 $c1995")}
    new = {"a": (author, f"{title} :$bthơ tình và trường ca", "260 $c1970")}
    first = decided(cards(old), tmp_path)
    assert first.one_work("b", "c")
    assert not decided(cards(new | old), tmp_path).one_work("b", "c"), "without a memory the first of the three decides"
    then = decided(cards(new | old), tmp_path, memory=Published(first))
    assert {key: (then.instance[key], then.work[key]) for key in old} == {
        key: (first.instance[key], first.work[key]) for key in old
    }


def test_the_next_volume_under_a_number_tears_no_published_edition_apart(tmp_path):
    told = ("035 $a(OCoLC)226859466", "1001 $aNguyễn, Văn Hòa", "260 $c2008")
    old = {"b": (*told, "245 $aLuật của miền cao"), "c": (*told, "245 $aLuật của miền cao$nTập 1")}
    first = decided(cards(old), tmp_path)
    assert first.one_instance("b", "c")
    new = {"a": (*told, "245 $aLuật của miền cao$nTập 2")}
    assert not decided(cards(new | old), tmp_path).one_instance("b", "c"), "without a memory the number is a set's"
    then = decided(cards(new | old), tmp_path, memory=Published(first))
    assert {key: then.instance[key] for key in old} == first.instance
    assert not then.one_instance("a", "b")


def test_an_edition_described_without_its_subtitle_does_not_leave_its_work(tmp_path):
    austen, full = "1001 $aAusten, Jane", "245 $aSense and sensibility :$ban annotated text"
    told = ("260 $bPenguin$c1995", "300 $a374 p.")
    said = {
        "a": (austen, full, "260 $bEveryman$c1960", "300 $a320 p."),
        "b": (austen, full, *told),
        "c": (austen, "245 $aSense and sensibility", *told),
    }
    found = decided(cards(said), tmp_path)
    assert found.one_instance("b", "c")
    assert found.one_work("a", "b", "c")


def test_a_work_has_a_name_though_its_record_named_that_of_others(tmp_path):
    same = ("245 $aThơ", "260 $bNXB A$c2010", "300 $a150 tr.", "020 $a9786049000010")
    other = ("245 $aThơ", "260 $bNXB B$c1999", "300 $a80 tr.", "020 $a9786049000027")
    first = decided(cards({"k2": same, "k3": same}), tmp_path)
    second = decided(cards({"k1": same, "k2": same, "k3": same}), tmp_path, memory=Published(first))
    assert set(second.work.values()) == {first.work["k2"]}, "the work is called after k2, though k1 leads it"
    then = decided(cards({"k1": same, "k2": other, "k3": same}), tmp_path, memory=Published(second))
    assert then.work["k1"] == then.work["k3"] != then.work["k2"]
    assert all(then.work.values())
