"""Description of the description: 001, 038, 040, 042 and when the record was made, changed and converted.

Source: Conversion specification 2.10, 001-007 and 010-048 (AdminMetadata); MARC 21 leader/05, 005, 008/00-05.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from publisher.bibframe.codes import LC, MARC_LANGUAGES, coded, typed_note
from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import ADMIN, Rule, record_rule, rule
from publisher.rdf.description import Arc, Arcs, Iri, Local, Node, Typed, literal, node
from publisher.rdf.resource import Made
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Field

CONVERTER = Local("Converter")
"""What made the description: in RDF/XML the reference whose shape it has, elsewhere Rông (see the writers)."""
CONVENTIONS = "http://id.loc.gov/vocabulary/descriptionConventions/"
AUTHENTICATION = "http://id.loc.gov/vocabulary/marcauthen/"
FIRST_YEAR_OF_MARC = 65
"""008/00-01 below this is a year after 2000."""

Agency = tuple[str, bool]
"""The code of an agency, and whether it is the Library of Congress."""


def history(record: RecordView, generated: str) -> Iterator[Made]:
    """Yield what became of the record: made new, last changed, converted at `generated` (left out when "").

    Events are remembered: many records were entered on one day, and all are converted at one moment. What an event is
    written about depends on the kind of record (leader), which is therefore the first of what it is remembered by.
    """
    kind = record.profile.instance_type
    sources = record.record.all("040")
    maker = _agency(sources, "a")
    changed = record.control("005")
    yield _entry(kind, record.control("008")[:6], changed[:8], maker)
    status = record.leader[5:6].strip() or "c"
    if status != "n":
        modifier = _agency(sources, "d", last=True)
        yield _change(kind, status, changed[:14], maker, modifier)
    for field in record.record.all("884"):
        if any("DLC bibframe2marc" in value for value in field.all("a")):
            yield _earlier_conversion(field)
    yield _conversion(kind, generated)


def _event(status: str, *arcs: Arc) -> Made:
    event = Node("bf:AdminMetadata", *coded("bf:status", "bf:Status", "record-status", status), *arcs)
    return Made((("bf:adminMetadata", event),))


@lru_cache(maxsize=1024)
def _entry(_kind: str, entered: str, changed: str, maker: Agency) -> Made:
    return _event("n", *_entered(entered, changed), *_agent("bf:agent", maker))


@lru_cache(maxsize=1024)
def _change(_kind: str, status: str, stamp: str, maker: Agency, modifier: Agency) -> Made:
    who = _agent("bf:descriptionModifier", modifier) if modifier[0] else _agent("bf:agent", maker)
    return _event(status, *_date_time(stamp), *who)


@lru_cache(maxsize=16)
def _conversion(_kind: str, generated: str) -> Made:
    moment = [("bf:date", Typed(generated, "xsd:dateTime"))] if generated else []
    return _event("c", ("bf:generationProcess", CONVERTER), *moment)


def _earlier_conversion(field: Field) -> Made:
    """Return what 884 tells of an earlier conversion from BIBFRAME."""
    agencies = field.all("q")
    process: list[Arc] = [("bf:generationProcess", Iri(value)) for value in field.all("u")[:1] if value]
    agent = _agent("bf:agent", (agencies[0] if agencies else "", "DLC" in agencies))
    return _event("c", *_date_time(field.first("g")), *agent, *process)


def _entered(fixed: str, changed: str) -> Iterator[Arc]:
    """Yield the day when the record was entered: 008/00-05, or 005 where that is earlier."""
    century = "20" if fixed[:2].isdigit() and int(fixed[:2]) < FIRST_YEAR_OF_MARC else "19"
    entered = f"{century}{fixed[:6]}"
    day = changed[:8] if is_date(changed[:8]) and is_date(entered) and entered > changed[:8] else entered
    if is_date(day):
        yield "bf:date", Typed(f"{day[:4]}-{day[4:6]}-{day[6:8]}", "xsd:date")


def _date_time(stamp: str) -> Iterator[Arc]:
    """Yield the moment that 005 or 884 $g tells (yyyymmddhhmmss.f); nothing for one that never was."""
    if is_date(stamp[:8]):
        day, time = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}", stamp[8:14]
        clock = f"{time[:2]}:{time[2:4]}:{time[4:6]}" if len(time) == len("hhmmss") and time.isdigit() else "00:00:00"
        yield "bf:date", Typed(f"{day}T{clock}", "xsd:dateTime")


@lru_cache(maxsize=1024)
def is_date(digits: str) -> bool:
    """Return whether `digits` (yyyymmdd) are a day that there was."""
    if len(digits) != len("yyyymmdd") or not (digits.isascii() and digits.isdigit()):
        return False
    try:
        return bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False


def _agency(sources: list[Field], code: str, *, last: bool = False) -> Agency:
    """Return the agency in 040 `code`, and whether the Library of Congress is the one or among several."""
    named = [field.all(code)[-1:] if last else field.all(code) for field in sources]
    agencies = [agency for values in named for agency in values if agency]
    return (agencies[0] if agencies else "", "DLC" in agencies)


def _agent(prop: str, agency: Agency) -> Iterator[Arc]:
    code, is_lc = agency
    if code:
        yield prop, Node("bf:Agent", ("bf:code", code), iri=LC if is_lc else None)


def control_number(field: MarcField, record: RecordView) -> Arcs:
    """Make the identifier of the description; its assigner is 003, else the Library of Congress, as the reference says.

    But not where 040 names only other agencies: then nobody can know whose number it is.
    """
    if not field.content.strip():
        return
    agencies = [value.content for value in record.record.all("003") if value.content]
    if agencies:
        agency = "DLC" if "DLC" in agencies else agencies[0]
    else:
        makers = [value for source in record.record.all("040") for value in source.all("acd")]
        agency = "DLC" if "DLC" in makers or not makers else ""
    yield (
        "bf:identifiedBy",
        node("bf:Local", [("rdf:value", field.content), *_agent("bf:assigner", (agency, agency == "DLC"))]),
    )


def licensor(field: MarcField) -> Arcs:
    """Make who licenses the record."""
    for value in field.all("a"):
        if value.strip():
            label = ("rdfs:label", literal(value, field.lang))
            yield "bflc:metadataLicensor", Node("bflc:MetadataLicensor", label)


def cataloging_source(field: MarcField) -> Arcs:
    """Make the language and the rules of the description, and keep the whole field as an internal note."""
    for value in field.all("b"):
        code = squeeze(value)
        if len(value) == len("vie") and code:
            yield "bf:descriptionLanguage", Node("bf:Language", iri=Iri(MARC_LANGUAGES + percent_encode(code)))
        elif code:
            yield "bf:descriptionLanguage", Node("bf:Language", ("bf:code", value))
    for value in field.all("e"):
        if squeeze(value):
            yield description_conventions(value)
    yield typed_note("internal", marc_key(field))


def description_conventions(code: str) -> Arc:
    """Return `bf:descriptionConventions` for `code`; the name of a set of rules, with spaces, gets no address."""
    plain = squeeze(code)
    iri = None if " " in plain else Iri(CONVENTIONS + percent_encode(plain))
    return "bf:descriptionConventions", Node("bf:DescriptionConventions", ("bf:code", code), iri=iri)


def marc_key(field: MarcField) -> str:
    """Return the field in one line as the reference keeps it: tag, indicators, `$` and each subfield.

    >>> from publisher.bibframe.field import Profile
    >>> marc_key(MarcField(Field.data("040", "  ", ("a", "DLC"), ("e", "rda")), Profile("a", "m", " ", "")))
    '040  $aDLC$erda'
    """
    tag = "880" if field.vernacular else field.tag
    return f"{tag}{field.ind1}{field.ind2}" + squeeze(
        "".join(f"${code}{squeeze(value)}" for code, value in field.subfields)
    )


def authentication(field: MarcField) -> Arcs:
    """Make the programmes that the record meets the standards of (pcc, lc ...)."""
    for value in field.all("a"):
        code = squeeze(value)
        if code:
            iri = Iri(AUTHENTICATION + percent_encode(code))
            yield "bf:descriptionAuthentication", node("bf:DescriptionAuthentication", [("bf:code", value)], iri)


RULES: list[Rule] = [
    record_rule(
        "001", "Control Number", "NR", ADMIN, control_number,
        example="001 ocm123",
        makes='bf:identifiedBy [bf:Local rdf:value "ocm123"; bf:assigner '
        '[bf:Agent <http://id.loc.gov/vocabulary/organizations/dlc> bf:code "DLC"]]',
    ),
    rule("038", "Record Content Licensor", "NR", ADMIN, licensor),
    rule("040", "Cataloging Source", "NR", ADMIN, cataloging_source),
    rule(
        "042", "Authentication Code", "NR", ADMIN, authentication,
        example="042 ## $apcc",
        makes="bf:descriptionAuthentication [bf:DescriptionAuthentication "
        '<http://id.loc.gov/vocabulary/marcauthen/pcc> bf:code "pcc"]',
    ),
]  # fmt: skip
