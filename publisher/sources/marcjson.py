"""MARC-in-JSON (Ross Singer, "A Proposal to serialize MARC in JSON"): one object, an array of them, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from publisher.errors import RecordError
from publisher.sources.cut import at_boundaries
from publisher.sources.finish import finished
from publisher.sources.iso2709_repair import Notes
from publisher.sources.raw import KEPT_OF_OVERSIZE, MAX_RECORD, Piece, RawRecord, oversize
from publisher.sources.record import DELIMITER, Field, Record
from publisher.sources.stream import ByteStream
from publisher.sources.text import choose

HEAD = re.compile(rb"""[\s\xef\xbb\xbf]*\[?\s*\{""")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}]', re.DOTALL)
_SEPARATORS = re.compile("[\x1d-\x1f]")
_DEEPEST = 50
_NEWLINE = re.compile(rb"\n")


def looks_like(head: bytes) -> bool:
    """Return whether a file that begins with `head` is MARC-in-JSON."""
    return HEAD.match(head) is not None and b'"leader"' in head and b'"fields"' in head


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a stream into its objects; one object a line is cut at the lines, so that a broken one costs only itself."""
    first, newline, _ = stream.peek().lstrip().partition(b"\n")
    if newline and first.startswith(b"{") and first.rstrip().endswith(b"}"):
        return at_boundaries(stream, _NEWLINE)
    return _objects(stream)


def _objects(stream: ByteStream) -> Iterator[Piece]:
    buffer, base, pos, depth, begin = b"", 0, 0, 0, -1
    while True:
        incomplete = False
        for token in _TOKEN.finditer(buffer, pos):
            sign = token.group()
            if sign == b"{":
                begin = token.start() if depth == 0 else begin
                depth += 1
                if depth > _DEEPEST:
                    yield from _too_deep(stream, base + begin, buffer[begin:])
                    return
            elif sign == b"}":
                depth = max(0, depth - 1)
                if depth == 0 and begin >= 0:
                    yield Piece(base + begin, buffer[begin : token.end()])
                    begin = -1
            elif sign == b'"':
                # A string that goes on in what is not read yet.
                pos, incomplete = token.start(), True
                break
            pos = token.end()
        if not incomplete:
            pos = len(buffer)
        keep = begin if begin >= 0 else pos
        if len(buffer) - keep > MAX_RECORD:
            yield oversize(base + keep, buffer[keep:], len(buffer) - keep + _rest(stream))
            return
        more = stream.read()
        if not more:
            break
        base, buffer, pos = base + keep, buffer[keep:] + more, pos - keep
        begin = 0 if begin >= 0 else -1
    rest = buffer[begin:] if begin >= 0 else buffer[pos:]
    if begin >= 0 or rest.strip(b" \t\r\n],"):
        yield Piece(base + len(buffer) - len(rest), rest, "json-broken", "the file breaks off in it; fetch it again")


def _too_deep(stream: ByteStream, offset: int, kept: bytes) -> Iterator[Piece]:
    length = len(kept) + _rest(stream)
    reason = f"objects are nested {_DEEPEST} deep, which no record is; {length} bytes from here on were not read"
    yield Piece(offset, kept[:KEPT_OF_OVERSIZE], "json-broken", reason)


def _rest(stream: ByteStream) -> int:
    """Read to the end; how many bytes that was."""
    length = 0
    while more := stream.read():
        length += len(more)
    return length


def decode(raw: RawRecord) -> Record:
    """Decode one object. Raises `RecordError` when it is not MARC-in-JSON."""
    notes = Notes()
    choice = choose(raw.data, True, raw.encoding)
    for warning in choice.warnings:
        notes.leader(warning)
    text = choice.decode(raw.data).strip().removeprefix("\ufeff").removesuffix(",")
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        data = _leniently(text, notes)
    if not isinstance(data, dict) or not isinstance(data.get("fields"), list):
        raise RecordError("json-broken", "there are no fields in the object; export it as MARC-in-JSON")
    fields: list[Field] = []
    for entry in data["fields"]:
        if not isinstance(entry, dict):
            raise RecordError("json-broken", "a field is no object; export the record as MARC-in-JSON")
        for tag, value in entry.items():
            fields.append(Field(tag, _content(tag, value), len(fields) + 2))
    if not fields:
        raise RecordError("record-empty", "the record has no field; complete it in the catalogue")
    leader = data.get("leader")
    leader = leader if isinstance(leader, str) else ""
    if len(leader) != 24:
        notes.leader(f"the leader has {len(leader)} characters instead of 24")
    return finished(raw, f"{leader:24.24}", fields, notes)


def _leniently(text: str, notes: Notes) -> Any:
    """Parse what is sound but for line breaks and tabs inside strings, which older exporters did not escape."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise RecordError("json-broken", f"the JSON is not well-formed ({error}); export the record again") from None
    notes.leader("control characters stand unescaped in the JSON")
    return data


def _content(tag: str, value: Any) -> str:
    if isinstance(value, str):
        return _SEPARATORS.sub(" ", value)
    if not isinstance(value, dict) or not isinstance(value.get("subfields"), list):
        raise RecordError("json-broken", f"field {tag} has neither a value nor subfields; export the record again")
    parts = [_indicator(value.get("ind1")) + _indicator(value.get("ind2"))]
    for subfield in value["subfields"]:
        if not isinstance(subfield, dict):
            raise RecordError("json-broken", f"a subfield of {tag} is no object; export the record again")
        parts.extend((code or "?")[:1] + _SEPARATORS.sub(" ", str(text)) for code, text in subfield.items())
    return DELIMITER.join(parts)


def _indicator(value: Any) -> str:
    return value[0] if isinstance(value, str) and value and value[0] not in "\x1d\x1e\x1f" else " "
