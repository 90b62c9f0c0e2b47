"""The libraries of the configuration as resources that records point to."""

from __future__ import annotations

from publisher.config import Library
from publisher.identity.entities import keys_of
from publisher.rdf.description import Arc, Iri, Node, Text, Typed
from publisher.rdf.terms import term


def library_node(library: Library, iri: str) -> Node:
    """Return the description of `library`: who it is, where, when it is open, how to reach it (schema:Library)."""
    arcs: list[Arc] = [("rdf:type", term("schema:Library")), ("bf:code", library.code)]
    for lang in ("vi", "en"):
        label = library.name.in_language(lang)
        arcs += [("rdfs:label", Text(label, lang)), ("schema:name", Text(label, lang))]
    arcs += keys_of(library.name.vi)
    for earlier in library.names[:-1]:
        arcs += [("schema:alternateName", Text(earlier.vi, "vi")), ("schema:alternateName", Text(earlier.en, "en"))]
    arcs.append(("rong:level", library.level))
    if library.address is not None:
        arcs.append(("schema:address", Node("schema:PostalAddress", *_address(library))))
    if library.coordinates is not None:
        point = library.coordinates
        arcs.append(
            (
                "schema:geo",
                Node(
                    "schema:GeoCoordinates",
                    ("schema:latitude", Typed(str(point.lat), "xsd:decimal")),
                    ("schema:longitude", Typed(str(point.lon), "xsd:decimal")),
                ),
            )
        )
    arcs += [("schema:openingHours", hours) for hours in library.opening_hours]
    contact = library.contact
    if contact.email:
        arcs.append(("schema:email", contact.email))
    if contact.phone:
        arcs.append(("schema:telephone", contact.phone))
    if contact.url:
        arcs.append(("schema:url", Iri(contact.url)))
    return Node("bf:Organization", *arcs, iri=Iri(iri))


def _address(library: Library) -> list[Arc]:
    address = library.address
    assert address is not None
    parts = {
        "schema:streetAddress": address.street,
        "schema:addressLocality": address.locality,
        "schema:addressRegion": address.region,
        "schema:postalCode": address.postal_code,
        "schema:addressCountry": address.country,
    }
    return [(prop, value) for prop, value in parts.items() if value]
