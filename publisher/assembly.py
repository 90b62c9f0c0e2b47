"""One station of the assembly line: a batch of raw records in, their outcomes out. Runs in a worker process.

Everything here depends on one record and the settings alone: the batch, the order and the process do not matter.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from publisher.bibframe import converter, fewer_collections
from publisher.config import Settings
from publisher.errors import Skippable
from publisher.identity.entities import entity_of, keys_of
from publisher.identity.keys import record_key
from publisher.identity.labels import resource_label
from publisher.identity.works import work_id
from publisher.policy import Fate, Policy
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Arc, Local, Node, sketch
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, WORK, Named, NTriples
from publisher.rdf.resource import Description
from publisher.release.document import Document, document
from publisher.schemaorg import schema_of
from publisher.sources import RawRecord, Rejected, decode
from publisher.sources.record import Record


class Outcome(NamedTuple):
    """What became of one record: its fate for the ledger, and, when it is published, what goes into the release.

    `text` is N-Triples with the names of `publisher.rdf.ntriples` still open; `content` is a digest of the record, by
    which the same record exported twice is told from two records with one number.
    """

    source: str
    position: int
    fate: str
    rule: str = ""
    reason: str = ""
    raw: bytes = b""
    key: str = ""
    content: int = 0
    work: str = ""
    changed: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    text: str = ""
    document: Document | None = None


class Station:
    """Converts records under one configuration; made once in each worker."""

    def __init__(self, settings: Settings) -> None:
        self._policy = Policy(settings.policy)
        self._libraries = {library.code.casefold(): library.code for library in settings.libraries}
        self._conversion = converter()
        self._writer = NTriples(self._name, known_iris())

    def outcome(self, raw: RawRecord | Rejected, library: str) -> Outcome:
        """Return what becomes of one record of `library` (its code). Never raises for what the record holds."""
        record = decode(raw)
        if isinstance(record, Rejected):
            return Outcome(record.source, record.position, Fate.REJECTED.value, record.rule, record.reason, record.raw)
        try:
            return self._of_record(record, library)
        except Skippable as error:
            return Outcome(record.source, record.position, Fate.REJECTED.value, error.rule, error.reason, record.raw)

    def _of_record(self, record: Record, library: str) -> Outcome:
        key = record_key(record)
        content = int.from_bytes(blake2b(record.raw, digest_size=8).digest(), "big")
        decision = self._policy.decide(record)
        if decision.fate is not Fate.PUBLISHED:
            return Outcome(
                record.source, record.position, decision.fate.value, decision.rule, decision.reason, key=key.value
            )
        description = self._conversion.describe(self._policy.redact(record), key.value)
        if key.derived:
            description.warnings.append(("001", f"{key.derived}: the key is derived from the content"))
        return Outcome(
            record.source,
            record.position,
            Fate.PUBLISHED.value,
            key=key.value,
            content=content,
            work=work_id(description, f"{library}-{key.value}"),
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=self._statements(description),
            document=document(description),
        )

    def _statements(self, description: Description) -> str:
        label = resource_label(description.instance, description.work)
        called: list[Arc] = [("rdfs:label", label), *keys_of(label)]
        schema = schema_of(description)
        text = [
            self._writer.description(description),
            self._writer.arcs(WORK, WORK, [*called, *schema.work]),
            self._writer.arcs(INSTANCE, INSTANCE, [*called, *schema.instance]),
        ]
        if not description.items:
            text.append(self._writer.arcs(INSTANCE, INSTANCE, [("bf:hasItem", Node("bf:Item"))]))
        return "".join(text)

    def _name(self, node: Node) -> Named | None:
        """Name the entities that nodes stand for: libraries by their code, copies, agents, concepts, places."""
        if node.cls == "bf:Item" and node.iri is None:
            return self._item(node)
        if node.cls == "bf:Agent":
            for code in node.values("bf:code"):
                known = self._libraries.get(str(code).casefold())
                if known is not None:
                    return Named(f"{BASE}/library/{known}", ())
        entity = entity_of(node)
        return Named(f"{BASE}/{entity.path}", entity.arcs) if entity is not None else None

    @staticmethod
    def _item(node: Node) -> Named:
        number = blake2b(sketch(node.arcs).encode(), digest_size=4).hexdigest()
        arcs = [arc for arc in node.arcs if arc[0] != "bf:itemOf"]
        if not any(prop == "bf:heldBy" for prop, _ in arcs):
            arcs.append(("bf:heldBy", Local("Library")))
        return Named(f"{ITEM}-{number}", (*arcs, ("bf:itemOf", Local("Instance"))))


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


def outcomes(library: str, batch: list[RawRecord | Rejected]) -> list[Outcome]:
    """Return the outcomes of `batch`, records of `library`, in order; what a pool of workers runs."""
    assert _station is not None, "start() first"
    return [_station.outcome(raw, library) for raw in batch]
