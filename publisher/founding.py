"""A release written from what was decided of all records: every statement, every row, every document, anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyoxigraph

from publisher import assembly
from publisher.arrivals import Arrivals
from publisher.census import Census
from publisher.closing import Closing, paths_of, plain, verdicts
from publisher.config import Settings
from publisher.identity.holdings import Holdings
from publisher.identity.iris import Iris
from publisher.identity.resolution import Resolution
from publisher.identity.voices import Voices
from publisher.rdf.ntriples import BASE, close
from publisher.release.account import Account
from publisher.release.decided import DecidedWriter, Entered, KeptRecord
from publisher.release.digitized import DigitizedWriter
from publisher.release.index import SearchIndexWriter
from publisher.release.joint import JointDocuments
from publisher.release.ledger import EntityRow, LedgerWriter
from publisher.release.links import as_lines, state_links
from publisher.release.loading import loading
from publisher.release.registry import Registry
from publisher.release.spool import spooled
from publisher.stages import Stages
from publisher.surroundings import surroundings


class Settled(NamedTuple):
    """What was decided of all records; `names` tells what stands for the names of some (`decided.name_of`)."""

    resolution: Resolution
    holdings: Holdings
    voices: Voices
    names: Callable[[Sequence[int]], list[int | None]]


class Founding:
    """Writes a release into `folder`; `condition` is what an update has to find again to go on from it."""

    def __init__(self, settings: Settings, folder: Path, registry: Registry, stages: Stages, condition: str) -> None:
        self._settings = settings
        self._folder = folder
        self._registry = registry
        self._stages = stages
        self._condition = condition
        self._iris = Iris(settings.base)

    def state(self, arrivals: Arrivals, settled: Settled, statements: Path) -> None:
        """Write the store, the ledger and the index but for the entities.

        The statements are left in the file `statements` as N-Triples, packed.
        """
        self._ledger = LedgerWriter(self._folder / "ledger.sqlite")
        self._index = SearchIndexWriter(self._folder / "index")
        self._decided = DecidedWriter(self._folder)
        with self._stages.stage("closing"), loading(self._folder / "store", statements) as loaded:
            for text in surroundings(self._settings):
                loaded.write(text)
            for voice in settled.voices:
                self._decided.add_voice(voice)
                loaded.write(close(voice.text, {BASE: self._settings.base}))
            for text in self._close(arrivals, settled):
                loaded.write(text)
            self._decided.faces(settled.voices.database)
        self._state_links(statements)
        self._decided.close(self._condition)

    def enter(self, statements: Path) -> tuple[pyoxigraph.Store, dict[str, int]]:
        """Enter the entities that the file `statements` has; return the store, and how many there are of each kind."""
        store = pyoxigraph.Store.read_only(str(self._folder / "store"))
        with self._stages.stage("entities"):
            counts = self._enter_entities(Census(store, self._iris), statements)
        with self._stages.stage("index"):
            self._index.close()
        self._ledger.close()
        return store, counts

    def _state_links(self, statements: Path) -> None:
        """State the links that librarians accepted; from then on the store is only read."""
        store = pyoxigraph.Store(str(self._folder / "store"))
        stated, warnings = state_links(store, self._settings.identity.links, self._iris, self._registry)
        account = Account(self._folder)
        account.warn(warnings)
        account.close()
        store.flush()
        links = as_lines(stated)
        with spooled(statements, "ab") as file:
            file.write(links)
        self._decided.links(links.decode())

    def _close(self, arrivals: Arrivals, settled: Settled) -> Iterator[str]:
        """Yield the statements of every record that is published, and enter each record's fate in the ledger."""
        closing = Closing(self._iris, settled.voices.names)
        joint, digitized = JointDocuments(self._folder / "joint.sqlite"), DigitizedWriter(self._folder)
        self._decided.batches(arrivals.named())
        rows, row = count(1), 0
        for each, (batch, packed) in zip(arrivals.batches, arrivals.kept, strict=True):
            numbers = arrivals.numbers(each)
            names = settled.names(numbers)
            decisions = verdicts(settled.resolution, settled.holdings, numbers)
            for place, kept in enumerate(assembly.outcomes_of(packed)):
                outcome = kept._replace(position=kept.position + batch.shift) if batch.shift else kept
                (decided, has_holdings), row = next(decisions), next(rows)
                made = closing.closed(batch.library, outcome, decided, has_holdings=has_holdings)
                self._ledger.add(made.row, made.warnings, made.raw, made.digest)
                said = plain(decided, has_holdings)
                record = KeptRecord(numbers[place], each.id, place, row, names[place], said)
                self._decided.add(Entered(record, paths_of(decided), made.faces, made.foreign))
                if made.digital is not None:
                    digitized.add(*made.digital)
                if (entry := made.entry) is not None:
                    if entry.several:
                        joint.add(entry)
                    else:
                        self._index.add_instance(entry.instance, entry.work, [entry.library], entry.document)
                yield made.text
            self._stages.at("closing", row)
        for instance, work, libraries, document in joint:
            self._index.add_instance(instance, work, libraries, document)
        joint.remove()
        digitized.close()

    def _enter_entities(self, census: Census, statements: Path) -> dict[str, int]:
        """Enter every entity in the ledger, and those that no record's document stands for in the index."""
        with TemporaryDirectory(prefix=".census-", dir=self._folder) as scratch:
            found = census.all(statements, Path(scratch))
            self._ledger.add_entities(EntityRow(each.iri, each.kind, each.label, each.sort_key, "") for each in found)
        self._ledger.date_entities()
        census.tell_renamed()
        for row in self._ledger.entities():
            census.enter(self._index, row.iri, row.kind, row.label)
        return self._ledger.entity_counts()
