"""What lies ready for those who send no query of their own: descriptions, the page, the stored queries."""

from __future__ import annotations

import orjson

from publisher.rdf.terms import PREFIXES
from publisher.sparql import pages, problems, request
from publisher.sparql.formats import DOCUMENTS, HTML, SOLUTIONS, Format, choose, wants_html
from publisher.sparql.http import Response, matches
from publisher.sparql.problems import Problem
from publisher.sparql.request import Asked, Headers, Scope
from publisher.sparql.served import Served
from publisher.sparql.skeletons import Guard
from publisher.sparql.stored import stored_queries

PAGE_VARIES = {"Vary": "Accept, Accept-Language"}
"""What the endpoint's pages depend on."""


class Shelf:
    """Gives out what lies ready, of the release in service (`served`)."""

    def __init__(self, for_people: pages.Pages, guard: Guard) -> None:
        self._pages = for_people
        self._guard = guard

    async def void(self, served: Served, scope: Scope, headers: Headers, response: Response) -> None:
        """Send the description of the data. Raises `Problem`."""
        await self._send_document(served, "void", _format_of(scope, headers), headers, response)

    async def without_query(
        self, served: Served, asked: Asked, scope: Scope, headers: Headers, response: Response
    ) -> None:
        """Answer a GET without a query: with the service description (Service Description, 2), or the page for people.

        Raises `Problem`.
        """
        if scope["method"] == "POST":
            raise problems.no_query()
        if not asked.format and wants_html(headers.get("accept")):
            language = pages.language(scope["query_string"], headers, None)
            html = self._pages.form(language, await served.described())
            await response.page(200, html, {"Content-Language": language, **PAGE_VARIES})
            return
        try:
            form = choose(DOCUMENTS, headers.get("accept"), asked.format)
        except Problem:
            if asked.parameters.keys() & {"default-graph-uri", "named-graph-uri"} or _wants_rows(headers, asked):
                raise problems.no_query() from None
            raise
        await self._send_document(served, "service", form, headers, response)

    async def stored(self, served: Served, name: str, scope: Scope, headers: Headers, response: Response) -> None:
        """Send a stored query, its text (`NAME.rq`), or what the editor completes (`terms.json`). Raises `Problem`."""
        if name == "terms.json":
            await self._send_terms(served, response)
            return
        stem, _, suffix = name.partition(".")
        stored = stored_queries().get(stem)
        if stored is None or suffix not in ("", "rq"):
            raise not_found()
        if suffix == "rq":
            body = stored.text.encode()
            await response.whole(200, body, {"Content-Type": "application/sparql-query; charset=utf-8"})
            return
        language = pages.language(scope["query_string"], headers, None)
        served.look()
        query = self._guard.examine(stored.text)
        answer = await served.answers.get(query, HTML, ((), ()))
        html = self._pages.result(language, stored.text, answer, query.form, stored)
        await response.page(200, html, {"Content-Language": language, **PAGE_VARIES})

    async def _send_terms(self, served: Served, response: Response) -> None:
        """What the editor completes: our prefixes, and the classes and properties in use, the most used first."""
        description = await served.described()
        terms = {
            "prefixes": PREFIXES,
            "classes": list(description.classes) if description else [],
            "properties": list(description.properties) if description else [],
        }
        fields = {"Content-Type": "application/json", "Cache-Control": "public, max-age=300"}
        await response.whole(200, orjson.dumps(terms), fields)

    async def _send_document(
        self, served: Served, which: str, form: Format, headers: Headers, response: Response
    ) -> None:
        answer = await served.document(which, form)
        if matches(headers, answer.etag):
            await response.not_modified(answer.etag)
            return
        await response.answer(answer, form, headers, {})


def _wants_rows(headers: Headers, asked: Asked) -> bool:
    """Say whether a client without a query names a format of results, so that it must have forgotten the query."""
    try:
        return choose(SOLUTIONS, headers.get("accept"), asked.format) is not HTML
    except Problem:
        return False


def _format_of(scope: Scope, headers: Headers) -> Format:
    parameters = dict(request.parameters(scope["query_string"]))
    accept = headers.get("accept")
    if wants_html(accept) and "format" not in parameters:
        accept = ""  # a browser is shown Turtle
    return choose(DOCUMENTS, accept, parameters.get("format", ""))


def not_found() -> Problem:
    """Return the 404 of the endpoint's paths."""
    return Problem(404, "not-found", vi="Không có trang này.", en="There is no such page.")
