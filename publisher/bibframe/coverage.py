"""Time and place in codes: 033 capture, 043 and 052 places covered, 045 times covered, 046 dates.

Source: Conversion specification 2.10, 010-048 and 050-088. Dates are EDTF; what is not a date is kept without a type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from publisher.bibframe.codes import labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, fact_rule, rule
from publisher.bibframe.subfields import applies_to, identifier, source_arc, uri_of
from publisher.bibframe.text import chop, edtf, edtf_046, is_edtf
from publisher.rdf.description import Arc, Arcs, Iri, Node, Typed, node
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Field

AREAS = "http://id.loc.gov/vocabulary/geographicAreas/"
MAPS_CLASS = "http://id.loc.gov/authorities/classification/G"
"""Places as the Library of Congress' classification of maps (class G) numbers them."""
SUBJECT_SCHEMES = "http://id.loc.gov/vocabulary/subjectSchemes/"
ISO_3166 = Node("bf:Source", ("bf:code", "ISO 3166"))

_CODED = re.compile(r"[-+\d.]+")
_PLACE_AUTHORITIES = ("/authorities/subjects", "/authorities/names", "/vocabulary/geographicAreas")


def dated(prop: str, date: str) -> Iterator[Arc]:
    """Yield `prop` with a date as EDTF, or as it stands if it cannot be one."""
    if is_edtf(date):
        yield prop, Typed(date, "datatypes:edtf")
    elif date:
        yield prop, date


def decoded(date: str, decode: Callable[[str], str]) -> str:
    """Return a date by the code of its field, or as it stands where words were written instead."""
    return decode(date) if _CODED.fullmatch(date) else squeeze(date)


_EVENTS = {"0": "capture", "1": "broadcast", "2": "finding"}


def capture(field: MarcField) -> Arcs:
    """Make when and where something was recorded, broadcast or found."""
    arcs: list[Arc] = []
    if field.ind2 in _EVENTS:
        arcs.append(("bf:note", labelled("bf:Note", _EVENTS[field.ind2])))
    dates = [decoded(value, edtf) for value in field.all("a") if value.strip()]
    if field.ind1 == "2":
        arcs += dated("bf:date", "/".join(dates))
    elif field.ind1 in ("0", "1"):
        for date in dates if field.ind1 == "1" else dates[:1]:
            arcs += dated("bf:date", date)
    arcs += _classified_places(field)
    arcs += _named_places(field)
    arcs += applies_to(field)
    if arcs:
        yield "bf:capture", node("bf:Capture", arcs)


def _classified_places(field: MarcField) -> Iterator[Arc]:
    """Yield the places of $b, each narrowed by the $c that follows it."""
    for (code, area), (following, subarea) in _with_next(field):
        if code == "b" and area.strip():
            number = f"{squeeze(area)}.{squeeze(subarea)}" if following == "c" else squeeze(area)
            yield "bf:place", Iri(MAPS_CLASS + percent_encode(number))


def _named_places(field: MarcField) -> Iterator[Arc]:
    for (code, name), (following, scheme) in _with_next(field):
        if code == "p" and name.strip():
            source = [source_arc(scheme, SUBJECT_SCHEMES)] if following == "2" and scheme.strip() else []
            yield "bf:place", Node("bf:Place", ("rdfs:label", name), *source)


def _with_next(field: MarcField) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    return zip(field.subfields, (*field.subfields[1:], ("", "")), strict=False)


def _areas(field: MarcField, record: RecordView) -> tuple[str, frozenset[str]]:
    """Return the field, and the addresses that earlier 043s have given already."""
    if "http" not in field.content:
        return field.content, frozenset()
    earlier = (other for other in record.all("043") if other.position < field.position)
    return field.content, frozenset(value for other in earlier for value in other.all("0"))


def areas(facts: tuple[str, frozenset[str]]) -> Arcs:
    """Make the places that the work covers: the addresses of $0 if there are, else the codes."""
    content, given = facts
    field = Field("043", content)
    addresses = [uri_of(value) for value in field.all("0") if any(stem in value for stem in _PLACE_AUTHORITIES)]
    if any(addresses):
        for address in addresses:
            if address and address not in given:
                yield "bf:geographicCoverage", Iri(address)
        return
    for value in field.all("a"):
        code = squeeze(chop(value, "-"))
        if code:
            yield "bf:geographicCoverage", Iri(AREAS + percent_encode(code))
    for index, (code, value) in enumerate(field.subfields):
        if code == "c" and value.strip():
            yield "bf:geographicCoverage", Node("bf:GeographicCoverage", ("rdf:value", value), ("bf:source", ISO_3166))
        elif code == "b" and value.strip():
            after = field.subfields[index + 1 : index + 3]
            sources = [source_arc(text) for following, text in after if following == "2" and text.strip()]
            identifiers = [identifier(text) for following, text in after if following == "0" and text.strip()]
            arcs = [("rdf:value", value), *sources, *identifiers]
            yield "bf:geographicCoverage", node("bf:GeographicCoverage", arcs)


