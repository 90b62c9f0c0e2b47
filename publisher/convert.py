"""The first half of the assembly line alone, for `rong convert`: catalogue files in, RDF out, record by record."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import orjson
import pyoxigraph

from publisher.bibframe import converter, fewer_collections
from publisher.bibframe.provenance import UNKNOWN_AGENCY, assigned_by
from publisher.errors import UsageError
from publisher.identity.entities import entity_of
from publisher.identity.keys import record_key
from publisher.rdf import rdfxml
from publisher.rdf.description import Arc, Local, Node
from publisher.rdf.jsonld import Json, JsonLd, compact, context
from publisher.rdf.ntriples import AUTHORITY, INSTANCE, ITEM, RECORD, WORK, NTriples, close
from publisher.rdf.resource import Description
from publisher.rdf.terms import PREFIXES
from publisher.schemaorg import alone, schema_of
from publisher.sources import Rejected, open_source
from publisher.sources.record import Record


def whole(record: Record, base: str, key: str) -> list[Record]:
    """Return `record` as it is."""
    return [record]


class Target(Protocol):
    """One syntax that records can be converted to: a header, each record's text, a footer."""

    header: str
    footer: str

    def record(self, description: Description, raw: bytes = b"") -> str:
        """Return the text of one record, whose bytes were `raw`."""
        ...


class BibframeXml:
    """RDF/XML in the reference's own shape and order.

    The reference leaves text in the normal form in which it came, and assertions about it compare character by
    character. So a record that came decomposed (NFD, as MARC-8 tools export) goes out decomposed here, and only here.
    """

    header = rdfxml.HEADER
    footer = rdfxml.FOOTER

    def __init__(self, base: str) -> None:
        self._base = base

    def record(self, description: Description, raw: bytes = b"") -> str:
        """Return the work and the instance of one record."""
        text = rdfxml.RdfXml(self._base + description.key).description(description)
        return text if text.isascii() or not came_decomposed(raw) else unicodedata.normalize("NFD", text)


class BibframeNTriples:
    """N-Triples; the record's own resources are named as in the reference, their children by content."""

    header = ""
    footer = ""

    def __init__(self, base: str) -> None:
        self._base = base
        self._writer = NTriples(joint="-")

    def record(self, description: Description, raw: bytes = b"") -> str:
        """Return the statements of one record."""
        described = self._writer.description(assigned_by(description, UNKNOWN_AGENCY))
        return close(described, _names(self._base, description))


class BibframeTurtle:
    """Turtle: the same statements as `BibframeNTriples`, with prefixes."""

    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    footer = ""

    def __init__(self, base: str) -> None:
        self._ntriples = BibframeNTriples(base)

    def record(self, description: Description, raw: bytes = b"") -> str:
        """Return the statements of one record, grouped by subject."""
        statements = pyoxigraph.parse(self._ntriples.record(description).encode(), pyoxigraph.RdfFormat.N_TRIPLES)
        triples = (quad.triple for quad in statements)
        turtle = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES)
        assert turtle is not None, "serialize returns bytes when it is given no output"
        return "\n" + "".join(line for line in turtle.decode().splitlines(True) if not line.startswith("@prefix "))


class BibframeJsonLd:
    """JSON-LD compacted with our context: one object a resource in `@graph`."""

    footer = "\n]}\n"

    def __init__(self, base: str) -> None:
        self._base = base
        self._between = ""
        self.header = f'{{"@context": {orjson.dumps(context()["@context"]).decode()},\n"@graph": ['

    def record(self, description: Description, raw: bytes = b"") -> str:
        """Return the work, the instance and the record's own description."""
        description = assigned_by(description, UNKNOWN_AGENCY)
        return self._objects(compact(self._expanded(JsonLd(_names(self._base, description), joint="-"), description)))

    def _expanded(self, writer: JsonLd, description: Description) -> list[Json]:
        items = [arc for _, made in description.items for arc in made.arcs]
        if description.authority is not None:
            its = description.authority
            subject = AUTHORITY if its.iri is None or type(its.iri) is Local else its.iri
            return [writer.resource(subject, its.cls, its.arcs, AUTHORITY)]
        if description.instance_type == "Holdings":
            return [writer.resource(INSTANCE, "bf:Instance", items)]
        admin = ("bf:adminMetadata", Local("Record"))
        hub = description.instance_type == "Hub"
        work = [
            *description.work.arcs(),
            *description.supplement.arcs,
            *(description.instance.arcs() if hub else [("bf:hasInstance", Local("Instance"))]),
        ]
        work.append(admin)
        instance = [*description.instance.arcs(), ("bf:instanceOf", description.instance_of), *items, admin]
        record = [*description.admin.arcs(), *description.account.arcs]
        resources = [writer.resource(RECORD, "bf:AdminMetadata", record)]
        if not hub:
            resources.insert(0, writer.resource(INSTANCE, "bf:Instance", instance))
        if description.instance_type != "SecondaryInstance":
            resources.insert(0, writer.resource(WORK, "bf:Work", work))
        return resources

    def _objects(self, objects: list[Json]) -> str:
        text = ""
        for item in objects:
            text += f"{self._between}\n{orjson.dumps(item).decode()}"
            self._between = ","
        return text


