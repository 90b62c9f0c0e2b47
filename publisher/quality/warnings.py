"""What the warnings of the ledger are about: repairs of the reader, doubts of the conversion, keys, personal data."""

from __future__ import annotations

import re

REPAIRS = {
    "twice-encoded": ("văn bản mã hóa UTF-8 hai lần", "text encoded in UTF-8 twice", r"encoded in UTF-8 twice"),
    "tcvn3": ("chữ TCVN3 (ABC) bị đọc là Latin-1", "TCVN3 (ABC) taken for Latin-1", r"TCVN3"),
    "encoding": (
        "bảng mã khai sai, hoặc ký tự không đọc được", "encoding declared wrongly, or characters that cannot be read",
        r"read as (?:UTF-8|MARC-8)|replaced by U\+FFFD|decoded|bytes? (?:are|is) not|byte order",
    ),
    "controls": ("ký tự điều khiển trong văn bản", "control characters in the text", r"took their places"),
    "structure": (
        "cấu trúc biểu ghi: đầu biểu, thư mục, độ dài", "structure of the record: leader, directory, lengths",
        r"terminator|leader|directory|length|base address|told apart|characters instead",
    ),
    "value": (
        "giá trị được đọc theo nghĩa chắc chắn", "values read as what they surely are",
        r"repaired|replaced by|read as ",
    ),
}  # fmt: skip
"""What readers repair: (Vietnamese, English, the words of the warning); the first that fits counts."""

_REPAIRS = [(name, re.compile(pattern)) for name, (_, _, pattern) in REPAIRS.items()]
_KINDS = (
    ("personal", re.compile(r" taken out$")),
    ("key", re.compile(r"the key is |same record came before|has this number|has no 001|has several 001")),
)
_NUMBERS = re.compile(r"\d+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”")


def kind_of(reason: str) -> str:
    """Return "personal", "key", "repair", or "doubt" for everything else."""
    for kind, pattern in _KINDS:
        if pattern.search(reason):
            return kind
    return "repair" if repair_of(reason) else "doubt"


def repair_of(reason: str) -> str:
    """Return which of `REPAIRS` a warning tells of, or "" where it tells of none."""
    return next((name for name, pattern in _REPAIRS if pattern.search(reason)), "")


def general(reason: str) -> str:
    """Return a reason without what is different in each record, for counting.

    >>> general("the leader has 23 characters instead of 24")
    'the leader has … characters instead of …'
    """
    return _NUMBERS.sub("…", _QUOTED.sub("…", reason))
