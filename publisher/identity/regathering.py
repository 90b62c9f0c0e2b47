"""What identity decides of agents, concepts and places decided in part: what an update changes, and what concerns it.

The tables that a build made (`gathering`, `roster`, `voices`) are edited, and come out as a build of everything would
make them; nothing here looks at all faces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from publisher.identity.decisions import Decisions
from publisher.identity.gathering import KINDS, OFFERED, enter, offers, table_of
from publisher.identity.kinship import Kinship
from publisher.identity.naming import Memory, Offer
from publisher.identity.rehearing import FaceRow, Known, Rehearing
from publisher.identity.rejoining import Rejoined, Rejoining, Steps, asked_among, named_in
from publisher.identity.renaming import Renaming
from publisher.identity.rollcall import Call, Rollcall, Standing
from publisher.identity.roster import Numbered, Roster
from publisher.identity.voices import Voice, Voices
from publisher.identity.workbook import Workbook


class Amended(Protocol):
    """What came of the amendment of editions and works: the records whose works were decided on again."""

    @property
    def works(self) -> dict[int, str]:
        """The names of those records, by their numbers in the workbook."""
        ...


class Regathered(NamedTuple):
    """What came of it.

    `faces` are those of which anything is known otherwise, new and gone ones too, and `face_rows` what is known of
    those that there are. `silent` are the names of the voices that are no more or say something else, `voices` those
    that are new or do. `moved` has (kind, name, name to which it leads) of what was published, `counts` by how much the
    counts of the account change; `again` are the faces decided on again, and `old` the names of what they were.
    """

    faces: list[str]
    face_rows: list[FaceRow]
    silent: set[str]
    voices: list[Voice]
    moved: list[tuple[str, str, str]]
    counts: dict[str, int]
    again: set[str]
    old: set[str]


class Regathering:
    """Decides in part on the faces of a roster, once instances and works are amended in the workbook."""

    def __init__(self, book: Workbook, roster: Roster, decisions: Decisions, memory: Memory | None) -> None:
        self._roster = roster
        self._database = roster.database
        self._kinship = Kinship(roster, decisions)
        self._rejoining = Rejoining(book, roster, self._kinship)
        self._memory = memory

    def run(self, before: Iterable[Call], after: Iterable[Call], amended: Amended, known: Known) -> Regathered:
        """Take the batches `before` away and take in those `after`, decide, name and hear.

        `amended` is what came of the amendment of records, `known` what the release before knew. Raises Unamendable
        where all has to be decided on; the workbook is of no use then.
        """
        call = Rollcall(self._roster, before, after)
        was = call.standing()
        call.enter()
        now = call.standing()
        changes = [(was[path], now[path]) for path in call.faces if was[path] != now[path]]
        rejoined = self._rejoin(call, changes, amended)
        gone = {was.face for was, now in changes if was.face is not None and now.face is None}
        placed = self._place(rejoined, gone)
        renamed, moved = self._rename(changes, placed)
        return self._tell(call, placed, renamed, moved, known)

    # Who is one

    def _rejoin(self, call: Rollcall, changes: list[tuple[Standing, Standing]], amended: Amended) -> Rejoined:
        """Take again the steps that a change concerns, and enter what came of them."""
        kinship, database = self._kinship, self._database
        seeds = {number for was, _ in changes for number in kinship.beside(was)}
        for was, now in changes:
            kinship.relist(was, now)
        seeds |= {number for change in changes for each in change for number in kinship.beside(each)}
        changed = {now.face.id for _, now in changes if now.face is not None}
        gone = {was.face.id for was, now in changes if was.face is not None and now.face is None}
        seeds |= changed | asked_among(database, call.mentioned) | named_in(database, amended.works)
        besides = Steps(
            {ordered for change in changes for each in change for ordered in kinship.decided(each)},
            {value for change in changes for each in change for value in kinship.numbers(each)},
            {name for change in changes for each in change for name in kinship.names(each)},
        )
        seeds |= {number for ordered in besides.decisions for number in kinship.of_decision(ordered)}
        rejoined = self._rejoining.run(seeds - gone, changed, gone, besides)
        for query in _FORGOTTEN:
            database.executemany(query, ((number,) for number in (*rejoined.some, *gone)))
        database.executemany("DELETE FROM thing_warned WHERE step = ?", ((step,) for step in rejoined.steps.called()))
        enter(database, rejoined.joining, rejoined.witness)
        return rejoined

    def _place(self, rejoined: Rejoined, gone: set[Numbered]) -> _Placed:
        """Enter what the faces are in now; return what they were in as well."""
        database = self._database
        faces = {face.path: face for face in map(self._roster.face, sorted(rejoined.some))}
        old = {
            path: (str(name), int(cluster))
            for path in (*faces, *(face.path for face in gone))
            for name, cluster in database.execute("SELECT name, cluster FROM final WHERE path = ?", (path,))
        }
        database.executemany("DELETE FROM final WHERE path = ?", ((face.path,) for face in gone))
        clusters = {path: rejoined.clusters.of(face.id) for path, face in faces.items()}
        rows = ((path, "", cluster) for path, cluster in clusters.items())
        database.executemany("INSERT OR REPLACE INTO final VALUES (?,?,?)", rows)
        return _Placed(faces, clusters, old)

    # Names

    def _rename(
        self, changes: list[tuple[Standing, Standing]], placed: _Placed
    ) -> tuple[dict[int, str], list[tuple[str, str, str]]]:
        """Award names again; return the old names of other clusters that have another now, and what moved."""
        database = self._database
        lost = {name for name, _ in placed.old.values()}
        lost |= {f"{kind}/{name}" for kind, name in database.execute("SELECT kind, name FROM thing_unsettled")}
        free = [(name, "") for name in lost]
        for was, _ in changes:
            if was.face is not None:
                free += [(was.face.own, ""), (was.face.path, was.face.path)]
        database.execute("DELETE FROM thing_unsettled")
        renamed: dict[int, str] = {}
        moved: list[tuple[str, str, str]] = []
        for kind in KINDS:
            table = table_of(kind)
            database.execute("DELETE FROM moved WHERE kind = ?", (table,))
            made = [
                offer
                for path in placed.faces
                if path.startswith(f"{kind}/")
                for row in database.execute(_OFFERED["face"], {"path": path})
                for offer in offers(*row)
            ]
            its = [(_end(name), _end(own)) for name, own in free if name.startswith(f"{kind}/")]
            if made or its:
                renamed |= self._award(kind, its, made, placed)
            moved += database.execute("SELECT kind, name, target FROM moved WHERE kind = ?", (table,))
        rows = ((kind, name) for kind, *names in moved for name in names)
        database.executemany("INSERT OR IGNORE INTO thing_unsettled VALUES (?,?)", rows)
        return renamed, moved

    def _award(self, kind: str, free: list[tuple[str, str]], made: list[Offer], placed: _Placed) -> dict[int, str]:
        database, renamed = self._database, dict[int, str]()
        _Renaming(self._roster, kind, None if kind == "work" else self._memory).award(free, made)
        ours = set(placed.clusters.values())
        for cluster, name in database.execute("SELECT cluster, name FROM name_again").fetchall():
            (before,) = database.execute("SELECT name FROM final WHERE cluster = ?", (cluster,)).fetchone()
            if before != f"{kind}/{name}":
                database.execute("UPDATE final SET name = ? WHERE cluster = ?", (f"{kind}/{name}", cluster))
                if cluster not in ours:
                    renamed[cluster] = before
        database.execute("DROP TABLE name_again")
        return renamed

    # What is said

    def _tell(
        self,
        call: Rollcall,
        placed: _Placed,
        renamed: dict[int, str],
        moved: list[tuple[str, str, str]],
        known: Known,
    ) -> Regathered:
        """Hear voices again, and return all that came of it."""
        database = self._database
        ours, were = set(placed.clusters.values()), {cluster for _, cluster in placed.old.values()}
        again = {*placed.faces, *placed.old}
        others = {path for cluster in renamed for path in self._paths(cluster)}
        names = {path: self._name(path) for path in again | others}
        otherwise = {path for path, name in names.items() if name != _name_in(known.face(path), path)}
        voices = Voices.of(database)
        tied = {cluster for path in call.tied for cluster in self._cluster(path)}
        circled = voices.circles.find_again(were - ours, ours | tied | renamed.keys())
        clusters = {*ours, *renamed, *circled, *(cluster for path in call.said for cluster in self._cluster(path))}
        old = {*renamed.values(), *(name for name, _ in placed.old.values())}
        reheard = Rehearing(database, voices, known).run(old, were - ours, clusters, otherwise)
        candidates = again | others | {path for cluster in reheard.clusters for path in self._paths(cluster)}
        rows = {path: database.execute(_FACE, (path,)).fetchone() for path in sorted(candidates)}
        faces = [path for path, row in rows.items() if row != known.face(path)]
        return Regathered(
            faces,
            [row for path in faces if (row := rows[path]) is not None],
            reheard.silent,
            reheard.voices,
            moved,
            _counted(placed),
            again | others,
            old,
        )

    def _paths(self, cluster: int) -> Iterator[str]:
        for (path,) in self._database.execute("SELECT path FROM final WHERE cluster = ?", (cluster,)):
            yield path

    def _cluster(self, path: str) -> Iterator[int]:
        for (cluster,) in self._database.execute("SELECT cluster FROM final WHERE path = ?", (path,)):
            yield cluster

    def _name(self, path: str) -> str:
        row = self._database.execute("SELECT name FROM final WHERE path = ?", (path,)).fetchone()
        return str(row[0]) if row else path


class _Placed(NamedTuple):
    """The faces decided on again and their clusters, by path, and (name, cluster) of what they and those gone were."""

    faces: dict[str, Numbered]
    clusters: dict[str, int]
    old: dict[str, tuple[str, int]]


class _Renaming(Renaming):
    """Awards the names of agents, concepts or places again; their offers are read off the faces."""

    def __init__(self, roster: Roster, kind: str, memory: Memory | None) -> None:
        super().__init__(roster.database, table_of(kind), memory, self._that_lead)
        self._of_kind = kind

    def _offers(self, by: str, value: int | str) -> list[Offer]:
        """Return what a cluster offers, or who offers a name."""
        wanted = {"path": f"{self._of_kind}/{value}", "cluster": value}
        rows = self._database.execute(_OFFERED[by], wanted)
        every = (offer for row in sorted(rows, key=lambda row: int(row[1])) for offer in offers(*row))
        return [offer for offer in every if by == "cluster" or offer.name == value]

    def _that_lead(self, name: str) -> Iterator[tuple[int, int]]:
        """Yield (face, cluster) of those that were published under names that lead to `name` now."""
        for other in self._memory.leading(self._kind, name) if self._memory is not None else ():
            yield from self._database.execute(_FACE_AT, (f"{self._of_kind}/{other}",))


def _end(path: str) -> str:
    return path.partition("/")[2]


def _name_in(row: FaceRow | None, path: str) -> str:
    return row[1] if row is not None else path


def _counted(placed: _Placed) -> dict[str, int]:
    """Return by how much the counts of the account change, but for the doubts."""
    now, before = Counter(placed.clusters.values()), Counter(cluster for _, cluster in placed.old.values())
    return {
        "names_of_entities": len(placed.clusters) - len(placed.old),
        "entities": len(now) - len(before),
        "entities_of_several_names": sum(n > 1 for n in now.values()) - sum(n > 1 for n in before.values()),
    }


_FORGOTTEN = (
    "DELETE FROM thing_joined WHERE a = ?",
    "DELETE FROM thing_doubt WHERE a = ?",
    "DELETE FROM thing_asked WHERE id = ?",
)
_FACES = f"SELECT cluster, {OFFERED} FROM thing JOIN final ON final.path = thing.path"  # noqa: S608 - our own words
_OFFERED = {
    "cluster": f"{_FACES} WHERE cluster = :cluster",
    "face": f"{_FACES} WHERE thing.path = :path",
    "name": f"{_FACES} WHERE thing.path = :path UNION {_FACES} WHERE thing.own = :path AND thing.own != thing.path",
}
_FACE_AT = "SELECT thing.id, cluster FROM thing JOIN final ON final.path = thing.path WHERE thing.path = ?"
_FACE = """
SELECT final.path, final.name, thing.label, coalesce(called.label, thing.label), coalesce(called.others, '')
    FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
    WHERE final.path = ?
"""
