"""The workbook of a release amended: what an update brings and takes is decided on again, with all that it may concern.

Records concern each other where they are filed under one key and match, where they are or were of one edition, say
exactly the same, are filed under one key of works, or are named together in the file of decisions. What is joined to
nothing of this by any chain is decided on as before, whatever changes here: so the part that is reached is decided on
alone, by the rules and in the order of a build, and comes out as in a build of everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from publisher.identity import works
from publisher.identity.candidates import Candidates, change_records, titles_of
from publisher.identity.clusters import Clusters
from publisher.identity.comparison import compare
from publisher.identity.instances import join
from publisher.identity.kept import forget, unsettled
from publisher.identity.naming import Memory
from publisher.identity.numbering import Numbering, Unamendable, renumber
from publisher.identity.reach import Reach
from publisher.identity.recomparing import Recomparing
from publisher.identity.resolution import Named, Resolution, instance_offers, work_offers
from publisher.identity.standing import Standing
from publisher.identity.workbook import Clue, Workbook
from publisher.identity.works import work_id


class Amended(NamedTuple):
    """What came of an amendment.

    `named` is what is decided otherwise, by number of arrival. `gone`, `editions` and `works` have the names of the
    records that are no more, and of those whose editions and whose works were decided on again. `moved` has (kind,
    name, target) of names that lead to another since, and `counts` by how much the account's numbers have changed.
    """

    named: dict[int, Named]
    gone: dict[int, str]
    editions: dict[int, str]
    works: dict[int, str]
    moved: list[tuple[str, str, str]]
    counts: dict[str, int]


class Amendment:
    """Amends `book`, which a release has kept; `memory` is of what was published since it was made.

    `resolution` has the decisions about editions, and in the end the warnings.
    """

    def __init__(self, book: Workbook, resolution: Resolution, memory: Memory | None) -> None:
        self._book = book
        self._database = book.database
        self._resolution = resolution
        self._memory = memory
        self._reach = Reach(book.database)

    def run(self, gone: Iterable[int], come: Iterable[tuple[int, str, Clue]], single_out: frozenset[str]) -> Amended:
        """Take away the records that arrived as `gone`, take in `come` (number, library, clue), and decide.

        Raises Unamendable where all has to be decided on; the workbook is of no use then.
        """
        database, reach = self._database, self._reach
        self._require_decisions(single_out)
        forget(database)
        unsure = {number for (number,) in database.execute("SELECT id FROM unsettled")}
        database.execute("DELETE FROM unsettled")
        some, lost = list(come), list(gone)
        digests = reach.digests(lost) | {clue.face for _, _, clue in some}
        digests |= reach.digests_beside(lost, ((library, clue.key) for _, library, clue in some))
        faces = {digest: reach.face(digest) for digest in digests}
        packed = reach.packed(faces) | {clue.face: (clue.evidence, clue.filed) for _, _, clue in some}
        seeds = {number for digest in digests for number in reach.alike(digest)} | unsure
        told = [(number, library, clue._replace(evidence=b"", filed=b"")) for number, library, clue in some]
        numbering = renumber(self._book, lost, told, single_out)
        seeds |= {mate for number in numbering.gone for mate in reach.mates(number)}
        for table in ("named", "instance_titles", "work_titles"):
            query = f"DELETE FROM {table} WHERE incoming = ?"  # noqa: S608 - our own word
            database.executemany(query, ((number,) for number in lost))
        now = {digest: reach.face(digest) for digest in {*digests, *reach.digests_of(numbering.come)}}
        out = {face for digest, face in faces.items() if face is not None and now.get(digest) != face}
        into = {face for digest, face in now.items() if face is not None and faces.get(digest) != face}
        seeds |= {number for digest in now for number in reach.alike(digest)}
        again = {number for number in unsure if reach.is_face(number)} - out
        freed = titles_of(database, out)
        change_records(database, numbering.gone.values(), numbering.come)
        seeds |= Recomparing(self._book, self._resolution.before("instance"), packed).run(out, into, again)
        seeds |= self._of_decisions()
        seeds -= numbering.gone.keys()
        amended = self._decide(numbering, seeds, freed)
        self._resolution.warnings += self._book.warnings()
        return amended

    def _require_decisions(self, single_out: frozenset[str]) -> None:
        if any(name.startswith("work/") for name in single_out):
            raise Unamendable("the file of decisions names works")
        (said,) = self._database.execute("SELECT decisions FROM decided_by").fetchone()
        if said != self._resolution.said_by_people():
            raise Unamendable("the file of decisions has changed")

    def _of_decisions(self) -> set[int]:
        found = (self._book.find(*name.split("-", 1)) for name in self._resolution.names() if "-" in name)
        return {number for number in found if number is not None}

    # Deciding

    def _decide(self, numbering: Numbering, seeds: set[int], freed: list[str]) -> Amended:
        database, book, resolution, reach = self._database, self._book, self._resolution, self._reach
        editions, of_work = Clusters(), Clusters()
        some = reach.of_editions(seeds)
        lost = {*numbering.gone}
        resolution.decide(editions, of_work)
        self._enter_set("some", some)
        database.execute(
            "CREATE TEMP TABLE match_again AS SELECT match.* FROM some CROSS JOIN match ON match.a = some.id"
        )
        join(book, editions, resolution.before("instance"), "match_again")
        more = reach.of_works(some | seeds)
        self._enter_set("more", more)
        self._as_before(editions, more - some)
        faces = ((number, book.faces(number)[0]) for number in sorted(more) if reach.is_face(number))
        works.file(database, faces, "temp.of_work_again")
        works.match(book, editions, of_work, resolution.before("work"), "of_work_again")
        resolution.join_alike(editions, of_work, reach.several_alike(some))
        self._join_works_alike(of_work, more - some)
        old = {kind: self._clusters(kind, {*those, *lost}) for kind, those in (("instance", some), ("work", more))}
        database.executemany("DELETE FROM place WHERE id = ?", ((number,) for number in lost))
        database.executemany(
            "INSERT INTO place VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET instance = excluded.instance, "
            "work = excluded.work",
            ((n, editions.of(n) if n in some else reach.cluster("instance", n), of_work.of(n)) for n in sorted(more)),
        )
        gone = [(name, name) for name in numbering.gone.values()]
        changed = {
            "instance": Candidates(database, "instance", self._memory).run(
                gone, old["instance"], list(instance_offers(database, "some"))
            ),
            "work": Candidates(database, "work", self._memory).run(
                [*((work_id(name), name) for name, _ in gone), *((name, "") for name in freed)],
                old["work"],
                list(work_offers(database, "more", "of_work_again")),
            ),
        }
        standing = Standing(database)
        named = standing.run(changed, old)
        rows = [(number,) for number in unsettled(database, self._memory, "more")]
        database.executemany("INSERT OR IGNORE INTO unsettled VALUES (?)", rows)
        names = {number: book.record(number).name for number in more}
        for table in ("some", "more", "match_again", "of_work_again"):
            database.execute(f"DROP TABLE {table}")
        by_edition = {number: names[number] for number in some}
        return Amended(named, numbering.gone, by_edition, names, self._moved(named), dict(standing.counts))

    def _enter_set(self, table: str, numbers: set[int]) -> None:
        self._database.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
        rows = ((number,) for number in sorted(numbers))
        self._database.executemany(f"INSERT INTO {table} VALUES (?)", rows)  # noqa: S608 - our own word

    def _clusters(self, kind: str, numbers: set[int]) -> set[int]:
        found = (self._reach.cluster(kind, number) for number in numbers)
        return {cluster for cluster in found if cluster is not None}

    def _as_before(self, editions: Clusters, numbers: set[int]) -> None:
        """Join the faces among `numbers` that are of one edition, on which nothing is decided now."""
        first: dict[int | None, int] = {}
        for number in sorted(number for number in numbers if self._reach.is_face(number)):
            leader = first.setdefault(self._reach.cluster("instance", number), number)
            editions.join(leader, number)

    def _join_works_alike(self, of_work: Clusters, numbers: set[int]) -> None:
        """Join the works of records that say the same and on whose editions nothing is decided now."""
        for number, alike in self._reach.several_alike(numbers):
            evidence, _ = self._book.faces(number)
            if works.work_keys(evidence) or compare(evidence, evidence).is_match:
                for other in alike[1:]:
                    of_work.join(number, other)

    def _moved(self, named: dict[int, Named]) -> list[tuple[str, str, str]]:
        rows = self._database.execute("SELECT kind, name, target FROM moved WHERE kind IN ('instance', 'work')")
        found = {(kind, name): target for kind, name, target in rows}
        for each in named.values():
            own = f"{each.library}-{each.key}"
            if own != each.instance and not each.again:
                found.setdefault(("instance", own), each.instance)
        return [(kind, name, target) for (kind, name), target in found.items()]
