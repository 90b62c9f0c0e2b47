"""Copies: who holds them, where they stand and how they are marked (850, 852, 863-868, 876-878, and Koha's 952).

Sources: MARC 21 Format for Holdings Data; Koha manual, "Holdings data fields (9xx)"; BIBFRAME 2.6, Item. The reference
conversion makes nothing of these fields. What libraries keep for themselves is left out: $x of 852 and 876 and 952
(nonpublic notes), prices, vendors, and who borrowed what when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.bibframe.field import MarcField
from publisher.bibframe.locations import addresses, describes_copies
from publisher.bibframe.locations import located as on_line
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import ITEM, Rule, record_rule, rule
from publisher.bibframe.subfields import applies_to
from publisher.rdf.description import Arc, Iri, Local, Node, literal, node
from publisher.rdf.text import squeeze

CLASSED = {"0": "bf:ShelfMarkLcc", "1": "bf:ShelfMarkDdc", "2": "bf:ShelfMarkNlm"}
"""The kind of shelf mark by the first indicator of 852."""
KOHA_CLASSED = {"lcc": "bf:ShelfMarkLcc", "ddc": "bf:ShelfMarkDdc"}
"""The kind of shelf mark by $2 of 952."""
STATEMENTS = {"866": "", "867": "supplements", "868": "indexes"}
"""Textual holdings, and what other than the basic unit they are of."""

_CODE = re.compile(r"[\w.-]{1,20}")

Arcs = list[Arc]


# What a copy is made of ---------------------------------------------------------------------------------------------


def holder(value: str) -> Arc:
    """Return who holds a copy: by code, or by name where the field has a name in the place of the code."""
    value = squeeze(value)
    return "bf:heldBy", Node("bf:Agent", ("bf:code" if _CODE.fullmatch(value) else "rdfs:label", value))


def labels(prop: str, cls: str, values: list[str], lang: str = "") -> Iterator[Arc]:
    """Yield a labelled resource for each of `values` that says something."""
    for value in map(squeeze, values):
        if value:
            yield prop, Node(cls, ("rdfs:label", literal(value, lang)))


def barcodes(values: list[str]) -> Iterator[Arc]:
    """Yield the barcodes of a copy."""
    for value in map(squeeze, values):
        if value:
            yield "bf:identifiedBy", Node("bf:Barcode", ("rdf:value", value))


def copy_number(values: list[str]) -> Iterator[Arc]:
    """Yield the copy number; 0 is how systems write that there is none."""
    for value in map(squeeze, values):
        if value and value != "0":
            kind = ("bf:noteType", "copy number")
            yield "bf:note", Node("bf:Note", kind, ("rdfs:label", value))


def item(field: MarcField, arcs: Arcs, at: str = "%d") -> Iterator[Arc]:
    """Yield a copy that has something to say for itself; `at` is the place of its field, if that is not the rule's."""
    if arcs:
        tag = "880" if field.vernacular else field.tag
        yield "bf:hasItem", node("bf:Item", [*arcs, ("bf:itemOf", Local("Instance"))], mint=f"Item{tag}-{at}")


# 850, 852 and what belongs to it --------------------------------------------------------------------------------------


def held_by(field: MarcField) -> Iterator[Arc]:
    """Yield a copy for each institution that holds one (850)."""
    for number, value in enumerate(each for each in field.all("a") if squeeze(each)):
        arcs = [holder(value), ("bf:itemOf", Local("Instance"))]
        yield "bf:hasItem", node("bf:Item", arcs, mint=f"Item850-%d{f'-{number}' if number else ''}")


