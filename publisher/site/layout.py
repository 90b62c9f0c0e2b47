"""The site's layout around pages that are made elsewhere: those of the SPARQL endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, render_template

from publisher.site.translations import DEFAULT_LANGUAGE
from publisher.site.visit import Visit, in_service

LAYOUT = "within.html"


class SiteLayout:
    """Renders a template of the endpoint inside the layout of `app`; a `publisher.sparql.pages.PageRenderer`."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(self, template: str, language: str, context: Mapping[str, Any]) -> str:
        """Return the HTML of `template`, which extends `layout`, in `language`."""
        with self._app.test_request_context("/sparql"):
            g.visit = Visit(in_service().reader(), language, "" if language == DEFAULT_LANGUAGE else language)
            return render_template(template, layout=LAYOUT, language=language, **context)
