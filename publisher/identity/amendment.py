"""The workbook of a release amended: what an update brings and takes is decided on again, with all that it may concern.

Records concern each other where they are filed under one key and match, where they are or were of one edition, say
exactly the same, are filed under one key of works, or are named together in the file of decisions. What is joined to
nothing of this by any chain is decided on as before, whatever changes here: so the part that is reached is decided on
alone, by the rules and in the order of a build, and comes out as in a build of everything.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from publisher.identity import works
from publisher.identity.clusters import Clusters
from publisher.identity.comparison import compare
from publisher.identity.instances import join
from publisher.identity.naming import Memory, Offer
from publisher.identity.numbering import Numbering, Unamendable, renumber
from publisher.identity.preferred import settle_again
from publisher.identity.recomparing import Recomparing
from publisher.identity.renaming import Renaming
from publisher.identity.resolution import Named, Resolution, instance_offers, work_offers
from publisher.identity.workbook import Clue, Workbook

_MOST = 20_000
"""Records that are decided on again before a build of all does it sooner."""

_PREPARED = """
CREATE INDEX filed_key ON filed (key, face);
CREATE INDEX match_key ON match (key); CREATE INDEX match_a ON match (a); CREATE INDEX match_b ON match (b);
CREATE INDEX doubt_key ON doubt (key); CREATE INDEX doubt_a ON doubt (a); CREATE INDEX doubt_b ON doubt (b);
CREATE INDEX of_work_key ON of_work (key); CREATE INDEX of_work_face ON of_work (face);
CREATE INDEX incoming_key ON incoming (library, key); CREATE INDEX record_incoming ON record (incoming);
CREATE INDEX offer_instance_record ON offer_instance (record);
CREATE INDEX offer_instance_cluster ON offer_instance (cluster);
CREATE INDEX offer_work_record ON offer_work (record); CREATE INDEX offer_work_cluster ON offer_work (cluster);
CREATE TABLE unsettled (id INTEGER PRIMARY KEY);
CREATE INDEX again_id ON again (id);
CREATE INDEX warned_key ON warned (key)
"""
_FORGOTTEN = """
DELETE FROM joined; DELETE FROM work_joined; DELETE FROM doubt WHERE key IS NULL; DELETE FROM moved
"""
_UNSURE = """
SELECT doubt.a, doubt.b FROM {among} AS among JOIN doubt ON doubt.a = among.id
    JOIN place AS one ON one.id = doubt.a JOIN place AS other ON other.id = doubt.b WHERE one.instance = other.instance
"""
_PUBLISHED = """
SELECT place.{kind}, record.id, record.library || '-' || record.key, named.{kind} FROM {among} AS among
    JOIN place ON place.id = among.id JOIN record ON record.id = among.id
    JOIN named ON named.incoming = record.incoming ORDER BY 1
