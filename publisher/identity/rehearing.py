"""The voices that a change concerns heard again: where something else is said, and where others are named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from publisher.identity.voices import Voice, Voices

FaceRow = tuple[str, str, str, str, str]
"""A face: its path, the name under which it is published, its label, that of what it is, the other names of that."""


class Heard(NamedTuple):
    """What is kept of a voice that was heard: what stands for all it is made of, and what it tells of names."""

    key: bytes
    label: str
    others: str
    is_told: bool


class Known(Protocol):
    """What is known of the release before."""

    def heard(self, name: str) -> Heard | None:
        """Return what was said of one agent, concept or place; None where nothing was."""
        ...

    def voices_using(self, faces: Iterable[str]) -> set[str]:
        """Return the names of the voices in which one of these faces is."""
        ...

    def face(self, path: str) -> FaceRow | None:
        """Return what was known of the face `path`; None where there was none."""
        ...


class Reheard(NamedTuple):
    """The names of the voices that are silent or say something else now, the voices that are new or do, and the
    clusters whose other names may be others."""

    silent: set[str]
    voices: list[Voice]
    clusters: set[int]


class Rehearing:
    """Hears voices again, once faces have their names; `known` is what the release before knew."""

    def __init__(self, database: sqlite3.Connection, voices: Voices, known: Known) -> None:
        self._database = database
        self._voices = voices
        self._known = known

    def run(self, old: set[str], gone: set[int], clusters: set[int], renamed: set[str]) -> Reheard:
        """Hear the voices of `clusters`, and those in which one of the faces `renamed` is named.

        `old` are the names of clusters that may be silent now, `gone` the clusters that are no more.
        """
        also = self._known.voices_using(renamed)
        found = Reheard(set(), [], set())
        self._database.executemany("DELETE FROM called WHERE cluster = ?", ((cluster,) for cluster in gone))
        kept: set[str] = set()
        for cluster in sorted(clusters | {each for name in also for each in self._named(name)}):
            rows = self._database.execute(_SAID, (cluster,)).fetchall()
            called: tuple[int, str, str] | None = None
            if rows:
                name = str(rows[0][0])
                key = self._voices.key(cluster, name, ((label, digest) for _, label, digest in rows))
                before = self._known.heard(name)
                if before is not None and before.key == key and name not in also:
                    kept.add(name)
                    called = (cluster, before.label, before.others) if before.is_told else None
                else:
                    voice = self._voices.voice(cluster, name, key)
                    found.voices.append(voice)
                    called = (cluster, voice.label, voice.others) if voice.is_told else None
            else:
                old.update(name for (name,) in self._database.execute(_CALLED, (cluster,)))
            if self._call(cluster, called):
                found.clusters.add(cluster)
        candidates = (old | {voice.name for voice in found.voices}) - kept
        found.silent.update(name for name in candidates if self._known.heard(name) is not None)
        return found

    def _named(self, name: str) -> Iterator[int]:
        for (cluster,) in self._database.execute(_NAMED, {"name": name}):
            yield cluster

    def _call(self, cluster: int, called: tuple[int, str, str] | None) -> bool:
        """Enter by which names a cluster is called; return whether they are others."""
        before = self._database.execute("SELECT * FROM called WHERE cluster = ?", (cluster,)).fetchone()
        if before == called:
            return False
        self._database.execute("DELETE FROM called WHERE cluster = ?", (cluster,))
        if called is not None:
            self._database.execute("INSERT INTO called VALUES (?,?,?)", called)
        return True


_SAID = """
SELECT final.name, said.label, said.digest FROM final JOIN said ON said.path = final.path
    JOIN thing ON thing.path = final.path WHERE final.cluster = ?
    ORDER BY thing.authority = '', thing.authority, said.times DESC, said.label, said.digest
"""
_CALLED = "SELECT name FROM final WHERE cluster = ? LIMIT 1"
_NAMED = """
SELECT cluster FROM final WHERE name = :name AND name != path
    UNION SELECT cluster FROM final WHERE path = :name AND name = path
"""
