"""Which encoding a file is in when nothing declares it, by how much Vietnamese its words make."""

from __future__ import annotations

import re

from publisher.sources.encodings import register
from publisher.sources.syllables import share
from publisher.sources.text import marc8

register()

# TCVN3 before TCVN 5712-1: where both fit equally, no capital with a tone is there to tell them apart.
_CANDIDATES = ("cp1258", "tcvn3", "tcvn-5712-1", "viscii", "vni")
_WORDS_ENOUGH = 8
_SHARE_ENOUGH = 0.8
# Separators and subfield codes of any dialect, which would stick to the words; 1E is a letter of VISCII.
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\x1a\x1b"]
_STRUCTURE = re.compile(rb"\x1f.|[\x1d\x1e]|[$^][a-z0-9]", re.DOTALL)


def is_utf8(head: bytes) -> bool:
    """Return whether `head` is UTF-8; its last character may be cut off."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and error.reason == "unexpected end of data"
    return True


def encoding_of(head: bytes) -> str:
    """Return the codec that makes Vietnamese of `head`, or "" when it is UTF-8 or MARC-8, or no codec is certain."""
    if is_utf8(head):
        return ""
    parts = _STRUCTURE.split(head)
    text = b" ".join(parts)
    scores = {codec: _score(text.decode(codec, "replace")) for codec in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda codec: scores[codec])
    if scores[best] < _SHARE_ENOUGH or scores[best] <= _score(text.decode("utf-8", "replace")):
        return ""
    return "" if scores[best] <= _score(" ".join(marc8(part) for part in parts)) else best


def _score(text: str) -> float:
    good, total = share(text)
    # A byte that a codec does not know speaks against it as a word does.
    total += text.count("\ufffd") + sum(map(text.count, _CONTROLS))
    return good / total if total >= _WORDS_ENOUGH else 0.0
