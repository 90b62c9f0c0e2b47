"""Atom feeds (RFC 4287): of what is new and changed, and of what a search found.

Paging is that of RFC 5005, section 3; the numbers of a search are those of OpenSearch 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lxml import etree

from publisher.site.brief import Brief
from publisher.site.citations import csl_item, in_words
from publisher.site.formats import ATOM, HTML, RDF_FORMATS
from publisher.site.oai.elements import add
from publisher.site.visit import Visit

NAMESPACE = "http://www.w3.org/2005/Atom"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMES = {"opensearch": OPENSEARCH}


class Entry(NamedTuple):
    """One edition in a feed; `published` and `updated` are moments in UTC, "" when nobody knows the first."""

    facts: Brief
    updated: str
    published: str = ""


class Feed(NamedTuple):
    """What a feed says of itself. `links` are addresses by relation; `numbers` the elements of OpenSearch."""

    iri: str
    title: str
    subtitle: str
    updated: str
    links: Mapping[str, str]
    numbers: Mapping[str, str] = {}


def document(feed: Feed, entries: Iterable[Entry], now: Visit) -> bytes:
    """Return the feed as XML."""
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE, **_NAMES})  # type: ignore[dict-item]
    root.set(_XML_LANG, now.language)
    add(root, "id", feed.iri)
    add(root, "title", feed.title)
    add(root, "subtitle", feed.subtitle)
    add(root, "updated", feed.updated)
    author = add(root, "author")
    add(author, "name", now.reader.publisher_name.in_language(now.language))
    add(author, "uri", now.reader.iris.page(""))
    add(root, "generator", "Rông", uri="https://w3id.org/rong/")
    add(root, "icon", now.reader.iris.page("static/mark.svg"))
    licence = now.reader.settings.licence
    if licence:
        add(root, "rights", licence.title.in_language(now.language))
        add(root, "link", rel="license", href=licence.iri)
    for relation, address in feed.links.items():
        kind = HTML if relation == "alternate" else ATOM
        add(root, "link", rel=relation, href=address, type=kind.media_type)
    for name, value in feed.numbers.items():
        etree.SubElement(root, f"{{{OPENSEARCH}}}{name}").text = value
    for entry in entries:
        _write(add(root, "entry"), entry)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write(element: etree._Element, entry: Entry) -> None:
    facts = entry.facts
    add(element, "id", facts.iri)
    add(element, "title", facts.label or facts.title)
    add(element, "updated", entry.updated)
    if entry.published:
        add(element, "published", entry.published)
    for maker in facts.makers:
        add(add(element, "author" if maker.principal else "contributor"), "name", maker.label)
    add(element, "link", rel="alternate", href=facts.iri, type=HTML.media_type)
    for form in RDF_FORMATS:
        add(element, "link", rel="alternate", href=f"{facts.iri}.{form.suffix}", type=form.media_type)
    for address in facts.digital:
        add(element, "link", rel="related", href=address)
    for subject in facts.subjects:
        add(element, "category", term=subject.iri, label=subject.label)
    add(element, "summary", " ".join(facts.summaries)[:1000] or in_words(csl_item(facts)))
