"""Classification numbers: 050-086.

Source: Conversion specification 2.10, 050-088.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from publisher.bibframe.codes import LC, labelled, status
from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import COPY, WORK, Rule, fact_rule, rule
from publisher.bibframe.subfields import ORGANIZATIONS, identifier, real_world_iri, source, source_arc, uri_of
from publisher.rdf.description import Arc, Arcs, Iri, Node, node
from publisher.rdf.text import squeeze
from publisher.sources.record import Field

STATUS = "http://id.loc.gov/vocabulary/mstatus/"
SCHEMES = "http://id.loc.gov/vocabulary/classSchemes/"
CANADA = Iri("http://id.loc.gov/authorities/names/no2004037399")
MEDICINE = Iri(ORGANIZATIONS + "dnlm")
AGRICULTURE = Iri(ORGANIZATIONS + "dnal")

_HELD = {"0": Iri(STATUS + "uba"), "1": Iri(STATUS + "nuba")}
"""First indicator: whether the agency that assigned the number has the item."""


def each_number(
    field: Field, cls: str, about: Iterable[Arc] = (), *, items: Iterable[str] = (), end: Iterable[Arc] = ()
) -> Arcs:
    """Make a classification of every $a, the first with the item number: `about` and `end` frame its authorities."""
    item_arcs = _literals("bf:itemPortion", items)
    for index, (code, value) in enumerate(field.subfields):
        if code == "a" and value.strip():
            iri, authorities = _authorities(field, index)
            arcs: list[Arc] = [("bf:classificationPortion", value), *item_arcs, *about, *authorities, *end]
            yield "bf:classification", node(cls, arcs, iri)
            item_arcs = []


def _literals(prop: str, values: Iterable[str]) -> list[Arc]:
    return [(prop, value) for value in values if value.strip()]


def _named(field: Field) -> list[Arc]:
    """Return who assigned the number, by name or code ($q)."""
    return [("bf:assigner", labelled("bf:Agent", value)) for value in field.all("q") if value.strip()]


def _authorities(field: Field, index: int) -> tuple[Iri | None, list[Arc]]:
    """Return the address of the number at `index` and what relates it: the $0 that follow it belong to it."""
    identifiers = []
    for code, value in field.subfields[index + 1 :]:
        if code != "0":
            break
        identifiers.append(value)
    return _addresses(identifiers, has_item=field.has("b")) if identifiers else (None, [])


def _addresses(identifiers: list[str], *, has_item: bool) -> tuple[Iri | None, list[Arc]]:
    """Return the number's own address, which it only has without an item number, and related ones."""
    addresses = [Iri(uri_of(value)) for value in identifiers if "://" in uri_of(value)]
    iri = addresses[0] if addresses and not has_item else None
    related: list[Arc] = [("madsrdf:hasRelatedAuthority", address) for address in addresses[1 if iri else 0 :]]
    related += [identifier(value) for value in identifiers if "://" not in value and value.strip()]
    return iri, related


def assigned(agency: Iri, field: Field) -> Iterable[Arc]:
    """Yield who assigned the number, and whether they have the item."""
    yield "bf:assigner", agency
    if field.ind1 in _HELD:
        yield "bf:status", _HELD[field.ind1]


def made_by(code: str) -> Callable[[MarcField, RecordView], tuple[str, bool]]:
    """Return what gathers the facts of a number: its field, and whether agency `code` made the record (040 $a)."""

    def facts(field: MarcField, record: RecordView) -> tuple[str, bool]:
        made = any(code in value for sources in record.all("040") for value in sources.all("a")[:1])
        return field.content, made

    return facts


def library_of_congress(facts: tuple[str, bool]) -> Arcs:
    """Make numbers of the Library of Congress Classification."""
    field = Field("050", facts[0])
    by_lc = field.ind2 == "0" or (field.ind2 == " " and facts[1])
    about = tuple(assigned(LC, field)) if by_lc else ()
    return each_number(field, "bf:ClassificationLcc", about, items=field.all("b")[:1])


def copy_number(field: MarcField) -> Arcs:
    """Make the number of another copy in the Library of Congress."""
    if not field.first("a").strip():
        return
    arcs: list[Arc] = [("bf:classificationPortion", field.first("a"))]
    arcs += _literals("bf:itemPortion", [field.first("b")])
    if field.first("c").strip():
        arcs.append(("bf:note", labelled("bf:Note", field.first("c"))))
    yield "bf:classification", node("bf:ClassificationLcc", [*arcs, ("bf:assigner", LC)])


