"""What becomes of a record, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What becomes of a record."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says of one record, with the rule that said so and a sentence for people."""

    fate: Fate
    rule: str = ""
    reason: str = ""


PUBLISH = Decision(Fate.PUBLISHED)
