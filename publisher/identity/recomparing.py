"""Faces compared again after a change: under each key that what comes or goes is filed under, and no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from publisher.identity import works
from publisher.identity.blocking import key_of_number
from publisher.identity.candidates import enter_titles
from publisher.identity.evidence import Evidence
from publisher.identity.instances import LARGEST, Comparing, digest_of, misused
from publisher.identity.numbering import Unamendable
from publisher.identity.vouching import is_of_agency
from publisher.identity.workbook import Before, Workbook

_SAYS = "SELECT incoming.face, record.face FROM record JOIN incoming ON number = incoming WHERE id = ?"

Packed = dict[int, tuple[bytes, bytes]]
"""By a face's digest what is packed in the workbook: the evidence, and the keys that it is filed under."""

_Filed = dict[int, tuple[Evidence, frozenset[int]]]
"""The evidence of faces, and the keys that each is filed under."""


class Recomparing:
    """Compares faces of `book`; `before` tells under which name a record was published, `packed` is of what is new."""

    def __init__(self, book: Workbook, before: Before | None, packed: Packed) -> None:
        self._book = book
        self._database = book.database
        self._before = before
        self._packed = packed
        self._large: dict[int, bool] = {}

    def run(self, out: set[int], into: set[int], again: set[int]) -> set[int]:
        """Compare what the faces `into`, and those that are `again`, share a key with; forget those that are `out`.

        Returns the faces of which pairs were found that were not, or are no more.
        """
        self._book.faces.cache_clear()
        evidence = self._exchange(out, into, again)
        of_agency = {
            key_of_number(number) for of, _ in evidence.values() for number in of.numbers if is_of_agency(number)
        }
        otherwise = self._compared_otherwise(evidence, out, into)
        found: set[int] = set()
        comparing = Comparing(self._book, self._before)
        for key, faces in sorted(_by_key(evidence).items()):
            after = self._filed(key, LARGEST + 1)  # of more it is told by so many
            if len(after) <= LARGEST:
                self._database.execute("DELETE FROM large WHERE key = ?", (key,))
                found |= self._block(comparing, key, after)
            elif key in of_agency - otherwise:
                raise Unamendable("a number that stands on many records stands on another")
            else:
                found |= self._large_block(comparing, key, after, {face: evidence[face][0] for face in faces})
            self._warn(key, after)
        return found

    def _compared_otherwise(self, evidence: _Filed, out: set[int], into: set[int]) -> set[int]:
        """Return the keys under which so much is filed now, or no more, that it is compared in another way.

        All that is filed under such a key has to be compared again, under its other keys too: its evidence is added.
        """
        found = set()
        for key, faces in _by_key(evidence).items():
            after = self._filed(key, LARGEST + len(into & faces) + 1)
            earlier = len(after) + len(out & faces) - len(into & faces)
            if (earlier > LARGEST) != (len(after) > LARGEST):
                found.add(key)
                evidence.update((face, self._book.faces(face)) for face in after)
        return found

    def _exchange(self, out: set[int], into: set[int], again: set[int]) -> _Filed:
        """Take the faces `out` and put those `into` the workbook; return the evidence of all, and their keys."""
        database, book = self._database, self._book
        found = {face: book.faces(face) for face in (*out, *again)}
        for face in out:
            database.execute("DELETE FROM face WHERE id = ?", (face,))
            database.execute("DELETE FROM titled WHERE face = ?", (face,))
            rows = ((key, face) for key in found[face][1])
            database.executemany("DELETE FROM filed WHERE key = ? AND face = ?", rows)
        for face in into:
            database.execute("INSERT INTO face VALUES (?,?,?)", (face, *self._of(face)))
            found[face] = book.faces(face)
            database.executemany("INSERT INTO filed VALUES (?,?)", ((key, face) for key in found[face][1]))
        enter_titles(database, works.filing((face, found[face][0]) for face in into))
        return found

    def _of(self, face: int) -> tuple[bytes, bytes]:
        """Return what is packed of a face that is new: that of what came, or of the face whose place it takes."""
        for digest in self._database.execute(_SAYS, (face,)).fetchone():
            if digest in self._packed:
                return self._packed[digest]
        raise Unamendable("a record that a decision names by its key has another key now")

    def _warn(self, key: int, faces: list[int]) -> None:
        self._database.execute("DELETE FROM warned WHERE key = ?", (key,))
        if warning := misused(self._book, key, faces):
            self._book.warn(key, warning)

    def _filed(self, key: int, most: int) -> list[int]:
        query = "SELECT face FROM filed WHERE key = ? ORDER BY face LIMIT ?"
        return [face for (face,) in self._database.execute(query, (key, most))]

    def _is_large(self, key: int) -> bool:
        if key not in self._large:
            query = "SELECT count(*) FROM (SELECT 1 FROM filed WHERE key = ? LIMIT ?)"
            (count,) = self._database.execute(query, (key, LARGEST + 1)).fetchone()
            self._large[key] = count > LARGEST
        return self._large[key]

    def _block(self, comparing: Comparing, key: int, faces: list[int]) -> set[int]:
        earlier = [*self._database.execute("SELECT * FROM match WHERE key = ?", (key,))]
        doubted = [*self._database.execute("SELECT * FROM doubt WHERE key = ?", (key,))]
        self._database.execute("DELETE FROM match WHERE key = ?", (key,))
        self._database.execute("DELETE FROM doubt WHERE key = ?", (key,))
        comparing.block(key, faces, self._is_large)
        return self._entered(comparing, {*earlier, *doubted})

    def _large_block(self, comparing: Comparing, key: int, faces: list[int], touched: dict[int, Evidence]) -> set[int]:
        """Compare, of a large block, what says the same as what is `touched`; `faces` are the first of the block."""
        said = {face: digest_of(evidence) for face, evidence in touched.items()}
        there = self._is_there(key, said)
        rows = ((key, digest, face) for face, digest in said.items())
        self._database.executemany("DELETE FROM large WHERE key = ? AND said = ? AND face = ?", rows)
        self._book.enter_large(key, ((digest, face) for face, digest in said.items() if face in there))
        query = "SELECT face FROM large WHERE key = ? AND said = ?"
        group = [face for digest in {*said.values()} for (face,) in self._database.execute(query, (key, digest))]
        earlier: list[tuple[Any, ...]] = []
        for face in {*group, *touched}:
            earlier += self._taken("match", key, face)
            earlier += self._taken("doubt", key, face)
        comparing.group(key, group, faces, self._is_large)
        return self._entered(comparing, set(earlier))

    def _is_there(self, key: int, faces: Iterable[int]) -> set[int]:
        query = "SELECT face FROM filed WHERE key = ? AND face = ?"
        return {found for face in faces for (found,) in self._database.execute(query, (key, face))}

    def _taken(self, table: str, key: int, face: int) -> list[tuple[Any, ...]]:
        """Take the pairs of a face that were compared under `key` out of `table`."""
        found = []
        for side in "ab":
            query = f"SELECT rowid, * FROM {table} WHERE {side} = ? AND +key = ?"  # noqa: S608 - our own words
            for rowid, *row in self._database.execute(query, (face, key)).fetchall():
                found.append(tuple(row))
                self._database.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608
        return found

    def _entered(self, comparing: Comparing, earlier: set[tuple[Any, ...]]) -> set[int]:
        """Enter what was found in place of what was there `earlier`; return the faces that this concerns."""
        now: set[tuple[Any, ...]] = {*comparing.matches, *comparing.doubts}
        self._book.enter_compared(comparing.matches, comparing.doubts)
        return {face for row in now ^ earlier for face in row[2:4]}


def _by_key(evidence: _Filed) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for face, (_, keys) in evidence.items():
        for key in keys:
            found[key].add(face)
    return found