def canadian(field: MarcField) -> Arcs:
    """Make the number that a library of Canada assigned: one of LCC, or of the scheme that $2 names (indicator 6-9).

    Version 3 of the stylesheet only knows those of Library and Archives Canada (0-2).
    """
    iri, authorities = _addresses(field.all("0"), has_item=field.has("b"))
    arcs = _literals("bf:classificationPortion", field.all("a")) + _literals("bf:itemPortion", field.all("b"))
    if not arcs:
        return
    if field.ind2 in ("0", "1", "2"):
        arcs += assigned(CANADA, field)
    elif field.ind1 in _HELD:
        arcs.append(("bf:status", _HELD[field.ind1]))
    if field.ind2 in _OF_ANOTHER_SCHEME:
        yield "bf:classification", node("bf:Classification", [*arcs, *authorities, *source(field)], iri)
    else:
        yield "bf:classification", node("bf:ClassificationLcc", [*arcs, *authorities], iri)


_OF_ANOTHER_SCHEME = frozenset("6789")
"""Second indicators of 055 for numbers that are not compatible with LCC."""


def medicine(facts: tuple[str, bool]) -> Arcs:
    """Make numbers of the National Library of Medicine Classification."""
    field = Field("060", facts[0])
    by_nlm = field.ind2 == "0" or (field.ind2 == " " and facts[1])
    about = tuple(assigned(MEDICINE, field)) if by_nlm else ()
    return each_number(field, "bf:ClassificationNlm", about, items=field.all("b"))


def agriculture(field: MarcField) -> Arcs:
    """Make numbers of the National Agricultural Library; who assigned them stands first."""
    about = tuple(assigned(AGRICULTURE, field)) if field.ind1 in _HELD else ()
    for prop, number in each_number(field, "bf:ClassificationNal", items=field.all("b")):
        assert isinstance(number, Node)
        yield prop, node(number.cls, [*about, *number.arcs], number.iri)


def subject_category(field: MarcField) -> Arcs:
    """Make the subject category, as a topic with a code."""
    code = squeeze(field.first("a") + field.first("x"))
    if not code:
        return
    if field.ind2 == "0":
        schemes: list[Arc] = [_scheme("agricola")]
    else:
        schemes = [
            _scheme(value) if value == "bisacsh" else source_arc(value) for value in field.all("2") if value.strip()
        ]
    yield "bf:subject", node("bf:Topic", [("bf:code", code), *schemes])


def _scheme(code: str) -> Arc:
    return "bf:source", Node("bf:Source", iri=Iri(SCHEMES + code))


_EDITIONS = {"0": "full", "1": "abridged"}


def _edition(field: Field) -> list[Arc]:
    return [("bf:edition", _EDITIONS[field.ind1])] if field.ind1 in _EDITIONS else []


def universal_decimal(field: MarcField) -> Arcs:
    """Make numbers of the Universal Decimal Classification with their common subdivisions ($x)."""
    _, related = _addresses(field.all("0"), has_item=True)
    rest = _literals("bf:itemPortion", field.all("b")[:1]) + _literals("bf:code", field.all("x"))
    rest += source(field)
    rest += _edition(field)
    for value in field.all("a"):
        if value.strip():
            arcs: list[Arc] = [("bf:classificationPortion", value), *rest, *related]
            yield "bf:classification", node("bf:ClassificationUdc", arcs)


_CALL_NUMBER = re.compile(r"(\d{3}(?:[./][\d ./]*)?)[ -]+([^\W\d_][-.\w]*)")


@lru_cache(maxsize=4096)
def number_and_cutter(value: str) -> tuple[str, str]:
    """Part a call number that stands whole in 082 $a, as in many Vietnamese catalogues, into number and cutter.

    >>> number_and_cutter("621.3813 TON"), number_and_cutter("179.7--WI-S "), number_and_cutter("975.5/4252/00222")
    (('621.3813', 'TON'), ('179.7', 'WI-S'), ('975.5/4252/00222', ''))
    """
    found = _CALL_NUMBER.fullmatch(value.strip())
    return (found[1].strip(), found[2]) if found and found[2].isupper() else (value, "")


