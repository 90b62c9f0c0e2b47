"""What is said of agents, concepts and places once it is known which are one: of each in one voice.

Every face brings what records say of it; labels and keys go out of the face that leads, an authority record's if there
is one, else the one most often met. What the others are called becomes an alternate name.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from publisher.identity.entities import same
from publisher.identity.roster import unpack
from publisher.identity.ties import DIRECTED, circles
from publisher.rdf.ntriples import BASE
from publisher.rdf.terms import expand

FACE = re.compile(f"{BASE}/((?:agent|concept|place|work)/[^>#\\s]+)")
"""A face, or what is named like one, in statements whose names are still open."""

_VOICE = frozenset(
    f"<{expand(prop)}>"
    for prop in (
        "rdfs:label", "rong:sortKey", "rong:foldedKey", "schema:name", "skos:prefLabel", "madsrdf:authoritativeLabel",
    )
)  # fmt: skip
_LABEL = f"<{expand('rdfs:label')}>"
_ALSO = {"concept": ("skos:altLabel",), "agent": ("schema:alternateName",), "place": ("schema:alternateName",)}
_OTHER_NAME = frozenset(f"<{expand(prop)}>" for prop in ("skos:altLabel", "schema:alternateName"))
_MOST_OTHERS = 50
"""Other names of one thing by which what it made is found; those of authority records come first."""
_DIRECTED = frozenset(
    f"<{expand(prop)}>"
    for prop in (
        *DIRECTED, "madsrdf:hasBroaderAuthority", "madsrdf:hasNarrowerAuthority", "madsrdf:hasEarlierEstablishedForm",
        "madsrdf:hasLaterEstablishedForm",
    )
)  # fmt: skip
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_SPACES = {"n": " ", "r": " ", "t": " "}
_SAID = """
SELECT final.cluster, final.name, said.label, said.{column} FROM said JOIN final ON final.path = said.path
    JOIN thing ON thing.path = said.path {where}
    ORDER BY final.cluster, thing.authority = '', thing.authority, said.times DESC, said.label, said.digest
"""
_REMEMBERED = 50_000
_AT_A_TIME = 5_000


class FinalNames:
    """Tells under which path each face is published."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        changed = database.execute("SELECT path FROM final WHERE name != path")
        self._changed = array("Q", sorted(_number(path) for (path,) in changed))
        self._told: array[int] | None = None
        self._looked_up = lru_cache(_REMEMBERED)(self._look_up)
        # Apart, for names are asked for while voices are still heard: what is remembered then lacks what comes after.
        self._told_of = lru_cache(_REMEMBERED)(self._listen)

    def has_changed(self, path: str) -> bool:
        """Return whether a face goes by another name now."""
        return _is_in(self._changed, path)

    def of(self, path: str) -> str:
        """Return the path under which the face `path` is published."""
        return self._looked_up(path)

    def is_told_of(self, path: str) -> bool:
        """Return whether what a face is has other names or other faces; asked once all voices were heard."""
        if self._told is None:
            query = "SELECT path FROM final JOIN called ON called.cluster = final.cluster"
            self._told = array("Q", sorted(_number(path) for (path,) in self._database.execute(query)))
        return _is_in(self._told, path)

    def labels(self, path: str) -> tuple[str, str]:
        """Return the label of a face and that of what it is, equal where it leads."""
        return self._told_of(path)[:2]

    def others(self, path: str) -> list[str]:
        """Return the other names of what a face is: pen names, 4XX of authority records, other ways to write it."""
        others = self._told_of(path)[2]
        return others.split("\n") if others else []

    def _look_up(self, path: str) -> str:
        if not self.has_changed(path):
            return path
        found = self._database.execute("SELECT name FROM final WHERE path = ?", (path,)).fetchone()
        return str(found[0]) if found else path

    def _listen(self, path: str) -> tuple[str, str, str]:
        query = """SELECT thing.label, coalesce(called.label, thing.label), coalesce(called.others, '')
            FROM final JOIN thing ON thing.path = final.path LEFT JOIN called ON called.cluster = final.cluster
            WHERE final.path = ?"""
        label, called, others = self._database.execute(query, (path,)).fetchone() or ("", "", "")
        return str(label), str(called), str(others)

    def put_into(self, text: str, heard: set[str] | None = None) -> str:
        """Return statements with the final names of all faces in them; the faces are added to `heard`."""
        names = {face: self._looked_up(face) for face in set(FACE.findall(text))}
        if heard is not None:
            heard.update(names)
        if all(face == name for face, name in names.items()):
            return text  # as in most: asking of every place once more takes several times as long
        return FACE.sub(lambda found: f"{BASE}/{names[found[1]]}", text)


def _is_in(numbers: array[int], path: str) -> bool:
    number = _number(path)
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number


def _number(path: str) -> int:
    return int.from_bytes(blake2b(path.encode(), digest_size=8).digest(), "big")


class Voice(NamedTuple):
    """What is said of one agent, concept or place, `name`, as statements whose base is still open.

    `key` stands for all that this was made of but for the names of the `faces` in it; `others` are its other names, a
    line each, and `is_told` says that it has such or is of several voices.
    """

    name: str
    cluster: int
    key: bytes
    text: str
    label: str
    others: str
    is_told: bool
    faces: frozenset[str]


