"""The formats of answers, and which of them a client gets (RFC 9110, 12.5.1; SPARQL 1.1 Protocol, 2.1.5 and 2.1.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from publisher.sparql.problems import not_acceptable

_REMEMBERED_LENGTH = 1024


@dataclass(frozen=True, eq=False)
class Format:
    """A format: its word in `format=`, its media type, what else people call it, and the ending of a file."""

    word: str
    media_type: str
    aliases: tuple[str, ...]
    suffix: str
    iri: str = ""
    """Its name in https://www.w3.org/ns/formats/, for the service description."""

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        return f"{self.media_type}; charset=utf-8"

    def answers_to(self, name: str) -> bool:
        """Say whether `name`, a word or a media type in small letters, means this format."""
        return name in (self.word, self.media_type) or name in self.aliases


HTML = Format("html", "text/html", ("application/xhtml+xml",), "html")

SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json", "srj"), "srj", "SPARQL_Results_JSON"),
    Format(
        "xml", "application/sparql-results+xml", ("application/xml", "text/xml", "srx"), "srx", "SPARQL_Results_XML"
    ),
    Format("csv", "text/csv", (), "csv", "SPARQL_Results_CSV"),
    Format("tsv", "text/tab-separated-values", (), "tsv", "SPARQL_Results_TSV"),
    HTML,
)
"""For SELECT."""

BOOLEANS = (*SOLUTIONS[:2], Format("text", "text/plain", ("txt",), "txt"), HTML)
"""For ASK; CSV and TSV have no form for it (SPARQL 1.1 Query Results CSV and TSV, 1)."""

GRAPHS = (
    Format("turtle", "text/turtle", ("ttl", "application/x-turtle", "n3", "text/n3", "text/rdf+n3"), "ttl", "Turtle"),
    Format("ntriples", "application/n-triples", ("nt", "n-triples", "text/plain"), "nt", "N-Triples"),
    Format(
        "rdfxml",
        "application/rdf+xml",
        ("rdf", "xml", "rdf-xml", "rdf+xml", "application/xml", "text/xml"),
        "rdf",
        "RDF_XML",
    ),
    Format("jsonld", "application/ld+json", ("json", "json-ld", "application/json"), "jsonld", "JSON-LD"),
    Format("trig", "application/trig", ("application/x-trig",), "trig", "TriG"),
    Format("nquads", "application/n-quads", ("nq", "n-quads"), "nq", "N-Quads"),
    HTML,
)
"""For CONSTRUCT and DESCRIBE."""

DOCUMENTS = GRAPHS[:-1]
"""For descriptions."""

BY_FORM = {"SELECT": SOLUTIONS, "ASK": BOOLEANS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}


@dataclass(frozen=True)
class _Range:
    """One media range of an Accept header with its weight."""

    kind: str
    subtype: str
    weight: float

    def quality_of(self, media_type: str) -> tuple[int, float] | None:
        """Return (how specific, weight) when the range covers `media_type`."""
        kind, _, subtype = media_type.partition("/")
        if (self.kind, self.subtype) == (kind, subtype):
            return 2, self.weight
        if self.kind == kind and self.subtype == "*":
            return 1, self.weight
        if self.kind == self.subtype == "*":
            return 0, self.weight
        return None


def _ranges(accept: str) -> list[_Range]:
    ranges = []
    for part in accept.split(",")[:50]:
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, slash, subtype = media_range.partition("/")
        if not slash:
            if media_range != "*":
                continue
            kind = subtype = "*"  # what Java's URLConnection sends
        ranges.append(_Range(kind, subtype, weight(parameters)))
    return ranges


def weight(parameters: Iterable[str]) -> float:
    """Return the q-value among the parameters of an Accept element; 1 without one, 0 for one that is no number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def _quality(ranges: Sequence[_Range], form: Format) -> float:
    """Return the weight of a format: what is said of its media type, else of another name, else of a wildcard."""
    exact = {f"{each.kind}/{each.subtype}": each.weight for each in reversed(ranges)}
    if form.media_type in exact:
        return exact[form.media_type]
    others = [exact[alias] for alias in form.aliases if alias in exact]
    if others:
        return max(others)
    wildcards = [match for each in ranges if (match := each.quality_of(form.media_type)) is not None]
    return max(wildcards)[1] if wildcards else 0.0


def choose(offered: tuple[Format, ...], accept: str, wanted: str = "") -> Format:
    """Return the format for an answer.

    `wanted` is the parameter `format` (words, file endings or media types, with commas) and wins over `accept`, the
    header's value. Among equals the order of `offered` decides; HTML is for those who name it. Raises `Problem` 406.
    """
    if len(accept) + len(wanted) > _REMEMBERED_LENGTH:
        return _chosen(offered, accept, wanted)
    return _remembered(offered, accept, wanted)


def _chosen(offered: tuple[Format, ...], accept: str, wanted: str) -> Format:
    names = ", ".join(f"{each.word} ({each.media_type})" for each in offered)
    if wanted:
        for said in wanted.lower().split(","):
            # A + that is not escaped in the address arrives as a blank.
            name = said.strip().replace(" ", "+").partition(";")[0]
            for each in offered:
                if each.answers_to(name):
                    return each
        raise not_acceptable(names)
    ranges = _ranges(accept)
    if not ranges:
        if accept.strip():
            raise not_acceptable(names)
        return offered[0]
    best, quality = None, 0.0
    for each in offered:
        if (value := _quality(ranges, each)) > quality and (each is not HTML or _names_html(ranges)):
            best, quality = each, value
    if best is None:
        raise not_acceptable(names)
    return best


_remembered = lru_cache(256)(_chosen)
"""Most clients send one of a few headers."""


def _names_html(ranges: Sequence[_Range]) -> bool:
    names = {f"{each.kind}/{each.subtype}" for each in ranges}
    return "text/*" in names or any(map(HTML.answers_to, names))


def wants_html(accept: str) -> bool:
    """Say whether a client prefers a page to data: it names HTML, and nothing of RDF or SPARQL above it."""
    ranges = _ranges(accept)
    if not any(HTML.answers_to(f"{each.kind}/{each.subtype}") for each in ranges):
        return False
    html = _quality(ranges, HTML)
    named = [each for each in ranges if each.kind != "*" and each.subtype != "*"]
    return html > 0 and all(_quality(named, each) < html for each in (*SOLUTIONS[:2], *GRAPHS[:5]))
