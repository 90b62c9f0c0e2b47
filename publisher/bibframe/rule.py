"""What a conversion rule is.

    RULES = [
        rule("500", "General Note", "R", INSTANCE, note("a"),
             example="500 ## $aIncludes index.",
             makes='bf:note [bf:Note rdfs:label "Includes index."]'),
    ]

A rule says which field it reads (tag, the field's name in MARC 21, R or NR), on which of the record's resources it puts
what it makes, and how. `make` is a plain function from a `MarcField` to arcs; because it sees nothing but the field,
what it makes is remembered and shared by all records that have the same field. The few rules that need more of the
record are `record_rule`s and are asked every time. The example beside a rule is run as a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.rdf.description import Arcs


class Target(Enum):
    """The resource of the record that a rule's arcs are put on."""

    ADMIN = "AdminMetadata"
    WORK = "Work"
    INSTANCE = "Instance"
    ITEM = "Item"


ADMIN, WORK, INSTANCE, ITEM = Target

Make = Callable[[MarcField], Arcs]
MakeFromRecord = Callable[[MarcField, RecordView], Arcs]


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


def rule(tag: str, name: str, repeat: str, target: Target, make: Make, *, example: str = "", makes: str = "") -> Rule:
    """Declare what `make` makes of field `tag`; `repeat` is "R" or "NR" as MARC 21 says."""
    return Rule(tag, name, repeat == "R", target, make, None, example, makes)


def record_rule(
    tag: str, name: str, repeat: str, target: Target, make: MakeFromRecord, *, example: str = "", makes: str = ""
) -> Rule:
    """Declare a rule that needs to see more of the record than its field. Prefer `rule`: this one is never cached."""
    return Rule(tag, name, repeat == "R", target, None, make, example, makes)
