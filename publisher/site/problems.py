"""What is shown when something cannot be shown: the right status, in words, with a way on."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from publisher.errors import ReleaseError
from publisher.rdf.vietnamese import fold
from publisher.site.api.routes import problem
from publisher.site.formats import FORMATS, HTML, accepted
from publisher.site.visit import visit

_EXPLAINED = (400, 404, 405, 406, 410, 416, 500)


def register(app: Flask) -> None:
    """Answer the problems of `app` with pages that help."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(ReleaseError, _unavailable)
    app.register_error_handler(500, _page)


def _page(error: HTTPException) -> Response:
    status = error.code or 500
    if "visit" not in g or status == 500:
        return _plain(status, error.name)
    if error.response is not None or 300 <= status < 400:
        return current_app.make_response(error.get_response())
    if request.path.startswith("/api/"):
        return problem(error)
    key = status if status in _EXPLAINED else 400
    liked = accepted(request.accept_mimetypes)
    if liked not in (HTML, None):
        response = _plain(status, visit().t(f"problem.{key}.title"))
    else:
        words = fold(" ".join(request.path.rpartition("/")[2].replace("-", " ").split()[:6]))
        page = render_template("problem.html", status=status, key=key, words=words, formats=FORMATS)
        response = Response(page, status)
    response.headers.extend(_kept(error.get_headers()))
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language"))
    return response


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name in ("Allow", "Content-Range", "Retry-After")]


def _plain(status: int, sentence: str) -> Response:
    return Response(f"{status} {sentence}\n", status, mimetype="text/plain")


def _unavailable(error: ReleaseError) -> Response:
    current_app.logger.error("%s", error)
    response = _plain(503, "Service Unavailable / Tạm thời chưa phục vụ")
    response.headers["Retry-After"] = "60"
    return response
