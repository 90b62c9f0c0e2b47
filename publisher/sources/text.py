"""Text of a record: which encoding it really has, NFC, and the repair of text that was encoded twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from unicodedata import combining, is_normalized, normalize

from publisher.errors import RecordError
from publisher.sources.encodings.capitals import restored
from publisher.sources.marc8 import ESCAPES, decode_marc8

Warnings = list[tuple[str, str]]
Decode = Callable[[bytes], str]

_HIGH = re.compile(rb"[\x80-\xff]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_AFTER_CODE = re.compile("(?s)\x1f.(.)")


class Choice(NamedTuple):
    """How the bytes of one record become text, and what had to be said about it."""

    decode: Decode
    warnings: tuple[str, ...] = ()


def utf8_with_gaps(data: bytes) -> str:
    """Decode UTF-8; bytes that are not UTF-8 become U+FFFD."""
    return data.decode("utf-8", "replace")


def marc8(content: bytes) -> str:
    """Decode the content of one field: each subfield starts in the default character sets."""
    return "\x1f".join(decode_marc8(part).text for part in content.split(b"\x1f"))


def choose(data: bytes, declared_utf8: bool, encoding: str) -> Choice:
    """Decide how a record's data become text.

    `declared_utf8` is leader/09 = "a"; `encoding` a codec that the configuration forces, or "". Raises `RecordError`
    when the text is in an encoding that nothing declares.
    """
    if encoding == "marc-8":
        return Choice(marc8)
    if encoding:
        return _forced(data, encoding)
    has_escapes = b"\x1b" in data and ESCAPES.search(data) is not None
    if not has_escapes and _is_utf8(data):
        wrong = not declared_utf8 and not data.isascii()
        return Choice(bytes.decode, ("leader/09 says MARC-8, but the text is UTF-8; read as UTF-8",) if wrong else ())
    return _unlike_utf8(data, declared_utf8)


def _forced(data: bytes, encoding: str) -> Choice:
    if encoding != "utf-8" and len(_UTF8_SEQUENCE.findall(data)) > 2 and _is_utf8(data):
        return Choice(bytes.decode, (f"the source is set to {encoding}, but this record is UTF-8; read as UTF-8",))

    def decode(content: bytes) -> str:
        text = content.decode(encoding, "replace")
        return restored(text) if encoding == "tcvn3" else text

    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return Choice(decode, (f"some bytes are not {encoding} and were replaced by U+FFFD",))
    return Choice(decode)


def _unlike_utf8(data: bytes, declared_utf8: bool) -> Choice:
    high = len(_HIGH.findall(data))
    in_utf8 = sum(map(len, _UTF8_SEQUENCE.findall(data)))
    if in_utf8 > high - in_utf8:
        return Choice(utf8_with_gaps, ("some bytes are not UTF-8 and were replaced by U+FFFD",))
    parts = re.split(rb"[\x1e\x1f]", data)
    odd = sum(decode_marc8(part).odd for part in parts)
    # One slip of a cataloguer is replaced; a text that is mostly slips is in another encoding.
    if odd > 2 and odd * 5 > high:
        raise RecordError(
            "encoding-unknown",
            "the text is neither UTF-8 nor MARC-8; find out the encoding (cp1258, tcvn3, vni, cp1251 ...) "
            "and set it for this source",
        )
    warnings = ["leader/09 says UTF-8, but the text is MARC-8; read as MARC-8"] if declared_utf8 else []
    if odd:
        warnings.append(f"{odd} codes are not MARC-8 and were replaced by U+FFFD or left as they stand")
    return Choice(marc8, tuple(warnings))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def to_nfc(text: str) -> str:
    """Return `text` (one or more fields in ISO 2709 form) in NFC, without composing a subfield code and a mark.

    >>> to_nfc("10\x1faTa\u0302y\x1fb\u0301x") == "10\x1faTây\x1fb\u0301x"
    True
    """
    if is_normalized("NFC", text):
        return text
    if any(combining(mark) for mark in _AFTER_CODE.findall(text)):
        start, *parts = text.split("\x1f")
        return "\x1f".join([normalize("NFC", start), *(part[:1] + normalize("NFC", part[1:]) for part in parts)])
    return normalize("NFC", text)
