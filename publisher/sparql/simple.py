"""Reading simple queries word by word: their prefixes, and triple patterns without anything special.

What is not exactly understood is no simple query: the engine's own reading counts. IRIs are known by their places among
the constants of a query, so that what is read once holds for all queries that differ in their constants only
(publisher/sparql/skeletons.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from publisher.sparql.tokens import RDF_TYPE, Token

_STEPS = 8
# An IRI that means itself whatever the base is: absolute, and without dot segments, which the engine takes out.
_PLAIN_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\.|.*[/:]\.)[^<>\"{}|^`\\\x00-\x20]*")


class Constant(NamedTuple):
    """An IRI of the query: which of its constants holds it, and what a prefixed name adds to that."""

    place: int
    """-1 where `local` is all of it."""
    local: str


Place = int | Constant
"""A variable, by its number; or an IRI."""


@dataclass(frozen=True, slots=True)
class Step:
    """One triple pattern."""

    subject: Place
    predicate: Place
    object: Place


class NotSimple(Exception):
    """The query is something else, or an IRI of it may mean another one."""


class Reader:
    """Reads a query that may be simple. Raises `NotSimple`, and IndexError where the query ends too early."""

    def __init__(self, words: Sequence[Token]) -> None:
        if any("\\" in token.text for token in words):
            raise NotSimple  # the engine reads escapes in some places only
        self.words = words
        self.next = 0
        self._constants = 0
        self._prefixes: dict[str, int] = {}
        self.variables: dict[str, int] = {}
        self.inner = 0

    def prologue(self) -> None:
        """Read the PREFIX declarations."""
        while self.peek().word == "PREFIX":
            name, iri = self.words[self.next + 1], self.words[self.next + 2]
            if name.kind != "pname" or not name.text.endswith(":") or iri.kind != "iri" or iri.text == RDF_TYPE:
                raise NotSimple
            if name.text in self._prefixes:
                raise NotSimple
            self._prefixes[name.text] = self._constants
            self._constants += 1
            self.next += 3

    def triples(self) -> list[Step]:
        """Read the triple patterns of a group, to what follows them."""
        steps: list[Step] = []
        while self.peek().kind in ("iri", "pname", "var"):
            subject = self.term()
            while True:
                self._property(subject, steps)
                if self.peek().text != ";":
                    break
                self.next += 1
                if self.peek().text in (".", "}", ";"):
                    raise NotSimple
            if self.peek().text != ".":
                break
            self.next += 1
        if not 0 < len(steps) <= _STEPS:
            raise NotSimple
        return steps

    def _property(self, subject: Place, steps: list[Step]) -> None:
        predicate = self._verb()
        while self.peek().text == "/":
            self.next += 1
            middle = self._new_variable()
            steps.append(Step(subject, predicate, middle))
            subject, predicate = middle, self._verb(in_path=True)
        steps.append(Step(subject, predicate, self.term()))

    def _verb(self, *, in_path: bool = False) -> Place:
        if self.peek().text == "a":
            self.next += 1
            return Constant(-1, RDF_TYPE[1:-1])
        verb = self.term()
        if isinstance(verb, int) and (in_path or self.peek().text == "/"):
            raise NotSimple
        return verb

    def term(self) -> Place:
        """Take a variable or an IRI."""
        token = self.take()
        if token.kind == "var":
            return self.variables.setdefault(token.text[1:], len(self.variables) + self.inner)
        if token.kind == "iri":
            if token.text == RDF_TYPE:
                return Constant(-1, RDF_TYPE[1:-1])
            self._constants += 1
            return Constant(self._constants - 1, "")
        if token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            if (place := self._prefixes.get(f"{prefix}:")) is not None:
                return Constant(place, local)
        raise NotSimple

    def _new_variable(self) -> int:
        self.inner += 1
        return len(self.variables) + self.inner - 1

    def peek(self) -> Token:
        """Return the next word."""
        return self.words[self.next]

    def take(self) -> Token:
        """Take the next word."""
        self.next += 1
        return self.words[self.next - 1]

    def expect(self, text: str) -> None:
        """Take the next word, which must be `text`."""
        if self.take().text != text:
            raise NotSimple

    def keyword(self, word: str) -> None:
        """Take the next word, which must be the keyword `word`, in capitals or not."""
        if self.take().word != word:
            raise NotSimple

    def may_come(self, word: str) -> None:
        """Take the next word if it is the keyword `word`."""
        if self.peek().word == word:
            self.next += 1

    def limit(self) -> int | None:
        """Read what is left of the query: LIMIT and its number, or nothing."""
        rest = self.words[self.next :]
        if not rest:
            return None
        if len(rest) != 2 or rest[0].word != "LIMIT" or not rest[1].text.isdecimal() or len(rest[1].text) > 9:
            raise NotSimple
        return int(rest[1].text)


def check(constants: Sequence[str]) -> None:
    """Raise `NotSimple` when the engine may refuse one of the IRIs, used or not, or read it otherwise."""
    for constant in constants:
        if not _is_plain(constant):
            raise NotSimple


def iri_of(place: Constant, constants: Sequence[str]) -> str:
    """Return an IRI of a query with these constants, which are plain. Raises `NotSimple` for one that is not."""
    if place.place < 0:
        return place.local
    constant = constants[place.place]
    if place.local and not _is_plain(f"{constant[:-1]}{place.local}>"):
        raise NotSimple
    return constant[1:-1] + place.local


@lru_cache(4096)
def _is_plain(constant: str) -> bool:
    if constant[0] != "<" or _PLAIN_IRI.fullmatch(constant[1:-1]) is None:
        return False
    try:
        ox.NamedNode(constant[1:-1])
    except ValueError:
        return False  # a port that is none, say
    return True
