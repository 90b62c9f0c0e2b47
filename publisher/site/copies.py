"""Who has it, and where it can be read at once: the copies of an instance by library, and its digitized forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from publisher.site.thing import Thing


class Copy(NamedTuple):
    """One copy: what a reader asks for at the desk."""

    item: Thing
    shelf_marks: tuple[str, ...]
    places: tuple[str, ...]
    volumes: tuple[str, ...]
    notes: tuple[str, ...]


class Holding(NamedTuple):
    """The copies that one library has; none when it only says that it has the thing."""

    library: Thing
    copies: tuple[Copy, ...]


class Digital(NamedTuple):
    """A digitized form: where it is, and what is said of it."""

    address: str
    note: str


def holdings(instances: Iterable[Thing]) -> list[Holding]:
    """Return who holds the instances, in the order of the libraries' names."""
    by_library: dict[str, list[Copy]] = {}
    for instance in instances:
        for item in instance.things("bf:hasItem"):
            for library in item.things("bf:heldBy"):
                if library.kind == "library":
                    by_library.setdefault(library.iri, []).append(_copy(item))
    found = [Holding(copies[0].item.of(iri), tuple(copies)) for iri, copies in by_library.items() if copies]
    return sorted(found, key=lambda holding: holding.library.sort_key)


def _copy(item: Thing) -> Copy:
    return Copy(
        item,
        tuple(item.texts("bf:shelfMark/rdfs:label")),
        (*item.texts("bf:sublocation/rdfs:label"), *item.texts("bf:physicalLocation")),
        tuple(item.texts("bf:enumerationAndChronology/rdfs:label")),
        (*item.texts("bf:note/rdfs:label"), *item.texts("bf:usageAndAccessPolicy/rdfs:label")),
    )


def digitized(instance: Thing) -> list[Digital]:
    """Return the addresses at which an instance, or a copy of it, can be read, each once."""
    found: dict[str, str] = {}
    for holder in (instance, *instance.things("bf:hasItem")):
        for address in holder.links("bf:electronicLocator"):
            locator = instance.of(address)
            described = "#" in address and bool(instance.reader.iris.split(address))
            targets = [*locator.links("rdf:value"), *locator.links("schema:url")] if described else [address]
            for target in targets:
                found.setdefault(
                    target, "; ".join([*locator.texts("rdfs:label"), *locator.texts("bf:note/rdfs:label")])
                )
    return [Digital(address, note) for address, note in sorted(found.items())]
