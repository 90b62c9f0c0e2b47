"""Where records are converted: each is read, judged, redacted, described, and matched against nothing yet."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from publisher.assembly.names import Names
from publisher.assembly.outcome import Brief, Made, Outcome, rejected
from publisher.assembly.statements import known_iris, statements
from publisher.bibframe import authorities, converter
from publisher.bibframe.conversion import Conversion
from publisher.bibframe.doubts import doubts
from publisher.bibframe.provenance import assigned_by
from publisher.bibframe.splitting import describe_parts
from publisher.config import Settings
from publisher.errors import RecordError, Skippable
from publisher.identity.attendance import NOBODY, UNSORTED, Attendance, spoken
from publisher.identity.entities import authority_entity
from publisher.identity.evidence import evidence_of
from publisher.identity.grounding import grounded
from publisher.identity.heading import own_number
from publisher.identity.keys import record_key
from publisher.identity.labels import record_labels
from publisher.identity.preferred import keys
from publisher.identity.workbook import Clue, clue
from publisher.policy import Fate, Policy
from publisher.rdf.description import Arc, Local, Node
from publisher.rdf.ntriples import BASE, INSTANCE, RECORD, Named, NTriples
from publisher.rdf.resource import Description
from publisher.rdf.text import percent_encode, squeeze
from publisher.release.document import document
from publisher.schemaorg import offers
from publisher.sources import RawRecord, Rejected, decode
from publisher.sources.record import Record


class Station:
    """Converts records under one configuration; made once in each worker."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.base
        self._policy = Policy(settings.policy)
        self._called = {library.code: library.name for library in settings.libraries}
        self._conversion = converter()
        self.split(asked=False)
        self._attendance = Attendance()
        self._names = Names({library.code.casefold(): library.code for library in settings.libraries}, self._attendance)
        self._writer = NTriples(
            self._names.of, known_iris(), heard=self._attendance.heard, take_out=self._attendance.take_out
        )

    def split(self, *, asked: bool) -> None:
        """Describe each thing that a record describes as an instance of its own from now on, or stop doing so."""
        self._describe: Callable[[Conversion, Record, str], Description] = (
            describe_parts if asked else Conversion.describe
        )

    def outcome(self, raw: RawRecord | Rejected, library: str) -> Made:
        """Return what becomes of one record, its evidence if it is an edition's, and what it names.

        Never raises for what it holds.
        """
        record = decode(raw)
        if isinstance(record, Rejected):
            brief = Brief(Fate.REJECTED.value, record.rule, "", "", "")
            return Made(rejected(record, record.rule, record.reason), brief, None, NOBODY)
        key = record_key(record).value
        self._writer.takes_out = False  # where a fault was found while it did
        try:
            outcome, clue = self._of_record(record, library)
        except Skippable as error:
            outcome, clue = rejected(record, error.rule, error.reason), None
        present = self._attendance.taken()
        if outcome.fate == Fate.REJECTED.value:
            present = NOBODY  # what was named before the fault was found
        brief = Brief(outcome.fate, outcome.rule, key, record.kind, outcome.of_record)
        return Made(outcome, brief, clue, present)

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
        digitized = open_record.digital is not None and bool(open_record.digital.pages)
        said = statements(self._writer, description, ground, digitized=digitized)
        text = said.text + self._writer.arcs(RECORD, RECORD, record_labels(key.value, self._called[library]))
        titles = [title.title for title in (*said.instance_titles, *said.work_titles)]
        of_others = spoken(said.heard)
        every = (text, *of_others, said.of_instance, *spoken(said.heard_of_instance), said.of_work, *titles)
        outcome = came._replace(
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=self._attendance.hear(text, said.heard),
            of_instance=self._attendance.hear(said.of_instance, said.heard_of_instance),
            of_work=said.of_work,
            of_copy=said.of_copy,
            instance_titles=said.instance_titles,
            work_titles=said.work_titles,
            digest=blake2b("".join(every).encode(), digest_size=8).digest(),
            document=found,
            digital=open_record.digital,
        )
        size = len(text) + sum(len(lines) + 1 for lines in of_others) + sum(map(len, titles))
        evidence = evidence_of(open_record)
        return outcome, clue(key.value, content, size, evidence, keys(said.instance_titles), keys(said.work_titles))

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
        self._names.described = (about, Named(f"{BASE}/{entity.face}", tuple(arcs)))
        lines: list[str] = []
        self._writer.node(about, f"{BASE}/{entity.face}", lines)
        self._names.described = None
        called = record_labels(came.key, self._called[name.partition("-")[0]])
        account = (*description.account.arcs, *authorities.account(record), *called)
        of_record = Node("bf:AdminMetadata", *account, iri=Local("Record"))
        self._writer.node(of_record, RECORD, lines)
        every = "".join(lines).split("\n")
        own = [line for line in every if f"<{RECORD}" in line]
        left = self._attendance.hear("\n".join(line for line in every if line not in own), [UNSORTED])
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
        description = self._conversion.describe(record, came.key)
        if not description.items:
            raise RecordError("holdings-without-copy", "this holdings record tells of no copy (852, 866-868, 876-878)")
        self._names.holdings = came.key
        # Not as fields are remembered: the copies of each holdings record are its own, however alike.
        text = "".join(self._writer.arcs(INSTANCE, INSTANCE, made.arcs) for _, made in description.items)
        text += self._writer.arcs(INSTANCE, INSTANCE, offers(description))
        self._names.holdings = ""
        return came._replace(
            raw=record.raw,
            changed=_changed(record),
            warnings=tuple(description.warnings),
            text=text,
            digest=blake2b(text.encode(), digest_size=8).digest(),
            of_record=percent_encode(named),
        )


def _changed(record: Record) -> str:
    """Return the date of 005 as an ISO date, or "" when it is none."""
    stamp = record.control("005")[:8]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if len(stamp) == 8 and stamp.isdigit() else ""
