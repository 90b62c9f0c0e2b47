"""The quality of the release: a page for people, JSON and CSV for machines."""

from __future__ import annotations

import io
from typing import Any

import orjson
from flask import Blueprint, Response, abort, render_template

from publisher.quality.kept import course, earlier, kept, trend
from publisher.quality.report import rows
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("quality", __name__)


def _report() -> dict[str, Any]:
    found = kept(visit().reader.release)
    if found is None:
        abort(404)
    return found


@blueprint.get("/quality")
def page() -> Response:
    """Return how complete and how sound each source is, with the worst records and what has changed."""
    report = _report()
    release = visit().reader.release
    history = earlier(release)
    return validated(
        Response(
            render_template(
                "quality.html",
                report=report,
                sources=[report["total"], *report["sources"]] if len(report["sources"]) > 1 else report["sources"],
                history=[*history, report],
                course=course([*history, report]),
                changed={(each["library"], each["source"]): each for each in trend(report, history)},
            )
        )
    )


@blueprint.get("/quality.json")
def as_json() -> Response:
    """Return the report with what has changed since the release before."""
    report = _report()
    history = earlier(visit().reader.release)
    return validated(Response(orjson.dumps({**report, "changes": trend(report, history)}), mimetype="application/json"))


@blueprint.get("/quality.csv")
def as_csv() -> Response:
    """Return a row a source and one for all."""
    text = io.StringIO()
    rows(_report(), text)
    return validated(Response(text.getvalue(), mimetype="text/csv"))
