"""Electronic locations (856): where the material, a version of it, or its table of contents is on line.

Source: Conversion specification 2.10, 841-887.

The reference forgets the copies of an on-line resource as soon as the record has an 880, and encodes the query of the
address of a table of contents (`?` becomes `%3F`), so that it leads nowhere; here it does neither. An address without
a scheme ("www.kontum.gov.vn") gets one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from publisher.bibframe.field import MarcField
from publisher.bibframe.hubs import nonfiling
from publisher.bibframe.leader import issued
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, ITEM, WORK, Rule, record_rule, rule
from publisher.bibframe.text import chop
from publisher.bibframe.titles import title_parts
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Local, Node, literal, node
from publisher.rdf.iri import fit_iri
from publisher.rdf.terms import term
from publisher.rdf.text import squeeze
from publisher.sources.record import Field

OF_THE_RESOURCE = frozenset(" 018")
"""Second indicators of an address at which the resource itself, or a version of it, is."""


HOLDINGS = frozenset("uvxy")
"""Leader/06 of holdings."""

SAMPLE = re.compile(
    r"(?:book )?(?:sample(?: text| chapters?| pages?)?|excerpts?|extracts?)\W*$|(?:bản )?đọc thử\b|trích đoạn\b"
)
"""What $3 begins with where the address leads to some pages of the text, not to a version of it."""

ON_LINE: tuple[Arc, ...] = (
    ("bf:media", Node("bf:Media", ("rdfs:label", "computer"), iri=Iri("http://id.loc.gov/vocabulary/mediaTypes/c"))),
    ("bf:carrier",
     Node("bf:Carrier", ("rdfs:label", "online resource"), iri=Iri("http://id.loc.gov/vocabulary/carriers/cr"))),
    ("bf:adminMetadata", Local("Record")),
)  # fmt: skip
"""What profiles ask of an electronic instance, as Preprocess 0 has it of one that is split off; not in RDF/XML."""


def web_address(value: str) -> Iri:
    """Return the address in $u, with the scheme that "www." goes without."""
    address = value.strip()
    return Iri(f"http://{address}" if address.startswith("www.") else address)


def addresses(field: MarcField) -> list[Iri]:
    """Return the addresses of the field."""
    return [web_address(value) for value in field.all("u") if value.strip()]


def is_contents(field: Field) -> bool:
    """Return whether the address is that of a table of contents."""
    return any("table of contents" in squeeze(field.first(code)).lower() for code in "a3")


def is_sample(field: MarcField, record: RecordView) -> bool:
    """Return whether the address is that of a sample of a text which is not itself on line."""
    return SAMPLE.match(squeeze(field.first("3")).lower()) is not None and not is_on_line(record)


def is_on_line(record: RecordView) -> bool:
    """Return whether what the record describes is itself electronic: leader/06 m, 008/23 o or s."""
    return record.leader[6:7] == "m" or record.control("008")[23:24] in ("o", "s")


@cache
def _exclusions() -> tuple[str, ...]:
    return tuple(codelist("link-exclusions"))


def describes_copies(record: RecordView) -> bool:
    """Return whether the record is one of holdings (leader/06 u, v, x, y): its addresses are those of copies."""
    return record.leader[6:7] in HOLDINGS


def contents_or_instance(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the table of contents, or the electronic instance beside the one in the hand.

    "Sample text" is no instance of the work: nobody published it, and who has it has not the work. It supplements the
    work; the RDF/XML in the reference's shape knows it by its `mint`.
    """
    found = addresses(field)
    if not found:
        return
    if is_contents(field):
        for address in found:
            yield "bf:tableOfContents", address
    elif (
        field.ind2 in OF_THE_RESOURCE
        and any(map(fit_iri, found))  # what is no address leads to no instance; it stays text on the record's own
        and not is_on_line(record)
        and not any(text in found[0] for text in _exclusions())
    ):
        if is_sample(field, record):
            about = [("rdfs:label", field.first("3")), *located(field)]
            yield "bf:supplementaryContent", node("bf:SupplementaryContent", about, mint=_mint(field, "Instance"))
            return
        arcs: list[Arc] = [("rdf:type", term("bf:Electronic")), *_title(field, record), *located(field)]
        arcs += [
            ("bf:instanceOf", Local("Work")),
            *ON_LINE,
            *issued((field.profile.instance_type, field.profile.level)),
        ]
        yield "bf:hasInstance", node("bf:Instance", arcs, mint=_mint(field, "Instance"))


