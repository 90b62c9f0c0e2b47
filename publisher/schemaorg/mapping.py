"""A description's statements in schema.org, on the record's own work and instance.

Source: schema.org 30.0 (CreativeWork, Book, Periodical, Offer, MediaObject); holdings as Offers of a Library follow the
W3C Schema Bib Extend Community Group's pattern. Everything comes from the one description, so a record says the same
whether it is converted alone or among a million.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import isbn

from publisher.identity.labels import first_text, plain, resource_label, title_of
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Local, Node, Typed, Value
from publisher.rdf.resource import Description, Resource
from publisher.rdf.terms import term
from publisher.schemaorg.hosts import part_of
from publisher.schemaorg.kinds import kinds
from publisher.schemaorg.people import people
from publisher.schemaorg.publishers import publisher_name

NO_YEAR = "9999"
"""What 008 has where a cataloguer left the year open (MARC 21 008/07-14)."""

LEND = Iri("http://purl.org/goodrelations/v1#LeaseOut")
_LANGUAGES = "http://id.loc.gov/vocabulary/languages/"
_PAGES = re.compile(r"(?<![\d.])(\d{1,5})(?!\d)\s*\]?\s*(?:p\b|pages?\b|pp\b|tr\b|trang\b|s\.)", re.IGNORECASE)
_VOLUMES = re.compile(r"\b(?:tập|quyển|cuốn|t\.|v\.|vol)", re.IGNORECASE)
_ISBN = re.compile(r"(?<!\d)(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx](?![\dXx])")
_PRINTED = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_DATE = re.compile("-?" + _PRINTED.pattern)
_OTHER_TITLES = ("bf:VariantTitle", "bf:ParallelTitle", "bf:AbbreviatedTitle", "bf:KeyTitle")


@dataclass(frozen=True, slots=True)
class SchemaOrg:
    """The arcs that go on the work and on the instance."""

    work: tuple[Arc, ...]
    instance: tuple[Arc, ...]


def schema_of(description: Description) -> SchemaOrg:
    """Return what schema.org can say of `description`."""
    work, instance = description.work, description.instance
    work_kind, instance_kind = kinds(work)
    name: Arc = ("schema:name", resource_label(instance, work))
    both = [name, *_languages(work), *people(work, work_kind)]
    return SchemaOrg(
        work=_once([("rdf:type", work_kind), *both, *_of_work(work), ("schema:workExample", Local("Instance"))]),
        instance=_once(
            [
                ("rdf:type", instance_kind),
                *([name, *_languages(work), *people(work, instance_kind)]),
                *_of_instance(instance, instance_kind),
                *_issns(work, instance, instance_kind),
                *_parts(work, instance_kind),
                *part_of(work, instance_kind),
                *_copies(description),
                ("schema:exampleOfWork", Local("Work")),
            ]
        ),
    )


def _once(arcs: list[Arc]) -> tuple[Arc, ...]:
    return tuple(dict.fromkeys((prop, value) for prop, value in arcs if value != ""))


def _nodes(values: Iterator[Value]) -> Iterator[Node]:
    return (value for value in values if isinstance(value, Node))


def _iri(value: Value) -> str:
    iri = value.iri if isinstance(value, Node) else value
    return str(iri) if isinstance(iri, Iri) else ""


def _languages(work: Resource) -> Iterator[Arc]:
    """Yield inLanguage as BCP 47; MARC's und, zxx and mul say nothing that it could."""
    for value in work.values("bf:language"):
        iri = _iri(value)
        code = iri.removeprefix(_LANGUAGES) if iri.startswith(_LANGUAGES) else iri.rpartition("/")[2]
        row = codelist("languages").get(code) or codelist("iso639-3").get(code)
        tag = (row.more.get("bcp47") or row.code) if row else ""
        if tag and tag not in ("und", "zxx", "mul"):
            yield "schema:inLanguage", tag


def _of_work(work: Resource) -> Iterator[Arc]:
    for value in work.values("bf:subject"):
        if isinstance(value, Node) and any(value.values("rdfs:label")):
            yield "schema:about", value
    for value in _nodes(work.values("bf:genreForm")):
        for label in value.values("rdfs:label"):
            yield "schema:genre", plain(label)
    for title in _nodes(work.values("bf:title")):
        if title.cls in _OTHER_TITLES:
            yield "schema:alternateName", title_of(title)
    for summary in _nodes(work.values("bf:summary")):
        yield "schema:description", first_text(summary, "rdfs:label")


def _issns(work: Resource, instance: Resource, kind: Iri) -> Iterator[Arc]:
    """Yield the ISSNs of a periodical that are not cancelled: 022 is of the work, other fields' are of the instance."""
    if kind != term("schema:Periodical"):
        return
    for identifier in (*_nodes(work.values("bf:identifiedBy")), *_nodes(instance.values("bf:identifiedBy"))):
        if identifier.cls == "bf:Issn" and not any(identifier.values("bf:status")):
            yield "schema:issn", first_text(identifier, "rdf:value")


def _isbns(value: str) -> list[str]:
    """Return the numbers that older catalogues write one after another into one 020 $a, or the one that is there."""
    numbers = [re.sub("[- ]", "", each) for each in _ISBN.findall(value)]
    return numbers if len(numbers) > 1 and all(map(isbn.is_valid, numbers)) else [value.replace("-", "")]