def dewey(facts: tuple[str, bool]) -> Arcs:
    """Make numbers of the Dewey Decimal Classification."""
    field = Field("082", facts[0])
    arcs: list[Arc] = []
    items = [value for value in field.all("b") if value.strip()]
    for value in field.all("a"):
        number, cutter = number_and_cutter(value) if not items else (value, "")
        if number.strip():
            cutters = items if items and not arcs else [cutter]
            arcs.append(("bf:classificationPortion", number))
            arcs += _literals("bf:itemPortion", cutters)
    if not arcs:
        return
    by_name = _named(field)
    arcs += by_name
    arcs += source(field)
    arcs += _edition(field)
    if field.ind2 == "0" or (field.ind2 == " " and facts[1] and not by_name):
        arcs.append(("bf:assigner", Node("bf:Agent", iri=LC)))
    else:
        arcs += by_name[:1]  # the reference says it twice, and its assertions count
    yield "bf:classification", node("bf:ClassificationDdc", arcs, real_world_iri(field) if field.has("1") else None)


def other(field: MarcField) -> Arcs:
    """Make numbers of any other scheme, named by $2."""
    return each_number(field, "bf:Classification", _named(field), items=field.all("b"), end=tuple(source(field)))


_DOCUMENT_SCHEMES = {"0": "sudocs", "1": "cacodoc"}


def government_documents(field: MarcField) -> Arcs:
    """Make numbers of government documents ($a), and invalid ones ($z)."""
    if field.ind1 in _DOCUMENT_SCHEMES:
        schemes: list[Arc] = [_scheme(_DOCUMENT_SCHEMES[field.ind1])]
    else:
        schemes = [("bf:source", Node("bf:Source", ("bf:code", value))) for value in field.all("2") if value.strip()]
    for index, (code, value) in enumerate(field.subfields):
        if code in ("a", "z") and value.strip():
            iri, authorities = _authorities(field, index)
            invalid = [status("invalid")] if code == "z" else []
            arcs: list[Arc] = [("rdfs:label", value), *invalid, *authorities, *schemes]
            yield "bf:classification", node("bf:Classification", arcs, iri)


# fmt: off
RULES: list[Rule] = [
    fact_rule("050", "Library of Congress Call Number", "R", WORK, made_by("DLC"), library_of_congress),
    rule("051", "Library of Congress Copy, Issue, Offprint Statement", "R", COPY, copy_number),
    rule(
        "055", "Classification Numbers Assigned in Canada", "R", WORK, canadian,
        example="055 #3 $aFC2947.26$b.B34",
        makes='bf:classification [bf:ClassificationLcc bf:classificationPortion "FC2947.26"; '
        'bf:itemPortion ".B34"]',
    ),
    fact_rule("060", "National Library of Medicine Call Number", "R", WORK, made_by("NLM"), medicine),
    rule(
        "070", "National Agricultural Library Call Number", "R", WORK, agriculture,
        example="070 1# $aHD3492.H8$bL3",
        makes="bf:classification [bf:ClassificationNal bf:assigner "
        "<http://id.loc.gov/vocabulary/organizations/dnal>; bf:status "
        '<http://id.loc.gov/vocabulary/mstatus/nuba>; bf:classificationPortion "HD3492.H8"; bf:itemPortion "L3"]',
    ),
    rule(
        "072", "Subject Category Code", "R", WORK, subject_category,
        example="072 #7 $aSOC$x008000$2bisacsh",
        makes='bf:subject [bf:Topic bf:code "SOC008000"; bf:source '
        "[bf:Source <http://id.loc.gov/vocabulary/classSchemes/bisacsh> ]]",
    ),
    rule("080", "Universal Decimal Classification Number", "R", WORK, universal_decimal),
    fact_rule(
        "082", "Dewey Decimal Classification Number", "R", WORK, made_by("DLC"), dewey,
        example="082 00 $a398.209597$223",
        makes='bf:classification [bf:ClassificationDdc bf:classificationPortion "398.209597"; bf:source '
        '[bf:Source bf:code "23"]; bf:edition "full"; bf:assigner '
        "[bf:Agent <http://id.loc.gov/vocabulary/organizations/dlc> ]]",
    ),
    rule(
        "084", "Other Classification Number", "R", WORK, other,
        example="084 ## $aV5(1)-4$2bbk",
        makes='bf:classification [bf:Classification bf:classificationPortion "V5(1)-4"; bf:source '
        '[bf:Source bf:code "bbk"]]',
    ),
    rule("086", "Government Document Classification Number", "R", WORK, government_documents),
]
# fmt: on
