"""One station of the assembly line: a batch of raw records in, their outcomes out. Runs in a worker process.

Everything here depends on one record and the settings alone: the batch, the order and the process do not matter.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from publisher import resources
from publisher.bibframe import authorities, converter, fewer_collections
from publisher.bibframe.conversion import Conversion
from publisher.bibframe.doubts import doubts
from publisher.bibframe.provenance import assigned_by
from publisher.bibframe.splitting import describe_parts
from publisher.config import Settings
from publisher.errors import RecordError, ReleaseError, Skippable
from publisher.exports.iiif import CONTEXT as IIIF_CONTEXT
from publisher.exports.iiif import MEDIA_TYPE as IIIF_MEDIA_TYPE
from publisher.identity.attendance import NOBODY, Attendance, Attended, Present, Words, together
from publisher.identity.entities import authority_entity, keys_of
from publisher.identity.evidence import evidence_of
from publisher.identity.grounding import Grounded, grounded
from publisher.identity.heading import Heading, own_number
from publisher.identity.keys import record_key
from publisher.identity.labels import copy_labels, record_labels, resource_label
from publisher.identity.preferred import Spelling, keys, spellings, without_titles
from publisher.identity.roster import Face, Said
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
from publisher.sources.digital import Digital, DigitalFile, Page, Part, Service
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
    """What the parent needs of a batch, and `packed` all of it, for the disk (see `unpack`).

    The evidence of a record is None where it is not published, or describes no edition.
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
        self._writer = NTriples(self._name, known_iris(), heard=self._attendance.heard)

    def split(self, *, asked: bool) -> None:
        """Describe each thing that a record describes as an instance of its own from now on, or stop doing so."""
        self._describe: Callable[[Conversion, Record, str], Description] = (
            describe_parts if asked else Conversion.describe
        )

    def outcome(self, raw: RawRecord | Rejected, library: str) -> tuple[Outcome, Brief, Clue | None, Present]:
        """Return what becomes of one record, its evidence if it is an edition's, and what it names.

        Never raises for what it holds.
        """
        record = decode(raw)
        if isinstance(record, Rejected):
            return (
                _rejected(record, record.rule, record.reason),
                Brief(Fate.REJECTED.value, record.rule, "", "", ""),
                None,
                NOBODY,
            )
        key = record_key(record).value
        try:
            outcome, clue = self._of_record(record, library)
        except Skippable as error:
            outcome, clue = _rejected(record, error.rule, error.reason), None
        present = self._attendance.taken()
        if outcome.fate == Fate.REJECTED.value:
            present = NOBODY  # what was named before the fault was found
        return outcome, Brief(outcome.fate, outcome.rule, key, record.kind, outcome.of_record), clue, present

    def _of_record(self, record: Record, library: str) -> tuple[Outcome, Clue | None]:
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
            return self._of_authority(open_record, description, f"{library}-{key.value}", content, came), None
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
            text=self._attendance.without_entities(text),
            of_instance=self._attendance.without_entities(of_instance),
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
        self, record: Record, description: Description, name: str, content: int, came: Outcome
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
        left = self._attendance.without_entities("\n".join(line for line in every if line not in own))
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
    return _packed([_station.outcome(raw, library) for raw in batch])


def fewer(packed: bytes, gone: frozenset[int]) -> Batch:
    """Return a batch without the records in the places `gone`; what a pool of workers runs."""
    briefs, clues, _ = head_of(packed)
    every = zip(outcomes_of(packed), briefs, clues, _load(packed, _PRESENT), strict=True)
    return _packed([each for n, each in enumerate(every) if n not in gone])


def _packed(found: list[tuple[Outcome, Brief, Clue | None, Present]]) -> Batch:
    made, briefs = [each for each, _, _, _ in found], [each for _, each, _, _ in found]
    clues, present = [each for _, _, each, _ in found], [each for _, _, _, each in found]
    attended = together(present)
    sections = [_compressor().compress(pickle.dumps(each)) for each in ((briefs, clues, attended), made, present)]
    return Batch(briefs, clues, attended, _LENGTHS.pack(*map(len, sections)) + b"".join(sections))


@cache
def _compressor() -> zstandard.ZstdCompressor:
    """Zstandard's fastest ordinary level; a flipped bit is found when it is read."""
    return zstandard.ZstdCompressor(level=1, write_checksum=True)


_LENGTHS = struct.Struct(">QQQ")
_HEAD, _OUTCOMES, _PRESENT = range(3)


def head_of(packed: bytes) -> tuple[list[Brief], list[Clue | None], Attended]:
    """Return what the parent needs of a batch that a worker packed, in this build or in one before."""
    found: tuple[list[Brief], list[Clue | None], Attended] = _load(packed, _HEAD)
    return found


def outcomes_of(packed: bytes) -> list[Outcome]:
    """Return the outcomes of a batch that a worker packed."""
    found: list[Outcome] = _load(packed, _OUTCOMES)
    return found


def _load(packed: bytes, section: int) -> Any:
    try:
        lengths = _LENGTHS.unpack_from(packed)
        begin = _LENGTHS.size + sum(lengths[:section])
        content = zstandard.decompress(packed[begin : begin + lengths[section]])
        return _Plain(io.BytesIO(content)).load()
    except (struct.error, zstandard.ZstdError, pickle.UnpicklingError, EOFError, ValueError, TypeError) as error:
        raise ReleaseError(
            f"What was kept of an earlier conversion is damaged ({error}); run `rong build --anew`."
        ) from None


class _Plain(pickle.Unpickler):
    """Loads our own plain data and nothing else: a folder of releases may have come from another machine."""

    def find_class(self, module: str, name: str) -> type:
        """Return one of our classes; raises UnpicklingError for any other thing."""
        found = _CLASSES.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of it")
        return found


_CLASSES: dict[tuple[str, str], type] = {
    (each.__module__, each.__name__): each
    for each in (
        Outcome, Brief, Clue, Attended, Present, Words, Face, Said, Heading, Spelling,
        Digital, Page, Part, DigitalFile, Service,
    )
}  # fmt: skip


def is_alone(raw: RawRecord | Rejected) -> bool:
    """Return whether what becomes of a record depends on its bytes alone: a METS document reads files beside it."""
    return isinstance(raw, Rejected) or raw.format != "mets"


def fingerprint(settings: Settings) -> str:
    """Return what tells conversion under these settings, by this code, on this day from any other.

    Days differ where a rule of the policy begins or ends to hold, and years do.
    """
    policy = settings.policy
    said = (
        _code(),
        settings.base,
        policy.model_dump_json(),
        policy.file.read_bytes() if policy.file is not None else b"",
        Policy(policy).in_force(),
        settings.limits.model_dump_json(),
        [(library.code, library.model_dump_json(include={"names"})) for library in settings.libraries],
    )
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a digest of all code and vocabulary that conversion depends on."""
    package = Path(__file__).parent
    rooms = ("bibframe", "identity", "policy", "rdf", "schemaorg", "sources")
    paths = [path for room in rooms for path in (package / room).rglob("*.py")]
    paths += [package / "assembly.py", package / "release" / "document.py", package / "exports" / "iiif.py"]
    paths += [path for path in resources.folder("vocab").rglob("*") if path.is_file()]
    found = blake2b(digest_size=16)
    for path in sorted(paths):
        found.update(path.name.encode() + b"\0" + blake2b(path.read_bytes()).digest())
    return found.hexdigest()
