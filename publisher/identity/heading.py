"""What a heading says of whom or what it names: the evidence by which agents, concepts and places are told apart.

    1001 $aNguyễn, Du,$d1765-1820.    person, "nguyễn du", born 1765, died 1820

The name is in the order in which it is spoken: a Vietnamese heading that was turned round at a comma has its family
name in front all the same, a Western one has it behind. Marks stay; `bare_name` is without them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from publisher.identity.wording import bare, word_list
from publisher.rdf.description import Iri, Local, Node, Text, Typed, Value
from publisher.rdf.vietnamese import fold, spelled

KINDS = {
    "bf:Agent": "agent",
    "bf:Topic": "concept",
    "bf:GenreForm": "concept",
    "bf:Temporal": "concept",
    "bf:Place": "place",
    "bf:Hub": "work",
}
"""The kind of entity (the first part of its path) by the class of the node; hubs are entities only as authorities."""
SORTS = ("Person", "Family", "Meeting", "Jurisdiction", "Organization", "ComplexSubject")

_PART = re.compile(r"\$([a-z0-9])([^$]*)")
_YEAR = re.compile(r"(?<!\d)(\d{3,4})(?!\d)")
_ACTIVE = re.compile(r"\b(?:active|fl|floruit|jin|cent|century|thế kỷ|thế kỉ|hoạt động|b\.?\s?c|tcn)\b", re.IGNORECASE)
_DIED_ONLY = re.compile(r"^\s*(?:[-–]|d\.|died\b|mất\b)", re.IGNORECASE)
_HONOURS = re.compile(
    r"^(?:gs|pgs|ts|tskh|ths|ks|cn|bs|nsnd|nsut|ngnd|ngut|gvc|prof|dr|phd|ph d|giao su|tien si|thac si|ky su|bac si|"
    r"nha van|nha tho|sir|mr|mrs|ms)(?: |$)"
)
_PUBLISHER = re.compile(r"^(?:nhà xuất bản|nha xuat ban|n x b)\b")
_SYLLABLE = re.compile(r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_OUTSIDE = (
    ("id.loc.gov/rwo/agents/", "id.loc.gov/authorities/names/"),
    ("www.wikidata.org/wiki/", "www.wikidata.org/entity/"),
    ("www.isni.org/isni/", "isni.org/isni/"),
    ("www.viaf.org/viaf/", "viaf.org/viaf/"),
)
"""Addresses by which the same thing is called, and the one of them that is compared."""
_ONE_EACH = (
    "viaf.org/viaf/",
    "isni.org/isni/",
    "www.wikidata.org/entity/",
    "id.loc.gov/authorities/",
    "d-nb.info/gnd/",
)
"""Files in which a thing has one number: another number is another thing."""

FAMILY_NAMES = word_list("family-names.txt")
_BARE_FAMILY_NAMES = frozenset(map(fold, FAMILY_NAMES))


class Heading(NamedTuple):
    """The evidence of one heading; every field may be empty.

    `sort` is what is named ("Person", "Organization", ...; for concepts and places the name of the class); `name` the
    marked words in the order in which they are spoken; `beside` what else is part of the name (titles, numbers, dates
    that are no years of birth and death); `born` and `died` years; `scheme` the vocabulary that a concept belongs to;
    `numbers` by which it is known elsewhere ("viaf.org/viaf/1", "(VN-KT)A12").
    """

    kind: str
    sort: str
    name: str
    beside: str = ""
    born: str = ""
    died: str = ""
    scheme: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def bare_name(self) -> str:
        """The name without marks, by which namesakes are found."""
        return " ".join(map(bare, self.name.split()))

    @property
    def dated(self) -> bool:
        """Whether a year of birth or death is given."""
        return bool(self.born or self.died)


def heading_of(node: Node, label: str) -> Heading | None:
    """Return the evidence of the heading that `node` was made of and that is labelled `label`; None for no entity."""
    kind = KINDS.get(node.cls)
    if kind is None:
        return None
    sort, scheme = sort_of(node), ""
    if kind == "agent":
        key = next((value for value in map(_plain, node.values("bflc:marcKey")) if value), "")
        said = _agent(sort, key, label)
    else:
        scheme = scheme_of(node)
        said = Heading(kind, sort, " -- ".join(spelled(part) for part in label.split("--")).strip(" -"))
    born, died = (_first_year(node, prop) for prop in ("madsrdf:birthDate", "madsrdf:deathDate"))
    return said._replace(
        born=said.born or born, died=said.died or died, scheme=scheme, numbers=tuple(sorted(set(_numbers(node))))
    )


def sort_of(node: Node) -> str:
    """Return what is named, as precisely as the node says it."""
    types = {value.rpartition("/")[2].rpartition("#")[2] for value in node.values("rdf:type") if isinstance(value, Iri)}
    found = next((sort for sort in SORTS if sort in types), "")
    return found or ("" if node.cls == "bf:Agent" else node.cls[3:])


def scheme_of(node: Node) -> str:
    """Return the vocabulary that a subject or genre belongs to, "" where the heading does not say."""
    for value in node.values("madsrdf:isMemberOfMADSScheme"):
        if isinstance(value, Iri):
            return str(value).rpartition("/authorities/")[2]
    for value in node.values("bf:source"):
        if isinstance(value, Iri):
            return str(value).rpartition("/")[2]
        if isinstance(value, Node):
            return next((str(code) for code in value.values("bf:code")), "")
    return ""


# Names ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _agent(sort: str, key: str, label: str) -> Heading:
    parts = [(code, value.strip()) for code, value in _PART.findall(key[5:])]
    if sort in ("Person", "Family") and parts:
        return _person(sort, key[3:4], parts)
    name = spelled(label)
    return Heading("agent", sort, _PUBLISHER.sub("nxb", name) if sort in ("", "Organization") else name)


def _person(sort: str, ind1: str, parts: list[tuple[str, str]]) -> Heading:
    name = spoken(next((value for code, value in parts if code == "a"), ""), forename=ind1 == "0")
    dates = " ".join(value for code, value in parts if code == "d")
    beside = [_without_honours(spelled(value)) for code, value in parts if code in "bcj"]
    born, died, other = years_of(dates)
    return Heading("agent", sort, name, " ".join(part for part in (*beside, other) if part), born, died)


def spoken(name: str, *, forename: bool = False) -> str:
    """Return the words of a personal name in the order in which they are spoken.

    >>> spoken("Nguyễn, Du,"), spoken("Nguyễn Du"), spoken("King, Stephen."), spoken("Y Điêng", forename=True)
    ('nguyễn du', 'nguyễn du', 'stephen king', 'y điêng')
    """
    before, comma, after = name.strip(" ,.;:/").partition(",")
    first, rest = spelled(before), spelled(after)
    if not comma or not rest or forename or _family_first(first, rest):
        return f"{first} {rest}".strip()
    return f"{rest} {first}"


def _family_first(first: str, rest: str) -> bool:
    """Return whether a name turned round at a comma is a Vietnamese one, whose family name stays in front."""
    words = [*first.split(), *rest.split()]
    if any(not word.isascii() for word in words):
        return words[0] in FAMILY_NAMES or (words[0].isascii() and bare(words[0]) in _BARE_FAMILY_NAMES)
    return words[0] in _BARE_FAMILY_NAMES and all(_SYLLABLE.fullmatch(word) for word in words)


def _without_honours(words: str) -> str:
    return "" if _HONOURS.match(fold(words)) else words


def years_of(dates: str) -> tuple[str, str, str]:
    """Return the years of birth and death that $d tells, and what it says where it tells none.

    >>> years_of("1765-1820."), years_of("1944-"), years_of("-1820"), years_of("active 16th century")
    (('1765', '1820', ''), ('1944', '', ''), ('', '1820', ''), ('', '', 'active 16th century'))
    """
    if not dates:
        return "", "", ""
    found = _YEAR.findall(dates)
    if _ACTIVE.search(dates) or not found:
        return "", "", spelled(dates)
    if _DIED_ONLY.match(dates):
        return "", found[0], ""
    return found[0], found[1] if len(found) > 1 else "", ""


# Numbers --------------------------------------------------------------------------------------------------------------


def _numbers(node: Node) -> list[str]:
    found: list[str] = []
    if isinstance(node.iri, Iri) and not isinstance(node.iri, Local):
        found.append(outside_number(node.iri))
    for prop, value in node.arcs:
        if prop in ("madsrdf:isIdentifiedByAuthority", "madsrdf:hasExactExternalAuthority", "madsrdf:identifiesRWO"):
            if isinstance(value, Iri):
                found.append(outside_number(value))
        elif prop == "bf:identifiedBy" and isinstance(value, Node) and value.cls == "bf:Identifier":
            by = next((agency for each in ("bf:source", "bf:assigner") for agency in value.values(each)), None)
            code = next((_plain(code) for code in by.values("bf:code")), "") if isinstance(by, Node) else ""
            number = next((_plain(number) for number in value.values("rdf:value")), "")
            if code and number:
                found.append(own_number(code, number))
    return found


def outside_number(address: str) -> str:
    """Return the address of a thing in a file of authorities as it is compared.

    >>> outside_number("http://id.loc.gov/rwo/agents/n80015231")
    'id.loc.gov/authorities/names/n80015231'
    """
    plain = address.partition("://")[2].rstrip("/#.")
    for one, other in _OUTSIDE:
        if plain.startswith(one):
            return other + plain[len(one) :]
    return plain


def own_number(agency: str, number: str) -> str:
    """Return a control number with its organization as it is compared: "(VN-KT)A12"."""
    return f"({agency.strip().upper()}){''.join(number.split()).upper()}"


def other_number(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    """Return why the numbers of two headings say that they are two, or ""."""
    for file in _ONE_EACH:
        ours, theirs = ({number for number in its if number.startswith(file)} for its in (a, b))
        if ours and theirs and ours.isdisjoint(theirs):
            return f"{min(ours)} is not {min(theirs)}"
    return ""


def _plain(value: Value) -> str:
    if isinstance(value, Text | Typed):
        return value.value
    return value if isinstance(value, str) else ""


def _first_year(node: Node, prop: str) -> str:
    return next((found.group() for value in node.values(prop) if (found := _YEAR.search(_plain(value)))), "")
