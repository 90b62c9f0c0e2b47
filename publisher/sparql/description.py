"""What is in a release, counted once: for VoID, for the service description and for the editor's completion."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import orjson
import pyoxigraph as ox

FILE_NAME = "description.json"
"""Where a build keeps it, beside the store: `release/{id}/description.json`."""

_TYPES = "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(?s) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
_EXAMPLE = "SELECT ?s {{ ?s a <{}> FILTER(ISIRI(?s)) }} LIMIT 1"
_EXAMPLES = 12


@dataclass(frozen=True)
class Description:
    """The counts of a store. Classes and properties come with the most used first."""

    triples: int
    subjects: int
    objects: int
    classes: dict[str, int]
    """Class IRI -> instances."""
    properties: dict[str, int]
    """Property IRI -> triples."""
    examples: tuple[str, ...]
    """IRIs of things of the most used classes, one each."""

    def to_json(self) -> bytes:
        """Return it as JSON; `from_json` reads it back."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, data: bytes) -> Description:
        """Return what `to_json` wrote. Raises ValueError."""
        found: dict[str, Any] = orjson.loads(data)
        return cls(**{**found, "examples": tuple(found["examples"])})


def describe(store: ox.Store) -> Description:
    """Count what is in `store` (its default graph). Takes about a second for a million triples."""
    classes = _counted(store, _TYPES)
    properties = _counted(store, _PROPERTIES)
    examples = (_first(store, _EXAMPLE.format(name)) for name in list(classes)[:_EXAMPLES])
    return Description(
        triples=sum(properties.values()),
        subjects=_number(store, _SUBJECTS),
        objects=_number(store, _OBJECTS),
        classes=classes,
        properties=properties,
        examples=tuple(dict.fromkeys(iri for iri in examples if iri)),
    )


def _counted(store: ox.Store, query: str) -> dict[str, int]:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    found = {row[0].value: int(row[1].value) for row in rows if isinstance(row[0], ox.NamedNode)}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _number(store: ox.Store, query: str) -> int:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(rows)[0].value)


def _first(store: ox.Store, query: str) -> str:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return next((str(row[0].value) for row in rows), "")
