"""What is said of an entity, as RDF: the statements that its `.ttl`, `.nt`, `.rdf` and `.jsonld` have.

These are the statements about the entity and about its parts (fragments of its IRI), and, of everything they point
to, what it is and what it is called. An instance brings what schema.org says of its work as well: who wrote it is said
there.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from publisher.rdf.terms import PREFIXES, expand
from publisher.site import jsonld
from publisher.site.formats import JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from publisher.site.reader import Reader

_NAMING = frozenset(expand(curie) for curie in ("rdf:type", "rdfs:label", "schema:name", "skos:prefLabel"))
_BRIDGES = (expand("schema:exampleOfWork"), expand("bf:instanceOf"))
_SCHEMA = PREFIXES["schema"]
_SYNTAX = {TURTLE: RdfFormat.TURTLE, NTRIPLES: RdfFormat.N_TRIPLES, RDFXML: RdfFormat.RDF_XML}


def statements(reader: Reader, iri: str) -> list[Triple]:
    """Return what the release says of `iri`, each statement once, in a stable order."""
    found: dict[Triple, None] = {}
    own = list(_with_parts(reader, iri))
    found.update(dict.fromkeys(own))
    for work in {t.object.value for t in own if t.predicate.value in _BRIDGES and isinstance(t.object, NamedNode)}:
        found.update(dict.fromkeys(t for t in _of(reader, work) if t.predicate.value.startswith(_SCHEMA)))
    described = {t.subject for t in own}
    for named in {t.object for t in found if isinstance(t.object, NamedNode)} - described:
        found.update(dict.fromkeys(t for t in _of(reader, named.value) if t.predicate.value in _NAMING))
    return sorted(found, key=str)


def serialized(triples: list[Triple], syntax: Format, reader: Reader, iri: str) -> bytes:
    """Return `triples` in one of the RDF formats; JSON-LD is framed around `iri`."""
    if syntax == JSONLD:
        return jsonld.framed(triples, iri, reader.iris)
    prefixes = None if syntax == NTRIPLES else PREFIXES
    return serialize(triples, format=_SYNTAX[syntax], prefixes=prefixes) or b""


def _with_parts(reader: Reader, iri: str) -> Iterator[Triple]:
    """Yield the statements about `iri` and about every fragment of it that they lead to."""
    waiting, seen = [iri], {iri}
    while waiting:
        for triple in _of(reader, waiting.pop()):
            yield triple
            target = triple.object
            if isinstance(target, NamedNode) and target.value.startswith(f"{iri}#") and target.value not in seen:
                seen.add(target.value)
                waiting.append(target.value)


def _of(reader: Reader, iri: str) -> Iterator[Triple]:
    quads: Iterator[Quad] = reader.store.quads_for_pattern(NamedNode(iri), None, None)
    return (quad.triple for quad in quads)
