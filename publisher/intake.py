"""What a build has to convert, and what it can take over from the release before: batches, in the order of the sources.

A batch is cut where the content says so, not by counting, so that a record more or less moves no other batch. It is
known again by a digest of its records and of everything else that conversion depends on.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import orjson

from publisher import assembly
from publisher.config import STANDARD_INPUT, Library, Settings, Source
from publisher.errors import ReleaseError, UsageError
from publisher.identity.keys import record_key
from publisher.release.conversion import Conversion, ConversionWriter, Kept, SourceSeen
from publisher.sources import RawRecord, Rejected, decode, raw_records

BATCH = 200
"""Records that are sent to a worker at a time, about: half as many at least, twice as many at most."""

_FEW = 256 * 1024
"""Bytes of records."""

_SETTLED = 2.0
"""Seconds after which the time of a file tells that it was not written to since."""

Raw = RawRecord | Rejected
Number = tuple[str, str, str]
"""What names a record: its library, its kind ("bibliographic", "authority", "holdings") and its key."""


class Fresh(NamedTuple):
    """Records to convert."""

    batch: Kept
    records: list[Raw]
    split: bool


class Again(NamedTuple):
    """A batch that the release before has in the file `path`; `place` is its place among the batches there."""

    batch: Kept
    path: Path
    place: int


class Fewer(NamedTuple):
    """Such a batch without the records in the places `gone`."""

    batch: Kept
    path: Path
    place: int
    gone: frozenset[int]


Work = Fresh | Again | Fewer


class Edits(NamedTuple):
    """What an update is given: files of `library` with new and changed records, and keys of records that are deleted.

    A key may be preceded by its kind ("authority:77"); without one it is a bibliographic record's.
    """

    library: str
    sources: tuple[Path, ...] = ()
    deleted: tuple[str, ...] = ()

    @property
    def are_few(self) -> bool:
        """Whether they are converted sooner than a process is started for it."""
        return sum(path.stat().st_size for path in self.sources if path.is_file()) < _FEW and not any(
            path.is_dir() for path in self.sources
        )


Finder = Callable[[set[Number]], set[int]]
"""Tells in which batches of the release before (their places) one of some records may be."""


class Intake:
    """Plans the work of one build: `before` is what the last one kept, `kept` takes the sources' list.

    With a `finder` it looks for records that are edited in those batches only that it tells, and in all without.
    """

    def __init__(
        self,
        settings: Settings,
        before: Conversion,
        kept: ConversionWriter,
        fingerprint: str,
        finder: Finder | None = None,
    ) -> None:
        self._settings = settings
        self._before = before
        self._kept = kept
        self._fingerprint = fingerprint
        self._finder = finder
        self._known = before.fingerprint == fingerprint
        self._places: dict[str, deque[int]] = defaultdict(deque)
        for place, batch in enumerate(before.batches):
            self._places[batch.name].append(place)

    def of_sources(self) -> Iterator[Work]:
        """Yield the work that the configured sources make; a source that has not changed is not read."""
        for library in self._settings.libraries:
            for source in library.sources:
                seen = SourceSeen(library.code, str(source.path), signature(source))
                number = self._kept.source(seen)
                same = self._before.of_source(seen) if self._known else None
                if same is not None:
                    for batch in same:
                        yield Again(batch._replace(source=number), self._before.path(batch), self._place(batch.name))
                else:
                    yield from self._read(library, source, number)

    def of_edits(self, edits: Edits) -> Iterator[Work]:
        """Yield all that the release before has, but for what `edits` change or delete, and what they bring.

        Raises ReleaseError where the release before cannot be gone on from, and UsageError for a library that is not
        configured and for a record to delete that is not there.
        """
        if not self._known:
            raise ReleaseError(
                "The release in service was converted under other conditions (another version of rong, other settings, "
                "or a rule of the policy that holds since); run `rong build` and `rong activate`, then `rong update`."
            )
        library = self._settings.library(edits.library)
        if library is None:
            raise UsageError(f"There is no library {edits.library} in the configuration.")
        split = bool(library.sources) and all(source.split for source in library.sources)
        given = [list(_raw(Source(path=path, split=split))) for path in edits.sources]
        kept, numbers = _last_of_each(given, library.code)
        numbers |= {_number(library.code, key) for key in edits.deleted}
        for seen in self._before.sources:  # what was given is not in the sources: the next build has to read them
            self._kept.source(seen._replace(signature=""))
        coming = [work for records in kept for work in self._cut(library, split, records, -1)]
        # A batch that is given as it was stays where it was, with those of its records that have no number.
        again = {work.place: work for work in coming if isinstance(work, Again) and work.place >= 0}
        found: set[Number] = set()
        may_have = self._finder(numbers) if self._finder is not None else range(len(self._before.batches))
        for place, batch in enumerate(self._before.batches):
            path, is_asked = self._before.path(batch), place in may_have and batch.library == library.code
            gone = self._gone(batch, path, numbers, found) if is_asked else frozenset()
            if place in again:
                yield again[place]
            elif not gone:
                yield Again(batch, path, place)
            else:
                name = _digest(batch.name, repr(sorted(gone)))
                yield Fewer(batch._replace(name=name), path, place, gone)
        if missing := sorted({_number(library.code, key) for key in edits.deleted} - found):
            raise UsageError(
                f"{library.code} has no {' and no '.join(f'{kind} record {key}' for _, kind, key in missing)}; "
                "nothing was changed."
            )
        yield from (work for work in coming if not isinstance(work, Again) or work.place < 0)

    @staticmethod
    def _gone(batch: Kept, path: Path, numbers: set[Number], found: set[Number]) -> frozenset[int]:
        briefs, _, _ = assembly.head_of(path.read_bytes())
        those = {n: (batch.library, brief.kind, brief.key) for n, brief in enumerate(briefs)}
        gone = {n: number for n, number in those.items() if number in numbers}
        found.update(gone.values())
        return frozenset(gone)

    def _read(self, library: Library, source: Source, number: int) -> Iterator[Work]:
        yield from self._cut(library, source.split, _raw(source), number)

    def _cut(self, library: Library, split: bool, records: Iterable[Raw], source: int) -> Iterator[Work]:
        batch: list[Raw] = []
        digests: list[bytes] = []
        for raw in records:
            batch.append(raw)
            digests.append(_digest_of(raw))
            may_end = len(batch) >= BATCH // 2 and int.from_bytes(digests[-1][:4], "big") % BATCH == 0
            if may_end or len(batch) >= 2 * BATCH:
                yield self._work(library, split, batch, digests, source)
                batch, digests = [], []
        if batch:
            yield self._work(library, split, batch, digests, source)

    def _work(self, library: Library, split: bool, batch: list[Raw], digests: list[bytes], source: int) -> Work:
        unique = ""
        if not all(map(assembly.is_alone, batch)):
            unique = os.urandom(8).hex()
            self._kept.may_have_changed(source)
        said = (self._fingerprint, library.code, batch[0].source, str(split), unique)
        name, at = _digest("\0".join(said), *(each.hex() for each in digests)), batch[0].position
        kept = Kept(name, library.code, source, at)
        earlier = self._before.batch(name) if self._known else None
        if earlier is not None:
            moved = kept._replace(first=earlier.first, shift=at - earlier.first)
            return Again(moved, self._before.path(earlier), self._place(name))
        return Fresh(kept, batch, split)

    def _place(self, name: str) -> int:
        """Return the place that the release before has a batch in, -1 where each such place was given out."""
        places = self._places[name]
        return places.popleft() if places else -1


def signature(source: Source) -> str:
    """Return what tells whether `source` has changed: how it is to be read, and its files' sizes and times.

    "" where that is not to be relied on: for standard input, and for a file that was written to a moment ago.
    """
    if source.path == STANDARD_INPUT:
        return ""
    try:
        paths = sorted(source.path.rglob("*")) if source.path.is_dir() else [source.path]
        states = [(str(path), (state := path.stat()).st_size, state.st_mtime_ns) for path in paths if path.is_file()]
        mapping = source.mapping.read_bytes() if source.mapping is not None else b""
    except OSError:
        return ""
    if not states or max(moment for _, _, moment in states) > (time.time() - _SETTLED) * 1e9:
        return ""
    return _digest(source.model_dump_json(), orjson.dumps(states).decode(), mapping.hex())


def _raw(source: Source) -> Iterator[Raw]:
    return iter(
        raw_records(
            source.path,
            name=source.path.name if source.path != STANDARD_INPUT else None,
            format=None if source.format == "auto" else source.format,
            encoding=None if source.encoding == "auto" else source.encoding,
            mapping=source.mapping,
            files_at=source.files_at,
        )
    )


def _last_of_each(given: list[list[Raw]], library: str) -> tuple[list[list[Raw]], set[Number]]:
    """Return what was given with the last state of each record only, and the numbers of all of them."""
    last: dict[Number, tuple[int, int]] = {}
    nameless: set[tuple[int, int]] = set()
    for n, records in enumerate(given):
        for m, raw in enumerate(records):
            record = decode(raw)
            if isinstance(record, Rejected):
                nameless.add((n, m))
            else:
                last[library, record.kind, record_key(record).value] = n, m
    stay = {*last.values(), *nameless}
    kept = [[raw for m, raw in enumerate(records) if (n, m) in stay] for n, records in enumerate(given)]
    return kept, set(last)


def _number(library: str, key: str) -> Number:
    kind, colon, rest = key.partition(":")
    if colon and kind in ("bibliographic", "authority", "holdings"):
        return library, kind, rest
    return library, "bibliographic", key


def _digest_of(raw: Raw) -> bytes:
    found = blake2b(digest_size=16)
    if isinstance(raw, Rejected):
        said = (raw.raw, raw.rule.encode(), raw.reason.encode(), str(raw.offset).encode())
    else:
        said = (raw.data, raw.format.encode(), raw.encoding.encode(), raw.frame)
    for each in said:
        found.update(len(each).to_bytes(8, "big") + each)
    return found.digest()


def _digest(*said: str) -> str:
    return blake2b("\0".join(said).encode(), digest_size=16).hexdigest()
