"""The statements that no record makes: the libraries, our concepts and places, the labels of the code lists."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.config import Settings
from publisher.identity.iris import Iris
from publisher.identity.libraries import library_node
from publisher.identity.vocabulary import vocabulary
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Text
from publisher.rdf.ntriples import NTriples


def surroundings(settings: Settings) -> Iterator[str]:
    """Yield them as N-Triples."""
    iris, writer = Iris(settings.base), NTriples()
    for library in settings.libraries:
        text: list[str] = []
        iri = iris.library(library.code)
        writer.node(library_node(library, iri), iri, text)
        yield "".join(text)
    levels = [(iris.library(library.code), library.level) for library in settings.libraries]
    for node in vocabulary(settings.base, levels):
        text = []
        writer.node(node, str(node.iri), text)
        yield "".join(text)
    for name in names():
        for code in codelist(name).values():
            if code.iri:
                yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.vi, "vi"))])
                yield writer.arcs(code.iri, code.iri, [("rdfs:label", Text(code.en, "en"))])
