"""The pages that are not of one entity: home, search, about, terms of use."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from publisher.exports.google import dataset_jsonld
from publisher.site import results
from publisher.site.atlas import MOST, around
from publisher.site.formats import HTML, RESULTS, accepted
from publisher.site.search import Hit
from publisher.site.searchquery import SORTS, SearchQuery
from publisher.site.validators import validated
from publisher.site.visit import Visit, visit

blueprint = Blueprint("pages", __name__)

_DECADES = 8
"""Decades that the home page shows, the last ones."""


@blueprint.get("/")
def home() -> Response:
    """Return the page that explains the site."""
    now = visit()
    found = now.reader.search.find(SearchQuery())
    decades = sorted(found.facets["year"], key=lambda count: count.value)[-_DECADES:]
    libraries = {row.iri for row in now.reader.ledger.entities_in_order("library", limit=MOST)}
    page = render_template(
        "home.html", content=_website(now), facets=found.facets, decades=decades, map=around(now, libraries)
    )
    return validated(Response(page))


def _website(now: Visit) -> dict[str, Any]:
    """Return the site and its catalogue of datasets in schema.org, with the search that it offers (SearchAction)."""
    settings, iris, name = now.reader.settings, now.reader.iris, now.reader.publisher_name
    home = iris.page("")
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "WebSite",
                "@id": f"{home}#website",
                "url": home,
                "name": now.t("site.name"),
                "inLanguage": list(settings.languages),
                "publisher": {"@type": "Organization", "name": name.in_language(now.language)},
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": {"@type": "EntryPoint", "urlTemplate": iris.page("search") + "?q={search_term_string}"},
                    "query-input": "required name=search_term_string",
                },
            },
            {
                "@type": "DataCatalog",
                "@id": iris.page("catalog"),
                "url": iris.page("datasets"),
                "name": now.t("datasets.title"),
                "description": now.t("datasets.lead"),
                "dataset": [
                    {
                        "@type": "Dataset",
                        "@id": iri,
                        "url": iri,
                        "name": each["name"],
                        "description": each["description"],
                    }
                    for each in (dataset_jsonld(settings, dataset) for dataset in now.reader.datasets.values())
                    for iri in (each["@id"],)
                ],
            },
        ],
    }


@blueprint.get("/search")
@blueprint.get("/search.<any(jsonld,csv,atom):suffix>")
def search(suffix: str = "") -> AnyResponse:
    """Return what was found: as a page, or in the format that suffix, `format=` or the Accept header ask for."""
    now = visit()
    asked = suffix or request.args.get("format", "")
    form = results.named_format(asked) if asked else accepted(request.accept_mimetypes, RESULTS)
    if form is None:
        abort(406)
    if form != HTML:
        return validated(results.answer(now, request.args, form))
    query = SearchQuery.of(request.args)
    found = now.reader.search.find(query)
    if found.total and query.page > found.pages:  # kept from an earlier release, or typed
        return redirect(now.search(query.on_page(found.pages)))
    page = render_template(
        "search.html",
        query=query,
        results=found,
        groups=grouped(found.hits),
        sorts=SORTS,
        ways_out=_ways_out(now, query) if not found.total else [],
        beginning=now.reader.search.suggestions(query.q) if not found.total else [],
        others=[(form, now.link(f"/search.{form.suffix}", **query.args())) for form in RESULTS if form != HTML],
    )
    response = validated(Response(page))
    address = now.reader.iris.absolute
    response.headers["Link"] = ", ".join(
        f'<{address(now.link(f"/search.{form.suffix}", **query.args()))}>; rel="alternate"; type="{form.media_type}"'
        for form in RESULTS
        if form != HTML
    )
    return response


def grouped(hits: tuple[Hit, ...]) -> list[list[Hit]]:
    """Return the hits of a page with those together that are of one work and have one title, the best first."""
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.work, hit.title), []).append(hit)
    return list(groups.values())


def _ways_out(now: Visit, query: SearchQuery) -> list[tuple[str, str, int]]:
    """Return the filters that can be taken away so that something is found: (name, value, how much)."""
    found = []
    for name, value in query.filters().items():
        total = now.reader.search.count(query.with_filter(name, ""))
        if total:
            found.append((name, value, total))
    return sorted(found, key=lambda way: -way[2])


@blueprint.get("/suggest")
def suggest() -> Response:
    """Return what begins like `q`, for the search box: [{label, kind, address}].

    With `format=opensearch`, for browsers: [words, labels, kinds, addresses] (OpenSearch Suggestions 1.1).
    """
    now, words = visit(), request.args.get("q", "")[:100]
    things = now.reader.search.suggestions(words)
    if request.args.get("format") == "opensearch":
        addresses = [now.reader.iris.absolute(now.link(named.iri)) for named in things]
        kinds = [now.t(f"kind.{named.kind}") for named in things]
        body = orjson.dumps([words, [now.called(named) for named in things], kinds, addresses])
        return validated(Response(body, content_type="application/x-suggestions+json"))
    found = [
        {"label": now.called(named), "kind": now.t(f"kind.{named.kind}"), "address": now.link(named.iri)}
        for named in things
    ]
    return validated(Response(orjson.dumps(found), mimetype="application/json"))


@blueprint.get("/about")
def about() -> Response:
    """Return what the site is, for citizens, developers and portals."""
    return validated(Response(render_template("about.html", example=_example(visit()))))


def _example(now: Visit) -> str:
    """Return an IRI for the examples to copy: the first work of the release."""
    works = now.reader.ledger.entities("work", limit=1)
    return works[0].iri if works else now.reader.iris.page("")


@blueprint.get("/terms")
def terms() -> Response:
    """Return the terms of use."""
    return validated(Response(render_template("terms.html")))
