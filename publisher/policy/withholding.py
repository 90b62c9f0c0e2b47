"""A rule that keeps whole records back, ready to be asked."""

from __future__ import annotations

from publisher.policy.phrases import Phrases
from publisher.policy.rulebook import Withhold
from publisher.policy.selectors import Flag, Selection
from publisher.sources.record import Record

_ITEMS = ("852", "876", "952")


class Withholding:
    """A rule that keeps records back, ready to be asked."""

    def __init__(self, rule: Withhold) -> None:
        self.name = rule.rule
        self.reason = rule.reason.en
        self._in = Selection(rule.fields)
        self._says = Phrases(rule.says)
        self._whole = Phrases(rule.whole)
        self._has = [Flag.parse(flag) for flag in rule.has]
        self._flagged = {flag.tag for flag in self._has}
        self._leader = [
            (int(place), value.strip()) for place, _, value in (each.partition("=") for each in rule.leader)
        ]
        self._all_items = Flag.parse(rule.all_items) if rule.all_items else None

    @property
    def phrases(self) -> tuple[str, ...]:
        """All phrases that it looks for, as they are compared."""
        return (*self._says.known, *self._whole.known)

    def matches(self, record: Record, lower: str) -> str:
        """Return where the rule matches ("" when it does not): a tag and the words of the rule, never of the record."""
        for place, value in self._leader:
            if record.leader[place : place + len(value)] == value:
                return f"leader/{place:02}"
        if lower and (self._says.may_be_in(lower) or self._whole.may_be_in(lower)):
            for field in record.fields:
                text = self._in.text(field)
                found = text and (self._says.found_in(text) or self._whole.whole_in(text))
                if found:
                    return f'{field.tag}: "{found}"'
        for field in record.fields if self._has else ():
            if field.tag in self._flagged:
                for flag in self._has:
                    if flag.matches(field):
                        return str(flag)
        if self._all_items is not None:
            items = [field for field in record.fields if field.tag == self._all_items.tag]
            others = [field for field in record.fields if field.tag in _ITEMS and field.tag != self._all_items.tag]
            if items and not others and all(self._all_items.matches(field) for field in items):
                return str(self._all_items)
        return ""
