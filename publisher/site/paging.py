"""Pages far into a long list: what stands at place 100,000 is found about as quickly as what stands at place 100.

The index sorts by sort key, and looks up the key of every hit before the page that is wanted. So a page far behind is
begun nearby: hits are counted by the first letter of their keys, those of the right letter by the second, and so on
(`release.index.places`), until few hits stand before the page.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tantivy

from publisher.release.index import LETTERS, PLACE_FIELDS

Query = tantivy.Query

NEAR = 200
"""Hits that are passed over; with more of them before the page, it is begun nearer."""
_LETTER = 128
_LAST = _LETTER**LETTERS - 1


class _Stretch(NamedTuple):
    """Numbers from `first` to `last`, and how many hits stand before them."""

    first: int
    last: int
    before: int


class Paging:
    """Finds where a page begins, in the index of one release."""

    def __init__(self, schema: tantivy.Schema, searcher: Any) -> None:
        self._schema, self._searcher = schema, searcher
        try:
            self._between(PLACE_FIELDS[-1], 0, _LAST)
            self._has_places = True
        except ValueError:  # a release of an earlier version
            self._has_places = False

    def nearby(self, query: Query, offset: int) -> tuple[Query, int]:
        """Return the part of `query` that begins shortly before place `offset` by sort key, and the offset in it."""
        if offset <= NEAR or not self._has_places:
            return query, offset
        part, before = self._from(query, offset, PLACE_FIELDS)
        return _all(query, part), offset - before

    def _from(self, query: Query, offset: int, fields: tuple[str, ...]) -> tuple[Query, int]:
        """Return what of `query` stands shortly before place `offset` and after it, and how many hits are left out."""
        field, *others = fields
        found = self._stretch(query, field, offset)
        if found.first != found.last or not others:
            return self._between(field, found.first, _LAST), found.before
        # Many keys begin alike: the letters after those decide.
        alike = self._between(field, found.first, found.first)
        part, before = self._from(_all(query, alike), offset - found.before, tuple(others))
        here, later = _all(alike, part), self._between(field, found.first + 1, _LAST + 1)
        both = Query.boolean_query([(tantivy.Occur.Should, here), (tantivy.Occur.Should, later)])
        return both, found.before + before

    def _stretch(self, query: Query, field: str, offset: int) -> _Stretch:
        """Return the numbers between which place `offset` stands: few hits are there, or it is one number."""
        first, width, before = 0, _LAST + 1, 0
        while width > 1:
            width //= _LETTER
            asked = {"at": {"histogram": {"field": field, "interval": width, "min_doc_count": 1}}}
            within = _all(query, self._between(field, first, first + width * _LETTER - 1))
            for bucket in self._searcher.aggregate(within, asked)["at"]["buckets"]:
                first, count = int(bucket["key"]), int(bucket["doc_count"])
                if before + count > offset:
                    break
                before += count
            if count <= NEAR:
                break
        return _Stretch(first, first + width - 1, before)

    def _between(self, field: str, first: int, last: int) -> Query:
        return Query.range_query(self._schema, field, tantivy.FieldType.Integer, first, last)


def _all(*queries: Query) -> Query:
    return Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])
