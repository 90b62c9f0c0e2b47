"""VIQR (RFC 1456): Vietnamese in ASCII, marks written behind their letter, a backslash before what is no mark."""

from __future__ import annotations

import codecs
import re
from unicodedata import normalize

_MARKS = {"(": "\u0306", "^": "\u0302", "+": "\u031b"}
_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_SIGNS = {mark: sign for sign, mark in (_MARKS | _TONES).items()}
_LETTER = re.compile(
    r"\\(.)|(dd|D[dD])|((?:[aA][(^]?|[eE]\^?|[oO][+^]?|[uU]\+?|[iIyY])['`?~.]?)",
    re.DOTALL,
)


class Viqr(codecs.Codec):
    """The codec of VIQR; text without a code in it, such as other scripts, cannot be encoded."""

    def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode from any normal form; signs that would be read as marks are escaped."""
        out: list[str] = []
        previous = ""
        for char in normalize("NFC", input):
            code = _code(char)
            if code == char and previous and _takes(previous, char):
                code = "\\" + char
            elif len(code) > 1 and previous and _takes(previous, code[0]):
                out[-1] = "\\" + previous  # "dđ": the first d is a letter of its own
            elif char == "\\":
                code = "\\\\"
            out.append(code)
            previous = code if len(code) < 3 or code[0] != "\\" else ""
        return "".join(out).encode("ascii", errors), len(input)

    def decode(self, input: bytes, errors: str = "strict") -> tuple[str, int]:
        """Decode to NFC."""
        text = bytes(input).decode("ascii", errors)
        return normalize("NFC", _LETTER.sub(_char, text)), len(input)


def _code(char: str) -> str:
    """Return the signs for one character: the letter, its mark, its tone."""
    if char in "đĐ":
        return "dd" if char == "đ" else "DD"
    letter, *marks = list(normalize("NFD", char))
    if not marks or any(mark not in _SIGNS for mark in marks):
        return char
    signs = [_SIGNS[mark] for mark in marks]
    return letter + "".join(sorted(signs, key=lambda sign: sign in _TONES))


def _takes(previous: str, char: str) -> bool:
    """Whether `char` behind the code `previous` would be read as a part of it."""
    if previous[0] == "\\":
        return False
    found = _LETTER.match(previous + char)
    return found is not None and found.end() == len(previous) + 1


def _char(match: re.Match[str]) -> str:
    escaped, dee, vowel = match.groups()
    if escaped:
        return str(escaped)
    if dee:
        return "đ" if dee == "dd" else "Đ"
    return normalize("NFC", vowel[0] + "".join((_MARKS | _TONES)[sign] for sign in vowel[1:]))
