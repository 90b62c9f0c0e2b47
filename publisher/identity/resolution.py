"""From the evidence of all records to decided names: the second of the three steps of a build.

Nothing here depends on the order in which records came, on batches or on workers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from publisher.identity import instances, preferred, works
from publisher.identity.clusters import Clusters
from publisher.identity.comparison import compare
from publisher.identity.decisions import Decision, Decisions
from publisher.identity.naming import Memory, Offer, award
from publisher.identity.workbook import Before, Joined, Workbook
from publisher.identity.works import work_id, work_keys

_AT_A_TIME = 10_000
_NAMED = """
CREATE TABLE place (id INTEGER PRIMARY KEY, instance INTEGER, work INTEGER);
CREATE TABLE named (incoming INTEGER PRIMARY KEY, library TEXT, key TEXT, instance TEXT, work TEXT, doubt TEXT,
    again INTEGER, leads_instance INTEGER, leads_work INTEGER, several INTEGER);
"""
_PLACES = """
CREATE TABLE lead_instance (cluster INTEGER PRIMARY KEY, id INTEGER, times INTEGER);
CREATE TABLE lead_work (cluster INTEGER PRIMARY KEY, id INTEGER);
INSERT INTO lead_instance SELECT cluster, id, times FROM (
    SELECT instance AS cluster, record.id AS id, count(*) OVER (PARTITION BY instance) AS times,
        row_number() OVER (PARTITION BY instance ORDER BY size DESC, record.id) AS rank
    FROM place JOIN record ON record.id = place.id) WHERE rank = 1;
INSERT INTO lead_work SELECT cluster, id FROM (
    SELECT work AS cluster, record.id AS id,
        row_number() OVER (PARTITION BY work ORDER BY size DESC, record.id) AS rank
    FROM place JOIN record ON record.id = place.id) WHERE rank = 1;
CREATE VIEW settled AS SELECT record.id AS id, record.incoming AS incoming, record.library AS library,
        record.key AS key, i.name AS instance, w.name AS work, record.doubt AS doubt,
        li.id = record.id AS leads_instance, lw.id = record.id AS leads_work, li.times AS times
    FROM record JOIN place ON place.id = record.id
        JOIN name_instance AS i ON i.cluster = place.instance JOIN name_work AS w ON w.cluster = place.work
        JOIN lead_instance AS li ON li.cluster = place.instance JOIN lead_work AS lw ON lw.cluster = place.work;
INSERT INTO named SELECT incoming, library, key, instance, work, doubt, 0, leads_instance, leads_work, times
    FROM settled;
INSERT INTO named SELECT again.incoming, library, key, instance, work, '', 1, 0, 0, times
    FROM again JOIN settled ON settled.id = again.id;
"""
_LAST = 2**62
_WITH_TITLES = """
SELECT named.*, i.choice, w.choice FROM named LEFT JOIN instance_titles AS i ON i.incoming = named.incoming
    LEFT JOIN work_titles AS w ON w.incoming = named.incoming
    WHERE named.incoming BETWEEN ? AND ? ORDER BY named.incoming
