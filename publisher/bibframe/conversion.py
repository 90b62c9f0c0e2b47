"""A record becomes a description: the rules are asked field by field, and what they made is remembered.

Source: Library of Congress, MARC 21 to BIBFRAME 2 conversion specification 2.10.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from publisher.bibframe import digitized
from publisher.bibframe.admin import history
from publisher.bibframe.authorities import describe_authority
from publisher.bibframe.copies import copies
from publisher.bibframe.field import MarcField, Profile
from publisher.bibframe.linkage import linked_fields
from publisher.bibframe.provenance import accountable, in_a_language
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import Make, Rule, Target
from publisher.rdf.description import Arc, Arcs, Iri, Local
from publisher.rdf.resource import Description, Made, Resource, that_say_something
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Field, Record

NOTHING = Made(())
INSTANCE_OF = "http://id.loc.gov/ontologies/bibframe/instanceOf"

REMEMBERED_FIELDS = 4_000
"""How many fields' results are kept; when there are more, all are forgotten, which keeps memory flat."""

REMEMBERED_FACTS = 400
"""The same for each rule that is remembered by its facts."""

SELDOM_TWICE = frozenset({"001", "005", "008", "010", "035", "245", "505", "520"})
"""Fields that are hardly ever equal in two records: remembering them would only cost memory."""

_NOT_BIBLIOGRAPHIC = frozenset("uvxyz")
"""Leader/06 of holdings and authorities."""

_TARGETS = tuple(Target)
_Parts = list[tuple[int, Made]]


