"""The short way of a MARCXML record that is written as nearly all are: plain tags, plain text, nothing in between.

A record is cut at its tags, and every tag and every text must be one that is known to be well-formed and to mean only
one thing. Whatever is out of the ordinary (comments, CDATA, a character reference, white space in an attribute, an
element too many) is left to the XML parser: the short way then says None, never something else than the parser would.

Source: MARC 21 XML schema 1.1; Extensible Markup Language (XML) 1.0, 2.2, 2.4 and 3.1.
"""

from __future__ import annotations

import re
from functools import lru_cache

from publisher.sources.raw import RawRecord
from publisher.sources.record import DELIMITER, Field

_NAME = r"[A-Za-z_][\w.-]*"
_TAG = re.compile(
    rf"(?P<end>/?)(?P<prefix>(?:{_NAME}:)?)(?P<element>record|leader|controlfield|datafield|subfield)"
    rf"(?P<attributes>(?:\s+{_NAME}(?::{_NAME})?\s?=\s?(?:\"[^\"<>&]*\"|'[^'<>&]*'))*)\s*",
    re.ASCII,
)
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s?=\s?(?:\"([^\"]*)\"|'([^']*)')", re.ASCII)
_REFERENCE = re.compile("&(amp|lt|gt|quot|apos);")
_MEANT = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BLANKS = " \t\n"

_NO_TEXT = bytes([*range(9), *range(11, 32)])
"""What XML forbids, and the carriage return, which it reads as a new line."""
_NO_BRACKETS = bytes(set(range(256)) - set(b"<>"))
_FOREIGN, _RECORD, _LEADER, _CONTROL, _DATA, _SUBFIELD = range(6)
"""What a tag opens; foreign is what the short way does not understand."""
_END = 10
"""Added for a tag that closes."""
_KINDS = {
    "record": _RECORD, "leader": _LEADER, "controlfield": _CONTROL, "datafield": _DATA, "subfield": _SUBFIELD,
}  # fmt: skip

_REMEMBERED = 4_000
"""Tags that are remembered: a catalogue has some hundreds."""


class _Tag:
    """What a tag says: its kind, and of a field tag and indicators, of a subfield its code in `first`.

    Of a record `first` are the prefixes that have to be declared around it, `second` is its own, with the colon.
    """

    __slots__ = ("first", "kind", "second")

    def __init__(self, kind: int, first: str = "", second: str = "") -> None:
        self.kind = kind
        self.first = first
        self.second = second


_known: dict[str, dict[str, _Tag]] = {}
"""Prefix of the elements -> tag -> what it says."""


def _read(text: str, prefix: str | None) -> _Tag:
    """Return what a tag with `text` between its brackets says where elements have `prefix`, None for any."""
    match = _TAG.fullmatch(text)
    if match is None or prefix not in (None, match["prefix"]):
        return _Tag(_FOREIGN)
    kind = _KINDS[match["element"]]
    if match["end"]:
        return _Tag(_FOREIGN if match["attributes"] else _END + kind)
    pairs = [(each[1], each[2] or each[3] or "") for each in _ATTRIBUTE.finditer(match["attributes"])]
    said = dict(pairs)
    if len(said) < len(pairs):
        return _Tag(_FOREIGN)
    if kind == _RECORD:
        needed = {key.partition(":")[0] for key in said if ":" in key and not key.startswith("xmlns:")}
        needed.add(match["prefix"][:-1])
        return _Tag(
            kind, " ".join(key for key in sorted(needed - {""}) if not said.get(f"xmlns:{key}")), match["prefix"]
        )
    if any(":" in key or key == "xmlns" or not value.isprintable() for key, value in pairs):
        return _Tag(_FOREIGN)
    if kind == _SUBFIELD:
        code = said.get("code", "")
        return _Tag(kind, code) if len(code) == 1 else _Tag(_FOREIGN)
    indicators = (said.get("ind1") or " ")[0] + (said.get("ind2") or " ")[0]
    return _Tag(kind, said.get("tag", ""), indicators)


