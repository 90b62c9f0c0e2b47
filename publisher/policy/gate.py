"""The gate: asked of every record, it says whether it may go out, and takes out what may not."""

from __future__ import annotations

import re
from datetime import date

from publisher.config import Policy as Conditions
from publisher.errors import RecordError
from publisher.policy.fate import PUBLISH, Decision, Fate
from publisher.policy.needles import Needles
from publisher.policy.phrases import Phrases, seen
from publisher.policy.redaction import Redactions
from publisher.policy.restriction import is_restricted
from publisher.policy.rulebook import rulebook
from publisher.policy.selectors import Flag, Selection, tag_of, with_subfields
from publisher.policy.takedown import Takedowns
from publisher.policy.withholding import Withholding
from publisher.sources.digital import Digital
from publisher.sources.record import Field, Record

REFUSED_KINDS = {
    "classification": "a classification record",
    "community": "a community information record",
    "unimarc": "a UNIMARC record",
}
"""Kinds of record that are no bibliographic, authority or holdings record of MARC 21, and what they are called."""
_DELETED = {"authority": "dosx"}
"""Leader/05 of a record that is no more; authorities are also obsolete, or split or replaced by others."""


class Policy:
    """The conditions of one configuration, ready to be asked.

    `on` is the day for which rules and laws are asked, today by default. Raises `ConfigError` for a rule book that is
    wrong.
    """

    def __init__(self, conditions: Conditions, *, on: date | None = None) -> None:
        self._today = on or date.today()
        self._suppress = [Flag.parse(flag) for flag in conditions.suppress]
        self._suppressing = {flag.tag for flag in self._suppress}
        self._suppress_items = [Flag.parse(flag) for flag in conditions.suppress_items]
        self._suppressing_items = {flag.tag for flag in self._suppress_items}
        self._withhold_restricted = conditions.restricted == "withhold"
        self._out = Selection(conditions.withhold_fields)
        self._kept = Selection(conditions.keep_fields)
        book = rulebook(conditions.file)
        self._takedowns = Takedowns(book.takedown, self._today)
        self._rules = [Withholding(rule) for rule in book.withhold if rule.holds_on(self._today)]
        self._any_phrase = Needles(each for rule in self._rules for each in rule.phrases)
        self._said_in = Selection(tag for rule in book.withhold for tag in rule.fields)
        self._redactions = Redactions([rule for rule in book.redact if rule.holds_on(self._today)], self._today)
        self._said: dict[str, bool] = {}
        self._plain: dict[str, bool] = {}
        self._licences = [(Phrases(rights.says), rights) for rights in book.rights]

        self._in_force = (
            self._today.year,
            tuple(each.since is None or each.since <= self._today for each in book.takedown),
            tuple(rule.holds_on(self._today) for rule in (*book.withhold, *book.redact)),
        )

    def in_force(self) -> str:
        """Return what tells the rules that hold on this day from those of another."""
        return repr(self._in_force)

    def decide(self, record: Record) -> Decision:
        """Return whether `record` may go out. What a rule matches is withheld.

        Raises `RecordError` for a record of another kind: it is rejected and kept.
        """
        if record.kind in REFUSED_KINDS:
            raise RecordError(
                "kind-unsupported",
                f"this is {REFUSED_KINDS[record.kind]}, not a bibliographic, authority or "
                "holdings record of MARC 21; export these of the catalogue",
            )
        status = record.leader[5:6]
        if status and status in _DELETED.get(record.kind, "d"):
            return Decision(Fate.WITHHELD, "record-deleted", f"the record is marked as deleted (leader/05 {status})")
        if takedown := self._takedowns.of(record):
            return Decision(Fate.WITHHELD, "takedown", f"taken down: {takedown.reason.en}")
        for field in record.fields:
            if field.tag in self._suppressing:
                for flag in self._suppress:
                    if flag.matches(field):
                        return Decision(Fate.WITHHELD, "record-suppressed", f"the record is suppressed ({flag})")
            if field.tag == "506" and self._withhold_restricted and is_restricted(field):
                return Decision(Fate.WITHHELD, "access-restricted", "access to the material is restricted (506)")
        if record.digital:
            record = _with_labels(record, record.digital)
        lower = seen("\n".join([field.content for field in record.fields if self._looked_at(field)]).lower())
        if not self._any_phrase.any_in(lower):
            lower = ""
        for rule in self._rules:
            if where := rule.matches(record, lower):
                return Decision(Fate.WITHHELD, rule.name, f"{rule.reason} ({where})")
        return PUBLISH

    def _looked_at(self, field: Field) -> bool:
        tag = field.tag
        if tag == "880":
            return any(self._said_in.of(tag_of(field)))
        known = self._said.get(tag)
        if known is None:
            known = self._said[tag] = any(self._said_in.of(tag))
        return known

    def _is_plain(self, tag: str) -> bool:
        """Return whether no field `tag` holds anything that the configuration keeps in the house."""
        known = self._plain.get(tag)
        if known is None:
            nothing = tag != "880" and self._out.of(tag) == (False, "") and tag not in self._suppressing_items
            known = self._plain[tag] = nothing
        return known

    def redact(self, record: Record) -> Record:
        """Return `record` without what stays in the house; each thing that personal data rules took out is a warning.

        Warnings name the field and the rule, never what was there.
        """
        warnings: list[tuple[str, str]] = []
        digital = self._digital(record, warnings)
        fields = [
            kept
            for field in record.fields
            if (kept := field if self._is_plain(field.tag) else self._without_kept(field)) is not None
        ]
        fields = [
            self._licensed(field) if field.tag == "540" else field
            for field in self._redactions.applied(fields, record, warnings)
        ]
        if digital is not None and not _is_open(fields):
            digital = digital.without_texts()
        unchanged = digital == record.digital and len(fields) == len(record.fields)
        if unchanged and all(a is b for a, b in zip(fields, record.fields, strict=True)):
            return record
        open_record = Record(record.leader, fields, source=record.source, position=record.position, raw=record.raw)
        open_record.warnings = [*record.warnings, *warnings]
        open_record.digital = digital
        return open_record

    def _digital(self, record: Record, warnings: list[tuple[str, str]]) -> Digital | None:
        """Return what was digitized with labels and addresses that went through the same rules as the fields."""
        if record.digital is None:
            return None

        def passed(tag: str, code: str, text: str) -> str:
            if not text:
                return ""
            said = [Field.data(tag, "  ", ("3", "x"), (code, text))]
            return "".join(field.first(code) for field in self._redactions.applied(said, record, warnings))

        return record.digital.checked(lambda label: passed("500", "a", label), lambda link: passed("856", "u", link))

    def _without_kept(self, field: Field) -> Field | None:
        """Return `field` without the subfields that the configuration keeps in the house, None when nothing is left."""
        tag = tag_of(field)
        whole, codes = self._out.of(tag)
        if whole and not self._kept.of(tag)[0]:
            return None
        if field.tag in self._suppressing_items and any(flag.matches(field) for flag in self._suppress_items):
            return None
        if codes and any(code in codes for code, _ in field.subfields):
            kept = [(code, value) for code, value in field.subfields if code not in codes]
            return with_subfields(field, kept) if kept else None
        return field

    def _licensed(self, field: Field) -> Field:
        """Return a 540 with the address of the licence that its words stand for."""
        if field.tag != "540" or field.has("u"):
            return field
        said = " ".join(field.all("af"))
        for phrases, rights in self._licences:
            if phrases.found_in(said):
                return with_subfields(field, [*field.subfields, ("u", rights.licence)])
        return field


_OPEN_TEXT = re.compile(r"https?://(?:creativecommons\.org/|(?:www\.)?rightsstatements\.org/vocab/NoC-)")


def _is_open(fields: list[Field]) -> bool:
    """Return whether a licence, or the public domain, lets everybody have the text of the pages too."""
    return any(_OPEN_TEXT.match(address) for field in fields if field.tag == "540" for address in field.all("u"))


def _with_labels(record: Record, digital: Digital) -> Record:
    """Return `record` with the labels of its pages and parts in a note: they are read like any other words."""
    labels = [Field.data("500", "  ", ("a", label)) for label in digital.labels() if label]
    return Record(record.leader, [*record.fields, *labels], source=record.source, position=record.position)
