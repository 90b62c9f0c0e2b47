"""MARCXML (MARC 21 XML schema 1.1) and its relatives: splitting a document, decoding a record.

A document is cut at its record elements, so a broken record costs that record and not the rest, the bytes of each are
kept as they came, and memory does not grow. A DTD is refused: nothing in MARCXML needs one, and entity bombs and
outside entities live there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from publisher.errors import RecordError, SourceError
from publisher.sources.finish import finished
from publisher.sources.marcxml_plain import fields_of
from publisher.sources.raw import MAX_RECORD, Piece, RawRecord, oversize
from publisher.sources.record import DELIMITER, Field, Record
from publisher.sources.stream import ByteStream

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""")
_PLAIN_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[\w.:-]+\s*>")
# The record element is the one whose first child is a field or a leader: OAI-PMH has records around records.
RECORD = re.compile(
    rb"<((?:[A-Za-z_][\w.-]*:)?record)(?:\s[^<>]*)?>\s*<(?:[\w.-]+:)?(?:leader|controlfield|datafield)\b",
    re.DOTALL,
)
_NAMESPACE = re.compile(rb"""\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.I
)
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
_WITH_COMMENTS = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_pis=True
)


def declared_encoding(head: bytes) -> str:
    """Return the codec that the XML declaration names; "utf-8" without one, and for one that does not exist."""
    found = _ENCODING.match(head)
    name = found.group(1).decode("ascii").lower() if found else "utf-8"
    try:
        # UTF-16 has become UTF-8 on its way here.
        return "utf-8" if name.startswith("utf-16") else codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def without_comments(head: bytes) -> bytes:
    """Return `head` without its comments; one that goes on behind it is left out as well."""
    kept, pos = [], 0
    while (begin := head.find(b"<!--", pos)) >= 0:
        kept.append(head[pos:begin])
        end = head.find(b"-->", begin + 4)
        if end < 0:
            return b"".join(kept)
        pos = end + 3
    return b"".join([*kept, head[pos:]])


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its record elements. Raises `SourceError` when it carries a DTD."""
    head = stream.peek()
    if b"<!DOCTYPE" in _PLAIN_DOCTYPE.sub(b"", without_comments(head)):
        raise SourceError(
            f"{stream.name} has a document type declaration with entities or an outside address, which Rông does not "
            "follow; remove the <!DOCTYPE ...> from the file."
        )
    found = RECORD.search(without_comments(head))
    name = found.group(1) if found else b"record"
    return Cutter(stream, name).pieces()


_STRAY = re.compile(rb"</(?:[\w.-]+:)?(?:leader|controlfield|datafield)>\s*[^\s<]")
"""Text between the fields of a record."""


class Cutter:
    """Finds the record elements of one document in a window that moves over it."""

    def __init__(self, stream: ByteStream, name: bytes) -> None:
        self._stream = stream
        self._start = re.compile(rb"<!--|<!\[CDATA\[|<" + re.escape(name) + rb"(?=[\s/>])")
        self._end = re.compile(rb"<!--|<!\[CDATA\[|</" + re.escape(name) + rb"\s*>")
        self._again = re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])")
        self._begins, self._ends = b"<" + name, b"</" + name
        self._buffer = b""
        self._is_plain = True
        self._base = 0
        self._open = -1
        self._namespaces: dict[bytes, bytes] = {}

    def _more(self, keep: int) -> bool:
        """Read on, forgetting what is before `keep`; whether there was more."""
        more = self._stream.read()
        self._buffer = self._buffer[keep:] + more
        self._is_plain = b"<!" not in self._buffer
        self._base += keep
        return bool(more)

    def pieces(self) -> Iterator[Piece]:
        """Yield each record element, what breaks off, and what is too large."""
        pos = 0
        while True:
            start = self._find(self._start, pos)
            if start is None:
                # Keep what may be the beginning of a tag, or of a comment that goes on.
                keep = max(pos, len(self._buffer) - 256)
                if self._open >= 0 and len(self._buffer) - self._open <= MAX_RECORD:
                    keep = max(pos, self._open)
                self._declare(self._buffer[pos:keep])
                pos = 0
                if not self._more(keep):
                    if self._open >= 0:
                        reason = "a comment has no end, so what follows cannot be told from it; repair the file"
                        yield Piece(self._base, self._buffer, "xml-broken", reason)
                    return
                continue
            begin, _ = start
            self._declare(self._buffer[pos:begin])
            end = self._find(self._end, begin)
            while end is None and len(self._buffer) - begin <= MAX_RECORD:
                more = self._more(begin)
                begin = 0
                if not more:
                    break
                end = self._find(self._end, begin)
            if end is None:
                yield from self._unfinished(begin)
                return
            yield from self._nested(self._buffer[begin : end[1]], self._base + begin)
            pos = end[1]

    def _find(self, tag: re.Pattern[bytes], pos: int) -> tuple[int, int] | None:
        """Return the extent of the next `tag` that is neither in a comment nor in a CDATA section."""
        self._open = -1
        if self._is_plain:
            # No comments, no CDATA: what the tag begins with is found much faster than the tag.
            begins = self._ends if tag is self._end else self._begins
            while (pos := self._buffer.find(begins, pos)) >= 0:
                if found := tag.match(self._buffer, pos):
                    return found.span()
                pos += 1
            return None
        while found := tag.search(self._buffer, pos):
            if not found.group().startswith(b"<!"):
                return found.span()
            close = b"-->" if found.group() == b"<!--" else b"]]>"
            pos = self._buffer.find(close, found.end())
            if pos < 0:
                self._open = found.start()
                return None
        return None

    def _declare(self, between: bytes) -> None:
        if b"xmlns" in between:
            for declaration in _NAMESPACE.findall(between):
                name, _, value = declaration.partition(b"=")
                self._namespaces[name.strip()] = value.strip()

    def _frame(self) -> bytes:
        return b" ".join([b"<x", *(name + b"=" + value for name, value in self._namespaces.items())]) + b">"

    def _nested(self, data: bytes, offset: int) -> Iterator[Piece]:
        """Yield a record; where another begins within it, the first broke off, or was a wrapper around it."""
        begin = 0
        if data.find(self._begins, 1) > 0 and b"<!" not in data:
            for again in self._again.finditer(data, 1):
                outer = data[begin : again.start()]
                if b"field" in outer or b"leader" in outer:
                    reason = "another record begins within it; export it again"
                    yield Piece(offset + begin, outer, "record-truncated", reason)
                else:
                    self._declare(outer)
                begin = again.start()
        yield Piece(offset + begin, data[begin:], frame=self._frame())

    def _unfinished(self, begin: int) -> Iterator[Piece]:
        rest = self._buffer[begin:]
        offset = self._base + begin
        if len(rest) <= MAX_RECORD:
            yield Piece(offset, rest, "record-truncated", "the file breaks off in it; fetch the file again")
            return
        length = len(rest)
        while more := self._stream.read():
            length += len(more)
        yield oversize(offset, rest, length)


