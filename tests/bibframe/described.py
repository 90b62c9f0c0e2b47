"""Records written as a cataloguer writes them, and what the conversion makes of them, in one line a resource."""

from __future__ import annotations

from publisher.bibframe import converter
from publisher.rdf.description import sketch
from publisher.rdf.resource import Description
from publisher.sources.record import Field, Record

BOOK = "00000cam a2200000 i 4500"


def record(*lines: str, leader: str = BOOK) -> Record:
    """Make a record of lines such as `020 ## $a9786041083585` (# is a blank) and `001 ocm123`."""
    return Record(leader, [_field(line, position) for position, line in enumerate(lines, start=2)])


def _field(line: str, position: int) -> Field:
    tag, rest = line[:3], line[4:]
    if tag.startswith("00"):
        return Field(tag, rest, position)
    indicators, *subfields = rest.split("$")
    pairs = [(subfield[0], subfield[1:]) for subfield in subfields]
    return Field.data(tag, indicators[:2].replace("#", " "), *pairs, position=position)


def described(*lines: str, leader: str = BOOK, generated: str = "") -> Description:
    """Return the description of such a record."""
    return converter().describe(record(*lines, leader=leader), "key", generated)


def work(*lines: str, leader: str = BOOK) -> str:
    """Return what the record makes on its work, in one line."""
    return sketch(described(*lines, leader=leader).work.arcs())


def instance(*lines: str, leader: str = BOOK) -> str:
    """Return what the record makes on its instance, in one line."""
    return sketch(described(*lines, leader=leader).instance.arcs())


def admin(*lines: str, leader: str = BOOK) -> str:
    """Return what the record makes on the description of itself, in one line."""
    return sketch(described(*lines, leader=leader).admin.arcs())
