"""The Flask application of the site: what every request and every answer has in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response as PlainResponse

from publisher import __version__, resources
from publisher.site import (
    downloads,
    entities,
    feeds,
    guide,
    iiif,
    indicators,
    installed,
    leafing,
    lists,
    machines,
    pages,
    problems,
    quality,
    resourcesync,
)
from publisher.site.api import routes as api
from publisher.site.compression import compress
from publisher.site.formats import CITATIONS, RDF_FORMATS
from publisher.site.hours import in_words
from publisher.site.labels import bound, filter_label, heading
from publisher.site.oai import provider
from publisher.site.pages import grouped
from publisher.site.reader import InService
from publisher.site.reconciliation import routes as reconciliation
from publisher.site.schemes import blueprint as schemes_blueprint
from publisher.site.security import opened, secured
from publisher.site.structured import script_text
from publisher.site.validators import fingerprint, revalidate
from publisher.site.visit import Visit, visit

_HELPERS: dict[str, Any] = {
    "rdf_formats": RDF_FORMATS,
    "citations": CITATIONS,
    "followed": feeds.FOLLOWED,
    "label": filter_label,
    "grouped": grouped,
    "page_link": lambda number: visit().on_page(number),
    "opening_hours": lambda library: in_words(library.texts("schema:openingHours"), visit().t),
}
_PARTS = (
    quality,
    indicators,
    resourcesync,
    iiif,
    leafing,
    installed,
    guide,
    feeds,
    pages,
    lists,
    machines,
    downloads,
    entities,
    provider,
)
_FOR_A_YEAR = "public, max-age=31536000, immutable"


def create_app(data: Path, server: str | None = None) -> Flask:
    """Return the site over the releases in the folder `data`; raises ReleaseError when none is in service.

    Everything that it shows is read from the release in service at that moment, its settings included; its statements
    from the SPARQL 1.1 server at the address `server` where one is given.
    """
    in_service = InService(data, server)
    reader = in_service.reader()
    content = resources.folder("site")
    app = Flask("publisher.site", template_folder=str(content / "templates"), static_folder=str(content / "static"))
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["script_text"] = script_text
    app.jinja_env.filters["heading"] = heading
    app.jinja_env.filters["bound"] = bound
    app.extensions["in_service"] = in_service
    look = fingerprint(content, __version__)
    app.jinja_env.globals["look"] = look

    @app.before_request
    def begin() -> Response | None:
        g.visit = Visit.of(in_service.reader(), request.args.get("lang", ""), request.accept_languages)
        return revalidate(look)

    @app.context_processor
    def common() -> dict[str, Any]:
        now = visit()
        return {"visit": now, "_": now.t, "locally": now.locally, **_HELPERS}

    @app.after_request
    def finish(response: Response) -> Response:
        opened(secured(response), request.method)
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = _FOR_A_YEAR
        return compress(response)

    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(schemes_blueprint)
    app.register_blueprint(reconciliation.blueprint)
    problems.register(app)
    if reader.iris.prefix:
        app.wsgi_app = DispatcherMiddleware(_nothing_here, {reader.iris.prefix: app.wsgi_app})  # type: ignore[method-assign]
    return app


def _nothing_here(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer what lies outside the path of the base: the site is not there."""
    return PlainResponse("404 Not Found\n", 404, mimetype="text/plain")(environ, start_response)