def _of_instance(instance: Resource, kind: Iri) -> Iterator[Arc]:
    for identifier in _nodes(instance.values("bf:identifiedBy")):
        if any(identifier.values("bf:status")):
            continue
        value = first_text(identifier, "rdf:value")
        if identifier.cls == "bf:Isbn" and kind == term("schema:Book"):
            yield from (("schema:isbn", number) for number in _isbns(value))
    for title in _nodes(instance.values("bf:title")):
        if title.cls in _OTHER_TITLES:
            yield "schema:alternateName", title_of(title)
    yield from _publication(instance)
    if kind == term("schema:Periodical"):
        yield from _years(instance)
    for statement in instance.values("bf:editionStatement"):
        if kind == term("schema:Book"):
            yield "schema:bookEdition", plain(statement)
    if kind == term("schema:Book") and (pages := _page_count(instance)):
        yield "schema:numberOfPages", Typed(str(pages), "xsd:integer")
    for policy in _nodes(instance.values("bf:usageAndAccessPolicy")):
        label = first_text(policy, "rdfs:label")
        if policy.cls == "bf:AccessPolicy":
            yield "schema:conditionsOfAccess", label
        elif address := next((_iri(value) for value in policy.values("bf:electronicLocator")), ""):
            yield "schema:license", Iri(address)


def _publication(instance: Resource) -> Iterator[Arc]:
    dated = False
    for activity in _nodes(instance.values("bf:provisionActivity")):
        types = {_iri(value).rpartition("/")[2] for value in activity.values("rdf:type")}
        if types and "Publication" not in types and activity.cls != "bf:Publication":
            continue
        for prop in ("bf:date", "bflc:simpleDate"):
            for value in activity.values(prop):
                # In EDTF a year with a minus lies before Christ; as it is printed, "-2025" is when a serial ended.
                found = (_DATE if prop == "bf:date" else _PRINTED).fullmatch(plain(value).strip("[]. ©c"))
                if found and not dated and not found.group().startswith(NO_YEAR):
                    dated = True
                    yield "schema:datePublished", found.group()
        for value in activity.values("bflc:simpleAgent"):
            if publisher := publisher_name(plain(value)):
                yield "schema:publisher", Node("schema:Organization", ("schema:name", publisher))


_RUN = re.compile(r"(\d{4})/(\d{4})?(?:\.\.)?")


def _years(instance: Resource) -> Iterator[Arc]:
    """Yield the first and the last year of a periodical, from its dates in EDTF ("1976/..", "1976/1991")."""
    for activity in _nodes(instance.values("bf:provisionActivity")):
        for value in activity.values("bf:date"):
            if found := _RUN.fullmatch(plain(value)):
                yield "schema:startDate", found[1]
                if found[2] and found[2] != NO_YEAR:
                    yield "schema:endDate", found[2]


def _page_count(instance: Resource) -> int:
    """Return the pages that the extent tells ("xi, 245 tr." -> 245), 0 where it tells none or is of several volumes."""
    for extent in _nodes(instance.values("bf:extent")):
        label = first_text(extent, "rdfs:label")
        found = _PAGES.findall(label)
        if len(found) == 1 and not _VOLUMES.search(label):
            return int(found[0])
    return 0


def _parts(work: Resource, kind: Iri) -> Iterator[Arc]:
    """Yield isPartOf for the series that the record traces or transcribes."""
    for relation in _nodes(work.values("bf:relation")):
        if not any(_iri(value).endswith("/relationship/series") for value in relation.values("bf:relationship")):
            continue
        for series in _nodes(relation.values("bf:associatedResource")):
            title = next((title_of(title) for title in _nodes(series.values("bf:title"))), "")
            if title:
                cls = "schema:BookSeries" if kind == term("schema:Book") else "schema:CreativeWorkSeries"
                yield "schema:isPartOf", Node(cls, ("schema:name", title))


def offers(description: Description) -> list[Arc]:
    """Return what is said of an instance because of the copies that a holdings record describes."""
    return list(_copies(description))


def _copies(description: Description) -> Iterator[Arc]:
    """Yield offers for the copies that libraries hold, and encodings for digitized ones."""
    addresses: list[str] = [_iri(value) for value in description.instance.values("bf:electronicLocator")]
    for _, made in description.items:
        for prop, item in made.arcs:
            if prop != "bf:hasItem" or not isinstance(item, Node):
                continue
            online = [_iri(value) for value in item.values("bf:electronicLocator")]
            addresses += online
            if not online and not any(item.values("schema:associatedMedia")):
                yield "schema:offers", _offer(item)
    if not description.items:
        yield "schema:offers", _offer(Node("bf:Item"))
    for address in dict.fromkeys(address for address in addresses if address):
        yield "schema:encoding", Node("schema:MediaObject", ("schema:contentUrl", Iri(address)))


def _offer(item: Node) -> Node:
    holder = next((value for value in item.values("bf:heldBy") if isinstance(value, Node | Iri)), Local("Library"))
    arcs: list[Arc] = [("schema:offeredBy", holder), ("schema:businessFunction", LEND)]
    for shelf_mark in _nodes(item.values("bf:shelfMark")):
        arcs.append(("schema:sku", first_text(shelf_mark, "rdfs:label")))
    for identifier in _nodes(item.values("bf:identifiedBy")):
        if identifier.cls == "bf:Barcode":
            arcs.append(("schema:serialNumber", first_text(identifier, "rdf:value")))
    return Node("schema:Offer", *(arc for arc in arcs if arc[1] != ""))
