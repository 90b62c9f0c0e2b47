"""What is decided in part of agents, concepts and places comes out as in a build of everything, whatever changes."""

from __future__ import annotations

import marshal
import random
import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from publisher.identity.attendance import Present, Words, together
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.entity_account import edit_entity_account, write_entity_account
from publisher.identity.evidence import Evidence
from publisher.identity.gathering import Gathering, keep_gathered
from publisher.identity.heading import Heading
from publisher.identity.regathering import Regathering
from publisher.identity.rehearing import Heard
from publisher.identity.roster import Face, Roster
from publisher.identity.voices import Voices
from publisher.identity.workbook import Workbook
from publisher.rdf.ntriples import BASE
from publisher.rdf.terms import expand
from tests.identity.registry import Published

FAMILIES = "xyzwvutsrqponmlkjihg"
"""How many names there are beside each other: the more, the fewer concern each other."""
PEOPLE = ("nguyễn du", "nguyen du", "trần văn hai", "tran van hai", "lê lợi", "le loi", "tố như", "hoàng anh")
TOPICS = ("văn học", "van hoc", "thơ", "tho", "lịch sử", "lich su")
NUMBERS = ("viaf.org/viaf/1", "viaf.org/viaf/2", "(VN)A1", "(VN)A2", "id.loc.gov/authorities/names/n1")


WORKS = 10


class Chance(random.Random):
    """Chance, among the names of the first `families`; one record speaks of two at most."""

    def __init__(self, seed: int, families: int) -> None:
        super().__init__(seed)
        self.families = FAMILIES[:families]
        self.numbered = self.choice((0.05, 0.3))
        self.meet()

    def meet(self) -> None:
        """Go on to another record."""
        at = self.randrange(len(self.families))
        self.here = (self.families[at - 1], self.families[at])

    def name(self, pool: tuple[str, ...]) -> str:
        family = self.choice(self.here)
        # A family has four of the eight names: two of them written with and without marks.
        some = pool[4:] if len(self.families) > 4 and ord(family) % 2 else pool[:4]
        return f"{self.choice(some)} {family}"


class Card(NamedTuple):
    """One record: what it names, its class and year, and the work it belongs to."""

    present: Present
    classed: str
    year: int
    work: int


def digest(said: object) -> str:
    return blake2b(repr(said).encode(), digest_size=8).hexdigest()


def heading(chance: Chance, numbered: float) -> Heading:
    family = chance.choice(chance.here)
    numbers = tuple(f"{each}{family}" for each in sorted(chance.sample(NUMBERS, chance.choice((1, 1, 2)))))
    if chance.random() > numbered:
        numbers = ()
    if chance.random() < 0.7:
        sort = chance.choices(("Person", "Organization", ""), (8, 1, 1))[0]
        dated = sort == "Person" and chance.random() < 0.4
        born, died = (chance.choice(("1765", "1930", "")), chance.choice(("1820", "1999", ""))) if dated else ("", "")
        beside = chance.choices(("", "bác sĩ"), (9, 1))[0] if sort == "Person" else ""
        return Heading("agent", sort, chance.name(PEOPLE), beside, born, died, "", numbers)
    kind, sort = chance.choice((("concept", "Topic"), ("place", "Place"), ("work", "Hub")))
    scheme = chance.choice(("", "", "subjects")) if kind == "concept" else ""
    return Heading(kind, sort, chance.name(TOPICS), "", "", "", scheme, numbers)


def words(path: str, label: str, also: str = "") -> Words:
    text = f'<{BASE}/{path}> <{expand("rdfs:label")}> "{label}" .\n<{BASE}/{path}> <{expand("rdf:type")}> <a:b> .{also}'
    return Words(path, int(digest(text)[:15], 16), label, text)


def named(chance: Chance, of: Heading | None = None) -> tuple[Face, Words]:
    of = of or heading(chance, chance.numbered)
    own = f"{of.kind}/{digest(of._replace(numbers=()))}"
    path = f"{of.kind}/{digest(of)}" if of.numbers else own
    label = chance.choices((of.name.title(), of.name.upper()), (5, 1))[0]
    return Face(path, own, label, of), words(path, label)


