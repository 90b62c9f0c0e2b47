"""Added entries that are no names: related titles (740), places (752), what a program runs on (753).

Source: Conversion specification 2.10, 720 740-755.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.agents import RELATORS, role_words
from publisher.bibframe.field import MarcField
from publisher.bibframe.names import PART, RELATED
from publisher.bibframe.rule import INSTANCE, WORK, Rule, rule
from publisher.bibframe.shapes import authority
from publisher.bibframe.subfields import entity_iri, identifier, institution, names_address, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Iri, Local, Node, Sequence, literal, node
from publisher.rdf.terms import term
from publisher.rdf.text import percent_encode, squeeze

PLACES = {
    "a": "madsrdf:Country", "b": "madsrdf:State", "c": "madsrdf:County", "d": "madsrdf:City",
    "f": "madsrdf:CitySection", "g": "madsrdf:Region", "h": "madsrdf:ExtraterrestrialArea",
}  # fmt: skip
SYSTEMS = {"a": "bflc:MachineModel", "b": "bflc:ProgrammingLanguage", "c": "bflc:OperatingSystem"}

# 740 ------------------------------------------------------------------------------------------------------------------


def related_title(field: MarcField) -> Iterator[Arc]:
    """Yield the related or contained work that an uncontrolled title names."""
    twin = field.twin
    both = (field, twin) if twin is not None else (field,)
    arcs: list[Arc] = [("rdf:type", term("bflc:Uncontrolled"))]
    titles: list[Arc] = []
    for each in both:
        skipped = int(each.ind1) if each.ind1 in "0123456789" else 0
        main = chop(each.first("a")[skipped:])
        if main:
            titles.append(("bflc:nonSortNum", literal(str(skipped), each.lang)))
            # The reference tells the language of the number, but not of the regular field's title.
            titles.append(("bf:mainTitle", literal(main, each.lang if each is twin or each.vernacular else "")))
    if titles:
        arcs.append(("bf:title", node("bf:Title", titles)))
    for prop, code in (("bf:partNumber", "n"), ("bf:partName", "p")):
        for each in both:
            for value in each.all(code):
                arcs.append((prop, literal(chop(value), each.lang if each is twin or each.vernacular else "")))
    arcs += institution(field)
    if len(arcs) > 1:
        work = node("bf:Work", arcs, mint=f"Work{'880' if field.vernacular else field.tag}-%d")
        kind = ("bf:relationship", PART if field.ind2 == "2" else RELATED)
        yield "bf:relation", Node("bf:Relation", kind, ("bf:associatedResource", work))


# 752 ------------------------------------------------------------------------------------------------------------------


def hierarchical_place(field: MarcField) -> Iterator[Arc]:
    """Yield the place, from the country down, that the work is connected with."""
    parts = [
        Node(PLACES[code], ("rdfs:label", literal(chop(value), field.lang)))
        for code, value in field.subfields
        if code in PLACES and chop(value)
    ]
    if not parts:
        return
    values = field.all("0w")
    arcs: list[Arc] = [
        ("rdf:type", term("madsrdf:HierarchicalGeographic")),
        ("rdfs:label", chop("--".join(field.all("abcdfgh")), "-")),
        ("madsrdf:componentList", Sequence(tuple(parts))),
    ]
    arcs += [identifier(value) for value in [value for value in values if names_address(value)][1:]]
    arcs += [identifier(value) for value in values if not names_address(value)]
    arcs += source(field)
    for words in field.all("e"):
        for word in role_words(words):
            arcs.append(_relation(Node("bf:Relationship", ("rdfs:label", literal(word, field.lang))), "bf:relatedTo"))
    for code in field.all("4"):
        iri = Iri(code if "://" in code else RELATORS + percent_encode(squeeze(code[:3])))
        arcs.append(_relation(Node("bf:Relationship", iri=iri), "bf:associatedResource"))
    yield "bf:place", node("bf:Place", arcs, entity_iri(field))


def _relation(relationship: Node, prop: str) -> Arc:
    return "bf:relation", Node("bf:Relation", ("bf:relationship", relationship), (prop, Local("Work")))


# 753 ------------------------------------------------------------------------------------------------------------------


def system_requirements(field: MarcField) -> Iterator[Arc]:
    """Yield the machines, programming languages and operating systems that a computer file needs."""
    for at, (code, value) in enumerate(field.subfields):
        if code in SYSTEMS and chop(value):
            iri, more = authority(field, at)
            label = ("rdfs:label", literal(chop(value), field.lang))
            yield "bf:systemRequirement", node(SYSTEMS[code], [label, *more, *source(field)], iri)


RULES: list[Rule] = [
    rule("740", "Added Entry - Uncontrolled Related/Analytical Title", "R", WORK, related_title,
         example="740 02 $aHơamon Bia Brâu.",
         makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/vocabulary/relationship/part>; '
               'bf:associatedResource [bf:Work rdf:type <http://id.loc.gov/ontologies/bflc/Uncontrolled>; '
               'bf:title [bf:Title bflc:nonSortNum "0"; bf:mainTitle "Hơamon Bia Brâu"]]]'),
    rule("752", "Added Entry - Hierarchical Place Name", "R", WORK, hierarchical_place,
         example="752 ## $aViệt Nam$bKon Tum$dĐăk Tô.",
         makes='bf:place [bf:Place rdf:type <http://www.loc.gov/mads/rdf/v1#HierarchicalGeographic>; '
               'rdfs:label "Việt Nam--Kon Tum--Đăk Tô."; madsrdf:componentList ([madsrdf:Country '
               'rdfs:label "Việt Nam"] '
               '[madsrdf:State rdfs:label "Kon Tum"] [madsrdf:City rdfs:label "Đăk Tô"])]'),
    rule("753", "System Details Access to Computer Files", "R", INSTANCE, system_requirements,
         example="753 ## $aIBM PC$bPascal$cDOS 1.1",
         makes='bf:systemRequirement [bflc:MachineModel rdfs:label "IBM PC"]; bf:systemRequirement '
               '[bflc:ProgrammingLanguage rdfs:label "Pascal"]; bf:systemRequirement [bflc:OperatingSystem '
               'rdfs:label "DOS 1.1"]'),
]  # fmt: skip
