"""A release edited from the one before: only what an alteration touches is stated, listed and indexed again.

The statements of what is touched, before and after, are compared, and the store, the index and the ledger, which are
links to or edits of those before, are edited by the difference.
"""

from __future__ import annotations

from collections import Counter
from itertools import count
from pathlib import Path

import pyoxigraph

from publisher.alteration import Alteration
from publisher.arrivals import Arrivals
from publisher.census import TIED, Census
from publisher.closing import paths_of, unplain
from publisher.config import Settings
from publisher.identity.iris import Iris
from publisher.identity.resolution import Named
from publisher.reclosing import Reclosing
from publisher.release import difference, manifest, patches
from publisher.release.account import Account
from publisher.release.decided import DecidedWriter, Entered, KeptRecord
from publisher.release.decided_before import FaceNames
from publisher.release.digitized import DigitizedWriter
from publisher.release.index import SearchIndexWriter
from publisher.release.joint import Entry, joined
from publisher.release.ledger import EntityRow, LedgerEditor
from publisher.release.linking import link_file, link_files
from publisher.release.links import as_lines, state_links
from publisher.release.registry import Registry
from publisher.sparql.description import FILE_NAME as DESCRIPTION
from publisher.sparql.description import Description, adjusted
from publisher.stages import Stages

Stated = dict[pyoxigraph.Quad, str]
"""Statements, and each as a build spells it in N-Triples."""

_MOST = 0.2
"""The share of records that an update may touch before a release written anew is made sooner."""


