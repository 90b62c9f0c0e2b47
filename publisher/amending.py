"""Identity decided in part: the workbook of the release before is edited by what came and went, and so is the account.

Nothing here looks at a record that a change does not concern. Where that cannot be done, `Unamendable` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from publisher import assembly
from publisher.alteration import Alteration
from publisher.arrivals import Arrivals, Past
from publisher.assembly import Brief, Head
from publisher.closing import plain
from publisher.fates import PUBLISHED, Fates
from publisher.identification import WORKBOOK
from publisher.identity.amended_account import edit_account
from publisher.identity.amendment import Amended, Amendment
from publisher.identity.decisions import Decisions
from publisher.identity.entity_account import edit_entity_account
from publisher.identity.holdings import Held, Holdings
from publisher.identity.naming import Memory
from publisher.identity.numbering import Unamendable
from publisher.identity.regathering import Regathering
from publisher.identity.resolution import Resolution
from publisher.identity.roster import Roster
from publisher.identity.workbook import Workbook
from publisher.release import manifest
from publisher.release.account import Account
from publisher.release.layered import Edited

_MOST = 0.2
"""The share of records that may come and go before all are decided on sooner."""


class _Batch(NamedTuple):
    """A batch as it was or as it is: its head, and the numbers of its records by their places."""

    library: str
    head: Head
    numbers: Sequence[int]


class Amending:
    """Decides for the release that is built in `folder`, by what is in `arrivals` of the one before.

    `fates` and `merges` are those of the release then, `account` is its account, which is not closed yet.
    """

    def __init__(self, folder: Path, arrivals: Arrivals) -> None:
        assert arrivals.past is not None, "there is something to amend"
        self._past: Past = arrivals.past
        self._arrivals = arrivals
        said = manifest.read(self._past.path)
        self.fates = Fates.of(said)
        self.merges: dict[str, int] = dict(said["merges"])
        self._come, self._gone = arrivals.come(), {record.number: record for record in arrivals.gone()}
        if len(self._come) + len(self._gone) > max(_MOST * self.fates.read, 50):
            raise Unamendable("a large part of the records came or went")
        self._edited = Edited(self._past.path / WORKBOOK, folder / WORKBOOK)
        self.account = Account(folder, self._past.path)
        self._book = Workbook.of(self._edited.database)
        self._holdings = Holdings(self._edited.database)

    def run(self, decisions: Decisions, memory: Memory | None) -> Alteration:
        """Decide; raises Unamendable where all has to be decided on, and nothing is left then."""
        try:
            return self._run(decisions, memory)
        except BaseException:
            self.give_up()
            raise

    def close(self) -> None:
        """Keep the workbook."""
        self._edited.close()

    def give_up(self) -> None:
        """Leave nothing of what was amended."""
        self._edited.give_up()
        self.account.give_up()

    def _run(self, decisions: Decisions, memory: Memory | None) -> Alteration:
        before, after = list(self._before()), list(self._after())
        resolution = Resolution(self._book, decisions.of_editions(), memory)
        lost = [number for each, n, number in _records(before) if number in self._gone and each.head.clues[n]]
        new = [
            (number, each.library, clue)
            for each, n, number in _records(after)
            if number in self._come and (clue := each.head.clues[n]) is not None
        ]
        amended = Amendment(self._book, resolution, memory).run(lost, new, decisions.of_editions().names())
        regathering = Regathering(self._book, Roster.of(self._edited.database), decisions.of_entities(), memory)
        was, now = ([(each.head.attended, each.numbers) for each in some] for some in (before, after))
        regathered = regathering.run(was, now, amended, self._past.decided)
        decided = self._decided(amended, self._counted(before, after))
        for counts in (
            edit_account(self.account.database, self._book, amended, resolution.warnings),
            edit_entity_account(self.account.database, self._edited.database, regathered),
        ):
            for name, more in counts.items():
                self.merges[name] += more
        return Alteration(
            self._come,
            list(self._gone.values()),
            decided,
            regathered.faces,
            regathered.face_rows,
            regathered.silent,
            regathered.voices,
            [*amended.moved, *regathered.moved],
        )

    # What came and went

    def _before(self) -> Iterator[_Batch]:
        """Yield the batches of which records are gone, as they were."""
        for place, _ in self._arrivals.lost():
            batch = self._past.batches.batches[place]
            head = assembly.head_of(self._past.batches.path(batch).read_bytes())
            yield _Batch(batch.library, head, self._arrivals.numbers_before(place))

    def _after(self) -> Iterator[_Batch]:
        """Yield the batches that are new or of which records are gone, as they are."""
        for at, arrived in enumerate(self._arrivals.batches):
            if arrived.place < 0 or arrived.gone:
                head = assembly.head_of(self._arrivals.kept.read(at)[1])
                yield _Batch(arrived.batch.library, head, self._arrivals.numbers(arrived))

    def _counted(self, before: list[_Batch], after: list[_Batch]) -> set[tuple[str, str]]:
        """Count what came and went, and take holdings in and back; return the (library, key) that holdings may name."""
        concerned: set[tuple[str, str]] = set()
        self.fates.read += len(self._come) - len(self._gone)
        for each, n, number in _records(before):
            if number in self._gone:
                brief, decided = each.head.briefs[n], self._gone[number].decided
                fate, rule = decided[1:3] if decided[:1] == ("holdings",) else (brief.fate, brief.rule)
                self.fates.count(fate, rule, -1)
                self._holdings.remove(each.library, *_of_holdings(number, brief))
                concerned.add((each.library, brief.of_record or brief.key))
        for each, n, number in _records(after):
            if number in self._come:
                brief = each.head.briefs[n]
                self.fates.count(brief.fate, brief.rule)
                held, lacking = _of_holdings(number, brief)
                self._holdings.add(each.library, ((number, brief.of_record) for number in held), lacking)
                concerned.add((each.library, brief.of_record or brief.key))
        return concerned

    # What was decided

    def _decided(self, amended: Amended, concerned: set[tuple[str, str]]) -> dict[int, tuple[Any, ...]]:
        """Return what was decided of the records that came and of those decided otherwise; count the fates of holdings.

        Holdings are looked at where they name a record that is `concerned`, or that was decided otherwise.
        """
        decided: dict[int, tuple[Any, ...]] = dict.fromkeys(self._come, ())
        concerned |= {(named.library, named.key) for named in amended.named.values()}
        for number in (*amended.named.keys() - self._come.keys(), *self._gone):
            match self._was(number):
                case ("edition", library, key, *_):
                    concerned.add((library, key))
        has_holdings: dict[int, bool] = {}
        for library, key in sorted(concerned):
            for held in self._holdings.of(library, key):
                self._hold(held, decided)
            found = self._holdings.record(library, key)
            if found is not None:
                has_holdings[found[0]] = found[1]
        for number, named in amended.named.items():
            decided[number] = plain(named, has_holdings.get(number, False))
        for number, has in has_holdings.items():
            was = self._was(number) if number not in amended.named else ()
            if was and was[-1] != has:
                decided[number] = (*was[:-1], has)
        return decided

    def _hold(self, held: Held, decided: dict[int, tuple[Any, ...]]) -> None:
        """Enter what becomes of a holdings record."""
        now = plain(held, False)
        if held.incoming in self._come:
            before: tuple[str, str] = PUBLISHED, ""
        else:
            was = self._was(held.incoming)
            if was == now:
                return
            before = was[1], was[2]
        decided[held.incoming] = now
        self.fates.count(*before, -1)
        self.fates.count(held.fate, held.rule)

    def _was(self, number: int) -> tuple[Any, ...]:
        record = self._gone.get(number) or self._past.decided.record(number)
        return record.decided


def _records(batches: list[_Batch]) -> Iterator[tuple[_Batch, int, int]]:
    """Yield the batch, the place there and the number of every record."""
    for each in batches:
        for n, number in enumerate(each.numbers):
            yield each, n, number


def _of_holdings(number: int, brief: Brief) -> tuple[list[int], list[tuple[str, str]]]:
    """Return what `Holdings` takes in of one record: its number if it is one of holdings, its key if it is lacking."""
    held = [number] if brief.of_record else []
    lacking = [(brief.key, brief.fate)] if brief.is_lacking else []
    return held, lacking
