"""JSON-LD 1.1: a description as nested objects, compacted with our context (`vocab/context-v1.jsonld`).

PyLD does the compaction; contexts come from `vocab/`, never from the network.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from pyld import jsonld

from publisher import resources
from publisher.rdf.description import Arcs, Iri, Local, Node, Parent, Sequence, Text, Typed, Value
from publisher.rdf.iri import fit_iri
from publisher.rdf.langtag import canonical
from publisher.rdf.ntriples import PARENT, NTriples, close
from publisher.rdf.scripts import apart
from publisher.rdf.terms import expand

CONTEXT_NAME = "context-v1.jsonld"

Json = dict[str, Any]


@cache
def context() -> Json:
    """Return our context, as it is served."""
    found: Json = orjson.loads((resources.folder("vocab") / CONTEXT_NAME).read_bytes())
    return found


def no_network(url: str, options: Json) -> Json:
    """Refuse to load a context from anywhere (a PyLD document loader)."""
    raise jsonld.JsonLdError(f"{url} is not loaded: contexts come with rong", "rong.NoNetwork")


def compact(expanded: list[Json]) -> list[Json]:
    """Return expanded objects compacted with our context, which is left out of the result."""
    options = {"documentLoader": no_network, "graph": True}
    graph: list[Json] = jsonld.compact(expanded, context(), options)["@graph"]
    return graph


class JsonLd:
    """Writes resources as expanded JSON-LD with the same IRIs that `NTriples` gives them."""

    def __init__(self, names: dict[str, str], *, joint: str = "#") -> None:
        self._names = names
        self._ntriples = NTriples(joint=joint)

    def resource(self, subject: str, cls: str, arcs: Arcs, owner: str = "") -> Json:
        """Return `subject` with everything that hangs on it; `owner` is what its fragments are named after.

        Both are open names of `publisher.rdf.ntriples`, or IRIs; the owner is the subject where none is given.
        """
        found: Json = {"@id": close(subject, self._names), "@type": [expand(cls)]}
        self._fill(found, arcs, owner or subject)
        return found

    def _fill(self, found: Json, arcs: Arcs, owner: str, parent: str = "") -> None:
        for prop, value in apart(tuple(arcs)):
            if prop == "rdf:type" and isinstance(value, Iri):
                if value not in found["@type"]:
                    found["@type"].append(str(value))
            else:
                found.setdefault(expand(prop), []).append(self._value(value, owner, found["@id"], parent))

    def _value(self, value: Value, owner: str, about: str, parent: str) -> Json:
        match value:
            case Iri():
                iri = fit_iri(value)
                return {"@id": iri} if iri else {"@value": str(value)}
            case Local():
                return {"@id": self._name(value, owner)}
            case Parent():
                return {"@id": parent}
            case str():
                return {"@value": value}
            case Text():
                return {"@value": value.value, "@language": canonical(value.lang)}
            case Typed():
                return {"@value": value.value, "@type": expand(value.datatype)}
            case Sequence():
                return {"@list": [self._value(member, owner, about, parent) for member in value.members]}
            case Node():
                name = self._name(value, owner).replace(PARENT, about)
                found: Json = {"@id": name, "@type": [expand(value.cls)]}
                self._fill(found, value.arcs, owner, about)
                return found

    def _name(self, value: Local | Node, owner: str) -> str:
        return close(self._ntriples.name(value, owner), self._names)
