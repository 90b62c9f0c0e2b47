"""VNI: a letter followed by a byte that draws its marks, both of which are letters of Windows-1252 as well."""

from __future__ import annotations

import codecs
import re
from unicodedata import normalize

from publisher.sources.encodings.table import table


class TwoByte(codecs.Codec):
    """The codec of a table with codes of one and two bytes; other codes are Windows-1252."""

    def __init__(self, name: str) -> None:
        rows = {code.decode("cp1252"): char for code, char in table(name).items()}
        self._chars = rows
        self._codes = {char: code for code, char in rows.items()}
        for code, char in list(rows.items()):
            # A font does not mind a capital with a small mark, so neither do typists.
            rows.setdefault(code[:-1] + code[-1].swapcase(), char)
        longest_first = sorted(rows, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode from any normal form."""
        text = "".join(self._codes.get(char, char) for char in normalize("NFC", input))
        return text.encode("cp1252", errors), len(input)

    def decode(self, input: bytes, errors: str = "strict") -> tuple[str, int]:
        """Decode to NFC."""
        text = bytes(input).decode("cp1252", errors)
        return normalize("NFC", self._pattern.sub(lambda match: self._chars[match.group()], text)), len(input)
