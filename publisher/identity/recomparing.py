"""Faces compared again after a change: under each key that what comes or goes is filed under, and no other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from publisher.identity import works
from publisher.identity.blocking import key_of_number
from publisher.identity.evidence import Evidence
from publisher.identity.instances import LARGEST, Comparing, large_group, misused
from publisher.identity.numbering import Unamendable
from publisher.identity.vouching import is_of_agency
from publisher.identity.workbook import Before, Workbook

_FACE = """
INSERT INTO face SELECT record.id, evidence, filed FROM record JOIN incoming ON number = incoming WHERE id = ?
"""


class Recomparing:
    """Compares faces of `book`; `before` tells under which name a record was published."""

    def __init__(self, book: Workbook, before: Before | None) -> None:
        self._book = book
        self._database = book.database
        self._before = before
        self._large: dict[int, bool] = {}

    def run(self, out: set[int], into: set[int], again: set[int]) -> set[int]:
        """Compare what the faces `into`, and those that are `again`, share a key with; forget those that are `out`.

        Returns the faces of which pairs were found that were not, or are no more.
        """
        self._book.faces.cache_clear()
        evidence = self._exchange(out, into, again)
        touched: dict[int, set[int]] = defaultdict(set)
        for face, (_, keys) in evidence.items():
            for key in keys:
                touched[key].add(face)
        of_agency = {
            key_of_number(number) for of, _ in evidence.values() for number in of.numbers if is_of_agency(number)
        }
        found: set[int] = set()
        comparing = Comparing(self._book, self._before)
        for key, faces in sorted(touched.items()):
            after = self._filed(key)
            earlier = len(after) + len(out & faces) - len(into & faces)
            if (earlier > LARGEST) != (len(after) > LARGEST):
                raise Unamendable("so many records share a title now, or no more, that others are compared")
            if len(after) <= LARGEST:
                found |= self._block(comparing, key, after)
            elif key in of_agency:
                raise Unamendable("a number that stands on many records stands on another")
            else:
                found |= self._large_block(comparing, key, after, {face: evidence[face][0] for face in faces})
            self._warn(key, after)
        return found

    def _exchange(self, out: set[int], into: set[int], again: set[int]) -> dict[int, tuple[Evidence, frozenset[int]]]:
        """Take the faces `out` and put those `into` the workbook; return the evidence of all, and their keys."""
        database, book = self._database, self._book
        found = {face: book.faces(face) for face in (*out, *again)}
        for face in out:
            database.execute("DELETE FROM face WHERE id = ?", (face,))
            database.execute("DELETE FROM of_work WHERE face = ?", (face,))
            rows = ((key, face) for key in found[face][1])
            database.executemany("DELETE FROM filed WHERE key = ? AND face = ?", rows)
        for face in into:
            database.execute(_FACE, (face,))
            found[face] = book.faces(face)
            database.executemany("INSERT INTO filed VALUES (?,?)", ((key, face) for key in found[face][1]))
        works.file(book, [(face, found[face][0]) for face in sorted(into)])
        return found

    def _warn(self, key: int, faces: list[int]) -> None:
        self._database.execute("DELETE FROM warned WHERE key = ?", (key,))
        if warning := misused(self._book, key, faces):
            self._book.warn(key, warning)

    def _filed(self, key: int) -> list[int]:
        query = "SELECT face FROM filed WHERE key = ? ORDER BY face"
        return [face for (face,) in self._database.execute(query, (key,))]

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
        group = large_group(self._book, faces, touched.values())
        concerned = {*group, *touched}
        earlier = []
        for table in ("match", "doubt"):
            rows = [*self._database.execute(f"SELECT rowid, * FROM {table} WHERE key = ?", (key,))]  # noqa: S608
            for rowid, *row in rows:
                if row[2] in concerned or row[3] in concerned:
                    earlier.append(tuple(row))
                    self._database.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))  # noqa: S608
        comparing.group(key, group, faces, self._is_large)
        return self._entered(comparing, set(earlier))

    def _entered(self, comparing: Comparing, earlier: set[tuple[Any, ...]]) -> set[int]:
        """Enter what was found in place of what was there `earlier`; return the faces that this concerns."""
        now: set[tuple[Any, ...]] = {*comparing.matches, *comparing.doubts}
        self._book.enter_compared(comparing.matches, comparing.doubts)
        return {face for row in now ^ earlier for face in row[2:4]}
