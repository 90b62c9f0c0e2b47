"""Pages and RDF go out compressed: a page has to be light on a slow line."""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
from flask import Response, request

_SHORTEST = 600
_LONGEST = 8_000_000
_TEXTUAL = ("text/", "application/json", "application/ld+json", "application/rdf+xml", "application/n-triples")
_ALSO = ("application/xml", "application/manifest+json", "image/svg+xml", "application/opensearchdescription+xml")


def compress(response: Response) -> Response:
    """Return `response`, compressed with what the client takes when it is text and worth it."""
    mimetype = response.mimetype or ""
    if not mimetype.startswith((*_TEXTUAL, *_ALSO)) or response.headers.get("Content-Encoding"):
        return response
    if response.status_code != 200 or (response.is_streamed and not response.direct_passthrough):
        return response
    if "Accept-Ranges" in response.headers:
        # A part of a file is a part of the file, not of its compressed form; nobody asks for parts of a style sheet.
        if request.endpoint != "static" or "Range" in request.headers:
            return response
        response.headers["Accept-Ranges"] = "none"
        response.set_etag(response.get_etag()[0] or "", weak=True)
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or not request.accept_encodings:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if not _SHORTEST <= len(body) <= _LONGEST:
        return response
    if request.accept_encodings["br"]:
        response.set_data(brotli.compress(body, quality=4))
        response.headers["Content-Encoding"] = "br"
    elif request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, compresslevel=5))
        response.headers["Content-Encoding"] = "gzip"
    return response
