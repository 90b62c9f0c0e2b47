"""IRIs that come out of catalogue records, made fit for RDF, or recognised as none.

Source: RFC 3987; RFC 3986, 2.1 (percent-encoding).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

import pyoxigraph

NEVER = ("javascript:", "vbscript:", "data:")
"""Schemes that run something in the reader's browser: an address in a catalogue never needs them."""

_BAD = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\x9f\[\]\ufffe\uffff]')
_NO_HOST = re.compile(r"(?:https?|ftp):(?!//[^/?#])", re.IGNORECASE)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=4096)
def fit_iri(text: str) -> str:
    """Return `text` as an IRI, with the characters percent-encoded that may not stand in one, or "" if it is none.

    >>> fit_iri("http://kontum.gov.vn/bản đồ.pdf"), fit_iri("20041121")
    ('http://kontum.gov.vn/bản%20đồ.pdf', '')
    """
    text = text.strip()
    if text.lower().startswith(NEVER) or _NO_HOST.match(text):
        return ""
    if _is_iri(text):
        return text
    encoded = _LONE_PERCENT.sub("%25", _BAD.sub(lambda bad: quote(bad.group()), text))
    address, mark, fragment = encoded.partition("#")
    encoded = address + mark + fragment.replace("#", "%23")
    return encoded if _is_iri(encoded) else ""


def _is_iri(text: str) -> bool:
    try:
        pyoxigraph.NamedNode(text)
    except ValueError:
        return False
    return True
