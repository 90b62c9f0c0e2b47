"""One station of the assembly line: a batch of raw records in, their outcomes out. Runs in a worker process.

Everything here depends on one record and the settings alone: the batch, the order and the process do not matter.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import zstandard

from publisher.bibframe import authorities, converter, fewer_collections
from publisher.bibframe.conversion import Conversion
from publisher.bibframe.doubts import doubts
from publisher.bibframe.provenance import assigned_by
from publisher.bibframe.splitting import describe_parts
from publisher.config import Settings
from publisher.errors import RecordError, Skippable
from publisher.exports.iiif import CONTEXT as IIIF_CONTEXT
from publisher.exports.iiif import MEDIA_TYPE as IIIF_MEDIA_TYPE
from publisher.identity.attendance import Attendance, Attended
from publisher.identity.entities import authority_entity, keys_of
from publisher.identity.evidence import evidence_of
from publisher.identity.grounding import Grounded, grounded
from publisher.identity.heading import own_number
from publisher.identity.keys import record_key
from publisher.identity.labels import copy_labels, record_labels, resource_label
from publisher.identity.preferred import Spelling, keys, spellings, without_titles
from publisher.identity.workbook import Clue, clue
from publisher.policy import Fate, Policy
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Arc, Iri, Local, Node, sketch
from publisher.rdf.ntriples import BASE, INSTANCE, ITEM, RECORD, WORK, Named, NTriples
from publisher.rdf.resource import Description
from publisher.rdf.text import percent_encode, squeeze
from publisher.release.document import Document, document
from publisher.schemaorg import offers, schema_of
from publisher.sources import RawRecord, Rejected, decode
from publisher.sources.digital import Digital
from publisher.sources.record import Record


class Outcome(NamedTuple):
    """What became of one record: its fate for the ledger, and, when it is published, what goes into the release.

    `text` is N-Triples with the names of `publisher.rdf.ntriples` still open; `of_instance` and `of_work` are what is
    said of the instance and the work in one voice: they go out for the record that leads when there are several. The
    titles of both are apart, for of several only one is preferred.
    `of_copy` says that the library has a copy, for a record that describes none: it goes out unless holdings do. An
    authority record has the face of what it describes in `entity`, holdings the key of their record in `of_record`.
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
    of_copy: str = ""
    instance_titles: tuple[Spelling, ...] = ()
    work_titles: tuple[Spelling, ...] = ()
    entity: str = ""
    of_record: str = ""
    digest: bytes = b""
    document: Document | None = None
    digital: Digital | None = None


class Brief(NamedTuple):
    """What the parent needs to know of a record before all have come; see `Outcome`."""

    fate: str
    rule: str
    key: str
    kind: str
    of_record: str


class Batch(NamedTuple):
    """The outcomes of a batch: the evidence of each, all that they name, and all of them packed.

    The evidence is None for a record that is not published, or describes no edition.
    """

    briefs: list[Brief]
    clues: list[Clue | None]
    attended: Attended
    packed: bytes


