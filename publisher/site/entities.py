"""The pages of entities: HTML at the thing's own IRI, RDF by content negotiation and by suffix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from publisher.identity.iris import ENTITY_KINDS
from publisher.release.document import form_of
from publisher.site import mistakes, views
from publisher.site.atlas import around
from publisher.site.brief import brief
from publisher.site.citations import WRITERS, csl_item, in_words
from publisher.site.copies import digitized, holdings
from publisher.site.feeds import FOLLOWED
from publisher.site.fields import LineOf, lines, title_text
from publisher.site.formats import ATOM, CITATIONS, FORMATS, HTML, JSONLD, RDF_FORMATS, Format, accepted, split_suffix
from publisher.site.iiif import manifests_of
from publisher.site.leafing import readings, words
from publisher.site.people import contributors
from publisher.site.searchquery import PAGE_SIZE, SearchQuery
from publisher.site.security import with_images_from
from publisher.site.statements import serialized, statements
from publisher.site.structured import structured
from publisher.site.thing import Thing
from publisher.site.validators import validated
from publisher.site.visit import in_service, visit

blueprint = Blueprint("entities", __name__)

CITED = ("work", "instance")
"""Kinds of entities that are cited."""
UNMARKED = ("item", "record")
"""Kinds that schema.org has no class for: a copy is an Offer of its edition, whose page says so."""
_MOST_OTHERS = 12
"""Other editions of its work that the page of an edition lists; the page of the work has them all."""
_KINDS = ",".join(kind for kind in ENTITY_KINDS if kind != "dataset")


@blueprint.get(f"/<any({_KINDS}):kind>/<path:identifier>")
def entity(kind: str, identifier: str) -> AnyResponse:
    """Return an entity: as a page, as RDF, where it has moved to, or that it is gone."""
    reader = visit().reader
    iri, suffix = reader.iris.of_path(f"{kind}/{identifier}"), None
    cited = CITATIONS if kind in CITED else ()
    if not reader.exists(iri):
        stem, suffix = split_suffix(identifier, (*RDF_FORMATS, *cited))
        iri = reader.iris.of_path(f"{kind}/{stem}")
        if suffix is None or not reader.exists(iri):
            return _elsewhere(iri, suffix)
    syntax = suffix or accepted(request.accept_mimetypes, (*FORMATS, *cited))
    if syntax is None:
        abort(406)
    if syntax in CITATIONS:
        response = _citation(iri, syntax)
    else:
        response = _page(kind, iri) if syntax == HTML else rdf(iri, syntax)
    return describe(response, iri, syntax, (*RDF_FORMATS, *cited))


def _elsewhere(iri: str, suffix: Format | None) -> AnyResponse:
    """Answer for an IRI that the release does not have: the registry may know what became of it."""
    known = in_service().known(iri)
    if known is None:
        abort(404)
    if known.target:
        address = visit().reader.iris.local(known.target) + (f".{suffix.suffix}" if suffix else "")
        return redirect(address, 301)
    if known.withdrawn:
        abort(410)
    abort(404)


def _citation(iri: str, syntax: Format) -> Response:
    body = WRITERS[syntax]([csl_item(brief(visit().thing(iri)))])
    response = Response(body, content_type=f"{syntax.media_type}; charset=utf-8")
    name = "-".join(visit().reader.iris.split(iri) or ("rong",))
    response.headers.set("Content-Disposition", "inline", filename=f"{name}.{syntax.suffix}")
    return response


def rdf(iri: str, syntax: Format) -> Response:
    """Return what the release says of `iri`."""
    reader = visit().reader
    body = serialized(statements(reader, iri), syntax, reader, iri)
    charset = "" if syntax.suffix in ("jsonld", "rdf", "nt") else "; charset=utf-8"
    return Response(body, content_type=f"{syntax.media_type}{charset}")


def describe(response: Response, iri: str, syntax: Format, others: Sequence[Format] = RDF_FORMATS) -> Response:
    """Return `response` with the links between the representations of `iri`, its licence and its validators."""
    now = visit()
    links = [f'<{now.canonical()}>; rel="canonical"' if syntax == HTML else f'<{iri}>; rel="about"']
    links += [f'<{iri}.{other.suffix}>; rel="alternate"; type="{other.media_type}"' for other in others]
    if syntax == HTML:
        links.append(f'<{iri}.{JSONLD.suffix}>; rel="describedby"; type="{JSONLD.media_type}"')
    else:
        links.append(f'<{iri}>; rel="alternate"; type="{HTML.media_type}"')
    if (now.reader.iris.split(iri) or ("",))[0] in FOLLOWED:
        links.append(f'<{iri}/feed.atom>; rel="alternate"; type="{ATOM.media_type}"')
    if now.reader.settings.licence:
        links.append(f'<{now.reader.settings.licence.iri}>; rel="license"')
    response.headers["Link"] = ", ".join(links)
    return validated(response)


def _page(kind: str, iri: str) -> Response:
    thing = visit().thing(iri)
    model = _MODELS[kind](thing)
    if kind not in UNMARKED:
        model["content"] = structured(statements(thing.reader, iri), iri)
    if kind in CITED:
        model["cited"] = in_words(csl_item(brief(thing)))
    model["report"] = mistakes.report(visit(), thing, model)
    response = Response(render_template(f"{kind}.html", thing=thing, **model))
    if read := model.get("readings"):
        with_images_from(response, (picture for reading in read for picture in reading.pictures))
    return response


def _page_number() -> int:
    """Return the page that the address asks for; a list of one entity has as many as it needs."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < len(asked) < 8 and int(asked) else 1