"""


def forget(book: Workbook) -> None:
    """Forget what was joined and why, once account of it was given."""
    _run(book.database, _FORGOTTEN)


def prepare(book: Workbook, memory: Memory | None) -> None:
    """Make a workbook ready to be amended, once a build has decided and given account."""
    database = book.database
    _run(database, _PREPARED)
    rows = [(number,) for number in _unsettled(database, memory, "record")]
    database.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", rows)
    forget(book)


def _unsettled(database: sqlite3.Connection, memory: Memory | None, among: str) -> Iterator[int]:
    """Yield the records on which the next build may decide otherwise because of what this one publishes.

    They are those that were published under another name, and what is one with them. `among` is the table of those
    that are asked.
    """
    for pair in database.execute(_UNSURE.format(among=among)).fetchall():
        yield from pair
    for kind in ("instance", "work") if memory is not None else ():
        rows = database.cursor().execute(_PUBLISHED.format(kind=kind, among=among))
        for _, group in groupby(rows, key=lambda row: row[0]):
            some = list(group)
            earlier = {memory.earlier(kind, own) for _, _, own, _ in some}  # type: ignore[union-attr]
            if earlier not in ({""}, {some[0][3]}):
                yield from (number for _, number, _, _ in some)


class Amended(NamedTuple):
    """What came of an amendment.

    `named` is what is decided otherwise, by number of arrival. `gone`, `editions` and `works` have the names of the
    records that are no more, and of those whose editions and whose works were decided on again.
    """

    named: dict[int, Named]
    gone: dict[int, str]
    editions: dict[int, str]
    works: dict[int, str]


class Amendment:
    """Amends `book`; `decisions` are those about editions, `memory` is of what was published since it was made."""

    def __init__(self, book: Workbook, resolution: Resolution, memory: Memory | None) -> None:
        self._book = book
        self._database = book.database
        self._resolution = resolution
        self._memory = memory

    def run(self, gone: Iterable[int], come: Iterable[tuple[int, str, Clue]], single_out: frozenset[str]) -> Amended:
        """Take away the records that arrived as `gone`, take in `come` (number, library, clue), and decide.

        Raises Unamendable where all has to be decided on; the workbook is of no use then.
        """
        database = self._database
        if any(name.startswith("work/") for name in single_out):
            raise Unamendable("the file of decisions names works")
        unsettled = {number for (number,) in database.execute("SELECT id FROM unsettled")}
        database.execute("DELETE FROM unsettled")
        some, lost = list(come), list(gone)
        digests = self._digests(lost) | {clue.face for _, _, clue in some}
        digests |= {digest for key in self._keys(lost, some) for (digest,) in database.execute(_OF_KEY, key)}
        faces = {digest: self._face(digest) for digest in digests}
        seeds = {number for digest in digests for number in self._alike(digest)} | unsettled
        numbering = renumber(self._book, lost, some, single_out)
        seeds |= {mate for number in numbering.gone for mate in self._mates(number)}
        for table in ("named", "instance_titles", "work_titles"):
            query = f"DELETE FROM {table} WHERE incoming = ?"  # noqa: S608 - our own word
            database.executemany(query, ((number,) for number in lost))
        now = {digest: self._face(digest) for digest in {*digests, *self._digests_of(numbering.come)}}
        out = {face for digest, face in faces.items() if face is not None and now.get(digest) != face}
        into = {face for digest, face in now.items() if face is not None and faces.get(digest) != face}
        seeds |= {number for digest in now for number in self._alike(digest)}
        again = {number for number in unsettled if self._is_face(number)} - out
        seeds |= Recomparing(self._book, self._resolution.before("instance")).run(out, into, again)
        seeds |= self._of_decisions()
        seeds -= numbering.gone.keys()
        return self._decide(numbering, seeds)

    # What concerns what

    def _keys(self, lost: list[int], some: list[tuple[int, str, Clue]]) -> set[tuple[str, str]]:
        query = "SELECT library, key FROM incoming WHERE number = ?"
        found = {row for number in lost for row in self._database.execute(query, (number,))}
        return found | {(library, clue.key) for _, library, clue in some}

    def _digests(self, arrived: Iterable[int]) -> set[int]:
        query = "SELECT face FROM record WHERE incoming = ?"
        return {digest for number in arrived for (digest,) in self._database.execute(query, (number,))}

    def _digests_of(self, numbers: Iterable[int]) -> set[int]:
        query = "SELECT face FROM record WHERE id = ?"
        return {digest for number in numbers for (digest,) in self._database.execute(query, (number,))}

    def _face(self, digest: int) -> int | None:
        (found,) = self._database.execute("SELECT min(id) FROM record WHERE face = ?", (digest,)).fetchone()
        return found  # type: ignore[no-any-return]

    def _is_face(self, number: int) -> bool:
        return self._database.execute("SELECT 1 FROM face WHERE id = ?", (number,)).fetchone() is not None

    def _alike(self, digest: int) -> list[int]:
        return [number for (number,) in self._database.execute("SELECT id FROM record WHERE face = ?", (digest,))]

    def _mates(self, number: int) -> Iterator[int]:
        """Yield what was of one edition or work with a record."""
        for kind in ("instance", "work"):
            query = f"SELECT id FROM place WHERE {kind} = (SELECT {kind} FROM place WHERE id = ?)"  # noqa: S608
            yield from (mate for (mate,) in self._database.execute(query, (number,)))

    def _of_decisions(self) -> set[int]:
        found = (self._book.find(*name.split("-", 1)) for name in self._resolution.names() if "-" in name)
        return {number for number in found if number is not None}

    # Deciding

    def _decide(self, numbering: Numbering, seeds: set[int]) -> Amended:
        database, book, resolution = self._database, self._book, self._resolution
        editions, of_work = Clusters(), Clusters()
        some = self._reached(seeds, self._of_edition)
        lost = {*numbering.gone}
        resolution.decide(editions, of_work)
        self._enter_set("some", some)
        database.execute("CREATE TABLE match_again AS SELECT match.* FROM some JOIN match ON match.a = some.id")
        join(book, editions, resolution.before("instance"), "match_again")
        more = self._reached(some | seeds, self._of_work)
        self._enter_set("more", more)
        self._as_before(editions, more - some)
        database.execute(
            "CREATE TABLE of_work_again AS SELECT of_work.* FROM more JOIN of_work ON of_work.face = more.id"
        )
        works.match(book, editions, of_work, resolution.before("work"), "of_work_again")
        resolution.join_alike(editions, of_work, self._several_alike(some))
        self._join_works_alike(of_work, more - some)
        old = {kind: self._clusters(kind, {*those, *lost}) for kind, those in (("instance", some), ("work", more))}
        database.executemany("DELETE FROM place WHERE id = ?", ((number,) for number in lost))
        database.executemany(
            "INSERT INTO place VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET instance = excluded.instance, "
            "work = excluded.work",
            ((n, editions.of(n) if n in some else self._cluster("instance", n), of_work.of(n)) for n in sorted(more)),
        )
        changed = {
            "instance": self._rename("instance", some, lost, old["instance"], instance_offers(database, "some")),
            "work": self._rename("work", more, lost, old["work"], work_offers(database, "more")),
        }
        named = self._named(changed, old)
        rows = [(number,) for number in _unsettled(database, self._memory, "more")]
        database.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", rows)
        names = {number: book.record(number).name for number in more}
        for table in ("some", "more", "match_again", "of_work_again", "instance_again", "work_again"):
            database.execute(f"DROP TABLE {table}")
        return Amended(named, numbering.gone, {number: names[number] for number in some}, names)

    def _reached(self, seeds: set[int], concerned: Callable[[int], Iterator[int]]) -> set[int]:
        """Return all that is reached from `seeds` by what each concerns."""
        found, waiting = set(seeds), deque(sorted(seeds))
        while waiting:
            for other in concerned(waiting.popleft()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
            if len(found) > _MOST:
                raise Unamendable(f"more than {_MOST:,} records are to be decided on")
        return {number for number in found if self._is_record(number)}

    def _is_record(self, number: int) -> bool:
        return self._database.execute("SELECT 1 FROM record WHERE id = ?", (number,)).fetchone() is not None

    def _of_edition(self, number: int) -> Iterator[int]:
        for query in _EDITION:
            yield from (other for (other,) in self._database.execute(query, (number,)))

    def _of_work(self, number: int) -> Iterator[int]:
        for query in _WORK:
            yield from (other for (other,) in self._database.execute(query, (number,)))

    def _enter_set(self, table: str, numbers: set[int]) -> None:
        self._database.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)")
        rows = ((number,) for number in sorted(numbers))
        self._database.executemany(f"INSERT INTO {table} VALUES (?)", rows)  # noqa: S608 - our own word

    def _several_alike(self, among: set[int]) -> Iterator[tuple[int, list[int]]]:
        for number in sorted(among):
            if self._is_face(number):
                (digest,) = self._database.execute("SELECT face FROM record WHERE id = ?", (number,)).fetchone()
                if len(alike := sorted(self._alike(digest))) > 1:
                    yield number, alike

    def _cluster(self, kind: str, number: int) -> int:
        query = f"SELECT {kind} FROM place WHERE id = ?"  # noqa: S608 - one of two words
        return int(self._database.execute(query, (number,)).fetchone()[0])

    def _clusters(self, kind: str, numbers: set[int]) -> set[int]:
        query = f"SELECT {kind} FROM place WHERE id = ?"  # noqa: S608 - one of two words
        return {each for number in numbers for (each,) in self._database.execute(query, (number,))}

    def _as_before(self, editions: Clusters, numbers: set[int]) -> None:
        """Join the faces among `numbers` that are of one edition, on which nothing is decided now."""
        first: dict[int, int] = {}
        for number in sorted(number for number in numbers if self._is_face(number)):
            leader = first.setdefault(self._cluster("instance", number), number)
            editions.join(leader, number)

    # Names

    def _rename(self, kind: str, among: set[int], lost: set[int], old: set[int], offers: Iterator[Offer]) -> set[int]:
        """Award the names of the clusters of `among` again; return the clusters whose name may be another."""
        database = self._database
        gone = []
        for number in (*among, *lost):
            query = f"SELECT name, own FROM offer_{kind} WHERE record = ?"  # noqa: S608 - one of two words
            gone += [(name, own) for name, own in database.execute(query, (number,))]
            database.execute(f"DELETE FROM offer_{kind} WHERE record = ?", (number,))  # noqa: S608

        def claimants(name: str) -> Iterator[tuple[int, int]]:
            yield from database.execute(_CLAIMANTS.format(kind=kind), (name,))

        earlier = [
            (name, "")
            for cluster in old
            for (name,) in database.execute(f"SELECT name FROM name_{kind} WHERE cluster = ?", (cluster,))  # noqa: S608
        ]
        return Renaming(database, kind, self._memory, claimants).run([*gone, *earlier], old, list(offers))

    def _join_works_alike(self, of_work: Clusters, numbers: set[int]) -> None:
        """Join the works of records that say the same and on whose editions nothing is decided now."""
        for number, alike in self._several_alike(numbers):
            evidence, _ = self._book.faces(number)
            if works.work_keys(evidence) or compare(evidence, evidence).is_match:
                for other in alike[1:]:
                    of_work.join(number, other)

    def _named(self, changed: dict[str, set[int]], old: dict[str, set[int]]) -> dict[int, Named]:
        """Enter what is decided of the records of the clusters that have `changed`; return what is another now."""
        database = self._database
        arrived: dict[int, int] = {}
        for kind, clusters in changed.items():
            table = f"{kind}_again"
            database.execute(f"CREATE TABLE {table} (cluster INTEGER PRIMARY KEY)")
            rows = ((cluster,) for cluster in sorted(clusters))
            database.executemany(f"INSERT INTO {table} VALUES (?)", rows)  # noqa: S608 - our own word
            arrived.update(database.execute(_ARRIVED.format(kind=kind)))
        before = {number: database.execute(_NAMED, (number,)).fetchone() for number in arrived}
        for kind, clusters in changed.items():
            for cluster in (*old[kind], *clusters):
                database.execute(f"DELETE FROM lead_{kind} WHERE cluster = ?", (cluster,))  # noqa: S608
            database.execute(_LEAD[kind])
            settle_again(database, kind, f"{kind}_again")
        found: dict[int, Named] = {}
        for number, id_ in sorted(arrived.items()):
            database.execute("DELETE FROM named WHERE incoming = ?", (number,))
            database.execute(_SETTLED, {"id": id_, "number": number})
            after = database.execute(_NAMED, (number,)).fetchone()
            if before[number] != after:
                found[number] = Named(*after)
        return found


_OF_KEY = """
SELECT record.face FROM incoming JOIN record ON record.incoming = incoming.number
    WHERE incoming.library = ? AND incoming.key = ?
