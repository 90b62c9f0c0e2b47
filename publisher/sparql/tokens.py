"""The words of a SPARQL query: strings, IRIs, comments, prefixed names, variables, keywords.

The terminals are those of SPARQL 1.1 Query, section 19.8, and of the RDF 1.2 drafts as far as the engine reads them.

Oxigraph parses without a tokenizer: what a character means depends on where its parser stands, and two words need
nothing between them (`1SERVICE<x>`). `lexings` therefore reads a query in every way that its parser could: `<2)#>` is
an IRI, or a less-than sign with a comment after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
"""The one IRI that the guess looks at: a class is no anchor."""
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_U = _BASE + "_"
_CHARS = _U + "0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# Bounded, or `a.a.a.a` without a colon would cost the square of its length.
_PREFIX = rf"[{_BASE}](?:[{_CHARS}.]{{0,100}}[{_CHARS}])?"
_LOCAL = rf"(?:[{_U}:0-9]|{_PLX})(?:(?:[{_CHARS}.:]|{_PLX})*(?:[{_CHARS}:]|{_PLX}))?"
_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_TOKEN = re.compile(
    rf"""
      (?P<gap>     [ \t\r\n]+ | \#[^\r\n]* )
    | (?P<iri>     <(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*> )
    | (?P<string>  '''(?:'{{0,2}}(?:[^'\\]|\\[\s\S]))*''' | \"\"\"(?:"{{0,2}}(?:[^"\\]|\\[\s\S]))*\"\"\"
                 | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*" )
    | (?P<broken>  ['"][^\r\n]* )
    | (?P<lang>    @[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)? )
    | (?P<var>     [?$][{_U}0-9][{_U}0-9\u00b7\u0300-\u036f\u203f-\u2040]* )
    | (?P<blank>   _:[{_U}0-9](?:[{_CHARS}.]*[{_CHARS}])? )
    | (?P<pname>   (?:{_PREFIX})?:(?:{_LOCAL})? )
    | (?P<number>  (?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<word>    (?:[{_U}]|{_ESCAPE})(?:[{_U}0-9]|{_ESCAPE})* )
    | (?P<op>      \^\^ | && | \|\| | != | <= | >= | [\s\S] )
    """,
    re.VERBOSE,
)

# What stands after `<` and is certainly an IRI: no expression goes on with `name://`.
_CERTAIN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_CODEPOINT = re.compile(_ESCAPE)


class Token(NamedTuple):
    """One terminal: its kind (a group of the pattern above), its text as sent, where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the token ends."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword in capitals, with its `\\u` escapes resolved; an empty string for other tokens."""
        if self.kind != "word":
            return ""
        return (_CODEPOINT.sub(_codepoint, self.text) if "\\" in self.text else self.text).upper()


def _codepoint(match: re.Match[str]) -> str:
    number = int(match[0][2:], 16)
    return chr(number) if number < 0x110000 else "\ufffd"


class Unreadable(ValueError):
    """A text that takes far more reading than its length: strings left open again and again. Never a real query."""


class _Budget:
    """The characters that may be looked at in reading one text, so that no text takes the square of its length."""

    def __init__(self, text: str) -> None:
        self._left = 8 * len(text) + 1024

    def spend(self, characters: int) -> None:
        self._left -= characters
        if self._left < 0:
            raise Unreadable("the strings of this query are not closed")


def tokens(text: str, start: int = 0, budget: _Budget | None = None) -> Iterator[Token]:
    """Yield the tokens of `text` from `start` on, without blanks and comments.

    A string that is not closed is one `broken` token to the end of its line. Raises `Unreadable`.
    """
    position, size = start, len(text)
    budget = budget or _Budget(text)
    match = _TOKEN.match
    while position < size:
        found = match(text, position)
        assert found is not None  # the last alternative takes any character
        assert found.lastgroup is not None
        end = found.end()
        # `''` before another `'` is what is left of a long string that was searched to the end of the text.
        failed_long = end - position == 2 and text[end : end + 1] == text[position] and text[position] in "'\""
        budget.spend(size - position if failed_long else end - position)
        if found.lastgroup != "gap":
            yield Token(found.lastgroup, found[0], position)
        position = end


def lexings(text: str) -> Iterator[tuple[Token | None, Token, Token | None]]:
    """Yield (token before, token, token after) of every way in which `text` may be read. Raises `Unreadable`.

    The ways differ after a `<` only. Two ways that come to the same place are one from there on.
    """
    seen: set[int] = set()
    starts = [0]
    budget = _Budget(text)
    while starts:
        before: Token | None = None
        current: Token | None = None
        for after in tokens(text, starts.pop(), budget):
            if current is not None:
                yield before, current, after
                if current.start in seen:
                    current = None
                    break
                _note(current, seen, starts)
            before, current = current, after
        if current is not None:
            yield before, current, None
            _note(current, seen, starts)


def _note(token: Token, seen: set[int], starts: list[int]) -> None:
    if token.start in seen:
        return
    seen.add(token.start)
    if token.kind == "iri" and not _CERTAIN_IRI.match(token.text):
        starts.append(token.start + 1)


def normalised(words: Iterable[Token]) -> str:
    """Return a query with one space for every run of blanks and comments: the same query, written one way."""
    parts: list[str] = []
    end = 0
    for _, text, start in words:
        if parts and start > end:
            parts.append(" ")
        parts.append(text)
        end = start + len(text)
    return "".join(parts)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, both from 1, of an offset in `text`."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
