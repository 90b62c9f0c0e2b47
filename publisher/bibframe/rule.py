"""What a conversion rule is.

    RULES = [
        rule("500", "General Note", "R", INSTANCE, note("a"),
             example="500 ## $aIncludes index.",
             makes='bf:note [bf:Note rdfs:label "Includes index."]'),
    ]

A rule says which field it reads (tag, the field's name in MARC 21, R or NR), on which of the record's resources it puts
what it makes, and how. `make` is a plain function from a `MarcField` to arcs; because it sees nothing but the field,
what it makes is remembered and shared by all records that have the same field.

Some rules need a little more of the record, or less than the whole field: a `fact_rule` first gathers the few facts it
depends on (008/18-34 and whether there is a 337, say), then makes its arcs of nothing but those, and is remembered by
them. What is left are `record_rule`s, which see the record and are asked every time. The example beside a rule is run
as a test.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.rdf.description import Arcs


class Target(Enum):
    """The resource of the record that a rule's arcs are put on."""

    ADMIN = "AdminMetadata"
    WORK = "Work"
    INSTANCE = "Instance"
    ITEM = "Item"
    """Copies, each made whole by its field: `bf:hasItem` with a `bf:Item`."""
    COPY = "Copy"
    """The copy of the institution that a field is about ($5); `publisher.bibframe.copies` gathers the fields of one."""


ADMIN, WORK, INSTANCE, ITEM, COPY = Target

Make = Callable[[MarcField], Arcs]
MakeFromRecord = Callable[[MarcField, RecordView], Arcs]
Facts = TypeVar("Facts", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the conversion."""

    tag: str
    name: str
    repeatable: bool
    target: Target
    make: Make | None
    make_from_record: MakeFromRecord | None
    example: str
    makes: str
    facts: Callable[[MarcField, RecordView], Any] | None = None
    """Gathers what `make_from_facts` depends on; None from it makes nothing."""
    make_from_facts: Callable[[Any], Arcs] | None = None


def rule(tag: str, name: str, repeat: str, target: Target, make: Make, *, example: str = "", makes: str = "") -> Rule:
    """Declare what `make` makes of field `tag`; `repeat` is "R" or "NR" as MARC 21 says."""
    return Rule(tag, name, repeat == "R", target, make, None, example, makes)


def record_rule(
    tag: str, name: str, repeat: str, target: Target, make: MakeFromRecord, *, example: str = "", makes: str = ""
) -> Rule:
    """Declare a rule that needs to see more of the record than its field. Prefer `rule`: this one is never cached."""
    return Rule(tag, name, repeat == "R", target, None, make, example, makes)


def fact_rule(
    tag: str,
    name: str,
    repeat: str,
    target: Target,
    facts: Callable[[MarcField, RecordView], Facts | None],
    make: Callable[[Facts], Arcs],
    *,
    example: str = "",
    makes: str = "",
) -> Rule:
    """Declare a rule whose arcs depend on a few `facts` of field and record only: a hashable value, or None for none.

    What `make` makes is remembered by the facts, so keep them small: a slice of the field, whether there is a 337.
    """

    def make_from_record(field: MarcField, record: RecordView) -> Arcs:
        known = facts(field, record)
        return () if known is None else make(known)

    return Rule(tag, name, repeat == "R", target, None, make_from_record, example, makes, facts, make)
