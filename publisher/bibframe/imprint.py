"""Imprints: who published, produced, distributed or manufactured it, where and when. 260-264 and 008/06-17.

Source: Conversion specification 2.10, Process 8 (provision activity) and 250-270. Each field is taken apart into
activities (a place, its agents, its dates). The dates and the country that 008 codes are joined to the last activity of
their function; where no field has that function, they are an activity of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from publisher.bibframe.codes import status
from publisher.bibframe.field import MarcField
from publisher.bibframe.imprint_dates import COPYRIGHT, coded
from publisher.bibframe.language import subfield_language
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, Rule, fact_rule, rule
from publisher.bibframe.text import chop, delimited
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node
from publisher.rdf.terms import term
from publisher.sources.record import DELIMITER, Field

PLACE, AGENT, DATE = "a", "b", "c"
"""Roles in an activity, by their subfields in 264."""
PROPERTIES = {PLACE: "bflc:simplePlace", AGENT: "bflc:simpleAgent", DATE: "bflc:simpleDate"}

ROLES = {"a": PLACE, "b": AGENT, "c": DATE, "e": PLACE, "f": AGENT, "g": DATE}
ROLES_261 = {"a": AGENT, "b": AGENT, "c": DATE, "d": DATE, "e": AGENT, "f": PLACE}
FUNCTIONS = {"0": "Production", "1": "Publication", "2": "Distribution", "3": "Manufacture", "4": COPYRIGHT}
"""Second indicator of 264."""
SEQUENCES = {" ": "earliest", "3": "current"}
"""First indicator of 260 and 264: which of several publishers."""

_SYMBOLS = str.maketrans("", "", "©℗")


class Imprint(NamedTuple):
    """What Process 8 needs to know of a 26X field; `langs` are of its places, agents and dates."""

    tag: str
    content: str
    langs: tuple[str, str, str]
    twin: str
    twin_lang: str


class Imprints(NamedTuple):
    """What Process 8 needs to know of a record: leader/07, 008/06-17, its 26X fields; how many are no 880s."""

    level: str
    fixed: str
    fields: tuple[Imprint, ...]
    regular: int


class Part(NamedTuple):
    """One subfield of an activity, with its counterpart in the other script."""

    role: str
    text: str
    twin: str


class Activity(NamedTuple):
    """A group of subfields: `function` is a class of BIBFRAME, COPYRIGHT, or "" where 264 does not tell."""

    function: str
    sequence: str
    parts: tuple[Part, ...]
    of: Imprint


def imprints(field: MarcField, record: RecordView) -> Imprints | None:
    """Gather the imprints when the rule is asked for 008, or for the leader of a record that has no 008."""
    fixed = record.control("008")
    if (field.tag == "LDR" and fixed) or field.profile.instance_type == "SecondaryInstance":
        return None
    fields = [each for each in record.fields if each.tag in ("260", "261", "262", "264")]
    regular = [each for each in fields if not each.vernacular]
    ordered = regular + [each for each in fields if each.vernacular]
    return Imprints(field.profile.level, fixed[6:18], tuple(_imprint(each, record) for each in ordered), len(regular))


def _imprint(field: MarcField, record: RecordView) -> Imprint:
    lang = field.lang
    langs = (lang, lang, lang)
    if f"{DELIMITER}7" in field.content:
        langs = tuple(subfield_language(field, role, lang, record.record) for role in PROPERTIES)  # type: ignore[assignment]
    twin, twin_lang = (field.twin.content, field.twin.lang) if field.twin is not None else ("", "")
    return Imprint(field.tag, field.content, langs, twin, twin_lang)


def provision(facts: Imprints) -> Arcs:
    """Make `bf:provisionActivity`, its statement as it would be printed, and `bf:copyrightDate`."""
    groups = [activity for imprint in facts.fields for activity in activities(imprint)]
    last = {activity.function: n for n, activity in enumerate(groups)}
    by_code = coded(facts.fixed)
    codes = dict(by_code)
    for n, activity in enumerate(groups):
        if activity.function == COPYRIGHT:
            yield from codes.get(COPYRIGHT) or _copyright(activity)
        else:
            from_008 = codes.get(activity.function, ()) if last[activity.function] == n else ()
            yield from _activity(activity, from_008, facts)
    for function, arcs in by_code:
        if function in last:
            continue
        if function == COPYRIGHT:
            yield from arcs
        else:
            yield "bf:provisionActivity", Node("bf:ProvisionActivity", _type(function), *arcs)


def _type(function: str) -> Arc:
    return "rdf:type", term(f"bf:{function}")


@lru_cache(maxsize=1024)
def activities(imprint: Imprint) -> tuple[Activity, ...]:
    """Take a field apart: a place that does not follow a place begins a new activity, and so does a manufacturer."""
    field, twin = Field(imprint.tag, imprint.content), Field(imprint.tag, imprint.twin)
    roles = ROLES_261 if imprint.tag == "261" else ROLES
    counterparts: dict[str, Iterator[str]] = {code: iter(twin.all(code)) for code in roles}
    groups: list[tuple[str, list[Part]]] = []
    before = ""
    for code, value in field.subfields:
        role = roles.get(code)
        if role is None:
            continue
        if not groups or (code in "ae" and code != before):
            groups.append((_function(field, code), []))
        groups[-1][1].append(Part(role, value, next(counterparts[code], "")))
        before = code
    return tuple(Activity(function, field.ind1, tuple(parts), imprint) for function, parts in groups)


def _function(field: Field, first: str) -> str:
    """Return what kind of activity it is that begins with subfield `first`."""
    if field.tag == "261":
        return {"a": "Production", "b": "Production", "e": "Manufacture"}.get(first, "Publication")
    if first in "efg":
        return "Manufacture"
    return FUNCTIONS.get(field.ind2, "") if field.tag == "264" else "Publication"


def _copyright(activity: Activity) -> Iterator[Arc]:
    in_both = (
        ([part.text for part in activity.parts], activity.of.langs[2]),
        ([part.twin for part in activity.parts], activity.of.twin_lang),
    )
    for texts, lang in in_both:
        words = chop(delimited(texts, ";").translate(_SYMBOLS))
        if words:
            yield "bf:copyrightDate", literal(words, lang)


def _activity(activity: Activity, from_008: tuple[Arc, ...], facts: Imprints) -> Iterator[Arc]:
    function = activity.function
    printed = list(_printed(activity))
    arcs: list[Arc] = [_type(function), *from_008] if function else []
    if function == "Publication" and not any(prop == "bf:status" for prop, _ in from_008):
        arcs += _sequence(activity, facts)
    arcs += _applies_to(activity.of)
    arcs += [(PROPERTIES[role], literal(text, lang)) for role, text, lang in printed]
    if not arcs:
        return
    yield "bf:provisionActivity", node("bf:ProvisionActivity", arcs)
    # The reference names the statement of an activity without a function "bf:Statement", which BIBFRAME does not have.
    prop = f"bf:{function.lower()}Statement" if function else "bf:provisionActivityStatement"
    for in_other_script in (False, True):
        chosen = [each for each in printed if bool(each[2]) is in_other_script]
        if chosen:
            yield prop, literal(_statement(chosen), chosen[0][2])


def _sequence(activity: Activity, facts: Imprints) -> Iterator[Arc]:
    """Yield the status that tells publishers of a continuing resource from each other (Process 8.6)."""
    if facts.regular == 1:
        label = "current" if facts.level == "i" else ""
    else:
        label = SEQUENCES.get(activity.sequence, "") if facts.level in ("s", "i") else ""
    if label:
        yield status(label, Iri(f"http://id.loc.gov/vocabulary/mstatus/{label}"))


def _applies_to(imprint: Imprint) -> Iterator[Arc]:
    for content in (imprint.content, imprint.twin):
        part = chop(Field(imprint.tag, content).first("3"))
        if part:
            yield "bflc:appliesTo", Node("bflc:AppliesTo", ("rdfs:label", part))
            return


def _printed(activity: Activity) -> Iterator[tuple[str, str, str]]:
    """Yield (role, text, language) of all parts, places first, each followed by its counterpart."""
    texts = [(part.role, part.text) for part in activity.parts]
    twins = [(part.role, part.twin) for part in activity.parts]
    for role, lang in zip(PROPERTIES, activity.of.langs, strict=True):
        for n, part in enumerate(activity.parts):
            if part.role != role:
                continue
            for value, all_values, its_lang in ((part.text, texts, lang), (part.twin, twins, activity.of.twin_lang)):
                words = chop(value, brackets=role == AGENT and _inside_brackets(all_values, n))
                if words:
                    yield role, words, its_lang


def _inside_brackets(parts: list[tuple[str, str]], at: int) -> bool:
    """Return whether square brackets that open in a place before the agent at `at` close in a date after it."""
    agent = parts[at][1]
    if not agent or "[" in agent or "]" in agent:
        return False
    place = next((text for role, text in reversed(parts[:at]) if role == PLACE), "")
    date = next((text for role, text in parts[at + 1 :] if role == DATE), "")
    return ("[" in place and "]" not in place) or ("]" in date and "[" not in date)


def _statement(printed: list[tuple[str, str, str]]) -> str:
    places, agents, dates = (
        delimited([text for its_role, text, _ in printed if its_role == role], mark)
        for role, mark in ((PLACE, ";"), (AGENT, ","), (DATE, ","))
    )
    after_place = ": " if places and (agents or dates) else ""
    after_agent = ", " if agents and dates else ""
    return f"{places}{after_place}{agents}{after_agent}{dates}"


def plate_numbers(field: MarcField) -> Arcs:
    """Make `bf:PublisherNumber` of 260 $d, with the number in the other script."""
    others = field.twin.all("d") if field.twin is not None else []
    for n, value in enumerate(field.all("d")):
        values = [value, *others[n : n + 1]]
        yield "bf:identifiedBy", node("bf:PublisherNumber", [("rdf:value", each) for each in values if each])


# fmt: off
RULES: list[Rule] = [
    fact_rule("008", "Fixed-Length Data Elements: 06-17, dates and place of publication", "NR", INSTANCE,
              imprints, provision,
              example="008 170515s2016    vm            000 0 vie d",
              makes='bf:provisionActivity [bf:ProvisionActivity '
                    'rdf:type <http://id.loc.gov/ontologies/bibframe/Publication>; '
                    'bf:date "2016"^^datatypes:edtf; bf:place <http://id.loc.gov/vocabulary/countries/vm>]'),
    # The reference makes no imprint at all of a record without 008.
    fact_rule("LDR", "Imprint of a record without 008", "NR", INSTANCE, imprints, provision),
    rule("260", "Publication, Distribution, etc. (Imprint)", "R", INSTANCE, plate_numbers,
         example="260 ## $aParis : $bDurand, $c1910. $dD. & F. 1234",
         makes='bf:identifiedBy [bf:PublisherNumber rdf:value "D. & F. 1234"]'),
]