def described(chance: Chance, number: int) -> Present:
    """What an authority record names: itself, other names, and what is broader or came after."""
    of, name = heading(chance, 0.5), f"{chance.choice('ab')}-{number}"
    path, own = f"{of.kind}/{digest((name, of))}", f"{of.kind}/{digest(name)}"
    pool = PEOPLE if of.kind == "agent" else TOPICS
    variants = tuple(of._replace(name=chance.name(pool), numbers=()) for _ in range(chance.choice((0, 1, 2))))
    faces, said, related, also = [], [], [], ""
    for _ in range(chance.choice((0, 1, 2))):
        face, its = named(chance, of._replace(name=chance.name(pool), numbers=()))
        prop = chance.choice(
            ("skos:broader", "skos:broader", "skos:narrower", "dcterms:replaces", "dcterms:isReplacedBy")
        )
        faces.append(face)
        said.append(its)
        related.append((path, prop, face.path))
        also += f"\n<{BASE}/{path}> <{expand(prop)}> <{BASE}/{face.path}> ."
    own_face = Face(path, own, of.name.title(), of, name, tuple(v for v in variants if v.name != of.name))
    return Present((own_face, *faces), (words(path, of.name.title(), also), *said), (), tuple(related))


def card(chance: Chance, number: int) -> Card:
    chance.meet()
    if chance.random() < 0.3:
        return Card(described(chance, number), "", 0, 0)
    found = dict(named(chance) for _ in range(chance.choice((1, 2, 3, 4))))
    mentions = tuple(sorted({face.path for face in found if face.path.startswith("agent/")}))
    present = Present(tuple(found), tuple(found.values()), mentions, ())
    return Card(present, chance.choice(("895.1", "895.2", "330")), chance.choice((1770, 1935, 1950, 2001)),
                chance.randrange(1, WORKS))  # fmt: skip


