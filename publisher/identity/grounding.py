"""What the strings of a record stand for: dated places and concepts of ours, beside what the record says itself.

Nothing is replaced. The work keeps its `bf:subject`s and its classification; beside them stand `schema:spatialCoverage`
(the places that it is about, in the time of the record) and `dcterms:subject` (the concepts of our schemes). The
instance has `rong:publicationPlace`. The entity that a heading makes ("Kon Tum") has `skos:closeMatch` to every place
and concept that the heading can mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from publisher.identity.entities import naming_of
from publisher.identity.gazetteer import COUNTRY, PROVINCE, REGION, Place, gazetteer
from publisher.identity.labels import plain
from publisher.identity.placenames import ABOUT, PUBLISHED, place_named, places_named
from publisher.identity.schemes import SUBJECTS, ddc_concept
from publisher.identity.themes import PARTS, named_concepts
from publisher.rdf.description import Arc, Iri, Node, Value
from publisher.rdf.resource import Description, Resource
from publisher.rdf.terms import term

_MOST_SUBJECTS = 200
_MOST_PARTS = 8


class Grounded(NamedTuple):
    """What is said of the work, the instance, and the entities of its headings (by face).

    `linked` is for the search index, as in `release.document`: "about place/vn-62-2025", "about concept/people-13",
    "from place/vn-01"; and with "now" instead of "about", "now_from" instead of "from", the places of today.
    """

    work: tuple[Arc, ...]
    instance: tuple[Arc, ...]
    entities: tuple[tuple[str, tuple[Arc, ...]], ...]
    linked: tuple[str, ...]


def grounded(description: Description, year: int, base: str) -> Grounded:
    """Return what the strings of `description` stand for in a record of `year` (0 where it has none).

    `base` is what our IRIs begin with.
    """
    about: dict[str, Place] = {}
    concepts: dict[str, None] = {}
    entities: dict[str, tuple[Arc, ...]] = {}
    for node in _headings(description.work):
        naming = naming_of(node)
        if naming is None:
            continue
        is_place = naming.kind == "place"
        for place in _places(naming.label, year, is_place=is_place):
            about[place.code] = place
        concepts.update(dict.fromkeys(() if is_place else named_concepts(naming.label)))
        entities[naming.face] = _of_heading(naming.label, base, is_place=is_place)
    concepts.update((path, None) for path in _dewey(description.work))
    published = {place.code: place for place in _publication_places(description.instance, year)}
    return Grounded(
        work=(
            *(("schema:spatialCoverage", Iri(f"{base}/{place.path}")) for place in about.values()),
            *(("dcterms:subject", Iri(f"{base}/{path}")) for path in concepts),
        ),
        instance=tuple(("rong:publicationPlace", Iri(f"{base}/{place.path}")) for place in published.values()),
        entities=tuple(entities.items()),
        linked=(
            *(f"about {place.path}" for place in about.values()),
            *(f"about {path}" for path in concepts),
            *(f"now {path}" for path in _today(about.values())),
            *(f"from {place.path}" for place in published.values()),
            *(f"now_from {path}" for path in _today(published.values())),
        ),
    )


def _headings(work: Resource) -> Iterator[Node]:
    values: Iterable[Value] = [*work.values("bf:subject"), *work.values("bf:genreForm")]
    nodes = [value for value in values if isinstance(value, Node)]
    return iter(nodes[:_MOST_SUBJECTS])


@lru_cache(maxsize=16384)
def _of_heading(label: str, base: str, *, is_place: bool) -> tuple[Arc, ...]:
    """Return what is said of the entity of a heading, whichever record has it."""
    if is_place:
        return tuple(("skos:closeMatch", Iri(f"{base}/{place.path}")) for place in places_named(label))
    matched = named_concepts(label) if not PARTS.search(label) else ()
    return (
        ("skos:inScheme", Iri(f"{base}/scheme/{SUBJECTS}")),
        *(("skos:closeMatch", Iri(f"{base}/{path}")) for path in matched),
    )


@lru_cache(maxsize=65536)
def _places(label: str, year: int, *, is_place: bool) -> tuple[Place, ...]:
    """Return the places that a heading is about; a topic counts where it is written as a name and is of some size.

    "Hòa bình" is peace and "Hòa Bình" a province.
    """
    if is_place:
        found = [place_named(label, year, ABOUT)]
    else:
        found = [_place_in_topic(label, year)]
        if found == [None]:
            found = [_place_in_topic(part, year) for part in PARTS.split(label)[:_MOST_PARTS]]
    return tuple(place for place in found if place is not None)


def _place_in_topic(text: str, year: int) -> Place | None:
    words = text.strip(" .").split()
    if len(words) > 1 and not all(word[:1].isupper() for word in words if word[:1].isalpha()):
        return None
    found = place_named(text, year, ABOUT) if (words and not text.isascii()) or len(words) > 1 else None
    return found if found is not None and found.level in (COUNTRY, REGION, PROVINCE) else None


def _publication_places(instance: Resource, year: int) -> Iterator[Place]:
    publication = term("bf:Publication")
    for activity in instance.values("bf:provisionActivity"):
        if isinstance(activity, Node) and any(each == publication for each in activity.values("rdf:type")):
            for value in activity.values("bflc:simplePlace"):
                if found := place_named(plain(value), year, PUBLISHED):
                    yield found


def _dewey(work: Resource) -> Iterator[str]:
    for value in work.values("bf:classification"):
        if isinstance(value, Node) and value.cls == "bf:ClassificationDdc":
            for number in value.values("bf:classificationPortion"):
                if path := ddc_concept(plain(number)):
                    yield path


def _today(places: Iterable[Place]) -> list[str]:
    """Return the paths of what stands today where `places` were, where that is another place."""
    found: dict[str, None] = {}
    for place in places:
        for later in gazetteer().successors(place.code):
            if not later.valid_to:
                found[later.path] = None
    return list(found)
