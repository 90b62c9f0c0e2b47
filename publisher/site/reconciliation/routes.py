"""/reconcile: the service over HTTP, in the language of the address (`?lang=`, else of the browser).

Source: specification 0.2. OpenRefine posts forms: `queries=` (a batch), `extend=` (values); it asks for suggestions
with `prefix` and `cursor`, shows `preview` in a frame, and calls all of it from a browser of another origin (CORS).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from publisher import __version__
from publisher.release.release import Release
from publisher.site.reconciliation.answers import Answers, Json
from publisher.site.reconciliation.finder import Finder
from publisher.site.reconciliation.kinds import BY_DEFAULT, PROPERTIES, TYPES
from publisher.site.reconciliation.questions import BATCH, LONGEST_BODY, LONGEST_QUERY, Refused, batch, extension
from publisher.site.visit import visit

blueprint = Blueprint("reconciliation", __name__)

PREVIEW_WIDTH, PREVIEW_HEIGHT = 420, 240
_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"""The policy of a preview: a page that others may show in a frame, that can do nothing."""


@lru_cache(maxsize=2)
def _finder(release: Release) -> Finder:
    return Finder(release)


def _answers() -> Answers:
    now = visit()
    return Answers(now.reader, _finder(now.reader.release), now.language)


@blueprint.after_request
def _from_anywhere(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept-Language"
    response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.update(("Accept-Language",))
    return response


@blueprint.errorhandler(Refused)
def _refused(problem: Refused) -> Response:
    return _json({"status": "error", "message": problem.reason}, problem.code or 400)


def _json(content: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, mimetype="application/json")


@blueprint.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """Return the manifest, the candidates of a batch of queries, or values."""
    if (request.content_length or 0) > LONGEST_BODY:
        raise Refused(413, f"A request has at most {LONGEST_BODY // 1024} kB.")
    asked = request.values
    answers = _answers()
    if "queries" in asked:
        return _json({key: answers.results(query) for key, query in batch(asked["queries"]).items()})
    if "extend" in asked:
        return _json(answers.extended(extension(asked["extend"])))
    if request.method == "POST":
        raise Refused(400, "Send a form with the field queries or extend.")
    return _json(_manifest())


def _manifest() -> Json:
    now = visit()
    base = now.reader.settings.base
    here = now.reader.iris.page("reconcile")
    asked = f"?lang={now.asked}" if now.asked else ""
    types = [{"id": TYPES[each].id, "name": TYPES[each].name(now.language)} for each in BY_DEFAULT]

    def suggest(what: str) -> Json:
        flyout = f"/{what}/flyout?id=${{id}}" + (f"&lang={now.asked}" if now.asked else "")
        return {
            "service_url": here,
            "service_path": f"/{what}{asked}",
            "flyout_service_url": here,
            "flyout_service_path": flyout,
        }

    def template(what: str) -> str:
        return f"{here}/{what}?id={{{{id}}}}" + (f"&lang={now.asked}" if now.asked else "")

    return {
        "versions": ["0.2"],
        "name": f"{now.t('site.name')} ({now.reader.publisher_name.in_language(now.language)})",
        "identifierSpace": f"{base}/",
        "schemaSpace": "https://schema.org/Thing",
        "documentation": now.reader.iris.page("about"),
        "serviceVersion": __version__,
        "logo": now.reader.iris.page("static/mark.svg"),
        "defaultTypes": types,
        "view": {"url": template("view")},
        "preview": {"url": template("preview"), "width": PREVIEW_WIDTH, "height": PREVIEW_HEIGHT},
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": f"/properties{asked}"},
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 7 else default


def _prefix() -> str:
    return request.args.get("prefix", "")[:LONGEST_QUERY]


@blueprint.get("/reconcile/entity")
def suggest_entity() -> Response:
    """Return things whose names begin like `prefix`."""
    types = [each for value in request.args.getlist("type") for each in value.split(",")][:20]
    return _json(_answers().entities(_prefix(), _number("cursor", 0, 1000), types))


@blueprint.get("/reconcile/type")
def suggest_type() -> Response:
    """Return types that are called like `prefix`."""
    return _json(_answers().types(_prefix(), _number("cursor", 0, 1000)))


@blueprint.get("/reconcile/property")
def suggest_property() -> Response:
    """Return properties that are called like `prefix`."""
    return _json(_answers().properties(_prefix(), _number("cursor", 0, 1000)))


@blueprint.get("/reconcile/properties")
def propose_properties() -> Response:
    """Return the properties of which things of a type have values."""
    return _json(_answers().proposed(request.args.get("type", "")[:100], _number("limit", 50, 100)))


@blueprint.get("/reconcile/<any(entity,type,property):what>/flyout")
def flyout(what: str) -> Response:
    """Return a little page about a thing, a type or a property, for the box beside a suggestion."""
    identifier = request.args.get("id", "")[:1000]
    return _json({"id": identifier, "html": render_template("reconcile/flyout.html", **_about(what, identifier))})


def _about(what: str, identifier: str) -> dict[str, Any]:
    language = visit().language
    if what == "entity":
        return _of_thing(identifier)
    if what == "type" and identifier in TYPES:
        return {"name": TYPES[identifier].name(language), "kind": visit().t("reconcile.type"), "lines": []}
    if what == "property" and identifier in PROPERTIES:
        return {"name": PROPERTIES[identifier].name(language), "kind": visit().t("reconcile.property"), "lines": []}
    abort(404)


def _of_thing(identifier: str) -> dict[str, Any]:
    known = _answers().known(identifier)
    if known is None:
        abort(404)
    found = ((prop.name(visit().language), known.values(prop)) for prop in PROPERTIES.values() if known.kind in prop.of)
    lines = [(name, [text for text, _ in values[:5]]) for name, values in found if values]
    return {"name": known.name, "kind": visit().t(f"kind.{known.kind}"), "lines": lines[:7], "iri": known.iri}


@blueprint.get("/reconcile/view")
def view() -> AnyResponse:
    """Lead to the page of a thing."""
    known = _answers().known(request.args.get("id", "")[:1000])
    if known is None:
        abort(404)
    return redirect(visit().link(known.iri), 303)


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """Return the little page about a thing that clients show in a frame."""
    about = _of_thing(request.args.get("id", "")[:1000])
    response = Response(render_template("reconcile/preview.html", **about))
    response.headers["Content-Security-Policy"] = _FRAMED
    return response
