"""The first half of the assembly line alone, for `rong convert`: catalogue files in, RDF out, record by record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from publisher.bibframe import conversion
from publisher.errors import UsageError
from publisher.identity.keys import record_key
from publisher.rdf import rdfxml
from publisher.rdf.ntriples import INSTANCE, ITEM, RECORD, WORK, NTriples, close
from publisher.rdf.resource import Description
from publisher.sources import Rejected, open_source


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
        names = {
            WORK: f"{about}#Work",
            INSTANCE: f"{about}#Instance",
            RECORD: f"{about}#Record",
            ITEM: f"{about}#Item",
        }
        return close(self._writer.description(description), names)


TARGETS: dict[str, Callable[[str], Target]] = {"bibframe-xml": BibframeXml, "ntriples": BibframeNTriples}


def convert_files(
    files: Iterable[Path], target: str, base: str, write: Callable[[str], object], say: Callable[[str], None]
) -> int:
    """Convert all records of `files` to `target` and `write` them; `say` what was rejected. Return how many were.

    Raises UsageError for a target that there is not, SourceError for a file from which nothing can be read.
    """
    if target not in TARGETS:
        raise UsageError(f"There is no target {target!r}; there are {', '.join(TARGETS)}.")
    writer = TARGETS[target](base)
    convert = conversion()
    generated = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rejected = 0
    write(writer.header)
    for file in files:
        for record in open_source(file):
            if isinstance(record, Rejected):
                rejected += 1
                say(str(record))
            else:
                write(writer.record(convert.describe(record, record_key(record).value, generated)))
    write(writer.footer)
    return rejected
