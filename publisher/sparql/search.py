"""Search inside SPARQL: `?thing rong:search "tây nguyên"` asks the release's index instead of reading every label.

    ?thing rong:search "đăm săn"                      at most 100 things, the best first found
    ?thing rong:search ("đăm săn" 500)                at most 500
    ?thing rong:search ("đăm săn" "agent" 500)        of one kind: instance, work, agent, concept, place, library
    (?thing ?score) rong:search "đăm săn"             with the score, to sort by

Words are found with and without marks (`dam san` finds Đăm Săn; `đăm săn` puts Đăm Săn first), all of them must occur;
`"…"` inside the string keeps words together, a `*` at the end of a word stands for any ending.

The pattern is replaced by a VALUES block before the engine sees the query, so everything else works around it as usual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from publisher.rdf.terms import PREFIXES
from publisher.release.index import open_index
from publisher.release.wording import Wording, preferred
from publisher.sparql.guard import prefixes
from publisher.sparql.tokens import Token, tokens

PREDICATE = PREFIXES["rong"] + "search"
DEFAULT_LIMIT = 100
MOST = 10_000
KINDS = ("instance", "work", "agent", "concept", "place", "library")

_REMEMBERED = 100_000
"""IRIs that a worker remembers by where they stand in the index: some 15 MB."""
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


class SearchError(ValueError):
    """A `rong:search` that is not of its form; the message is English, `vi` Vietnamese."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi


@dataclass(frozen=True)
class _Call:
    """One use of the predicate: which variables it binds, what it looks for, what it replaces."""

    variables: tuple[str, ...]
    words: str
    kind: str
    limit: int
    start: int
    end: int


class Searcher:
    """The index of one release, opened once."""

    def __init__(self, path: str) -> None:
        """`path`: the index folder of the release."""
        index = open_index(Path(path))
        index.config_reader("manual")  # a release never changes; nothing has to watch the folder
        self._schema = index.schema
        self._searcher = index.searcher()
        self._wording = Wording(index.schema, endings=True)
        self._iris: dict[tuple[int, int], str] = {}

    def rewrite(self, text: str) -> str:
        """Return the query with every `rong:search` answered. Raises `SearchError`."""
        if "search" not in text:
            return text
        parts, position = [], 0
        for call in _calls(list(tokens(text))):
            parts += [text[position : call.start], self._values(call)]
            position = call.end
        return "".join([*parts, text[position:]])

    def find(self, words: str, kind: str = "", limit: int = DEFAULT_LIMIT) -> list[tuple[str, float]]:
        """Return (IRI, score) of the best matches, best first."""
        query = self._query(words, kind)
        if query is None:
            return []
        found = self._searcher.search(query, limit, count=False)
        return [(self._iri(address), float(score)) for score, address in found.hits]

    def _values(self, call: _Call) -> str:
        found = self.find(call.words, call.kind, call.limit)
        if len(call.variables) == 1:
            rows = " ".join(f"(<{iri}>)" for iri, _ in found)
        else:
            rows = " ".join(f"(<{iri}> {score:.4e})" for iri, score in found)
        return f"VALUES ({' '.join(call.variables)}) {{ {rows} }}"

    def _query(self, words: str, kind: str) -> tantivy.Query | None:
        must = self._wording.queries(words)
        if not must:
            return None
        kinds = tantivy.Query.term_set_query(self._schema, "kind", [kind] if kind else list(KINDS))
        must.append(tantivy.Query.boost_query(kinds, 0.0))
        clauses = [(tantivy.Occur.Must, query) for query in must]
        return tantivy.Query.boolean_query([*clauses, *preferred(self._schema, words)])

    def _iri(self, address: tantivy.DocAddress) -> str:
        """Return the IRI of a document; remembered, since to fetch one takes longer than to find it."""
        key = (address.segment_ord, address.doc)
        iri = self._iris.get(key)
        if iri is None:
            iri = str(self._searcher.doc(address)["iri"][0])
            if len(self._iris) < _REMEMBERED:
                self._iris[key] = iri
        return iri


def _calls(words: Sequence[Token]) -> Iterator[_Call]:
    declared = prefixes(words)
    for place, token in enumerate(words):
        if _iri(token, declared) == PREDICATE:
            yield _call(words, place)


def _iri(token: Token, declared: dict[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    if token.kind == "pname":
        prefix, local = token.text.split(":", 1)
        return declared.get(prefix, "") + local
    return ""


def _call(words: Sequence[Token], place: int) -> _Call:
    first, variables = _subject(words, place)
    last, arguments = _object(words, place)
    before = words[first - 1].text if first else ""
    after = words[last + 1].text if last + 1 < len(words) else ""
    if before not in ("{", "}", ".") or after not in (".", "}"):
        raise SearchError(
            "rong:search phải đứng thành một mẫu riêng: kết thúc mẫu trước và chính nó bằng dấu chấm",
            "rong:search must be a pattern of its own: end the one before it and itself with a full stop",
        )
    strings = [_unquoted(token.text) for token in arguments if token.kind == "string"]
    numbers = [int(token.text) for token in arguments if token.kind == "number" and token.text.isdecimal()]
    kind = strings[1] if len(strings) > 1 else ""
    if not strings or len(strings) + len(numbers) != len(arguments) or len(strings) > 2 or len(numbers) > 1:
        raise SearchError(
            'rong:search cần một chuỗi, hoặc ("chuỗi" "loại" số dòng)',
            'rong:search takes a string, or ("words" "kind" limit)',
        )
    if kind and kind not in KINDS:
        raise SearchError(
            f"loại {kind!r} không có; có: {', '.join(KINDS)}", f"no kind {kind!r}; there are {', '.join(KINDS)}"
        )
    limit = min(numbers[0], MOST) if numbers else DEFAULT_LIMIT
    return _Call(tuple(variables), strings[0], kind, max(limit, 1), words[first].start, words[last].end)


def _subject(words: Sequence[Token], place: int) -> tuple[int, list[str]]:
    """Return where the subject begins and its variables: `?thing` or `(?thing ?score)`."""
    if place and words[place - 1].kind == "var":
        return place - 1, [words[place - 1].text]
    if place >= 4 and words[place - 1].text == ")" and words[place - 4].text == "(":
        inside = words[place - 3 : place - 1]
        if all(token.kind == "var" for token in inside):
            return place - 4, [token.text for token in inside]
    raise SearchError(
        "trước rong:search phải là một biến, hoặc (?biến ?điểm)", "before rong:search stands ?thing or (?thing ?score)"
    )


def _object(words: Sequence[Token], place: int) -> tuple[int, Sequence[Token]]:
    """Return where the object ends and its arguments."""
    following = words[place + 1 : place + 6]
    if following and following[0].kind == "string":
        return place + 1, following[:1]
    if following and following[0].text == "(":
        for length, token in enumerate(following):
            if token.text == ")":
                return place + 1 + length, following[1:length]
    raise SearchError(
        'sau rong:search phải là một chuỗi, hoặc ("chuỗi" "loại" số dòng)',
        'after rong:search stands a string, or ("words" "kind" limit)',
    )


def _unquoted(literal: str) -> str:
    """Return what a string of the query says (SPARQL 1.1 Query, 19.2 and 19.7)."""
    marks = 3 if literal.startswith(("'''", '"""')) else 1
    return _ESCAPE.sub(_escaped, literal[marks:-marks])


def _escaped(match: re.Match[str]) -> str:
    number = match[1] or match[2]
    if number:
        return chr(int(number, 16)) if int(number, 16) < 0x110000 else "\ufffd"
    return _ESCAPES.get(match[3], match[3])
