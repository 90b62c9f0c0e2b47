"""One station of the assembly line: a batch of raw records in, their outcomes out. Runs in a worker process.

Everything here depends on one record and the settings alone: the batch, the order and the process do not matter.
"""

from __future__ import annotations

import pickle
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import zstandard

from publisher.bibframe import converter, fewer_collections
from publisher.config import Settings
from publisher.errors import Skippable
from publisher.exports.iiif import CONTEXT as IIIF_CONTEXT
from publisher.exports.iiif import MEDIA_TYPE as IIIF_MEDIA_TYPE
from publisher.identity.entities import entity_of, keys_of
from publisher.identity.evidence import evidence_of
from publisher.identity.grounding import Grounded, grounded
from publisher.identity.keys import record_key
from publisher.identity.labels import resource_label
from publisher.identity.workbook import Clue, clue
from publisher.policy import Fate, Policy
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Arc, Iri, Local, Node, sketch
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, WORK, Named, NTriples
from publisher.rdf.resource import Description
from publisher.release.document import Document, document
from publisher.schemaorg import schema_of
from publisher.sources import RawRecord, Rejected, decode
from publisher.sources.digital import Digital
from publisher.sources.record import Record


class Outcome(NamedTuple):
    """What became of one record: its fate for the ledger, and, when it is published, what goes into the release.

    `text` is N-Triples with the names of `publisher.rdf.ntriples` still open; `of_instance` and `of_work` are what is
    said of the instance and the work in one voice: they go out for the record that leads when there are several.
    `digest` stands for all three.
    """

    source: str
    position: int
    fate: str
    rule: str = ""
    reason: str = ""
    raw: bytes = b""
    key: str = ""
    changed: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    text: str = ""
    of_instance: str = ""
    of_work: str = ""
    digest: bytes = b""
    document: Document | None = None
    digital: Digital | None = None


class Batch(NamedTuple):
    """The outcomes of a batch: (fate, rule) and the evidence of each, for the parent, and all of them packed.

    The evidence is None for a record that is not published.
    """

    fates: list[tuple[str, str]]
    clues: list[Clue | None]
    packed: bytes


class Station:
    """Converts records under one configuration; made once in each worker."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base
        self._policy = Policy(settings.policy)
        self._libraries = {library.code.casefold(): library.code for library in settings.libraries}
        self._conversion = converter()
        self._writer = NTriples(self._name, known_iris())

    def outcome(self, raw: RawRecord | Rejected) -> tuple[Outcome, Clue | None]:
        """Return what becomes of one record, and its evidence if it is published. Never raises for what it holds."""
        record = decode(raw)
        if isinstance(record, Rejected):
            return _rejected(record, record.rule, record.reason), None
        try:
            return self._of_record(record)
        except Skippable as error:
            return _rejected(record, error.rule, error.reason), None

    def _of_record(self, record: Record) -> tuple[Outcome, Clue | None]:
        key = record_key(record)
        decision = self._policy.decide(record)
        came = Outcome(
            record.source, record.position, decision.fate.value, decision.rule, decision.reason, b"", key.value
        )
        if decision.fate is not Fate.PUBLISHED:
            return came, None
        open_record = self._policy.redact(record)
        description = self._conversion.describe(open_record, key.value)
        if key.derived:
            description.warnings.append(("001", f"{key.derived}: the key is derived from the content"))
        found = document(description)
        ground = grounded(description, found["year"], self._base)
        found["linked"] = list(dict.fromkeys([*found["linked"], *ground.linked]))
        text, of_instance, of_work = self._statements(description, ground)
        if open_record.digital and open_record.digital.pages:
            text += self._writer.arcs(INSTANCE, INSTANCE, _OF_A_MANIFEST)
        content = int.from_bytes(blake2b(record.raw, digest_size=8).digest(), "big")
        outcome = came._replace(
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=text,
            of_instance=of_instance,
            of_work=of_work,
            digest=blake2b("".join((text, of_instance, of_work)).encode(), digest_size=8).digest(),
            document=found,
            digital=open_record.digital,
        )
        return outcome, clue(key.value, content, len(text), evidence_of(open_record))

    def _statements(self, description: Description, ground: Grounded) -> tuple[str, str, str]:
        """Return all statements, and apart from them those of the instance and of the work that need one voice."""
        label = resource_label(description.instance, description.work)
        called: list[Arc] = [("rdfs:label", label), *keys_of(label)]
        schema = schema_of(description)
        of_all = [arc for arc in schema.instance if arc[0] in _OF_EVERY_RECORD]
        of_leader = [arc for arc in schema.instance if arc[0] not in _OF_EVERY_RECORD]
        text = [
            self._writer.description(description),
            self._writer.arcs(WORK, WORK, [arc for arc in schema.work if arc[0] != "schema:name"]),
            self._writer.arcs(INSTANCE, INSTANCE, of_all),
            self._writer.arcs(WORK, WORK, ground.work),
            self._writer.arcs(INSTANCE, INSTANCE, ground.instance),
            *(self._writer.arcs(f"{BASE}/{path}", BASE, arcs) for path, arcs in ground.entities),
        ]
        if not description.items:
            text.append(self._writer.arcs(INSTANCE, INSTANCE, [("bf:hasItem", Node("bf:Item"))]))
        name = [arc for arc in schema.work if arc[0] == "schema:name"]
        return (
            "".join(text),
            self._writer.arcs(INSTANCE, INSTANCE, [*called, *of_leader]),
            self._writer.arcs(WORK, WORK, [*called, *name]),
        )

    def _name(self, node: Node) -> Named | None:
        """Name the entities that nodes stand for: libraries by their code, copies, agents, concepts, places."""
        if node.cls == "bf:Item" and node.iri is None:
            return self._item(node)
        if node.cls == "bf:Agent" and (library := self._library(node)):
            return Named(f"{BASE}/library/{library}", ())
        entity = entity_of(node)
        return Named(f"{BASE}/{entity.path}", entity.arcs) if entity is not None else None

    def _library(self, node: Node) -> str:
        """Return the code of the configured library that `node` names by it, "" when it names none."""
        codes = (self._libraries.get(str(code).casefold()) for code in node.values("bf:code"))
        return next((code for code in codes if code), "")

    def _item(self, node: Node) -> Named:
        """Name a copy by what the record says of it. A branch that the configuration does not name is the library's."""
        number = blake2b(sketch(node.arcs).encode(), digest_size=4).hexdigest()
        arcs = [arc for arc in node.arcs if arc[0] != "bf:itemOf"]
        holders = [value for prop, value in arcs if prop == "bf:heldBy" and isinstance(value, Node)]
        if not any(self._library(holder) for holder in holders):
            arcs.append(("bf:heldBy", Local("Library")))
        return Named(f"{ITEM}-{number}", (*arcs, ("bf:itemOf", Local("Instance"))))


