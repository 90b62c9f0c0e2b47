"""The site as an application on a telephone: what it is called there, and what it shows without a line.

Sources: https://www.w3.org/TR/appmanifest/ and https://www.w3.org/TR/service-workers/. Pages that were read stay on the
device and can be read again; everything else says plainly that there is no connection.
"""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app, render_template

from publisher import resources
from publisher.site.validators import validated
from publisher.site.visit import Visit, visit

blueprint = Blueprint("installed", __name__)

_GROUND, _SOIL = "#fbf9f5", "#8a2b16"
_ICONS = (
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ("mark.svg", "any", "image/svg+xml", "any"),
)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Return what an installed site is called and looks like, in the language of the visit."""
    return validated(Response(orjson.dumps(_manifest(visit())), content_type="application/manifest+json"))


def _manifest(now: Visit) -> dict[str, Any]:
    look = current_app.jinja_env.globals["look"]
    home = f"{now.reader.iris.prefix}/"
    return {
        "id": home,
        "name": now.t("site.name"),
        "short_name": now.t("site.short"),
        "description": now.t("home.lead"),
        "lang": now.language,
        "dir": "ltr",
        "start_url": now.link("/"),
        "scope": home,
        "display": "minimal-ui",
        "background_color": _GROUND,
        "theme_color": _SOIL,
        "categories": ["books", "education", "reference"],
        "icons": [
            {"src": f"{now.asset(f'/static/{name}')}?v={look}", "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in _ICONS
        ],
        "shortcuts": [
            {"name": now.t(f"menu.{key}"), "url": now.link(f"/{key}")} for key in ("search", "libraries", "datasets")
        ],
    }


@blueprint.get("/worker.js")
def worker() -> Response:
    """Return the service worker; it lies at the root of the site, since it may serve nothing above its own address."""
    body = (resources.folder("site") / "static" / "worker.js").read_bytes()
    return validated(Response(body, content_type="text/javascript; charset=utf-8"))


@blueprint.get("/offline")
def offline() -> Response:
    """Return the page that stands for all others while there is no connection."""
    return validated(Response(render_template("offline.html")))
