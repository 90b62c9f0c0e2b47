"""Why headings and authority records are one agent, concept or place: what `rong identity explain` tells of one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from publisher.identity.iris import Iris


class Name(NamedTuple):
    """One way in which records name a thing: the IRI it would have alone, its label, and the authority record it is."""

    iri: str
    label: str
    authority: str

    def __str__(self) -> str:
        which = f" (authority record {self.authority})" if self.authority else ""
        return f"{self.label}{which}  {self.iri}"


class Pair(NamedTuple):
    """Two names that were joined, or nearly: points, reasons, and what is against it."""

    a: Name
    b: Name
    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()


class EntityExplanation(NamedTuple):
    """What is known of one agent, concept or place: its names, why they are one, and what was doubtful."""

    iri: str
    leads_to: str
    names: tuple[Name, ...]
    merges: tuple[Pair, ...]
    doubts: tuple[Pair, ...]

    def __str__(self) -> str:
        lines = [self.iri, *([f"  leads to {self.leads_to}"] if self.leads_to else [])]
        lines += [f"  named {name}" for name in self.names]
        for sign, pairs in (("=", self.merges), ("?", self.doubts)):
            for pair in pairs:
                lines.append(f"  {pair.a.label} {sign} {pair.b.label}  ({pair.score:g} points)")
                lines += [f"      {reason}" for reason in pair.reasons]
                lines += [f"      but {reason}" for reason in pair.against]
        return "\n".join(lines)


def explain_entity(account: sqlite3.Connection, iris: Iris, path: str) -> EntityExplanation | None:
    """Return what `account` has of the entity `path` ("agent/1"), also by a name it has no more; None for nothing."""
    row = account.execute("SELECT name FROM entity WHERE face = ?", (path,)).fetchone()
    if row is None:
        kind, _, name = path.partition("/")
        moved = account.execute("SELECT kind || '/' || target FROM moved WHERE kind = ? AND name = ?", (kind, name))
        row = moved.fetchone() or account.execute("SELECT name FROM entity WHERE name = ?", (path,)).fetchone()
    if row is None:
        return None
    final = str(row[0])

    def name_of(face: str) -> Name:
        return _name(account, iris, face)

    faces = account.execute("SELECT face FROM entity WHERE name = ? ORDER BY authority = '', label, face", (final,))
    joined = account.execute("SELECT a, b, score, reasons FROM entity_reason WHERE name = ? ORDER BY a, b", (final,))
    doubted = account.execute(
        "SELECT DISTINCT a, b, score, reasons, against FROM entity_doubt "
        "WHERE a IN (SELECT face FROM entity WHERE name = :name) OR b IN (SELECT face FROM entity WHERE name = :name) "
        "ORDER BY score DESC, a, b",
        {"name": final},
    )
    return EntityExplanation(
        f"{iris.base}/{path}",
        f"{iris.base}/{final}" if final != path else "",
        tuple(name_of(face) for (face,) in faces),
        tuple(Pair(name_of(a), name_of(b), score, tuple(json.loads(reasons))) for a, b, score, reasons in joined),
        tuple(
            Pair(name_of(a), name_of(b), score, tuple(json.loads(reasons)), tuple(json.loads(against)))
            for a, b, score, reasons, against in doubted
        ),
    )


def doubtful_names(account: sqlite3.Connection, iris: Iris) -> Iterator[Pair]:
    """Yield the pairs of names that were nearly one agent, concept or place, those with the most points first."""
    query = "SELECT a, b, score, reasons, against FROM entity_doubt ORDER BY score DESC, a, b"
    for a, b, score, reasons, against in account.execute(query):
        one, other = _name(account, iris, a), _name(account, iris, b)
        yield Pair(one, other, score, tuple(json.loads(reasons)), tuple(json.loads(against)))


def _name(account: sqlite3.Connection, iris: Iris, face: str) -> Name:
    label, authority = account.execute("SELECT label, authority FROM entity WHERE face = ?", (face,)).fetchone()
    return Name(f"{iris.base}/{face}", label, authority)
