"""The answers of the API, made from a release: the same for HTTP and for assistants.

Each function takes the visit (a release and a language) and plain arguments, and raises one of werkzeug's HTTP
exceptions for what cannot be answered: their sentences are for the one who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from stdnum import isbn as isbns
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, Gone, NotFound

from publisher.exports.google import dataset_jsonld
from publisher.identity.iris import ENTITY_KINDS
from publisher.rdf.text import percent_encode
from publisher.release.document import number_key
from publisher.release.release import Release
from publisher.site import jsonld
from publisher.site.api.shapes import collection, edition, facets, named
from publisher.site.reader import InService
from publisher.site.searchquery import LAST_PAGE, PAGE_SIZE, SORTS, SearchQuery, years
from publisher.site.statements import statements
from publisher.site.visit import Visit

FILTERS = ("q", "library", "language", "type", "year", "digitized", "subject", "agent", "sort", "page")
SEARCH = (*FILTERS, "size", "lang")
LARGEST_PAGE = 100
DEEPEST = LAST_PAGE * PAGE_SIZE
"""Results that can be paged through; whoever needs more downloads a dataset."""


def search(now: Visit, args: Mapping[str, str], path: str = "api/search") -> dict[str, Any]:
    """Return a page of what a search finds, with its filters; `path` is where the search was asked."""
    query, size = checked(args, SEARCH)
    results = now.reader.search.find(query)
    pages = min(-(-results.total // size), DEEPEST // size)
    kept = {"size": str(size)} if size != PAGE_SIZE else {}
    kept |= {"lang": now.asked} if now.asked else {}

    def address(query: SearchQuery) -> str:
        said = {**query.args(), **kept}
        return now.reader.iris.page(path) + (f"?{urlencode(said)}" if said else "")

    return collection(
        now,
        query.page,
        pages,
        results.total,
        lambda page: address(query.on_page(page)),
        [edition(now, hit) for hit in results.hits],
        named=[named(now, each) for each in results.named],
        proposals=list(results.proposals),
        facets=facets(now, results.facets, lambda name, value: address(query.with_filter(name, value))),
    )


def checked(args: Mapping[str, str], allowed: Iterable[str], largest: int = LARGEST_PAGE) -> tuple[SearchQuery, int]:
    """Return the search that `args` ask for and the size of a page; raises BadRequest for what makes no sense."""
    _only(args, allowed)
    number = _number(args, "page", 1, LAST_PAGE)
    size = _number(args, "size", PAGE_SIZE, largest)
    if number * size > max(DEEPEST, size):
        raise BadRequest(f"Only the first {DEEPEST} results can be paged through; narrow the search or take a dataset.")
    if args.get("year") and years(args["year"]) is None:
        raise BadRequest('year is "2005", "2000-2009", "2000-" or "-1975".')
    if args.get("sort") and args["sort"] not in SORTS:
        raise BadRequest(f"sort is one of {', '.join(SORTS)}.")
    if args.get("digitized", "").lower() not in ("", "0", "1", "true", "false"):
        raise BadRequest("digitized is true or false.")
    return SearchQuery.of(MultiDict(args)).sized(size), size


def _number(args: Mapping[str, str], name: str, default: int, largest: int) -> int:
    said = args.get(name, "")
    if not said:
        return default
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and 1 <= int(said) <= largest):
        raise BadRequest(f"{name} is a number from 1 to {largest}.")
    return int(said)


def _only(args: Mapping[str, str], allowed: Iterable[str]) -> None:
    if unknown := sorted(set(args) - set(allowed)):
        raise BadRequest(f"There is no parameter {unknown[0][:50]!r} here; there are {', '.join(allowed)}.")


def suggestions(now: Visit, args: Mapping[str, str]) -> dict[str, Any]:
    """Return what begins like `q` is being typed."""
    _only(args, ("q", "lang"))
    found = now.reader.search.suggestions(args.get("q", "")[:100])
    own = now.reader.iris.page("api/suggest", q=args.get("q", ""))
    return collection(now, 1, 1, len(found), lambda page: own, [named(now, each) for each in found])


def entity(now: Visit, iri: str) -> dict[str, Any]:
    """Return what the release says of `iri` as one JSON-LD object, with our context's address."""
    found: dict[str, Any] = orjson.loads(jsonld.framed(statements(now.reader, iri), iri, now.reader.iris))
    return found


