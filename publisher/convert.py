"""The first half of the assembly line alone, for `rong convert`: catalogue files in, RDF out, record by record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from publisher.bibframe import conversion
from publisher.identity.keys import record_key
from publisher.rdf import rdfxml
from publisher.rdf.ntriples import INSTANCE, RECORD, WORK, NTriples, close
from publisher.rdf.resource import Description
from publisher.sources.record import Record


class Target(Protocol):
    """One syntax that records can be converted to: a header, each record's text, a footer."""

    header: str
    footer: str

    def record(self, description: Description) -> str:
        """Return the text of one record."""
        ...


class BibframeXml:
    """RDF/XML in the reference's own shape and order."""

    header = rdfxml.HEADER
    footer = rdfxml.FOOTER

    def __init__(self, base: str) -> None:
        self._base = base

    def record(self, description: Description) -> str:
        """Return the work and the instance of one record."""
        return rdfxml.RdfXml(self._base + description.key).description(description)


class BibframeNTriples:
    """N-Triples; the record's own resources are named as in the reference, their children by content."""

    header = ""
    footer = ""

    def __init__(self, base: str) -> None:
        self._base = base
        self._writer = NTriples()

    def record(self, description: Description) -> str:
        """Return the statements of one record."""
        about = self._base + description.key
        names = {WORK: f"{about}#Work", INSTANCE: f"{about}#Instance", RECORD: f"{about}#Record"}
        return close(self._writer.description(description), names)


TARGETS = {"bibframe-xml": BibframeXml, "ntriples": BibframeNTriples}


def descriptions(records: Iterable[Record], generated: str = "") -> Iterator[Description]:
    """Yield the description of each record."""
    convert = conversion()
    for record in records:
        yield convert.describe(record, record_key(record).value, generated)


def now() -> str:
    """Return the present moment as an xsd:dateTime, for the descriptions' own history."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
