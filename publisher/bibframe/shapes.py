"""The shapes that many fields share: a literal, a labelled resource, a note of some kind.

    rule("254", "Musical Presentation Statement", "NR", INSTANCE, literals("bf:editionStatement", "a"))

Each function here returns a `Make` for a line of a rule table. `text` is what is done to the words of a subfield
(`chop`, `as_is`, `squeeze`), `about` are functions that add what the whole field says of each resource, such as
`applies_to` for $3. Text that comes out empty makes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from publisher.bibframe.codes import NOTE_TYPES
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import Make
from publisher.bibframe.subfields import identifier
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node

Wording = Callable[[str], str]
About = Callable[[MarcField], Iterable[Arc]]

keep_full_stop = partial(chop, end=":;,/=")
"""Take off what separates, but not the full stop of a sentence."""


def as_is(text: str) -> str:
    """Return `text` as it was written, "" if it is only white space."""
    return text if text and not text.isspace() else ""


def note_type(kind: str) -> tuple[Arc, ...]:
    """Return `rdf:type` for the kind of note that id.loc.gov calls `kind`, nothing for ""."""
    return (("rdf:type", Iri(NOTE_TYPES + kind)),) if kind else ()


def together(*makes: Make) -> Make:
    """Make all that `makes` make, in their order."""

    def make(field: MarcField) -> Arcs:
        for each in makes:
            yield from each(field)

    return make


def literals(prop: str, codes: str, text: Wording = chop) -> Make:
    """Make a literal of each subfield in `codes`."""

    def make(field: MarcField) -> Arcs:
        for value in field.all(codes):
            words = text(value)
            if words:
                yield prop, literal(words, field.lang)

    return make


def statement(prop: str, codes: str, text: Wording = chop) -> Make:
    """Make one literal of all subfields in `codes`."""

    def make(field: MarcField) -> Arcs:
        words = text(" ".join(field.all(codes)))
        if words:
            yield prop, literal(words, field.lang)

    return make


def resources(
    prop: str, cls: str, codes: str, *about: About, text: Wording = chop, label: str = "rdfs:label", kind: str = ""
) -> Make:
    """Make a resource of each subfield in `codes`, with its text as `label`; `kind` is for notes (see `note_type`)."""
    first = note_type(kind)

    def make(field: MarcField) -> Arcs:
        for value in field.all(codes):
            words = text(value)
            if words:
                more = [arc for each in about for arc in each(field)]
                yield prop, Node(cls, *first, (label, literal(words, field.lang)), *more)

    return make


def resource(prop: str, cls: str, *about: About, kind: str = "") -> Make:
    """Make one resource of the field, of all that `about` say; nothing if they say nothing."""
    first = note_type(kind)

    def make(field: MarcField) -> Arcs:
        arcs = [arc for each in about for arc in each(field)]
        if arcs:
            yield prop, Node(cls, *first, *arcs)

    return make


def identifiers(cls: str, codes: str) -> Make:
    """Make `bf:identifiedBy` of each subfield in `codes`."""

    def make(field: MarcField) -> Arcs:
        for value in field.all(codes):
            words = chop(value)
            if words:
                yield "bf:identifiedBy", Node(cls, ("rdf:value", words))

    return make


def labels_in_both_scripts(field: MarcField, wording: Callable[[MarcField], str]) -> Iterator[Arc]:
    """Yield `rdfs:label` with what `wording` makes of the field, and of the same field in the other script."""
    words = wording(field)
    if words:
        yield "rdfs:label", literal(words, field.lang)
    if field.twin is not None:
        words = wording(field.twin)
        if words:
            yield "rdfs:label", literal(words, field.twin.lang)


def values_in_both_scripts(field: MarcField, code: str, text: Wording) -> Iterator[list[tuple[str, str]]]:
    """Yield, for each subfield `code`, its text and language, and those of its counterparts in the other script.

    Where the two scripts do not have the same number of subfields, nobody knows which belongs to which: each gets all.
    """
    values = field.all(code)
    others = [(text(value), field.twin.lang) for value in field.twin.all(code)] if field.twin is not None else []
    for n, value in enumerate(values):
        counterparts = [others[n]] if len(others) == len(values) else others
        yield [(words, lang) for words, lang in ((text(value), field.lang), *counterparts) if words]


def resources_in_both_scripts(
    prop: str, cls: str, code: str, *about: About, text: Wording = chop, kind: str = ""
) -> Make:
    """Make a resource of each subfield `code`, labelled in both scripts."""
    first = note_type(kind)

    def make(field: MarcField) -> Arcs:
        for values in values_in_both_scripts(field, code, text):
            if values:
                labels = [("rdfs:label", literal(words, lang)) for words, lang in values]
                more = [arc for each in about for arc in each(field)]
                yield prop, node(cls, [*first, *labels, *more])

    return make


def authority(field: MarcField, at: int, others: str = "madsrdf:hasRelatedAuthority") -> tuple[Iri | None, list[Arc]]:
    """Return what the $0s directly after the subfield at index `at` say of it.

    The first address is its name; `others` is the property for further ones; what is no address is an identifier.
    """
    name: Iri | None = None
    related: list[Arc] = []
    known: list[Arc] = []
    for code, value in field.subfields[at + 1 :]:
        if code != "0":
            break
        if "://" not in value:
            known.append(identifier(value))
            continue
        address = Iri(value.removeprefix("(uri)").strip())
        if name is None:
            name = address
        elif address != name:
            related.append((others, address))
    return name, related + known
