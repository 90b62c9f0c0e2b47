"""Tables of encodings: `vocab/encodings/*.tsv`, one code a row."""

from __future__ import annotations

from functools import cache
from unicodedata import normalize

from publisher.resources import folder

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""The five marked tones of Vietnamese as combining marks: huyền, sắc, ngã, hỏi, nặng."""


@cache
def table(name: str) -> dict[bytes, str]:
    """Return the table `name`: code (one or two bytes) -> character."""
    rows: dict[bytes, str] = {}
    for line in (folder("vocab") / "encodings" / f"{name}.tsv").read_text("utf-8").splitlines():
        code, _, rest = line.partition("\t")
        if not line.startswith("#") and code != "code":
            rows[bytes.fromhex(code)] = rest.partition("\t")[0]
    return rows


def tone_apart(char: str) -> str:
    """Return a letter with a tone as the letter and the combining tone, anything else unchanged.

    >>> tone_apart("Ế") == "Ê\u0301"
    True
    """
    parts = normalize("NFD", char)
    for tone in TONES:
        if tone in parts:
            return normalize("NFC", parts.replace(tone, "")) + tone
    return char
