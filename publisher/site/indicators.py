"""The indicators of plans and reports: a dashboard for people, and the yearly report as a page to print."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from publisher.exports.indicators.charts import written
from publisher.exports.indicators.dashboard import read_dashboard
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("indicators", __name__)
_YEAR = re.compile(r"[12][0-9]{3}")


def _programmes() -> list[dict[str, Any]]:
    found = read_dashboard(visit().reader.release.datasets_path / "indicators")
    if found is None:
        abort(404)
    return found


@blueprint.get("/indicators")
def page() -> Response:
    """Return every indicator with its chart, its table, its targets and the query that makes its numbers again."""
    return validated(Response(render_template("indicators.html", programmes=_programmes(), written=written)))


@blueprint.get("/indicators/report")
def report() -> Response:
    """Return the report of a year, `year=2025`, by default that in which the release was made."""
    programmes = _programmes()
    year = request.args.get("year", str(visit().reader.release.created.year))
    if not _YEAR.fullmatch(year):
        abort(404)
    month, day = next((each["report"] for each in programmes if each["report"]), "12-31").split("-")
    page = render_template(
        "report.html",
        programmes=programmes,
        written=written,
        year=int(year),
        day=datetime(int(year), int(month), int(day), 12, tzinfo=UTC),
    )
    return validated(Response(page))
