"""What every exchange format wants to know of an edition or a work, read off the release once.

Citations, Dublin Core, MARCXML, feeds and the API are all made from a `Brief`, so that they agree. It holds what is
published and nothing else: who reads a format made from it reads no more than the page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from publisher.release.document import form_of
from publisher.site.copies import digitized
from publisher.site.people import contributors
from publisher.site.thing import Thing

_RELATORS = "http://id.loc.gov/vocabulary/relators/"
_MARC_LANGUAGES = "http://id.loc.gov/vocabulary/languages/"
_LIFE_DATES = re.compile(r",?\s*\(?\b(?:b\.|d\.|ca\.?|sinh)?\s*\d{3,4}\??\s*-\s*(?:\d{3,4}\??)?\)?\.?$")
_UNKNOWN = re.compile(
    r"\[?\s*(?:s\.\s?[ln]\.?|k\.\s?đ\.?|k\.\s?n\.\s?x\.\s?b\.?|[^\]]*không (?:xác định|rõ)[^\]]*)\s*\]?", re.I
)
_YEAR = re.compile(r"\d{4}")


class Maker(NamedTuple):
    """Who had a part in it. `roles` are codes of MARC relators ("aut"); `is_person` tells a name of a person apart."""

    iri: str
    name: str
    label: str
    roles: tuple[str, ...]
    principal: bool
    is_person: bool
    is_meeting: bool


class Subject(NamedTuple):
    """What it is about: an agent, a concept or a place."""

    iri: str
    kind: str
    label: str
    is_person: bool


class Host(NamedTuple):
    """What an article or a chapter is a part of, and where in it ("Vol. 13, no. 5 (2019)")."""

    title: str
    part: str
    issn: str
    isbn: str


class Thesis(NamedTuple):
    """What a dissertation note says."""

    degree: str
    institution: str
    date: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The facts of one instance with its work, or of a work with its first instance; "" and () for what nobody said.

    `date` is EDTF or a year, `languages` BCP 47, `marc_languages` MARC codes, `form` one of `release.document.FORMS`.
    """

    iri: str
    kind: str
    work: str
    label: str
    title: str
    subtitle: str
    form: str
    classes: frozenset[str]
    makers: tuple[Maker, ...]
    responsibility: tuple[str, ...]
    edition: str
    places: tuple[str, ...]
    publishers: tuple[str, ...]
    date: str
    isbns: tuple[str, ...]
    issns: tuple[str, ...]
    dois: tuple[str, ...]
    languages: tuple[str, ...]
    marc_languages: tuple[str, ...]
    extent: tuple[str, ...]
    dimensions: tuple[str, ...]
    series: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]
    genres: tuple[str, ...]
    ddc: tuple[str, ...]
    summaries: tuple[str, ...]
    contents: tuple[str, ...]
    notes: tuple[str, ...]
    rights: tuple[str, ...]
    digital: tuple[str, ...]
    libraries: tuple[tuple[str, str], ...]
    host: Host | None
    thesis: Thesis | None

    @property
    def year(self) -> str:
        """The first year of publication, "" when nobody knows it."""
        found = _YEAR.search(self.date)
        return found.group() if found else ""


def brief(thing: Thing) -> Brief:
    """Return the facts of the instance or the work `thing`, in the language of the one who reads."""
    if thing.kind == "work":
        work, instance = thing, next((each for each in thing.things("bf:hasInstance") if each.kind), thing)
    else:
        instance, work = thing, next(iter(thing.things("bf:instanceOf")), thing)
    title, subtitle = _title(instance, work)
    publishers, places = _imprint(instance)
    return Brief(
        iri=thing.iri,
        kind=thing.kind,
        work=work.iri,
        label=instance.label,
        title=title,
        subtitle=subtitle,
        form=form_of(work.classes),
        classes=work.classes | instance.classes,
        makers=_makers(work),
        responsibility=tuple(instance.texts("bf:responsibilityStatement")),
        edition="; ".join(instance.texts("bf:editionStatement")),
        places=places,
        publishers=publishers,
        date=instance.text("schema:datePublished"),
        isbns=tuple(instance.texts("schema:isbn")),
        issns=tuple(dict.fromkeys([*instance.texts("schema:issn"), *work.texts("schema:issn")])),
        dois=_identified(instance, "Doi"),
        languages=tuple(instance.texts("schema:inLanguage") or work.texts("schema:inLanguage")),
        marc_languages=_codes(work, "bf:language", _MARC_LANGUAGES),
        extent=tuple(instance.texts("bf:extent/rdfs:label")),
        dimensions=tuple(instance.texts("bf:dimensions")),
        series=_series(instance, work),
        subjects=tuple(
            Subject(each.iri, each.kind, each.label, "Person" in each.classes)
            for each in work.things("bf:subject")
            if each.exists
        ),
        genres=tuple(each.label for each in work.things("bf:genreForm") if each.exists),
        ddc=tuple(
            number
            for part in work.things("bf:classification")
            if "ClassificationDdc" in part.classes
            for number in part.texts("bf:classificationPortion")
        ),
        summaries=_either("bf:summary/rdfs:label", work, instance),
        contents=_either("bf:tableOfContents/rdfs:label", work, instance),
        notes=tuple(
            text
            for each in (*instance.things("bf:note"), *work.things("bf:note"))
            if "internal" not in each.classes
            for text in each.texts("rdfs:label")
        ),
        rights=tuple(instance.texts("bf:usageAndAccessPolicy/rdfs:label")),
        digital=tuple(dict.fromkeys(each.address for each in digitized(instance))),
        libraries=tuple(
            (library.iri, library.label)
            for library in instance.things("bf:hasItem/bf:heldBy")
            if library.kind == "library"
        ),
        host=_host(work),
        thesis=_thesis(work),
    )


