"""What identity decides of a few cards: the records of libraries through evidence, workbook and resolution."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from publisher.identity.decisions import Decisions
from publisher.identity.evidence import evidence_of
from publisher.identity.keys import record_key
from publisher.identity.naming import Memory
from publisher.identity.resolution import Resolution
from publisher.identity.workbook import Workbook, clue
from publisher.sources.record import Record
from tests.identity.cards import LEADER, card


class Decided(NamedTuple):
    """The names of instance and work under every record's key, and the warnings."""

    instance: dict[str, str]
    work: dict[str, str]
    warnings: list[str]

    def one_instance(self, *keys: str) -> bool:
        return len({self.instance[key] for key in keys}) == 1

    def one_work(self, *keys: str) -> bool:
        return len({self.work[key] for key in keys}) == 1


def cards(of: Mapping[str, tuple[str, ...]], leader: str = LEADER) -> list[Record]:
    return [card(f"001 {key}", *lines, leader=leader) for key, lines in of.items()]


def decided(
    records: list[Record], folder: Path, decisions: Decisions | None = None, memory: Memory | None = None
) -> Decided:
    """Decide on `records`, all of the library "a"; `memory` is of what was published before."""
    book = Workbook(folder / "workbook.sqlite")
    for number, record in enumerate(records):
        said = "".join(field.tag + field.content for field in record.fields)
        content = int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "big")
        book.add("a", [(number, clue(record_key(record).value, content, len(said), evidence_of(record)))])
    resolution = Resolution(book, decisions or Decisions(), memory)
    resolution.run()
    named = list(resolution.named())
    book.close()
    (folder / "workbook.sqlite").unlink()
    return Decided({n.key: n.instance for n in named}, {n.key: n.work for n in named}, resolution.warnings)
