"""The address /oai: six verbs over what the chronicle knows to have changed and the release in service says.

Items are editions; their identifiers are their IRIs. A datestamp is the moment at which what is published of an edition
last changed (see `publisher.release.chronicle`). Deletions are kept for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from lxml import etree

from publisher.release.chronicle import DATASET, LIBRARY, Chronicle, Entry
from publisher.site.brief import Brief, brief
from publisher.site.oai import bibframe, dublincore, marcxml
from publisher.site.oai.elements import add, root
from publisher.site.oai.protocol import RESUMED, SECONDS, VERBS, OaiError, Question, question
from publisher.site.visit import Visit, in_service, visit

blueprint = Blueprint("oai", __name__)

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
RECORDS, HEADERS = 100, 500
"""Entries of one answer to ListRecords, and to ListIdentifiers."""


class MetadataFormat(NamedTuple):
    """A format: where it is described, and what writes it."""

    schema: str
    namespace: str
    write: Callable[[Visit, Brief, Entry], etree._Element]


FORMATS = {
    "oai_dc": MetadataFormat(
        dublincore.SCHEMA, dublincore.NAMESPACE, lambda now, facts, entry: dublincore.dublin_core(facts)
    ),
    "marcxml": MetadataFormat(
        marcxml.SCHEMA, marcxml.NAMESPACE, lambda now, facts, entry: marcxml.marcxml(facts, entry.first, entry.moment)
    ),
    "bibframe": MetadataFormat(
        bibframe.SCHEMA, bibframe.NAMESPACE, lambda now, facts, entry: bibframe.bibframe(now.reader, facts)
    ),
}


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """Answer a question of OAI-PMH; a wrong one is answered with 200 and an error, as the protocol wants it."""
    now, chronicle = visit(), in_service().chronicle
    if not chronicle.release():
        return _later()
    whole = root(NAMESPACE, "OAI-PMH", _SCHEMA)
    add(whole, "responseDate", datetime.now(UTC).strftime(SECONDS))
    address = now.reader.iris.page("oai")
    said = request.form if request.method == "POST" else request.args
    asked = said.to_dict()
    try:
        put = question(said)
        answer = etree.Element(f"{{{NAMESPACE}}}{put.verb}")
        _ANSWERS[put.verb](answer, put, now, chronicle)
        parts = [answer]
    except OaiError as error:
        answer = etree.Element(f"{{{NAMESPACE}}}error", {"code": error.code})
        answer.text = str(error)
        parts = [answer]
        if error.code in ("badVerb", "badArgument"):
            asked = {}
    add(whole, "request", address, **asked)
    whole.extend(parts)
    body = etree.tostring(whole, xml_declaration=True, encoding="UTF-8")
    response = Response(body, content_type="text/xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _later() -> Response:
    """Ask the harvester to come back: the release in service is not entered in the chronicle yet (3.1.2.2)."""
    response = Response("503 Service Unavailable\n", 503, mimetype="text/plain")
    response.headers["Retry-After"] = "60"
    return response


def _identify(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    settings = now.reader.settings
    add(answer, "repositoryName", now.reader.publisher_name.in_language(now.language))
    add(answer, "baseURL", now.reader.iris.page("oai"))
    add(answer, "protocolVersion", "2.0")
    add(answer, "adminEmail", settings.publisher.contact.email or f"postmaster@{urlsplit(settings.base).hostname}")
    add(answer, "earliestDatestamp", chronicle.earliest())
    add(answer, "deletedRecord", "persistent")
    add(answer, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    add(answer, "compression", "gzip")


def _list_formats(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    if "identifier" in put.arguments:
        _known(chronicle, put.arguments["identifier"])
    for prefix, each in FORMATS.items():
        described = add(answer, "metadataFormat")
        add(described, "metadataPrefix", prefix)
        add(described, "schema", each.schema)
        add(described, "metadataNamespace", each.namespace)


def _list_sets(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    for spec in (LIBRARY, DATASET, *chronicle.sets()):
        described = add(answer, "set")
        add(described, "setSpec", spec)
        add(described, "setName", _set_name(spec, now))


def _set_name(spec: str, now: Visit) -> str:
    kind, _, name = spec.partition(":")
    if not name:
        return now.t("libraries.title" if kind == LIBRARY else "datasets.title")
    if kind == LIBRARY:
        library = now.thing(now.reader.iris.library(name))
        return library.label if library.exists else name
    dataset = now.reader.datasets.get(name)
    return dataset.dataset.declaration.title.in_language(now.language) if dataset else name


def _get_record(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    entry = _known(chronicle, put.arguments["identifier"])
    _write_record(answer, entry, _format(put.arguments["metadataPrefix"]), now)


def _list_identifiers(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    for entry in _page(answer, put, chronicle, HEADERS):
        _write_header(answer, entry, _is_gone(entry, now))


def _list_records(answer: etree._Element, put: Question, now: Visit, chronicle: Chronicle) -> None:
    for entry in _page(answer, put, chronicle, RECORDS):
        assert put.token is not None, "a list has a place"
        _write_record(answer, entry, _format(put.token.prefix), now)


_ANSWERS: dict[str, Callable[[etree._Element, Question, Visit, Chronicle], None]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "GetRecord": _get_record,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
}
assert _ANSWERS.keys() == VERBS.keys() >= RESUMED


def _format(prefix: str) -> MetadataFormat:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"There is no format {prefix}; there are {', '.join(FORMATS)}.")
    return FORMATS[prefix]


def _known(chronicle: Chronicle, identifier: str) -> Entry:
    entry = chronicle.entry(identifier)
    if entry is None:
        raise OaiError("idDoesNotExist", "No edition was ever published under this identifier.")
    return entry


def _page(answer: etree._Element, put: Question, chronicle: Chronicle, size: int) -> Iterator[Entry]:
    """Yield the entries of one answer, then write into it the token by which the list goes on."""
    token = put.token
    assert token is not None, "a list has a place"
    _format(token.prefix)
    # "library" and "dataset" are the sets of all libraries and of all datasets: everything is in both.
    span = token.span._replace(spec="") if token.span.spec in (LIBRARY, DATASET) else token.span
    entries = chronicle.entries(span, token.place, size + 1)
    if not entries and token.cursor == 0:
        raise OaiError("noRecordsMatch", "Nothing is in this set that was changed in this time.")
    yield from entries[:size]
    if len(entries) > size or token.cursor:
        total = token.size if token.size >= 0 else chronicle.count(span)
        # What changed meanwhile stands at the end, so a list may become longer than it was when it began.
        known = {"cursor": str(token.cursor), "completeListSize": str(max(total, token.cursor + len(entries)))}
        last = entries[size - 1] if len(entries) > size else None
        further = token._replace(place=(last.turn, last.id), cursor=token.cursor + size, size=total) if last else None
        add(answer, "resumptionToken", further.written() if further else "", **known)


def _is_gone(entry: Entry, now: Visit) -> bool:
    """Return whether an edition is withdrawn, or is about to be entered as such: the release does not have it."""
    return entry.deleted or not now.reader.exists(entry.iri)


def _write_header(parent: etree._Element, entry: Entry, gone: bool) -> None:
    header = add(parent, "header", **({"status": "deleted"} if gone else {}))
    add(header, "identifier", entry.iri)
    add(header, "datestamp", entry.moment)
    for spec in entry.sets:
        add(header, "setSpec", spec)


def _write_record(parent: etree._Element, entry: Entry, form: MetadataFormat, now: Visit) -> None:
    record, gone = add(parent, "record"), _is_gone(entry, now)
    _write_header(record, entry, gone)
    if not gone:
        add(record, "metadata").append(form.write(now, brief(now.thing(entry.iri)), entry))
