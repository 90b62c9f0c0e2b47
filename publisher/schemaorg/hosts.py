"""What a work is part of (773): a periodical with the issue and the pages, or a book with the pages.

Source: schema.org 30.0 (PublicationIssue, PublicationVolume, Article, Chapter). Issue, volume and pages are read from
words as they are printed in Vietnamese and English ("Số 3 (2004), tr. 5-9", "Vol. 2, no. 1, p. 7"); what is not
understood is the name of the issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from publisher.identity.labels import first_text, plain, title_of
from publisher.rdf.description import Arc, Iri, Node
from publisher.rdf.resource import Resource

PART_OF = "/relationship/partof"

_ISSUE = re.compile(r"(?:\bsố|\bno\.?|\bnr\.?|\bissue|\bn°)\s*(\d+(?:[-/]\d+)?)", re.IGNORECASE)
_VOLUME = re.compile(r"(?:\btập|\bquyển|\bvol\.?|\bv\.)\s*(\d+)", re.IGNORECASE)
_PAGES = re.compile(r"(?:\btr\.|\btrang|\bpp?\.|\bpages?)\s*(\d+(?:\s*[-–]\s*\d+)?)", re.IGNORECASE)


class Host(NamedTuple):
    """A work that this one is part of."""

    title: str
    issns: tuple[str, ...]
    place: str
    """Where in it this work stands, as printed; "" where the record does not say."""


def hosts(work: Resource) -> Iterator[Host]:
    """Yield the hosts of `work` that have a title."""
    for relation in _nodes(work.values("bf:relation")):
        if not any(isinstance(kind, Iri) and kind.endswith(PART_OF) for kind in relation.values("bf:relationship")):
            continue
        for host in _nodes(relation.values("bf:associatedResource")):
            title = next((title_of(title) for title in _nodes(host.values("bf:title"))), "")
            numbers = [each for each in _nodes(host.values("bf:identifiedBy")) if each.cls == "bf:Issn"]
            issns = tuple(first_text(each, "rdf:value") for each in numbers)
            instances = _nodes(host.values("bf:hasInstance"))
            places = [plain(part) for each in instances for part in each.values("bf:part")]
            if title:
                yield Host(title, issns, "; ".join(places))


def part_of(work: Resource, kind: str) -> Iterator[Arc]:
    """Yield `schema:isPartOf` for each host, and the pages; `kind` is the type of what is part."""
    for host in hosts(work):
        pages = _PAGES.search(host.place)
        if pages and kind.endswith(("Article", "Chapter")):
            yield "schema:pagination", "".join(pages[1].split())
        if not host.issns:
            cls = "schema:Book" if kind.endswith("Chapter") else "schema:CreativeWork"
            yield "schema:isPartOf", Node(cls, ("schema:name", host.title))
            continue
        whole = Node("schema:Periodical", ("schema:name", host.title), *(("schema:issn", each) for each in host.issns))
        yield "schema:isPartOf", _issue(host.place, _volume(host.place, whole))


def _volume(place: str, periodical: Node) -> Node:
    found = _VOLUME.search(place)
    if not found:
        return periodical
    return Node("schema:PublicationVolume", ("schema:volumeNumber", found[1]), ("schema:isPartOf", periodical))


def _issue(place: str, whole: Node) -> Node:
    found = _ISSUE.search(place)
    if found:
        return Node("schema:PublicationIssue", ("schema:issueNumber", found[1]), ("schema:isPartOf", whole))
    if place and whole.cls == "schema:Periodical":
        return Node("schema:PublicationIssue", ("schema:name", place), ("schema:isPartOf", whole))
    return whole


def _nodes(values: Iterator[object]) -> Iterator[Node]:
    return (value for value in values if isinstance(value, Node))
