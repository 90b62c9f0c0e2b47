"""What a browser may do with our pages: nothing from elsewhere, nothing inline; and who may read them: everybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Response

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{images}; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HOST = re.compile(r"[a-z0-9.-]+(?::\d+)?")
"""A host as a policy can name it: what else an address has for one never reaches the header."""
_MOST = 8


_OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Link, ETag, Content-Range, Repr-Digest"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since, Range",
    "Access-Control-Max-Age": "86400",
}


def opened(response: Response, method: str) -> Response:
    """Return `response` open to scripts of any origin (CORS): all of it is public, and nobody is known by a cookie.

    Errors and 304 are open too, since a script cannot tell what it may not see from a line that is broken.
    """
    for name, value in (_OPEN | _PREFLIGHT if method == "OPTIONS" else _OPEN).items():
        response.headers.setdefault(name, value)
    return response


def secured(response: Response) -> Response:
    """Return `response` with the headers of every answer.

    A 304 says nothing of the policy, so that a page keeps the one that it came with (RFC 9111, 3.2).
    """
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code != 304:
        response.headers.setdefault("Content-Security-Policy", _POLICY.format(images=""))
    return response


def origin(address: str) -> str:
    """Return the origin of a web address as a policy names it, "" when it cannot be named.

    >>> origin("https://Files.Example.vn:8443/a;b/1.jpg"), origin("https://x;script-src *"), origin("data:,x")
    ('https://files.example.vn:8443', '', '')
    """
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower()
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}" if parts.scheme in ("http", "https") and _HOST.fullmatch(host) else ""


def with_images_from(response: Response, addresses: Iterable[str]) -> Response:
    """Return `response` allowed to show the pictures at `addresses`, which are the library's and not ours."""
    origins = list(dict.fromkeys(found for address in addresses if (found := origin(address))))[:_MOST]
    images = "".join(f" {each}" for each in origins)
    response.headers["Content-Security-Policy"] = _POLICY.format(images=images)
    return response
