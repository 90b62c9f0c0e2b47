"""MARC-8 to Unicode (MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media: MARC-8).

The code tables are pymarc's, which are the Library of Congress' own; the decoder is ours, because it must be able to
say how much of a text is not MARC-8 at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

_BASIC, _ANSEL, _EACC = 0x42, 0x45, 0x31
_PLAIN = re.compile(rb"[\x1b\x80-\xff]")
# ESC, then: a short form (g b p s); or an intermediate and a final byte, "!" before E being part of ANSEL's name.
_ESCAPE = re.compile(rb"\x1b(?:([gbps])|(\$?)([(,)\-]?)!?([1234BENQS]))")
ESCAPES = re.compile(rb"\x1b(?:[gbps]|\$?[(,)\-]!?[1234BENQS]|\$1)")
_SHORT = {b"g": 0x67, b"b": 0x62, b"p": 0x70, b"s": _BASIC}
REPLACEMENT = "\ufffd"


class Marc8Text(NamedTuple):
    """Decoded text; `odd` counts the codes that MARC-8 does not have and the marks that stand on no letter."""

    text: str
    odd: int


def decode_marc8(data: bytes) -> Marc8Text:
    """Decode one subfield or control field, which starts and ends in the default sets (ASCII and ANSEL).

    A code that is in no table becomes U+FFFD. The result is not normalised.
    """
    if not _PLAIN.search(data):
        return Marc8Text(data.decode("ascii"), 0)
    out: list[str] = []
    marks: list[str] = []
    g0, g1, odd, pos, end = _BASIC, _ANSEL, 0, 0, len(data)
    while pos < end:
        byte = data[pos]
        if byte == 0x1B and (escape := _ESCAPE.match(data, pos)):
            g0, g1 = _designate(escape, g0, g1)
            pos = escape.end()
            continue
        # C0, space and C1 stand for themselves in every set.
        if byte <= 0x20:
            width, char, is_mark = 1, chr(byte), False
        elif g0 == _EACC and byte < 0x80:
            width = 3
            char, is_mark = (
                _look_up(_EACC, int.from_bytes(data[pos : pos + 3], "big")) if pos + 3 <= end else ("", False)
            )
        else:
            width = 1
            char, is_mark = _look_up(g0 if byte < 0x80 else g1, byte)
        pos += width
        if not char:
            char, odd = REPLACEMENT, odd + 1
        if is_mark:
            marks.append(char)
            continue
        # In MARC-8 the marks come before their letter, in Unicode after it.
        if marks and not char.isalpha() and char != " ":
            odd += len(marks)
        out.append(char)
        out.extend(marks)
        marks.clear()
    odd += len(marks)
    return Marc8Text("".join(out + marks), odd)


def _designate(escape: re.Match[bytes], g0: int, g1: int) -> tuple[int, int]:
    short, _multibyte, where, final = escape.groups()
    if short:
        return _SHORT[short], g1
    if where in (b")", b"-"):
        return g0, final[0]
    return final[0], g1


def _look_up(charset: int, code: int) -> tuple[str, bool]:
    found = CODESETS.get(charset, {}).get(code)
    if found is not None:
        return chr(found[0]), bool(found[1])
    if code in ODD_MAP:
        return chr(ODD_MAP[code]), False
    return "", False
