"""What concerns a record of a workbook: which others have to be decided on again when it comes, goes or changes."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from publisher.identity.numbering import Unamendable

_MOST = 20_000
"""Records that are decided on again before a build of all does it sooner."""

_EDITION = (
    "SELECT b FROM match WHERE a = ?",
    "SELECT a FROM match WHERE b = ?",
    "SELECT id FROM record WHERE face = (SELECT face FROM record WHERE id = ?)",
    "SELECT id FROM place WHERE instance = (SELECT instance FROM place WHERE id = ?)",
)
_WORK = (
    "SELECT face FROM titled WHERE name IN (SELECT name FROM titled WHERE face = ?)",
    *_EDITION[2:],
    "SELECT id FROM place WHERE work = (SELECT work FROM place WHERE id = ?)",
)
_OF_KEY = """
SELECT record.face FROM incoming CROSS JOIN record ON record.incoming = incoming.number
    WHERE incoming.library = ? AND incoming.key = ?
"""


class Reach:
    """Asks a workbook what concerns what."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def digests(self, arrived: Iterable[int]) -> set[int]:
        """Return the faces' digests of the records that arrived under these numbers."""
        query = "SELECT face FROM record WHERE incoming = ?"
        return {digest for number in arrived for (digest,) in self._database.execute(query, (number,))}

    def digests_of(self, numbers: Iterable[int]) -> set[int]:
        """Return the faces' digests of records."""
        query = "SELECT face FROM record WHERE id = ?"
        return {digest for number in numbers for (digest,) in self._database.execute(query, (number,))}

    def digests_beside(self, arrived: Iterable[int], keys: Iterable[tuple[str, str]]) -> set[int]:
        """Return the faces' digests of all records with one of the `keys` (library, key), or one of what `arrived`."""
        query = "SELECT library, key FROM incoming WHERE number = ?"
        found = {row for number in arrived for row in self._database.execute(query, (number,))}
        return {digest for key in found.union(keys) for (digest,) in self._database.execute(_OF_KEY, key)}

    def face(self, digest: int) -> int | None:
        """Return the record that stands for all with one face."""
        (found,) = self._database.execute("SELECT min(id) FROM record WHERE face = ?", (digest,)).fetchone()
        return found  # type: ignore[no-any-return]

    def packed(self, faces: dict[int, int | None]) -> dict[int, tuple[bytes, bytes]]:
        """Return what is packed of some `faces` (digest, record that stands for it), by their digests."""
        query = "SELECT evidence, filed FROM face WHERE id = ?"
        rows = ((digest, self._database.execute(query, (face,)).fetchone()) for digest, face in faces.items())
        return {digest: row for digest, row in rows if row}

    def is_face(self, number: int) -> bool:
        """Return whether a record stands for all with its face."""
        return self._database.execute("SELECT 1 FROM face WHERE id = ?", (number,)).fetchone() is not None

    def alike(self, digest: int) -> list[int]:
        """Return the records with one face, in order."""
        query = "SELECT id FROM record WHERE face = ? ORDER BY id"
        return [number for (number,) in self._database.execute(query, (digest,))]

    def several_alike(self, among: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """Yield each of the records `among` that stands for several of one face, with these."""
        for number in sorted(among):
            if self.is_face(number):
                (digest,) = self.digests_of([number])
                if len(alike := self.alike(digest)) > 1:
                    yield number, alike

    def mates(self, number: int) -> Iterator[int]:
        """Yield what was of one edition or work with a record."""
        for kind in ("instance", "work"):
            query = f"SELECT id FROM place WHERE {kind} = (SELECT {kind} FROM place WHERE id = ?)"  # noqa: S608
            yield from (mate for (mate,) in self._database.execute(query, (number,)))

    def cluster(self, kind: str, number: int) -> int | None:
        """Return the cluster of a record, None for one that had none yet."""
        query = f"SELECT {kind} FROM place WHERE id = ?"  # noqa: S608 - one of two words
        found = self._database.execute(query, (number,)).fetchone()
        return int(found[0]) if found else None

    def of_editions(self, seeds: set[int]) -> set[int]:
        """Return all that has to be decided on with `seeds` to know which editions they are of."""
        return self._reached(seeds, lambda number: self._concerned(_EDITION, number))

    def of_works(self, seeds: set[int]) -> set[int]:
        """Return all that has to be decided on with `seeds` to know which works they are of."""
        return self._reached(seeds, lambda number: self._concerned(_WORK, number))

    def _concerned(self, queries: tuple[str, ...], number: int) -> Iterator[int]:
        for query in queries:
            yield from (other for (other,) in self._database.execute(query, (number,)))

    def _reached(self, seeds: set[int], concerned: Callable[[int], Iterator[int]]) -> set[int]:
        found, waiting = set(seeds), deque(sorted(seeds))
        while waiting:
            for other in concerned(waiting.popleft()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
            if len(found) > _MOST:
                raise Unamendable(f"more than {_MOST:,} records are to be decided on")
        query = "SELECT 1 FROM record WHERE id = ?"
        return {number for number in found if self._database.execute(query, (number,)).fetchone()}
