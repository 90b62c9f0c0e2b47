"""What only programs read: sitemaps, robots.txt, the catalogue, the JSON-LD context, the state of health."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from publisher.exports.files import CATALOGUE
from publisher.site import catalogue, jsonld, sitemaps
from publisher.site.formats import HTML, JSONLD, RDF_FORMATS, accepted
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("machines", __name__)


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """Return the index of the sitemaps (https://www.sitemaps.org/protocol.html)."""
    return _xml(sitemaps.index(visit().reader))


@blueprint.get("/sitemaps/<kind>-<int:number>.xml")
def sitemap(kind: str, number: int) -> Response:
    """Return one sitemap."""
    text = sitemaps.part(visit().reader, kind, number)
    if text is None:
        abort(404)
    return _xml(text)


def _xml(text: str) -> Response:
    return validated(Response(text, content_type="application/xml; charset=utf-8"))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Return what crawlers may visit: every page of a thing, but not the endless combinations of words and filters."""
    iris = visit().reader.iris
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {iris.prefix}/{path}"
            for path in ("search?", "search.", "suggest", "sparql?", "api/", "oai", "mcp")
        ),
        f"Sitemap: {iris.page('sitemap.xml')}",
    ]
    return validated(Response("\n".join(lines) + "\n", mimetype="text/plain"))


@blueprint.get("/catalog")
def catalog() -> AnyResponse:
    """Lead to the list of datasets, or to the catalogue in the format that is asked for."""
    syntax = accepted(request.accept_mimetypes)
    if syntax is None:
        abort(406)
    response = redirect(visit().link("/datasets" if syntax == HTML else f"/catalog.{syntax.suffix}"), 303)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@blueprint.get("/catalog.<suffix>")
def catalog_file(suffix: str) -> Response:
    """Return the catalogue of the datasets in DCAT."""
    reader = visit().reader
    syntax = next((known for known in RDF_FORMATS if known.suffix == suffix), None)
    if syntax is None:
        abort(404)
    triples = catalogue.everything(reader.release.datasets_path / CATALOGUE)
    return validated(catalogue.answer(triples, syntax, reader.iris, reader.iris.page("catalog")))


@blueprint.get("/context/<version>.jsonld")
def context(version: str) -> Response:
    """Return a version of our JSON-LD context."""
    try:
        body = jsonld.context_bytes(version)
    except FileNotFoundError:
        abort(404)
    return validated(Response(body, mimetype=JSONLD.media_type))


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Return to whom weaknesses are reported (RFC 9116), where the configuration says so."""
    reader = visit().reader
    said = reader.settings.security
    if said is None:
        abort(404)
    lines = [
        *(f"Contact: {address}" for address in said.contacts),
        f"Expires: {said.expires.isoformat()}T23:59:59Z",
        f"Preferred-Languages: {', '.join(reader.settings.languages)}",
        f"Canonical: {reader.iris.page('.well-known/security.txt')}",
        *([f"Policy: {said.policy}"] if said.policy else []),
    ]
    return validated(Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@blueprint.get("/healthz")
def health() -> Response:
    """Return that the site answers, and from which release."""
    response = Response(orjson.dumps({"status": "ok", "release": visit().reader.release.id}))
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Return the description by which browsers add the search (OpenSearch 1.1)."""
    text = render_template("opensearch.xml")
    return validated(Response(text, content_type="application/opensearchdescription+xml; charset=utf-8"))


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Lead to the mark of the site."""
    return redirect(visit().asset("/static/mark.svg"), 301)
