"""A plain list of titles, one a line and without headings, as people type them or print them out of a program.

Each line is a record with a title and nothing else. Only what certainly is such a list is taken for one, and only in
Vietnamese: a page of sentences, a table with headings that nobody knows, a list of names or codes is not. A list in
another language is read when its format is set to "titles".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.errors import RecordError
from publisher.sources.cut import at_boundaries
from publisher.sources.draft import Draft
from publisher.sources.guess import encoding_of
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.sheet import delimited
from publisher.sources.sheet.columns import TITLE, meaning_of
from publisher.sources.stream import ByteStream
from publisher.sources.syllables import is_surely_vietnamese, share
from publisher.sources.text import choose

LONGEST = 1000
"""Characters of a title; a line that is longer is no title."""

_LINE_END = re.compile(rb"\r?\n")
_FEWEST = 10
_SAMPLE = 500
_TITLE_LIKE = re.compile(r"[\"'“‘«(\[]?[^\W_].*[^\W\d_]{2}", re.DOTALL)
_SHORT = 300
_CODE = re.compile(r"[{}<>\t|\\;@]|^\d|^[\w.-]+\s?[:=]")
_SENTENCE = re.compile(r"[.!?…]\s+[^\W\d_]|[.!?…]$")


def looks_like(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a list of Vietnamese titles: short lines, no prose, no data."""
    text = head.decode(encoding_of(head) or "utf-8", "replace").removeprefix("\ufeff")
    # The last line may be cut off.
    lines = [line.strip() for line in text.split("\n")[:-1][:_SAMPLE] if line.strip()]
    if len(lines) < _FEWEST or "\x00" in text or "\ufffd" in text[:-4]:
        return False
    good, words = share(text)
    if good < len(lines) or good * 5 < words * 4:
        return False
    like = sum(len(line) <= _SHORT and _TITLE_LIKE.match(line) is not None for line in lines)
    prose = sum(_SENTENCE.search(line) is not None for line in lines)
    wrapped = sum(line[0].islower() for line in lines)
    coded = sum(_CODE.search(line) is not None for line in lines)
    few = len(lines) // 8
    return like * 20 >= len(lines) * 19 and max(prose, wrapped, coded) <= few and not delimited.is_table(lines)


def split(stream: ByteStream) -> Iterator[Piece]:
    """Yield the lines that say something; a heading above them ("Nhan đề") is no title."""
    head = stream.peek()
    first = head.decode(encoding_of(head) or "utf-8", "replace").removeprefix("\ufeff").lstrip().partition("\n")[0]
    pieces = at_boundaries(stream, _LINE_END)
    if meaning_of(first) == TITLE:
        next(pieces, None)
    return pieces


def decode(raw: RawRecord) -> Record:
    """Make a record of one line. Raises `RecordError` when it is too long for a title, or in an unknown encoding."""
    choice = choose(raw.data, True, raw.encoding)
    title = choice.decode(raw.data).removeprefix("\ufeff").strip()
    if len(title) > LONGEST:
        raise RecordError("row-too-large", f"the line is longer than {LONGEST} characters, which no title is; part it")
    draft = Draft()
    draft.warnings += [("LDR", warning) for warning in choice.warnings]
    draft.title(title)
    if not draft.has_title:
        raise RecordError("row-without-title", "the line has no title; fill it in or delete it")
    if is_surely_vietnamese(title):
        draft.language = "vie"
    return draft.finish(raw)
