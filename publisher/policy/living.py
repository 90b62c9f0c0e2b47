"""Who may be living, by what headings say: what is said of the living is less than what is said of the dead.

Sound only where dates are given: a person without a date of death, or born within the longest human life, may be
living. Nobody is taken for dead because nothing is known.
"""

from __future__ import annotations

import re
from functools import cache

from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import spelled
from publisher.sources.record import DELIMITER, Field, Record

LONGEST_LIFE = 115
"""Years; the oldest person whose age is proven reached 122, and very few pass 115."""

_PERSONS = ("100", "600", "700", "800")
TAGS = frozenset({*_PERSONS, "046", "386", "880"})
"""Fields that may say something of a living person."""

_OF_PERSONS = {
    "100": "d", "400": "d", "046": "f", "368": "", "372": "", "373": "", "386": "", "670": "b", "678": "ab",
    "680": "ai", "880": "d",
}  # fmt: skip
"""Fields of a person's authority record, and the subfields in which a day of birth may stand."""
_TELL_OF_PERSONS = {"368": "abcd", "372": "a", "373": "a", "386": "a", "670": "b", "678": "ab", "680": "ai"}
"""Those in which it may be told to which people someone belongs."""
_MAKERS = ("100", "700")
_YEARS = re.compile(r"(?<!\d)(1\d{3}|20\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:\d{1,2}\s*[./-]\s*)?\d{1,2}\s*[./-]\s*(?=(?:1[89]|20)\d\d(?!\d))")
_ISO_DAY = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)-?(?:0[1-9]|1[0-2])(?:-?(?:0[1-9]|[12]\d|3[01]))?(?!\d)")
_MONTHS = re.compile(
    r"(?:ngày\s+\d{1,2}\s+)?tháng\s+\d{1,2}\s+(?:năm\s+)?(?=(?:1[89]|20)\d\d)|"
    r"(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+(?:\d{1,2},?\s+)?(?=(?:1[89]|20)\d\d)|"
    r"((?:1[89]|20)\d\d),?\s+(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?(?:\s+\d{1,2})?",
    re.I,
)
_DEAD = re.compile(r"(?:1\d{3}|20\d\d)\D{0,3}[-–]\D{0,12}(?:1\d{3}|20\d\d)|\bd\.|\bmất\b|\bdied\b", re.I)


SIGNS = ("tác giả", "dịch giả", "soạn giả", "nhà thơ", "nhà văn", "nghệ nhân")
"""Words without which no note says to which people its author belongs, in lower case."""
_AUTHOR_IS = re.compile(
    rf"(?<!\w)(?P<who>{'|'.join(SIGNS)})\s+(?:là\s+)?(?:người\s+dân\s+tộc|người|dân\s+tộc)\s+"
    r"(?P<people>[^\W\d_]+(?:[-\s][^\W\d_]+){0,2})",
    re.I,
)


def may_live(dates: str, year: int) -> bool:
    """Return whether someone with the `dates` of a heading ($d) may be living in `year`.

    >>> may_live("1944-", 2026), may_live("1765-1820", 2026), may_live("1850-", 2026), may_live("", 2026)
    (True, False, False, True)
    """
    if _DEAD.search(dates):
        return False
    years = [int(each) for each in _YEARS.findall(dates)]
    return not years or year - min(years) <= LONGEST_LIFE


def year_only(dates: str) -> str:
    """Return dates without days and months.

    >>> year_only("12/03/1944-"), year_only("1944-05-12"), year_only("1944 May 12-"), year_only("1944-1999")
    ('1944-', '1944', '1944-', '1944-1999')
    """
    shorter = _MONTHS.sub(lambda found: found[1] or "", dates)
    return _ISO_DAY.sub(lambda found: found[1], _DAY.sub("", shorter))


def born_without_day(field: Field, year: int) -> Field:
    """Return a heading, or a 046, without the day and month on which someone who may be living was born."""
    if field.tag in _PERSONS or (field.tag == "880" and field.first("6")[:3] in _PERSONS):
        dates = " ".join(field.all("d"))
        if dates and may_live(dates, year):
            return _changed(field, "d")
    elif field.tag == "046" and field.has("f") and not field.has("g") and may_live(field.first("f")[:4], year):
        return _changed(field, "f")
    return field


