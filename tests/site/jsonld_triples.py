"""JSON-LD to triples with PyLD; the only contexts that are known are ours and an empty shell for schema.org's."""

from __future__ import annotations

from typing import Any

import orjson
import pyoxigraph as ox
from pyld import jsonld

from publisher.site.jsonld import context_bytes

SCHEMA_SHELL = {"@context": {"@vocab": "https://schema.org/"}}


def _load(url: str, options: dict[str, Any]) -> dict[str, Any]:
    if url.endswith("/context/v1.jsonld"):
        document = orjson.loads(context_bytes("v1"))
    elif url.rstrip("/") == "https://schema.org":
        document = SCHEMA_SHELL
    else:
        raise AssertionError(f"a page names the context {url}, which nobody here serves")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


def parsed(document: bytes | str | dict[str, Any]) -> set[ox.Triple]:
    """Return the triples of a JSON-LD document."""
    value = document if isinstance(document, dict) else orjson.loads(document)
    text = jsonld.to_rdf(value, {"format": "application/n-quads", "documentLoader": _load})
    return {quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)}