"""
_EDITION = (
    "SELECT b FROM match WHERE a = ?",
    "SELECT a FROM match WHERE b = ?",
    "SELECT id FROM record WHERE face = (SELECT face FROM record WHERE id = ?)",
    "SELECT id FROM place WHERE instance = (SELECT instance FROM place WHERE id = ?)",
)
_WORK = (
    "SELECT face FROM of_work WHERE key IN (SELECT key FROM of_work WHERE face = ?)",
    *_EDITION[2:],
    "SELECT id FROM place WHERE work = (SELECT work FROM place WHERE id = ?)",
)
_CLAIMANTS = """
SELECT min(place.id), cluster FROM name_{kind} JOIN place ON place.{kind} = cluster WHERE name = ? GROUP BY cluster
"""
_LEAD = {
    "instance": """
INSERT INTO lead_instance SELECT cluster, id, times FROM (
    SELECT instance AS cluster, record.id AS id, count(*) OVER (PARTITION BY instance) AS times,
        row_number() OVER (PARTITION BY instance ORDER BY size DESC, record.id) AS rank
    FROM instance_again JOIN place ON instance = cluster JOIN record ON record.id = place.id) WHERE rank = 1
""",
    "work": """
INSERT INTO lead_work SELECT cluster, id FROM (
    SELECT work AS cluster, record.id AS id,
        row_number() OVER (PARTITION BY work ORDER BY size DESC, record.id) AS rank
    FROM work_again JOIN place ON work = cluster JOIN record ON record.id = place.id) WHERE rank = 1
""",
}
_NAMED = """
SELECT named.*, i.choice, w.choice FROM named LEFT JOIN instance_titles AS i ON i.incoming = named.incoming
    LEFT JOIN work_titles AS w ON w.incoming = named.incoming WHERE named.incoming = ?
"""
_SETTLED = """
INSERT INTO named SELECT :number, library, key, instance, work, iif(incoming = :number, doubt, ''), incoming != :number,
    leads_instance AND incoming = :number, leads_work AND incoming = :number, times FROM settled WHERE id = :id
"""
_ARRIVED = """
SELECT incoming, record.id FROM {kind}_again JOIN place ON {kind} = cluster JOIN record ON record.id = place.id
    UNION ALL SELECT again.incoming, again.id FROM {kind}_again JOIN place ON {kind} = cluster
    JOIN again ON again.id = place.id
"""


def _run(database: sqlite3.Connection, script: str) -> None:
    """Run statements without ending the transaction that is open."""
    for statement in script.split(";"):
        database.execute(statement)