class _Step:
    """One rule of a tag that has rules which need to see the record, with what it has made of what it depends on."""

    __slots__ = ("made", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.made: dict[Hashable, Made] = {}

    def ask(self, field: MarcField, view: RecordView) -> Made:
        rule = self.rule
        try:
            if rule.facts is not None:
                facts = rule.facts(field, view)
                if facts is None:
                    return NOTHING
            elif rule.make is not None and rule.tag not in SELDOM_TWICE:
                facts = _depends_on(field)
            else:
                return _made(rule.make(field) if rule.make else rule.make_from_record(field, view))  # type: ignore[misc]
            found = self.made.get(facts)
            if found is None:
                if len(self.made) >= REMEMBERED_FACTS:
                    self.made.clear()
                found = self.made[facts] = _made(rule.make(field) if rule.make else rule.make_from_facts(facts))  # type: ignore[misc]
            return found
        except (ValueError, IndexError, KeyError) as problem:
            view.warn(field.tag, f"could not be converted: {problem}")
            return NOTHING


def _depends_on(field: MarcField) -> tuple[Profile, str, str, str, str, str]:
    """Return all that a rule which sees nothing but the field may look at."""
    twin = field.twin
    if twin is None:
        return field.profile, field.tag, field.content, field.lang, "", ""
    return field.profile, field.tag, field.content, field.lang, twin.content, twin.lang


def _made(arcs: Arcs) -> Made:
    gathered = that_say_something(arcs)
    return Made(gathered) if gathered else NOTHING


class _Plan:
    """The rules of one tag, gathered by target. `fixed` are the targets whose rules see nothing but the field."""

    __slots__ = ("contextual", "fixed", "remembered")

    def __init__(self, tag: str, rules: Sequence[Rule]) -> None:
        by_target = [[r for r in rules if r.target is target] for target in _TARGETS]
        self.contextual = tuple(
            (n, tuple(_Step(r) for r in its)) for n, its in enumerate(by_target) if any(r.make is None for r in its)
        )
        self.fixed = tuple(
            (n, tuple(r.make for r in its if r.make is not None))
            for n, its in enumerate(by_target)
            if its and all(r.make is not None for r in its)
        )
        self.remembered = tag not in SELDOM_TWICE


class Conversion:
    """Converts records by `rules`, in the order in which the rules of a tag are listed."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        by_tag: dict[str, list[Rule]] = {}
        for rule in rules:
            by_tag.setdefault(rule.tag, []).append(rule)
        self._plans = {tag: _Plan(tag, its_rules) for tag, its_rules in by_tag.items()}
        self._made: dict[tuple[Profile, str, str, str, str, str, str], tuple[tuple[int, Made], ...]] = {}

    def describe(self, record: Record, key: str, generated: str = "", base: str = "") -> Description:
        """Return the description of `record`; `key` is what its IRIs are made from.

        Holdings (MFHD) describe copies of the instance whose record 004 names: that is then the description's key.
        `generated` is the moment of conversion (xsd:dateTime) for the description's history, "" to leave it out;
        `base` begins the IRIs that we give, by which a record that we made ourselves is known again (758).
        Never raises for what a record says: a rule that cannot make sense of a field costs that field, with a warning.
        """
        kind = record.kind if record.leader[6:7] in _NOT_BIBLIOGRAPHIC else "bibliographic"
        if kind == "authority":
            maker, _ = accountable(record, tuple(history(self.view(record, key), "")))
            about = describe_authority(record)
            return Description(
                key, "", (), *_resources([], [], []), [], record.warnings, account=maker, authority=about
            )
        view = self.view(record, key, base)
        parts: tuple[list[tuple[int, Made]], ...] = ([], [], [], [], [])
        for field in view.fields:
            plan = self._plans.get(field.tag)
            if plan is None:
                continue
            made = self._fixed(plan, field, view)
            for n, steps in plan.contextual:
                for step in steps:
                    part = step.ask(field, view)
                    if part is not NOTHING:
                        parts[n].append((field.position, part))
            for n, part in made:
                parts[n].append((field.position, part))
        admin, work, instance, items, of_copies = parts
        described = squeeze(record.control("004")) if kind == "holdings" else ""
        if described:
            warnings = record.warnings + view.warnings
            return Description(percent_encode(described), "Holdings", (), *_resources([], [], []), items, warnings)
        if record.digital:
            items.append((len(view.fields) + 2, digitized.copy(record.digital)))
        account, events = accountable(record, tuple(history(view, generated)))
        return Description(
            key,
            view.profile.instance_type,
            events,
            *_resources(admin, work, instance),
            items=[*copies(view, of_copies, work, instance), *items] if of_copies else items,
            warnings=record.warnings + view.warnings,
            account=account,
            supplement=in_a_language(work),
            instance_of=Iri(of) if (of := work_of_ours(record, base)) else Local("Work"),
        )

    def _fixed(self, plan: _Plan, field: MarcField, view: RecordView) -> tuple[tuple[int, Made], ...]:
        if not plan.fixed:
            return ()
        twin, its_lang = (field.twin.content, field.twin.lang) if field.twin is not None else ("", "")
        known = (field.profile, field.tag, "880" if field.vernacular else "", field.content, field.lang, twin, its_lang)
        if plan.remembered:
            found = self._made.get(known)
            if found is not None:
                return found
        result = []
        for n, makes in plan.fixed:
            arcs: list[Arc] = []
            for make in makes:
                arcs += self._ask(make, field, view)
            if said := that_say_something(arcs):
                result.append((n, Made(said)))
        made = tuple(result)
        if plan.remembered:
            if len(self._made) >= REMEMBERED_FIELDS:
                self._made.clear()
            self._made[known] = made
        return made

    @staticmethod
    def _ask(make: Make, field: MarcField, view: RecordView) -> list[Arc]:
        try:
            return list(make(field))
        except (ValueError, IndexError, KeyError) as problem:
            view.warn(field.tag, f"could not be converted: {problem}")
            return []

    @staticmethod
    def view(record: Record, key: str, base: str = "") -> RecordView:
        """Return `record` as rules see it: 880s under the tags they are linked to, the leader as the field `LDR`."""
        leader = record.leader
        profile = Profile(leader[6:7], leader[7:8], leader[18:19], instance_type(record, base))
        first = MarcField(Field("LDR", f"00000{leader[5:12]}00000{leader[17:24]}", 1), profile)
        return RecordView(record, profile, [first, *linked_fields(record, profile)], key)


def _resources(admin: _Parts, work: _Parts, instance: _Parts) -> tuple[Resource, Resource, Resource]:
    return (
        Resource("bf:AdminMetadata", "Record", admin),
        Resource("bf:Work", "Work", work),
        Resource("bf:Instance", "Instance", instance),
    )


def instance_type(record: Record, base: str) -> str:
    """Return "Hub", "SecondaryInstance" or "" (LoC's local leader/06 `q`; 958 and 758 of records that were split).

    A 758 makes a record the further instance of a work only if the work's IRI is one of ours: it begins with `base`.
    """
    if record.leader[6:7] == "q":
        return "Hub"
    if any("SplitMARC" in field.all("a") for field in record.all("958")) or work_of_ours(record, base):
        return "SecondaryInstance"
    return ""


def work_of_ours(record: Record, base: str) -> str:
    """Return the IRI of the work, described in another record of ours, that `record` is an instance of, or ""."""
    for field in record.all("758") if base else ():
        if INSTANCE_OF in field.all("4"):
            for value in field.all("1"):
                if value.startswith(base):
                    return value
    return ""
