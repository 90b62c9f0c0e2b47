"""The lists: libraries, and everybody and everything in the order of the Vietnamese alphabet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from publisher.rdf.vietnamese import sort_key
from publisher.site.atlas import MOST, drawn, sites
from publisher.site.searchquery import SearchQuery
from publisher.site.thing import Thing
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("lists", __name__)

ROWS = 100
LISTED = {"works": "work", "agents": "agent", "concepts": "concept", "places": "place"}
LETTERS = tuple("aăâbcdđeêghiklmnoôơpqrstuưvxy")


@blueprint.get("/libraries")
def libraries() -> Response:
    """Return the libraries, with how much each has."""
    now = visit()
    counts = {count.value: count.count for count in now.reader.search.find(SearchQuery()).facets["library"]}
    rows = now.reader.ledger.entities_in_order("library", limit=MOST)
    things = [now.thing(row.iri) for row in rows]
    page = render_template(
        "libraries.html", things=things, counts=counts, map=drawn(sites(things)), content=_item_list(things)
    )
    return validated(Response(page))


@blueprint.get(f"/<any({','.join(LISTED)}):name>")
def listed(name: str) -> Response:
    """Return all works, agents, concepts or places, a page at a time; `from` goes to a letter."""
    ledger, kind = visit().reader.ledger, LISTED[name]
    total = visit().reader.counts.get(kind, 0)
    pages = max(-(-total // ROWS), 1)
    letter = request.args.get("from", "").strip().lower()[:20]
    page = ledger.entities_before(kind, sort_key(letter)) // ROWS + 1 if letter else SearchQuery.of(request.args).page
    if page > pages:
        abort(404)
    rows = ledger.entities_in_order(kind, (page - 1) * ROWS, ROWS)
    return validated(
        Response(
            render_template(
                "list.html", name=name, rows=rows, total=total, page=page, pages=pages, letters=LETTERS, letter=letter
            )
        )
    )


def _item_list(things: list[Thing]) -> dict[str, Any]:
    return {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "ItemList",
        "numberOfItems": len(things),
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": {"@id": thing.iri}, "name": thing.label}
            for place, thing in enumerate(things, start=1)
        ],
    }
