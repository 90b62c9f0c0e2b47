"""Which representation a request gets: by suffix, or by content negotiation (RFC 9110, 12.5.1, with its q-values)."""

from __future__ import annotations

from collections.abc import Sequence
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

BIBTEX = Format("bib", "application/x-bibtex", "BibTeX")
RIS = Format("ris", "application/x-research-info-systems", "RIS")
CSL = Format("csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON")
CITATIONS = (BIBTEX, RIS, CSL)
"""In which works and editions are cited."""

ATOM = Format("atom", "application/atom+xml", "Atom")
CSV = Format("csv", "text/csv", "CSV")
RESULTS = (HTML, JSONLD, ATOM, CSV)
"""In which lists of results are given."""

_ALIASES = {
    "application/xhtml+xml": HTML,
    "application/json": JSONLD,
    "text/n3": TURTLE,
    "application/x-turtle": TURTLE,
}


def accepted(accept: MIMEAccept, offered: Sequence[Format] = FORMATS) -> Format | None:
    """Return what an Accept header likes best, HTML when it does not say, or None when nothing of `offered` will do.

    Parameters of media types are overlooked (`application/ld+json;profile=...`, `text/turtle;charset=utf-8`): clients
    add them by habit, and what there is of the type serves them better than a refusal.

    >>> accepted(MIMEAccept([("application/ld+json;profile=x", 1)])).name
    'JSON-LD'
    """
    if not accept:
        return HTML
    accept = MIMEAccept([(media_range.partition(";")[0].strip(), quality) for media_range, quality in accept])
    names = {known.media_type: known for known in offered}
    names |= {alias: known for alias, known in _ALIASES.items() if known in offered}
    chosen = accept.best_match(list(names))
    return names[chosen] if chosen is not None else None


def split_suffix(path: str, offered: Sequence[Format] = RDF_FORMATS) -> tuple[str, Format | None]:
    """Return `path` without the suffix of a format, and that format; None when it has none of those offered.

    >>> split_suffix("work/1.ttl")
    ('work/1', Format(suffix='ttl', media_type='text/turtle', name='Turtle'))
    """
    for known in offered:
        if path.endswith(f".{known.suffix}"):
            return path.removesuffix(f".{known.suffix}"), known
    return path, None
