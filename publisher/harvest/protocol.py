"""OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html): what an answer says.

A DTD, an entity or an HTML page is refused; nothing outside of the answer is ever fetched.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
_DATESTAMP = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?")


class BadAnswer(Exception):
    """An answer that is none of OAI-PMH; the message is the end of a sentence."""


class Item(NamedTuple):
    """One record of an answer. `content` is its whole `<record>` element, "" when it is deleted."""

    identifier: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]
    content: bytes


class Page(NamedTuple):
    """One answer to ListRecords. `token` is "" on the last page; `error` a code of OAI-PMH and its words."""

    items: tuple[Item, ...]
    token: str
    response_date: str
    size: int | None
    faults: int
    error: str = ""
    error_text: str = ""


class Identity(NamedTuple):
    """What a repository says of itself."""

    name: str
    earliest: str
    granularity: str
    deleted: str


def page(content: bytes) -> Page:
    """Read an answer to ListRecords; raises `BadAnswer`. `faults` counts records without an identifier or a date."""
    root = _root(content)
    response_date = _text(root, "responseDate")
    error = root.find(f"{OAI}error")
    if error is not None:
        said = " ".join(str(error.text or "").split())[:200]
        return Page((), "", response_date, None, 0, error.get("code", "unknown"), said)
    listed = root.find(f"{OAI}ListRecords")
    if listed is None:
        raise BadAnswer("answered without a ListRecords element")
    items, faults = [], 0
    for record in listed.iterchildren(f"{OAI}record"):
        item = _item(record)
        if item is None:
            faults += 1
        else:
            items.append(item)
    token = listed.find(f"{OAI}resumptionToken")
    size = token.get("completeListSize", "") if token is not None else ""
    return Page(
        tuple(items),
        str(token.text or "").strip() if token is not None else "",
        response_date,
        int(size) if size.isdecimal() and len(size) < 12 else None,
        faults,
    )


def identity(content: bytes) -> Identity:
    """Read an answer to Identify; raises `BadAnswer`."""
    root = _root(content)
    about = root.find(f"{OAI}Identify")
    if about is None:
        raise BadAnswer("did not say what it is when asked to Identify itself")
    return Identity(
        _text(about, "repositoryName"),
        _text(about, "earliestDatestamp"),
        _text(about, "granularity"),
        _text(about, "deletedRecord"),
    )


def _root(content: bytes) -> etree._Element:
    start = content[:2048].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        raise BadAnswer("answered with a web page instead of OAI-PMH")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadAnswer("answered with a document type declaration, which Rông does not follow")
    # A parser of its own for each answer: lxml keeps the names it has seen in a parser.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadAnswer(f"answered with XML that is not well-formed ({str(error)[:120]})") from None
    if root is None or root.tag != f"{OAI}OAI-PMH":
        raise BadAnswer("answered with XML that is not OAI-PMH")
    return root


def _item(record: etree._Element) -> Item | None:
    header = record.find(f"{OAI}header")
    if header is None:
        return None
    identifier, datestamp = _text(header, "identifier"), _text(header, "datestamp")
    if not identifier or not _DATESTAMP.fullmatch(datestamp):
        return None
    deleted = header.get("status") == "deleted"
    sets = tuple(" ".join(str(each.text or "").split()) for each in header.iterchildren(f"{OAI}setSpec"))
    metadata = record.find(f"{OAI}metadata")
    if not deleted and (metadata is None or not len(metadata)):
        return None
    return Item(identifier, datestamp, deleted, sets, b"" if deleted else etree.tostring(record, with_tail=False))


def _text(parent: etree._Element, name: str) -> str:
    found = parent.find(f"{OAI}{name}")
    return " ".join(str(found.text or "").split()) if found is not None else ""