def _tags(texts: list[str], prefix: str) -> list[_Tag]:
    """Return what the tags with `texts` between their brackets say."""
    if prefix not in _known or len(_known[prefix]) >= _REMEMBERED:
        if len(_known) >= 20:
            _known.clear()
        _known[prefix] = {}
    known = _known[prefix]
    tags = []
    for text in texts:
        tag = known.get(text)
        if tag is None:
            tag = known[text] = _read(text, prefix)
        tags.append(tag)
    return tags


def fields_of(raw: RawRecord) -> tuple[str, list[Field]] | None:
    """Return the leader and the fields of a plain record, None where the XML parser has to look at it."""
    data = raw.data
    if raw.encoding not in ("", "utf-8", "ascii") or len(data.translate(None, _NO_TEXT)) != len(data):
        return None
    brackets = data.translate(None, _NO_BRACKETS)
    if brackets != b"<>" * (len(brackets) // 2) or len(brackets) < 8:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if "\ufffe" in text or "\uffff" in text:
        return None
    # Tags and texts take turns, as the brackets do: a comment or a CDATA section is a tag that nobody knows.
    parts = text.replace(">", "<").split("<")
    record = _of_record(parts[1])
    if parts[0] or record.kind != _RECORD or not _are_declared(record.first, raw.frame):
        return None
    texts = parts[2::2]
    if b"&" in data and not _resolve(texts):
        return None
    return _fields(_tags(parts[3::2], record.second), texts)


@lru_cache(maxsize=64)
def _of_record(text: str) -> _Tag:
    return _read(text, None)


def _are_declared(prefixes: str, frame: bytes) -> bool:
    return not prefixes or all(f"xmlns:{prefix}=".encode() in frame for prefix in prefixes.split(" "))


def _resolve(texts: list[str]) -> bool:
    """Resolve the references in `texts`, and return whether all are of the five that XML itself has."""
    for n, text in enumerate(texts):
        if "&" in text:
            if "&" in _REFERENCE.sub("", text):
                return False
            texts[n] = _REFERENCE.sub(lambda found: _MEANT[found[1]], text)
    return True


def _fields(tags: list[_Tag], texts: list[str]) -> tuple[str, list[Field]] | None:
    """Return the leader and the fields that `tags` enclose; the first of `texts` stands before the first of them."""
    leader: str | None = None
    fields: list[Field] = []
    content: list[str] = []
    name, code, within = "", "", _RECORD
    for n, tag in enumerate(tags):
        kind, text = tag.kind, texts[n]
        if within in (_RECORD, _DATA) and text and text.strip(_BLANKS):
            return None
        within = _FOLLOWS[within * _KINDS_OF_TAGS + kind]
        if kind == _SUBFIELD:
            code = tag.first
        elif kind == _END + _SUBFIELD:
            content.append(code + text)
        elif kind == _DATA:
            name, content = tag.first, [tag.second]
        elif kind == _END + _DATA:
            fields.append(Field(name, DELIMITER.join(content), len(fields)))
        elif kind == _CONTROL:
            name = tag.first
        elif kind == _END + _CONTROL:
            fields.append(Field(name, text, len(fields)))
        elif kind == _END + _LEADER:
            leader = text
        if within == _FOREIGN:
            return None
    if within != _END or texts[-1]:
        return None
    # The leader is the first place in a record, if it is there at all.
    for each in fields:
        each.position += 1 if leader is None else 2
    return leader or "", fields


_KINDS_OF_TAGS = _END + len(_KINDS) + 1
_FOLLOWS = [_FOREIGN] * (_KINDS_OF_TAGS * _KINDS_OF_TAGS)
"""Element and tag -> the element that is open behind the tag; foreign where the tag cannot stand there."""
for _within, _kind, _then in (
    (_RECORD, _LEADER, _LEADER),
    (_RECORD, _CONTROL, _CONTROL),
    (_RECORD, _DATA, _DATA),
    (_RECORD, _END + _RECORD, _END),
    (_LEADER, _END + _LEADER, _RECORD),
    (_CONTROL, _END + _CONTROL, _RECORD),
    (_DATA, _SUBFIELD, _SUBFIELD),
    (_DATA, _END + _DATA, _RECORD),
    (_SUBFIELD, _END + _SUBFIELD, _DATA),
):
    _FOLLOWS[_within * _KINDS_OF_TAGS + _kind] = _then
