"""What conversion made of the sources of a release, kept with it: so that the next one converts only what changed.

    conversion/list.json        under which conditions it was made; the sources; the batches in their order
    conversion/{xx}/{name}      a packed batch; its name is a digest of all that it depends on

A batch that a new release takes over is a hard link: it takes no room and is not read for being kept. What was withheld
is not in it, but for its key and the rule; of what was rejected there is what the quarantine of the ledger has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from publisher.errors import ReleaseError

FOLDER = "conversion"
_LIST = "list.json"


class Kept(NamedTuple):
    """A batch: its name, the library, the source, and where in that it began when it was converted.

    `source` is the number of the source in the list, -1 for records that were given to an update; positions have moved
    by `shift` since.
    """

    name: str
    library: str
    source: int
    first: int
    shift: int = 0

    @property
    def path(self) -> str:
        """Where it lies below `conversion/`."""
        return f"{self.name[:2]}/{self.name}"


class SourceSeen(NamedTuple):
    """A source as it was when it was read: whose it is, and what tells whether it has changed, "" if nothing does."""

    library: str
    path: str
    signature: str


class Conversion:
    """What was kept with the release in `folder`; nothing where it kept nothing, or nothing that can be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self.fingerprint = ""
        self.sources: list[SourceSeen] = []
        self.batches: list[Kept] = []
        self._named: dict[str, Kept] = {}
        try:
            said = orjson.loads((self._folder / _LIST).read_bytes())
            self.sources = [SourceSeen(*source) for source in said["sources"]]
            self.batches = [Kept(*batch) for batch in said["batches"]]
            self.fingerprint = str(said["fingerprint"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        self._named = {batch.name: batch for batch in self.batches}

    def batch(self, name: str) -> Kept | None:
        """Return the batch of this name, None where there is none."""
        return self._named.get(name)

    def of_source(self, seen: SourceSeen) -> list[Kept] | None:
        """Return the batches of a source that has not changed since; None where that is not known."""
        if not seen.signature or seen not in self.sources:
            return None
        number = self.sources.index(seen)
        return [batch for batch in self.batches if batch.source == number]

    def path(self, batch: Kept) -> Path:
        """Return the file of a batch."""
        return self._folder / batch.path


class ConversionWriter:
    """Keeps what conversion makes for the release that is built in `folder`."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir()
        self._fingerprint = fingerprint
        self._sources: list[SourceSeen] = []
        self._batches: list[Kept] = []
        self._there: dict[str, int] = {}
        self.linked: set[str] = set()
        """The files, below the release, that are links to the same ones of the release before."""

    def source(self, seen: SourceSeen) -> int:
        """Enter a source; return its number."""
        self._sources.append(seen)
        return len(self._sources) - 1

    def may_have_changed(self, number: int) -> None:
        """Have a source read by the next build, whatever its signature: its records read other files besides."""
        if number >= 0:
            self._sources[number] = self._sources[number]._replace(signature="")

    def add(self, batch: Kept, packed: bytes) -> None:
        """Keep a batch that was converted now."""
        if batch.name not in self._there:
            self._place(batch).write_bytes(packed)
        else:  # the same records once more in the same source
            first = self._there[batch.name]
            batch = batch._replace(first=first, shift=batch.first - first)
        self._batches.append(batch)

    def link(self, batch: Kept, path: Path) -> None:
        """Keep a batch that an earlier release has in the file `path`; raises `ReleaseError` where that is gone."""
        if batch.name not in self._there:
            target = self._place(batch)
            try:
                os.link(path, target)
                self.linked.add(f"{FOLDER}/{batch.path}")
            except FileNotFoundError:
                raise ReleaseError(f"{path} is missing from its release; run `rong build --anew`.") from None
            except OSError:  # another file system, or one without links
                target.write_bytes(path.read_bytes())
        self._batches.append(batch)

    def _place(self, batch: Kept) -> Path:
        self._there[batch.name] = batch.first
        path = self._folder / batch.path
        path.parent.mkdir(exist_ok=True)
        return path

    @property
    def batches(self) -> Sequence[Kept]:
        """The batches in their order."""
        return self._batches

    def read(self, place: int) -> tuple[Kept, bytes]:
        """Return the batch in this place."""
        batch = self._batches[place]
        return batch, (self._folder / batch.path).read_bytes()

    def __iter__(self) -> Iterator[tuple[Kept, bytes]]:
        """Yield every batch in order; no more than one is in memory."""
        for batch in self._batches:
            yield batch, (self._folder / batch.path).read_bytes()

    def close(self) -> None:
        """Write the list."""
        said = {"fingerprint": self._fingerprint, "sources": self._sources, "batches": self._batches}
        (self._folder / _LIST).write_bytes(orjson.dumps(said, default=tuple))
