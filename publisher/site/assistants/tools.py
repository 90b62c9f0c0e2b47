"""What the tools of assistants answer: the answers of the API, small enough to be read, with the IRIs to cite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import LanguageAccept

from publisher.rdf.terms import PREFIXES
from publisher.site.api import answers
from publisher.site.brief import brief
from publisher.site.citations import csl_item, in_words
from publisher.site.reader import InService
from publisher.site.visit import Visit
from publisher.sparql.description import FILE_NAME, Description
from publisher.sparql.stored import stored_queries

LONGEST_LIST = 50
"""Values of one property that are shown."""
_CITED = ("work", "instance")
_MOST_USED = 60


class Tools:
    """The tools over whatever release is in service."""

    def __init__(self, service: InService) -> None:
        self._service = service

    def _visit(self, lang: str) -> Visit:
        return Visit.of(self._service.reader(), lang, LanguageAccept([]))

    def search(self, lang: str, **filters: str | int | bool | None) -> dict[str, Any]:
        """Return a page of what was found, the filters without their addresses."""
        said = {name: _written(value) for name, value in filters.items() if value not in (None, "", False)}
        found = answers.search(self._visit(lang), said)
        return {
            "total": found["totalItems"],
            "results": found["member"],
            "also_called_so": found["named"],
            "did_you_mean": found["proposals"],
            "filters": {
                name: [{key: each[key] for key in ("value", "label", "count")} for each in values]
                for name, values in found["facets"].items()
            },
            "page_for_people": found["id"].replace("/api/search", "/search"),
        }

    def read_entity(self, iri: str, lang: str) -> dict[str, Any]:
        """Return everything that is said of an entity; long lists are cut, and how much is left out is said."""
        now = self._visit(lang)
        found = answers.located(now, self._service, iri.strip().partition("#")[0])
        thing = now.thing(found)
        answer = {"iri": found, "label": thing.label, "kind": thing.kind}
        if thing.kind in _CITED:
            answer["citation"] = in_words(csl_item(brief(thing)))
        return {**answer, "description": _trimmed(answers.entity(now, found))}

    def find_by_number(self, lang: str, **numbers: str) -> dict[str, Any]:
        """Return the editions with an ISBN, an ISSN or a control number."""
        said = {name: value for name, value in numbers.items() if value}
        found = answers.lookup(self._visit(lang), self._service, said)
        return {"total": found["totalItems"], "results": found["member"]}

    def list_datasets(self, lang: str) -> dict[str, Any]:
        """Return the datasets with their files."""
        now = self._visit(lang)
        licence = now.reader.settings.licence
        return {
            "release": now.reader.release.id,
            "licence": licence.iri if licence else None,
            "publisher": now.reader.publisher_name.in_language(now.language),
            "datasets": answers.datasets(now)["member"],
        }

    def list_libraries(self, lang: str) -> dict[str, Any]:
        """Return the libraries with their codes."""
        return {"libraries": answers.libraries(self._visit(lang))["member"]}

    def explain_data_model(self, lang: str) -> dict[str, Any]:
        """Return how the data is made: kinds of entities, classes and properties in use, prefixes, queries to copy."""
        now = self._visit(lang)
        path = now.reader.release.path / FILE_NAME
        counted = Description.from_json(path.read_bytes())
        return {
            "base": now.reader.settings.base,
            "release": now.reader.release.id,
            "created": now.reader.release.created.isoformat(),
            "triples": counted.triples,
            "entities": dict(now.reader.counts),
            "model": _MODEL,
            "classes": dict(list(counted.classes.items())[:_MOST_USED]),
            "properties": dict(list(counted.properties.items())[:_MOST_USED]),
            "prefixes": dict(PREFIXES),
            "example_queries": {name: query.text for name, query in sorted(stored_queries().items())},
        }


_MODEL = (
    "BIBFRAME 2 and schema.org on the same IRIs, all in the default graph, no blank nodes. "
    "A bf:Work (what was created: bf:contribution, bf:subject, bf:language, schema:author, schema:about) has "
    "bf:hasInstance a bf:Instance (an edition: bf:title, bf:provisionActivity, schema:datePublished, schema:isbn), "
    "which has bf:hasItem a bf:Item (a copy: bf:heldBy a library, bf:shelfMark, bf:electronicLocator for what is "
    "digitized). Agents, concepts and places have rdfs:label and owl:sameAs or skos:exactMatch. rong:foldedKey is a "
    "label in lower case without Vietnamese marks, rong:sortKey its alphabetical order. In SPARQL, "
    '?thing rong:search "words" asks the search index, which is much faster than FILTER over labels.'
)


def _written(value: str | float | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _trimmed(value: Any) -> Any:
    """Return `value` with long lists cut; the last element of one that was says how much is missing."""
    if isinstance(value, Mapping):
        return {name: _trimmed(each) for name, each in value.items()}
    if isinstance(value, list):
        kept = [_trimmed(each) for each in value[:LONGEST_LIST]]
        return [*kept, f"... and {len(value) - LONGEST_LIST} more"] if len(value) > LONGEST_LIST else kept
    return value
