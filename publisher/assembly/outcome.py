"""What became of one record: all of it, for the release, and in brief, for the parent of the workers."""

from __future__ import annotations

from typing import NamedTuple

from publisher.identity.attendance import Present
from publisher.identity.preferred import Spelling
from publisher.identity.workbook import Clue
from publisher.policy import Fate
from publisher.release.document import Document
from publisher.sources import Rejected
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

    @property
    def is_lacking(self) -> bool:
        """Whether it is a bibliographic record that is not published: its holdings have nothing to belong to."""
        return self.kind == "bibliographic" and self.fate != Fate.PUBLISHED.value


class Made(NamedTuple):
    """What a station makes of one record: `clue` is its evidence, None where it is of no edition that is published."""

    outcome: Outcome
    brief: Brief
    clue: Clue | None
    present: Present


def rejected(record: Record | Rejected, rule: str, reason: str) -> Outcome:
    """Return the outcome of a record that cannot be converted, with its bytes for the quarantine."""
    return Outcome(record.source, record.position, Fate.REJECTED.value, rule, reason, record.raw)
