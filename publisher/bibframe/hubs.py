"""Hubs: what a uniform title says of the work it names, whatever field it stands in (130, 240, X00-X11 $t, X30).

Source: Conversion specification 2.10, 240/X30 Uniform Titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.bibframe.agents import marc_keys, subfields_from
from publisher.bibframe.field import MarcField
from publisher.bibframe.language import subfield_language
from publisher.bibframe.subfields import applies_to, identifier, institution, names_address, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Node, literal, node
from publisher.rdf.terms import term
from publisher.sources.record import Record

NAMES = ("00", "10", "11")
"""The last two digits of tags in which a name comes first and the title follows in $t."""

_NOT_OF_TITLE = frozenset("ivwxyz012345678")
_NONFILING = {"130": 1, "630": 1, "730": 1, "240": 2, "440": 2, "830": 2}
_NO_RECORD = Record("", [])


def title_label(field: MarcField) -> str:
    """Return the title with all its additions; after a name it begins at $t, or at $k if there is no $t."""
    subfields = field.subfields
    if field.tag[1:] in NAMES:
        subfields = subfields_from(field, "t") or subfields_from(field, "k")
    return " ".join([value for code, value in subfields if code not in _NOT_OF_TITLE])


def _lang(field: MarcField, code: str) -> str:
    """Return the language of one subfield: $7 may tell it apart from the field's."""
    if "(bcp47/dpsf" not in field.content:
        return field.lang
    return subfield_language(field, code, field.lang, _NO_RECORD)


def _texts(field: MarcField, prop: str, code: str, values: Iterable[str] | None = None) -> Iterator[Arc]:
    for value in field.all(code) if values is None else values:
        yield prop, literal(chop(value), _lang(field, code))


def _labelled(field: MarcField, prop: str, cls: str, code: str) -> Iterator[Arc]:
    for arc in _texts(field, "rdfs:label", code):
        yield prop, Node(cls, arc)


def nonfiling(field: MarcField, digit: str) -> Iterator[Arc]:
    """Yield how many characters are passed over in sorting, where an indicator says there are any."""
    if digit not in ("0", " "):
        yield "bflc:nonSortNum", literal(digit, field.lang)


def title(field: MarcField) -> Iterator[Arc]:
    """Yield the title: whole, in both scripts, and its parts; nothing where there is none (830 with $w only)."""
    arcs: list[Arc] = []
    if field.tag in _NONFILING:
        arcs += nonfiling(field, field.ind1 if _NONFILING[field.tag] == 1 else field.ind2)
    for each in (field, field.twin):
        whole = chop(title_label(each)) if each is not None else ""
        if each is not None and whole:
            arcs.append(("bf:mainTitle", literal(whole, each.lang)))
    # In the name of a meeting, $n is the number of the meeting.
    numbers = subfields_from(field, "t") if field.tag[1:] == "11" else field.subfields
    arcs += _texts(field, "bf:partNumber", "n", [value for code, value in numbers if code == "n"])
    arcs += _texts(field, "bf:partName", "p")
    if arcs:
        yield "bf:title", node("bf:Title", arcs)


def hub_arcs(
    field: MarcField, *, contributions: Arcs = (), sources: Arcs | None = None, keys: Arcs | None = None
) -> Iterator[Arc]:
    """Yield what the title in `field` says of its hub.

    `contributions` stand before the title; `sources` and `keys` replace what $2 and the field itself say.
    """
    kind = field.tag[1:]
    if field.has("o"):
        yield "rdf:type", term("bf:Arrangement")
    yield from contributions
    yield from title(field)
    for value in _treaty_dates(field):
        yield "bf:legalDate", literal(chop(value, parens=True), _lang(field, "d"))
    yield from _texts(field, "bf:originDate", "f")
    yield from _labelled(field, "bf:language", "bf:Language", "l")
    yield from _labelled(field, "bf:musicMedium", "bf:MusicMedium", "m")
    yield from _labelled(field, "bf:keyMode", "bf:KeyMode", "r")
    # The specification has a literal here, the reference conversion a resource: who looks for either finds it.
    yield from _texts(field, "bf:musicKey", "r")
    yield from _texts(field, "bf:version", "s")
    if field.tag[0] == "7":
        for value in field.all("x"):
            yield "bf:identifiedBy", Node("bf:Issn", ("rdf:value", chop(value)))
    if kind in ("30", "40") or field.has("t"):
        yield from _identifiers(field)
        yield from source(field) if sources is None else sources
        yield from applies_to(field)
        yield from institution(field)
    yield from marc_keys(field) if keys is None else keys


def _treaty_dates(field: MarcField) -> list[str]:
    """Return $d where it dates a treaty: in a uniform title, or after the title that follows a corporate name."""
    if field.tag[1:] in ("30", "40"):
        return field.all("d")
    if field.tag[1:] == "10" and field.has("t"):
        return [value for code, value in subfields_from(field, "t") if code == "d"]
    return []


def _identifiers(field: MarcField) -> Iterator[Arc]:
    """Yield the $0s of the title, without the address that is the hub's own IRI."""
    its = subfields_from(field, "t") if field.has("t") else field.subfields
    values = [value for code, value in its if code == "0"]
    for value in [value for value in values if names_address(value)][1:]:
        yield identifier(value)
    for value in values:
        if not names_address(value):
            yield identifier(value)
