"""White space and percent-encoding: what text needs before it can be compared or become part of an IRI."""

from __future__ import annotations

import re

_SPACE = re.compile(r"[ \t\r\n]+")
_UNSAFE = re.compile(r"[^!'()*\-.:/0-9A-Za-z_~]")


def squeeze(text: str) -> str:
    """Return `text` without white space at its ends and with single spaces inside (XPath normalize-space)."""
    if "  " in text or text[:1] in _WHITE or text[-1:] in _WHITE or "\n" in text or "\t" in text or "\r" in text:
        return _SPACE.sub(" ", text).strip(" ")
    return text


_WHITE = frozenset(" \t\r\n")


def percent_encode(text: str) -> str:
    """Return `text` percent-encoded (UTF-8), as the reference conversion does for the ASCII part of it.

    >>> percent_encode("a b"), percent_encode("đ")
    ('a%20b', '%C4%91')
    """
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text)
