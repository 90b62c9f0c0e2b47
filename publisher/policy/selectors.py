"""Fields as conditions name them: "506", "59X", "852 $x", and a subfield with its value, "942 $n = 1"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from publisher.sources.record import DELIMITER, Field


@dataclass(frozen=True, slots=True)
class Flag:
    """A subfield that says something by its value, like "942 $n = 1"; without a value any content says it."""

    tag: str
    code: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Flag:
        """Read "TAG $x = value" or "TAG $x"."""
        where, _, value = text.partition("=")
        tag, _, code = where.strip().partition(" $")
        return cls(tag, code, value.strip())

    def matches(self, field: Field) -> bool:
        """Return whether `field` says it."""
        if field.tag != self.tag:
            return False
        return any(value.strip() == self.value if self.value else value.strip() for value in field.all(self.code))

    def __str__(self) -> str:
        return f"{self.tag} ${self.code}" + (f" = {self.value}" if self.value else "")


class Selection:
    """Some fields, and some subfields of others."""

    def __init__(self, selectors: Iterable[str]) -> None:
        self._whole: list[re.Pattern[str]] = []
        self._parts: list[tuple[re.Pattern[str], str]] = []
        for text in selectors:
            tag, _, codes = text.partition(" $")
            pattern = re.compile(tag.replace("X", "[0-9]"))
            if codes:
                self._parts.append((pattern, codes))
            else:
                self._whole.append(pattern)
        self._known: dict[str, tuple[bool, str]] = {}

    def of(self, tag: str) -> tuple[bool, str]:
        """Return whether all of a field `tag` is selected, and which of its subfields are."""
        known = self._known.get(tag)
        if known is None:
            whole = any(pattern.fullmatch(tag) for pattern in self._whole)
            codes = "".join(codes for pattern, codes in self._parts if pattern.fullmatch(tag))
            known = self._known[tag] = (whole, codes)
        return known

    def text(self, field: Field) -> str:
        """Return what `field` says in the parts that are selected, "" when none is."""
        whole, codes = self.of(tag_of(field))
        if not whole and not codes:
            return ""
        if field.is_control:
            return field.content
        return "\n".join(value for code, value in field.subfields if code != "6" and (whole or code in codes))


def tag_of(field: Field) -> str:
    """Return the tag of a field; of an 880 that of the field whose other script it is ($6)."""
    return (field.first("6")[:3] or field.tag) if field.tag == "880" else field.tag


def with_subfields(field: Field, subfields: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Field:
    """Return `field` with other subfields."""
    content = field.content[:2] + "".join(f"{DELIMITER}{code}{value}" for code, value in subfields)
    return Field(field.tag, content, field.position)
