"""A batch of outcomes as it travels and waits on the disk: packed, in three sections that are read apart."""

from __future__ import annotations

import io
import pickle
import struct
from functools import cache
from typing import Any, NamedTuple

import zstandard

from publisher.assembly.outcome import Brief, Made, Outcome
from publisher.errors import ReleaseError
from publisher.identity.attendance import Attended, Present, Words, together
from publisher.identity.heading import Heading
from publisher.identity.preferred import Spelling
from publisher.identity.roster import Face, Said
from publisher.identity.workbook import Clue
from publisher.sources.digital import Digital, DigitalFile, Page, Part, Service


class Head(NamedTuple):
    """What the parent of the workers needs of a batch.

    The evidence of a record is None where it is not published, or describes no edition.
    """

    briefs: list[Brief]
    clues: list[Clue | None]
    attended: Attended


def pack(made: list[Made]) -> bytes:
    """Return what was made of the records of a batch, in order, packed."""
    present = [each.present for each in made]
    head = [each.brief for each in made], [each.clue for each in made], together(present)
    sections = [_compressor().compress(pickle.dumps(each)) for each in (head, [each.outcome for each in made], present)]
    return _LENGTHS.pack(*map(len, sections)) + b"".join(sections)


def fewer(packed: bytes, gone: frozenset[int]) -> bytes:
    """Return a batch without the records in the places `gone`; what a pool of workers runs."""
    head = head_of(packed)
    every = zip(outcomes_of(packed), head.briefs, head.clues, _load(packed, _PRESENT), strict=True)
    return pack([Made(*each) for n, each in enumerate(every) if n not in gone])


@cache
def _compressor() -> zstandard.ZstdCompressor:
    """Zstandard's fastest ordinary level; a flipped bit is found when it is read."""
    return zstandard.ZstdCompressor(level=1, write_checksum=True)


_LENGTHS = struct.Struct(">QQQ")
_HEAD, _OUTCOMES, _PRESENT = range(3)


def head_of(packed: bytes) -> Head:
    """Return what the parent needs of a batch that a worker packed, in this build or in one before."""
    return Head(*_load(packed, _HEAD))


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