class SchemaJsonLd(BibframeJsonLd):
    """schema.org as JSON-LD: the work and the instance, with people, subjects and holdings nested."""

    def _expanded(self, writer: JsonLd, description: Description) -> list[Json]:
        if description.authority is not None:
            return [self._authority(writer, description.authority)]
        if description.instance_type == "Holdings":
            return []
        statements = schema_of(description)
        found = []
        described: list[tuple[str, Iterable[Arc]]] = [(WORK, statements.work), (INSTANCE, statements.instance)]
        if description.instance_type == "SecondaryInstance":  # its work is described in another record
            of_work = description.instance_of
            its = [(prop, of_work if value == Local("Work") else value) for prop, value in statements.instance]
            described = [(INSTANCE, its)]
        for subject, arcs in described:
            resource = writer.resource(subject, "schema:CreativeWork", alone(arcs))
            resource["@type"] = resource["@type"][1:] or resource["@type"]
            found.append(resource)
        return found

    @staticmethod
    def _authority(writer: JsonLd, node: Node) -> Json:
        """Return an agent, a concept or a place with its names."""
        entity = entity_of(node)
        said = entity.arcs if entity is not None else ()
        kinds = [
            str(value).rpartition("/")[2] for prop, value in said if prop == "rdf:type" and "schema.org" in str(value)
        ]
        names = {"rdfs:label": "schema:name", "skos:altLabel": "schema:alternateName"}
        arcs: list[Arc] = [(names[prop], value) for prop, value in node.arcs if prop in names]
        subject = AUTHORITY if node.iri is None or type(node.iri) is Local else node.iri
        return writer.resource(subject, f"schema:{kinds[0]}" if kinds else "schema:CreativeWork", arcs)


def came_decomposed(raw: bytes) -> bool:
    """Return whether the bytes of a record are UTF-8 text in NFD that is not also in NFC."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return not unicodedata.is_normalized("NFC", text) and unicodedata.is_normalized("NFD", text)


def _names(base: str, description: Description) -> dict[str, str]:
    about = base + description.key
    return {
        AUTHORITY: f"{about}#Authority",
        WORK: f"{about}#Work",
        INSTANCE: f"{about}#Instance",
        RECORD: f"{about}#Record",
        ITEM: f"{about}#Item",
    }


TARGETS: dict[str, Callable[[str], Target]] = {
    "bibframe-xml": BibframeXml,
    "ntriples": BibframeNTriples,
    "turtle": BibframeTurtle,
    "jsonld": BibframeJsonLd,
    "schemaorg": SchemaJsonLd,
}


def convert_files(
    files: Iterable[Path],
    target: str,
    base: str,
    write: Callable[[str], object],
    say: Callable[[str], None],
    *,
    parts: Callable[[Record, str, str], list[Record]] = whole,
) -> int:
    """Convert all records of `files` to `target` and `write` them; `say` what was rejected. Return how many were.

    `parts` makes of each record those that are converted: `whole` the record itself, `split` one for each thing it
    describes. Raises UsageError for a target that there is not, SourceError for a file from which nothing can be read.
    """
    if target not in TARGETS:
        raise UsageError(f"There is no target {target!r}; there are {', '.join(TARGETS)}.")
    fewer_collections()
    writer = TARGETS[target](base)
    convert = converter()
    generated = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rejected = 0
    write(writer.header)
    try:
        for file in files:
            for record in open_source(file):
                if isinstance(record, Rejected):
                    rejected += 1
                    say(str(record))
                    continue
                key = record_key(record).value
                for part in parts(record, base, key):
                    its_key = key if part.control("001") == record.control("001") else part.control("001")
                    write(writer.record(convert.describe(part, its_key, generated, base), record.raw))
    finally:  # what was converted stands in a whole document, whatever comes after it
        write(writer.footer)
    return rejected
