"""JSON-LD with our own context: one readable object a resource (JSON-LD 1.1 Framing, by PyLD).

The context is `vocab/context-v1.jsonld`, served at /context/v1.jsonld. A version never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, Triple

from publisher.identity.iris import Iris
from publisher.rdf.jsonld import CONTEXT_NAME, context, no_network
from publisher.rdf.terms import expand
from publisher.resources import folder

_OPTIONS = {"omitGraph": True, "embed": "@once", "pruneBlankNodeIdentifiers": True, "documentLoader": no_network}
_VERSIONS = {"v1": CONTEXT_NAME, "api-v1": "context-api-v1.jsonld"}
"""Every version of a context that there ever was, and its file in `vocab/`."""
_TYPE = expand("rdf:type")
_STRING = expand("xsd:string")


def context_bytes(version: str) -> bytes:
    """Return a version of a context: "v1" of entities, "api-v1" of lists; raises FileNotFoundError for any other."""
    if version not in _VERSIONS:
        raise FileNotFoundError(version)
    return (folder("vocab") / _VERSIONS[version]).read_bytes()


def context_address(iris: Iris, version: str = "v1") -> str:
    """Return where a version of a context is served."""
    return iris.page(f"context/{version}.jsonld")


def framed(triples: Iterable[Triple], iri: str, iris: Iris) -> bytes:
    """Return `triples` as one JSON-LD object about `iri`, everything else nested where it is first mentioned."""
    frame = {"@context": context()["@context"], "@id": iri}
    found = jsonld.frame(expanded(triples), frame, _OPTIONS)
    found["@context"] = context_address(iris)
    return orjson.dumps(found, option=orjson.OPT_INDENT_2)


def expanded(triples: Iterable[Triple]) -> list[dict[str, Any]]:
    """Return `triples` as expanded JSON-LD; lists stay what they are in the store, resources with IRIs."""
    nodes: dict[str, dict[str, Any]] = {}
    for triple in triples:
        assert isinstance(triple.subject, NamedNode), "the store has no blank nodes"
        node = nodes.setdefault(triple.subject.value, {"@id": triple.subject.value})
        if triple.predicate.value == _TYPE and isinstance(triple.object, NamedNode):
            node.setdefault("@type", []).append(triple.object.value)
        else:
            node.setdefault(triple.predicate.value, []).append(_value(triple.object))
    return list(nodes.values())


def _value(term: object) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    assert isinstance(term, Literal), "the store has no blank nodes"
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}
