"""What conversion cannot make sense of in a record, said for the ledger: (tag, reason).

    for tag, reason in doubts(record): ...

Conversion itself goes as far as sense goes and says nothing; here is what it passed over or kept as plain text: tags
that MARC 21 does not know, indicators without a meaning, fields without content, links to nothing, 008s of a wrong
length, dates that are none, addresses that lead nowhere. What readers had to repair (control characters, encodings,
lengths) is in `Record.warnings` already.

Source: MARC 21 Format for Bibliographic Data; Conversion specification 2.10.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from publisher.bibframe import RULES, coverage
from publisher.bibframe.field import MarcField, Profile
from publisher.bibframe.indicators import defined
from publisher.bibframe.locations import web_address
from publisher.bibframe.subfields import uri_of
from publisher.rdf.iri import NEVER, fit_iri
from publisher.sources.record import DELIMITER, Field, Record

Doubt = tuple[str, str]
"""A tag and a reason."""

PASSED_OVER = """
001 002 003 004 005 006 007 008 009 010 012 013 018 019 026 029 031 032 036 038 042 044 051 061 066 071 074 083 085
088 091 092 096 098 251 256 257 258 260 261 262 263 264 265 270 301 303 305 306 307 308 309 315 334 335 336 337 338
340 341 342 343 344 345 346 347 348 350 351 352 353 355 357 359 361 363 365 366 370 377 380 381 382 383 384 385 386
387 388 507 509 512 514 517 518 523 526 527 535 537 542 543 549 551 552 562 565 567 570 582 584 587 654 657 658 662
688 705 715 751 753 754 755 788 841 842 843 844 845 850 851 853 854 855 857 859 863 864 865 866 867 868 870 871 872
873 876 877 878 880 881 882 883 884 885 886 887
"""
"""Tags that MARC 21 defines or has defined and that no rule reads, or that are read without a rule of their own."""

KNOWN = frozenset(rule.tag for rule in RULES) | frozenset(PASSED_OVER.split())
"""Tags that MARC 21 defines or has defined, some of which BIBFRAME has no place for."""

ON_LINE = ("856", "857", "859", "880")
"""Tags outside of 5XX in whose $u addresses stand."""

_LENGTH_OF_008 = 40
_YEAR = re.compile(r"[\duUX|-]{4}")
_LINK = re.compile(r"(\d{3})-(\d{2})(?:/|$)")
_DATES = {"033": coverage.capture, "045": coverage.times}
_CODED_DATES = {"046": "bcdeklmnop"}
_ANYTHING = Profile("a", "m", " ", "")


def doubts(record: Record) -> Iterator[Doubt]:
    """Yield once each what stands in the bibliographic `record` that conversion could make no sense of."""
    if record.kind == "bibliographic":
        yield from dict.fromkeys(_all(record))


def _all(record: Record) -> Iterator[Doubt]:
    yield from _of_fixed_fields(record)
    for field in record.fields:
        if not field.is_control:
            for reason in _of_field(field.tag, field.content):
                yield field.tag, reason
    yield from _of_links(record)
    if not record.raw.isascii():
        yield from _of_normal_forms(record.raw)


# Fixed fields ---------------------------------------------------------------------------------------------------------


def _of_fixed_fields(record: Record) -> Iterator[Doubt]:
    for field in record.fields:
        if field.is_control and not field.content.strip():
            yield field.tag, "is empty"
        elif field.is_control and not _is_known(field.tag):
            yield field.tag, "is no tag of MARC 21, so the field was passed over"
    fixed = record.first("008")
    if fixed is not None and fixed.content.strip():
        length = len(fixed.content)
        if length != _LENGTH_OF_008:
            yield "008", f"has {length} characters instead of {_LENGTH_OF_008}; what is in its place was read"
        entered = fixed.content[:6]
        if entered.strip(" |-#") and not _is_day(f"20{entered}" if entered < "50" else f"19{entered}"):
            yield "008", f"has no date in positions 00-05 but {entered!r}"
        for place, year in (("07-10", fixed.content[7:11]), ("11-14", fixed.content[11:15])):
            if (
                year.strip(" |#-")
                and not _YEAR.fullmatch(year)
                and not (place == "11-14" and fixed.content[6:7] == "e")
            ):
                yield "008", f"has no year in positions {place} but {year!r}"
    changed = record.control("005")
    if changed.strip() and not _is_day(changed[:8]):
        yield "005", f"has no date but {changed!r}"


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


# Fields by themselves -------------------------------------------------------------------------------------------------


def _is_known(tag: str) -> bool:
    """Return whether MARC 21 knows `tag`, or leaves it to libraries (a 9 in it: 9XX, X9X, XX9)."""
    return tag in KNOWN or "9" in tag


@lru_cache(maxsize=4096)
def _of_field(tag: str, content: str) -> tuple[str, ...]:
    """Return what is odd in a field, whatever record it is in."""
    if not _is_known(tag):
        return ("is no tag of MARC 21, so the field was passed over",)
    field = Field(tag, content)
    if not any(value.strip() for _, value in field.subfields):
        missing = DELIMITER not in content and content[2:].strip()
        return ("has no subfield codes, so it cannot be read" if missing else "is empty",)
    return (*_of_indicators(field), *_of_addresses(field), *_of_dates(field))


def _of_indicators(field: Field) -> Iterator[str]:
    """Yield indicators without a meaning; a blank in the place of one changes nothing."""
    tag = field.first("6")[:3] if field.tag == "880" else field.tag
    meant = defined().get(tag)
    if meant is None:
        return
    for name, value, values in (("first", field.ind1, meant[0]), ("second", field.ind2, meant[1])):
        if value != " " and value not in values:
            yield f"has {value!r} as its {name} indicator, which means nothing"


def _of_addresses(field: Field) -> Iterator[str]:
    for value in field.all("u") if field.tag[0] == "5" or field.tag in ON_LINE else ():
        if value.strip() and not fit_iri(web_address(value)):
            runs = value.strip().lower().startswith(NEVER)
            kept = "would run in the reader's browser, so it is no link" if runs else "is no address, so it stays text"
            yield f"$u {value[:80]!r} {kept}"
    for code in "01":
        for value in field.all(code):
            if "://" in value and not fit_iri(uri_of(value) or value.rpartition(")")[2]):
                yield f"${code} {value[:80]!r} is no address, so nothing is identified by it"


def _of_dates(field: Field) -> Iterator[str]:
    """Yield the dates in coded fields that are none in EDTF, and so were kept without a type."""
    if field.tag in _DATES:
        arcs = list(_DATES[field.tag](MarcField(field, _ANYTHING)))
        inner = [arc for _, value in arcs for arc in getattr(value, "arcs", ())]
        for prop, value in [*arcs, *inner]:
            if type(value) is str and prop in ("bf:date", "bf:temporalCoverage"):
                yield f"has no date but {value!r}, which stays text"
    for value in field.all(_CODED_DATES.get(field.tag, "")):
        digits = value.strip().lstrip("-")
        if digits and not digits.isdigit() and not set(digits) <= set("0123456789uX-~?%/. "):
            yield f"has no date but {value!r}, which stays text"


# Fields of the record together ----------------------------------------------------------------------------------------


def _of_links(record: Record) -> Iterator[Doubt]:
    """Yield $6s that cannot be read, and those at whose other end is no field."""
    regular: set[tuple[str, str]] = set()
    vernacular: set[tuple[str, str]] = set()
    linked: list[tuple[Field, str, str]] = []
    for field in record.fields:
        if field.tag != "880" and (f"{DELIMITER}6" not in field.content or field.tag > "840"):
            continue
        found = _LINK.match(field.first("6"))
        if found is None:
            yield field.tag, f"has $6 {field.first('6')!r}, which links to nothing"
            continue
        tag, number = found.groups()
        linked.append((field, tag, number))
        (vernacular if field.tag == "880" else regular).add((tag if field.tag == "880" else field.tag, number))
    for field, tag, number in linked:
        if number == "00":
            continue
        if field.tag == "880" and (tag, number) not in regular:
            yield "880", f"is linked to {tag} number {number}, which is not there; it was read as a {tag}"
        elif field.tag != "880" and (field.tag, number) not in vernacular:
            yield field.tag, f"is linked to an 880 number {number}, which is not there"


def _of_normal_forms(raw: bytes) -> Iterator[Doubt]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return
    if not unicodedata.is_normalized("NFC", text) and not unicodedata.is_normalized("NFD", text):
        yield "LDR", "the text mixes composed and decomposed letters; all were composed (NFC)"
