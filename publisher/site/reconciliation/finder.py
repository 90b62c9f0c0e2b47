"""Candidates: what the index of a release has that could be called what a query says.

The index finds widely (any word, with or without marks, a slip of a letter); `scoring` decides.
"""

from __future__ import annotations

from typing import NamedTuple

import tantivy

from publisher.rdf.vietnamese import fold, spelled
from publisher.release.document import number_key
from publisher.release.index import IDLE, open_index
from publisher.release.release import Release
from publisher.release.wording import beginning, or_made_by, preferred

Query = tantivy.Query
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_MOST_WORDS = 16
_EXACT, _FUZZY = 2.0, 0.4
_LONG_ENOUGH = 5
"""Letters of a word that may have a slip: in shorter ones, another letter is another word."""
_AGENT = 0.5
_HELPS_MOST = 5
_LONGEST = 200
_MOST_MAKERS = 3
"""Agents that are called what is typed whose editions are suggested too."""


class Found(NamedTuple):
    """A candidate: its IRI, and its label in the index."""

    iri: str
    label: str


class Finder:
    """The index of one release, as the reconciliation service asks it."""

    def __init__(self, release: Release) -> None:
        index = open_index(release.index_path)
        index.config_reader("manual")
        self._schema = index.schema
        self._searcher = index.searcher()

    def named(self, text: str, kinds: list[str], helps: list[str], most: int) -> list[Found]:
        """Return up to `most` things of `kinds` whose names share words with `text`, the nearest first.

        `helps` are the values of properties that were asked for (an author, a year): they only raise.
        """
        words = list(zip(spelled(text).split(), fold(text).split(), strict=False))[:_MOST_WORDS]
        if not words:
            return []
        clauses = [(_SHOULD, self._word(as_spelled, folded)) for as_spelled, folded in words]
        clauses += [(_SHOULD, Query.boost_query(self._helping(value), _AGENT)) for value in helps[:_HELPS_MOST]]
        named = Query.boolean_query([(_SHOULD, self._word(a, b)) for a, b in words])
        clauses += preferred(self._schema, text)
        return self._search([named, Query.boolean_query(clauses)], kinds, most)

    def numbered(self, number: str, most: int) -> list[Found]:
        """Return the instances that have the standard number `number` (ISBN, ISSN ...)."""
        key = number_key(number)
        return self._search([self._term("identifier", key)], ["instance"], most) if key else []

    def beginning(self, text: str, kinds: list[str], offset: int, most: int) -> list[Found]:
        """Return things whose names have all words of `text`, the last perhaps unfinished; editions by them last."""
        named = beginning(self._schema, text[:_LONGEST])
        if named is None:
            return []
        makers = self._search([named], ["agent"], _MOST_MAKERS) if "instance" in kinds else []
        either = or_made_by(self._schema, named, [maker.iri for maker in makers])
        return self._search([either], kinds, most, offset)

    def _search(self, queries: list[Query], kinds: list[str], most: int, offset: int = 0) -> list[Found]:
        indexed = [name for kind in kinds for name in (kind, IDLE + kind)]
        only = Query.boost_query(Query.term_set_query(self._schema, "kind", indexed), 0.0)
        query = Query.boolean_query([(_MUST, each) for each in (only, *queries)])
        documents = (self._searcher.doc(a) for _, a in self._searcher.search(query, most, offset=offset).hits)
        return [Found(each["iri"][0], each["label"][0]) for each in documents]

    def _word(self, as_spelled: str, folded: str) -> Query:
        ways = [
            Query.boost_query(self._term("title", as_spelled), _EXACT),
            self._term("title_folded", folded),
        ]
        if len(folded) >= _LONG_ENOUGH:
            slip = Query.fuzzy_term_query(self._schema, "title_folded", folded, distance=1)
            ways.append(Query.boost_query(slip, _FUZZY))
        return Query.disjunction_max_query(ways, tie_breaker=0.1)

    def _helping(self, value: str) -> Query:
        words = fold(value).split()[:_MOST_WORDS]
        ways = [(_SHOULD, self._term("agent_folded", word)) for word in words]
        ways.append((_SHOULD, self._term("identifier", number_key(value))))
        if value.isdecimal() and len(value) <= 4:
            ways.append((_SHOULD, self._term("year", int(value))))
        return Query.boolean_query(ways)

    def _term(self, field: str, value: object) -> Query:
        return Query.term_query(self._schema, field, value)
