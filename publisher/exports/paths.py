"""Paths: the way from the thing that a row is about to the values of a column.

A path is written as SPARQL writes property paths (SPARQL 1.1, 9), in the small part of that language that can be walked
in one pass over all rows: steps in a row (`/`), each forwards or backwards (`^`), and alternatives (`|`) of such ways.
A class in brackets keeps only the things of that class: `bf:classification[bf:ClassificationDdc]/rdf:value`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from publisher.rdf.terms import PREFIXES, expand

_CURIE = r"[a-z]+:[A-Za-z_][\w-]*"
_STEP = re.compile(rf"(\^?)({_CURIE})(?:\[({_CURIE})\])?", re.ASCII)


class Step(NamedTuple):
    """One statement further: along `predicate`, backwards where it `is_inverse`, to things of the class `cls`."""

    predicate: str
    is_inverse: bool
    cls: str | None


Way = tuple[Step, ...]
Path = tuple[Way, ...]
"""Alternative ways; each leads to values."""


def read_path(text: str) -> Path:
    """Return the path that `text` writes; raises ValueError with the part that is none.

    >>> read_path("^bf:subject")[0][0].is_inverse
    True
    >>> len(read_path("bf:electronicLocator|bf:hasItem/bf:electronicLocator"))
    2
    """
    return tuple(tuple(map(_step, way.split("/"))) for way in text.split("|"))


def predicates(path: Path) -> set[str]:
    """Return the predicates that are walked along, with `rdf:type` where classes are asked for."""
    found = {step.predicate for way in path for step in way}
    return found | {expand("rdf:type")} if any(step.cls for way in path for step in way) else found


def pattern(path: Path, start: str, end: str) -> str:
    """Return `path` from the variable `start` to the variable `end` as graph patterns of SPARQL.

    >>> pattern(read_path("bf:subject/rdfs:label"), "iri", "v")
    '?iri <http://id.loc.gov/ontologies/bibframe/subject>/<http://www.w3.org/2000/01/rdf-schema#label> ?v'
    """
    ways = [_way_pattern(way, start, end) for way in path]
    return ways[0] if len(ways) == 1 else " UNION ".join(f"{{ {way} }}" for way in ways)


def _way_pattern(way: Way, start: str, end: str) -> str:
    if not any(step.cls for step in way):
        return f"?{start} {'/'.join(('^' if step.is_inverse else '') + f'<{step.predicate}>' for step in way)} ?{end}"
    nodes = [start, *(f"{end}_{number}" for number in range(1, len(way))), end]
    parts = []
    for step, here, there in zip(way, nodes, nodes[1:], strict=False):
        parts.append(f"?{here} {'^' if step.is_inverse else ''}<{step.predicate}> ?{there}")
        if step.cls:
            parts.append(f"?{there} a <{step.cls}>")
    return " . ".join(parts)


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'has "{text.strip()}"; a step is a property such as bf:subject, with ^ before it to go back')
    inverse, predicate, cls = found.groups()
    for curie in (predicate, cls):
        if curie and curie.partition(":")[0] not in PREFIXES:
            raise ValueError(f'has "{curie}"; the prefixes are {", ".join(sorted(PREFIXES))}')
    return Step(expand(predicate), bool(inverse), expand(cls) if cls else None)
