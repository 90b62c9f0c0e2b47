"""What may go out: the one place where the conditions of publication are enforced.

A record is withheld when a rule matches, and every decision names the rule that made it. Fields that are configured to
stay in the house are taken out before anything else sees the record. The conditions are data (`[policy]` in rong.toml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from publisher.config import Policy as Conditions
from publisher.sources.record import DELIMITER, Field, Record


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

_OPEN_506 = "0"
_FREE_ACCESS = re.compile(
    r"no restrictions?|unrestricted|open(ly)? access|open to|freely available|không hạn chế|truy cập mở|tự do", re.I
)


class Policy:
    """The conditions of one configuration, ready to be asked."""

    def __init__(self, conditions: Conditions) -> None:
        self._suppress = [_Flag.parse(flag) for flag in conditions.suppress]
        self._suppress_items = [_Flag.parse(flag) for flag in conditions.suppress_items]
        self._withhold_restricted = conditions.restricted == "withhold"
        self._fields, self._subfields = _selectors(conditions.withhold_fields)
        self._kept, _ = _selectors(conditions.keep_fields)
        self._touched: dict[str, tuple[bool, str]] = {}

    def decide(self, record: Record) -> Decision:
        """Return whether `record` may go out. What a rule matches is withheld."""
        if record.leader[5:6] == "d":
            return Decision(Fate.WITHHELD, "record-deleted", "the record is marked as deleted (leader/05 d)")
        for field in record.fields:
            for flag in self._suppress:
                if flag.matches(field):
                    return Decision(Fate.WITHHELD, "record-suppressed", f"the record is suppressed ({flag})")
            if field.tag == "506" and self._withhold_restricted and is_restricted(field):
                return Decision(Fate.WITHHELD, "access-restricted", "access to the material is restricted (506)")
        return PUBLISH

    def redact(self, record: Record) -> Record:
        """Return `record` without the fields, subfields and suppressed copies that stay in the house."""
        fields = [kept for field in record.fields if (kept := self._redacted(field)) is not None]
        if len(fields) == len(record.fields) and all(a is b for a, b in zip(fields, record.fields, strict=True)):
            return record
        open_record = Record(record.leader, fields, source=record.source, position=record.position, raw=record.raw)
        open_record.warnings = record.warnings
        return open_record

    def _redacted(self, field: Field) -> Field | None:
        tag = field.tag
        if tag == "880":
            tag = field.first("6")[:3] or tag
        known = self._touched.get(tag)
        if known is None:
            known = self._touched[tag] = self._of_tag(tag)
        withheld, codes = known
        if withheld:
            return None
        if any(flag.matches(field) for flag in self._suppress_items):
            return None
        if codes and any(code in codes for code, _ in field.subfields):
            kept = [(code, value) for code, value in field.subfields if code not in codes]
            if not kept:
                return None
            content = field.content[:2] + "".join(f"{DELIMITER}{code}{value}" for code, value in kept)
            return Field(field.tag, content, field.position)
        return field

    def _of_tag(self, tag: str) -> tuple[bool, str]:
        withheld = any(p.fullmatch(tag) for p in self._fields) and not any(p.fullmatch(tag) for p in self._kept)
        codes = "".join(codes for pattern, codes in self._subfields if pattern.fullmatch(tag))
        return withheld, codes


def is_restricted(field: Field) -> bool:
    """Return whether a field 506 restricts access (first indicator 0: no restrictions; 1: restrictions apply).

    With a blank indicator only words that say that access is free make it free.
    """
    if field.ind1 == _OPEN_506:
        return False
    if field.ind1 == "1":
        return True
    return not _FREE_ACCESS.search(" ".join(field.all("af")))


@dataclass(frozen=True, slots=True)
class _Flag:
    """A subfield that suppresses, like "942 $n = 1"; without a value any content suppresses."""

    tag: str
    code: str
    value: str

    @classmethod
    def parse(cls, text: str) -> _Flag:
        where, _, value = text.partition("=")
        tag, _, code = where.strip().partition(" $")
        return cls(tag, code, value.strip())

    def matches(self, field: Field) -> bool:
        if field.tag != self.tag:
            return False
        return any(value.strip() == self.value if self.value else value.strip() for value in field.all(self.code))

    def __str__(self) -> str:
        return f"{self.tag} ${self.code}" + (f" = {self.value}" if self.value else "")


def _selectors(tags: tuple[str, ...]) -> tuple[list[re.Pattern[str]], list[tuple[re.Pattern[str], str]]]:
    """Return the patterns of whole tags, and those of subfields with their codes."""
    whole, parts = [], []
    for text in tags:
        tag, _, codes = text.partition(" $")
        pattern = re.compile(tag.replace("X", "[0-9]"))
        if codes:
            parts.append((pattern, codes))
        else:
            whole.append(pattern)
    return whole, parts
