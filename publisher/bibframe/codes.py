"""Codes as resources: the class, the address and the English label that a code list of `vocab/` gives a code."""

from __future__ import annotations

from functools import lru_cache

from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Node

CANCELLED = Iri("http://id.loc.gov/vocabulary/mstatus/cancinv")
INCORRECT = Iri("http://id.loc.gov/vocabulary/mstatus/incorrect")
LC = Iri("http://id.loc.gov/vocabulary/organizations/dlc")
NOTE_TYPES = "http://id.loc.gov/vocabulary/mnotetype/"
MARC_LANGUAGES = "http://id.loc.gov/vocabulary/languages/"


@lru_cache(maxsize=1024)
def coded(prop: str, cls: str, name: str, code: str) -> tuple[Arc, ...]:
    """Return `prop` with a node of class `cls` for `code` of the list `name`; nothing for a code it does not have.

    >>> coded("bf:media", "bf:Media", "media-types", "c")
    (('bf:media', [bf:Media <http://id.loc.gov/vocabulary/mediaTypes/c> rdfs:label "computer"]),)
    """
    row = codelist(name).get(code)
    if row is None:
        return ()
    return ((prop, labelled(cls, row.en, row.iri)),)


@lru_cache(maxsize=1024)
def labelled(cls: str, label: str, iri: str = "") -> Node:
    """Return a node of class `cls` with nothing but a label and, where there is one, an address."""
    return Node(cls, ("rdfs:label", label), iri=Iri(iri) if iri else None)


@lru_cache(maxsize=1024)
def status(label: str, iri: Iri = CANCELLED) -> Arc:
    """Return `bf:status` with `label`: of an identifier that is cancelled, invalid or incorrect."""
    return "bf:status", labelled("bf:Status", label, iri)


@lru_cache(maxsize=1024)
def typed_note(kind: str, label: str) -> Arc:
    """Return `bf:note` of the kind that id.loc.gov calls `kind` (internal, orig, metaentry ...)."""
    return "bf:note", Node("bf:Note", ("rdf:type", Iri(NOTE_TYPES + kind)), ("rdfs:label", label))
