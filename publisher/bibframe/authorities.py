"""Authority records: agents, works, concepts and places with their other names and what they are related to.

    describe_authority(record)    [bf:Topic <http://id.loc.gov/authorities/subjects/sh2009007818> rdfs:label ...]

The node is the one that a heading in a bibliographic record leads to: with the same class, the same scheme and, where
the authority is the Library of Congress', the same IRI, so that what either says comes together. What is related (5XX)
is described likewise, so that it leads to its own authority.

Source: MARC 21 Format for Authority Data; MADS/RDF 1; SKOS. What is for cataloguers only (667, 675) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.bibframe.admin import is_date
from publisher.bibframe.agents import agent, agent_type, labels, marc_key, marc_keys, name
from publisher.bibframe.field import MarcField, Profile
from publisher.bibframe.headings import SUBJECT_SCHEMES, thesaurus
from publisher.bibframe.hubs import hub_arcs, title_label
from publisher.bibframe.linkage import linked_fields
from publisher.bibframe.locations import addresses
from publisher.bibframe.subfields import ORGANIZATIONS, identifier, uri_of
from publisher.bibframe.subjects import GENRE_SCHEMES
from publisher.bibframe.text import chop, code_for_iri, edtf_046
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Local, Node, Sequence, Text, Typed, literal, node
from publisher.rdf.terms import term
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Record

LOC = "http://id.loc.gov/authorities/"
REAL_WORLD = "http://id.loc.gov/rwo/agents/"
LOC_FILES = {
    "sh": "subjects", "sj": "childrensSubjects", "gf": "genreForms", "dg": "demographicTerms",
    "mp": "performanceMediums",
}  # fmt: skip
"""The first letters of a control number of the Library of Congress; all that begin with n are names."""

CLASSES = {"48": "bf:Temporal", "51": "bf:Place", "55": "bf:GenreForm", "62": "bf:MusicMedium"}
"""What a heading that is neither name nor title is, by the last two digits of its tag; all others are topics."""
KINDS = {
    "00": "madsrdf:PersonalName", "10": "madsrdf:CorporateName", "11": "madsrdf:ConferenceName",
    "30": "madsrdf:Title", "47": "madsrdf:Topic", "48": "madsrdf:Temporal", "50": "madsrdf:Topic",
    "51": "madsrdf:Geographic", "55": "madsrdf:GenreForm", "62": "madsrdf:Topic", "80": "madsrdf:Topic",
    "81": "madsrdf:Geographic", "82": "madsrdf:Temporal", "85": "madsrdf:GenreForm",
}  # fmt: skip
"""The kind of authority by the last two digits of the tag (180-185 are subdivisions)."""
SUBDIVISIONS = {"v": "madsrdf:GenreForm", "x": "madsrdf:Topic", "y": "madsrdf:Temporal", "z": "madsrdf:Geographic"}
RELATIONS = {
    "a": ("madsrdf:hasEarlierEstablishedForm", "dcterms:replaces"),
    "b": ("madsrdf:hasLaterEstablishedForm", "dcterms:isReplacedBy"),
    "g": ("madsrdf:hasBroaderAuthority", "skos:broader"),
    "h": ("madsrdf:hasNarrowerAuthority", "skos:narrower"),
}
"""What the first character of $w in a 5XX says: in MADS, and in words that more readers know."""
RELATED = ("madsrdf:hasReciprocalAuthority", "skos:related")
THESAURI = {"a": "0", "b": "1", "c": "2", "d": "3", "k": "5", "v": "6"}
"""The second indicator of a subject heading by 008/11 of its authority; z leaves it to 040 $f."""
FILES = {
    "viaf": "http://viaf.org/viaf/", "isni": "https://isni.org/isni/", "wikidata": "http://www.wikidata.org/entity/",
    "geonames": "https://sws.geonames.org/", "fast": "http://id.worldcat.org/fast/", "gnd": "https://d-nb.info/gnd/",
    "orcid": "https://orcid.org/", "gettyulan": "http://vocab.getty.edu/ulan/", "ulan": "http://vocab.getty.edu/ulan/",
    "gettytgn": "http://vocab.getty.edu/tgn/", "tgn": "http://vocab.getty.edu/tgn/",
    "naf": "http://id.loc.gov/authorities/names/", "lcnaf": "http://id.loc.gov/authorities/names/",
    "lcsh": "http://id.loc.gov/authorities/subjects/",
}  # fmt: skip
"""What the addresses in other files of authorities begin with, by $2 of 024 (Standard Identifier Source Codes)."""
DATES = {"f": "madsrdf:birthDate", "g": "madsrdf:deathDate", "q": "madsrdf:establishDate", "r": "madsrdf:terminateDate",
         "s": "madsrdf:activityStartDate", "t": "madsrdf:activityEndDate"}  # fmt: skip
ABOUT = {
    "368": ("abcd", "madsrdf:entityDescriptor"), "370": ("abcefg", "madsrdf:associatedLocale"),
    "372": ("a", "madsrdf:fieldOfActivity"), "373": ("a", "madsrdf:hasAffiliation"),
    "374": ("a", "madsrdf:occupation"),
}  # fmt: skip
PLACES = {"a": "madsrdf:birthPlace", "b": "madsrdf:deathPlace"}
NOTES = {"678": "madsrdf:note", "680": "madsrdf:note", "665": "madsrdf:historyNote", "682": "madsrdf:deletionNote"}

_LCCN = re.compile(r"(sh|sj|gf|dg|mp|n[a-z]{0,2})([0-9]{8,10})")
_NAMES = ("00", "10", "11")


def describe_authority(record: Record) -> Node:
    """Return what an authority record describes. Never raises for what the record says.

    A record without a heading gives a topic without a label.
    """
    fields = _fields(record)
    heading = _heading_field(fields)
    control = _control_number(record)
    if heading is None:
        return node("bf:Topic", _identifiers(record, control), _address(record, control) or Local("Authority"))
    scheme = _scheme(record, heading)
    cls, arcs = _heading(heading, scheme)
    authority = _address(record, control)
    iri = authority
    if cls == "bf:Agent" and authority is not None and authority.startswith(LOC + "names/"):
        iri = Iri(REAL_WORLD + authority.rpartition("/")[2])
        arcs.append(("madsrdf:isIdentifiedByAuthority", authority))
    arcs += _identifiers(record, control)
    for field in fields:
        arcs += _said(field, scheme)
    return node(cls, arcs, iri or Local("Authority"))


def variant_headings(record: Record) -> list[Node]:
    """Return the other names of what an authority record describes (4XX), each as a heading would name it."""
    fields = _fields(record)
    heading = _heading_field(fields)
    scheme = _scheme(record, heading) if heading is not None else ()
    variants = [field for field in fields if field.tag[0] == "4" and field.tag[1:] in KINDS and _words(field)]
    return [node(*_heading(field, scheme)) for field in variants]


def headings(record: Record) -> int:
    """Return how many headings (1XX) an authority record has; it should be one."""
    return sum(field.tag[:1] == "1" and field.tag[1:] in KINDS for field in record.fields)


def numbers(record: Record) -> list[tuple[str, str]]:
    """Return the control numbers of an authority record as (organization, number): 001 with 003, 010, 035."""
    found = [(squeeze(record.control("003")), record.control("001").strip())]
    control = _control_number(record)
    found.append(("DLC", control))
    for field in record.all("035"):
        for value in field.all("a"):
            agency, bracket, number = value.strip().removeprefix("(").partition(")")
            if bracket and value.strip().startswith("("):
                found.append((agency, number.strip()))
    return [(agency, number) for agency, number in dict.fromkeys(found) if agency and number]


def account(record: Record) -> list[Arc]:
    """Return what is said of an authority record itself besides who made it: its number, its last change, its rules."""
    arcs: list[Arc] = []
    number, stamp = squeeze(record.control("001")), record.control("005")
    if number:
        arcs.append(("bf:identifiedBy", Node("bf:Local", ("rdf:value", number))))
    if is_date(stamp[:8]):
        arcs.append(("bf:changeDate", Typed(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}", "xsd:date")))
    for code in (squeeze(value) for field in record.all("040") for value in field.all("e")):
        if code:
            iri = Iri(f"http://id.loc.gov/vocabulary/descriptionConventions/{code_for_iri(code)}")
            arcs.append(("bf:descriptionConventions", Node("bf:DescriptionConventions", ("bf:code", code), iri=iri)))
    return arcs


def _fields(record: Record) -> list[MarcField]:
    return linked_fields(record, Profile(record.leader[6:7], record.leader[7:8], record.leader[18:19], ""))


def _heading_field(fields: list[MarcField]) -> MarcField | None:
    found = [field for field in fields if field.tag[:1] == "1" and not field.vernacular]
    return next((field for field in found if field.tag[1:] in KINDS and _words(field)), next(iter(found), None))


def _scheme(record: Record, heading: MarcField) -> tuple[Arc, ...]:
    """Return the vocabulary that a subject, place or genre is part of (008/11, 040 $f)."""
    kind = heading.tag[1:]
    if kind in _NAMES or kind == "30":
        return ()
    code = record.control("008")[11:12]
    if code in THESAURI:
        return thesaurus(THESAURI[code])
    stem = GENRE_SCHEMES if kind == "55" else SUBJECT_SCHEMES
    said = next((squeeze(value) for field in record.all("040") for value in field.all("f")), "")
    name = code_for_iri(said) if said else ""
    return (("bf:source", Iri(stem + name)),) if name else ()


# The heading ----------------------------------------------------------------------------------------------------------


def _heading(field: MarcField, scheme: tuple[Arc, ...] = ()) -> tuple[str, list[Arc]]:
    """Return the class of what the heading names, and what it says of it; `scheme` is the vocabulary of a subject."""
    kind = field.tag[1:]
    if kind in _NAMES and not field.has("t"):
        return "bf:Agent", [*agent_type(field), *labels(field), *_authoritative(field), *marc_keys(field)]
    if kind in _NAMES or kind == "30":
        by: list[Arc] = []
        if kind in _NAMES:
            by.append(("bf:contribution", Node("bf:Contribution", ("bf:agent", agent(field)))))
        return "bf:Hub", [("rdfs:label", _label(field)), *_authoritative(field), *hub_arcs(field, contributions=by)]
    # A heading in a bibliographic record has these words in this order, so that both are one entity in the store.
    arcs: list[Arc] = [("rdf:type", term(_authority_class(field))), ("rdfs:label", _label(field))]
    arcs += [*_authoritative(field), *scheme]
    components = _components(field)
    if len(components) > 1:
        arcs.append(("madsrdf:componentList", Sequence(tuple(components))))
    arcs.append(("bflc:marcKey", marc_key(field)))
    return CLASSES.get(kind, "bf:Topic"), arcs


def _authority_class(field: MarcField) -> str:
    return "madsrdf:ComplexSubject" if len(_components(field)) > 1 else KINDS.get(field.tag[1:], "madsrdf:Topic")


def _authoritative(field: MarcField) -> Iterator[Arc]:
    for each in (field, field.twin):
        if each is not None and _words(each):
            yield "madsrdf:authoritativeLabel", literal(_words(each), each.lang)


def _words(field: MarcField) -> str:
    """Return the heading in one line: subdivisions behind two hyphens."""
    kind = field.tag[1:]
    if kind in _NAMES or kind == "30":
        whole = name(field) if kind in _NAMES else ""
        title = title_label(field) if kind == "30" or field.has("t") else ""
        main = chop(" ".join(part for part in (whole, title) if part))
    else:
        main = chop(" ".join(value for code, value in field.subfields if code in "abcdg"))
    return "--".join(part for part in (main, *(chop(value) for value in field.all("vxyz"))) if part)


def _label(field: MarcField) -> str | Text:
    return literal(_words(field), field.lang)


def _components(field: MarcField) -> list[Node]:
    main = chop(" ".join(value for code, value in field.subfields if code in "abcdg"))
    parts = [(KINDS.get(field.tag[1:], "madsrdf:Topic"), main)] if main else []
    parts += [(SUBDIVISIONS[code], chop(value)) for code, value in field.subfields if code in SUBDIVISIONS]
    return [Node(cls, ("madsrdf:authoritativeLabel", literal(said, field.lang))) for cls, said in parts if said]


# What else the record says --------------------------------------------------------------------------------------------


def _said(field: MarcField, scheme: tuple[Arc, ...]) -> Iterator[Arc]:
    tag = field.tag
    if tag[0] == "4" and tag[1:] in KINDS:
        yield from _variant(field)
    elif tag[0] == "5" and tag[1:] in KINDS:
        yield from _related(field, scheme)
    elif tag[0] == "7" and tag[1:] in KINDS:
        yield from _elsewhere(field)
    elif tag == "046":
        yield from _dates(field)
    elif tag in ABOUT:
        yield from _about(field)
    elif tag == "377":
        yield from _languages(field)
    elif tag == "670":
        yield from _source(field)
    elif tag in NOTES:
        words = squeeze(" ".join(field.all("ai")))
        if words:
            yield NOTES[tag], literal(words, field.lang)
            yield ("skos:scopeNote" if tag == "680" else "skos:note"), literal(words, field.lang)
    elif tag == "856":
        for address in addresses(field):
            yield "rdfs:seeAlso", address


def _variant(field: MarcField) -> Iterator[Arc]:
    """Yield another name (4XX)."""
    words = _words(field)
    if words:
        kind = term(KINDS[field.tag[1:]])
        label = literal(words, field.lang)
        yield "madsrdf:hasVariant", Node("madsrdf:Variant", ("rdf:type", kind), ("madsrdf:variantLabel", label))
        yield "skos:altLabel", label


def _related(field: MarcField, scheme: tuple[Arc, ...]) -> Iterator[Arc]:
    """Yield another authority (5XX), and how it is related ($w, or the words of $i)."""
    words = _words(field)
    prop, common = RELATIONS.get(field.first("w")[:1], RELATED)
    address = _first_address(field)
    if not words:
        if address is not None:
            yield prop, address
        return
    cls, arcs = _heading(field, scheme)
    arcs += [identifier(value) for value in field.all("0") if not uri_of(value)]
    other = node(cls, arcs, address)
    yield prop, other
    if common.startswith("dcterms:") or (cls not in ("bf:Agent", "bf:Hub")):
        yield common, other
    for said in map(chop, field.all("i")):
        if said:
            yield (
                "bf:note",
                Node("bf:Note", ("bf:noteType", "relationship"), ("rdfs:label", f"{said.rstrip(':')}: {words}")),
            )


def _elsewhere(field: MarcField) -> Iterator[Arc]:
    """Yield the same thing in another file of authorities (7XX)."""
    address = _first_address(field)
    words = _words(field)
    if address is not None:
        yield "madsrdf:hasExactExternalAuthority", address
    elif words:
        arcs: list[Arc] = [("madsrdf:authoritativeLabel", literal(words, field.lang))]
        arcs += [identifier(value) for value in field.all("0")]
        yield "madsrdf:hasCloseExternalAuthority", node(KINDS[field.tag[1:]], arcs)


def _first_address(field: MarcField) -> Iri | None:
    address = next(filter(None, map(uri_of, field.all("01"))), "")
    return Iri(address) if address else None


def _dates(field: MarcField) -> Iterator[Arc]:
    for code, value in field.subfields:
        if code in DATES and value:
            date = value if field.first("2") == "edtf" else edtf_046(value)
            yield DATES[code], Typed(date, "datatypes:edtf")


def _about(field: MarcField) -> Iterator[Arc]:
    codes, prop = ABOUT[field.tag]
    for code, value in field.subfields:
        words = chop(value)
        if code in codes and words:
            which = PLACES.get(code, prop) if field.tag == "370" else prop
            kind = "madsrdf:Geographic" if field.tag == "370" else "madsrdf:Authority"
            yield which, Node(kind, ("rdfs:label", literal(words, field.lang)))


def _languages(field: MarcField) -> Iterator[Arc]:
    known = codelist("languages") if field.ind2 != "7" else codelist("iso639-3")
    for code in map(squeeze, field.all("a")):
        iri = known.iri(code)
        if iri:
            yield "madsrdf:associatedLanguage", Iri(iri)


def _source(field: MarcField) -> Iterator[Arc]:
    """Yield where a fact was found (670)."""
    arcs: list[Arc] = [("madsrdf:citationSource", squeeze(value)) for value in field.all("a") if squeeze(value)]
    arcs += [("madsrdf:citationNote", squeeze(value)) for value in field.all("b") if squeeze(value)]
    arcs += [("bf:electronicLocator", address) for address in addresses(field)]
    if arcs:
        yield "madsrdf:hasSource", node("madsrdf:Source", arcs)


# What it is called by number ------------------------------------------------------------------------------------------


def _control_number(record: Record) -> str:
    """Return the Library of Congress' number of the record, without spaces, or ""."""
    numbers = [value for field in record.all("010") for value in field.all("a")]
    if "DLC" in record.control("003"):
        numbers.append(record.control("001"))
    return next((plain for plain in (value.replace(" ", "") for value in numbers) if _LCCN.fullmatch(plain)), "")


