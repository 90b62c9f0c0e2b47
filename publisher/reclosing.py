"""The records that an alteration touches, closed as they were and as they are: which statements go, which come.

A record is touched where it is new, gone or decided otherwise, or where an agent, a concept or a place that it names
has another name or label now. Beside them, others are closed that speak of the same instance or work: what they say
too does not go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from publisher import assembly
from publisher.alteration import Alteration
from publisher.arrivals import Arrivals
from publisher.closing import Closed, Closing, paths_of, unplain
from publisher.config import Settings
from publisher.identity.finalnames import FinalNames
from publisher.identity.iris import Iris
from publisher.rdf.ntriples import BASE, close
from publisher.release.decided import KeptRecord
from publisher.release.decided_before import DecidedBefore
from publisher.surroundings import surroundings

T = TypeVar("T")


class Where(NamedTuple):
    """Where a record is now, and what the release before has of it: the place of its batch, its place there.

    `name` stands for its name (`decided.name_of`), `decided` is what was decided of it (`closing.plain`).
    """

    at: int
    place: int
    name: int | None
    decided: tuple[Any, ...]
    before: KeptRecord | None


class Reclosing:
    """What an alteration touches; `touched` is where each record is that is new or touched, by number."""

    def __init__(self, settings: Settings, arrivals: Arrivals, alteration: Alteration) -> None:
        assert arrivals.past is not None, "there is something to edit"
        self._settings = settings
        self._iris = Iris(settings.base)
        self._past = arrivals.past
        self._old: DecidedBefore = arrivals.past.decided
        self._arrivals = arrivals
        self._alteration = alteration
        self._at = {each.id: (at, each) for at, each in enumerate(arrivals.batches)}
        self.lost = {record.number for record in alteration.gone}
        numbers = (alteration.decided.keys() | self._old.using(alteration.faces)) - self.lost
        self.touched = {number: self._where(number) for number in sorted(numbers)}
        self.before: dict[int, Closed] = {}
        self.now: dict[int, Closed] = {}
        self.beside: dict[int, Closed] = {}

    def _where(self, number: int) -> Where:
        alteration = self._alteration
        if (new := alteration.come.get(number)) is not None:
            return Where(new.at, new.place, new.name, alteration.decided[number], None)
        before = self._old.record(number)
        at, batch = self._at[before.batch]
        place = before.place - sum(gone < before.place for gone in batch.gone)
        return Where(at, place, before.name, alteration.decided.get(number, before.decided), before)

    def close(self, names: FinalNames) -> None:
        """Close them; `names` tells the names of the faces now."""
        alteration = self._alteration
        gone = [*alteration.gone, *(each.before for each in self.touched.values() if each.before is not None)]
        self.before = dict(self._closed_before(gone))
        self.now = dict(self._closed_now(self.touched, names))
        decided = [*(each.decided for each in self.touched.values()), *(each.decided for each in gone)]
        paths = {path for each in decided for path in paths_of(unplain(each)[0])}
        spoken = {*alteration.silent, *(voice.name for voice in alteration.voices)}
        paths |= {name for name in spoken if name.startswith("work/")}
        beside = self._old.speaking_of(paths) - self.before.keys()
        self.beside = dict(self._closed_now({number: self._where(number) for number in sorted(beside)}, names))

    def difference(self) -> tuple[list[str], list[str]]:
        """Return the statements that nobody makes any more, and those that were not made before."""
        base = {BASE: self._settings.base}
        before = _lines(made.text for made in self.before.values())
        before |= _lines(close(self._old.voice(name), base) for name in self._alteration.silent)
        before |= _lines([self._old.links()])
        after = _lines(made.text for made in self.now.values())
        after |= _lines(close(voice.text, base) for voice in self._alteration.voices)
        left = before - after - _lines(made.text for made in self.beside.values())
        always = _lines(surroundings(self._settings)) if left else set()
        return [line for line in left - always if not self._is_said(line)], list(after - before)

    def _is_said(self, line: str) -> bool:
        """Return whether a record or a voice that is not touched makes the statement `line`."""
        if self._old.saying(line) - self.before.keys():
            return True
        beginning = f"<{self._settings.base}/"
        if not line.startswith(beginning):
            return False
        name = line[len(beginning) : line.index(">")].partition("#")[0]
        if name in self._alteration.silent:
            return False
        return line in close(self._old.voice(name), {BASE: self._settings.base}).split("\n")

    def _closed_before(self, records: Iterable[KeptRecord]) -> Iterator[tuple[int, Closed]]:
        """Yield (number, what it put in) of records of the release before."""
        closing = Closing(self._iris, self._old.names())
        places = {number: place for place, (number, _, _) in enumerate(self._old.batches())}
        for place, some in _grouped((places[record.batch], record) for record in records):
            batch = self._past.batches.batches[place]
            outcomes = assembly.outcomes_of(self._past.batches.path(batch).read_bytes())
            for record in some:
                decided, has_holdings = unplain(record.decided)
                made = closing.closed(batch.library, outcomes[record.place], decided, has_holdings=has_holdings)
                yield record.number, made

    def _closed_now(self, records: dict[int, Where], names: FinalNames) -> Iterator[tuple[int, Closed]]:
        """Yield (number, what it puts in) of records that are there."""
        closing = Closing(self._iris, names)
        for at, some in _grouped((where.at, (number, where)) for number, where in records.items()):
            batch, packed = self._arrivals.kept.read(at)
            outcomes = assembly.outcomes_of(packed)
            for number, where in some:
                kept = outcomes[where.place]
                outcome = kept._replace(position=kept.position + batch.shift) if batch.shift else kept
                decided, has_holdings = unplain(where.decided)
                yield number, closing.closed(batch.library, outcome, decided, has_holdings=has_holdings)


def _grouped(pairs: Iterable[tuple[int, T]]) -> Iterator[tuple[int, list[T]]]:
    """Yield what goes with each number, in the order of the numbers."""
    found: dict[int, list[T]] = defaultdict(list)
    for number, each in pairs:
        found[number].append(each)
    yield from sorted(found.items(), key=lambda item: item[0])


def _lines(texts: Iterable[str]) -> set[str]:
    return {line for text in texts for line in text.split("\n") if line}
