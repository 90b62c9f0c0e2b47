"""Queries that differ in their constants only are examined once: most clients ask the same of many things.

The skeleton of a query is its text without what stands in IRIs, strings and comments. Form, limits, guess and shape
hang on the skeleton alone (publisher/sparql/guard.py), so what was found for one query holds for the next; to cut out
the constants costs a tenth of reading every word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.sparql import guard
from publisher.sparql.guard import Query, shape_of
from publisher.sparql.recent import Recent
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.tokens import RDF_TYPE, Token

_LONGEST = 8192
_KEPT = 2048
# The tokens of publisher/sparql/tokens.py that may hold anything, as they are without backslashes and long strings.
# A quotation mark alone is one that nothing closes.
_CONSTANT = re.compile(r"""(<[^<>"{}|^`\\\x00-\x20]*>|"[^"\r\n]*"|'[^'\r\n]*'|\#[^\r\n]*|["'])""")
_MARKS = {mark: f"\0{mark}" for mark in "<\"'#"}


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """What was found for the first query with this skeleton, and its normalised text in pieces around the constants."""

    found: Query
    pieces: tuple[str, ...]


class Guard:
    """Examines queries under `settings`, and remembers what it found by their skeletons."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._known: Recent[str, _Skeleton] = Recent(_KEPT)

    def examine(self, text: str) -> Query:
        """Return what `guard.examine` does. Raises `Problem`."""
        cut = _cut(text)
        if cut is None:
            return guard.examine(text, self._settings)
        outline, constants = cut
        known = self._known.get(outline)
        if known is None:
            words, query = guard.examined(text, self._settings)
            pieces = _pieces(words)
            if len(pieces) == len(constants) + 1:
                self._known.put(outline, _Skeleton(query, pieces))
            return query
        parts = [known.pieces[0]]
        for constant, piece in zip(constants, known.pieces[1:], strict=True):
            parts += (constant, piece)
        found = known.found
        key = "".join(parts)
        if found.lookup:
            return found._replace(text=text, key=key, shape=found.outline, constants=constants)
        shape = shape_of(found.outline, [constant for constant in constants if constant[0] == "<"])
        return found._replace(text=text, key=key, shape=shape, constants=constants)


def _cut(text: str) -> tuple[str, list[str]] | None:
    """Return the skeleton and the constants of `text`; None for one that has to be read word by word."""
    if len(text) > _LONGEST or "\\" in text or "\0" in text or '"""' in text or "'''" in text:
        return None
    if "service" in text.lower():
        return None
    pieces = _CONSTANT.split(text)
    constants = []
    for place in range(1, len(pieces), 2):
        piece = pieces[place]
        if len(piece) == 1 and piece != "#":
            return None
        if piece == RDF_TYPE:
            continue
        pieces[place] = _MARKS[piece[0]]
        if piece[0] != "#":
            constants.append(piece)
    return "".join(pieces), constants


def _pieces(words: list[Token]) -> tuple[str, ...]:
    """Return the normalised query in the pieces that stand around its constants."""
    pieces: list[str] = [""]
    end = 0
    for token in words:
        if token.start > end and end:
            pieces[-1] += " "
        if token.kind in ("iri", "string") and token.text != RDF_TYPE:
            pieces.append("")
        else:
            pieces[-1] += token.text
        end = token.end
    return tuple(pieces)