class Renewal:
    """Edits what is left to edit of the release before into the folder of another one."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        registry: Registry,
        stages: Stages,
        arrivals: Arrivals,
        alteration: Alteration,
    ) -> None:
        assert arrivals.past is not None, "there is something to edit"
        self._settings = settings
        self._before = arrivals.past.path
        self._folder = folder
        self._registry = registry
        self._stages = stages
        self._arrivals = arrivals
        self._alteration = alteration
        self._iris = Iris(settings.base)
        self._closed = Reclosing(settings, arrivals, alteration)
        new, gone = len(alteration.come), len(alteration.gone)
        self.touched = len(self._closed.touched) - new + max(new, gone)  # what was corrected is both
        self.entities = 0
        self.triples = 0

    def too_much(self, records: int) -> str:
        """Return why the release, which has so many `records`, has to be written anew, "" where it need not be."""
        if self.touched > max(_MOST * records, 50):
            return f"{self.touched} of {records} records are touched"
        return ""

    def write(self, account: Account, condition: str) -> dict[str, int]:
        """Write all but the datasets; return how many entities of each kind there are.

        The `account` of what was decided is finished, too; `condition` is what the next update has to find again to go
        on from this release.
        """
        with self._stages.stage("closing"):
            kept = self._decide()
            self._closed.close(FaceNames(kept.database))
            removed, added = self._closed.difference()
            self._enter_decided(kept)
        with self._stages.stage("store"):
            store, removed_quads, added_quads, links = self._state(account, removed, added)
            kept.links(links)
            kept.close(condition)
            patches.keep(self._folder, self._before, removed_quads.values(), added_quads.values())
        with self._stages.stage("entities"):
            index = SearchIndexWriter(self._folder / "index", self._before / "index")
            self._enter_editions(index)
            counts = self._enter(index, Census(store, self._iris), [*removed_quads, *added_quads])
        with self._stages.stage("index"):
            index.close()
        with self._stages.stage("description"):
            before = Description.from_json((self._before / DESCRIPTION).read_bytes())
            earlier = pyoxigraph.Store.read_only(str(self._before / "store"))
            after = adjusted(before, (earlier, store), removed_quads, added_quads)
            (self._folder / DESCRIPTION).write_bytes(after.to_json())
            self.triples = after.triples
            for path in self._before.glob("quality.json"):
                link_file(path, self._folder / path.name)
            link_files(self._before / "datasets", self._folder / "datasets")
        return counts

    # What was decided

    def _decide(self) -> DecidedWriter:
        """Begin to keep what was decided: the batches, and the names of the faces."""
        kept = DecidedWriter(self._folder, self._before)
        kept.batches(self._arrivals.named())
        for record in self._alteration.gone:
            kept.remove(record.number)
        for arrived in self._arrivals.batches:
            if arrived.gone:
                kept.draw_up(arrived.id, arrived.gone)
        kept.change_faces(self._alteration.faces, self._alteration.rows)
        for name in self._alteration.silent:
            kept.remove_voice(name)
        for voice in self._alteration.voices:
            kept.add_voice(voice)
        return kept

    def _enter_decided(self, kept: DecidedWriter) -> None:
        """Keep what was decided of the records that are touched, and find the rows of the ledger that they get.

        The rows of all others stay while what is new comes behind all that was there; else all are counted anew.
        """
        ledger = LedgerEditor(self._before / "ledger.sqlite", self._folder / "ledger.sqlite")
        self._ledger, free = ledger, count(ledger.last() + 1)
        records = self._alteration.gone + [w.before for w in self._closed.touched.values() if w.before is not None]
        for record in records:
            ledger.remove(record.row)
        self._rows: dict[int, int] = {}
        for number, where in self._closed.touched.items():
            row = self._rows[number] = where.before.row if where.before is not None else next(free)
            if where.before is not None:
                kept.remove(number)
            made, (decided, _) = self._closed.now[number], unplain(where.decided)
            batch = self._arrivals.batches[where.at].id
            record = KeptRecord(number, batch, where.place, row, where.name, where.decided)
            kept.add(Entered(record, paths_of(decided), made.faces, made.foreign))
        for batch, by in self._arrivals.shifts():
            ledger.shift(kept.rows(batch), by)
        if not self._arrivals.is_in_order:
            moves = [*kept.renumber()]
            self._rows = {number: now for number, _, now in moves if number in self._rows}
            ledger.move((before, now) for number, before, now in moves if number not in self._rows and before != now)

    # The files of the release

    def _state(
        self, account: Account, removed: list[str], added: list[str]
    ) -> tuple[pyoxigraph.Store, Stated, Stated, str]:
        """Edit the store; return it, the statements that it has no more, those that it did not have, and the links."""
        earlier = pyoxigraph.Store.read_only(str(self._before / "store"))
        link_files(self._before / "store", self._folder / "store", lambda name: not name.endswith(".sst"))
        store = pyoxigraph.Store(str(self._folder / "store"))
        gone, come = _stated(removed), _stated(added)
        for quad in gone:
            store.remove(quad)
        store.extend(come)
        found, warnings = state_links(store, self._settings.identity.links, self._iris, self._registry)
        links = as_lines(found).decode()
        account.warn(warnings)
        account.close()
        store.flush()
        changed = gone | come | _stated(links.splitlines())
        return (
            store,
            {quad: line for quad, line in changed.items() if quad in earlier and quad not in store},
            {quad: line for quad, line in changed.items() if quad in store and quad not in earlier},
            links,
        )

    def _enter_editions(self, index: SearchIndexWriter) -> None:
        """Enter the documents of the editions that are touched, and what was digitized."""
        before, now, beside = (each.values() for each in (self._closed.before, self._closed.now, self._closed.beside))
        digitized = DigitizedWriter(self._folder, self._before)
        entries: dict[str, list[Entry]] = {}
        for made in (*before, *now):
            if made.entry is not None:
                entries[made.entry.instance] = []
        for made in before:
            if made.digital is not None:
                digitized.remove(made.digital[0])
        for made in now:
            if made.digital is not None:
                digitized.add(*made.digital)
        digitized.close()
        for made in (*now, *beside):
            if made.entry is not None and made.entry.instance in entries:
                entries[made.entry.instance].append(made.entry)
        for instance, some in entries.items():
            index.remove(instance)
            if some:
                index.add_instance(instance, *joined(some))

    def _enter(self, index: SearchIndexWriter, census: Census, changed: list[pyoxigraph.Quad]) -> dict[str, int]:
        """Enter the records in the ledger, and in it and the index the entities that have changed."""
        ledger = self._ledger
        for number, made in self._closed.now.items():
            ledger.add(self._rows[number], made.row, made.warnings, made.raw, made.digest)
        nodes = [each for quad in changed for each in (quad.subject,) if isinstance(each, pyoxigraph.NamedNode)]
        iris = {node.value.partition("#")[0] for node in nodes}
        counts = Counter[str](manifest.read(self._before)["entities"])
        for made in (*self._closed.before.values(), *self._closed.now.values()):
            iris.update((made.row.instance, made.row.work, made.row.entity))
        tied = [quad.object for quad in changed if quad.predicate.value in TIED]
        iris.update(to.value for to in tied if isinstance(to, pyoxigraph.NamedNode) and census.is_ours(to.value))
        for iri in sorted(iris):
            split = self._iris.split(iri)
            if split is None:
                continue
            self.entities += 1
            found = census.one(iri)
            if split[0] not in ("instance", "item"):
                index.remove(iri)
            counts.subtract([ledger.remove_entity(iri)])
            if found is None:
                continue
            counts[found.kind] += 1
            ledger.add_entity(EntityRow(iri, found.kind, found.label, found.sort_key, ledger.changed(iri)))
            census.enter(index, iri, found.kind, found.label)
        ledger.close()
        decided = (
            (made.row.library, unplain(self._closed.touched[number].decided)[0])
            for number, made in self._closed.now.items()
        )
        names = {f"{library}-{each.key}" for library, each in decided if isinstance(each, Named)}
        difference.keep(self._folder, self._before.name, iris, names, self._alteration.moved)
        del counts[""]
        return {kind: counts[kind] for kind in sorted(counts) if counts[kind]}


def _stated(lines: list[str]) -> Stated:
    text = "".join(f"{line}\n" for line in lines).encode()
    return dict(zip(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES), lines, strict=True))
