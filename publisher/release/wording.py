"""From the words that somebody typed to a query of a release's index; used by the site and inside SPARQL alike.

A word with marks is looked for as it is spelled and without its marks, and the exact one counts more: `đăm săn` puts
Đăm Săn before "dam san", `dam san` finds both. All words must occur; "…" keeps words together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import tantivy

from publisher.rdf.vietnamese import fold, spelled
from publisher.release.document import number_key

Query = tantivy.Query
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should

FIELDS = (("title", 4.0), ("agent", 3.0), ("subject", 2.0), ("text", 1.0))
"""The fields that are searched, and how much a word counts in each."""
EXACT = 2.0
"""How much more a word counts that has the same marks."""
PREFERRED = 12.0
"""How much more a word counts that is in the label of a thing, not in another name of it."""
MOST_WORDS = 32

_TOGETHER = 3.0
"""How much more a title counts that has the words side by side: most Vietnamese words are two syllables."""
_NUMBER = 20.0
_MADE = 1e-3
"""What an edition counts that is offered because of who made it: less than anything that is called so."""
_SHORTEST_NUMBER = 4
_PART = re.compile(r'"([^"]+)"|([^\s"]+)')


def preferred(schema: tantivy.Schema, text: str) -> list[tuple[tantivy.Occur, Query]]:
    """Return the clause by which what is called `text` comes before what is also called so; none for no words.

    Where `text` has marks the label must have them: a pen name that is spelled so comes before a label like it.
    """
    words, folded = spelled(text).split()[:MOST_WORDS], fold(text).split()[:MOST_WORDS]
    field, words = ("preferred_folded", folded) if words == folded else ("preferred", words)
    if not words:
        return []
    every = Query.boolean_query([(_MUST, Query.term_query(schema, field, word)) for word in words])
    return [(_SHOULD, Query.boost_query(every, PREFERRED))]


def beginning(schema: tantivy.Schema, text: str) -> Query | None:
    """Return the query for what has all words of `text` in its names, the last word perhaps unfinished; None for none.

    What is called so comes before what is also called so, the same marks before others.
    """
    folded = fold(text).split()[:MOST_WORDS]
    if not folded:
        return None
    *whole, last = folded
    queries = [Query.term_query(schema, "title_folded", word) for word in whole]
    queries.append(Query.regex_query(schema, "title_folded", f"{last}.*"))
    exact = [Query.boost_query(Query.term_query(schema, "title", word), EXACT) for word in spelled(text).split()]
    prefer = [*((_SHOULD, each) for each in exact), *preferred(schema, text)]
    return Query.boolean_query([*((_MUST, query) for query in queries), *prefer])


def or_made_by(schema: tantivy.Schema, named: Query, makers: Sequence[str]) -> Query:
    """Return the query for what `named` finds and, behind it, for the editions by those whose IRIs are `makers`.

    So that whoever types a name is offered what its bearer wrote, under whatever name it came out.
    """
    if not makers:
        return named
    paths = [f"by agent/{iri.rpartition('/')[2]}" for iri in makers]
    made = Query.boost_query(Query.term_set_query(schema, "linked", paths), _MADE)
    return Query.boolean_query([(_SHOULD, named), (_SHOULD, made)])


class Wording:
    """Builds queries for an index with `schema`. With `endings`, a `*` stands for any ending of its word."""

    def __init__(self, schema: tantivy.Schema, *, endings: bool = False) -> None:
        self._schema = schema
        self._endings = endings

    def queries(self, text: str) -> list[Query]:
        """Return queries that must all match, for the words and phrases of `text`; none for no text.

        Text that has no word in it (punctuation) gives a query that nothing matches.
        """
        parts = [(phrase or word, bool(phrase)) for phrase, word in _PART.findall(text)][:MOST_WORDS]
        queries = [query for part, is_phrase in parts for query in self._part(part, is_phrase)]
        if not queries:
            return [Query.empty_query()] if text else []
        together = self._together(fold(text).split(), "title_folded"), self._together(spelled(text).split(), "title")
        prefer = [(_SHOULD, Query.boost_query(query, _TOGETHER)) for query in together if query is not None]
        if prefer:
            queries = [Query.boolean_query([*((_MUST, query) for query in queries), *prefer])]
        return queries

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value)

    def _together(self, words: Sequence[str], field: str) -> Query | None:
        if not 2 <= len(words) <= MOST_WORDS:
            return None
        return Query.phrase_query(self._schema, field, list(words), slop=1)

    def _part(self, part: str, is_phrase: bool) -> Iterator[Query]:
        """Yield the query for a phrase as one, for a word by each of its parts (Ba-na are two)."""
        words, folded = spelled(part).split(), fold(part).split()
        if is_phrase:
            if folded:
                yield self._anywhere(words, folded)
            return
        queries = [self._anywhere([word], [plain]) for word, plain in zip(words, folded, strict=False)]
        if not queries:
            return
        if self._endings and part.endswith("*"):
            queries[-1] = self._beginning(folded[-1])
        number = number_key(part)
        if len(number) >= _SHORTEST_NUMBER and any(char.isdigit() for char in number):
            words_or_number = [
                (_SHOULD, Query.boolean_query([(_MUST, query) for query in queries])),
                (_SHOULD, Query.boost_query(self._term("identifier", number), _NUMBER)),
            ]
            yield Query.boolean_query(words_or_number)
        else:
            yield from queries

    def _anywhere(self, words: Sequence[str], folded: Sequence[str]) -> Query:
        """Return a query for words in any field; the field that fits best counts, the others a little."""
        queries = []
        for field, boost in FIELDS:
            for name, each, factor in ((field, words, EXACT), (f"{field}_folded", folded, 1.0)):
                found = (
                    Query.phrase_query(self._schema, name, list(each)) if len(each) > 1 else self._term(name, each[0])
                )
                queries.append(Query.boost_query(found, boost * factor))
        return Query.disjunction_max_query(queries, tie_breaker=0.2)

    def _side_by_side(self, field: str, words: Sequence[str]) -> Query:
        return Query.phrase_query(self._schema, field, list(words)) if len(words) > 1 else self._term(field, words[0])

    def _beginning(self, folded: str) -> Query:
        """Return a query for words in any field that begin like this."""
        pattern = re.escape(folded) + ".*"
        queries = [
            Query.boost_query(Query.regex_query(self._schema, f"{field}_folded", pattern), boost)
            for field, boost in FIELDS
        ]
        return Query.disjunction_max_query(queries, tie_breaker=0.2)
