"""Why things are one, and which pairs a person should look at: what `rong identity` tells, read from the account."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from typing import IO, NamedTuple

from publisher.errors import UsageError
from publisher.identity.entity_explanation import EntityExplanation, doubtful_names, explain_entity
from publisher.identity.iris import Iris


class Merge(NamedTuple):
    """Two records that were joined: names, points, reasons."""

    a: str
    b: str
    score: float
    reasons: tuple[str, ...]


class Doubt(NamedTuple):
    """Two records that were not joined, but nearly, or that would have been but for a contradiction."""

    a: str
    b: str
    score: float
    reasons: tuple[str, ...]
    against: tuple[str, ...]


class Explanation(NamedTuple):
    """What is known of one instance or work: the records it is made of, why they are one, and what was doubtful."""

    iri: str
    leads_to: str
    records: tuple[str, ...]
    merges: tuple[Merge, ...]
    doubts: tuple[Doubt, ...]

    def __str__(self) -> str:
        lines = [self.iri]
        if self.leads_to:
            lines.append(f"  leads to {self.leads_to}")
        lines += [f"  described by the record {name}" for name in self.records]
        for merge in self.merges:
            lines += [f"  {merge.a} = {merge.b}  ({merge.score:g} points)", *(f"      {r}" for r in merge.reasons)]
        for doubt in self.doubts:
            lines += [f"  {doubt.a} ? {doubt.b}  ({doubt.score:g} points)", *(f"      {r}" for r in doubt.reasons)]
            lines += [f"      but {reason}" for reason in doubt.against]
        return "\n".join(lines)


class Explanations:
    """The account of one release's merges, open for reading in `database`."""

    def __init__(self, database: sqlite3.Connection, iris: Iris) -> None:
        self._database = database
        self._iris = iris

    def explain(self, thing: str) -> Explanation | EntityExplanation:
        """Return what is known of `thing`: the IRI of anything that identity decides on, or the key of a record.

        Raises UsageError for anything that the release does not know.
        """
        kind, name = self._iris.split(thing) or ("instance", thing)
        if kind in ("agent", "concept", "place") and (
            found := explain_entity(self._database, self._iris, f"{kind}/{name}")
        ):
            return found
        if kind == "record":
            kind = "instance"
        leads_to = ""
        if kind in ("instance", "work"):
            moved = self._database.execute(
                "SELECT target FROM moved WHERE kind = ? AND name = ?", (kind, name)
            ).fetchone()
            leads_to = moved[0] if moved else ""
            query = f"SELECT name FROM record WHERE {kind} = ? ORDER BY name"  # noqa: S608 - one of two words
            records = tuple(found for (found,) in self._database.execute(query, (leads_to or name,)))
            if records:
                target = self._iris.entity(kind, leads_to) if leads_to else ""
                iri = self._iris.entity(kind, name)
                return Explanation(iri, target, records, self._merges(kind, records), self._doubts(records))
        raise UsageError(
            f"The release decided nothing on {thing}; give the IRI of a work, an instance, an agent, a concept or a "
            "place, or a key such as kontum-KT00001."
        )

    def _merges(self, kind: str, records: tuple[str, ...]) -> tuple[Merge, ...]:
        kinds = ("instance", "work") if kind == "work" else ("instance",)
        found = []
        for one in kinds:
            for name in records:
                query = "SELECT a, b, score, reasons FROM reason WHERE kind = ? AND a = ? ORDER BY b"
                for a, b, score, reasons in self._database.execute(query, (one, name)):
                    found.append(Merge(a, b, score, tuple(json.loads(reasons))))
        return tuple(found)

    def _doubts(self, records: tuple[str, ...]) -> tuple[Doubt, ...]:
        found = {doubt for name in records for doubt in self._doubted("a = ? OR b = ?", name, name)}
        return tuple(sorted(found, key=lambda doubt: (-doubt.score, doubt)))

    def _doubted(self, condition: str, *values: object) -> Iterator[Doubt]:
        query = f"SELECT a, b, score, reasons, against FROM doubt WHERE {condition} ORDER BY score DESC, a, b"  # noqa: S608
        for a, b, score, reasons, against in self._database.execute(query, values):
            yield Doubt(a, b, score, tuple(json.loads(reasons)), tuple(json.loads(against)))

    def doubts(self) -> Iterator[Doubt]:
        """Yield all doubtful pairs, those with the most points first."""
        yield from self._doubted("true")

    def warnings(self) -> list[str]:
        """Return what was strange: numbers that stand on many titles, decisions about records that are not there."""
        return [text for (text,) in self._database.execute("SELECT text FROM warning")]

    def write_review(self, file: IO[str]) -> None:
        """Write the doubtful pairs as CSV with a header; a and b are IRIs, ready to be copied into the decisions.

        Editions come first, then agents, concepts and places.
        """
        writer = csv.writer(file)
        writer.writerow(("a", "b", "score", "for", "against"))
        for doubt in self.doubts():
            iris = (self._iris.entity("instance", name) for name in (doubt.a, doubt.b))
            writer.writerow((*iris, f"{doubt.score:g}", "; ".join(doubt.reasons), "; ".join(doubt.against)))
        for pair in doubtful_names(self._database, self._iris):
            said = ("; ".join(pair.reasons), "; ".join(pair.against))
            writer.writerow((pair.a.iri, pair.b.iri, f"{pair.score:g}", *said))
