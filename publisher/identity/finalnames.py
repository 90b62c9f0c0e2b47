"""Under which path each face is published, and by which names it is called.

A build asks of every face, and remembers the few that go by other names; an update looks up those that it asks of.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from functools import lru_cache
from hashlib import blake2b

from publisher.rdf.ntriples import BASE

FACE = re.compile(f"{BASE}/((?:agent|concept|place|work)/[^>#\\s]+)")
"""A face, or what is named like one, in statements whose names are still open."""

_REMEMBERED = 50_000


class FinalNames:
    """Tells under which path each face is published, one that is asked of at a time."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._looked_up = lru_cache(_REMEMBERED)(self._look_up)
        # Apart, for names are asked for while voices are still heard: what is remembered then lacks what comes after.
        self._told_of = lru_cache(_REMEMBERED)(self._listen)

    def of(self, path: str) -> str:
        """Return the path under which the face `path` is published."""
        return self._looked_up(path)

    def is_told_of(self, path: str) -> bool:
        """Return whether what a face is has other names or other faces; asked once all voices were heard."""
        query = "SELECT 1 FROM final JOIN called ON called.cluster = final.cluster WHERE final.path = ?"
        return self._database.execute(query, (path,)).fetchone() is not None

    def labels(self, path: str) -> tuple[str, str]:
        """Return the label of a face and that of what it is, equal where it leads."""
        return self._told_of(path)[:2]

    def others(self, path: str) -> list[str]:
        """Return the other names of what a face is: pen names, 4XX of authority records, other ways to write it."""
        others = self._told_of(path)[2]
        return others.split("\n") if others else []

    def put_into(self, text: str, heard: set[str] | None = None) -> str:
        """Return statements with the final names of all faces in them; the faces are added to `heard`."""
        names = {face: self._looked_up(face) for face in set(FACE.findall(text))}
        if heard is not None:
            heard.update(names)
        if all(face == name for face, name in names.items()):
            return text  # as in most: asking of every place once more takes several times as long
        return FACE.sub(lambda found: f"{BASE}/{names[found[1]]}", text)

    def _look_up(self, path: str) -> str:
        found = self._database.execute("SELECT name FROM final WHERE path = ?", (path,)).fetchone()
        return str(found[0]) if found else path

    def _listen(self, path: str) -> tuple[str, str, str]:
        query = """SELECT thing.label, coalesce(called.label, thing.label), coalesce(called.others, '')
            FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
            WHERE final.path = ?"""
        label, called, others = self._database.execute(query, (path,)).fetchone() or ("", "", "")
        return str(label), str(called), str(others)


class AllFinalNames(FinalNames):
    """Tells it of every face of a build."""

    def __init__(self, database: sqlite3.Connection) -> None:
        super().__init__(database)
        changed = database.execute("SELECT path FROM final WHERE name != path")
        self._changed = array("Q", sorted(_number(path) for (path,) in changed))
        self._told: array[int] | None = None

    def is_told_of(self, path: str) -> bool:
        """Return whether what a face is has other names or other faces; asked once all voices were heard."""
        if self._told is None:
            query = "SELECT path FROM final JOIN called ON called.cluster = final.cluster"
            self._told = array("Q", sorted(_number(path) for (path,) in self._database.execute(query)))
        return _is_in(self._told, path)

    def _look_up(self, path: str) -> str:
        return super()._look_up(path) if _is_in(self._changed, path) else path


def _is_in(numbers: array[int], path: str) -> bool:
    number = _number(path)
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _number(path: str) -> int:
    return int.from_bytes(blake2b(path.encode(), digest_size=8).digest(), "big")
