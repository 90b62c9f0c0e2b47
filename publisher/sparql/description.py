"""What is in a release, counted once: for VoID, for the service description and for the editor's completion."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox

from publisher.rdf.terms import expand
from publisher.release.statements import LINE, READING, connect

FILE_NAME = "description.json"
"""Where a build keeps it, beside the store: `release/{id}/description.json`."""

_A = ox.NamedNode(expand("rdf:type"))
_TYPES = "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(?s) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_SUBJECTS = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_OBJECTS = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"
_TERMS = f"""
WITH {LINE},
term AS (SELECT hash(s) AS s, hash(substr(l, length(s) + length(p) + 3)) AS o FROM line)
SELECT (SELECT count(*) FROM (SELECT DISTINCT s FROM term)), (SELECT count(*) FROM (SELECT DISTINCT o FROM term))
"""  # noqa: S608 - what is put in is ours
_MEMORY = "500MB"
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


def describe(store: ox.Store, statements: Path | None = None) -> Description:
    """Count what is in `store` (its default graph). Takes about a second for a million triples.

    With the file of N-Triples that the store was loaded from, `statements`, memory does not grow with the release.
    """
    subjects, objects = _terms(statements) if statements is not None else _terms_of(store)
    return _described(store, _counted(store, _TYPES), _counted(store, _PROPERTIES), subjects, objects)


def _terms_of(store: ox.Store) -> tuple[int, int]:
    return _number(store, _SUBJECTS), _number(store, _OBJECTS)


def _terms(statements: Path) -> tuple[int, int]:
    """Return how many subjects and objects the file `statements` has; what many lines say counts once."""
    with (
        tempfile.TemporaryDirectory(prefix=".terms-", dir=statements.parent) as folder,
        connect(Path(folder), _MEMORY) as database,
    ):
        # Two terms have the same 64 bits once in millions of releases; the terms themselves would fill the disk.
        found = database.execute(_TERMS, {"file": str(statements), **READING}).fetchone()
    assert found is not None, "a count is always one row"
    return int(found[0]), int(found[1])


def adjusted(
    before: Description, stores: tuple[ox.Store, ox.Store], removed: Collection[ox.Quad], added: Collection[ox.Quad]
) -> Description:
    """Return what is in the second of `stores`, which is the first, described by `before`, with these quads changed.

    `removed` were all there before and are not now, `added` the other way round.
    """
    classes, properties = Counter(before.classes), Counter(before.properties)
    for quads, sign in ((removed, -1), (added, 1)):
        for quad in quads:
            properties[quad.predicate.value] += sign
            if quad.predicate == _A and isinstance(quad.object, ox.NamedNode):
                classes[quad.object.value] += sign
    subjects = {quad.subject for quads in (removed, added) for quad in quads}
    objects = {quad.object for quads in (removed, added) for quad in quads}
    grown = [
        (
            sum(_is_there(store.quads_for_pattern(each, None, None)) for each in subjects),
            sum(_is_there(store.quads_for_pattern(None, None, each)) for each in objects),
        )
        for store in stores
    ]
    return _described(
        stores[1],
        classes,
        properties,
        before.subjects + grown[1][0] - grown[0][0],
        before.objects + grown[1][1] - grown[0][1],
    )


def _is_there(quads: Iterator[ox.Quad]) -> bool:
    return next(quads, None) is not None


def _described(
    store: ox.Store, classes: Mapping[str, int], properties: Mapping[str, int], subjects: int, objects: int
) -> Description:
    classes, properties = _most_first(classes), _most_first(properties)
    examples = (_first(store, _EXAMPLE.format(name)) for name in list(classes)[:_EXAMPLES])
    return Description(
        triples=sum(properties.values()),
        subjects=subjects,
        objects=objects,
        classes=classes,
        properties=properties,
        examples=tuple(dict.fromkeys(iri for iri in examples if iri)),
    )


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(((name, n) for name, n in counts.items() if n), key=lambda item: (-item[1], item[0])))


def _counted(store: ox.Store, query: str) -> dict[str, int]:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return {row[0].value: int(row[1].value) for row in rows if isinstance(row[0], ox.NamedNode)}


def _number(store: ox.Store, query: str) -> int:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(rows)[0].value)


def _first(store: ox.Store, query: str) -> str:
    rows = store.query(query)
    assert isinstance(rows, ox.QuerySolutions)
    return next((str(row[0].value) for row in rows), "")
