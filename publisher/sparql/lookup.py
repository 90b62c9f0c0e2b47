"""Lookups: what is said of one thing, answered in the server's own process, since the way to a worker takes longer.

A lookup names its subject and goes forward from there, at most three steps, without filters, sorting, or anything that
has to see more than the next statement:

    SELECT … { <thing> ?p ?o }
    SELECT … { <thing> bf:instanceOf/bf:subject ?s . ?s rdfs:label ?label } LIMIT 10

So its work is bounded by how much is said of a thing; it cannot recurse, call out or collect. An answer that grows, or
anything unforeseen, leaves it to a worker. What takes longer all the same is on account: once a quarter of a second is
owed, lookups go to the workers until it is paid off, a hundredth of a second each second. So nobody can take more than
a hundredth of the server's time with them, and a slow one now and then changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from publisher.sparql.output import SOLUTIONS, Output, TooLarge, XmlOutput
from publisher.sparql.preview import preview
from publisher.sparql.recent import Recent
from publisher.sparql.tallies import Tallies
from publisher.sparql.tally import counted, written
from publisher.sparql.tokens import Token
from publisher.sparql.walk import walk

if TYPE_CHECKING:
    from publisher.sparql.guard import Query

_STEPS = 3
_LARGEST = 64 * 1024
_AT_ONCE = 0.02
"""Seconds of processor time within which a lookup is expected to be over."""
_CREDIT = 0.25
_PAID_OFF = 0.01
"""Seconds of processor time that may be owed, and how many are paid off in a second."""
_FAR = 4096
"""How many queries are remembered that were left to a worker: walks by their shape, the rest by their text."""
_MOST_ROWS = 10_000
_MOST_WRITTEN = 5_000
"""Rows of counts that the server writes itself, as JSON and in other formats: about ten milliseconds each."""
_WHOLE = 64 * 1024 * 1024
Found = tuple[bytes, int]
"""An answer in the format that was asked for, and how many characters XML could not hold."""
_NAMES = frozenset({"iri", "pname"})
_VALUES = frozenset({"iri", "pname", "var", "string", "number", "lang"})


def is_lookup(words: Sequence[Token], form: str) -> bool:
    """Say whether a query is a lookup, from its words."""
    places = [place for place, token in enumerate(words) if token.text == "{"]
    if form != "SELECT" or len(places) != 1 or not _head_is_plain(words[: places[0]]):
        return False
    end = next((place for place, token in enumerate(words) if token.text == "}"), 0)
    tail = words[end + 1 :]
    if tail and not (len(tail) == 2 and tail[0].word == "LIMIT" and tail[1].kind == "number"):
        return False
    return _goes_forward(words[places[0] + 1 : end])


def _head_is_plain(head: Sequence[Token]) -> bool:
    """Say whether nothing but prefixes, SELECT and variables stands before the brace."""
    start = next((place for place, token in enumerate(head) if token.word == "SELECT"), len(head))
    prologue, clause = head[:start], head[start + 1 :]
    if any(token.kind == "op" or (token.kind == "word" and token.word != "PREFIX") for token in prologue):
        return False
    return bool(clause) and all(
        token.kind == "var" or token.text == "*" or (token.word == "WHERE" and token is clause[-1]) for token in clause
    )


def _goes_forward(pattern: Sequence[Token]) -> bool:
    """Say whether the triples start from a name and every other subject was reached before."""
    reached: set[str] = set()
    steps = 0
    place = 0
    subject: Token | None = None
    while place < len(pattern):
        if subject is None:
            subject = pattern[place]
            place += 1
            first = steps == 0
            if not (subject.kind in _NAMES if first else subject.text in reached):
                return False
        path, place = _path(pattern, place)
        if place >= len(pattern) or not path:
            return False
        steps += len(path)
        by_name = all(token.kind in _NAMES or token.text == "a" for token in path)
        value = pattern[place]
        if value.kind not in _VALUES or not (by_name or (steps == 1 and path[0].kind == "var")):
            return False
        if value.kind == "var":
            reached.add(value.text)
        place += 1
        if place < len(pattern):
            if pattern[place].text not in (".", ";"):
                return False
            subject = None if pattern[place].text == "." else subject
            place += 1
    return 0 < steps <= _STEPS


def _path(pattern: Sequence[Token], place: int) -> tuple[list[Token], int]:
    """Return the steps of a sequence path that begins at `place`, and what comes after it."""
    path = list(pattern[place : place + 1])
    place += 1
    while place + 1 < len(pattern) and pattern[place].text == "/":
        path.append(pattern[place + 1])
        place += 2
    return path, place


class Lookups:
    """Answers lookups from one release. `base` resolves relative IRIs, as in a worker; pages show `html_rows` rows."""

    def __init__(self, base: str, html_rows: int) -> None:
        self._base = base + "/"
        self._html_rows = html_rows
        self._store: ox.Store | None = None
        self._owed = 0.0
        self._counted = 0.0
        self._far: Recent[str, None] = Recent(_FAR)
        self._tallies = Tallies()

    def use(self, store: Path) -> None:
        """Answer from the store at `store` from now on; without one that can be read, from none."""
        try:
            self._store = ox.Store.read_only(str(store))
        except (OSError, ValueError, RuntimeError):
            self._store = None
        self._far.clear()
        self._tallies.use(store.parent)

    def counted(self, query: Query, form: str) -> Found | None:
        """Return the answer to a query that counts what the release keeps counted; None to ask otherwise."""
        if query.tally is None or (rows := counted(self._tallies, query.tally, query.constants)) is None:
            return None
        if form == "html":
            rows = rows[: self._html_rows + 1]
        if len(rows) > (_MOST_ROWS if form == "json" else _MOST_WRITTEN):
            return None
        return self._in_format(written(rows, query.tally.columns), form)

    def walked(self, query: Query, form: str) -> Found | None:
        """Return the answer to a query that has a plan; None to ask otherwise."""
        if self._store is None or query.plan is None or query.shape in self._far:
            return None
        found = walk(self._store, query.plan, query.constants)
        if found is None:
            self._far.put(query.shape, None)
            return None
        return self._in_format(found, form)

    def _in_format(self, found: bytes, form: str) -> Found:
        """Return rows in SPARQL JSON as the engine writes them in another format."""
        if form == "json":
            return found, 0
        results = ox.parse_query_results(found, format=ox.QueryResultsFormat.JSON)
        assert isinstance(results, ox.QuerySolutions)
        if form == "html":
            return preview(results, self._html_rows), 0
        output = (XmlOutput if form == "xml" else Output)(_WHOLE, None, in_memory=_WHOLE)
        results.serialize(cast(IO[bytes], output), format=SOLUTIONS[form])
        output.close()
        return output.data, output.replaced

    def answer(self, text: str, form: str) -> Found | None:
        """Return the engine's answer in the format `form`; None to ask a worker."""
        if self._store is None or form not in SOLUTIONS or (self._owed and self._is_closed()):
            return None
        if text in self._far:
            return None
        if "search" in text:  # rong:search, which only workers know
            return None
        started = time.thread_time()
        output = (XmlOutput if form == "xml" else Output)(_LARGEST, None)
        try:
            results = self._store.query(text, base_iri=self._base)
            assert isinstance(results, ox.QuerySolutions)
            results.serialize(cast(IO[bytes], output), format=SOLUTIONS[form])
            output.close()
        except (TooLarge, SyntaxError, ValueError, OSError, RuntimeError):
            self._far.put(text, None)
            return None
        finally:
            seconds = time.thread_time() - started
            if seconds > _AT_ONCE:
                self._pay_off()
                self._owed += seconds
        return output.data, output.replaced

    def _is_closed(self) -> bool:
        self._pay_off()
        return self._owed > _CREDIT

    def _pay_off(self) -> None:
        now = time.monotonic()
        self._owed = max(0.0, self._owed - _PAID_OFF * (now - self._counted))
        self._counted = now
