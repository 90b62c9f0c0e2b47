"""Counts of different things, in a form in which the engine forgets early by how many ways it came to them.

    SELECT ?s (COUNT(DISTINCT ?l) AS ?n) { ?w bf:subject ?s ; bf:hasInstance/bf:hasItem/bf:heldBy ?l } GROUP BY ?s

asks which libraries hold works on a subject, but the engine goes to a library once for every copy and subject. Where
all counts are of different things, the ways between do not matter, and the ends of a path may be found first and once:

    … { ?w bf:subject ?s . { SELECT DISTINCT ?w ?l { ?w bf:hasInstance/bf:hasItem/bf:heldBy ?l } } } …

Only patterns without any named thing are written anew: they go over the whole store one way or the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from publisher.sparql.simple import Constant, NotSimple, Reader, Step, check, iri_of
from publisher.sparql.tokens import RDF_TYPE, tokens

_LONGEST = 4096
_SHORTEST = 3
"""Steps from which on a path is found by itself."""
_LIKELY = re.compile(r"count\s*\(\s*distinct\b", re.IGNORECASE)
_TAIL = frozenset({"GROUP", "BY", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET"})


class _Hop(NamedTuple):
    """A triple pattern between two variables, by their numbers."""

    start: int
    property: Constant
    end: int


def rewritten(text: str) -> str:
    """Return a query that has the same answer as `text` and may be found sooner; mostly `text` itself."""
    if len(text) > _LONGEST or not _LIKELY.search(text):
        return text
    try:
        return _Reader(list(tokens(text))).rewritten(text)
    except (NotSimple, IndexError, ValueError):
        return text


class _Reader(Reader):
    """Reads a query that counts different things in one pattern."""

    def rewritten(self, text: str) -> str:
        self.prologue()
        self._projection()
        head_ends = self.next
        self.expect("{")
        opened = self.words[head_ends]
        steps = self.triples()
        self.expect("}")
        closed, tail = self.words[self.next - 1], self.words[self.next :]
        if not all(token.word in _TAIL or token.kind in ("var", "number") or token.text in "()" for token in tail):
            raise NotSimple
        shown = {token.text[1:] for token in (*self.words[:head_ends], *tail) if token.kind == "var"}
        return text[: opened.end] + self._pattern(steps, shown) + text[closed.start :]

    def _projection(self) -> None:
        """Read what is selected: variables, and COUNT(DISTINCT …) of variables."""
        self.keyword("SELECT")
        while self.peek().kind == "var" or self.peek().text == "(":
            if self.take().kind == "var":
                continue
            self.keyword("COUNT")
            self.expect("(")
            self.keyword("DISTINCT")
            counted = self.take()
            self.expect(")")
            self.keyword("AS")
            if counted.kind != "var" or self.take().kind != "var":
                raise NotSimple
            self.expect(")")
        self.may_come("WHERE")

    def _pattern(self, steps: Sequence[Step], shown: set[str]) -> str:
        """Return the pattern with its long paths in groups of their own. Raises `NotSimple` where there are none."""
        constants = [token.text for token in self.words if token.kind == "iri" and token.text != RDF_TYPE]
        check(constants)
        names = {number: f"?{name}" for name, number in self.variables.items()}
        shown_numbers = {number for name, number in self.variables.items() if name in shown}
        alone: list[str] = []
        paths: list[str] = []
        for chain in _chains(_hops(steps), shown_numbers):
            path = "/".join(f"<{iri_of(hop.property, constants)}>" for hop in chain)
            start, end = names[chain[0].start], names[chain[-1].end]
            if len(chain) < _SHORTEST:
                alone.append(f"{start} {path} {end} . ")
            else:
                paths.append(f"{{ SELECT DISTINCT {start} {end} {{ {start} {path} {end} }} }} ")
        if not paths or not alone:
            raise NotSimple
        return " " + "".join([*alone, *paths])


def _hops(steps: Sequence[Step]) -> list[_Hop]:
    """Return the steps where each is between two variables. Raises `NotSimple`."""
    hops = []
    for step in steps:
        if not (
            isinstance(step.subject, int) and isinstance(step.object, int) and isinstance(step.predicate, Constant)
        ):
            raise NotSimple
        hops.append(_Hop(step.subject, step.predicate, step.object))
    return hops


def _chains(hops: Sequence[_Hop], shown: set[int]) -> list[list[_Hop]]:
    """Return the hops as chains of which only the ends matter to anything else. Raises `NotSimple` for a circle."""
    left, reached = Counter(hop.start for hop in hops), Counter(hop.end for hop in hops)
    between = {number for number in left if number not in shown and left[number] == reached[number] == 1}
    following = {hop.start: hop for hop in hops if hop.start in between}
    chains = []
    for hop in hops:
        if hop.start in between:
            continue
        chain = [hop]
        while chain[-1].end in between:
            chain.append(following[chain[-1].end])
        if chain[0].start == chain[-1].end:
            raise NotSimple
        chains.append(chain)
    if sum(map(len, chains)) < len(hops):
        raise NotSimple
    return chains
