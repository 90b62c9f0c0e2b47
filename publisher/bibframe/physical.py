"""What the thing in the hand is like: extent, dimensions, duration, materials. 300, 306, 340, 352.

Source: Conversion specification 2.10, 3XX.
"""

from __future__ import annotations

from functools import partial

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, WORK, Rule, rule
from publisher.bibframe.shapes import About, authority, literals, note_type, resources, together
from publisher.bibframe.subfields import applies_to, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Node, Typed, literal, node

keep_full_stop = partial(chop, end=":;,/=+")
drop_full_stop = partial(chop, end=":;,/=+.")


def part_of_instance(field: MarcField) -> Arcs:
    """Yield `bflc:appliesTo` for $3, except on a further instance of a work, which is that part."""
    if field.profile.instance_type != "SecondaryInstance":
        yield from applies_to(field)


def extent(field: MarcField) -> Arcs:
    """Make the extent, with other physical details as its notes."""
    details: list[Arc] = []
    for words in map(keep_full_stop, field.all("b")):
        if words:
            note = Node("bf:Note", *note_type("physical"), ("rdfs:label", literal(words, field.lang)))
            details.append(("bf:note", note))
    label = keep_full_stop(" ".join(field.all("afg")))
    if label:
        part = () if "all" in field.all("3") else part_of_instance(field)
        yield "bf:extent", node("bf:Extent", [("rdfs:label", literal(label, field.lang)), *part, *details])
    else:
        # The reference forgets the details of what has no extent.
        yield from details


def duration(field: MarcField) -> Arcs:
    """Make a duration (xsd:duration) of six digits, hhmmss; what is not that stays as it is."""
    for value in field.all("a"):
        if len(value) == 6 and value.isdigit():
            yield "bf:duration", Typed(f"PT{value[:2]}H{value[2:4]}M{value[4:]}S", "xsd:duration")
        elif value.strip():
            yield "bf:duration", value


MATERIALS = {
    "a": ("bf:baseMaterial", "bf:BaseMaterial"),
    "c": ("bf:appliedMaterial", "bf:AppliedMaterial"),
    "d": ("bf:productionMethod", "bf:ProductionMethod"),
    "e": ("bf:mount", "bf:Mount"),
    "f": ("bf:reductionRatio", "bf:ReductionRatio"),
    "g": ("bf:colorContent", "bf:ColorContent"),
    "j": ("bf:generation", "bf:Generation"),
    "k": ("bf:layout", "bf:Layout"),
    "l": ("bf:binding", "bf:Binding"),
    "m": ("bf:bookFormat", "bf:BookFormat"),
    "n": ("bf:fontSize", "bf:FontSize"),
    "o": ("bf:polarity", "bf:Polarity"),
    "q": ("bf:reductionRatio", "bf:ReductionRatio"),
}
"""Subfields of 340."""


def materials(field: MarcField) -> Arcs:
    """Make a resource of each material, method and quality in 340, named by the $0 that follows it."""
    for at, (code, value) in enumerate(field.subfields):
        words = chop(value) if code in MATERIALS else ""
        if words:
            prop, cls = MATERIALS[code]
            name, known = authority(field, at)
            label = "rdf:value" if code == "f" else "rdfs:label"
            yield prop, node(cls, [(label, literal(words, field.lang)), *known, *source(field)], name)


def illustrations(field: MarcField) -> Arcs:
    """Make the illustrative content of 340 $p."""
    for at, (code, value) in enumerate(field.subfields):
        words = chop(value) if code == "p" else ""
        if words:
            name, known = authority(field, at, others="madsrdf:isIdentifiedByAuthority")
            arcs: list[Arc] = [("rdfs:label", literal(words, field.lang)), *known, *source(field)]
            yield "bf:illustrativeContent", node("bf:Illustration", arcs, name)


def digital(field: MarcField) -> Arcs:
    """Make the type of data, the format and the objects of digital cartography (352)."""
    about: tuple[About, ...] = (applies_to, source)
    for at, (code, value) in enumerate(field.subfields):
        words = chop(value) if code in "aq" else ""
        if words:
            cls = "bf:CartographicDataType" if code == "a" else "bf:EncodingFormat"
            name, known = authority(field, at)
            own = [("madsrdf:hasRelatedAuthority", name)] if name else []
            more = [arc for each in about for arc in each(field)]
            yield (
                "bf:digitalCharacteristic",
                node(cls, [("rdfs:label", literal(words, field.lang)), *own, *known, *more]),
            )
    for at, (code, value) in enumerate(field.subfields):
        words = chop(value) if code == "b" else ""
        if words:
            arcs: list[Arc] = [("rdfs:label", literal(words, field.lang))]
            following, count = field.subfields[at + 1] if at + 1 < len(field.subfields) else ("", "")
            if following == "c":
                arcs.append(("bf:count", literal(chop(count, parens=True), field.lang)))
            yield "bf:digitalCharacteristic", node("bf:CartographicObjectType", arcs)


# fmt: off
RULES: list[Rule] = [
    rule("300", "Physical Description", "R", INSTANCE,
         together(extent,
                  resources("bf:note", "bf:Note", "e", part_of_instance, text=keep_full_stop, kind="accmat"),
                  literals("bf:dimensions", "c", drop_full_stop)),
         example="300 ## $a299 tr. : $bảnh ; $c21 cm + $e1 bản đồ",
         makes='bf:extent [bf:Extent rdfs:label "299 tr."; bf:note [bf:Note '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/physical>; rdfs:label "ảnh"]]; '
               'bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/accmat>; rdfs:label "1 bản đồ"]; '
               'bf:dimensions "21 cm"'),
    rule("306", "Playing Time", "NR", INSTANCE, duration,
         example="306 ## $a002016",
         makes='bf:duration "PT00H20M16S"^^xsd:duration'),
    rule("340", "Physical Medium: illustrative content", "R", WORK, illustrations,
         example="340 ## $pảnh màu",
         makes='bf:illustrativeContent [bf:Illustration rdfs:label "ảnh màu"]'),
    rule("340", "Physical Medium", "R", INSTANCE,
         together(materials,
                  literals("bf:dimensions", "b"),
                  resources("bf:systemRequirement", "bf:SystemRequirement", "i")),
         example="340 ## $agiấy dó $b18 x 24 cm $2rdamat",
         makes='bf:baseMaterial [bf:BaseMaterial rdfs:label "giấy dó"; bf:source [bf:Source bf:code "rdamat"]]; '
               'bf:dimensions "18 x 24 cm"'),
    rule("352", "Digital Graphic Representation", "R", INSTANCE, digital,
         example="352 ## $aVector : $bpoints $c(13671)",
         makes='bf:digitalCharacteristic [bf:CartographicDataType rdfs:label "Vector"]; '
               'bf:digitalCharacteristic [bf:CartographicObjectType rdfs:label "points"; bf:count "13671"]'),
]
