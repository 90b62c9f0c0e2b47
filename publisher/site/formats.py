"""Which representation a request gets: by suffix, or by content negotiation (RFC 9110, 12.5.1, with its q-values)."""

from __future__ import annotations

from typing import NamedTuple

from werkzeug.datastructures import MIMEAccept


class Format(NamedTuple):
    """A representation: its suffix, its media type, and the name by which people know it."""

    suffix: str
    media_type: str
    name: str


HTML = Format("html", "text/html", "HTML")
TURTLE = Format("ttl", "text/turtle", "Turtle")
JSONLD = Format("jsonld", "application/ld+json", "JSON-LD")
NTRIPLES = Format("nt", "application/n-triples", "N-Triples")
RDFXML = Format("rdf", "application/rdf+xml", "RDF/XML")
RDF_FORMATS = (TURTLE, JSONLD, NTRIPLES, RDFXML)
FORMATS = (HTML, *RDF_FORMATS)

_ALIASES = {
    "application/xhtml+xml": HTML,
    "application/json": JSONLD,
    "text/n3": TURTLE,
    "application/x-turtle": TURTLE,
}
_OFFERED = {**{known.media_type: known for known in FORMATS}, **_ALIASES}


def accepted(accept: MIMEAccept) -> Format | None:
    """Return what an Accept header likes best, HTML when it does not say, or None when nothing will do."""
    if not accept:
        return HTML
    chosen = accept.best_match(list(_OFFERED))
    return _OFFERED[chosen] if chosen is not None else None


def split_suffix(path: str) -> tuple[str, Format | None]:
    """Return `path` without the suffix of an RDF format, and that format; None when it has none.

    >>> split_suffix("work/1.ttl")
    ('work/1', Format(suffix='ttl', media_type='text/turtle', name='Turtle'))
    """
    stem, dot, suffix = path.rpartition(".")
    for known in RDF_FORMATS:
        if dot and suffix == known.suffix:
            return stem, known
    return path, None
