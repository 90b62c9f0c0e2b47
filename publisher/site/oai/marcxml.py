"""MARC 21 in XML, derived from what is published.

The release does not keep the libraries' records, and must not: they have fields that nobody decided to publish. So
this is a record made anew from the description, at the abbreviated level (leader/17 is 3), with the usual fields and
with the IRIs of everything it names in $0. What the policy took out cannot be in it, since it is made from the rest.

Source: MARC 21 Format for Bibliographic Data; MARCXML schema 1.1 (http://www.loc.gov/MARC21/slim).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.site.brief import Brief, Maker, Subject
from publisher.site.oai.elements import add, root

NAMESPACE = "http://www.loc.gov/MARC21/slim"
SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"

_TYPE_OF_RECORD = {
    "map": "e", "score": "c", "music": "j", "sound": "i", "video": "g", "image": "k", "manuscript": "t", "data": "m",
    "object": "r", "collection": "p", "multimedia": "o",
}  # fmt: skip
_DATES = re.compile(r",\s*([^,]*\d{3,4}\??\s*-[^,]*)$")
_TAGS = {True: ("100", "700", "600"), False: ("110", "710", "610")}

Subfields = list[tuple[str, str]]
Field = tuple[str, str, Subfields]
"""Tag, the two indicators, subfields."""


def marcxml(brief: Brief, entered: str, changed: str) -> etree._Element:
    """Return `brief` as a `record` element; `entered` and `changed` are when it was first and last published (UTC)."""
    record = root(NAMESPACE, "record", SCHEMA)
    add(record, "leader", _leader(brief))
    add(record, "controlfield", brief.iri.rpartition("/")[2], tag="001")
    add(record, "controlfield", re.sub(r"\D", "", changed) + ".0", tag="005")
    add(record, "controlfield", _fixed(brief, entered), tag="008")
    for tag, indicators, subfields in _fields(brief):
        present = [(code, value) for code, value in subfields if value]
        if present:
            field = add(record, "datafield", tag=tag, ind1=indicators[0], ind2=indicators[1])
            for code, value in present:
                add(field, "subfield", value, code=code)
    return record


def _leader(brief: Brief) -> str:
    level = "s" if "Serial" in brief.classes and not brief.host else ("a" if brief.host else "m")
    return f"00000n{_TYPE_OF_RECORD.get(brief.form, 'a')}{level} a22000003u 4500"


def _fixed(brief: Brief, entered: str) -> str:
    """Return 008: when it was entered, the year, the language; `|` where nothing is said."""
    day = re.sub(r"\D", "", entered)[2:8]
    dates = f"s{brief.year}    " if brief.year else "nuuuuuuuu"
    language = brief.marc_languages[0] if brief.marc_languages else "und"
    return f"{day}{dates}xx {'|' * 17}{language} d"


def _fields(brief: Brief) -> Iterator[Field]:
    yield from (("020", "  ", [("a", number)]) for number in brief.isbns)
    yield from (("022", "  ", [("a", number)]) for number in brief.issns)
    yield "024", "7 ", [("a", brief.iri), ("2", "uri")]
    yield from (("024", "7 ", [("a", doi), ("2", "doi")]) for doi in brief.dois)
    if len(brief.marc_languages) > 1:
        yield "041", "  ", [("a", code) for code in brief.marc_languages]
    yield from (("082", "04", [("a", number)]) for number in brief.ddc)
    principal = next((maker for maker in brief.makers if maker.principal), None)
    if principal:
        yield _name(principal, 0)
    yield (
        "245",
        f"{int(principal is not None)}0",
        [
            ("a", f"{brief.title} :" if brief.subtitle else brief.title),
            ("b", brief.subtitle),
            ("c", next(iter(brief.responsibility), "")),
        ],
    )
    yield "250", "  ", [("a", brief.edition)]
    places, publishers = [("a", place) for place in brief.places], [("b", name) for name in brief.publishers]
    yield "264", " 1", [*places, *publishers, ("c", brief.date)]
    yield "300", "  ", [("a", next(iter(brief.extent), "")), ("c", next(iter(brief.dimensions), ""))]
    yield from (("490", "0 ", [("a", name), ("v", number)]) for name, number in brief.series)
    yield from (("500", "  ", [("a", note)]) for note in brief.notes)
    if brief.thesis:
        yield "502", "  ", [("b", brief.thesis.degree), ("c", brief.thesis.institution), ("d", brief.thesis.date)]
    yield from (("505", "0 ", [("a", text)]) for text in brief.contents)
    yield from (("506", "  ", [("a", text)]) for text in brief.rights)
    yield from (("520", "  ", [("a", text)]) for text in brief.summaries)
    yield from (_subject(subject) for subject in brief.subjects)
    yield from (("655", " 4", [("a", genre)]) for genre in brief.genres)
    yield from (_name(maker, 1) for maker in brief.makers if maker is not principal)
    if brief.host:
        host = brief.host
        yield "773", "0 ", [("t", host.title), ("g", host.part), ("x", host.issn), ("z", host.isbn)]
    yield from (("852", "  ", [("a", name), ("0", iri)]) for iri, name in brief.libraries)
    yield from (("856", "40", [("u", address)]) for address in brief.digital)


def _name(maker: Maker, place: int) -> Field:
    """Return a name as main entry (`place` 0) or added entry (1), with its roles and its address."""
    tag = ("111", "711")[place] if maker.is_meeting else _TAGS[maker.is_person][place]
    roles: Subfields = [("4", role) for role in maker.roles]
    name: Subfields = [("a", maker.label)]
    if maker.is_person:
        dates = _DATES.search(maker.label)
        name = [("a", f"{maker.label[: dates.start()]},"), ("d", dates[1])] if dates else name
    return tag, f"{_entry(maker.label) if maker.is_person else '2'} ", [*name, *roles, ("0", maker.iri)]


def _entry(name: str) -> str:
    """Return the first indicator of a personal name: 1 when the family name comes first with a comma, else 0."""
    return "1" if "," in _DATES.sub("", name) else "0"


def _subject(subject: Subject) -> Field:
    heading, *divisions = re.split(r"\s*--\s*", subject.label)
    subfields: Subfields = [("a", heading), *(("x", text) for text in divisions), ("0", subject.iri)]
    if subject.kind == "agent":
        return _TAGS[subject.is_person][2], f"{_entry(heading) if subject.is_person else '2'}4", subfields
    return ("651" if subject.kind == "place" else "650"), " 4", subfields
