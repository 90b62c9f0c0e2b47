"""What a search found, for programs: JSON-LD, CSV and Atom (OpenSearch 1.1) beside the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response
from werkzeug.exceptions import BadRequest

from publisher.exports.writers import csv_cell
from publisher.site import atom
from publisher.site.api import answers
from publisher.site.brief import brief
from publisher.site.formats import ATOM, CSV, HTML, JSONLD, RESULTS, Format
from publisher.site.labels import filter_label
from publisher.site.search import Hit
from publisher.site.searchquery import PAGE_SIZE, SearchQuery
from publisher.site.visit import Visit

LARGEST_TABLE = 1000
"""Rows of a page of CSV."""
COLUMNS = ("iri", "title", "agents", "publishers", "year", "type", "languages", "libraries", "digitized", "work")
_NAMES = {"html": HTML, "jsonld": JSONLD, "json": JSONLD, "json-ld": JSONLD, "atom": ATOM, "csv": CSV}
_ALLOWED = (*answers.SEARCH, "format")


def named_format(name: str) -> Format:
    """Return the format that an address asks for by `format=`; raises BadRequest when there is none of that name."""
    if name not in _NAMES:
        raise BadRequest(f"format is one of {', '.join(known.suffix for known in RESULTS)}.")
    return _NAMES[name]


def answer(now: Visit, args: Mapping[str, str], form: Format) -> Response:
    """Return what the search of `args` finds in one of `RESULTS` but HTML."""
    said = {name: value for name, value in args.items() if name != "format"}
    body = {JSONLD: _jsonld, CSV: _csv, ATOM: _atom}[form](now, said)
    response = Response(body, content_type=f"{form.media_type}; charset=utf-8")
    if form == JSONLD:
        response.content_type = form.media_type  # RFC 8259: it has no charset
    if form == CSV:
        response.content_type = f"{form.media_type}; charset=utf-8; header=present"
        response.headers.set("Content-Disposition", "inline", filename="rong-search.csv")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _jsonld(now: Visit, args: Mapping[str, str]) -> bytes:
    return orjson.dumps(answers.search(now, args, f"search.{JSONLD.suffix}"), option=orjson.OPT_INDENT_2)


def _csv(now: Visit, args: Mapping[str, str]) -> bytes:
    """Return the results as the datasets are written: UTF-8 with a mark for Excel, no cell that is run as a formula."""
    query, _ = answers.checked(args, _ALLOWED, LARGEST_TABLE)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([csv_cell(cell) for cell in _row(now, hit)] for hit in now.reader.search.find(query).hits)
    return text.getvalue().encode("utf-8-sig")


def _row(now: Visit, hit: Hit) -> list[Any]:
    return [
        hit.iri,
        hit.title,
        list(hit.agents),
        list(hit.publishers),
        hit.year or None,
        filter_label("type", hit.form, now),
        [filter_label("language", code, now) for code in hit.languages],
        [filter_label("library", code, now) for code in hit.libraries],
        int(hit.digitized),
        hit.work,
    ]


def _atom(now: Visit, args: Mapping[str, str]) -> bytes:
    query, size = answers.checked(args, _ALLOWED)
    results = now.reader.search.find(query)
    last = max(min(-(-results.total // size), answers.DEEPEST // size), 1)
    links = {"alternate": now.reader.iris.absolute(now.search(query)), "self": _address(now, query)}
    links |= {"first": _address(now, query.on_page(1)), "last": _address(now, query.on_page(last))}
    if query.page > 1:
        links["previous"] = _address(now, query.on_page(query.page - 1))
    if query.page < last:
        links["next"] = _address(now, query.on_page(query.page + 1))
    numbers = {
        "totalResults": str(results.total),
        "startIndex": str((query.page - 1) * size + 1),
        "itemsPerPage": str(size),
    }
    moment = now.reader.release.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    title = now.t("search.title_of", q=query.q) if query.q else now.t("search.title")
    feed = atom.Feed(_address(now, query.on_page(1)), title, now.t("site.name"), moment, links, numbers)
    entries = (atom.Entry(brief(now.thing(hit.iri)), moment) for hit in results.hits)
    return atom.document(feed, entries, now)


def _address(now: Visit, query: SearchQuery) -> str:
    said = query.args() | ({"size": str(query.size)} if query.size != PAGE_SIZE else {})
    said |= {"lang": now.asked} if now.asked else {}
    address = now.reader.iris.page(f"search.{ATOM.suffix}")
    return f"{address}?{urlencode(said)}" if said else address
