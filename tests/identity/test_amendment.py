"""What is amended in a workbook is what a build of everything would decide, record for record, reason for reason."""

import random
import shutil
import sqlite3
from hashlib import blake2b
from pathlib import Path
from typing import ClassVar

import pytest

from publisher.identity.account import write_account
from publisher.identity.amended_account import edit_account
from publisher.identity.amendment import Amendment
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.evidence import evidence_of
from publisher.identity.kept import keep
from publisher.identity.keys import record_key
from publisher.identity.numbering import Unamendable
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Clue, Workbook, clue
from tests.identity.cards import card

AUTHORS = ["Nguyễn, Văn Hòa", "Trần, Thị Mai", "Nguyen, Van Hoa", ""]
TITLES = ["Rừng Kon Tum", "Nhà rông Tây Nguyên", "Sử thi Đăm Săn", "Những mùa xuân trên cao nguyên xanh", "Thơ"]
SUBTITLES = ["", "", " :$bký sự của một người lính", " :$bthơ tình và trường ca"]
VOLUMES = ["", "", "", "$nTập 1", "$nTập 2"]
TABLES = ("record", "reason", "doubt", "moved", "warning")
SMALL = {"among", "some", "more", "several", "joined", "won", "unsettled", "warned", "moved", "moved_before",
         "decided_by", "CONSTANT"}  # fmt: skip
SMALL |= {f"{each}_again" for each in ("instance", "work", "match", "of_work", "offer", "claim", "name", "won")}
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


Catalogue = dict[int, tuple[str, Clue]]


def decided(catalogue: Catalogue, said: Decisions, registry: Registry | None) -> tuple[Workbook, Resolution]:
    """Return the workbook of a build of all."""
    book = Workbook(Path(":memory:"))
    for number, (library, each) in catalogue.items():
        book.add(library, [(number, each)])
    resolution = Resolution(book, said, registry)
    resolution.run()
    return book, resolution


def account_of(book: Workbook, resolution: Resolution, path: Path) -> tuple[sqlite3.Connection, dict[str, int]]:
    """Write the account of a build; return it and what it counts."""
    path.unlink(missing_ok=True)
    counts = write_account(book, path, resolution.warnings)
    return sqlite3.connect(path, isolation_level=None), counts


