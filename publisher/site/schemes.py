"""The concept schemes: their list, a page each, and each as a whole in SKOS, however large, without holding it.

/schemes    /scheme/{name}    /scheme/{name}.ttl .jsonld .rdf .nt
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import orjson
from flask import Blueprint, Response, abort, render_template, request
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from publisher.identity.schemes import SCHEMES
from publisher.rdf.terms import PREFIXES, expand
from publisher.site import mistakes
from publisher.site.entities import describe
from publisher.site.formats import HTML, JSONLD, NTRIPLES, RDFXML, TURTLE, Format, accepted, split_suffix
from publisher.site.jsonld import expanded
from publisher.site.reader import Reader
from publisher.site.thing import Thing
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("schemes", __name__)

SHOWN = 400
"""Concepts that the page of a scheme lists; the whole is in its files."""
_AT_A_TIME = 200
_SYNTAX = {TURTLE: RdfFormat.TURTLE, NTRIPLES: RdfFormat.N_TRIPLES, RDFXML: RdfFormat.RDF_XML}
_PREFIXES = {name: PREFIXES[name] for name in ("skos", "dcterms", "rdf", "rdfs", "bf", "schema", "rong", "madsrdf")}
_HEAD = {
    TURTLE: re.compile(rb"\A(?:@prefix [^\n]+\n)*"),
    RDFXML: re.compile(rb"\A<\?xml[^>]*\?>\s*<rdf:RDF[^>]*>"),
    NTRIPLES: re.compile(rb"\A"),
}
_TAIL = {TURTLE: b"", RDFXML: b"</rdf:RDF>", NTRIPLES: b""}


@blueprint.get("/schemes")
def schemes() -> Response:
    """Return the list of the concept schemes."""
    now = visit()
    listed = [
        (now.thing(f"{now.reader.settings.base}/{each.path}"), size(now.reader, each.name)) for each in SCHEMES.values()
    ]
    return validated(Response(render_template("schemes.html", schemes=[each for each in listed if each[0].exists])))


@blueprint.get("/scheme/<name>")
def scheme(name: str) -> Response:
    """Return one scheme: as a page, or the whole of it in RDF."""
    reader = visit().reader
    name, suffix = (name, None) if name in SCHEMES else split_suffix(name)
    iri = f"{reader.settings.base}/scheme/{name}"
    if name not in SCHEMES or not reader.exists(iri):
        abort(404)
    syntax = suffix or accepted(request.accept_mimetypes)
    if syntax is None:
        abort(406)
    if syntax == HTML:
        return describe(_page(iri, name), iri, syntax)
    response = Response(whole(reader, name, syntax), mimetype=syntax.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.{syntax.suffix}"'
    return describe(response, iri, syntax)


def _page(iri: str, name: str) -> Response:
    now, total = visit(), size(visit().reader, name)
    tops = _tree(now.thing(iri).things("skos:hasTopConcept"), SHOWN)
    if 2 * len(tops) < min(total, SHOWN):  # what is below the top is said by other properties: a list leads further
        members = islice(concepts(now.reader, name), SHOWN)
        tops = [(0, each) for each in sorted(map(now.thing, members), key=lambda thing: thing.sort_key)]
    page = render_template(
        "scheme.html",
        thing=now.thing(iri),
        concepts=tops,
        total=total,
        name=name,
        report=mistakes.about(now, iri, now.thing(iri).text("dcterms:title") or name),
    )
    return Response(page)


def _tree(tops: Iterable[Thing], most: int) -> list[tuple[int, Thing]]:
    """Return concepts and what is below each, with their depths, in the order of notations and labels."""
    found: list[tuple[int, Thing]] = []

    def walk(things: Iterable[Thing], depth: int) -> None:
        for thing in sorted(things, key=lambda each: (each.text("skos:notation"), each.sort_key)):
            if len(found) < most:
                found.append((depth, thing))
                walk(thing.things("skos:narrower"), depth + 1)

    walk(tops, 0)
    return found


def concepts(reader: Reader, name: str) -> Iterator[str]:
    """Yield the IRIs of the concepts of a scheme."""
    of = NamedNode(f"{reader.settings.base}/scheme/{name}")
    for quad in reader.store.quads_for_pattern(None, NamedNode(expand("skos:inScheme")), of):
        if isinstance(quad.subject, NamedNode) and "#" not in quad.subject.value:
            yield quad.subject.value


def size(reader: Reader, name: str) -> int:
    """Return how many concepts a scheme has."""
    return sum(1 for _ in concepts(reader, name))


def whole(reader: Reader, name: str, syntax: Format) -> Iterator[bytes]:
    """Yield a scheme and everything that is said of its concepts, in pieces that together are one document."""
    iri = f"{reader.settings.base}/scheme/{name}"
    subjects = iter([iri, *_parts(reader, iri)])
    batches = _batches(reader, (each for source in (subjects, concepts(reader, name)) for each in source))
    return _jsonld(batches) if syntax == JSONLD else _in_pieces(batches, syntax)


def _batches(reader: Reader, iris: Iterator[str]) -> Iterator[list[Triple]]:
    while some := list(islice(iris, _AT_A_TIME)):
        triples = [triple for iri in some for triple in _of(reader, iri)]
        triples += [triple for iri in some for part in _parts(reader, iri) for triple in _of(reader, part)]
        yield list(dict.fromkeys(triples))


def _of(reader: Reader, iri: str) -> list[Triple]:
    return sorted((quad.triple for quad in reader.store.quads_for_pattern(NamedNode(iri), None, None)), key=str)


def _parts(reader: Reader, iri: str) -> list[str]:
    """Return the fragments of `iri`: memberships, identifiers, a collection."""
    found = {iri}
    waiting = [iri]
    while waiting:
        for values in reader.arcs(waiting.pop()).values():
            for value in values:
                if isinstance(value, NamedNode) and value.value.startswith(f"{iri}#") and value.value not in found:
                    found.add(value.value)
                    waiting.append(value.value)
    return sorted(found - {iri})


def _in_pieces(batches: Iterator[list[Triple]], syntax: Format) -> Iterator[bytes]:
    """Serialize batch by batch, with the head of the document before the first and its end after the last."""
    prefixes = None if syntax == NTRIPLES else _PREFIXES
    first = True
    for batch in batches:
        text = serialize(batch, format=_SYNTAX[syntax], prefixes=prefixes) or b""
        head = _HEAD[syntax].match(text)
        assert head is not None, "every serialization begins with its head"
        body = text[head.end() :].rstrip().removesuffix(_TAIL[syntax])
        yield (head.group() if first else b"") + body + b"\n"
        first = False
    yield _TAIL[syntax]


def _jsonld(batches: Iterator[list[Triple]]) -> Iterator[bytes]:
    yield b'{"@graph":['
    first = True
    for batch in batches:
        for node in expanded(batch):
            yield (b"" if first else b",\n") + orjson.dumps(node)
            first = False
    yield b"]}"
