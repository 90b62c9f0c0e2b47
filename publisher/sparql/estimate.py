"""A guess, from the words of a query alone, whether it is answered at once, or multiplies rows that nothing joins.

Only the order in which waiting queries are served hangs on it (publisher/sparql/pool.py). A wrong guess costs a wait,
never an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import pairwise

from publisher.sparql.tokens import Token

_COSTLY = frozenset(
    [
        "ORDER",
        "GROUP",
        "COUNT",
        "SUM",
        "AVG",
        "MIN",
        "MAX",
        "SAMPLE",
        "GROUP_CONCAT",
        "REGEX",
        "CONTAINS",
        "STRSTARTS",
        "STRENDS",
        "LCASE",
        "UCASE",
        "REPLACE",
        "MINUS",
        "EXISTS",
        "OFFSET",
    ]
)
_BREAKS = frozenset({"OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SELECT", "WHERE"})
_HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
"""What stands between one of these and the next brace names and sorts results; it joins nothing."""
_CONSTANTS = frozenset({"iri", "pname", "string", "number", "lang"})
_TYPE = frozenset({"a", "rdf:type", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"})
_LIGHT_LIMIT = 1000


class Guess(IntEnum):
    """What a query looks like; the numbers are those of `job.Kind`."""

    LIGHT = 0
    """A lookup, or a small LIMIT, and nothing that must see all the data first."""
    PLAIN = 2
    CROSS = 3
    """Patterns that share no variable: a cross product, unless UNION keeps them apart."""


def estimate(words: Sequence[Token], form: str) -> Guess:
    """Return the guess for a query of the given form."""
    segments = list(_segments(words, form))
    if _components(segments) > 1:
        return Guess.CROSS
    if _is_costly(words):
        return Guess.PLAIN
    light = form == "ASK" or not segments or _has_small_limit(words) or any(map(_is_anchored, segments))
    return Guess.LIGHT if light else Guess.PLAIN


def _is_costly(words: Sequence[Token]) -> bool:
    """Say whether it groups, sorts, reads strings, or follows a path as far as it goes."""
    opened = False
    for token in words:
        opened = opened or token.text == "{"
        if token.word in _COSTLY or (opened and token.kind == "op" and token.text in "*+"):
            return True
    return False


def _has_small_limit(words: Sequence[Token]) -> bool:
    limits = [number.text for word, number in pairwise(words) if word.word == "LIMIT" and number.text.isdecimal()]
    return bool(limits) and len(limits[-1]) < 9 and int(limits[-1]) <= _LIGHT_LIMIT


def _segments(words: Sequence[Token], form: str) -> Iterator[list[Token]]:
    """Yield the patterns of the groups: what stands between full stops and braces, `;` and `,` included.

    Left out are filters (they choose rows but do not join), data blocks, and the template of a CONSTRUCT.
    """
    segment: list[Token] = []
    braces = parentheses = skipped = 0
    skips_next_parenthesis = skips_data = False
    in_head = True
    template = form == "CONSTRUCT" and not any(token.word == "WHERE" for token in words[: _first_brace(words)])
    for token in words:
        text = token.text if token.kind == "op" else ""
        if text == "{":
            braces += 1
            skipped = skipped or (braces if skips_data or (template and braces == 1) else 0)
            skips_data = False
        if text == "(":
            parentheses += 1
        if text in ("{", "}") or (text == "." and not parentheses) or token.word in _BREAKS:
            if segment and braces and not skipped and not in_head:
                yield segment
            in_head = in_head and text not in ("{", "}")
            segment = []
            skips_data = token.word == "VALUES"
            skips_next_parenthesis = token.word == "FILTER"
            in_head = in_head or token.word == "SELECT"
        elif token.word in _HEADS:
            in_head = True
        elif not (skips_next_parenthesis and parentheses):
            segment.append(token)
        if text == ")" and parentheses:
            parentheses -= 1
            if not parentheses and skips_next_parenthesis:
                skips_next_parenthesis, segment = False, []
        if text == "}":
            template = template and braces > 1
            skipped = 0 if skipped == braces else skipped
            braces -= 1


def _first_brace(words: Sequence[Token]) -> int:
    return next((place for place, token in enumerate(words) if token.text == "{"), len(words))


def _is_anchored(segment: Sequence[Token]) -> bool:
    """Say whether the pattern starts from, or ends in, something that is known (a class does not count)."""
    if segment and segment[0].kind in _CONSTANTS:
        return True
    for place, (before, token) in enumerate(pairwise(segment), 2):
        is_object = place == len(segment) or segment[place].text in ";,"
        if token.kind in _CONSTANTS and is_object and before.text not in _TYPE:
            return True
    return False


def _components(segments: Sequence[Sequence[Token]]) -> int:
    """Return into how many parts the variables fall that no pattern connects."""
    parents: dict[str, str] = {}

    def root(variable: str) -> str:
        while parents[variable] != variable:
            variable = parents[variable]
        return variable

    for segment in segments:
        variables = [token.text[1:] for token in segment if token.kind == "var"]
        for variable in variables:
            parents.setdefault(variable, variable)
            parents[root(variable)] = root(variables[0])
    return sum(variable == parent for variable, parent in parents.items())