def rows_of(account: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return all that an account tells."""
    return {table: sorted(account.execute(f"SELECT * FROM {table}")) for table in TABLES}


def kept(book: Workbook, resolution: Resolution, registry: Registry | None) -> Workbook:
    """Return a workbook as an update opens it."""
    keep(book, resolution, registry)
    book.database.execute("BEGIN")
    return Workbook.of(book.database)


def tried(
    folder: Path, seed: int, titles: list[str], *, turns: int = 6, said: Decisions | None = None
) -> tuple[int, int]:
    """Amend a catalogue at random, turn after turn; return how often that could be done, and how often not."""
    chance, said, registry = random.Random(seed), said or Decisions(), Registry()
    catalogue: Catalogue = {
        100 * at + n: (library, drawn(chance, f"k{2 * n:03}", titles))
        for at, library in enumerate("ab")
        for n in range(10)
    }
    first, free = decided(catalogue, said, None), 1000
    account, counts = account_of(*first, folder / "amended.sqlite")
    registry.register("0", first[0], set(account.execute("SELECT * FROM moved")))
    book = kept(*first, None)
    amended = 0
    for turn in range(1, turns + 1):
        gone = chance.sample(sorted(catalogue), chance.choice([0, 1, 1, 2, 3]))
        changed = [(catalogue[n][0], drawn(chance, catalogue[n][1].key, titles)) for n in gone if chance.random() < 0.8]
        changed += [(chance.choice("ab"), drawn(chance, f"k{chance.randrange(30):03}", titles))] * (turn % 2)
        come = {free + n: each for n, each in enumerate(changed)}
        free += len(come)
        catalogue = {n: each for n, each in catalogue.items() if n not in gone} | come
        whole = decided(catalogue, said, registry)
        wanted, wanted_counts = account_of(*whole, folder / "whole.sqlite")
        resolution = Resolution(book, said, registry)
        try:
            found = Amendment(book, resolution, registry).run(
                gone, [(n, *each) for n, each in come.items()], said.names()
            )
        except Unamendable:
            shutil.copy(folder / "whole.sqlite", folder / "amended.sqlite")
            account, counts = sqlite3.connect(folder / "amended.sqlite", isolation_level=None), wanted_counts
            book = kept(*whole, registry)
            registry.register(str(turn), whole[0], set(wanted.execute("SELECT * FROM moved")))
            continue
        amended += 1
        assert list(resolution.named()) == list(whole[1].named())
        assert {*come} <= {*found.named}
        told, counted = rows_of(account), edit_account(account, book, found, resolution.warnings)
        assert rows_of(account) == rows_of(wanted)
        assert {name: counts[name] + counted[name] for name in counted} == wanted_counts
        assert {*rows_of(wanted)["moved"]} - {*told["moved"]} <= {*found.moved}
        counts = wanted_counts
        registry.register(str(turn), whole[0], set(wanted.execute("SELECT * FROM moved")))
    return amended, turns - amended


@pytest.mark.parametrize("seed", range(3))
def test_a_workbook_that_is_amended_says_what_a_build_of_everything_says(tmp_path, seed):
    assert tried(tmp_path, seed, TITLES) == (6, 0)


def test_of_a_title_that_many_records_share_only_those_that_say_the_same_are_compared(tmp_path, monkeypatch):
    for module in ("instances", "recomparing"):
        monkeypatch.setattr(f"publisher.identity.{module}.LARGEST", 5)
    amended, _ = zip(*(tried(tmp_path, seed, TITLES[:2]) for seed in (0, 3)), strict=True)
    assert sum(amended) > 4, "also where so many share a title now, or no more, that they are compared otherwise"


def test_what_the_file_of_decisions_names_is_decided_on_again_whatever_changes(tmp_path):
    decisions = Decisions(
        same=(Decision(of=("a-k000", "b-k004")), Decision(of=("a-k002", "b-k006"), work=True)),
        different=(Decision(of=("a-k004", "b-k008")),),
    )
    amended, _ = tried(tmp_path, 7, TITLES[:3], said=decisions)
    assert amended == 6


class Explained(sqlite3.Cursor):
    """A cursor that first asks how each statement is carried out."""

    walks: ClassVar[set[str]] = set()

    def execute(self, statement, values=()):
        self._explain(statement, values)
        return super().execute(statement, values)

    def executemany(self, statement, rows):
        self._explain(statement, [None] * statement.count("?"))
        return super().executemany(statement, rows)

    def _explain(self, statement, values):
        if statement.split()[0] in ("SELECT", "INSERT", "DELETE", "UPDATE", "CREATE") and "TABLE" not in statement:
            plan = self.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            self.walks.update(step for *_, step in plan if step.startswith("SCAN"))


class Explaining(sqlite3.Connection):
    """A connection whose statements are explained."""

    def cursor(self, factory=Explained):
        return super().cursor(factory)


def test_no_statement_of_an_amendment_walks_over_what_grows_with_the_catalogue(tmp_path, monkeypatch):
    monkeypatch.setattr(Explained, "walks", set())
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **more, factory=Explaining))
    chance = random.Random(1)
    catalogue = {n: ("a", drawn(chance, f"k{n:03}", TITLES)) for n in range(20)}
    first = decided(catalogue, Decisions(), Registry())
    account, _ = account_of(*first, tmp_path / "identity.sqlite")
    registry = Registry()
    registry.register("0", first[0], set())
    book = kept(*first, registry)
    assert "SCAN record" in Explained.walks, "a build walks over all, and that is seen"
    Explained.walks.clear()
    resolution = Resolution(book, Decisions(), registry)
    come = [(30 + n, "a", drawn(chance, f"k{3 + n:03}", TITLES)) for n in range(2)]
    found = Amendment(book, resolution, registry).run([3, 4], come, frozenset())
    edit_account(account, book, found, resolution.warnings)
    assert found.named
    walked = {step.split()[1] for step in Explained.walks}
    assert walked <= SMALL, "what is walked over is what was decided on now"
