"""The rules that take personal data out of records, ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from publisher.policy import living, personal
from publisher.policy.rulebook import Redact
from publisher.policy.selectors import tag_of, with_subfields
from publisher.sources.record import Field, Record

_NUMBER_CODES = {"037": "a", "852": "defghijklmnprtuvy", "876": "ap", "952": "dhioprtuw"}
"""Subfields of numbers and codes in fields that have text as well; links to other records (76X-78X) have them too."""

_CODED_WITH_WORDS = ("020", "037")
"""Fields 0XX in which words stand beside numbers: the price and the seller of a book."""

_LINK_NUMBERS = "koruwxyz"
_CODES = frozenset("012345678u")
_ADDRESSES = "uw01"
_NOTHING = f" .,;:()[]{personal.GONE}"

_TITLES = re.compile(r"130|24[0-8]|490|[1678][0-3]0|[678]11|740")
"""Fields of titles and headings, where a label is a word like any other: "Ngày sinh của Bác"."""


class Redactions:
    """The rules that take personal data out, ready to be asked."""

    def __init__(self, rules: list[Redact], today: date) -> None:
        self._year = today.year
        # Labelled numbers before plain ones, which would cut them in two.
        named = [(rule, personal.LABELLED[rule.find]) for rule in rules if rule.find in personal.LABELLED]
        bare = [(rule, personal.BARE[rule.find]) for rule in rules if rule.find in personal.BARE]
        self._in_numbers = named
        self._in_text = [*named, *bare]
        self._labels = [(rule, personal.Labels(rule.labels)) for rule in rules if rule.find == "after-labels"]
        self._birth = next((rule for rule in rules if rule.find == "living-birth-date"), None)
        self._ethnicity = next((rule for rule in rules if rule.find == "living-ethnicity"), None)

    def applied(self, fields: list[Field], record: Record, warnings: list[tuple[str, str]]) -> Iterator[Field]:
        """Yield `fields` with personal data taken out; what was done is added to `warnings`."""
        for field in fields:
            kept: Field | None = field
            if not field.is_control:
                kept = self._without_personal(field, warnings)
                if kept is not None and self._birth:
                    shorter = living.born_without_day(kept, self._year)
                    if shorter is not kept:
                        warnings.append((field.tag, _taken(self._birth)))
                    kept = shorter
                if kept is not None and self._ethnicity and living.tells_ethnicity(kept, record, self._year):
                    warnings.append((field.tag, _taken(self._ethnicity)))
                    kept = None
            if kept is not None:
                yield kept

    def _without_personal(self, field: Field, warnings: list[tuple[str, str]]) -> Field | None:
        """Return `field` without personal data: itself, when there is none, or None when nothing else is left."""
        content, tag = field.content, tag_of(field)
        if tag[0] == "0" and tag not in _CODED_WITH_WORDS and "@" not in content:
            return field
        labels: list[tuple[Redact, personal.Labels]] = []
        if ":" in content or tag[0] in "589":
            lower = content.lower()
            if not _TITLES.fullmatch(tag):
                labels = [(rule, words) for rule, words in self._labels if words.may_be_in(lower)]
        if not labels and not personal.may_hold_numbers(content):
            return field
        changed: list[tuple[str, str]] = []
        used: dict[Redact, None] = {}
        for code, value in field.subfields:
            text = value
            for rule, words in labels:
                text = _noted(words.without(text), text, rule, used)
            if personal.may_hold_numbers(text):
                for rule, patterns in self._in_numbers if _is_number(tag, code) else self._in_text:
                    text = _noted(personal.without(text, patterns), text, rule, used)
            changed.append((code, text))
        if not used:
            return field
        warnings.extend((field.tag, _taken(rule)) for rule in used)
        # An address with a hole in it leads nowhere; a value that was nothing else says nothing.
        left = [
            (code, text)
            for (code, text), (_, before) in zip(changed, field.subfields, strict=True)
            if text == before or (text.strip(_NOTHING) and not (code in _ADDRESSES and personal.GONE in text))
        ]
        return with_subfields(field, left) if any(code not in "26" for code, _ in left) else None


def _noted(shorter: str, text: str, rule: Redact, used: dict[Redact, None]) -> str:
    if shorter != text:
        used[rule] = None
    return shorter


def _taken(rule: Redact) -> str:
    return f"{rule.rule}: {rule.title.en} taken out"


def _is_number(tag: str, code: str) -> bool:
    """Return whether a subfield holds a number or a code by its nature, where ten digits are no telephone.

    0XX are numbers and codes, and so are fields that are no MARC 21 at all (ITM, LKR).
    """
    if (tag[0] == "0" and tag != "037") or not tag.isdigit():
        return True
    if "760" <= tag <= "787":
        return code in _LINK_NUMBERS or code in _CODES
    return code in _CODES or code in _NUMBER_CODES.get(tag, "")
