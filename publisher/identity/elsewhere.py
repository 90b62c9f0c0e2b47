"""By which addresses an agent, a concept or a place is known elsewhere, as its record says: $0, $1 and 024.

Source: the conversion specification puts a $0 or $1 on the node itself, into madsrdf:isIdentifiedByAuthority or
madsrdf:identifiesRWO, or, where it is a number with its source, into bf:identifiedBy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.rdf.description import Iri, Local, Node

_ADDRESSES = ("madsrdf:hasExactExternalAuthority", "madsrdf:identifiesRWO", "madsrdf:isIdentifiedByAuthority")
_NUMBERED = {
    "viaf": (re.compile(r"\d{1,22}"), "http://viaf.org/viaf/{}"),
    "isni": (re.compile(r"\d{15}[\dX]"), "https://isni.org/isni/{}"),
    "wikidata": (re.compile(r"Q[1-9]\d*"), "http://www.wikidata.org/entity/{}"),
    "geonames": (re.compile(r"[1-9]\d{0,9}"), "https://sws.geonames.org/{}/"),
}
"""The sources whose numbers we know how to write as addresses, with what such a number looks like."""
_OF_LABELS = "http://id.loc.gov/authorities/"
"""Addresses of headings: of an agent they name the heading and not the agent."""


def elsewhere(node: Node, kind: str) -> tuple[Iri, ...]:
    """Return the addresses elsewhere of what `node` stands for, each once; `kind` is "agent", "concept" or "place".

    >>> viaf = Node("bf:Identifier", ("rdf:value", "12345"), ("bf:source", Node("bf:Source", ("bf:code", "viaf"))))
    >>> elsewhere(Node("bf:Agent", ("bf:identifiedBy", viaf)), "agent")
    (Iri('http://viaf.org/viaf/12345'),)
    """
    return tuple(dict.fromkeys(_all(node, kind)))


def _all(node: Node, kind: str) -> Iterator[Iri]:
    if isinstance(node.iri, Iri) and not isinstance(node.iri, Local):
        yield node.iri
    for prop in _ADDRESSES:
        for value in node.values(prop):
            of_label = kind == "agent" and prop == "madsrdf:isIdentifiedByAuthority" and _names_a_heading(value)
            if isinstance(value, Iri) and value.startswith(("http://", "https://")) and not of_label:
                yield value
    for identifier in node.values("bf:identifiedBy"):
        if isinstance(identifier, Node):
            yield from _of_number(identifier)


def _names_a_heading(value: object) -> bool:
    return str(value).startswith(_OF_LABELS)


def _of_number(identifier: Node) -> Iterator[Iri]:
    sources = (source for source in identifier.values("bf:source") if isinstance(source, Node))
    codes = {str(code).casefold() for source in sources for code in source.values("bf:code")}
    codes.add(identifier.cls.partition(":")[2].casefold())
    if any(True for _ in identifier.values("bf:status")):
        return  # cancelled or wrong
    for value in identifier.values("rdf:value"):
        number = str(value).replace(" ", "").replace("-", "")
        for code in codes & _NUMBERED.keys():
            looks, address = _NUMBERED[code]
            if looks.fullmatch(number):
                yield Iri(address.format(number))