class Station:
    """Converts records under one configuration; made once in each worker."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base
        self._policy = Policy(settings.policy)
        self._libraries = {library.code.casefold(): library.code for library in settings.libraries}
        self._names = {library.code: library.name for library in settings.libraries}
        self._conversion = converter()
        self.split(asked=False)
        self._attendance = Attendance()
        self._described: tuple[Node, Named] | None = None
        self._holdings = ""
        self._writer = NTriples(self._name, known_iris())

    def split(self, *, asked: bool) -> None:
        """Describe each thing that a record describes as an instance of its own from now on, or stop doing so."""
        self._describe: Callable[[Conversion, Record, str], Description] = (
            describe_parts if asked else Conversion.describe
        )

    def outcome(self, raw: RawRecord | Rejected, library: str, number: int) -> tuple[Outcome, Brief, Clue | None]:
        """Return what becomes of one record, the `number`-th of its batch, and its evidence if it is an edition's.

        Never raises for what it holds.
        """
        record = decode(raw)
        if isinstance(record, Rejected):
            return (
                _rejected(record, record.rule, record.reason),
                Brief(Fate.REJECTED.value, record.rule, "", "", ""),
                None,
            )
        key = record_key(record).value
        try:
            outcome, clue = self._of_record(record, library, number)
        except Skippable as error:
            outcome, clue = _rejected(record, error.rule, error.reason), None
        return outcome, Brief(outcome.fate, outcome.rule, key, record.kind, outcome.of_record), clue

    def attended(self) -> Attended:
        """Return what the records since the last time name."""
        return self._attendance.taken()

    def _of_record(self, record: Record, library: str, number: int) -> tuple[Outcome, Clue | None]:
        key = record_key(record)
        decision = self._policy.decide(record)
        came = Outcome(
            record.source, record.position, decision.fate.value, decision.rule, decision.reason, b"", key.value
        )
        if decision.fate is not Fate.PUBLISHED:
            return came, None
        open_record = self._policy.redact(record)
        if record.kind == "holdings":
            return self._of_holdings(open_record, came), None
        description = self._describe(self._conversion, open_record, key.value)
        description.warnings.extend(doubts(open_record))
        if key.derived:
            description.warnings.append(("001", f"{key.derived}: the key is derived from the content"))
        content = int.from_bytes(blake2b(record.raw, digest_size=8).digest(), "big")
        if description.authority is not None:
            return self._of_authority(open_record, description, f"{library}-{key.value}", content, came, number), None
        description = assigned_by(description, Node("bf:Agent", ("bf:code", library)))
        found = document(description)
        ground = grounded(description, found["year"], self._base)
        found["linked"] = list(dict.fromkeys([*found["linked"], *ground.linked]))
        untitled, instance_titles, work_titles = self._titles(description)
        text, of_instance, of_work, of_copy = self._statements(description, untitled, ground)
        if open_record.digital and open_record.digital.pages:
            text += self._writer.arcs(INSTANCE, INSTANCE, _OF_A_MANIFEST)
        text += self._writer.arcs(RECORD, RECORD, record_labels(key.value, self._names[library]))
        titles = [title.title for title in (*instance_titles, *work_titles)]
        outcome = came._replace(
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=self._attendance.without_entities(text, number),
            of_instance=self._attendance.without_entities(of_instance, number),
            of_work=of_work,
            of_copy=of_copy,
            instance_titles=instance_titles,
            work_titles=work_titles,
            digest=blake2b("".join((text, of_instance, of_work, *titles)).encode(), digest_size=8).digest(),
            document=found,
            digital=open_record.digital,
        )
        size = len(text) + sum(map(len, titles))
        evidence = evidence_of(open_record)
        return outcome, clue(key.value, content, size, evidence, keys(instance_titles), keys(work_titles))

    def _of_authority(
        self, record: Record, description: Description, name: str, content: int, came: Outcome, number: int
    ) -> Outcome:
        """Return the outcome of an authority record: what it describes is an agent, a concept, a place or a title."""
        about = description.authority
        assert about is not None, "an authority record describes something"
        entity = authority_entity(about, name, f"{content:016x}")
        if entity is None:
            raise RecordError("authority-without-heading", "this authority record has no heading (1XX); give it one")
        if authorities.headings(record) > 1:
            description.warnings.append(("1XX", "this authority record has several headings: the first counts"))
        numbers = {own_number(*number) for number in authorities.numbers(record)}
        numbers.add(own_number(name.partition("-")[0], came.key))
        shared = record.control("008")[32:33] == "b" and about.cls == "bf:Agent"
        self._attendance.authority(about, entity, name, authorities.variant_headings(record), numbers, shared=shared)
        arcs: list[Arc] = [*entity.arcs, ("bf:adminMetadata", Local("Record"))]
        self._described = (about, Named(f"{BASE}/{entity.face}", tuple(arcs)))
        lines: list[str] = []
        self._writer.node(about, f"{BASE}/{entity.face}", lines)
        self._described = None
        called = record_labels(came.key, self._names[name.partition("-")[0]])
        account = (*description.account.arcs, *authorities.account(record), *called)
        of_record = Node("bf:AdminMetadata", *account, iri=Local("Record"))
        self._writer.node(of_record, RECORD, lines)
        every = "".join(lines).split("\n")
        own = [line for line in every if f"<{RECORD}" in line]
        left = self._attendance.without_entities("\n".join(line for line in every if line not in own), number)
        text = "".join(f"{line}\n" for line in (*own, *left.split("\n")) if line)
        return came._replace(
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=text,
            entity=entity.face,
        )

    def _of_holdings(self, record: Record, came: Outcome) -> Outcome:
        """Return the outcome of a holdings record (MFHD): copies of the instance whose record 004 names."""
        named = squeeze(record.control("004"))
        if not named:
            raise RecordError("holdings-without-record", "this holdings record names no bibliographic record (004)")
        self._holdings = came.key
        description = self._conversion.describe(record, came.key)
        if not description.items:
            raise RecordError("holdings-without-copy", "this holdings record tells of no copy (852, 866-868, 876-878)")
        # Not as fields are remembered: the copies of each holdings record are its own, however alike.
        text = "".join(self._writer.arcs(INSTANCE, INSTANCE, made.arcs) for _, made in description.items)
        text += self._writer.arcs(INSTANCE, INSTANCE, offers(description))
        self._holdings = ""
        return came._replace(
            raw=record.raw,
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=text,
            digest=blake2b(text.encode(), digest_size=8).digest(),
            of_record=percent_encode(named),
        )

    def _titles(self, description: Description) -> tuple[Description, tuple[Spelling, ...], tuple[Spelling, ...]]:
        """Return `description` without the titles of its own instance and work, and these.

        The titles of a hub's record stay: they are said of what stands in place of a work.
        """
        if description.instance_type == "Hub":
            return description, (), ()
        instance, of_instance = without_titles(description.instance)
        work, of_work = without_titles(description.work)
        untitled = replace(description, instance=instance, work=work)
        if description.instance_type == "SecondaryInstance":
            of_work = []
        return untitled, spellings(self._writer, INSTANCE, of_instance), spellings(self._writer, WORK, of_work)

    def _statements(
        self, description: Description, untitled: Description, ground: Grounded
    ) -> tuple[str, str, str, str]:
        """Return all statements, and apart from them those of the instance and of the work that need one voice.

        Last comes the copy that the library must have where the record describes none.
        """
        label = resource_label(description.instance, description.work)
        called: list[Arc] = [("rdfs:label", label), *keys_of(label)]
        schema = schema_of(description)
        of_all = [arc for arc in schema.instance if arc[0] in _OF_EVERY_RECORD]
        of_leader = [arc for arc in schema.instance if arc[0] not in _OF_EVERY_RECORD]
        text = [
            self._writer.description(untitled),
            self._writer.arcs(WORK, WORK, [arc for arc in schema.work if arc[0] != "schema:name"]),
            self._writer.arcs(WORK, WORK, ground.work),
            self._writer.arcs(INSTANCE, INSTANCE, ground.instance),
            *(self._writer.arcs(f"{BASE}/{path}", BASE, arcs) for path, arcs in ground.entities),
        ]
        of_copy = ""
        if not description.items:
            lone = [arc for arc in of_all if arc[0] == "schema:offers"]
            of_all = [arc for arc in of_all if arc[0] != "schema:offers"]
            of_copy = self._writer.arcs(INSTANCE, INSTANCE, [("bf:hasItem", Node("bf:Item")), *lone])
        text.append(self._writer.arcs(INSTANCE, INSTANCE, of_all))
        name = [arc for arc in schema.work if arc[0] == "schema:name"]
        return (
            "".join(text),
            self._writer.arcs(INSTANCE, INSTANCE, [*called, *of_leader]),
            self._writer.arcs(WORK, WORK, [*called, *name]),
            of_copy,
        )

    def _name(self, node: Node) -> Named | None:
        """Name the entities that nodes stand for: libraries by their code, copies, agents, concepts, places."""
        if node.cls == "bf:Item" and node.iri is None:
            return self._item(node)
        if self._described is not None and node is self._described[0]:
            return self._described[1]
        if node.cls == "bf:Agent" and (library := self._library(node)):
            return Named(f"{BASE}/library/{library}", ())
        return self._attendance.named(node)

    def _library(self, node: Node) -> str:
        """Return the code of the configured library that `node` names by it, "" when it names none."""
        codes = (self._libraries.get(str(code).casefold()) for code in node.values("bf:code"))
        return next((code for code in codes if code), "")

    def _item(self, node: Node) -> Named:
        """Name a copy by what the record says of it. A branch that the configuration does not name is the library's."""
        number = blake2b((self._holdings + sketch(node.arcs)).encode(), digest_size=4).hexdigest()
        arcs = [arc for arc in node.arcs if arc[0] != "bf:itemOf"]
        holders = [value for prop, value in arcs if prop == "bf:heldBy" and isinstance(value, Node)]
        if not any(self._library(holder) for holder in holders):
            arcs.append(("bf:heldBy", Local("Library")))
        return Named(f"{ITEM}-{number}", (*arcs, *copy_labels(node), ("bf:itemOf", Local("Instance"))))


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


def outcomes(batch: list[RawRecord | Rejected], library: str, *, split: bool = False) -> Batch:
    """Return the outcomes of `batch`, which came from `library` (its code), in order; what a pool of workers runs.

    With `split`, each thing that a record describes is an instance of its own (Preprocess 0). The texts are packed
    here, where there is a core for it: they travel and wait on the disk in a tenth of their size.
    """
    assert _station is not None, "start() first"
    _station.split(asked=split)
    found = [_station.outcome(raw, library, number) for number, raw in enumerate(batch)]
    packed = zstandard.compress(pickle.dumps([outcome for outcome, _, _ in found]), _PACKED)
    briefs, clues = [brief for _, brief, _ in found], [its for _, _, its in found]
    return Batch(briefs, clues, _station.attended(), packed)


_PACKED = 1
"""Zstandard's fastest ordinary level."""


def unpack(packed: bytes) -> list[Outcome]:
    """Return the outcomes of a batch that `outcomes` packed."""
    found: list[Outcome] = pickle.loads(zstandard.decompress(packed))  # noqa: S301 - what this build wrote itself
    return found
