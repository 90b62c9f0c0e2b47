"""What is amended in a workbook is what a build of everything would decide, record for record, reason for reason."""

import random
from hashlib import blake2b
from pathlib import Path

import pytest

from publisher.identity.amendment import Amendment, forget, prepare
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.evidence import evidence_of
from publisher.identity.keys import record_key
from publisher.identity.numbering import Unamendable
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Clue, Workbook, clue
from tests.identity.cards import card

AUTHORS = ["Nguyễn, Văn Hòa", "Trần, Thị Mai", "Nguyen, Van Hoa", ""]
TITLES = ["Rừng Kon Tum", "Nhà rông Tây Nguyên", "Sử thi Đăm Săn", "Những mùa xuân trên cao nguyên xanh", "Thơ"]
SUBTITLES = ["", "", " :$bký sự của một người lính", " :$bthơ tình và trường ca"]
VOLUMES = ["", "", "", "$nTập 1", "$nTập 2"]
MORE = ["020 $a9786049000010", "020 $a9786049000027", "035 $a(OCoLC)111111", "24010$aĐường cách mạng", "300 $a150 tr."]


class Registry:
    """Remembers what was published, as `publisher.release.registry` does, in two dictionaries."""

    def __init__(self) -> None:
        self._published: dict[tuple[str, str], list[str]] = {}
        self._member: dict[str, tuple[str, str]] = {}

    def since(self, kind: str, name: str) -> str:
        first, target = self._published.get((kind, name), ("", ""))
        return "" if target else first

    def earlier(self, kind: str, record: str) -> str:
        return self._member.get(record, ("", ""))[kind == "work"]

    def register(self, release: str, book: Workbook, moves: set[tuple[str, str, str]]) -> None:
        moved = {(kind, name): target for kind, name, target in moves}
        for library, key, instance, work in book.database.execute(
            "SELECT library, key, instance, work FROM named WHERE NOT again"
        ):
            own = f"{library}-{key}"
            for thing in (("instance", instance), ("work", work)):
                self._published.setdefault(thing, [release, ""])[1] = ""
            self._member[own] = instance, work
            if own != instance:
                moved.setdefault(("instance", own), instance)
        for thing, target in moved.items():
            self._published.setdefault(thing, [release, ""])[1] = target


def drawn(chance: random.Random, key: str, titles: list[str]) -> Clue:
    """Return the evidence of a record of few titles, authors, years and numbers, so that merges form and dissolve."""
    author, year = chance.choice(AUTHORS), chance.choice(["2010", "2011", ""])
    title = chance.choice(titles) + chance.choice(SUBTITLES) + chance.choice(VOLUMES)
    lines = [f"001 {key}", *([f"1001 $a{author}"] if author else []), f"245 $a{title}"]
    lines += [f"260 $bNXB {chance.choice('AB')}$c{year}", *chance.sample(MORE, chance.choice([0, 1, 2, 3]))]
    record = card(*lines)
    said = "".join(field.tag + field.content for field in record.fields)
    content = int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big")
    titled = blake2b(title.encode(), digest_size=8).digest()
    return clue(record_key(record).value, content, len(said), evidence_of(record), titled, titled)


def decided(catalogue: dict[int, tuple[str, Clue]], decisions: Decisions, registry: Registry | None) -> Workbook:
    """Return the workbook of a build of all."""
    book = Workbook(Path(":memory:"))
    for number, (library, each) in catalogue.items():
        book.add(library, [(number, each)])
    Resolution(book, decisions, registry).run()
    return book


def account(book: Workbook) -> dict[str, set[tuple[object, ...]]]:
    """Return the reasons, doubts and moves that a workbook has, by the names of records."""
    database = book.database
    settled = {number: (f"{library}-{key}", instance) for number, library, key, instance in
               database.execute("SELECT id, library, key, instance FROM settled")}  # fmt: skip
    reasons = [("joined", *row) for row in database.execute("SELECT * FROM joined")]
    reasons += [("work_joined", *row) for row in database.execute("SELECT * FROM work_joined")]
    doubts = [row[1:] for row in database.execute("SELECT * FROM doubt") if settled[row[2]][1] != settled[row[3]][1]]
    return {
        "reason": {(settled[a][0], settled[b][0], kind, score, said) for kind, score, a, b, said in reasons},
        "doubt": {(settled[a][0], settled[b][0], score, *said) for score, a, b, *said in doubts},
        "moved": set(database.execute("SELECT * FROM moved")),
    }


