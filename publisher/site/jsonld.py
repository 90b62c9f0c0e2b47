"""JSON-LD with our own context: one readable object a resource (JSON-LD 1.1, compacted and framed by PyLD).

The context is `vocab/context/v1.jsonld`, served at /context/v1.jsonld. A version never changes its meaning.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from pyld import jsonld
from pyoxigraph import RdfFormat, Triple, serialize

from publisher import resources
from publisher.identity.iris import Iris

VERSION = "v1"
_EXACT = {"omitGraph": True, "embed": "@once", "explicit": False, "pruneBlankNodeIdentifiers": True}


@cache
def context_bytes(version: str = VERSION) -> bytes:
    """Return the document of the context; raises FileNotFoundError for a version that there never was."""
    return (resources.folder("vocab") / "context" / f"{version}.jsonld").read_bytes()


@cache
def context() -> dict[str, Any]:
    """Return the context itself."""
    found: dict[str, Any] = orjson.loads(context_bytes())["@context"]
    return found


def context_address(iris: Iris) -> str:
    """Return where the context is served."""
    return iris.page(f"context/{VERSION}.jsonld")


def framed(triples: list[Triple], iri: str, iris: Iris) -> bytes:
    """Return `triples` as one JSON-LD object about `iri`, everything else nested where it is first mentioned."""
    ntriples = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    expanded = jsonld.from_rdf(ntriples.decode(), {"useNativeTypes": False})
    found = jsonld.frame(expanded, {"@context": context(), "@id": iri}, _EXACT)
    found["@context"] = context_address(iris)
    return orjson.dumps(found, option=orjson.OPT_INDENT_2)
