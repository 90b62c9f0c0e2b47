"""The catalogue of datasets of a release, in DCAT: the whole of it, and what it says of one dataset."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path

from flask import Response
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from publisher.identity.iris import Iris
from publisher.rdf.terms import PREFIXES
from publisher.site import jsonld
from publisher.site.formats import JSONLD, NTRIPLES, RDFXML, TURTLE, Format

_SYNTAX = {TURTLE: RdfFormat.TURTLE, NTRIPLES: RdfFormat.N_TRIPLES, RDFXML: RdfFormat.RDF_XML}
_SAMPLE_ROWS = 5


@lru_cache(8)
def _graph(path: Path) -> Mapping[str, tuple[Triple, ...]]:
    """Return the statements of the Turtle file `path` by their subjects; a release never changes, so it is read once.

    They are not put into a store: that would write some datatypes anew.
    """
    found: dict[str, list[Triple]] = {}
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode), "the catalogue has no blank nodes"
        found.setdefault(quad.subject.value, []).append(quad.triple)
    return {subject: tuple(triples) for subject, triples in found.items()}


def everything(path: Path) -> list[Triple]:
    """Return all statements of the catalogue at `path`, in a stable order."""
    return sorted((triple for triples in _graph(path).values() for triple in triples), key=str)


def about(path: Path, iri: str) -> list[Triple]:
    """Return what the catalogue says of `iri` and of what it leads to: distributions, publisher, licence."""
    graph, waiting, seen = _graph(path), [iri], {iri}
    found: list[Triple] = []
    while waiting:
        for triple in graph.get(waiting.pop(), ()):
            found.append(triple)
            if isinstance(triple.object, NamedNode) and triple.object.value not in seen:
                seen.add(triple.object.value)
                waiting.append(triple.object.value)
    return sorted(found, key=str)


def answer(triples: Iterable[Triple], syntax: Format, iris: Iris, iri: str) -> Response:
    """Return `triples` in one of the RDF formats."""
    if syntax == JSONLD:
        body = jsonld.framed(list(triples), iri, iris)
    else:
        body = serialize(triples, format=_SYNTAX[syntax], prefixes=PREFIXES) or b""
    return Response(body, content_type=syntax.media_type)


def digest_field(sha256: str) -> str:
    """Return a SHA-256 in hexadecimal as the field Repr-Digest has it (RFC 9530, 3)."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def first_rows(path: Path) -> list[list[str]]:
    """Return the header and the first rows of the CSV file `path`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(islice(csv.reader(file), _SAMPLE_ROWS + 1))
