"""What the store says of our own schemes, concepts and places: SKOS, BIBFRAME and schema.org on the same IRIs.

Source: SKOS Reference; BIBFRAME 2 (bf:Place); schema.org (AdministrativeArea, containedInPlace); DCMI Metadata Terms
(isReplacedBy, replaces). The time in which a place was, and in which it was part of another, has no property there: it
is `rong:validFrom` and `rong:validTo`, days or years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from publisher.identity.entities import keys_of
from publisher.identity.gazetteer import Place, gazetteer
from publisher.identity.schemes import LIBRARY_TYPES, PEOPLES, PLACES, SCHEMES, Concept, Scheme, concept_path, concepts
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Node, Text, Typed
from publisher.rdf.terms import term

CENTRAL_HIGHLANDS = "tay-nguyen"
TIES = ("schema:spatialCoverage", "rong:publicationPlace", "dcterms:subject")
"""How works and instances are tied to our places and concepts."""


@cache
def our_paths() -> frozenset[str]:
    """Return what the IRIs of all our concepts and places end with, whether or not a record has to do with them."""
    return frozenset([*concepts(), *(place.path for place in gazetteer())])


def vocabulary(base: str, levels: Iterable[tuple[str, str]] = ()) -> Iterator[Node]:
    """Yield a node, with its IRI below `base`, for every scheme, concept and place of ours.

    `levels` are libraries' IRIs with their `level`: each library gets its type.
    """
    for scheme in SCHEMES.values():
        yield _scheme(scheme, base)
    for concept in concepts().values():
        yield _concept(concept, base)
    yield _collection(base)
    for place in gazetteer():
        yield _place(place, base)
    for library, level in levels:
        kind = Iri(f"{base}/{concept_path(LIBRARY_TYPES, level)}")
        yield Node("bf:Organization", ("dcterms:type", kind), iri=Iri(library))


def _both(prop: str, vi: str, en: str) -> list[Arc]:
    return [(prop, Text(vi, "vi")), (prop, Text(en, "en"))]


def _scheme(scheme: Scheme, base: str) -> Node:
    arcs = _both("rdfs:label", scheme.vi, scheme.en) + _both("dcterms:title", scheme.vi, scheme.en)
    arcs += _both("dcterms:description", scheme.about_vi, scheme.about_en)
    if scheme.source:
        about = codelist(scheme.source).about
        arcs += [("dcterms:source", about["source"]), ("dcterms:rights", about["licence"])]
        arcs.append(("dcterms:issued", about["date"]))
    tops = [c.path for c in concepts().values() if c.scheme == scheme.name and not c.broader]
    if scheme.name == PLACES:
        tops = [place.path for place in gazetteer() if not place.part_of]
    arcs += [("skos:hasTopConcept", Iri(f"{base}/{path}")) for path in tops]
    return Node("skos:ConceptScheme", *arcs, iri=Iri(f"{base}/{scheme.path}"))


def _concept(concept: Concept, base: str) -> Node:
    scheme = Iri(f"{base}/scheme/{concept.scheme}")
    arcs: list[Arc] = [("rdf:type", term("skos:Concept")), ("rdf:type", term("schema:DefinedTerm"))]
    for prop in ("rdfs:label", "skos:prefLabel", "schema:name"):
        arcs += _both(prop, concept.vi, concept.en)
    arcs += keys_of(concept.vi)
    names = {name: None for name in (*concept.others, *concept.own_names) if name != concept.vi}
    arcs += [("skos:altLabel", Text(name, "vi")) for name in names]
    arcs += [("rong:ownName", name) for name in concept.own_names]
    arcs.append(("skos:inScheme", scheme))
    if concept.notation:
        arcs.append(("skos:notation", concept.notation))
    if concept.broader:
        arcs.append(("skos:broader", Iri(f"{base}/{concept_path(concept.scheme, concept.broader)}")))
    else:
        arcs.append(("skos:topConceptOf", scheme))
    below = [c for c in concepts().values() if c.scheme == concept.scheme and c.broader == concept.code]
    arcs += [("skos:narrower", Iri(f"{base}/{each.path}")) for each in below]
    for code in concept.languages:
        arcs.append(("dcterms:language", _language(code)))
    if concept.region:
        arcs.append(("dcterms:spatial", Iri(f"{base}/{gazetteer()[concept.region].path}")))
    return Node("bf:Topic", *arcs, iri=Iri(f"{base}/{concept.path}"))


def _language(code: str) -> Iri | str:
    """Return the language of an ISO 639-3 code: as the code lists name it, else the code itself."""
    found = codelist("iso639-3").iri(code) or codelist("languages").iri(code)
    return Iri(found) if found else code


def _collection(base: str) -> Node:
    """Return the peoples who have their home in the Central Highlands, as a collection of their scheme."""
    arcs = _both("skos:prefLabel", "Các dân tộc tại chỗ ở Tây Nguyên", "Peoples of the Central Highlands")
    arcs += _both("rdfs:label", "Các dân tộc tại chỗ ở Tây Nguyên", "Peoples of the Central Highlands")
    arcs.append(("skos:inScheme", Iri(f"{base}/scheme/{PEOPLES}")))
    members = [c for c in concepts().values() if c.scheme == PEOPLES and c.region == CENTRAL_HIGHLANDS]
    arcs += [("skos:member", Iri(f"{base}/{each.path}")) for each in members]
    return Node("skos:Collection", *arcs, iri=Iri(f"{base}/scheme/{PEOPLES}#central-highlands"))


def _place(place: Place, base: str) -> Node:
    places = gazetteer()
    arcs: list[Arc] = [("rdf:type", term(cls)) for cls in ("schema:AdministrativeArea", "skos:Concept")]
    for prop in ("rdfs:label", "skos:prefLabel", "schema:name"):
        arcs += _both(prop, place.vi, place.en)
    arcs += keys_of(place.name)
    arcs += [("skos:altLabel", Text(name, "vi")) for name in place.names if name not in (place.vi, place.en)]
    arcs += [("skos:inScheme", Iri(f"{base}/scheme/{PLACES}")), ("rong:placeLevel", place.level)]
    arcs += _time(place.valid_from, place.valid_to)
    for prop, codes in (("dcterms:isReplacedBy", place.replaced_by), ("dcterms:replaces", place.replaces)):
        arcs += [(prop, Iri(f"{base}/{places[code].path}")) for code in codes]
    for code in place.part_of:
        whole = Iri(f"{base}/{places[code].path}")
        arcs += [("schema:containedInPlace", whole), ("skos:broader", whole)]
        begins, ends = _together(place, places[code])
        if (begins, ends) != (place.valid_from, place.valid_to):
            arcs.append(("rong:membership", Node("rong:Membership", ("rong:whole", whole), *_time(begins, ends))))
    if not place.part_of:
        arcs.append(("skos:topConceptOf", Iri(f"{base}/scheme/{PLACES}")))
    for source, value in (("gso-vn", place.gso), ("iso3166-2", place.iso3166)):
        if value:
            of = Node("bf:Source", ("bf:code", source))
            arcs.append(("bf:identifiedBy", Node("bf:Identifier", ("rdf:value", value), ("bf:source", of))))
    arcs += [("skos:exactMatch", Iri(address)) for address in place.same]
    return Node("bf:Place", *arcs, iri=Iri(f"{base}/{place.path}"))


def _together(part: Place, whole: Place) -> tuple[str, str]:
    """Return from when to when `part` was within `whole`: the time in which both were."""
    begins = max(part.valid_from, whole.valid_from)
    ends = min(filter(None, (part.valid_to, whole.valid_to)), default="")
    return begins, ends


def _time(begins: str, ends: str) -> list[Arc]:
    said = (("rong:validFrom", begins), ("rong:validTo", ends))
    return [
        (prop, Typed(day, "xsd:date" if len(day) == len("2025-07-01") else "xsd:gYear")) for prop, day in said if day
    ]