def _checked(page: int, pages: int) -> int:
    """Return `pages`; what lies behind the last page is not there."""
    if page > max(pages, 1):
        abort(404)
    return pages


def _work(thing: Thing) -> dict[str, Any]:
    page = _page_number()
    instances, total = thing.reader.search.editions(thing.iri, page, PAGE_SIZE)
    return {
        "page": page,
        "pages": _checked(page, -(-total // PAGE_SIZE)),
        "title": _title(thing),
        "contributors": contributors(thing),
        "instances": [_edition(thing.of(instance)) for instance in instances],
        "subjects": _subjects(thing),
        "summaries": thing.texts("bf:summary/rdfs:label"),
        "lines": lines(thing, views.WORK),
    }


def _instance(thing: Thing) -> dict[str, Any]:
    work = next(iter(thing.things("bf:instanceOf")), thing)
    editions, _ = thing.reader.search.editions(work.iri, 1, _MOST_OTHERS + 1)
    others = [work.of(iri) for iri in editions if iri != thing.iri][:_MOST_OTHERS]
    shown, held = lines(thing, views.INSTANCE), holdings([thing])
    keys = {line.key for line in shown}
    return {
        "title": _title(thing),
        "form": form_of(work.classes),
        "work": work,
        "contributors": contributors(work),
        "holdings": held,
        "map": around(visit(), {holding.library.iri for holding in held}),
        "digital": digitized(thing),
        "manifests": manifests_of(thing),
        "readings": readings(thing),
        "words": words(),
        "others": [_edition(instance) for instance in others],
        "subjects": _subjects(work),
        "summaries": list(dict.fromkeys([*work.texts("bf:summary/rdfs:label"), *thing.texts("bf:summary/rdfs:label")])),
        "lines": [*shown, *(line for line in lines(work, views.WORK) if line.key not in keys)],
        "records": [record for record in thing.things("bf:adminMetadata") if record.kind == "record"],
    }


def _edition(instance: Thing) -> dict[str, Any]:
    libraries = {library.iri: library for library in instance.things("bf:hasItem/bf:heldBy")}
    return {
        "thing": instance,
        "imprint": instance.text("bf:publicationStatement"),
        "edition": instance.text("bf:editionStatement"),
        "libraries": sorted(libraries.values(), key=lambda library: library.sort_key),
        "digital": bool(digitized(instance)),
    }


def _title(thing: Thing) -> tuple[str, str]:
    """Return the title of a page and what stands below it: the main title with its parts, and the subtitle."""
    for title in thing.things("bf:title"):
        if "Title" in title.classes and len(title.classes) == 1:
            subtitle = title.text("bf:subtitle")
            whole = title_text(title)
            return (whole.removesuffix(f" : {subtitle}"), subtitle) if subtitle else (whole, "")
    return thing.label, ""


def _subjects(work: Thing) -> list[Thing]:
    return [subject for subject in work.things("bf:subject") if subject.exists]


def _item(thing: Thing) -> dict[str, Any]:
    return {
        "instance": next(iter(thing.things("bf:itemOf")), None),
        "lines": lines(thing, views.ITEM),
        "digital": digitized(thing),
    }


def _named(wanted: tuple[LineOf, ...], *relations: str) -> Callable[[Thing], dict[str, Any]]:
    """Return the model of an agent, a concept or a place: its lines, and what is by it or about it."""

    def model(thing: Thing) -> dict[str, Any]:
        split = thing.reader.iris.split(thing.iri)
        path, page = "/".join(split or ()), _page_number()
        found = {relation: thing.reader.search.linked(relation, path, page) for relation in relations}
        most = max((total for _, total in found.values()), default=0)
        return {
            "lines": lines(thing, wanted),
            "found": {relation: listed for relation, listed in found.items() if listed[1]},
            "page": page,
            "pages": _checked(page, -(-most // PAGE_SIZE)),
        }

    return model


def _library(thing: Thing) -> dict[str, Any]:
    code = thing.text("bf:code")
    results = thing.reader.search.find(SearchQuery(library=code, page=_page_number()))
    _checked(_page_number(), results.pages)
    return {"code": code, "results": results, "page": _page_number(), "map": around(visit(), {thing.iri})}


def _record(thing: Thing) -> dict[str, Any]:
    instances = [iri for iri in thing.reader.subjects("bf:adminMetadata", thing.iri) if "#" not in iri]
    # What an authority record describes is no instance: the page names the agent, the concept or the place.
    instance = next((iri for iri in instances if thing.of(iri).kind == "instance"), next(iter(instances), ""))
    return {
        "lines": lines(thing, views.RECORD),
        "instance": thing.of(instance) if instance else None,
        "rows": thing.reader.ledger.of_instance(instance) if instance else [],
    }


_MODELS: dict[str, Callable[[Thing], dict[str, Any]]] = {
    "work": _work,
    "instance": _instance,
    "item": _item,
    "agent": _named(views.AGENT, "by", "about"),
    "concept": _named(views.CONCEPT, "about"),
    "place": _named(views.PLACE, "about", "now", "from", "now_from"),
    "library": _library,
    "record": _record,
}