_OF_EVERY_RECORD = frozenset(
    {
        "rdf:type", "schema:encoding", "schema:exampleOfWork", "schema:isbn", "schema:issn", "schema:isPartOf",
        "schema:offers",
    }
)  # fmt: skip
"""What an instance has of all records that describe it; of name, makers, date and pages one voice is enough."""


_OF_A_MANIFEST: list[Arc] = [
    ("rdfs:seeAlso", Local("Manifest")),
    (
        "schema:associatedMedia",
        Node(
            "schema:MediaObject",
            ("schema:contentUrl", Local("Manifest")),
            ("schema:encodingFormat", IIIF_MEDIA_TYPE),
            ("dcterms:conformsTo", Iri(IIIF_CONTEXT)),
            iri=Local("Manifest"),
        ),
    ),
]
"""What an instance of which pages were digitized says of their IIIF manifest."""


def _rejected(record: Record | Rejected, rule: str, reason: str) -> Outcome:
    return Outcome(record.source, record.position, Fate.REJECTED.value, rule, reason, record.raw)


def _changed(record: Record) -> str:
    """Return the date of 005 as an ISO date, or "" when it is none."""
    stamp = record.control("005")[:8]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if len(stamp) == 8 and stamp.isdigit() else ""


@cache
def known_iris() -> frozenset[str]:
    """Return the IRIs of all code lists: the store describes them once."""
    return frozenset(row.iri for name in names() for row in codelist(name).values() if row.iri)


_station: Station | None = None


def start(settings: Settings) -> None:
    """Make this process's station; the initializer of a pool of workers."""
    fewer_collections()
    global _station  # noqa: PLW0603 - one station a process is the point of a worker
    _station = Station(settings)


def outcomes(batch: list[RawRecord | Rejected]) -> Batch:
    """Return the outcomes of `batch` in order; what a pool of workers runs.

    The texts are packed here, where there is a core for it: they travel and wait on the disk in a tenth of their size.
    """
    assert _station is not None, "start() first"
    found = [_station.outcome(raw) for raw in batch]
    packed = zstandard.compress(pickle.dumps([outcome for outcome, _ in found]), _PACKED)
    return Batch([(o.fate, o.rule) for o, _ in found], [its for _, its in found], packed)


_PACKED = 1
"""Zstandard's fastest ordinary level."""


def unpack(packed: bytes) -> list[Outcome]:
    """Return the outcomes of a batch that `outcomes` packed."""
    found: list[Outcome] = pickle.loads(zstandard.decompress(packed))  # noqa: S301 - what this build wrote itself
    return found
