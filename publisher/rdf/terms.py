"""Prefixes, and what a CURIE such as `bf:title` stands for."""

from __future__ import annotations

from functools import cache

from publisher.rdf.description import Iri

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "bf": "http://id.loc.gov/ontologies/bibframe/",
    "bflc": "http://id.loc.gov/ontologies/bflc/",
    "madsrdf": "http://www.loc.gov/mads/rdf/v1#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "void": "http://rdfs.org/ns/void#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "datatypes": "http://id.loc.gov/datatypes/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "rong": "https://w3id.org/rong/ns#",
}


@cache
def expand(curie: str) -> str:
    """Return the IRI that `curie` abbreviates; raise KeyError for an unknown prefix."""
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name


@cache
def term(curie: str) -> Iri:
    """Return the IRI that `curie` abbreviates, as a value of a description.

    >>> term("bf:Person")
    Iri('http://id.loc.gov/ontologies/bibframe/Person')
    """
    return Iri(expand(curie))
