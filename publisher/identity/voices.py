"""What is said of agents, concepts and places once it is known which are one: of each in one voice.

Every face brings what records say of it; labels and keys go out of the face that leads, an authority record's if there
is one, else the one most often met. What the others are called becomes an alternate name.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from publisher.identity.entities import same
from publisher.identity.finalnames import FACE, AllFinalNames, FinalNames
from publisher.identity.roster import unpack
from publisher.identity.ties import DIRECTED, Circles
from publisher.rdf.ntriples import BASE
from publisher.rdf.terms import expand

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
_AT_A_TIME = 5_000


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
        database.execute("CREATE TABLE called (cluster INTEGER PRIMARY KEY, label TEXT, others TEXT)")
        self._set_up(database, AllFinalNames(database))
        self.circles.find()
        self.warnings = list(self.circles.warnings())

    @classmethod
    def of(cls, database: sqlite3.Connection) -> Voices:
        """Return the voices that an earlier release kept in `database`, of which some are asked."""
        voices = cls.__new__(cls)
        voices._set_up(database, FinalNames(database))
        return voices

    def _set_up(self, database: sqlite3.Connection, names: FinalNames) -> None:
        self.database = database
        self.names = names
        self.circles = Circles(database)

    def __iter__(self) -> Iterator[Voice]:
        rows = self.database.cursor().execute(_SAID.format(column="text, said.digest", where=""))
        called: list[tuple[int, str, str]] = []
        for (cluster, name), group in groupby(rows, key=lambda row: (int(row[0]), str(row[1]))):
            parts = list(group)
            key = self.key(cluster, name, ((label, digest) for _, _, label, _, digest in parts))
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
            yield cluster, name, self.key(cluster, name, ((label, digest) for _, _, label, digest in group))

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

    def key(self, cluster: int, name: str, parts: Iterable[tuple[str, int]]) -> bytes:
        """Return what stands for all that a voice is made of, (label, digest) of each part."""
        rounds = " ".join(" ".join(sorted(names)) for names in self.circles.of(cluster))
        told = repr((name, list(parts), rounds))
        return blake2b(told.encode(), digest_size=12).digest()

    def _voice(self, cluster: int, name: str, key: bytes, parts: list[tuple[str, str]]) -> Voice:
        faces: set[str] = set()
        lines = self._in_one_voice(cluster, name, parts, faces)
        others = _others(name, lines)
        is_told = len(parts) > 1 or bool(others)
        return Voice(name, cluster, key, "".join(lines), parts[0][0], "\n".join(others), is_told, frozenset(faces))

    def _in_one_voice(self, cluster: int, name: str, parts: list[tuple[str, str]], faces: set[str]) -> list[str]:
        subject, kind = f"<{BASE}/{name}>", name.partition("/")[0]
        lines: dict[str, None] = {}
        leading: set[str] = set()
        rounds = self.circles.of(cluster)
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
                elif not _leads_round(name, prop, value, rounds):
                    lines[line] = None
        lines.pop("", None)
        return [f"{line}\n" for line in lines]


def _leads_round(name: str, prop: str, value: str, rounds: list[frozenset[str]]) -> bool:
    """Return whether a statement leads back to where it starts, by itself or in one of the circles `rounds`."""
    if value == f"<{BASE}/{name}> .":
        return True
    if not rounds or prop not in _DIRECTED:
        return False
    found = FACE.search(value)
    return found is not None and any(found[1] in names for names in rounds)


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
