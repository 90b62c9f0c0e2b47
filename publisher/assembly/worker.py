"""What a pool of workers runs: `start` once in each, then `outcomes` for each batch."""

from __future__ import annotations

from publisher.assembly.batch import pack
from publisher.assembly.station import Station
from publisher.bibframe import fewer_collections
from publisher.config import Settings
from publisher.sources import RawRecord, Rejected

_station: Station | None = None


def start(settings: Settings) -> None:
    """Make this process's station; the initializer of a pool of workers."""
    global _station  # noqa: PLW0603 - one station a process is the point of a worker
    _station = Station(settings)
    fewer_collections()


def outcomes(batch: list[RawRecord | Rejected], library: str, *, split: bool = False) -> bytes:
    """Return the outcomes of `batch`, which came from `library` (its code), in order, packed.

    With `split`, each thing that a record describes is an instance of its own (Preprocess 0). They are packed here,
    where there is a core for it: they travel and wait on the disk in a tenth of their size.
    """
    assert _station is not None, "start() first"
    _station.split(asked=split)
    return pack([_station.outcome(raw, library) for raw in batch])