"""


class Named(NamedTuple):
    """What was decided of one record: the names (ends of IRIs) of its instance and its work, and its part in them.

    `again` says that the record is one that came before; `several` how many records describe the instance. The last
    two say which of its titles go out, and how (`preferred.said`).
    """

    number: int
    library: str
    key: str
    instance: str
    work: str
    doubt: str
    again: bool
    leads_instance: bool
    leads_work: bool
    several: int
    instance_titles: bytes | None
    work_titles: bytes | None


class Resolution:
    """Decides on the records of `book`; afterwards `named` tells what was decided, in the order of arrival."""

    def __init__(self, book: Workbook, decisions: Decisions, memory: Memory | None = None) -> None:
        self._book = book
        self._decisions = decisions
        self._memory = memory
        self.warnings: list[str] = list(decisions.warnings)

    def run(self) -> None:
        """Match instances, then works; name both."""
        book, database = self._book, self._book.database
        book.number(self._decisions.names())
        editions, of_work = Clusters(), Clusters()
        self.decide(editions, of_work)
        for key, warning in instances.match(book, editions, self.before("instance")):
            book.warn(key, warning)
        works.file(database, book.evidence())
        works.match(book, editions, of_work, self.before("work"))
        self.join_alike(editions, of_work, book.alike())
        self.warnings += book.warnings()
        database.executescript(_NAMED)
        database.execute("BEGIN")
        numbers = (int(n) for (n,) in database.cursor().execute("SELECT id FROM record ORDER BY id"))
        database.executemany("INSERT INTO place VALUES (?,?,?)", ((n, editions.of(n), of_work.of(n)) for n in numbers))
        database.executescript(
            "CREATE INDEX place_work ON place (work); CREATE INDEX place_instance ON place (instance);"
        )
        award(database, "instance", instance_offers(database), self._memory)
        award(database, "work", work_offers(database), self._memory)
        database.executescript(_PLACES)
        preferred.settle(database, "instance")
        preferred.settle(database, "work")

    def before(self, kind: str) -> Before | None:
        """Return what tells under which name the record of a face was published, None where nothing ever was."""
        memory = self._memory
        return (lambda face: memory.earlier(kind, self._book.record(face).name)) if memory is not None else None

    def named(self, first: int = 0, last: int = _LAST) -> Iterator[Named]:
        """Yield what was decided of the records with these numbers of arrival and between, by default all, in order."""
        for row in self._book.database.cursor().execute(_WITH_TITLES, (first, last)):
            yield Named(*row)

    def decide(self, editions: Clusters, of_work: Clusters) -> None:
        """Do what the librarian's decisions say before anything else is asked."""
        by_work = self._records_of_works()
        for decision in self._decisions.different:
            found = self._numbers(decision, by_work)
            for n, a in enumerate(found):
                for b in found[n + 1 :]:
                    editions.keep_apart(a, b)  # editions of two works are two editions
                    if decision.work:
                        of_work.keep_apart(a, b)
        for decision in self._decisions.same:
            found = self._numbers(decision, by_work)
            reason = orjson.dumps(["decided by a person", *([decision.note] if decision.note else [])])
            joined: list[Joined] = []
            for other in found[1:]:
                if (of_work if decision.work else editions).join(found[0], other):
                    joined.append((100.0, found[0], other, reason))
                else:
                    first, second = (self._book.record(number).name for number in (found[0], other))
                    self.warnings.append(
                        f"The file of decisions says that {first} and {second} are the same, and by other names that "
                        "they are different; they are kept apart."
                    )
            self._book.enter(joined, [], "work_joined" if decision.work else "joined")

    def _records_of_works(self) -> dict[str, int]:
        """Return the first record that could have named each work of which a decision speaks."""
        wanted = {name for name in self._decisions.names() if name.startswith("work/")}
        found: dict[str, int] = {}
        if wanted:
            for number, evidence in self._book.evidence():
                own = [self._book.record(number).name, *work_keys(evidence)]
                for name in wanted.intersection(f"work/{work_id(said)}" for said in own):
                    found.setdefault(name, number)
        return found

    def _numbers(self, decision: Decision, works: dict[str, int]) -> list[int]:
        found = []
        for name in decision.of:
            number = works.get(name) if name.startswith("work/") else self._of_key(name)
            if number is None:
                self.warnings.append(f"The file of decisions names {name}, which no record of this build has.")
            else:
                found.append(number)
        return found

    def _of_key(self, name: str) -> int | None:
        library, _, key = name.partition("-")
        return self._book.find(library, key)

    def said_by_people(self) -> str:
        """Return what stands for all decisions."""
        return self._decisions.model_dump_json()

    def names(self) -> frozenset[str]:
        """Return what the decisions name: records ({library}-{key}) and works."""
        return self._decisions.names()

    def join_alike(self, editions: Clusters, of_work: Clusters, alike: Iterable[tuple[int, list[int]]]) -> None:
        """Join the records that say exactly the same, where that is enough to go by."""
        joined: list[Joined] = []
        for first, numbers in alike:
            evidence, _ = self._book.faces(first)
            verdict = compare(evidence, evidence)
            if verdict.is_match:
                reasons = orjson.dumps(["all that the records say is the same", *verdict.reasons])
                joined += [(verdict.score, first, n, reasons) for n in numbers[1:] if editions.join(first, n)]
            if verdict.is_match or work_keys(evidence):
                for number in numbers[1:]:
                    of_work.join(first, number)
            if len(joined) > _AT_A_TIME:
                self._book.enter(joined, [])
        self._book.enter(joined, [])


def instance_offers(database: sqlite3.Connection, among: str = "record") -> Iterator[Offer]:
    """Yield for every record in the table `among` the name its instance could have."""
    for cluster, number, name in database.cursor().execute(_OF_RECORDS.format(kind="instance", among=among)):
        yield Offer(cluster, number, 0, name, name)


def work_offers(database: sqlite3.Connection, among: str = "record", filed: str = "of_work") -> Iterator[Offer]:
    """Yield for every record the names its work could have: of the key it is `filed` under, and of its own."""
    keys = works.offered(database, filed)
    face, rank, key = next(keys, _NO_KEY)
    for cluster, number, name in database.cursor().execute(_OF_RECORDS.format(kind="work", among=among)):
        while face == number:
            yield Offer(cluster, number, rank, work_id(key), "")
            face, rank, key = next(keys, _NO_KEY)
        yield Offer(cluster, number, works.OWN_RANK, work_id(name), name)


_OF_RECORDS = """
SELECT place.{kind}, record.id, record.library || '-' || record.key FROM {among} AS among
    CROSS JOIN record ON record.id = among.id CROSS JOIN place ON place.id = record.id ORDER BY record.id
"""
_NO_KEY = (-1, 0, "")
