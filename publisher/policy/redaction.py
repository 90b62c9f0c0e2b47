"""The rules that take personal data out of records, ready to be asked."""

from __future__ import annotations

import re
from datetime import date

from publisher.policy import birthdays, living, personal
from publisher.policy.needles import Needles
from publisher.policy.phrases import seen
from publisher.policy.rulebook import Redact
from publisher.policy.selectors import tag_of, with_subfields
from publisher.sources.record import Field, Record

_NUMBER_CODES = {"037": "a", "852": "defghijklmnprtuvy", "876": "ap", "952": "dhioprtuw"}
"""Subfields of numbers and codes in fields that have text as well; links to other records (76X-78X) have them too."""

_CODED_WITH_WORDS = ("020", "024", "037")
"""Fields 0XX in which words stand beside numbers: the price and the seller of a book, what repositories number."""
_IN_WORDS = re.compile(r"[^\W\d_]{2,}\W+(?:[^\W\d_]{2,}\W+)*\d")

_LINK_NUMBERS = "koruwxyz"
_CODES = frozenset("012345678u")
_ADDRESSES = "uw01"
_NOTHING = f" .,;:()[]{personal.GONE}"

_TITLES = re.compile(r"130|24[0-8]|490|[1678][0-3]0|[678]11|740")
"""Fields of titles and headings, where a label is a word like any other: "Ngày sinh của Bác"."""


_Patterns = tuple[Redact, tuple[re.Pattern[str], ...]]


