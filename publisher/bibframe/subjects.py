"""Subjects: topics, places, times, genres and events (647-662).

Headings with subdivisions are complex subjects: one topic with the list of its parts. Names and titles as subjects are
in `subject_names`.

Source: Conversion specification 2.10, 600-662.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.agents import marc_key, minted
from publisher.bibframe.field import MarcField
from publisher.bibframe.headings import (
    SUBDIVISION_CLASS,
    SUBDIVISIONS,
    SUBJECT_SCHEMES,
    has_subdivisions,
    heading_source,
    part_iri,
    parts_identified,
    scheme,
    subdivisions,
)
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.subfields import (
    applies_to,
    authority_iri,
    entity_iri,
    identifier,
    institution,
    names_address,
    real_world_iri,
    source,
    uri_of,
)
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, Sequence, literal, node
from publisher.rdf.terms import term
from publisher.rdf.text import squeeze

GENRE_SCHEMES = "http://id.loc.gov/vocabulary/genreFormSchemes/"

_HEADING = {"647": "acd", "650": "abcd", "651": "ab"}
"""The subfields of a heading before its subdivisions, where there are more than $a."""
_CLASS = {"647": "bf:Event", "648": "bf:Temporal", "651": "bf:Place", "655": "bf:GenreForm"}
_HEADING_CLASS = {
    "648": "madsrdf:Temporal", "650": "madsrdf:Topic", "651": "madsrdf:Geographic", "655": "madsrdf:GenreForm",
    "656": "madsrdf:Occupation",
}  # fmt: skip
_AREAS = {
    "a": "madsrdf:Country", "b": "madsrdf:State", "c": "madsrdf:County", "d": "madsrdf:City",
    "f": "madsrdf:CitySection", "g": "madsrdf:Region", "h": "madsrdf:ExtraterrestrialArea",
}  # fmt: skip
_UNCONTROLLED = {
    "1": "bf:Person", "2": "bf:Organization", "3": "bf:Meeting", "4": "bf:Temporal", "5": "bf:Place",
    "6": "bf:GenreForm",
}  # fmt: skip


# 647, 648, 650, 651, 655 ----------------------------------------------------------------------------------------------


def subject(field: MarcField) -> Iterator[Arc]:
    """Yield a subject or, of a 655 without subdivisions, a genre."""
    subdivided = has_subdivisions(field)
    cls = _class(field, subdivided)
    as_is, real = authority_iri(field), real_world_iri(field)
    if subdivided and parts_identified(field):
        as_is = real = None
    iri, other, link = as_is, real, "madsrdf:identifiesRWO"
    if cls == "bf:Place":
        iri, other, link = real, as_is, "madsrdf:isIdentifiedByAuthority"
    label = literal(_label(field), field.lang)
    arcs: list[Arc] = []
    if subdivided:
        arcs.append(("rdf:type", term("madsrdf:ComplexSubject")))
    elif field.tag in _HEADING_CLASS:
        arcs.append(("rdf:type", term(_HEADING_CLASS[field.tag])))
    arcs.append(("rdfs:label", label))
    arcs.append(("madsrdf:authoritativeLabel", label))
    if field.twin is not None:
        arcs += _label_of_twin(field.twin)
    arcs += scheme(field)
    if subdivided:
        arcs.append(("madsrdf:componentList", Sequence((*_heading(field), *subdivisions(field)))))
    for value in field.all("g"):
        arcs.append(("bf:note", Node("bf:Note", ("rdfs:label", literal(chop(value), field.lang)))))
    arcs += heading_source(field, GENRE_SCHEMES if field.tag == "655" else SUBJECT_SCHEMES)
    if other is not None and other != iri:
        arcs.append((link, other))
    for value in field.all("0w"):
        if not names_address(value) and "(OCoLC)fst" not in value:
            arcs.append(identifier(value))
    arcs += applies_to(field)
    arcs += institution(field)
    if cls == "bf:Event":
        arcs.append(("bflc:marcKey", marc_key(field)))
    prop = "bf:genreForm" if field.tag == "655" and not subdivided else "bf:subject"
    yield prop, node(cls, arcs, iri, minted(_entity(field), field))


def _entity(field: MarcField) -> str:
    return "Topic" if field.vernacular else _CLASS.get(field.tag, "bf:Topic")[3:]


def _class(field: MarcField, subdivided: bool) -> str:
    # A place within a place ("Việt Nam--Kon Tum") is still a place.
    if field.tag == "651" and not any(code in "vxy" for code, _ in field.subfields):
        return "bf:Place"
    return "bf:Topic" if subdivided else _CLASS.get(field.tag, "bf:Topic")


def _whole(field: MarcField) -> str:
    heading = squeeze(" ".join(field.all(_HEADING.get(field.tag, "a"))))
    if field.tag == "647":
        heading = chop(heading)
    return "--".join([heading, *field.all(SUBDIVISIONS)])


def _label(field: MarcField) -> str:
    return chop(_whole(field), ".")


def _label_of_twin(twin: MarcField) -> Iterator[Arc]:
    label = chop(_whole(twin), "-" if twin.tag == "648" else "-.")
    if label:
        yield "madsrdf:authoritativeLabel", literal(label, twin.lang)


def _heading(field: MarcField) -> list[Node]:
    """Return the heading itself as the first part of a complex subject."""
    tag = field.tag
    if tag not in _HEADING:
        return _terms(field, "madsrdf:authoritativeLabel", {"a": _HEADING_CLASS[tag]})
    label = chop(" ".join(field.all(_HEADING[tag])))
    arcs: list[Arc] = [("madsrdf:authoritativeLabel", label)]
    if tag == "647":
        arcs.append(("rdfs:label", label))
    if field.all(_HEADING[tag][1:]):
        arcs.append(("bflc:marcKey", marc_key(field)))
    return [node(_HEADING_CLASS.get(tag, "bf:Event"), arcs, _heading_iri(field))]


def _heading_iri(field: MarcField) -> Iri | None:
    """Return the address of the heading itself, where its parts have theirs; in Germany it stands before $a."""
    if parts_identified(field):
        for code, value in field.subfields:
            if code in SUBDIVISIONS:
                break
            if code in "01" and uri_of(value):
                return Iri(uri_of(value))
    return None


def _terms(field: MarcField, prop: str, classes: dict[str, str]) -> list[Node]:
    """Return each subfield of `classes` as a part of a complex subject, $a in both scripts."""
    parts = []
    for at, (code, value) in enumerate(field.subfields):
        if code in classes:
            arcs: list[Arc] = [(prop, literal(chop(value), field.lang))]
            if code == "a" and field.twin is not None and field.twin.first("a"):
                arcs.append((prop, literal(chop(field.twin.first("a")), field.twin.lang)))
            iri = _heading_iri(field) if code == "a" else part_iri(field, at) if parts_identified(field) else None
            parts.append(node(classes[code], arcs, iri))
    return parts


# 653, 656, 662 --------------------------------------------------------------------------------------------------------


def uncontrolled(field: MarcField) -> Iterator[Arc]:
    """Yield each index term of a 653; the second indicator says what it names."""
    terms = field.all("a")
    addresses = [uri_of(value) for value in field.all("0w") if uri_of(value)]
    # An address identifies one term; which of several it would be, the field does not say.
    iri = Iri(addresses[0]) if addresses and len(terms) == 1 else None
    cls = _UNCONTROLLED.get(field.ind2, "bf:Topic")
    for value in terms:
        label = literal(chop(value), field.lang)
        arcs: list[Arc] = [("rdf:type", term("bflc:Uncontrolled")), ("rdfs:label", label), *institution(field)]
        yield "bf:genreForm" if cls == "bf:GenreForm" else "bf:subject", node(cls, arcs, iri)


def occupation(field: MarcField) -> Iterator[Arc]:
    """Yield an occupation as a complex subject: the occupation, its form and its subdivisions."""
    classes = {"a": "madsrdf:Occupation", "k": "madsrdf:GenreForm", **SUBDIVISION_CLASS}
    arcs: list[Arc] = [
        ("rdf:type", term("madsrdf:ComplexSubject")),
        ("rdfs:label", literal(chop("--".join(field.all("az")), "-"), field.lang)),
        ("madsrdf:componentList", Sequence(tuple(_terms(field, "rdfs:label", classes)))),
        *_other_identifiers(field),
        *source(field),
        *applies_to(field),
    ]
    yield "bf:subject", node("bf:Topic", arcs, entity_iri(field), minted("Topic", field))


def hierarchical_place(field: MarcField) -> Iterator[Arc]:
    """Yield a place with the places it lies in, from the largest on."""
    parts = [
        Node(_AREAS[code], ("rdfs:label", literal(chop(value), field.lang)))
        for code, value in field.subfields
        if code in _AREAS
    ]
    arcs: list[Arc] = [
        ("rdf:type", term("madsrdf:HierarchicalGeographic")),
        ("rdfs:label", literal(chop("--".join(field.all("abcdfgh")), "-"), field.lang)),
        ("madsrdf:componentList", Sequence(tuple(parts))),
        *_other_identifiers(field, fast=True),
        *source(field, SUBJECT_SCHEMES),
    ]
    yield "bf:subject", node("bf:Place", arcs, entity_iri(field), minted("Place", field))


def _other_identifiers(field: MarcField, *, fast: bool = False) -> Arcs:
    """Yield the $0s and $w beyond the one that is the IRI; a heading of FAST is that, unless `fast` says otherwise."""
    values = field.all("0w")
    for value in [value for value in values if names_address(value)][1:]:
        yield identifier(value)
    for value in values:
        if not names_address(value) and (fast or not value.startswith("(OCoLC)fst")):
            yield identifier(value)


RULES: list[Rule] = [
    rule("647", "Subject Added Entry - Named Event", "R", WORK, subject),
    rule("648", "Subject Added Entry - Chronological Term", "R", WORK, subject,
         example="648 #4 $a1945-1975",
         makes='bf:subject [bf:Temporal rdf:type <http://www.loc.gov/mads/rdf/v1#Temporal>; rdfs:label "1945-1975"; '
               'madsrdf:authoritativeLabel "1945-1975"]'),
    rule("650", "Subject Added Entry - Topical Term", "R", WORK, subject,
         example="650 #7 $aSử thi$zTây Nguyên$2bdcd",
         makes='bf:subject [bf:Topic rdf:type <http://www.loc.gov/mads/rdf/v1#ComplexSubject>; '
               'rdfs:label "Sử thi--Tây Nguyên"; madsrdf:authoritativeLabel "Sử thi--Tây Nguyên"; '
               'madsrdf:componentList ([madsrdf:Topic madsrdf:authoritativeLabel "Sử thi"] '
               '[madsrdf:Geographic madsrdf:authoritativeLabel "Tây Nguyên"]); bf:source [bf:Source '
               '<http://id.loc.gov/vocabulary/subjectSchemes/bdcd> bf:code "bdcd"]]'),
    rule("651", "Subject Added Entry - Geographic Name", "R", WORK, subject,
         example="651 #4 $aKon Tum.",
         makes='bf:subject [bf:Place rdf:type <http://www.loc.gov/mads/rdf/v1#Geographic>; rdfs:label "Kon Tum"; '
               'madsrdf:authoritativeLabel "Kon Tum"]'),
    rule("653", "Index Term - Uncontrolled", "R", WORK, uncontrolled,
         example="653 #6 $aHơamon",
         makes='bf:genreForm [bf:GenreForm rdf:type <http://id.loc.gov/ontologies/bflc/Uncontrolled>; '
               'rdfs:label "Hơamon"]'),
    # The reference leaves out 655 whose first indicator is not blank (0, faceted); its $a is a genre all the same.
    rule("655", "Index Term - Genre/Form", "R", WORK, subject,
         example="655 #4 $aSử thi.",
         makes='bf:genreForm [bf:GenreForm rdf:type <http://www.loc.gov/mads/rdf/v1#GenreForm>; rdfs:label "Sử thi"; '
               'madsrdf:authoritativeLabel "Sử thi"]'),
    rule("656", "Index Term - Occupation", "R", WORK, occupation,
         example="656 #7 $aNghệ nhân$2local",
         makes='bf:subject [bf:Topic rdf:type <http://www.loc.gov/mads/rdf/v1#ComplexSubject>; '
               'rdfs:label "Nghệ nhân"; madsrdf:componentList ([madsrdf:Occupation rdfs:label "Nghệ nhân"]); '
               'bf:source [bf:Source bf:code "local"]]'),
    rule("662", "Subject Added Entry - Hierarchical Place Name", "R", WORK, hierarchical_place,
         example="662 ## $aViệt Nam$bKon Tum$cĐăk Hà",
         makes='bf:subject [bf:Place rdf:type <http://www.loc.gov/mads/rdf/v1#HierarchicalGeographic>; '
               'rdfs:label "Việt Nam--Kon Tum--Đăk Hà"; madsrdf:componentList ([madsrdf:Country rdfs:label "Việt Nam"] '
               '[madsrdf:State rdfs:label "Kon Tum"] [madsrdf:County rdfs:label "Đăk Hà"])]'),
]  # fmt: skip