def located(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the copy that a location field is about, or each of its pieces where 876 to 878 list them."""
    about = _about(field, record)
    shared = [*_location(field), *(arc for each in about.addresses for arc in on_line(each)), *_statements(about)]
    if about.pieces:
        for piece in about.pieces:
            yield from item(piece, [*shared, *_piece(piece)], f"{piece.position}%.0s")
    else:
        yield from item(field, [*shared, *barcodes(field.all("p")), *copy_number(field.all("t"))])


def _location(field: MarcField) -> Arcs:
    arcs: Arcs = [holder(value) for value in field.all("a") if squeeze(value)]
    arcs += labels("bf:sublocation", "bf:Sublocation", field.all("bc"), field.lang)
    mark = squeeze(" ".join(field.all("khijlm")))
    if mark:
        arcs.append(("bf:shelfMark", _shelf_mark(CLASSED.get(field.ind1, "bf:ShelfMark"), mark, field)))
    arcs += labels("bf:note", "bf:Note", field.all("qz"), field.lang)
    for address in addresses(field):
        arcs.append(("bf:electronicLocator", address))
    arcs += applies_to(field)
    return arcs


def _shelf_mark(cls: str, mark: str, field: MarcField) -> Node:
    source = field.first("2")
    by = [("bf:source", Node("bf:Source", ("bf:code", source)))] if source and field.ind1 == "7" else []
    return node(cls, [("rdfs:label", literal(mark, field.lang)), *by])


def _statements(about: _About) -> Arcs:
    """Return what is held of a serial: in words (866-868), or by captions and numbers (853 and 863)."""
    arcs: Arcs = []
    for statement in about.statements:
        if said := squeeze(statement.first("a")):
            words: Arcs = [("rdfs:label", literal(said, statement.lang))]
            if STATEMENTS[statement.tag]:
                words.append(("bf:note", Node("bf:Note", ("rdfs:label", STATEMENTS[statement.tag]))))
            arcs.append(("bf:enumerationAndChronology", node("bf:EnumerationAndChronology", words)))
    for held, captions in about.held:
        if said := _enumeration(held, captions):
            kind = Node("bf:EnumerationAndChronology", ("rdfs:label", said))
            arcs.append(("bf:enumerationAndChronology", kind))
    return arcs


def _enumeration(held: MarcField, captions: MarcField | None) -> str:
    """Word what a field of enumeration and chronology holds: "v. 30, no. 4 (1995)".

    Captions in parentheses ("(year)") name a level and are not printed (MARC 21 Holdings, 853).
    """
    numbers, dates = [], []
    for code, value in held.subfields:
        caption = captions.first(code) if captions is not None else ""
        if code in "abcdefgh":
            numbers.append(value if not caption or caption.startswith("(") else f"{caption} {value}")
        elif code in "ijklm":
            dates.append(value)
    chronology = "-".join(dates)
    said = ", ".join(numbers)
    return squeeze(f"{said} ({chronology})" if said and chronology else said or chronology)


class _About:
    """The other fields that are about the copies of a location: addresses, pieces, statements, enumerations."""

    __slots__ = ("addresses", "held", "pieces", "statements")

    def __init__(self) -> None:
        self.addresses: list[MarcField] = []
        self.pieces: list[MarcField] = []
        self.statements: list[MarcField] = []
        self.held: list[tuple[MarcField, MarcField | None]] = []


def _about(location: MarcField, record: RecordView) -> _About:
    """Return what is about the copies of `location`, which may be a statement in a record without locations.

    The fields of a record are dealt out once: there are serials with hundreds of locations and thousands of pieces.
    """
    dealt: dict[int, _About] | None = record.gathered.get("holdings")
    if dealt is None:
        dealt = record.gathered["holdings"] = _dealt(record)
    return dealt.get(id(location)) or dealt[_EVERYWHERE]


_EVERYWHERE = -1
"""Instead of a location in a record that has one at most: everything is about it."""


def _dealt(record: RecordView) -> dict[int, _About]:
    locations = record.all("852")
    owners = _Owners(locations) if len(locations) > 1 else None
    dealt = {id(each): _About() for each in locations} if owners is not None else {_EVERYWHERE: _About()}
    captions = {squeeze(each.first("8")): each for each in record.all("853", "854", "855")}
    for other in record.all("876", "877", "878"):
        for owner in owners.of(other) if owners is not None else (_EVERYWHERE,):
            dealt[owner].pieces.append(other)
    for other in record.all(*STATEMENTS):
        for owner in owners.of(other) if owners is not None else (_EVERYWHERE,):
            dealt[owner].statements.append(other)
    for other in record.all("856") if describes_copies(record) else ():
        for owner in owners.of(other) if owners is not None else (_EVERYWHERE,):
            dealt[owner].addresses.append(other)
    for other in record.all("863", "864", "865"):
        named = captions.get(other.first("8").partition(".")[0])
        for owner in owners.of(other) if owners is not None else (_EVERYWHERE,):
            dealt[owner].held.append((other, named))
    return dealt


class _Owners:
    """Tells which of several locations (by `id`) a field is about: by a common $0 (holdings number) or $8.

    Where neither field says which the other belongs to, it is the last location before it.
    """

    def __init__(self, locations: list[MarcField]) -> None:
        self._locations = locations
        self._numbered: dict[str, dict[str, list[int]]] = {"0": {}, "8": {}}
        for code, numbered in self._numbered.items():
            for each in locations:
                for number in each.all(code):
                    numbered.setdefault(number, []).append(id(each))

    def of(self, other: MarcField) -> set[int]:
        """Return the locations that `other` is about."""
        for code, numbered in self._numbered.items():
            numbers = {value.partition(".")[0] for value in other.all(code) if value not in ("0", "")}
            if owners := {owner for number in numbers for owner in numbered.get(number, ())}:
                return owners
        before = [each for each in self._locations if each.position < other.position]
        return {id(before[-1] if before else self._locations[0])}


def _piece(piece: MarcField) -> Arcs:
    arcs: Arcs = [*barcodes(piece.all("p"))]
    for number in map(squeeze, piece.all("a")):
        if number:
            arcs.append(("bf:identifiedBy", Node("bf:Local", ("rdf:value", number))))
    arcs += labels("bf:enumerationAndChronology", "bf:EnumerationAndChronology", piece.all("3"), piece.lang)
    arcs += labels("bf:usageAndAccessPolicy", "bf:UsePolicy", piece.all("h"), piece.lang)
    arcs += copy_number(piece.all("t"))
    return arcs


def piece_alone(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the copy that an item field is about in a record without locations."""
    if not record.has("852"):
        yield from item(field, _piece(field))


def statement_alone(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the copy whose holdings are stated in a record without locations."""
    if not record.has("852") and record.all(*STATEMENTS)[0] is field:
        yield from item(field, _statements(_about(field, record)))


# 952 ------------------------------------------------------------------------------------------------------------------


def koha_item(field: MarcField) -> Iterator[Arc]:
    """Yield the copy in Koha's field of items.

    Other systems keep other things in 952: it is an item where there is a barcode ($p) or a call number ($o), or a
    branch ($a) with a collection or an item type.
    """
    branch = squeeze(field.first("a"))
    if not (field.has("p") or field.has("o") or (_CODE.fullmatch(branch) and (field.has("y") or field.has("8")))):
        return
    arcs: Arcs = [holder(branch)] if branch else []
    arcs += labels("bf:sublocation", "bf:Sublocation", [*field.all("b")] if field.first("b") != branch else [])
    arcs += labels("bf:sublocation", "bf:Sublocation", field.all("c8"))
    mark = squeeze(field.first("o"))
    if mark:
        cls = KOHA_CLASSED.get(field.first("2").lower(), "bf:ShelfMark")
        arcs.append(("bf:shelfMark", Node(cls, ("rdfs:label", mark))))
    arcs += barcodes(field.all("p"))
    for number in map(squeeze, field.all("i")):
        if number:
            arcs.append(("bf:identifiedBy", Node("bf:Local", ("rdf:value", number))))
    arcs += labels("bf:enumerationAndChronology", "bf:EnumerationAndChronology", field.all("h"))
    for kind in map(squeeze, field.all("y")):
        if kind:
            arcs.append(("bf:note", Node("bf:Note", ("bf:noteType", "item type"), ("rdfs:label", kind))))
    arcs += copy_number(field.all("t"))
    arcs += labels("bf:note", "bf:Note", field.all("z"))
    for address in addresses(field):
        arcs.append(("bf:electronicLocator", Iri(address)))
    arcs += applies_to(field)
    yield from item(field, arcs)


RULES: list[Rule] = [
    rule("850", "Holding Institution", "R", ITEM, held_by,
         example="850 ## $aVN-KT",
         makes='bf:hasItem [bf:Item bf:heldBy [bf:Agent bf:code "VN-KT"]; bf:itemOf <#Instance>]'),
    record_rule("852", "Location", "R", ITEM, located,
                example="852 1# $akontum$bKho Đọc$h398.209597$iTR-C$pKT.0087",
                makes='bf:hasItem [bf:Item bf:heldBy [bf:Agent bf:code "kontum"]; bf:sublocation [bf:Sublocation '
                      'rdfs:label "Kho Đọc"]; bf:shelfMark [bf:ShelfMarkDdc rdfs:label "398.209597 TR-C"]; '
                      'bf:identifiedBy [bf:Barcode rdf:value "KT.0087"]; bf:itemOf <#Instance>]'),
    *(record_rule(tag, name, "R", ITEM, statement_alone) for tag, name in (
        ("866", "Textual Holdings - Basic Bibliographic Unit"),
        ("867", "Textual Holdings - Supplementary Material"),
        ("868", "Textual Holdings - Indexes"),
    )),
    *(record_rule(tag, name, "R", ITEM, piece_alone) for tag, name in (
        ("876", "Item Information - Basic Bibliographic Unit"),
        ("877", "Item Information - Supplementary Material"),
        ("878", "Item Information - Indexes"),
    )),
    rule("952", "Location and Item Information (Koha)", "R", ITEM, koha_item,
         example="952 ## $aVHTT$bVHTT$cKho Mượn$oV398.2 D8$pVH003421$yBK",
         makes='bf:hasItem [bf:Item bf:heldBy [bf:Agent bf:code "VHTT"]; bf:sublocation [bf:Sublocation rdfs:label '
               '"Kho Mượn"]; bf:shelfMark [bf:ShelfMark rdfs:label "V398.2 D8"]; bf:identifiedBy [bf:Barcode '
               'rdf:value "VH003421"]; bf:note [bf:Note bf:noteType "item type"; rdfs:label "BK"]; '
               'bf:itemOf <#Instance>]'),
]  # fmt: skip
