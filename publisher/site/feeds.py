"""Feeds of what is new and changed: of everything, of a library, of a subject, of a place, of somebody's works.

An entry is an edition, its `id` the IRI, its `updated` the moment at which what is published of it last changed (the
chronicle knows); so a new release alone changes no feed.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from publisher.release.chronicle import END, LIBRARY, Chronicle
from publisher.release.chronicle import Entry as Change
from publisher.site import atom
from publisher.site.brief import brief
from publisher.site.formats import ATOM
from publisher.site.validators import validated
from publisher.site.visit import Visit, in_service, visit

blueprint = Blueprint("feeds", __name__)

SIZE = 50
"""Entries of a page."""
FOLLOWED = ("library", "concept", "place", "agent")
"""Kinds of entities that have a feed."""
_FEW = 2000
"""Editions of which a subject may have so many that they are looked up one by one; of more the changes are gone
through from the latest on, since every page is soon full."""
_STRIDE, _STRIDES = 500, 40
_PLACE = re.compile(r"(\d{1,18})-(\d{1,18})")

_Place = tuple[int, int]
_Page = tuple[list[Change], _Place | None]


@blueprint.get("/feed.atom")
def everything() -> Response:
    """Return what is new and changed."""
    now = visit()
    return _feed(now, now.t("feed.title"), "/", "/feed.atom", _of_set(in_service().chronicle, "", _before()))


@blueprint.get(f"/<any({','.join(FOLLOWED)}):kind>/<path:identifier>/feed.atom")
def of_entity(kind: str, identifier: str) -> Response:
    """Return what is new and changed in a library, about a subject or a place, by or about an agent."""
    now, chronicle = visit(), in_service().chronicle
    iri = now.reader.iris.of_path(f"{kind}/{identifier}")
    thing = now.thing(iri)
    if not thing.exists:
        abort(404)
    if kind == "library":
        page = _of_set(chronicle, f"{LIBRARY}:{thing.text('bf:code') or identifier}", _before())
    else:
        page = _linked(now, chronicle, f"{kind}/{identifier}", _before())
    title = now.t("feed.title_of", name=thing.label)
    return _feed(now, title, f"/{kind}/{identifier}", f"/{kind}/{identifier}/feed.atom", page)


def _before() -> _Place:
    """Return the place before which this page begins; raises 404 for an address that we never gave."""
    said = request.args.get("before")
    if said is None:
        return END
    found = _PLACE.fullmatch(said)
    if not found:
        abort(404)
    return int(found[1]), int(found[2])


def _of_set(chronicle: Chronicle, spec: str, before: _Place) -> _Page:
    changes = chronicle.latest(spec, before, SIZE + 1) if chronicle.release() else []
    return changes[:SIZE], _place(changes[SIZE - 1]) if len(changes) > SIZE else None


def _linked(now: Visit, chronicle: Chronicle, path: str, before: _Place) -> _Page:
    """Return the changes to what is by or about the entity at `path`."""
    if not chronicle.release():
        return [], None
    search = now.reader.search
    if search.count_linked(path) <= _FEW:
        found = (chronicle.entry(iri) for iri in search.iris_linked(path, _FEW))
        changes = sorted((each for each in found if each and _place(each) < before), key=_place, reverse=True)
        return changes[:SIZE], _place(changes[SIZE - 1]) if len(changes) > SIZE else None
    kept: list[Change] = []
    for _ in range(_STRIDES):
        looked = chronicle.latest("", before, _STRIDE)
        about = search.linked_among(path, [each.iri for each in looked])
        kept += [each for each in looked if each.iri in about]
        if len(looked) < _STRIDE:
            return kept[:SIZE], _place(kept[SIZE - 1]) if len(kept) > SIZE else None
        if len(kept) >= SIZE:
            return kept[:SIZE], _place(kept[SIZE - 1])
        before = _place(looked[-1])
    return kept, before


def _place(change: Change) -> _Place:
    return change.turn, change.id


def _feed(now: Visit, title: str, page: str, path: str, found: _Page) -> Response:
    changes, further = found
    changes = [each for each in changes if now.reader.exists(each.iri)]
    iri, chronicle = now.reader.iris.of_path(path), in_service().chronicle
    own = now.link(path)
    links = {
        "alternate": now.reader.iris.absolute(now.link(page)),
        "self": now.reader.iris.absolute(now.link(path, **_asked())),
        "first": now.reader.iris.absolute(own),
    }
    if further:
        links["next"] = now.reader.iris.absolute(now.link(path, before=f"{further[0]}-{further[1]}"))
    updated = changes[0].moment if changes else now.reader.release.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    described = atom.Feed(iri, title, now.t("feed.subtitle"), updated, links)
    entries = (atom.Entry(brief(now.thing(each.iri)), each.moment, each.first) for each in changes)
    response = Response(atom.document(described, entries, now), content_type=f"{ATOM.media_type}; charset=utf-8")
    if chronicle.release() != now.reader.release.id:
        response.headers["Cache-Control"] = "no-store"  # the chronicle is a moment behind the release
        return response
    return validated(response)


def _asked() -> dict[str, str]:
    return {"before": request.args["before"]} if "before" in request.args else {}
