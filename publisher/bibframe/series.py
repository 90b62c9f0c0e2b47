"""Series: as printed on the book (440, 490) and as the catalogue knows them (400-411, 800-830).

Source: Conversion specification 2.10, Process 6 (Series).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from publisher.bibframe.agents import agent, contribution
from publisher.bibframe.field import MarcField
from publisher.bibframe.hubs import hub_arcs
from publisher.bibframe.names import RELATIONSHIPS, hub
from publisher.bibframe.rule import WORK, Rule, rule
from publisher.bibframe.subfields import entity_iri, identifier, institution, kind_of_linked, real_world_iri
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Iri, Node, literal, node
from publisher.rdf.terms import term

STATUS = "http://id.loc.gov/vocabulary/mstatus/"
SERIES: Arc = (
    "bf:relationship",
    Node("bf:Relationship", ("rdfs:label", "series"), iri=Iri(RELATIONSHIPS + "series")),
)


def _status(code: str, label: str) -> Arc:
    return "bf:status", Node("bf:Status", ("rdfs:label", label), iri=Iri(STATUS + code))


UNCONTROLLED: Arc = ("rdf:type", term("bflc:Uncontrolled"))
TRANSCRIBED = _status("t", "transcribed")
TRACED = _status("tr", "traced")
_ISSN_STATUS: dict[str, tuple[Arc, ...]] = {
    "x": (),
    "y": (_status("incorrect", "incorrect"),),
    "z": (_status("cancinv", "canceled"),),
}


def _issn(code: str, value: str) -> Arc:
    return "bf:identifiedBy", Node("bf:Issn", ("rdf:value", chop(value)), *_ISSN_STATUS[code])


# 490, 440 -------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class _Statement:
    """One of the series that a series statement names: $a Title $x ISSN ; $v number."""

    titles: list[Arc] = dataclasses.field(default_factory=list)
    numbers: list[Arc] = dataclasses.field(default_factory=list)


def series_statement(field: MarcField) -> Iterator[Arc]:
    """Yield each series as it is printed; parallel titles ("Title = Title") and further series are each one more."""
    # The 880 of a pair is told together with its regular field.
    if field.vernacular and field.twin is not None:
        return
    for statement in _statements(field):
        kind = [UNCONTROLLED, TRANSCRIBED, TRACED] if field.ind1 == "1" else [UNCONTROLLED, TRANSCRIBED]
        arcs: list[Arc] = [
            SERIES,
            ("bf:associatedResource", node("bf:Series", [*kind, *statement.titles])),
            *statement.numbers,
        ]
        if field.has("l"):
            by = ("bf:assigner", Node("bf:Agent", iri=Iri("http://id.loc.gov/vocabulary/organizations/dlc")))
            portion = ("bf:classificationPortion", field.first("l"))
            arcs.append(("bf:classification", Node("bf:ClassificationLcc", by, portion)))
        if field.has("3"):
            of = Node("bflc:AppliesTo", ("rdfs:label", chop(field.first("3"))))
            arcs.append(("bflc:appliesTo", of))
        yield "bf:relation", node("bf:Relation", arcs)


def _statements(field: MarcField) -> list[_Statement]:
    statements = [_Statement()]
    before = ""
    for at, (code, value) in enumerate(field.subfields):
        if code == "a" and before not in ("", "6", "a"):
            statements.append(_Statement())
        here = statements[-1]
        other = _other_script(field, at)
        if code == "a" and chop(value):
            here.titles.append(_title(field, at, other))
        elif code in _ISSN_STATUS:
            here.titles.append(_issn(code, value))
        elif code == "v" and chop(value):
            here.numbers.append(("bf:seriesEnumeration", literal(chop(value), field.lang)))
            if field.twin is not None and other:
                here.numbers.append(("bf:seriesEnumeration", literal(chop(other), field.twin.lang)))
        before = code
        if value.endswith("=") and code != "6":
            statements.append(_Statement())
            before = ""
    return [statement for statement in statements if statement.titles or statement.numbers]


def _other_script(field: MarcField, at: int) -> str:
    """Return the subfield at the same place in the twin, if it has the same code."""
    if field.twin is not None and at < len(field.twin.subfields):
        code, value = field.twin.subfields[at]
        if code == field.subfields[at][0]:
            return value
    return ""


def _title(field: MarcField, at: int, other: str) -> Arc:
    arcs: list[Arc] = [("bf:mainTitle", literal(chop(field.subfields[at][1]), field.lang))]
    if field.twin is not None and other:
        arcs.append(("bf:mainTitle", literal(chop(other), field.twin.lang)))
    for part, prop in (("n", "bf:partNumber"), ("p", "bf:partName")):
        arcs += [(prop, chop(value)) for code, value in field.subfields[at + 1 : at + 3] if code == part]
    return "bf:title", node("bf:Title", arcs)


# 8XX, 400-411 ---------------------------------------------------------------------------------------------------------


def series(field: MarcField) -> Iterator[Arc]:
    """Yield the series that the book belongs to, with its number in it."""
    by_title = field.tag == "830"
    arcs: list[Arc] = [("rdf:type", term("bf:Series"))]
    if not by_title:
        arcs.append(contribution(field, agent(field)))
    titled = by_title or field.has("t")
    if titled:
        arcs += hub_arcs(field)
    for value in field.all("w"):
        arcs.append(identifier(value, "w", "bf:Lccn" if value.startswith("(DLC)") else "bf:Identifier"))
    for code in "xyz":
        arcs += [_issn(code, value) for value in field.all(code)]
    if not titled:
        arcs += institution(field)
    arcs += kind_of_linked(field)
    iri = real_world_iri(field) if by_title and field.has("1") else entity_iri(field, "bf:Hub")
    numbers: list[Arc] = [("bf:seriesEnumeration", value) for value in field.all("v")]
    if field.twin is not None:
        numbers += [("bf:seriesEnumeration", literal(value, field.twin.lang)) for value in field.twin.all("v")]
    yield "bf:relation", node("bf:Relation", [SERIES, ("bf:associatedResource", hub(field, arcs, iri)), *numbers])


RULES: list[Rule] = [
    rule("400", "Series Statement/Added Entry - Personal Name", "R", WORK, series),
    rule("410", "Series Statement/Added Entry - Corporate Name", "R", WORK, series),
    rule("411", "Series Statement/Added Entry - Meeting Name", "R", WORK, series),
    rule("440", "Series Statement/Added Entry - Title", "R", WORK, series_statement),
    rule("490", "Series Statement", "R", WORK, series_statement,
         example="490 0# $aKho tàng sử thi Tây Nguyên ;$vt. 3",
         makes='bf:relation [bf:Relation bf:relationship [bf:Relationship '
               '<http://id.loc.gov/vocabulary/relationship/series> rdfs:label "series"]; bf:associatedResource '
               '[bf:Series rdf:type <http://id.loc.gov/ontologies/bflc/Uncontrolled>; '
               'bf:status [bf:Status <http://id.loc.gov/vocabulary/mstatus/t> rdfs:label "transcribed"]; '
               'bf:title [bf:Title bf:mainTitle "Kho tàng sử thi Tây Nguyên"]]; bf:seriesEnumeration "t. 3"]'),
    rule("800", "Series Added Entry - Personal Name", "R", WORK, series),
    rule("810", "Series Added Entry - Corporate Name", "R", WORK, series),
    rule("811", "Series Added Entry - Meeting Name", "R", WORK, series),
    rule("830", "Series Added Entry - Uniform Title", "R", WORK, series,
         example="830 #0 $aVăn hoá Tây Nguyên ;$vq. 2.",
         makes='bf:relation [bf:Relation bf:relationship [bf:Relationship '
               '<http://id.loc.gov/vocabulary/relationship/series> rdfs:label "series"]; bf:associatedResource '
               '[bf:Hub rdf:type <http://id.loc.gov/ontologies/bibframe/Series>; '
               'bf:title [bf:Title bf:mainTitle "Văn hoá Tây Nguyên"]; '
               'bflc:marcKey "830 0$aVăn hoá Tây Nguyên ;$vq. 2."]; bf:seriesEnumeration "q. 2."]'),
]  # fmt: skip
