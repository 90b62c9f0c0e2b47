"""The mnemonics of MARCMaker: `{dollar}`, `{aacute}`, `{acute}e` -> characters.

Source: MARCMaker and MARCBreaker User's Manual, "Mnemonics"; the table is `vocab/encodings/marcmaker.tsv`.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import combining

from publisher.resources import folder

_MNEMONIC = re.compile(r"((?:\{[A-Za-z0-9]{2,12}\})+)(\w?)")
_ONE = re.compile(r"\{([A-Za-z0-9]{2,12})\}")


@cache
def _table() -> dict[str, str]:
    rows: dict[str, str] = {}
    for line in (folder("vocab") / "encodings" / "marcmaker.tsv").read_text("utf-8").splitlines():
        if not line.startswith(("#", "code\t")):
            name, points, *_ = line.split("\t")
            rows[name] = "".join(chr(int(point, 16)) for point in points.split())
    return rows


def resolve(text: str) -> str:
    """Replace the mnemonics in `text`; a mark comes before its letter there and behind it in Unicode.

    >>> resolve("{acute}etude {dollar}5 {unknown}") == "e\u0301tude $5 {unknown}"
    True
    """
    return _MNEMONIC.sub(_replace, text) if "{" in text else text


def _replace(match: re.Match[str]) -> str:
    names, letter = match.groups()
    chars = [_table().get(name, f"{{{name}}}") for name in _ONE.findall(names)]
    out, marks = "", ""
    for char in [*chars, letter]:
        if char and combining(char[0]):
            marks += char
        else:
            out += char + marks
            marks = "" if char else marks
    return out
