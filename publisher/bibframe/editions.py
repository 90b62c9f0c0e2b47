"""Editions and what is like them: 250-257, 263, 265.

Source: Conversion specification 2.10, 250-270. 251, 258 and 270 are not converted there.
"""

from __future__ import annotations

from functools import partial

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, WORK, Rule, rule
from publisher.bibframe.shapes import Wording, literals, resources, statement, together
from publisher.bibframe.subfields import source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Node, literal, node

without_parentheses = partial(chop, parens=True, force=True)

CARTOGRAPHIC: tuple[tuple[str, str, Wording], ...] = (
    ("c", "bf:coordinates", without_parentheses),
    ("d", "bf:ascensionAndDeclination", without_parentheses),
    ("e", "bf:equinox", without_parentheses),
    ("f", "bf:outerGRing", chop),
    ("g", "bf:exclusionGRing", chop),
)


def cartographic(field: MarcField) -> Arcs:
    """Make one `bf:Cartographic` of the projection, the coordinates and what else 255 has besides the scale."""
    arcs: list[Arc] = []
    for value in field.all("b"):
        label = literal(chop(value), field.lang)
        arcs.append(("bf:projection", Node("bf:Projection", ("rdfs:label", label))))
    for code, prop, text in CARTOGRAPHIC:
        arcs += [(prop, literal(words, field.lang)) for words in map(text, field.all(code)) if words]
    if arcs:
        yield "bf:cartographicAttributes", node("bf:Cartographic", arcs)


# fmt: off
RULES: list[Rule] = [
    rule("250", "Edition Statement", "R", INSTANCE, statement("bf:editionStatement", "ab"),
         example="250 ## $aTái bản lần 1, có sửa chữa / $bNguyễn Du biên soạn.",
         makes='bf:editionStatement "Tái bản lần 1, có sửa chữa / Nguyễn Du biên soạn"'),
    rule("254", "Musical Presentation Statement", "NR", INSTANCE, literals("bf:editionStatement", "a"),
         example="254 ## $aFull score.",
         makes='bf:editionStatement "Full score"'),
    rule("255", "Cartographic Mathematical Data", "R", WORK,
         together(resources("bf:scale", "bf:Scale", "a"), cartographic),
         example="255 ## $aTỷ lệ 1:500.000 ; $c(E 107°--E 109°/N 15°--N 13°).",
         makes='bf:scale [bf:Scale rdfs:label "Tỷ lệ 1:500.000"]; '
               'bf:cartographicAttributes [bf:Cartographic bf:coordinates "E 107°--E 109°/N 15°--N 13°"]'),
    rule("256", "Computer File Characteristics", "NR", INSTANCE, resources("bf:note", "bf:Note", "a", kind="computer"),
         example="256 ## $aComputer data (2 files).",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/computer>; '
               'rdfs:label "Computer data (2 files)"]'),
    rule("257", "Country of Producing Entity", "R", INSTANCE, resources("bf:originPlace", "bf:Place", "a", source),
         example="257 ## $aViệt Nam. $2naf",
         makes='bf:originPlace [bf:Place rdfs:label "Việt Nam"; bf:source [bf:Source bf:code "naf"]]'),
    rule("263", "Projected Publication Date", "NR", INSTANCE, literals("bflc:projectedProvisionDate", "a"),
         example="263 ## $a202611",
         makes='bflc:projectedProvisionDate "202611"'),
    rule("265", "Source for Acquisition/Subscription Address (obsolete)", "NR", INSTANCE,
         resources("bf:acquisitionSource", "bf:AcquisitionSource", "a"),
         example="265 ## $aNhà sách Sách Hay, Buôn Ma Thuột.",
         makes='bf:acquisitionSource [bf:AcquisitionSource rdfs:label "Nhà sách Sách Hay, Buôn Ma Thuột"]'),
]