def _address(record: Record, control: str) -> Iri | None:
    """Return the authority's IRI: at id.loc.gov, or the address that the record gives itself (024)."""
    found = _LCCN.fullmatch(control)
    if found:
        return Iri(f"{LOC}{LOC_FILES.get(found.group(1), 'names')}/{control}")
    for field in record.all("024"):
        for value in field.all("a"):
            if "id.loc.gov/authorities/" in value and uri_of(value):
                return Iri(uri_of(value).replace("https://", "http://", 1))
    return None


def _identifiers(record: Record, control: str) -> list[Arc]:
    arcs: list[Arc] = []
    if control:
        arcs.append(("bf:identifiedBy", Node("bf:Lccn", ("rdf:value", control))))
    number, agency = squeeze(record.control("001")), squeeze(record.control("003"))
    if number and number.replace(" ", "") != control:
        by: list[Arc] = []
        if agency:
            iri = Iri(ORGANIZATIONS + code_for_iri(agency, strip_punctuation=True))
            by.append(("bf:assigner", Node("bf:Agent", ("bf:code", agency), iri=iri)))
        arcs.append(("bf:identifiedBy", node("bf:Local", [("rdf:value", number), *by])))
    for field in record.all("024"):
        for value in field.all("a"):
            address = uri_of(value) or _in_file(field.first("2"), value)
            if address:
                arcs.append(("madsrdf:hasExactExternalAuthority", Iri(address)))
            elif squeeze(value):
                source = [("bf:source", Node("bf:Source", ("bf:code", code))) for code in field.all("2")]
                arcs.append(("bf:identifiedBy", node("bf:Identifier", [("rdf:value", squeeze(value)), *source])))
    return arcs


def _in_file(code: str, value: str) -> str:
    """Return the address of a number in the file that 024 $2 names, or "" for a file that we do not know."""
    number = "".join(value.split())
    return f"{FILES[code]}{percent_encode(number)}" if code in FILES and number else ""
