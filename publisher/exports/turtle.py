"""Sorted statements as Turtle (https://www.w3.org/TR/turtle/): each subject once, properties and classes with prefixes.

Objects stand as N-Triples has them, which is Turtle too, so no literal is taken apart and none can come out wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache

from publisher.exports.sorting import Lines
from publisher.rdf.terms import PREFIXES

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()).encode()
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TYPE = f"<{PREFIXES['rdf']}type>".encode()


def blocks(lines: Lines) -> bytes:
    """Return statements, in order, in Turtle; the prefixes of `HEADER` must stand before."""
    written = []
    last = b""
    before = b""
    for line in lines:
        subject, predicate, value = line.split(b" ", 2)
        value = value[:-3]  # without " .\n"
        if predicate == _TYPE:
            value = _short(value)
        if subject != last:
            written.append(b"%s\n%s\n    %s %s" % (b" .\n" if last else b"", subject, _short(predicate), value))
            last, before = subject, predicate
        elif predicate != before:
            written.append(b" ;\n    %s %s" % (_short(predicate), value))
            before = predicate
        else:
            written.append(b", " + value)
    if written:
        written.append(b" .\n")
    return b"".join(written)


@lru_cache(10_000)
def _short(iri: bytes) -> bytes:
    """Return an IRI in angle brackets as a prefixed name, where it has one.

    >>> _short(b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"), _short(b"<http://example.org/a>")
    (b'a', b'<http://example.org/a>')
    """
    if iri == _TYPE:
        return b"a"
    text = iri[1:-1].decode()
    for prefix, beginning in PREFIXES.items():
        if text.startswith(beginning) and _LOCAL.fullmatch(text, len(beginning)):
            return f"{prefix}:{text[len(beginning) :]}".encode()
    return iri
