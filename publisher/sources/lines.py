"""MARC as lines of text, a field a line: Libol's text form and MARCMaker's .mrk.

Libol:      `Ldr 00502nam a2200241 p 4500`, `#001 TVL1`, `#245 10 $aTitle$cName`, `##` after the record.
MARCMaker:  `=LDR  00502nam  2200241 p 4500`, `=001  TVL1`, `=245  10$aTitle$cName`, an empty line after the record;
            a backslash is a blank, `{dollar}` a dollar (MARCMaker and MARCBreaker User's Manual, Library of Congress).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.errors import RecordError
from publisher.sources.cut import at_boundaries
from publisher.sources.finish import finished
from publisher.sources.iso2709_repair import Notes
from publisher.sources.mnemonics import resolve
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import DELIMITER, Field, Record
from publisher.sources.stream import ByteStream
from publisher.sources.text import choose

_LIBOL_BOUNDARY = re.compile(rb"(?m)^##[ \t]*\r?\n|\n(?=Ldr[ \t])")
_MRK_BOUNDARY = re.compile(rb"\n(?:[ \t]*\r?\n)+(?==)|\n(?==(?:LDR|LEADER|000)[ \t])")
LIBOL_HEAD = re.compile(rb"[\s\xef\xbb\xbf]*(?:Ldr[ \t]|#\d{3}[ \t])")
MRK_HEAD = re.compile(rb"[\s\xef\xbb\xbf]*=(?:LDR|LEADER|\d{3})[ \t]")
_LIBOL_LINE = re.compile(r"(Ldr|#(?P<tag>[0-9A-Za-z]{3}))[ \t](?P<rest>.*)", re.DOTALL)
_MRK_LINE = re.compile(r"=(?P<tag>LDR|LEADER|[0-9A-Za-z]{3})[ \t]{0,2}(?P<rest>.*)", re.DOTALL)
_DOLLAR = re.compile(r"\$(?=[a-z])|(?<!US)\$(?=[0-9])")
_START = re.compile(r"(?m)^(?=Ldr[ \t]|#[0-9A-Za-z]{3}[ \t])")
_MRK_START = re.compile(r"(?m)^(?==(?:LDR|LEADER|[0-9A-Za-z]{3})[ \t])")
_NO_LEADER = " " * 24


def split_libol(stream: ByteStream) -> Iterator[Piece]:
    """Cut Libol's text form after each `##`, and before a leader where that is missing."""
    return at_boundaries(stream, _LIBOL_BOUNDARY)


def split_mrk(stream: ByteStream) -> Iterator[Piece]:
    """Cut MARCMaker's form at empty lines and before each leader."""
    return at_boundaries(stream, _MRK_BOUNDARY)


def decode_libol(raw: RawRecord) -> Record:
    """Decode a record in Libol's text form. Raises `RecordError` when it has no fields."""
    notes = Notes()
    leader = ""
    fields: list[Field] = []
    for line in _lines(raw, _START, notes):
        found = _LIBOL_LINE.match(line)
        if found is None:
            _stray(line, "##", notes)
        elif found["tag"] is None:
            leader = found["rest"]
        else:
            fields.append(Field(found["tag"], _libol_content(found["tag"], found["rest"]), len(fields) + 2))
    return _record(raw, leader, fields, notes)


def decode_mrk(raw: RawRecord) -> Record:
    """Decode a record in MARCMaker's form. Raises `RecordError` when it has no fields."""
    notes = Notes()
    leader = ""
    fields: list[Field] = []
    for line in _lines(raw, _MRK_START, notes):
        found = _MRK_LINE.match(line)
        if found is None:
            _stray(line, "", notes)
        elif found["tag"] in ("LDR", "LEADER", "000"):
            leader = found["rest"].replace("\\", " ")
        else:
            fields.append(Field(found["tag"], _mrk_content(found["tag"], found["rest"]), len(fields) + 2))
    return _record(raw, leader, fields, notes)


def _lines(raw: RawRecord, start: re.Pattern[str], notes: Notes) -> list[str]:
    """Return the record's lines as text; a line that begins no field goes on with the one before it."""
    choice = choose(raw.data, True, raw.encoding)
    for warning in choice.warnings:
        notes.leader(warning)
    text = choice.decode(raw.data).removeprefix("\ufeff").replace("\r\n", "\n")
    # The separators of ISO 2709 mean nothing here and would break the content's form.
    if any(sign in text for sign in "\x1d\x1e\x1f"):
        notes.leader("separators of ISO 2709 stand in the text and were left out")
        text = re.sub("[\x1d-\x1f]", "", text)
    body = re.sub(r"(?m)^##[ \t]*$", "", text) if start is _START else text
    return [re.sub(r"\s*\n\s*", " ", line.strip("\n")) for line in start.split(body) if line.strip()]


def _stray(line: str, end: str, notes: Notes) -> None:
    if line.strip() != end:
        notes.leader(f"the line {line.strip()[:40]!r} belongs to no field and was left out")


def _libol_content(tag: str, rest: str) -> str:
    if tag.startswith("00"):
        return rest.lstrip()
    first = _DOLLAR.search(rest)
    if first is None:
        return f"  {DELIMITER}a{rest.strip()}"
    before, values = rest[: first.start()], _DOLLAR.sub(DELIMITER, rest[first.start() :])
    if len(before.strip()) > 2:
        return f"  {DELIMITER}a{before.strip()}{values}"
    # Two indicators and a blank; exports of some versions leave out what is blank.
    return f"{before:2.2}{values}"


def _mrk_content(tag: str, rest: str) -> str:
    if tag.startswith("00"):
        return resolve(rest.replace("\\", " "))
    first = rest.find("$")
    if first < 0:
        return f"  {DELIMITER}a{resolve(rest.strip())}"
    before = rest[:first].replace("\\", " ").replace("#", " ")
    return f"{before:2.2}" + resolve(rest[first:].replace("$", DELIMITER))


def _record(raw: RawRecord, leader: str, fields: list[Field], notes: Notes) -> Record:
    if not fields:
        raise RecordError("record-empty", "the record has no field; complete it in the catalogue")
    if not leader.strip():
        notes.leader("the leader is missing: the kind and level of the record are not known")
        leader = _NO_LEADER
    elif len(leader) != 24:
        notes.leader(f"the leader has {len(leader)} characters instead of 24")
        leader = f"{leader:24.24}"
    return finished(raw, leader, fields, notes)