def of_an_authority(field: Field, record: Record, year: int) -> Field | None:
    """Return a field of the authority record of a person, who may be living, without the day of birth and the people.

    The same field where there is nothing to take out; None where what it says is the people that someone belongs to.
    Sound for the dates of the heading and of 046, and for what is written of the person (368, 4XX, 670, 678).
    """
    if field.tag not in _OF_PERSONS or not _may_be_of_the_living(record, year):
        return field
    told = _TELL_OF_PERSONS.get(field.tag, "")
    if any(code in told and _names_a_people(value) for code, value in field.subfields):
        return None
    subfields = [
        (code, year_only(value) if code in _OF_PERSONS[field.tag] else value) for code, value in field.subfields
    ]
    return field if subfields == list(field.subfields) else _with(field, subfields)


def _may_be_of_the_living(record: Record, year: int) -> bool:
    heading = record.first("100")
    if heading is None or heading.has("t"):
        return False
    dates = " ".join([*heading.all("d"), *(value for field in record.all("046") for value in field.all("g"))])
    died = any(field.has("g") for field in record.all("046"))
    return not died and may_live(dates, year)


def _names_a_people(value: str) -> bool:
    """Return whether some words say "dân tộc Ba Na" or "Bahnar people": to which people someone belongs."""
    if spelled(value) in _peoples() or _is_people(value):
        return True
    words = f" {spelled(value)} "
    of_people = " people " in words or " descent " in words
    return any(
        f" người {people} " in words or f" dân tộc {people} " in words or (of_people and f" {people} " in words)
        for people in _peoples()
    )


def without_people(text: str) -> str:
    """Return `text` without the words that say to which people of Viet Nam the author belongs.

    >>> without_people("Tác giả là người Ba Na ở Kon Tum."), without_people("Tác giả dân tộc Xơ Đăng")
    ('Tác giả […] ở Kon Tum.', 'Tác giả […]')
    >>> without_people("Tác giả là người Kon Tum"), without_people("Văn hoá của người Ba Na")
    ('Tác giả là người Kon Tum', 'Văn hoá của người Ba Na')
    """

    def gone(found: re.Match[str]) -> str:
        words = found["people"].split()
        for count in range(len(words), 0, -1):
            people, rest = " ".join(words[:count]), words[count:]
            if spelled(people) in _peoples() and people.lower() != "việt":
                # "người Thái Bình", "người Hoa Kỳ" name places that begin as a people does.
                place = bool(rest) and rest[0][0].isupper()
                return found[0] if place else " ".join([found["who"], "[…]", *rest])
        return found[0]

    return _AUTHOR_IS.sub(gone, text)


def _changed(field: Field, code: str) -> Field:
    subfields = [(each, year_only(value) if each == code else value) for each, value in field.subfields]
    if subfields == list(field.subfields):
        return field
    return _with(field, subfields)


def _with(field: Field, subfields: list[tuple[str, str]]) -> Field:
    content = field.content[:2] + "".join(f"{DELIMITER}{each}{value}" for each, value in subfields)
    return Field(field.tag, content, field.position)


def tells_ethnicity(field: Field, record: Record, year: int) -> bool:
    """Return whether a 386 names a people of Viet Nam while a maker of the work may be living."""
    if field.tag != "386" or not any(spelled(value) in _peoples() or _is_people(value) for value in field.all("a")):
        return False
    makers = [maker for maker in record.fields if maker.tag in _MAKERS]
    return not makers or any(may_live(" ".join(maker.all("d")), year) for maker in makers)


@cache
def _peoples() -> frozenset[str]:
    names: set[str] = set()
    for code in codelist("ethnic-groups").values():
        others = [each.strip() for each in code.more["other_names"].split("|")]
        names.update(spelled(name) for name in (code.vi, code.en, *others) if name)
    return frozenset(names)


def _is_people(value: str) -> bool:
    words = spelled(value)
    return any(words == f"{lead} {people}" for lead in ("người", "dân tộc") for people in _peoples()) or (
        words.endswith(" people") and words.removesuffix(" people") in _peoples()
    )