def classified_area(field: MarcField) -> Arcs:
    """Make the places that the work covers, by the classification of maps."""
    if field.ind1 != " ":
        return
    area = field.first("a")
    numbers = [f"{area}.{subarea}" for subarea in field.all("b")] if field.has("b") else field.all("a")
    for number in numbers:
        if number.strip(" ."):
            yield "bf:geographicCoverage", Iri(MAPS_CLASS + percent_encode(squeeze(number)))


def period(code: str) -> str:
    """Return one code of 045 $a in EDTF: a letter for the century, a digit for the decade (a-d: for the century).

    >>> period("d7"), period("n6"), period("x-"), period("a0")
    ('-02XX', '096X', '19XX', '-XXXX/-3000')
    """
    letter, digit = code[:1], code[1:2]
    if letter == "a":
        return "-XXXX/-3000"
    if letter in ("b", "c", "d"):
        return f"-{'bcd'.index(letter) * -10 + 29 - int(digit):02}XX" if digit.isdigit() else ""
    if "e" <= letter <= "y":
        return f"{ord(letter) - ord('e'):02}{digit if digit.isdigit() else 'X'}X"
    return ""


def year_and_day(date: str) -> str:
    """Return a date of 045 $b (c or d for B.C. or A.D., then yyyymmddhh) in EDTF.

    >>> year_and_day("c0221"), year_and_day("d1789071415")
    ('-0221', '1789-07-14T15')
    """
    era, digits = (date[:1], date[1:]) if date[:1] in ("c", "d") else ("d", date)
    if not _CODED.fullmatch(digits):
        return squeeze(date)
    parts = [digits[:4], *(digits[at : at + 2] for at in (4, 6) if digits[at : at + 2])]
    time = f"T{digits[8:10]}" if digits[8:10] else ""
    return ("-" if era == "c" else "") + "-".join(parts) + time


def times(field: MarcField) -> Arcs:
    """Make the times that the work covers: periods ($a) and dates ($b), a range of dates by the first indicator."""
    for value in field.all("a"):
        periods = list(dict.fromkeys(part for part in (period(value[:2]), period(value[2:4])) if part))
        yield from dated("bf:temporalCoverage", "/".join(periods))
    dates = [year_and_day(value) for value in field.all("b") if value.strip()]
    if field.ind1 == "2" and dates:
        yield from dated("bf:temporalCoverage", "/".join(dates[:2]))
    else:
        for date in dates:
            yield from dated("bf:temporalCoverage", date)


def _dates(field: MarcField, record: RecordView) -> tuple[str, bool]:
    return field.content, record.control("008")[6:7] == "r"


def dates(facts: tuple[str, bool]) -> Arcs:
    """Make when the work was created ($k-$l; a reprint has that in 008) and how long it was valid ($m-$n)."""
    content, is_reprint = facts
    field = Field("046", content)
    if not is_reprint:
        yield from dated("bf:originDate", _span(field, "k", "l"))
    yield from dated("bf:validDate", _span(field, "m", "n"))


def _span(field: Field, first: str, last: str) -> str:
    start, end = (decoded(field.first(code).strip(), edtf_046) for code in (first, last))
    return f"{start}/{end}" if start and end else start


RULES: list[Rule] = [
    rule("033", "Date/Time and Place of an Event", "R", WORK, capture),
    fact_rule(
        "043", "Geographic Area Code", "NR", WORK, _areas, areas,
        example="043 ## $aa-vt---",
        makes="bf:geographicCoverage <http://id.loc.gov/vocabulary/geographicAreas/a-vt>",
    ),
    rule(
        "045", "Time Period of Content", "NR", WORK, times,
        example="045 0# $aw5w5$bd1858",
        makes='bf:temporalCoverage "185X"^^datatypes:edtf; bf:temporalCoverage "1858"^^datatypes:edtf',
    ),
    fact_rule("046", "Special Coded Dates", "R", WORK, _dates, dates),
    rule(
        "052", "Geographic Classification", "R", WORK, classified_area,
        example="052 ## $a8020$bH2",
        makes="bf:geographicCoverage <http://id.loc.gov/authorities/classification/G8020.H2>",
    ),
]  # fmt: skip
