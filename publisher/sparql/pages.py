"""The pages of the endpoint for people: the form, the stored queries, results as a table, and what went wrong.

All of it works without JavaScript. The texts stand in `site/templates/sparql/texts.toml`, Vietnamese beside English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol
from urllib.parse import parse_qsl

import jinja2
import orjson

from publisher import resources
from publisher.identity.iris import Iris
from publisher.rdf.terms import PREFIXES
from publisher.sparql import chart, snippets
from publisher.sparql.answers import Answer
from publisher.sparql.description import Description
from publisher.sparql.formats import BY_FORM, HTML, weight
from publisher.sparql.problems import Problem
from publisher.sparql.request import Headers
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.stored import StoredQuery, stored_queries

LANGUAGES = ("vi", "en")
LAYOUT = "sparql/layout.html"
"""What the pages extend when nobody gives a renderer; the site passes its own layout in `layout`."""
_TEMPLATE = "sparql/query.html"
_LONGEST_ADDRESS = 6000
_FIRST_QUERY = "editions-newest"


class PageRenderer(Protocol):
    """Puts a template into a layout: the site's, or the plain one here."""

    def __call__(self, template: str, language: str, context: Mapping[str, Any]) -> str:
        """Return the HTML of `template`; the template extends `layout`, which the renderer provides."""


def own_renderer() -> PageRenderer:
    """Return a renderer with the plain layout, for the endpoint on its own."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.folder("site") / "templates"), autoescape=True, trim_blocks=True
    )

    def render(template: str, language: str, context: Mapping[str, Any]) -> str:
        return environment.get_template(template).render(layout=LAYOUT, language=language, **context)

    return render


def language(query_string: bytes, headers: Headers, wanted: str | None, otherwise: str = "vi") -> str:
    """Return "vi" or "en": what `?lang=` says, else Accept-Language, else `otherwise`."""
    named = wanted or dict(parse_qsl(query_string.decode("latin-1"), errors="replace")).get("lang", "")
    if named in LANGUAGES:
        return named
    best, quality = otherwise, 0.0
    for part in headers.get("accept-language").lower().split(","):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        found = tag.split("-")[0]
        if found in LANGUAGES and weight(parameters) > quality:
            best, quality = found, weight(parameters)
    return best


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return the texts of the pages: language -> name -> text."""
    path = resources.folder("site") / "templates" / "sparql" / "texts.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {each: {name: entry[each] for name, entry in table.items()} for each in LANGUAGES}


class Pages:
    """Builds the pages."""

    def __init__(self, settings: EndpointSettings, render: PageRenderer) -> None:
        self._settings = settings
        self._iris = Iris(settings.base_iri)
        self._render = render

    def form(self, language: str, description: Description | None) -> str:
        """The page that invites to ask."""
        first = stored_queries().get(_FIRST_QUERY) or next(iter(stored_queries().values()), None)
        return self._page(language, first.text if first else "", description=description)

    def result(self, language: str, text: str, answer: Answer, form: str, stored: StoredQuery | None = None) -> str:
        """The page with the rows of an answer in the format `html`."""
        found = orjson.loads(answer.body if answer.body is not None else b"".join(_chunks(answer)))
        rows = [[self._cell(term) for term in row] for row in found.get("rows", ())]
        drawing = ""
        if stored is not None and stored.chart and rows:
            drawing = chart.draw(stored.chart, found["columns"], found["rows"], stored.titles[language])
        return self._page(
            language, text, columns=found.get("columns"), rows=rows, more=found.get("more", False),
            boolean=found.get("boolean"), stored=stored, drawing=drawing, exports=self._exports(text, form),
        )  # fmt: skip

    def problem(self, language: str, problem: Problem, query_string: bytes) -> str:
        """The page that says why there is no answer, with the query at hand to be mended."""
        sent = dict(parse_qsl(query_string.decode("latin-1"), errors="replace"))
        return self._page(language, sent.get("query", ""), problem=problem)

    def _page(self, language: str, text: str, **more: Any) -> str:
        address = self._iris.page("sparql")
        levels = [(level, [each for each in stored_queries().values() if each.level == level]) for level in (1, 2, 3)]
        context = {
            "t": texts()[language],
            "settings": self._settings,
            "query": text,
            "levels": levels,
            "prefixes": PREFIXES,
            "snippets": snippets.snippets(address, text) if text else (),
            "formats": _offered(),
            "address": self._address,
            "link": self._link(text),
            **more,
        }
        return self._render(_TEMPLATE, language, context)

    def _exports(self, text: str, form: str) -> list[tuple[str, str]]:
        address = self._link(text)
        if not address:
            return []
        return [(each.word, f"{address}&format={each.word}") for each in BY_FORM[form] if each is not HTML]

    def _address(self, path: str, **query: str) -> str:
        """Return the address of a page of the site, from the root of its server."""
        return self._iris.local(self._iris.page(path, **query))

    def _link(self, text: str) -> str:
        """Return the address of a query, or nothing when it is too long for one."""
        address = self._address("sparql", query=text)
        return address if len(address) <= _LONGEST_ADDRESS else ""

    def _cell(self, term: dict[str, str] | None) -> dict[str, str] | None:
        """Return a term for the table: what to show, where it leads, its language or datatype."""
        if term is None:
            return None
        cell = {"kind": term["type"], "text": _printable(term["value"]), "lang": term.get("lang", "")}
        if term["type"] == "uri":
            cell["text"] = _short(term["value"])
            if term["value"].startswith(("http://", "https://")):
                cell["href"] = term["value"]
        if "datatype" in term:
            cell["datatype"] = _short(term["datatype"])
        return cell


def _chunks(answer: Answer) -> list[bytes]:
    return list(answer.spool.chunks()) if answer.spool is not None else []


def _offered() -> list[str]:
    return list(dict.fromkeys(each.word for offered in BY_FORM.values() for each in offered))


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _printable(text: str) -> str:
    """HTML cannot hold control characters either."""
    return "".join(
        char if char in "\t\n" or (char >= " " and char not in "\x7f\ufffe\uffff") else "\ufffd" for char in text
    )
