"""Encodings with one byte a character, some of them with combining tones: TCVN 5712, TCVN3, VISCII."""

from __future__ import annotations

import codecs
from unicodedata import normalize

from publisher.sources.encodings.table import table, tone_apart

_UNDEFINED = "\ufffe"


class OneByte(codecs.Codec):
    """The codec of one table; codes below 80 that are not in it are ASCII."""

    def __init__(self, name: str) -> None:
        rows = table(name)
        chars = [chr(code) if code < 0x80 else _UNDEFINED for code in range(256)]
        for code, char in rows.items():
            chars[code[0]] = char
        self._decoding = "".join(chars)
        self._encoding = codecs.charmap_build(self._decoding)
        self._known = frozenset(self._decoding)

    def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode; a letter that has no code of its own is written as the letter and its tone."""
        text = normalize("NFC", input)
        if not self._known.issuperset(text):
            text = "".join(char if char in self._known else tone_apart(char) for char in text)
        return codecs.charmap_encode(text, errors, self._encoding)[0], len(input)

    def decode(self, input: bytes, errors: str = "strict") -> tuple[str, int]:
        """Decode to NFC."""
        text, length = codecs.charmap_decode(input, errors, self._decoding)
        return normalize("NFC", text), length
