"""The whole record as the few rules see it that need more than their own field."""

from __future__ import annotations

from typing import Any

from publisher.bibframe.field import MarcField, Profile
from publisher.sources.record import Record


class RecordView:
    """A record with its fields read as `MarcField`s: 880s under the tags they are linked to, twins joined.

    `fields` holds those to be converted, in order; `warnings` gathers what a rule could not make sense of; `gathered`
    is where rules that look at the same fields again and again put what they found, under the name of their concern.
    """

    __slots__ = ("_by_tag", "fields", "gathered", "key", "profile", "record", "warnings")

    def __init__(self, record: Record, profile: Profile, fields: list[MarcField], key: str) -> None:
        self.record = record
        self.profile = profile
        self.fields = fields
        self.key = key
        self.warnings: list[tuple[str, str]] = []
        self.gathered: dict[str, Any] = {}
        self._by_tag: dict[str, list[MarcField]] | None = None

    @property
    def leader(self) -> str:
        """The leader, as it came."""
        return self.record.leader

    def control(self, tag: str) -> str:
        """Return the value of the first control field `tag`, or an empty string."""
        return self.record.control(tag)

    def all(self, *tags: str) -> list[MarcField]:
        """Return the fields with one of `tags`, in order within each tag."""
        if self._by_tag is None:
            self._by_tag = {}
            for field in self.fields:
                self._by_tag.setdefault(field.tag, []).append(field)
        return [field for tag in tags for field in self._by_tag.get(tag, ())]

    def has(self, *tags: str) -> bool:
        """Return whether the record has a field with one of `tags`."""
        return bool(self.all(*tags))

    def warn(self, tag: str, reason: str) -> None:
        """Record that something in field `tag` could not be converted, for the ledger."""
        self.warnings.append((tag, reason))
