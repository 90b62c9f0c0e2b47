"""The addresses of the API."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from publisher import __version__, resources
from publisher.identity.iris import ENTITY_KINDS
from publisher.release.release import releases as all_releases
from publisher.site.api import answers
from publisher.site.formats import JSONLD
from publisher.site.validators import validated
from publisher.site.visit import in_service, visit

blueprint = Blueprint("api", __name__)

_JSON = "application/json"
PROBLEM = "application/problem+json"


@blueprint.get("/api/")
@blueprint.get("/api", strict_slashes=False)
def index() -> Response:
    """Return the page that explains the API."""
    paths = [
        (path, operation["summary"], operation.get("description", ""), operation.get("parameters", []))
        for path, item in description()["paths"].items()
        for operation in (item["get"],)
    ]
    example = next(iter(visit().reader.ledger.entities("instance", limit=1)), None)
    return validated(Response(render_template("api.html", paths=paths, example=example.iri if example else "")))


@blueprint.get("/mcp")
def assistants() -> AnyResponse:
    """Lead who looks at the address of assistants with a browser to the page that explains it."""
    return redirect(visit().link("/api/"), 303)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """Return the description in OpenAPI 3.1."""
    described = {**description(), "servers": [{"url": visit().reader.settings.base}]}
    described["info"] = {**described["info"], "version": __version__}
    return _answer(described, "application/vnd.oai.openapi+json;version=3.1")


@cache
def description() -> dict[str, Any]:
    """Return `site/openapi.json`."""
    found: dict[str, Any] = orjson.loads((resources.folder("site") / "openapi.json").read_bytes())
    return found


@blueprint.get("/api/search")
def search() -> Response:
    """Return what was found."""
    return _answer(answers.search(visit(), request.args))


@blueprint.get("/api/suggest")
def suggest() -> Response:
    """Return what begins like what was typed."""
    return _answer(answers.suggestions(visit(), request.args))


@blueprint.get("/api/entity")
def by_iri() -> AnyResponse:
    """Return the entity with an IRI."""
    iri = request.args.get("iri", "").partition("#")[0]
    found = answers.located(visit(), in_service(), iri)
    if found != iri:
        return _moved(found)
    return _answer(answers.entity(visit(), iri))


@blueprint.get(f"/api/<any({','.join(kind for kind in ENTITY_KINDS if kind != 'dataset')}):kind>/<path:identifier>")
def by_name(kind: str, identifier: str) -> AnyResponse:
    """Return the entity of a kind with an identifier."""
    iri = visit().reader.iris.of_path(f"{kind}/{identifier}")
    found = answers.located(visit(), in_service(), iri)
    return _moved(found) if found != iri else _answer(answers.entity(visit(), iri))


def _moved(iri: str) -> AnyResponse:
    return redirect(visit().reader.iris.page("api/entity", iri=iri), 301)


@blueprint.get("/api/lookup")
def lookup() -> Response:
    """Return the editions with a number."""
    return _answer(answers.lookup(visit(), in_service(), request.args))


@blueprint.get("/api/libraries")
def libraries() -> Response:
    """Return the libraries."""
    return _answer(answers.libraries(visit()))


@blueprint.get("/api/datasets")
def datasets() -> Response:
    """Return the datasets."""
    return _answer(answers.datasets(visit()))


@blueprint.get("/api/releases")
def releases() -> Response:
    """Return the releases; they may come and go while one stays in service."""
    body = answers.releases(visit(), all_releases(in_service().data))
    response = Response(orjson.dumps(body, option=orjson.OPT_INDENT_2), content_type=_JSON)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _answer(body: dict[str, Any], media_type: str = "") -> Response:
    """Return `body` as JSON, or as JSON-LD for who likes that better; with links to the pages beside this one."""
    liked = request.accept_mimetypes.best_match([_JSON, JSONLD.media_type], _JSON)
    response = Response(orjson.dumps(body, option=orjson.OPT_INDENT_2), content_type=media_type or liked)
    iris, view = visit().reader.iris, body.get("view", {})
    links = [
        f'<{view[name]}>; rel="{relation}"'
        for name, relation in (("first", "first"), ("previous", "prev"), ("next", "next"), ("last", "last"))
        if name in view
    ]
    links.append(f'<{iris.page("api/openapi.json")}>; rel="service-desc"')
    if licence := visit().reader.settings.licence:
        links.append(f'<{licence.iri}>; rel="license"')
    response.headers["Link"] = ", ".join(links)
    return validated(response)


def problem(error: HTTPException) -> Response:
    """Return what is wrong with a request to the API (RFC 9457)."""
    said = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code or 500,
        "detail": error.description or error.name,
        "instance": request.full_path.rstrip("?"),
    }
    return Response(orjson.dumps(said), error.code or 500, content_type=PROBLEM)