class Redactions:
    """The rules that take personal data out, ready to be asked."""

    def __init__(self, rules: list[Redact], today: date) -> None:
        self._year = today.year
        # Labelled numbers before plain ones, which would cut them in two.
        named: list[_Patterns] = [
            (rule, personal.LABELLED[rule.find]) for rule in rules if rule.find in personal.LABELLED
        ]
        bare: list[_Patterns] = [(rule, personal.BARE[rule.find]) for rule in rules if rule.find in personal.BARE]
        self._mail = [each for each in named if each[0].find == "e-mail"]
        self._in_numbers = named
        self._in_text = [*named, *bare]
        self._labels = [(rule, personal.Labels(rule.labels)) for rule in rules if rule.find == "after-labels"]
        self._address = next((rule for rule in rules if rule.find == "home-address"), None)
        labels = [label.lower() for rule in rules for label in rule.labels]
        self._any_label = Needles([*labels, *birthdays.SIGNS, *personal.ADDRESS_SIGNS, *living.SIGNS])
        self._birth = next((rule for rule in rules if rule.find == "living-birth-date"), None)
        self._ethnicity = next((rule for rule in rules if rule.find == "living-ethnicity"), None)

    def applied(self, fields: list[Field], record: Record, warnings: list[tuple[str, str]]) -> list[Field]:
        """Return `fields` with personal data taken out; what was done is added to `warnings`."""
        if record.kind == "authority":
            fields = self._of_persons(fields, record, warnings)
        worth, labels = self._worth_a_look(fields)
        if not worth:
            return fields
        kept: list[Field] = []
        for field in fields:
            looks = worth.get(field)
            if looks is None:
                kept.append(field)
                continue
            left = self._without_personal(field, warnings, labels=labels) if looks else field
            if left is not None and left.tag in living.TAGS:
                left = self._of_the_living(left, record, warnings)
            if left is not None:
                kept.append(left)
        return kept

    def _of_persons(self, fields: list[Field], record: Record, warnings: list[tuple[str, str]]) -> list[Field]:
        """Return the fields of an authority record without what they tell of someone who may be living."""
        kept: list[Field] = []
        for field in fields:
            left = living.of_an_authority(field, record, self._year)
            rule = self._ethnicity if left is None else self._birth if left is not field else None
            if rule is None:
                kept.append(field)
                continue
            warnings.append((field.tag, _taken(rule)))
            if left is not None:
                kept.append(left)
        return kept

    def _worth_a_look(self, fields: list[Field]) -> tuple[dict[Field, bool], bool]:
        """Return the fields that may hold something personal, and whether there may be labels in any.

        A field is True when its text is worth a look, False when only dates of the living may be in it. This must be
        quick, for it is asked of every field there is.
        """
        found: dict[Field, bool] = {}
        text: list[str] = []
        for field in fields:
            tag, content = field.tag, field.content
            if tag in living.TAGS:
                found[field] = False
            if tag[0] != "0" or tag in _CODED_WITH_WORDS:
                text.append(content)
                if personal.may_hold_numbers(content):
                    found[field] = True
            elif "@" in content:
                found[field] = True
        lower = seen("\n".join(text).lower())
        labels = self._any_label.any_in(lower)
        if labels or personal.is_spoken(lower):
            for field in fields:
                own = seen(field.content.lower())
                if self._any_label.any_in(own) or personal.is_spoken(own):
                    found[field] = True
        return found, labels

    def _patterns(self, tag: str, code: str, text: str, *, has_mail: bool) -> list[_Patterns]:
        """Return what to look for in a subfield; the slow patterns only where they can find something."""
        if not _is_number(tag, code):
            wanted = self._in_text
        elif tag == "024" and code == "a" and _IN_WORDS.match(text) and " " in text:
            # "Gọi 0905123456": a sentence where a repository should have an identifier.
            wanted = self._in_text
        elif (
            " " in text
            or ":" in text.partition("://")[0]
            or personal.is_stuck(text)
            or personal.is_spoken(text.lower())
        ):
            wanted = self._in_numbers
        else:
            # "(OCoLC)123456789" and the like: no word stands before the digits.
            wanted = self._mail
        if has_mail:
            return wanted
        return [each for each in wanted if each[0].find != "e-mail"]

    def _of_the_living(self, field: Field, record: Record, warnings: list[tuple[str, str]]) -> Field | None:
        if self._birth:
            shorter = living.born_without_day(field, self._year)
            if shorter is not field:
                warnings.append((field.tag, _taken(self._birth)))
                return shorter
        if self._ethnicity and living.tells_ethnicity(field, record, self._year):
            warnings.append((field.tag, _taken(self._ethnicity)))
            return None
        return field

    def _without_personal(self, field: Field, warnings: list[tuple[str, str]], *, labels: bool) -> Field | None:
        """Return `field` without personal data: itself, when there is none, or None when nothing else is left.

        `labels` says whether there may be labels.
        """
        content, tag = field.content, tag_of(field)
        called: list[tuple[Redact, personal.Labels]] = []
        if labels and not _TITLES.fullmatch(tag):
            lower = seen(content.lower())
            called = [(rule, words) for rule, words in self._labels if words.may_be_in(lower)]
        told = bool(called) or (
            labels and (tag == "245" or not _TITLES.fullmatch(tag)) and self._any_label.any_in(seen(content.lower()))
        )
        mail = personal.may_hold_mail(content)
        if not (told or mail or personal.may_hold_numbers(content)):
            return field
        changed: list[tuple[str, str]] = []
        used: dict[Redact, None] = {}
        for code, value in field.subfields:
            text = value
            if told and (not _TITLES.fullmatch(tag) or (tag == "245" and code == "c")):
                if self._birth:
                    text = _noted(birthdays.without_day(text, self._year), text, self._birth, used)
                if self._address and code not in _CODES:
                    text = _noted(personal.without_address(text), text, self._address, used)
                if self._ethnicity and code not in _CODES:
                    text = _noted(living.without_people(text), text, self._ethnicity, used)
            for rule, words in called:
                text = _noted(words.without(text), text, rule, used)
            has_mail = mail and personal.may_hold_mail(text)
            if has_mail or personal.may_hold_numbers(text):
                for rule, patterns in self._patterns(tag, code, text, has_mail=has_mail):
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