def located(now: Visit, service: InService, iri: str) -> str:
    """Return under which IRI `iri` is published now; raises BadRequest, NotFound or Gone."""
    split = now.reader.iris.split(iri)
    if split is None or split[0] not in ENTITY_KINDS:
        raise BadRequest(f"An IRI of this catalogue begins with {now.reader.settings.base}/ and names an entity.")
    if now.reader.exists(iri):
        return iri
    known = service.known(iri)
    if known is None:
        raise NotFound("Nothing was ever published under this IRI.")
    if known.target:
        return known.target
    raise Gone("This was published once and was withdrawn; the IRI will not be given to anything else.")


def lookup(now: Visit, service: InService, args: Mapping[str, str]) -> dict[str, Any]:
    """Return the editions with an ISBN, an ISSN, or the control number (001) of a library's record."""
    _only(args, ("isbn", "issn", "number", "library", "lang"))
    asked = [name for name in ("isbn", "issn", "number") if args.get(name)]
    if len(asked) != 1:
        raise BadRequest("Ask by one of isbn, issn and number.")
    value = args[asked[0]][:100]
    if asked[0] == "number":
        hits = now.reader.search.instances(_numbered(now, service, value, args.get("library", "")))
    else:
        key = number_key(value)
        if asked[0] == "isbn" and not isbns.is_valid(key):
            raise BadRequest("This is no ISBN: it does not have 10 or 13 digits, or its check digit is another.")
        hits = now.reader.search.identified(key)
        if args.get("library"):
            hits = [hit for hit in hits if args["library"] in hit.libraries]
    own = now.reader.iris.page("api/lookup", **{name: value for name, value in args.items() if name != "lang"})
    return collection(now, 1, 1, len(hits), lambda page: own, [edition(now, hit) for hit in hits])


def _numbered(now: Visit, service: InService, number: str, library: str) -> list[str]:
    """Return the instances that records with the control number describe, by the names that they were given."""
    codes = [library] if library else [each.code for each in now.reader.settings.libraries]
    found: dict[str, None] = {}
    for code in codes:
        iri = f"{now.reader.iris.base}/instance/{percent_encode(f'{code}-{number.strip()}')}"
        if now.reader.exists(iri):
            found[iri] = None
            continue
        of_record = now.reader.iris.record(code, percent_encode(number.strip()))
        found |= dict.fromkeys(
            each for each in now.reader.subjects("bf:adminMetadata", of_record) if "/instance/" in each
        )
        known = service.known(iri)
        if known and known.target:
            found[known.target] = None
    return list(found)


def libraries(now: Visit) -> dict[str, Any]:
    """Return the libraries."""
    counts = {each.value: each.count for each in now.reader.search.find(SearchQuery()).facets["library"]}
    members = []
    for row in now.reader.ledger.entities_in_order("library", limit=10_000):
        thing = now.thing(row.iri)
        code = thing.text("bf:code")
        count = counts.get(code)
        if count is None:
            count = now.reader.search.find(SearchQuery(library=code)).total
        members.append({"id": row.iri, "type": "Library", "label": thing.label, "code": code, "editions": count})
    own = now.reader.iris.page("api/libraries")
    return collection(now, 1, 1, len(members), lambda page: own, members)


def datasets(now: Visit) -> dict[str, Any]:
    """Return the datasets with their files, in schema.org."""
    own = now.reader.iris.page("api/datasets")
    members = [_dataset(now, dataset) for dataset in now.reader.datasets.values()]
    return collection(now, 1, 1, len(members), lambda page: own, members)


def _dataset(now: Visit, dataset: Any) -> dict[str, Any]:
    described = dataset_jsonld(now.reader.settings, dataset)
    declaration = dataset.dataset.declaration
    return {
        "id": described["@id"],
        "type": "Dataset",
        "label": declaration.title.in_language(now.language),
        "description": " ".join(declaration.description.in_language(now.language).split()),
        "rows": dataset.rows,
        "modified": dataset.modified.isoformat(),
        "licence": now.reader.settings.licence.iri if now.reader.settings.licence else None,
        "files": [
            {
                "id": f"{described['@id']}/{file.name}",
                "mediaType": file.media_type,
                "bytes": file.bytes,
                "sha256": file.sha256,
            }
            for file in dataset.files
        ],
    }


def releases(now: Visit, found: list[Release]) -> dict[str, Any]:
    """Return the releases that are there, the newest first, and which of them is in service."""
    members = [
        {
            "id": now.reader.iris.page(f"api/releases#{release.id}"),
            "type": "Release",
            "name": release.id,
            "created": release.manifest["created"],
            "inService": release.id == now.reader.release.id,
            "records": {name: release.manifest[name] for name in ("published", "withheld", "rejected")},
            "triples": release.manifest["triples"],
            "entities": release.manifest["entities"],
        }
        for release in reversed(found)
    ]
    own = now.reader.iris.page("api/releases")
    return collection(now, 1, 1, len(members), lambda page: own, members)