def decode(raw: RawRecord) -> Record:
    """Decode one record element. Raises `RecordError` when it is not well-formed or has no fields."""
    plain = fields_of(raw)
    if plain is not None and plain[1] and len(plain[0]) == 24:
        return finished(raw, *plain, [])
    notes: list[tuple[str, str]] = []
    element = parsed(raw, notes)
    leader, fields = "", []
    # The leader is the first place in a record, if it is there at all.
    position = 2 if any(child.tag.endswith("}leader") or child.tag == "leader" for child in element) else 1
    stray = _STRAY.search(raw.data)
    if stray:
        notes.append(("LDR", "text between the fields is not part of MARCXML and was left out"))
    remarks = _remarks(raw) if stray or b"<!--" in raw.data else {}
    for at, child in enumerate(element):
        position += remarks.get(at, 0)
        kind = _local_name(child.tag)
        if kind == "datafield":
            content = _data(child, notes)
        elif kind == "controlfield":
            content = _value(child)
        elif kind == "leader":
            leader = _value(child)
            continue
        else:
            notes.append(("LDR", f"an element <{kind}> is not part of MARCXML and was left out"))
            continue
        fields.append(Field(child.get("tag", ""), content, position))
        position += 1
    if not fields:
        raise RecordError("record-empty", "the record has no field; complete it in the catalogue")
    if len(leader) != 24:
        notes.append(("LDR", f"the leader has {len(leader)} characters instead of 24"))
        leader = f"{leader:24.24}"
    return finished(raw, leader, fields, notes)


@lru_cache(maxsize=256)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _remarks(raw: RawRecord) -> dict[int, int]:
    """Return how many comments and stray texts stand before which element: names of agents count them."""
    before: dict[int, int] = {}
    try:
        root = etree.fromstring(raw.frame + raw.data + b"</x>", _WITH_COMMENTS)
    except etree.XMLSyntaxError:
        return before
    at = 0
    for child in root[0] if root is not None and len(root) else ():
        if isinstance(child.tag, str):
            at += 1
        else:
            before[at] = before.get(at, 0) + 1
        if (child.tail or "").strip():
            before[at] = before.get(at, 0) + 1
    return before


def _data(element: etree._Element, notes: list[tuple[str, str]]) -> str:
    get = element.get
    content = [(get("ind1") or " ")[0] + (get("ind2") or " ")[0]]
    for subfield in element:
        code = subfield.get("code") or ""
        if len(code) != 1:
            notes.append((get("tag", ""), f"a subfield has the code {code!r}"))
            code = (code or "?")[0]
        content.append(code + (_value(subfield) if len(subfield) else subfield.text or ""))
    return DELIMITER.join(content)


def _value(element: etree._Element) -> str:
    if len(element):
        return "".join(str(text) for text in element.itertext())
    return element.text or ""


def parsed(raw: RawRecord, notes: list[tuple[str, str]]) -> etree._Element:
    """Return the element that was cut out, repaired where it is certain; raises `RecordError` when it is damaged."""
    data = raw.data
    if raw.encoding and raw.encoding not in ("utf-8", "ascii"):
        data = data.decode(raw.encoding, "replace").encode()
    try:
        return _well_formed(raw.frame + data + b"</x>")
    except etree.XMLSyntaxError as error:
        text = data.decode("utf-8", "replace")
        if "\ufffd" in text:
            notes.append(("LDR", "some bytes are not UTF-8 and were replaced by U+FFFD"))
        clean = _NOT_XML.sub("", text)
        if clean != text:
            notes.append(("LDR", "control characters that XML forbids were left out"))
        if clean.encode() == data:
            raise _broken(error) from None
    try:
        return _well_formed(raw.frame + clean.encode() + b"</x>")
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None


def _well_formed(document: bytes) -> etree._Element:
    return etree.fromstring(document, _PARSER)[0]


def _broken(error: etree.XMLSyntaxError) -> RecordError:
    return RecordError("xml-broken", f"the XML is not well-formed ({error.msg}); repair the record or export it again")
