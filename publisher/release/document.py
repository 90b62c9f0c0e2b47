"""What the search index holds of one instance, read off its description. Made in the worker, so it is plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypedDict

from stdnum import isbn

from publisher.identity.entities import Naming, naming_of
from publisher.identity.finalnames import FinalNames
from publisher.identity.labels import plain, resource_label, titles
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Iri, Local, Node, Value
from publisher.rdf.resource import Description, Resource
from publisher.rdf.vietnamese import fold, sort_key, spelled

_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Za-z]")
_TITLES = ("bf:Title", "bf:VariantTitle", "bf:ParallelTitle", "bf:AbbreviatedTitle", "bf:KeyTitle")
_UNDETERMINED = "und"
"""Said where nobody said a language: true, but nothing that people filter by."""
_LONGEST_TEXT = 20_000
"""Characters of one text that are searched: a whole table of contents, but not a whole book."""

FORMS = (
    ("Serial", "periodical"),
    ("Cartography", "map"),
    ("NotatedMusic", "score"),
    ("MusicAudio", "music"),
    ("NonMusicAudio", "sound"),
    ("Audio", "sound"),
    ("MovingImage", "video"),
    ("StillImage", "image"),
    ("Manuscript", "manuscript"),
    ("Dataset", "data"),
    ("Multimedia", "multimedia"),
    ("Object", "object"),
    ("MixedMaterial", "collection"),
    ("Collection", "collection"),
    ("Text", "book"),
)
"""A class of the work (the name in BIBFRAME), and the form by which people filter; the first that fits counts."""

OTHER_FORM = "other"


class Document(TypedDict):
    """One instance as search sees it: words to find it by, values to filter it by, what a list of results shows.

    `words` has for each field of text its values, each as it is spelled and folded (see `rdf.vietnamese`).
    `linked` has "by agent/1" for who had a part in it, "about concept/2" for what it is about: faces until the build
    knows the paths of the IRIs (`settled`).
    """

    title: str
    sort_key: str
    words: dict[str, list[tuple[str, str]]]
    identifiers: list[str]
    agents: list[str]
    subjects: list[str]
    linked: list[str]
    publishers: list[str]
    year: int
    languages: list[str]
    form: str
    digitized: bool


def document(description: Description) -> Document:
    """Return what search needs of `description`."""
    work, instance = description.work, description.instance
    label = resource_label(instance, work)
    makers = list(_entities(_below(work, "bf:contribution", "bf:agent")))
    topics = list(_entities([*work.values("bf:subject"), *work.values("bf:genreForm")]))
    agents, subjects = _once(maker.label for maker in makers), _once(topic.label for topic in topics)
    publishers = _publishers(instance)
    return Document(
        title=label,
        sort_key=sort_key(label),
        words={
            "title": _words([*titles(instance, _TITLES), *titles(work, _TITLES)]),
            "agent": _words([*agents, *_literals(instance, "bf:responsibilityStatement")]),
            "subject": _words(subjects),
            "text": _words([*_texts(work, instance), *_literals(instance, "bf:seriesStatement"), *publishers]),
        },
        identifiers=_identifiers(instance),
        agents=agents,
        subjects=subjects,
        linked=_once([*(f"by {maker.face}" for maker in makers), *(f"about {topic.face}" for topic in topics)]),
        publishers=publishers,
        year=_year(instance),
        languages=sorted(set(_codes(work, "bf:language")) - {_UNDETERMINED}),
        form=form_of(value.rpartition("/")[2] for value in work.values("rdf:type") if isinstance(value, Iri)),
        digitized=_digitized(description),
    )


def settled(document: Document, names: FinalNames) -> Document:
    """Return `document` with the names that identity gave to what it links to.

    It is found by the names that it has as well, and by the others of whom and what it links to: pen names, and all
    that authority records give (4XX).
    """
    found = document.copy()
    linked, others = list[str](), list[str]()
    for link in document["linked"]:
        relation, _, face = link.partition(" ")
        linked.append(f"{relation} {names.of(face)}")
        if not names.is_told_of(face):
            continue
        others += names.others(face)
        label, called = names.labels(face)
        if label != called:
            field, words = ("agents", "agent") if relation == "by" else ("subjects", "subject")
            labels = [called if each == label else each for each in found[field]]  # type: ignore[literal-required]
            found[field] = _once(labels)  # type: ignore[literal-required]
            also = {words: [*found["words"][words], (spelled(called), fold(called))]}
            found["words"] = {**found["words"], **also}
    found["linked"] = _once(linked)
    if others:
        # Among the texts, which count least: who is called so by a record or an authority comes before.
        text = list(dict.fromkeys([*found["words"]["text"], *_words(others)]))
        found["words"] = {**found["words"], "text": text}
    return found


def form_of(classes: Iterable[str]) -> str:
    """Return the form of a work that has these BIBFRAME classes (their names).

    >>> form_of(["Work", "Text", "Serial"]), form_of(["Work"])
    ('periodical', 'other')
    """
    names = set(classes)
    return next((form for name, form in FORMS if name in names), OTHER_FORM)


def number_key(number: str) -> str:
    """Return a standard number as it is compared: letters and digits only, an ISBN in its 13 digits.

    >>> number_key("893-4567-x"), number_key("0-306-40615-2")
    ('8934567X', '9780306406157')
    """
    bare = _NOT_IN_NUMBERS.sub("", number).upper()
    return isbn.to_isbn13(bare) if isbn.is_valid(bare) else bare


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _words(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(spelled(text), fold(text)) for text in (text[:_LONGEST_TEXT] for text in _once(texts))]


def _nodes(values: Iterable[Value]) -> Iterator[Node]:
    return (value for value in values if isinstance(value, Node))


def _below(resource: Resource, prop: str, inner: str) -> Iterator[Value]:
    for node in _nodes(resource.values(prop)):
        yield from node.values(inner)


def _entities(values: Iterable[Value]) -> Iterator[Naming]:
    for node in _nodes(values):
        naming = naming_of(node)
        if naming is not None:
            yield naming


def _literals(resource: Resource, prop: str) -> Iterator[str]:
    return (plain(value) for value in resource.values(prop))


def _texts(work: Resource, instance: Resource) -> Iterator[str]:
    for resource in (work, instance):
        for prop in ("bf:summary", "bf:tableOfContents", "bf:note"):
            for node in _nodes(resource.values(prop)):
                yield from (text for value in node.values("rdfs:label") if (text := plain(value)))


def _identifiers(instance: Resource) -> list[str]:
    found = _once(plain(value) for value in _below(instance, "bf:identifiedBy", "rdf:value"))
    return _once(key for value in found for key in (value, number_key(value)))


def _publishers(instance: Resource) -> list[str]:
    return _once(plain(value) for value in _below(instance, "bf:provisionActivity", "bflc:simpleAgent"))


def _year(instance: Resource) -> int:
    """Return the first year of publication, 0 when there is none."""
    for prop in ("bf:date", "bflc:simpleDate"):
        for value in _below(instance, "bf:provisionActivity", prop):
            if found := _YEAR.search(plain(value)):
                return int(found.group())
    return 0


def _codes(resource: Resource, prop: str) -> Iterator[str]:
    """Yield the codes of languages, those that MARC writes otherwise as MARC does ("fra" is "fre")."""
    aliases = codelist("language-aliases")
    for value in resource.values(prop):
        iri = value.iri if isinstance(value, Node) else value
        if isinstance(iri, Iri) and not isinstance(iri, Local):
            code = iri.rpartition("/")[2]
            yield aliases[code].more["marc"] if code in aliases else code


def _digitized(description: Description) -> bool:
    if any(True for _ in description.instance.values("bf:electronicLocator")):
        return True
    copies = (value for _, made in description.items for _, value in made.arcs)
    return any(True for copy in _nodes(copies) for _ in copy.values("bf:electronicLocator"))
