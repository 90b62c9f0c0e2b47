"""Search in the index of a release: what is found, narrowed down and counted, and ways out of a dead end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import tantivy

from publisher.rdf.vietnamese import fold
from publisher.release.index import open_index
from publisher.release.wording import FIELDS, MOST_WORDS, Wording, beginning, or_made_by, preferred
from publisher.site.paging import Paging
from publisher.site.searchquery import PAGE_SIZE, SearchQuery, years

Query = tantivy.Query
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should

_MOST_NAMED = 6
_MOST_MAKERS = 3
"""Agents that are called what is typed whose editions are offered too."""

FACET_SIZE = 12
_EXACTLY_COUNTED = 2000
"""Values that each segment of the index counts, so that the sums of the first `FACET_SIZE` are true."""

_FACETS = {
    "library": "library",
    "language": "language",
    "type": "form",
    "agent": "agent_name",
    "subject": "subject_name",
}
"""The filter in the address, and the field that is counted for it."""
_ENTITY_KINDS = ("agent", "concept", "place", "library")
_SORTS = {
    "title": ("sort_key", tantivy.Order.Asc),
    "newest": ("year", tantivy.Order.Desc),
    "oldest": ("year", tantivy.Order.Asc),
}


class Hit(NamedTuple):
    """One instance in a list of results."""

    iri: str
    work: str
    title: str
    agents: tuple[str, ...]
    publishers: tuple[str, ...]
    year: int
    form: str
    languages: tuple[str, ...]
    libraries: tuple[str, ...]
    digitized: bool


class Named(NamedTuple):
    """An agent, a concept, a place or a library that is called what was looked for."""

    iri: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Count:
    """One value of a filter and how many results it leaves."""

    value: str
    count: int


class Results(NamedTuple):
    """What was found: one page of it, how much there is, and what it could be narrowed down to."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[Count, ...]]
    named: tuple[Named, ...]
    proposals: tuple[str, ...]

    @property
    def pages(self) -> int:
        """How many pages of results there are."""
        return -(-self.total // PAGE_SIZE)


class Search:
    """The index of one release, opened once."""

    def __init__(self, path: Path) -> None:
        index = open_index(path)
        index.config_reader("manual")  # a release never changes; nothing has to watch the folder
        self._schema = index.schema
        self._wording = Wording(index.schema)
        self._searcher = index.searcher()
        self._paging = Paging(index.schema, self._searcher)

    def find(self, query: SearchQuery) -> Results:
        """Return what `query` finds."""
        words, filters = self._wording.queries(query.q), self._filters(query)
        everything = self._all(Query.boost_query(self._kinds("instance"), 0.0), *words, *filters.values())
        hits, total = self._hits(everything, query, ranked=bool(words))
        return Results(
            hits=tuple(hits),
            total=total,
            facets=self._facets(words, filters, everything),
            named=tuple(self._named(query.q)) if query.page == 1 else (),
            proposals=tuple(self._proposals(query.q)) if not total else (),
        )

    def count(self, query: SearchQuery) -> int:
        """Return how many editions `query` finds."""
        everything = self._all(self._kinds("instance"), *self._wording.queries(query.q), *self._filters(query).values())
        return self._searcher.search(everything, 1).count or 0  # type: ignore[attr-defined]  # as in `_hits`

    def suggestions(self, text: str, limit: int = 8) -> list[Named]:
        """Return what begins like `text` is being typed, the last word perhaps unfinished; then what they made."""
        called = beginning(self._schema, text)
        if called is None:
            return []
        makers = self._searcher.search(self._all(self._kinds("agent"), called), _MOST_MAKERS, count=False).hits
        either = or_made_by(self._schema, called, [self._searcher.doc(address)["iri"][0] for _, address in makers])
        query = self._all(Query.boost_query(self._kinds("instance", *_ENTITY_KINDS), 0.0), either)
        found = self._searcher.search(query, limit * 3, count=False)
        once: dict[str, Named] = {}
        for _, address in found.hits:
            document = self._searcher.doc(address)
            named = Named(document["iri"][0], document["kind"][0], document["label"][0])
            if named.kind in ("instance", *_ENTITY_KINDS):
                once.setdefault(named.label, named)
        return list(once.values())[:limit]

    def linked(self, relation: str, path: str, page: int) -> tuple[tuple[Hit, ...], int]:
        """Return one page of the instances that are "by" or "about" the entity at `path` ("agent/1"), and how many."""
        query = self._all(self._term("linked", f"{relation} {path}"))
        hits, total = self._hits(query, SearchQuery(sort="title", page=page), ranked=False)
        return tuple(hits), total

    def editions(self, work: str, page: int, size: int) -> tuple[list[str], int]:
        """Return the IRIs of one page of the editions of `work`, as Vietnamese sorts them, and how many there are."""
        hits, total = self._hits(
            self._term("work", work), SearchQuery(sort="title", page=page, size=size), ranked=False
        )
        return [hit.iri for hit in hits], total

    def count_linked(self, path: str) -> int:
        """Return how many instances are by or about the entity at `path`."""
        return self._searcher.search(self._by_or_about(path), 1).count or 0  # type: ignore[attr-defined]

    def iris_linked(self, path: str, limit: int) -> list[str]:
        """Return the IRIs of up to `limit` instances that are by or about the entity at `path`."""
        hits = self._searcher.search(self._by_or_about(path), limit, count=False).hits
        return [self._searcher.doc(address)["iri"][0] for _, address in hits]

    def linked_among(self, path: str, iris: list[str]) -> set[str]:
        """Return those of `iris` that are by or about the entity at `path`."""
        if not iris:
            return set()
        among = self._all(Query.term_set_query(self._schema, "iri", iris), self._by_or_about(path))
        hits = self._searcher.search(among, len(iris), count=False).hits
        return {self._searcher.doc(address)["iri"][0] for _, address in hits}

    def identified(self, key: str, limit: int = 100) -> list[Hit]:
        """Return the instances that have the number `key` (see `release.document.number_key`)."""
        hits = self._searcher.search(self._term("identifier", key), limit, count=False).hits
        return [_hit(self._searcher.doc(address)) for _, address in hits]

    def instances(self, iris: list[str]) -> list[Hit]:
        """Return the instances with these IRIs, those that there are."""
        query = Query.term_set_query(self._schema, "iri", iris)
        hits = self._searcher.search(query, max(len(iris), 1), count=False).hits
        return [_hit(self._searcher.doc(address)) for _, address in hits]

    def _by_or_about(self, path: str) -> Query:
        return Query.term_set_query(self._schema, "linked", [f"by {path}", f"about {path}"])

    # Queries

    def _term(self, field: str, value: Any) -> Query:
        return Query.term_query(self._schema, field, value)

    def _kinds(self, *kinds: str) -> Query:
        return Query.term_set_query(self._schema, "kind", list(kinds))

    @staticmethod
    def _all(*queries: Query) -> Query:
        return Query.boolean_query([(_MUST, query) for query in queries])

    def _filters(self, query: SearchQuery) -> dict[str, Query]:
        """Return the filters by their name in the address; they do not count in the ranking."""
        found = {name: self._term(_FACETS[name], value) for name, value in query.filters().items() if name in _FACETS}
        if query.digitized:
            found["digitized"] = self._term("digitized", True)
        if span := years(query.year):
            found["year"] = self._years(*span)
        return {name: Query.boost_query(each, 0.0) for name, each in found.items()}

    def _years(self, first: int | None, last: int | None) -> Query:
        return Query.range_query(
            self._schema, "year", tantivy.FieldType.Integer, first if first is not None else 1, last or 9999
        )

    # Answers

    def _hits(self, query: Query, wanted: SearchQuery, ranked: bool) -> tuple[list[Hit], int]:
        sort = wanted.sort if ranked or wanted.sort != "relevance" else "title"
        size = wanted.size
        offset = (wanted.page - 1) * size
        if sort in _SORTS:
            field, order = _SORTS[sort]
            total = self._searcher.search(query, 1).count or 0  # type: ignore[attr-defined]  # as below
            if offset >= total:
                return [], total
            if sort == "title":
                query, offset = self._paging.nearby(query, offset)
            found = self._searcher.search(query, size, offset=offset, order_by_field=field, order=order, count=False)
            return [_hit(self._searcher.doc(address)) for _, address in found.hits], total
        found = self._searcher.search(query, size, offset=offset)
        return [_hit(self._searcher.doc(address)) for _, address in found.hits], found.count or 0  # type: ignore[attr-defined]  # the stub of tantivy forgets it

    def _facets(self, words: list[Query], filters: dict[str, Query], everything: Query) -> dict[str, tuple[Count, ...]]:
        """Return the values of every filter with their counts, each counted without itself, so it can be changed."""
        free = [name for name in (*_FACETS, "year", "digitized") if name not in filters]
        counted = self._count(everything, free)
        for name in filters:
            others = [query for other, query in filters.items() if other != name]
            counted |= self._count(self._all(self._kinds("instance"), *words, *others), [name])
        return counted

    def _count(self, query: Query, names: Sequence[str]) -> dict[str, tuple[Count, ...]]:
        asked: dict[str, Any] = {
            name: {"terms": {"field": _FACETS[name], "size": FACET_SIZE, "segment_size": _EXACTLY_COUNTED}}
            for name in names
            if name in _FACETS
        }
        if "year" in names:
            asked["year"] = {"histogram": {"field": "year", "interval": 10, "min_doc_count": 1}}
        if "digitized" in names:
            asked["digitized"] = {"terms": {"field": "digitized"}}
        if not asked:
            return {}
        answer = self._searcher.aggregate(query, asked)
        return {name: tuple(_counts(name, answer[name]["buckets"])) for name in asked}

    def _named(self, text: str) -> Iterator[Named]:
        """Yield the entities that are called by all words of `text`, the closest first."""
        words = self._wording.queries(text)
        if not words:
            return
        clauses = [(_MUST, each) for each in (Query.boost_query(self._kinds(*_ENTITY_KINDS), 0.0), *words)]
        query = Query.boolean_query([*clauses, *preferred(self._schema, text)])
        seen: set[tuple[str, str]] = set()
        for _, address in self._searcher.search(query, 2 * _MOST_NAMED, count=False).hits:
            document = self._searcher.doc(address)
            named = Named(document["iri"][0], document["kind"][0], document["label"][0])
            if (named.kind, named.label) not in seen and len(seen) < _MOST_NAMED:
                seen.add((named.kind, named.label))
                yield named

    def _proposals(self, text: str) -> Iterator[str]:
        """Yield what may have been meant: each word that no text has, replaced by one that looks like it."""
        words = fold(text).split()[:MOST_WORDS]
        meant, changed = [], False
        for word in words:
            known = any(self._searcher.doc_freq(f"{field}_folded", word) for field, _ in FIELDS)
            similar = None if known else self._similar(word)
            changed |= similar is not None
            meant.append(similar or word)
        if changed:
            yield " ".join(meant)

    def _similar(self, word: str) -> str | None:
        """Return the commonest word that looks like `word`, which occurs nowhere."""
        nearby: dict[str, int] = {}
        for length in (2, 1):
            for field, _ in FIELDS:
                for term, count in self._searcher.terms_with_prefix(f"{field}_folded", word[:length], limit=2000):
                    nearby[term] = max(nearby.get(term, 0), count)
            close = get_close_matches(word, nearby, n=5, cutoff=0.6)
            if close:
                return close[0]
        return None


def _counts(name: str, buckets: list[dict[str, Any]]) -> Iterator[Count]:
    if name == "year":
        for bucket in reversed(buckets):
            first = int(bucket["key"])
            yield Count(f"{first}-{first + 9}", bucket["doc_count"])
        return
    for bucket in buckets:
        if name != "digitized":
            yield Count(str(bucket["key"]), bucket["doc_count"])
        elif bucket["key"]:
            yield Count("1", bucket["doc_count"])


def _hit(document: tantivy.Document) -> Hit:
    shown = document["shown"][0]
    return Hit(
        iri=document["iri"][0],
        work=document["work"][0],
        title=document["label"][0],
        agents=tuple(document["agent_name"][:3]),
        publishers=tuple(shown["publishers"]),
        year=(document["year"] or [0])[0],
        form=document["form"][0],
        languages=tuple(document["language"]),
        libraries=tuple(document["library"]),
        digitized=bool(document["digitized"][0]),
    )
