"""Who is accountable for a description, and since when, in the words that profiles ask for.

The reference says `bf:agent` and `bf:date` of each event in the history of a record; the profiles of the BIBFRAME
Interoperability Group ask every `bf:AdminMetadata` for one `bf:assigner` and one `bf:creationDate`. Both are said here;
RDF/XML, which imitates the reference, leaves the profiles' words out.

Source: BIBFRAME Interoperability Group, profiles for monographs and serials (SHACL), Admin Metadata.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from publisher.bibframe.subfields import ORGANIZATIONS
from publisher.bibframe.text import code_for_iri
from publisher.rdf.description import Arc, Iri, Node, Text, Typed, Value
from publisher.rdf.resource import NOTHING_MORE, Description, Made
from publisher.sources.record import Record

BY = ("bf:agent", "bf:descriptionModifier")


def accountable(record: Record, events: tuple[Made, ...]) -> tuple[Made, tuple[Made, ...]]:
    """Return what is said of the description itself, and `events` with what the profiles ask of each.

    Who made the first event made the description; where 040 $a names nobody, 003, 040 $c or 040 $d does.
    """
    first = _of_event(events[0]) if events else ()
    maker = _value(first, *BY) or _organization(record.control("003").strip() or _in_040(record))
    made_on = _day(first) or next((day for event in events for day in [_day(_of_event(event))] if day), None)
    return _account(maker, made_on), tuple(_completed(event, maker, made_on) for event in events)


UNKNOWN_AGENCY = Node(
    "bf:Agent", ("rdfs:label", Text("cơ quan không rõ", "vi")), ("rdfs:label", Text("unknown agency", "en"))
)
"""Of a record that names no agency anywhere: someone described it, and nobody can know who."""


def assigned_by(description: Description, agency: Value) -> Description:
    """Return `description` as that of `agency` if its record does not say whose it is: profiles ask for someone."""
    account = description.account.arcs
    if any(prop == "bf:assigner" for prop, _ in account):
        return description
    made_on = _value(account, "bf:creationDate")
    history = tuple(_assigned(event, agency) for event in description.history)
    return replace(description, account=_account(agency, made_on), history=history)


@lru_cache(maxsize=1024)
def _assigned(event: Made, agency: Value) -> Made:
    if _value(_of_event(event), "bf:assigner") is not None:
        return event
    prop, node = event.arcs[0]
    return Made(((prop, Node(node.cls, *node.arcs, ("bf:assigner", agency))),)) if isinstance(node, Node) else event


def _in_040(record: Record) -> str:
    agencies = (code.strip() for tag in "cd" for field in record.all("040") for code in field.all(tag))
    return next((code for code in agencies if code), "")


def _of_event(event: Made) -> tuple[Arc, ...]:
    node = event.arcs[0][1]
    return node.arcs if isinstance(node, Node) else ()


def _value(arcs: tuple[Arc, ...], *props: str) -> Value | None:
    return next((value for prop, value in arcs if prop in props), None)


def _day(arcs: tuple[Arc, ...]) -> Value | None:
    """Return the date of an event: the day itself rather than its midnight."""
    dates = [value for prop, value in arcs if prop == "bf:date" and isinstance(value, Typed)]
    return next((each for each in dates if each.datatype == "xsd:date"), dates[0] if dates else None)


UNDETERMINED = Made((("bf:language", Iri("http://id.loc.gov/vocabulary/languages/und")),))
"""ISO 639-2 `und`: for where a language must be indicated and cannot be identified."""


def in_a_language(work: list[tuple[int, Made]]) -> Made:
    """Return the language that profiles ask of a work whose record (`work`, by field) names none."""
    named = any(prop == "bf:language" for _, made in work for prop, _ in made.arcs)
    return NOTHING_MORE if named else UNDETERMINED


@lru_cache(maxsize=4096)
def _organization(code: str) -> Node | None:
    if not code:
        return None
    return Node("bf:Agent", ("bf:code", code), iri=Iri(ORGANIZATIONS + code_for_iri(code, strip_punctuation=True)))


def _said(maker: Value | None, made_on: Value | None) -> list[Arc]:
    arcs: list[Arc] = []
    if maker is not None:
        arcs.append(("bf:assigner", maker))
    if made_on is not None:
        arcs.append(("bf:creationDate", made_on))
    return arcs


@lru_cache(maxsize=1024)
def _account(maker: Value | None, made_on: Value | None) -> Made:
    return Made(tuple(_said(maker, made_on)))


@lru_cache(maxsize=1024)
def _completed(event: Made, maker: Value | None, made_on: Value | None) -> Made:
    arcs = _of_event(event)
    said = _said(_value(arcs, *BY) or maker, _day(arcs) or made_on)
    prop, node = event.arcs[0]
    return Made(((prop, Node(node.cls, *arcs, *said)),)) if isinstance(node, Node) else event
