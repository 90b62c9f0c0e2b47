"""What results look like in JSON-LD: collections with pages, editions, named things, filters.

The context is `vocab/context-api-v1.jsonld`; collections are those of the Hydra Core Vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from publisher.site.jsonld import context_address
from publisher.site.labels import filter_label
from publisher.site.search import Count, Hit, Named
from publisher.site.visit import Visit

CONTEXT = "api-v1"


def collection(
    now: Visit, page: int, pages: int, total: int, address: Callable[[int], str], members: list[Any], **more: Any
) -> dict[str, Any]:
    """Return one page of a collection; `address` makes the full address of a page from its number."""
    view = {
        "id": address(page),
        "type": "PartialCollectionView",
        "first": address(1),
        "previous": address(page - 1) if page > 1 else None,
        "next": address(page + 1) if page < pages else None,
        "last": address(max(pages, 1)),
    }
    return {
        "@context": context_address(now.reader.iris, CONTEXT),
        "id": address(1),
        "type": "Collection",
        "totalItems": total,
        "view": {name: value for name, value in view.items() if value},
        **more,
        "member": members,
    }


def edition(now: Visit, hit: Hit) -> dict[str, Any]:
    """Return an edition as it stands in a list; what nobody said is left out."""
    said = {
        "id": hit.iri,
        "type": "Instance",
        "title": hit.title,
        "work": hit.work,
        "agents": list(hit.agents),
        "publishers": list(hit.publishers),
        "year": hit.year or None,
        "form": hit.form,
        "languages": list(hit.languages),
        "libraries": [now.reader.iris.library(code) for code in hit.libraries],
        "digitized": hit.digitized,
    }
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def named(now: Visit, found: Named) -> dict[str, str]:
    """Return an entity by its name."""
    return {"id": found.iri, "kind": found.kind, "label": now.called(found)}


def facets(
    now: Visit, counts: Mapping[str, tuple[Count, ...]], narrowed: Callable[[str, str], str]
) -> dict[str, list[dict[str, Any]]]:
    """Return the filters with their values; `narrowed` makes the address of a search with one more filter."""
    return {
        name: [
            {
                "value": each.value,
                "label": filter_label(name, each.value, now),
                "count": each.count,
                "search": narrowed(name, each.value),
            }
            for each in values
        ]
        for name, values in counts.items()
    }