class Voices:
    """Yields what is said of every agent, concept and place, the base of their IRIs still open."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        database.execute("CREATE TABLE called (cluster INTEGER PRIMARY KEY, label TEXT, others TEXT)")
        self.names = FinalNames(database)
        self.warnings: list[str] = []
        self._round: dict[str, int] = {}
        self._rounds: dict[int, str] = {}
        for number, (prop, members) in enumerate(circles(database)):
            for cluster in members:
                query = "SELECT DISTINCT name FROM final WHERE path = (SELECT path FROM thing WHERE id = ?)"
                self._round.update({name: number for (name,) in database.execute(query, (cluster,))})
            self._rounds[number] = " ".join(sorted(name for name, of in self._round.items() if of == number))
            words = "is broader than itself" if prop == "skos:broader" else "came after itself"
            self.warnings.append(
                f"{' → '.join(map(self._label, members[:10]))} {words}: authority records lead in a circle."
            )

    def _label(self, cluster: int) -> str:
        return str(self.database.execute("SELECT label FROM thing WHERE id = ?", (cluster,)).fetchone()[0])

    def __iter__(self) -> Iterator[Voice]:
        rows = self.database.cursor().execute(_SAID.format(column="text, said.digest", where=""))
        called: list[tuple[int, str, str]] = []
        for (cluster, name), group in groupby(rows, key=lambda row: (int(row[0]), str(row[1]))):
            parts = list(group)
            key = self._key(name, ((label, digest) for _, _, label, _, digest in parts))
            voice = self._voice(cluster, name, key, [(str(label), unpack(text)) for _, _, label, text, _ in parts])
            if voice.is_told:
                called.append((cluster, voice.label, voice.others))
            if len(called) > _AT_A_TIME:
                self.call(called)
            yield voice
        self.call(called)

    def every(self) -> Iterator[tuple[int, str, bytes]]:
        """Yield (cluster, name, key) of every voice, which is not listened to."""
        rows = self.database.cursor().execute(_SAID.format(column="digest", where=""))
        for (cluster, name), group in groupby(rows, key=lambda row: (int(row[0]), str(row[1]))):
            yield cluster, name, self._key(name, ((label, digest) for _, _, label, digest in group))

    def voice(self, cluster: int, name: str, key: bytes) -> Voice:
        """Return what is said of one thing."""
        rows = self.database.execute(_SAID.format(column="text", where="WHERE final.cluster = ?"), (cluster,))
        return self._voice(cluster, name, key, [(str(label), unpack(text)) for _, _, label, text in rows])

    def call(self, called: list[tuple[int, str, str]]) -> None:
        """Enter (cluster, label, other names) of what was heard, for `FinalNames`, and empty the list."""
        self.database.execute("BEGIN")
        self.database.executemany("INSERT INTO called VALUES (?,?,?)", called)
        self.database.execute("COMMIT")
        called.clear()

    def forget(self) -> None:
        """Let all be listened to from the beginning."""
        self.database.execute("DELETE FROM called")

    def _key(self, name: str, parts: Iterable[tuple[str, int]]) -> bytes:
        told = repr((name, list(parts), self._rounds.get(self._round.get(name, -1), "")))
        return blake2b(told.encode(), digest_size=12).digest()

    def _voice(self, cluster: int, name: str, key: bytes, parts: list[tuple[str, str]]) -> Voice:
        faces: set[str] = set()
        lines = self._in_one_voice(name, parts, faces)
        others = _others(name, lines)
        is_told = len(parts) > 1 or bool(others)
        return Voice(name, cluster, key, "".join(lines), parts[0][0], "\n".join(others), is_told, frozenset(faces))

    def _in_one_voice(self, name: str, parts: list[tuple[str, str]], faces: set[str]) -> list[str]:
        subject, kind = f"<{BASE}/{name}>", name.partition("/")[0]
        lines: dict[str, None] = {}
        leading: set[str] = set()
        for n, (_, text) in enumerate(parts):
            for line in self.names.put_into(text, faces).split("\n"):
                about, _, rest = line.partition(" ")
                prop, _, value = rest.partition(" ")
                if about != subject:
                    lines[line] = None
                elif prop in _VOICE:
                    if n == 0:
                        lines[line] = None
                    if prop == _LABEL and (found := _LITERAL.match(value)):
                        if n == 0:
                            leading.add(_same(found[1]))
                        elif _same(found[1]) not in leading:
                            literal = value.rpartition(" .")[0]
                            lines.update(
                                dict.fromkeys(f"{subject} <{expand(p)}> {literal} ." for p in _ALSO.get(kind, ()))
                            )
                elif not self._leads_round(name, prop, value):
                    lines[line] = None
        lines.pop("", None)
        return [f"{line}\n" for line in lines]

    def _leads_round(self, name: str, prop: str, value: str) -> bool:
        """Return whether a statement leads back to where it starts."""
        if value == f"<{BASE}/{name}> .":
            return True
        if name not in self._round or prop not in _DIRECTED:
            return False
        found = FACE.search(value)
        return found is not None and self._round.get(found[1]) == self._round[name]


def _others(name: str, lines: list[str]) -> list[str]:
    """Return the other names that the statements `lines` give what is published as `name`, each once, in one line."""
    subject = f"<{BASE}/{name}>"
    found: dict[str, None] = {}
    for line in lines:
        about, _, rest = line.partition(" ")
        prop, _, value = rest.partition(" ")
        if prop in _OTHER_NAME and about == subject and (literal := _LITERAL.match(value)):
            found[" ".join(_unescaped(literal[1]).split())] = None
    return list(found)[:_MOST_OTHERS]


def _unescaped(literal: str) -> str:
    return _ESCAPED.sub(lambda found: _SPACES.get(found[1], found[1]), literal)


def _same(literal: str) -> str:
    return same(literal.replace('\\"', '"'))