def contents(field: MarcField) -> Iterator[Arc]:
    """Yield the table of contents of 859, all that Process 3 has of that field: else it is local to LoC."""
    if is_contents(field):
        for address in addresses(field):
            yield "bf:tableOfContents", address


def _title(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the title of an electronic instance: the part of the material in $3, else the record's own title."""
    if field.has("3"):
        yield "bf:title", Node("bf:Title", ("bf:mainTitle", field.first("3")))
        return
    arcs = [
        arc
        for each in record.all("245")
        if not each.vernacular
        for arcs in (nonfiling(each, each.ind2), title_parts(each))
        for arc in arcs
    ]
    if arcs:
        yield "bf:title", node("bf:Title", arcs)


def of_instance(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the address of the instance, or of what supplements it."""
    if not addresses(field):
        return
    if field.ind2 in OF_THE_RESOURCE and field.profile.instance_type == "SecondaryInstance":
        yield from _title(field, record)
        yield from located(field)
    elif not is_contents(field) and not (field.ind2 in OF_THE_RESOURCE and is_sample(field, record)):
        yield from located(field) if field.ind2 in OF_THE_RESOURCE else _supplementary(field)


def copy(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the copy that an address of an on-line resource leads to, or that of holdings without a location."""
    here = not record.has("852") if describes_copies(record) else is_on_line(record) and not record.has("758")
    if addresses(field) and here and not is_contents(field) and field.ind2 in OF_THE_RESOURCE:
        arcs = [*located(field), ("bf:itemOf", Local("Instance"))]
        yield "bf:hasItem", node("bf:Item", arcs, mint=_mint(field, "Item"))


def located(field: MarcField) -> Iterator[Arc]:
    """Yield each address, followed by what the field says of it."""
    for address in addresses(field):
        yield "bf:electronicLocator", address
        yield from _notes(field, "zy")


def _supplementary(field: MarcField) -> Iterator[Arc]:
    """Yield what supplements the resource (2), or what MARC 21 has added since: a part of it (3, 4)."""
    for address in addresses(field):
        about = [("bf:electronicLocator", address), *_notes(field, "3zy")]
        yield "bf:supplementaryContent", node("bf:SupplementaryContent", about)


def _notes(field: MarcField, codes: str) -> Iterator[Arc]:
    for each in (field, field.twin):
        for value in each.all(codes) if each is not None else ():
            label = chop(value)
            if each is not None and label:
                yield "bf:note", Node("bf:Note", ("rdfs:label", literal(label, each.lang)))


def _mint(field: MarcField, entity: str) -> str:
    return f"{entity}{'880' if field.vernacular else field.tag}-%d"


RULES: list[Rule] = [
    record_rule("856", "Electronic Location and Access", "R", WORK, contents_or_instance,
                example="856 41 $uhttps://doi.org/10.15144/PL-B50$yBản điện tử",
                makes='bf:hasInstance [bf:Instance rdf:type <http://id.loc.gov/ontologies/bibframe/Electronic>; '
                      'bf:electronicLocator <https://doi.org/10.15144/PL-B50>; bf:note [bf:Note rdfs:label '
                      '"Bản điện tử"]; bf:instanceOf <#Work>; '
                      'bf:media [bf:Media <http://id.loc.gov/vocabulary/mediaTypes/c> rdfs:label "computer"]; '
                      'bf:carrier [bf:Carrier <http://id.loc.gov/vocabulary/carriers/cr> rdfs:label '
                      '"online resource"]; bf:adminMetadata <#Record>; bf:issuance <http://id.loc.gov/vocabulary/issuance/mono>]'),
    record_rule("856", "Electronic Location and Access", "R", INSTANCE, of_instance,
                example="856 42 $3Bìa sách$uhttp://kontum.gov.vn/bia.jpg",
                makes='bf:supplementaryContent [bf:SupplementaryContent bf:electronicLocator '
                      '<http://kontum.gov.vn/bia.jpg>; bf:note [bf:Note rdfs:label "Bìa sách"]]'),
    record_rule("856", "Electronic Location and Access", "R", ITEM, copy),
    rule("859", "Local Electronic Location and Access: table of contents", "R", WORK, contents,
         example="859 41 $3Table of contents$uhttp://kontum.gov.vn/mucluc.html",
         makes="bf:tableOfContents <http://kontum.gov.vn/mucluc.html>"),
]  # fmt: skip
