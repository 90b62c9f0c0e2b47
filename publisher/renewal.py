"""A release edited from the one before: only what a change touches is closed, stated, listed and indexed again.

Identity has decided on all records; what was decided is held against what the release before keeps
(`release.decided`). A record is touched where it is new, gone or decided otherwise, or where an agent, a concept or a
place that it names has another name or label now. Its statements before and after are compared, and the store, the
index and the ledger, which are links to or copies of those before, are edited by the difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pyoxigraph

from publisher import assembly
from publisher.census import TIED, Census
from publisher.closing import Closed, Closing, paths_of, plain, unplain, verdicts
from publisher.config import Settings
from publisher.founding import Settled
from publisher.identity.iris import Iris
from publisher.identity.resolution import Named
from publisher.identity.voices import Voice
from publisher.rdf.ntriples import BASE, close
from publisher.release import difference, manifest
from publisher.release.conversion import Conversion
from publisher.release.decided import FACES, DecidedBefore, DecidedWriter, Entered, KeptRecord
from publisher.release.digitized import DigitizedWriter
from publisher.release.index import SearchIndexWriter
from publisher.release.joint import Entry, joined
from publisher.release.layered import attach
from publisher.release.ledger import EntityRow, LedgerEditor
from publisher.release.linking import link_file, link_files
from publisher.release.links import as_lines, state_links
from publisher.release.registry import Registry
from publisher.sparql.description import FILE_NAME as DESCRIPTION
from publisher.sparql.description import Description, adjusted
from publisher.stages import Stages
from publisher.surroundings import surroundings

T = TypeVar("T")
Quads = list[pyoxigraph.Quad]

_MOST = 0.2
"""The share of records that an update may touch before a release written anew is made sooner."""


class Origin(NamedTuple):
    """Where a batch comes from: its place in the release before, -1 for none, and which of its records are gone."""

    place: int
    gone: frozenset[int]
    records: int


class _Record(NamedTuple):
    """A record: the batch and the place it is in now, what was decided of it, what the release before has of it."""

    batch: int
    place: int
    kept: tuple[Any, ...]
    before: KeptRecord | None
    shift: int

    @property
    def is_touched(self) -> bool:
        """Whether it is new or decided otherwise."""
        return self.before is None or self.before.decided != self.kept


class Renewal:
    """Edits what is left to edit of the release in `before` into the folder of another one."""

    def __init__(
        self, settings: Settings, before: Path, folder: Path, registry: Registry, stages: Stages, condition: str
    ) -> None:
        self._settings = settings
        self._before = before
        self._folder = folder
        self._registry = registry
        self._stages = stages
        self._condition = condition
        self._iris = Iris(settings.base)
        self._old = DecidedBefore(before)
        self._old_batches = Conversion(before)
        self.touched = 0
        self.entities = 0
        self.triples = 0

    def find(self, settled: Settled, origins: list[Origin]) -> str:
        """Find what the changes touch; return why the release has to be written anew, "" where it need not be."""
        self._settled = settled
        with self._stages.stage("changes"):
            self._records: list[_Record] = []
            self._batches, self._gone = self._compared(settled, origins)
            self._by_number = {each.before.number: n for n, each in enumerate(self._records) if each.before is not None}
            self._listen()
            self._touched = sorted(
                {n for n, record in enumerate(self._records) if record.is_touched}
                | {self._by_number[number] for number in self._old.using(self._faces) if number in self._by_number}
            )
            fresh = sum(self._records[n].before is None for n in self._touched)
            self.touched = len(self._touched) - fresh + max(fresh, len(self._gone))  # what was corrected is both
            if self.touched > max(_MOST * len(self._records), 50):
                settled.voices.forget()
                return f"{self.touched} of {len(self._records)} records are touched"
        return ""

    def _compared(self, settled: Settled, origins: list[Origin]) -> tuple[list[tuple[int, str, int]], list[KeptRecord]]:
        """Hold all records against those of before; return the batches (id, name, shift) and the records now gone."""
        old_batches = self._old.batches()
        of_batch: dict[int, list[KeptRecord]] = defaultdict(list)
        for record in self._old.records():
            of_batch[record.batch].append(record)
        gone: list[KeptRecord] = []
        batches: list[tuple[int, str, int]] = []
        free = max((number for number, _, _ in old_batches), default=-1) + 1
        decisions = verdicts(settled.resolution, settled.holdings, settled.records)
        for at, (batch, origin) in enumerate(zip(settled.kept.batches, origins, strict=True)):
            earlier: list[KeptRecord | None] = [None] * origin.records
            number, moved = free, 0
            if origin.place >= 0:
                old, _, shift = old_batches[origin.place]
                records = of_batch.pop(old)
                gone += [record for record in records if record.place in origin.gone]
                earlier = [record for record in records if record.place not in origin.gone]
                number, moved = free if origin.gone else old, batch.shift - shift
            free += number == free
            batches.append((number, batch.name, batch.shift))
            for place, before in enumerate(earlier):
                decided, has_holdings = next(decisions)
                kept = plain(decided, has_holdings=has_holdings)
                self._records.append(_Record(at, place, kept, before, moved))
        gone += [record for records in of_batch.values() for record in records]
        return batches, gone

    # Agents, concepts, places

    def _listen(self) -> None:
        """Find the voices that have changed, and the faces whose name or labels have."""
        voices = self._settled.voices
        database = voices.database
        attach(database, self._before / "decided.sqlite", "earlier")
        renamed = [path for (path,) in database.execute(_RENAMED)]
        keys, also = self._old.keys(), self._old.voices_using(renamed)
        told = {
            name: (label, others)
            for name, label, others in database.execute("SELECT name, label, others FROM earlier.voice WHERE is_told")
        }
        called: list[tuple[int, str, str]] = []
        self._voices: list[Voice] = []
        self._silent = set(keys)
        for cluster, name, key in voices.every():
            if keys.get(name) == key and name not in also:
                self._silent.discard(name)
                if name in told:
                    called.append((cluster, *told[name]))
            else:
                self._voices.append(voices.voice(cluster, name, key))
        called += [(each.cluster, each.label, each.others) for each in self._voices if each.is_told]
        voices.call(called)
        self._faces = [path for (path,) in database.execute(_RELABELLED)] + renamed
        self._face_rows = [row for path in self._faces for row in database.execute(_FACE, (path,))]
        database.execute("DETACH earlier")

    # What goes and what comes

    def write(self) -> tuple[pyoxigraph.Store, dict[str, int]]:
        """Write all but the datasets; return the store and how many entities of each kind there are."""
        with self._stages.stage("closing"):
            self._close()
            removed, added = self._difference()
        with self._stages.stage("store"):
            store, removed_quads, added_quads = self._state(removed, added)
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
        return store, counts

    def _close(self) -> None:
        """Close the records that are touched, as they were and as they are, and those that speak of the same."""
        touched = [(n, self._records[n]) for n in self._touched]
        gone = [*self._gone, *(record.before for _, record in touched if record.before is not None)]
        self._old_closed = dict(self._closed_before(gone))
        self._numbers, self._rows = self._numbered(touched)
        self._new_closed = dict(self._closed_now(self._touched))
        decided = [unplain(kept)[0] for kept in (*(r.kept for _, r in touched), *(r.decided for r in gone))]
        paths = {path for each in decided for path in paths_of(each)}
        names = {*self._silent, *(voice.name for voice in self._voices)}
        paths |= {name for name in names if name.startswith("work/")}
        beside = self._old.speaking_of(paths) - self._old_closed.keys()
        self._beside = dict(self._closed_now(sorted(self._by_number[number] for number in beside)))

    def _numbered(self, touched: list[tuple[int, _Record]]) -> tuple[dict[int, int], list[int]]:
        """Return the numbers of the records that are touched, and the rows of the ledger that all records get.

        A row stays while what is new comes behind all that was there; else all are counted anew.
        """
        before = [*(r.before for r in self._records if r.before is not None), *self._gone]
        last = max((record.number for record in before), default=0)
        numbers: dict[int, int] = {}
        for n, record in touched:
            last += record.before is None
            numbers[n] = record.before.number if record.before is not None else last
        rows = [record.before.row if record.before is not None else 0 for record in self._records]
        there = [row for row in rows if row]
        if there != sorted(there) or any(rows[len(there) :]):
            return numbers, list(range(1, len(rows) + 1))
        free = max((record.row for record in before), default=0) + 1
        return numbers, [*there, *range(free, free + len(rows) - len(there))]

    def _closed_before(self, records: Iterable[KeptRecord]) -> Iterator[tuple[int, Closed]]:
        """Yield (number, what it put in) of records of the release before."""
        closing = Closing(self._iris, self._old.names())
        places = {number: place for place, (number, _, _) in enumerate(self._old.batches())}
        for place, some in _grouped((places[record.batch], record) for record in records):
            batch = self._old_batches.batches[place]
            outcomes = assembly.outcomes_of(self._old_batches.path(batch).read_bytes())
            for record in some:
                decided, has_holdings = unplain(record.decided)
                made = closing.closed(batch.library, outcomes[record.place], decided, has_holdings=has_holdings)
                yield record.number, made

    def _closed_now(self, numbers: Iterable[int]) -> Iterator[tuple[int, Closed]]:
        """Yield (n, what it puts in) of the records that are the n-th of all."""
        closing = Closing(self._iris, self._settled.voices.names)
        for at, some in _grouped((self._records[n].batch, n) for n in numbers):
            batch, packed = self._settled.kept.read(at)
            outcomes = assembly.outcomes_of(packed)
            for n in some:
                record = self._records[n]
                kept = outcomes[record.place]
                outcome = kept._replace(position=kept.position + batch.shift) if batch.shift else kept
                decided, has_holdings = unplain(record.kept)
                yield n, closing.closed(batch.library, outcome, decided, has_holdings=has_holdings)

    def _difference(self) -> tuple[list[str], list[str]]:
        """Return the statements that nobody makes any more, and those that were not made before."""
        base = {BASE: self._settings.base}
        before = _lines(made.text for made in self._old_closed.values())
        before |= _lines(close(self._old.voice(name), base) for name in self._silent)
        before |= _lines([self._old.links()])
        after = _lines(made.text for made in self._new_closed.values())
        after |= _lines(close(voice.text, base) for voice in self._voices)
        left = before - after - _lines(made.text for made in self._beside.values())
        always = _lines(surroundings(self._settings)) if left else set()
        return [line for line in left - always if not self._is_said(line)], list(after - before)

    def _is_said(self, line: str) -> bool:
        """Return whether a record or a voice that is not touched makes the statement `line`."""
        if self._old.saying(line) - self._old_closed.keys():
            return True
        beginning = f"<{self._settings.base}/"
        if not line.startswith(beginning):
            return False
        name = line[len(beginning) : line.index(">")].partition("#")[0]
        if name in self._silent:
            return False
        return line in close(self._old.voice(name), {BASE: self._settings.base}).split("\n")

    # The files of the release

    def _state(self, removed: list[str], added: list[str]) -> tuple[pyoxigraph.Store, Quads, Quads]:
        """Edit the store; return it and the statements that it has no more, and those that it did not have."""
        earlier = pyoxigraph.Store.read_only(str(self._before / "store"))
        link_files(self._before / "store", self._folder / "store", lambda name: not name.endswith(".sst"))
        store = pyoxigraph.Store(str(self._folder / "store"))
        gone, come = _quads(removed), _quads(added)
        for quad in gone:
            store.remove(quad)
        store.extend(come)
        links = self._settings.identity.links
        stated = state_links(store, links, self._iris, self._registry, self._folder)
        store.flush()
        self._keep(as_lines(stated).decode())
        changed = dict.fromkeys([*gone, *come, *stated])
        return (
            store,
            [quad for quad in changed if quad in earlier and quad not in store],
            [quad for quad in changed if quad in store and quad not in earlier],
        )

    def _keep(self, links: str) -> None:
        """Keep what was decided, for the next update."""
        kept = DecidedWriter(self._folder, self._before)
        kept.batches(self._batches)
        for number in self._old_closed:
            kept.remove(number)
        moved = []
        for n, record in enumerate(self._records):
            at = self._batches[record.batch][0], record.place, self._rows[n]
            if n in self._new_closed:
                made, (decided, _) = self._new_closed[n], unplain(record.kept)
                kept.add(Entered(self._numbers[n], *at, record.kept, paths_of(decided), made.faces, made.foreign))
            elif record.before is not None and record.before[1:4] != at:
                moved.append((*at, record.before.number))
        kept.move(moved)
        for name in self._silent:
            kept.remove_voice(name)
        for voice in self._voices:
            kept.add_voice(voice)
        kept.links(links)
        kept.change_faces(self._faces, self._face_rows)
        kept.close(self._condition)

    def _enter_editions(self, index: SearchIndexWriter) -> None:
        """Enter the documents of the editions that are touched, and what was digitized."""
        digitized = DigitizedWriter(self._folder, self._before)
        entries: dict[str, list[Entry]] = {}
        for made in (*self._old_closed.values(), *self._new_closed.values()):
            if made.entry is not None:
                entries[made.entry.instance] = []
        for made in self._old_closed.values():
            if made.digital is not None:
                digitized.remove(made.digital[0])
        for made in self._new_closed.values():
            if made.digital is not None:
                digitized.add(*made.digital)
        digitized.close()
        for made in (*self._new_closed.values(), *self._beside.values()):
            if made.entry is not None and made.entry.instance in entries:
                entries[made.entry.instance].append(made.entry)
        for instance, some in entries.items():
            index.remove(instance)
            if some:
                index.add_instance(instance, *joined(some))

    def _enter(self, index: SearchIndexWriter, census: Census, changed: Quads) -> dict[str, int]:
        """Enter the records in the ledger, and in it and the index the entities that have changed."""
        ledger = LedgerEditor(self._before / "ledger.sqlite", self._folder / "ledger.sqlite")
        touched = (each.before for n in self._touched if (each := self._records[n]).before is not None)
        for record in (*self._gone, *touched):
            ledger.remove(record.row if record is not None else 0)
        stay = ((n, each, each.before) for n, each in enumerate(self._records) if n not in self._new_closed)
        moves = [(old.row, self._rows[n], each.shift) for n, each, old in stay if old is not None]
        ledger.move(move for move in moves if move[0] != move[1] or move[2])
        for n, made in self._new_closed.items():
            ledger.add(self._rows[n], made.row, made.warnings, made.raw, made.digest)
        nodes = [each for quad in changed for each in (quad.subject,) if isinstance(each, pyoxigraph.NamedNode)]
        iris = {node.value.partition("#")[0] for node in nodes}
        counts = Counter[str](manifest.read(self._before)["entities"])
        for made in (*self._old_closed.values(), *self._new_closed.values()):
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
        decided = ((made.row.library, unplain(self._records[n].kept)[0]) for n, made in self._new_closed.items())
        names = {f"{library}-{each.key}" for library, each in decided if isinstance(each, Named)}
        difference.keep(self._folder, self._before.name, iris, names)
        del counts[""]
        return {kind: counts[kind] for kind in sorted(counts) if counts[kind]}


def _grouped(pairs: Iterable[tuple[int, T]]) -> Iterator[tuple[int, list[T]]]:
    """Yield what goes with each number, in the order of the numbers."""
    found: dict[int, list[T]] = defaultdict(list)
    for number, each in pairs:
        found[number].append(each)
    yield from sorted(found.items(), key=lambda item: item[0])


def _lines(texts: Iterable[str]) -> set[str]:
    return {line for text in texts for line in text.split("\n") if line}


def _quads(lines: list[str]) -> Quads:
    text = "".join(f"{line}\n" for line in lines).encode()
    return list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))


_RENAMED = """
SELECT final.path FROM final LEFT JOIN earlier.face AS face ON face.path = final.path WHERE face.name IS NOT final.name
UNION SELECT path FROM earlier.face WHERE path NOT IN (SELECT path FROM final)
"""
_RELABELLED = f"""
SELECT now.path FROM ({FACES}) AS now JOIN earlier.face AS face ON face.path = now.path
    WHERE face.label != now.label OR face.called != now.called OR face.others != now.others
"""  # noqa: S608 - our own words
_FACE = f"{FACES} WHERE final.path = ?"