def tried(seed: int, titles: list[str], *, turns: int = 6, decisions: Decisions | None = None) -> tuple[int, int]:
    """Amend a catalogue at random, turn after turn; return how often that could be done, and how often not."""
    chance, said, registry = random.Random(seed), decisions or Decisions(), Registry()
    catalogue = {
        100 * at + n: (library, drawn(chance, f"k{2 * n:03}", titles))
        for at, library in enumerate("ab")
        for n in range(10)
    }
    book, free = decided(catalogue, said, None), 1000
    told = account(book)
    registry.register("0", book, told["moved"])
    prepare(book, None)
    amended = 0
    for turn in range(1, turns + 1):
        gone = chance.sample(sorted(catalogue), chance.choice([0, 1, 1, 2, 3]))
        changed = [(catalogue[n][0], drawn(chance, catalogue[n][1].key, titles)) for n in gone if chance.random() < 0.8]
        changed += [(chance.choice("ab"), drawn(chance, f"k{chance.randrange(30):03}", titles))] * (turn % 2)
        come = {free + n: each for n, each in enumerate(changed)}
        free += len(come)
        catalogue = {n: each for n, each in catalogue.items() if n not in gone} | come
        whole = decided(catalogue, said, registry)
        resolution = Resolution(book, said, registry)
        try:
            found = Amendment(book, resolution, registry).run(
                gone, [(n, *each) for n, each in come.items()], said.names()
            )
        except Unamendable:
            book, told = whole, account(whole)
            prepare(book, registry)
            registry.register(str(turn), whole, told["moved"])
            continue
        amended += 1
        assert {n.number: n for n in resolution.named()} == {n.number: n for n in Resolution(whole, said).named()}
        editions, of_works = ({*names.values(), *found.gone.values()} for names in (found.editions, found.works))
        wanted, now = account(whole), account(book)
        anew = {
            "reason": {each for each in told["reason"]
                       if not {*each[:2]} & (editions if each[2] == "joined" else of_works)} | now["reason"],
            "doubt": {each for each in told["doubt"] if not {*each[:2]} & editions}
            | {each for each in now["doubt"] if {*each[:2]} & editions},
            "moved": now["moved"],
        }  # fmt: skip
        assert anew == wanted
        assert book.warnings() == whole.warnings()
        told = wanted
        forget(book)
        registry.register(str(turn), whole, wanted["moved"])
    return amended, turns - amended


@pytest.mark.parametrize("seed", range(3))
def test_a_workbook_that_is_amended_says_what_a_build_of_everything_says(seed):
    assert tried(seed, TITLES) == (6, 0)


def test_of_a_title_that_many_records_share_only_those_that_say_the_same_are_compared(monkeypatch):
    for module in ("instances", "recomparing"):
        monkeypatch.setattr(f"publisher.identity.{module}.LARGEST", 5)
    amended, _ = zip(*(tried(seed, TITLES[:2]) for seed in (0, 3)), strict=True)
    assert sum(amended) > 2


def test_what_the_file_of_decisions_names_is_decided_on_again_whatever_changes():
    decisions = Decisions(
        same=(Decision(of=("a-k000", "b-k004")), Decision(of=("a-k002", "b-k006"), work=True)),
        different=(Decision(of=("a-k004", "b-k008")),),
    )
    amended, _ = tried(7, TITLES[:3], decisions=decisions)
    assert amended == 6


def test_a_work_has_a_name_though_its_record_named_that_of_others():
    registry = Registry()
    shared = ("245 $aThơ", "260 $bNXB A$c2010", "300 $a150 tr.", "020 $a9786049000010")
    other = ("245 $aThơ", "260 $bNXB B$c1999", "300 $a80 tr.", "020 $a9786049000027")

    def of(key: str, lines: tuple[str, ...] = shared) -> tuple[str, Clue]:
        return "a", clue(key, int(key[1:]), 1, evidence_of(card(f"001 {key}", *lines)))

    catalogue = {2: of("k2"), 3: of("k3")}
    for release in ("0", "1"):  # the work is called after k2; then k1 is the first of it
        registry.register(release, decided(catalogue, Decisions(), registry), set())
        catalogue = {1: of("k1"), **catalogue}
    then = decided(catalogue | {2: of("k2", other)}, Decisions(), registry)
    works = [work for (work,) in then.database.execute("SELECT work FROM settled ORDER BY id")]
    assert len(works) == 3, "every record has a work with a name"
    assert works[0] != works[1] != works[2]
    assert works[0] == works[2]