class Catalogue:
    """Records by number, in batches; what an update changes in them."""

    def __init__(self, chance: Chance, size: int) -> None:
        self.chance = chance
        self.last = 0
        self.cards: dict[int, Card] = {}
        self.batches: list[tuple[int, ...]] = []
        self.joined: dict[int, int] = {}
        while self.last < size:
            self.batches.append(tuple(self.come() for _ in range(3)))

    def come(self) -> int:
        self.last += 1
        self.cards[self.last] = card(self.chance, self.last)
        return self.last

    def attended(self, batch: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
        return together([self.cards[number].present for number in batch]), batch

    def works(self) -> dict[int, int]:
        """The work of every record: the first record of it."""
        first: dict[int, int] = {}
        books = {n: each for batch in self.batches for n in batch if (each := self.cards[n]).work}
        return {n: first.setdefault(self.joined.get(each.work, each.work), n) for n, each in sorted(books.items())}

    def edit(self) -> tuple[list[Any], list[Any]]:
        """Change some records; return what batches named before and what they name now."""
        before, after = [], []
        if self.chance.random() < 0.4:  # another edition makes two works one, or two again
            one = self.chance.randrange(1, WORKS)
            if self.joined.pop(one, None) is None:
                self.joined[one] = self.chance.randrange(WORKS, WORKS + 3)
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            at = self.chance.randrange(len(self.batches) + 1)
            if at == len(self.batches):
                self.batches.append(tuple(self.come() for _ in range(2)))
                after.append(self.attended(self.batches[-1]))
                continue
            old = self.batches[at]
            kept = list(old)
            place = self.chance.randrange(len(kept))
            match self.chance.choice(("gone", "corrected", "work")):
                case "gone":
                    del kept[place]
                case "corrected":
                    kept[place] = self.come()
                case "work":
                    number = kept[place]
                    self.last += 1
                    kept[place] = self.last
                    self.cards[self.last] = self.cards[number]._replace(work=self.chance.randrange(1, WORKS))
            before.append(self.attended(old))
            if kept:
                after.append(self.attended(tuple(kept)))
                self.batches[at] = tuple(kept)
            else:
                del self.batches[at]
        return before, after


def enter_records(database: sqlite3.Connection, catalogue: Catalogue) -> None:
    """Enter what identity decided of the records themselves."""
    for table in ("record", "face", "place"):
        database.execute(f"DELETE FROM {table}")
    for number, work in catalogue.works().items():
        of = catalogue.cards[number]
        evidence = Evidence(**dict.fromkeys(Evidence._fields, ""))._replace(classed=of.classed, years=(of.year,))
        packed = marshal.dumps(tuple(evidence), 2)
        database.execute("INSERT INTO record VALUES (?,?,'a',?,1,?,'')", (number, number, str(number), number))
        database.execute("INSERT INTO face VALUES (?,?,x'')", (number, packed))
        database.execute("INSERT INTO place VALUES (?,?,?)", (number, number, work))


class Release:
    """What identity decided of a catalogue, and what a release keeps of it."""

    def __init__(self, path: Path, catalogue: Catalogue, decisions: Decisions, memory: Published | None) -> None:
        self.book = Workbook(path)
        self.database = self.book.database
        self.roster = Roster(self.database)
        self.database.execute("CREATE TABLE place (id INTEGER PRIMARY KEY, instance INTEGER, work INTEGER)")
        self.database.execute("CREATE INDEX record_incoming ON record (incoming)")
        enter_records(self.database, catalogue)
        for batch in catalogue.batches:
            attended, numbers = catalogue.attended(batch)
            mentions = ((numbers[place], path) for place, path in attended.mentions)
            self.roster.add(attended.faces, attended.said, mentions, attended.related)
        gathering = Gathering(self.book, self.roster, decisions, memory)
        gathering.run()
        voices = Voices(self.database)
        self.voices = {voice.name: voice for voice in voices}
        self.account = path.with_suffix(".account")
        self.counts = write_entity_account(self.database, self._account(), [*gathering.warnings, *voices.warnings])
        self.moved = sorted(row for row in self.database.execute("SELECT * FROM moved") if row[0] != "title")
        keep_gathered(self.database, self.roster)
        self.faces = {row[0]: row for row in self.database.execute(FACES)}

    def _account(self) -> Path:
        with closing(self.open_account()) as database:
            database.execute("CREATE TABLE warning (text TEXT)")
            database.execute("CREATE TABLE moved (kind TEXT, name TEXT, target TEXT, PRIMARY KEY (kind, name))")
        return self.account

    def open_account(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.account, isolation_level=None)
        database.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;")
        return database

    # What an update knows of the release before

    def heard(self, name: str) -> Heard | None:
        voice = self.voices.get(name)
        return Heard(voice.key, voice.label, voice.others, voice.is_told) if voice else None

    def voices_using(self, faces: Any) -> set[str]:
        some = set(faces)
        return {name for name, voice in self.voices.items() if voice.faces & some}

    def face(self, path: str) -> Any:
        return self.faces.get(path)

    def update(self, catalogue: Catalogue, decisions: Decisions, memory: Published | None) -> None:
        before_works = dict(self.database.execute("SELECT id, work FROM place"))
        before, after = catalogue.edit()
        enter_records(self.database, catalogue)
        self.book.faces.cache_clear()
        amended = Amended(mates_changed(before_works, catalogue.works()))
        self.database.execute("BEGIN")
        roster = Roster.of(self.database)
        found = Regathering(self.book, roster, decisions, memory).run(before, after, amended, self)
        with closing(self.open_account()) as account:
            account.execute("BEGIN")
            account.execute("DELETE FROM warning")
            deltas = edit_entity_account(account, self.database, found)
            account.execute("COMMIT")
        self.database.execute("COMMIT")
        self.counts = {name: times + deltas[name] for name, times in self.counts.items()}
        for name in found.silent:
            del self.voices[name]
        for voice in found.voices:
            assert voice.name not in self.voices
            self.voices[voice.name] = voice
        for path in found.faces:
            self.faces.pop(path, None)
        self.faces |= {row[0]: row for row in found.face_rows}
        self.moved = sorted(found.moved)

    def told(self) -> dict[str, Any]:
        """All that was decided, table by table."""
        said = {table: sorted(self.database.execute(query)) for table, query in TABLES.items()}
        with closing(self.open_account()) as account:
            said |= {table: list(account.execute(query)) for table, query in ACCOUNT.items()}
        voices = {name: voice._replace(faces=frozenset(sorted(voice.faces))) for name, voice in self.voices.items()}
        return said | {"voices": voices, "faces": self.faces, "counts": self.counts, "moves": self.moved}


class Amended(NamedTuple):
    works: dict[int, str]


def mates_changed(before: dict[int, int], after: dict[int, int]) -> dict[int, str]:
    """The records that are in one work with others than before."""

    def mates(of: dict[int, int]) -> dict[int, set[int]]:
        return {number: {other for other in of if of[other] == work} for number, work in of.items()}

    one, other = mates(before), mates(after)
    return {number: str(number) for number in other if one.get(number) != other[number]}


FACES = """
SELECT final.path, final.name, thing.label, coalesce(called.label, thing.label), coalesce(called.others, '')
    FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
"""
TABLES = {
    table: f"SELECT * FROM {table}"
    for table in (
        "thing", "form", "mention", "variant", "related", "number", "bearer", "thing_joined", "thing_doubt",
        "thing_warned", "thing_asked", "final", "called", "circle",
    )
} | {"said": "SELECT path, digest, label, times FROM said"}  # fmt: skip
ACCOUNT = {
    "entity": "SELECT * FROM entity ORDER BY 1",
    "entity_reason": "SELECT * FROM entity_reason ORDER BY 1, 2, 3, 4, 5",
    "entity_doubt": "SELECT * FROM entity_doubt ORDER BY 1, 2",
    "warning": "SELECT * FROM warning ORDER BY rowid",
}


def decided(chance: Chance, catalogue: Catalogue) -> Decisions:
    """Some decisions of a librarian, on faces that are there."""
    agents = [face for each in catalogue.cards.values() for face in each.present.faces if face.path[:5] == "agent"]
    pairs = [tuple(getattr(chance.choice(agents), way) for way in chance.choices(("path", "own"), k=2)) for _ in "123"]
    pairs = [pair for pair in pairs if pair[0] != pair[1]] + [("agent/nobody", agents[0].path)]
    return Decisions(same=tuple(Decision(of=pair) for pair in pairs[::2]),
                     different=tuple(Decision(of=pair) for pair in pairs[1::2]))  # fmt: skip


def compare(seed: int, folder: Path, turns: int, size: int, families: int) -> None:
    """Edit a catalogue turn by turn, and hold what was decided in part against a build of everything."""
    chance = Chance(seed, families)
    catalogue = Catalogue(chance, size)
    decisions = decided(chance, catalogue) if seed % 3 == 0 else Decisions()
    memory = Published() if seed % 2 else None
    folder.mkdir(exist_ok=True)
    release = Release(folder / "0", catalogue, decisions, memory)
    for turn in range(1, turns + 1):
        if memory is not None:
            memory.publish(release.voices.keys() | {row[1] for row in release.faces.values()}, release.moved)
        release.update(catalogue, decisions, memory)
        anew = Release(folder / f"{turn}", catalogue, decisions, memory)
        one, other = release.told(), anew.told()
        for table in other:
            assert one[table] == other[table], (seed, turn, table)
        assert {path for _, path, *_ in one["thing"]} == release.faces.keys(), "every face has a name"
        anew.book.close()
    release.book.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_change_decided_in_part_comes_out_as_in_a_build_of_everything(seed: int, tmp_path: Path) -> None:
    size, families = ((8, 1), (24, 2), (45, 6), (90, 20))[seed % 4]
    compare(seed, tmp_path, 6, size, families)