def bare_name(label: str) -> str:
    """Return a heading without the dates of a life at its end.

    >>> bare_name("Nguyễn, Du, 1765-1820"), bare_name("Nguyên Ngọc")
    ('Nguyễn, Du', 'Nguyên Ngọc')
    """
    return _LIFE_DATES.sub("", label).rstrip(" ,")


def _title(instance: Thing, work: Thing) -> tuple[str, str]:
    """Return the title proper with its parts, and the other title information."""
    for holder in (instance, work):
        for title in holder.things("bf:title"):
            if title.classes == {"Title"}:
                main = title.text("bf:mainTitle") or title.text("rdfs:label")
                parts = [main, title.text("bf:partNumber"), title.text("bf:partName")]
                if main:
                    return ". ".join(filter(None, parts)), title.text("bf:subtitle")
    return instance.label, ""


def _makers(work: Thing) -> tuple[Maker, ...]:
    roles: dict[str, list[str]] = {}
    for contribution in work.things("bf:contribution"):
        for agent in contribution.things("bf:agent"):
            roles.setdefault(agent.iri, []).extend(_codes(contribution, "bf:role", _RELATORS))
    return tuple(
        Maker(
            iri=each.agent.iri,
            name=bare_name(each.agent.text("schema:name") or each.agent.label),
            label=each.agent.label,
            roles=tuple(dict.fromkeys(roles.get(each.agent.iri, ()))),
            principal=each.principal,
            is_person="Person" in each.agent.classes,
            is_meeting="Meeting" in each.agent.classes,
        )
        for each in contributors(work)
    )


def _codes(thing: Thing, path: str, prefix: str) -> tuple[str, ...]:
    return tuple(iri.removeprefix(prefix) for iri in thing.links(path) if iri.startswith(prefix))


def _imprint(instance: Thing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the publishers and the places of publication; what a cataloguer wrote for "unknown" is left out."""
    publications = [part for part in instance.things("bf:provisionActivity") if "Publication" in part.classes]
    lead = set(instance.texts("schema:publisher/schema:name"))
    fitting = [part for part in publications if lead & set(part.texts("bflc:simpleAgent"))] or publications
    imprints = [(_known(part.texts("bflc:simpleAgent")), _known(part.texts("bflc:simplePlace"))) for part in fitting]
    # Several records of one edition say it each in its own way ("H.", "Hà Nội"): the fullest is taken, whole.
    return max(imprints, key=lambda imprint: sum(len(text) for texts in imprint for text in texts), default=((), ()))


def _known(texts: Iterable[str]) -> tuple[str, ...]:
    bare = (text.strip(" ,;:") for text in texts)
    return tuple(dict.fromkeys(_unbracketed(text) for text in bare if text and not _UNKNOWN.fullmatch(text)))


def _unbracketed(text: str) -> str:
    """Return a text that the cataloguer supplied ("[Hà Nội]") without the brackets that say so."""
    return text[1:-1].strip() if text.startswith("[") and text.endswith("]") else text


def _identified(instance: Thing, name: str) -> tuple[str, ...]:
    return tuple(
        text for part in instance.things("bf:identifiedBy") if name in part.classes for text in part.texts("rdf:value")
    )


def _either(path: str, work: Thing, instance: Thing) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*work.texts(path), *instance.texts(path)]))


def _related(work: Thing, wanted: str) -> list[tuple[Thing, Thing]]:
    """Return (relation, resource) for what the work stands in, by the end of the relationship's address."""
    return [
        (relation, resource)
        for relation in work.things("bf:relation")
        if any(iri.rpartition("/")[2] == wanted for iri in relation.links("bf:relationship"))
        for resource in relation.things("bf:associatedResource")
    ]


def _series(instance: Thing, work: Thing) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for holder in (work, instance):
        for relation, resource in _related(holder, "series"):
            name = resource.text("bf:title/bf:mainTitle") or resource.label
            found[name] = "; ".join(relation.texts("bf:seriesEnumeration"))
    if not found:
        found = dict.fromkeys(instance.texts("bf:seriesStatement"), "")
    return tuple(found.items())


def _host(work: Thing) -> Host | None:
    for _, whole in _related(work, "partof"):
        title = whole.text("bf:title/bf:mainTitle") or whole.text("rdfs:label")
        if title:
            in_it = whole.things("bf:hasInstance")
            return Host(
                title,
                next((part for each in in_it for part in each.texts("bf:part")), ""),
                _number(in_it, whole, "Issn"),
                _number(in_it, whole, "Isbn"),
            )
    return None


def _number(instances: list[Thing], work: Thing, name: str) -> str:
    return next((text for each in (*instances, work) for text in _identified(each, name)), "")


def _thesis(work: Thing) -> Thesis | None:
    for note in work.things("bf:dissertation"):
        return Thesis(
            note.text("bf:degree") or note.text("rdfs:label"),
            note.text("bf:grantingInstitution/rdfs:label"),
            note.text("bf:date"),
        )
    return None
