"""Counts that a release keeps: how many things have each value of a property, for the properties listed here.

A build counts them with the engine once (`tallied`), and the endpoint answers from them what would take the engine a
pass over all statements each time (publisher/sparql/tally.py).
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pyoxigraph as ox

from publisher.rdf.terms import expand
from publisher.sparql.recent import Recent

FILE_NAME = "tallies.jsonl"
"""Where a build keeps them, beside the store: `release/{id}/tallies.jsonl`, one tally a line."""

KEPT = (
    ("", "rdf:type"),
    ("", "schema:datePublished"),
    ("", "schema:inLanguage"),
    ("", "schema:about"),
    ("", "schema:author"),
    ("", "bf:heldBy"),
    ("", "bf:language"),
    ("", "bf:subject"),
    ("", "bf:genreForm"),
    ("", "skos:inScheme"),
    ("bf:Instance", "schema:datePublished"),
    ("bf:Instance", "schema:inLanguage"),
    ("bf:Item", "bf:heldBy"),
    ("bf:Work", "bf:language"),
    ("bf:Work", "bf:subject"),
)
"""What is counted: the class that the things must have, or none; and the property by whose values they are counted."""

_MOST = 50_000
"""Values beyond which a tally is not kept: it costs memory in every server process."""
_ORDERED = 32
"""Orders that are remembered."""
_QUERY = "SELECT ?v (COUNT(?s) AS ?n) {{ ?s <{property}> ?v {kind}}} GROUP BY ?v"

Values = list[tuple[str, int]]
"""Each value, as SPARQL JSON has it, and its count; in the engine's order."""


def tallied(store: ox.Store) -> bytes:
    """Count what `KEPT` names in `store`, as lines for the file. About a second for four million statements."""
    return b"".join(
        line for kind, property_ in KEPT if (line := _line(store, kind and expand(kind), expand(property_)))
    )


def _line(store: ox.Store, kind: str, property_: str) -> bytes:
    query = _QUERY.format(property=property_, kind=f"; a <{kind}> " if kind else "")
    rows = _rows(store, query)
    if len(rows) > _MOST:
        return b""
    if all(row["v"]["type"] == "uri" for row in rows):
        rows.sort(key=lambda row: str(row["v"]["value"]))  # as the engine does, which takes a minute for many
    else:
        rows = _rows(store, f"{query} ORDER BY ?v")
    values = [(orjson.dumps(row["v"]).decode(), int(row["n"]["value"])) for row in rows]
    return orjson.dumps({"class": kind, "property": property_, "values": values}) + b"\n"


def _rows(store: ox.Store, query: str) -> list[dict[str, dict[str, str]]]:
    results = store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    written = results.serialize(format=ox.QueryResultsFormat.JSON)
    assert written is not None
    found: list[dict[str, dict[str, str]]] = orjson.loads(written)["results"]["bindings"]
    return found


class Tallies:
    """The counts of one release."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Values] = {}
        self._ordered: Recent[tuple[int, tuple[tuple[bool, bool], ...]], Values] = Recent(_ORDERED)

    def use(self, folder: Path) -> None:
        """Take the counts of the release in `folder` from now on; none where it has none, or none that can be read."""
        self._kept.clear()
        self._ordered.clear()
        try:
            for line in (folder / FILE_NAME).read_bytes().splitlines():
                found = orjson.loads(line)
                self._kept[found["class"], found["property"]] = [(value, count) for value, count in found["values"]]
        except (OSError, ValueError, TypeError, KeyError):
            self._kept.clear()

    def of(self, kind: str, property_: str) -> Values | None:
        """Return the counts of things of the class `kind` (or of all) by the values of a property, where kept."""
        return self._kept.get((kind, property_))

    def ordered(self, values: Values, keys: tuple[tuple[bool, bool], ...]) -> Values:
        """Return what `of` returned, sorted by `keys`: (by the count, else by the value; falling)."""
        if not keys:
            return values
        if (found := self._ordered.get((id(values), keys))) is None:
            places = list(range(len(values)))
            for by_count, falling in reversed(keys):
                places.sort(key=(lambda place: values[place][1]) if by_count else None, reverse=falling)
            found = [values[place] for place in places]
            self._ordered.put((id(values), keys), found)
        return found
