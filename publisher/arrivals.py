"""What came into a build, batch by batch: which records are new, which are as they were, which are no more.

A record has one number for life: it is given when it comes, grows with each that comes, and is not given again while
the record is there. A record that was corrected is one that went and another that came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from publisher import assembly
from publisher.assembly import Head
from publisher.intake import Again, Fewer, Number, Work
from publisher.release.conversion import Conversion, ConversionWriter, Kept
from publisher.release.decided import KeptRecord, name_of
from publisher.release.decided_before import DecidedBefore


class Past(NamedTuple):
    """The release in the folder `path` that an update goes on from: its batches, what was decided of their records."""

    path: Path
    batches: Conversion
    decided: DecidedBefore

    def places(self, numbers: Iterable[Number]) -> set[int]:
        """Return the places of the batches in which one of some records may be, by what the records are called."""
        found = self.decided.batches_of(name_of(*number) for number in numbers)
        return {place for place, (number, _, _) in enumerate(self.decided.batches()) if number in found}


class Arrived(NamedTuple):
    """A batch: its `id` (in `decided.sqlite`), its place in the release before and which of its records there are gone.

    The place is -1 for one that is new, whose records have numbers from `first` on; it has so many `records` then.
    """

    batch: Kept
    id: int
    place: int
    gone: frozenset[int]
    first: int
    records: int


class Come(NamedTuple):
    """A record that is new: in which batch of now, in which place there, what stands for its name."""

    at: int
    place: int
    name: int | None


class Arrivals:
    """What came into a build, kept in `kept`; without a `past` all of it is new."""

    def __init__(self, kept: ConversionWriter, past: Past | None = None) -> None:
        self.kept = kept
        self.past = past
        self.batches: list[Arrived] = []
        self._old = past.decided.batches() if past is not None else []
        self._next = past.decided.last() + 1 if past is not None else 1
        self._free = max((number for number, _, _ in self._old), default=-1) + 1

    @property
    def new(self) -> int:
        """How many records are new."""
        return sum(each.records for each in self.batches)

    def take(self, work: Work, packed: bytes | None) -> tuple[Arrived | None, Head | None]:
        """Keep what a worker made of `work`, or link what was there; return the batch, and its head where it was read.

        The head of a batch that is as it was before is not; there is none, of either, where no record is left.
        """
        place = -1 if self.past is None or not isinstance(work, Again | Fewer) else work.place
        if isinstance(work, Again):
            head = assembly.head_of(work.path.read_bytes()) if place < 0 else None
            self.kept.link(work.batch, work.path)
        else:
            assert packed is not None, "all else is a worker's"
            head = assembly.head_of(packed)
            if not head.briefs:
                return None, None
            self.kept.add(work.batch, packed)
        gone = work.gone if isinstance(work, Fewer) else frozenset[int]()
        if place < 0:
            assert head is not None, "what is new was read"
            arrived = Arrived(work.batch, self._free, place, frozenset(), self._next, len(head.briefs))
            self._free += 1
            self._next += arrived.records
        else:
            arrived = Arrived(work.batch, self._old[place][0], place, gone, 0, 0)
        # What a worker was given twice has another place in what is kept than in the work.
        self.batches.append(arrived._replace(batch=self.kept.batches[-1]))
        return self.batches[-1], head

    def numbers(self, arrived: Arrived) -> Sequence[int]:
        """Return the numbers of the records of a batch, in their places."""
        if arrived.place < 0:
            return range(arrived.first, arrived.first + arrived.records)
        return [record.number for record in self._there(arrived.id) if record.place not in arrived.gone]

    def numbers_before(self, place: int) -> list[int]:
        """Return the numbers that the records of a batch had in the release before, in their places."""
        return [record.number for record in self._there(self._old[place][0])]

    def heads(self) -> Iterator[tuple[Arrived, Head]]:
        """Yield all batches with their heads, in order."""
        for at, each in enumerate(self.batches):
            yield each, assembly.head_of(self.kept.read(at)[1])

    def named(self) -> list[tuple[int, str, int]]:
        """Return (id, name, shift) of all batches in their order."""
        return [(each.id, each.batch.name, each.batch.shift) for each in self.batches]

    def come(self) -> dict[int, Come]:
        """Return the records that are new, by number."""
        found: dict[int, Come] = {}
        for at, each in enumerate(self.batches):
            if each.place < 0:
                briefs = assembly.head_of(self.kept.read(at)[1]).briefs
                for place, brief in enumerate(briefs):
                    name = name_of(each.batch.library, brief.kind, brief.key)
                    found[each.first + place] = Come(at, place, name)
        return found

    def lost(self) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield the places of the batches of before of which records are gone, and in which places those were."""
        there = {each.place: each.gone for each in self.batches if each.place >= 0}
        for place, (number, _, _) in enumerate(self._old):
            if place not in there:
                yield place, frozenset(record.place for record in self._there(number))
            elif there[place]:
                yield place, there[place]

    def gone(self) -> list[KeptRecord]:
        """Return the records that are no more."""
        return [
            record for place, gone in self.lost() for record in self._there(self._old[place][0]) if record.place in gone
        ]

    def shifts(self) -> Iterator[tuple[int, int]]:
        """Yield the batches (their ids) whose records moved in their source, and by how much."""
        for each in self.batches:
            if each.place >= 0 and (by := each.batch.shift - self._old[each.place][2]):
                yield each.id, by

    @property
    def is_as_before(self) -> bool:
        """Whether nothing came, went or moved."""
        there = [each.place for each in self.batches] == list(range(len(self._old)))
        return there and not any(each.gone for each in self.batches) and not any(self.shifts())

    @property
    def is_in_order(self) -> bool:
        """Whether what was there comes in the order of before, and all that is new behind it."""
        places = [each.place for each in self.batches]
        there = [place for place in places if place >= 0]
        return there == sorted(there) and all(place < 0 for place in places[len(there) :])

    def _there(self, number: int) -> list[KeptRecord]:
        assert self.past is not None, "asked of what was there before"
        return self.past.decided.of_batch(number)
