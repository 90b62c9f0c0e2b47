"""ETag and Last-Modified: a page changes with the release, the language, the representation and the look of the site.

All of that is known before anything is read, so a crawler that comes back is answered 304 at once (RFC 9110, 13).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Response, current_app, request

from publisher.site.formats import CITATIONS, FORMATS, RESULTS, accepted
from publisher.site.visit import visit

_UNVALIDATED = ("static", None, "machines.health", "oai.oai", "api.releases")
"""Answers that are not the same for as long as the release is."""
_ANYWHERE = tuple(dict.fromkeys((*FORMATS, *CITATIONS, *RESULTS)))


def fingerprint(content: Path, version: str) -> str:
    """Return a digest of what decides on the looks of a page: templates, translations, static files and `version`."""
    digest = hashlib.blake2b(version.encode(), digest_size=6)
    for path in sorted(path for path in content.rglob("*") if path.is_file()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def etag(look: str) -> str:
    """Return the entity tag of the present request's answer; weak, since it may be compressed on its way."""
    now, liked = visit(), accepted(request.accept_mimetypes, _ANYWHERE)
    parts = (now.reader.release.id, look, now.language, now.asked, liked.suffix if liked else "", request.full_path)
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


def revalidate(look: str) -> Response | None:
    """Return 304 when the client names the tag of this answer, else None.

    Who names a tag got this address of this release, so it exists. A date alone, or "*", says nothing of the kind:
    `validated` looks at those when there is an answer.
    """
    if request.method not in ("GET", "HEAD") or request.endpoint in _UNVALIDATED:
        return None
    tag = etag(look)
    if request.if_none_match.star_tag or not request.if_none_match.contains_weak(tag):
        return None
    return validated(Response(status=304), tag)


def validated(response: Response, tag: str = "") -> Response:
    """Return `response` with the validators of the release; it may be kept, but must be asked about."""
    response.set_etag(tag or etag(str(current_app.jinja_env.globals["look"])), weak=True)
    response.last_modified = visit().reader.release.created
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.update(("Accept", "Accept-Language", "Accept-Encoding"))
    if response.status_code == 200:
        response.make_conditional(request)
    return response
