"""What the warnings of the ledger are about: repairs of the reader, doubts of the conversion, keys, personal data."""

from __future__ import annotations

import re

_KINDS = (
    ("personal", re.compile(r" taken out$")),
    ("key", re.compile(r"the key is |same record came before|has this number|has no 001|has several 001")),
    (
        "repair",
        re.compile(
            r"repaired|replaced by|read as |told apart|took their places|terminator|leader|directory|length|"
            r"base address|byte order|decoded|bytes? (?:are|is) not|characters instead"
        ),
    ),
)
_NUMBERS = re.compile(r"\d+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


def kind_of(tag: str, reason: str) -> str:
    """Return "personal", "key", "repair", or "doubt" for everything else."""
    for kind, pattern in _KINDS:
        if pattern.search(reason):
            return kind
    return "doubt"


def general(reason: str) -> str:
    """Return a reason without what is different in each record, for counting.

    >>> general("the leader has 23 characters instead of 24")
    'the leader has … characters instead of …'
    """
    return _NUMBERS.sub("…", _QUOTED.sub("…", reason))
