"""Identity decided from the heads of all batches: which records are of one edition, which name the same thing.

What is decided on is in the workbook of the release; `entered` there has what stands for the name of each record.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from publisher.assembly import Head
from publisher.fates import PUBLISHED, Fates
from publisher.founding import Settled
from publisher.identity.account import ACCOUNT, write_account
from publisher.identity.decisions import Decisions
from publisher.identity.entity_account import write_entity_account
from publisher.identity.gathering import Gathering, keep_gathered
from publisher.identity.holdings import Holdings
from publisher.identity.kept import keep
from publisher.identity.naming import Memory
from publisher.identity.resolution import Resolution
from publisher.identity.roster import Roster
from publisher.identity.voices import Voices
from publisher.identity.workbook import Workbook
from publisher.release.decided import name_of
from publisher.release.layered import compacted, finish

WORKBOOK = "workbook.sqlite"


class Identification:
    """Decides for the release that is built in `folder`; `fates` counts what became of the records.

    `merges` are the counts of the account that is given in `identity.sqlite`, once all was decided.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fates = Fates()
        self.merges: dict[str, int] = {}
        self._settled: Settled | None = None
        self._book = Workbook(folder / WORKBOOK)
        self._book.database.execute("CREATE TABLE entered (number INTEGER PRIMARY KEY, name INTEGER)")
        self._roster = Roster(self._book.database)
        self._holdings = Holdings(self._book.database)
        self._holdings.begin()

    def take_in(self, library: str, numbers: Sequence[int], head: Head) -> None:
        """Take in the records of a batch of `library`, which have these `numbers`."""
        briefs, clues, named = head
        self._book.add(library, [(numbers[n], clue) for n, clue in enumerate(clues) if clue is not None])
        mentions = ((numbers[n], face) for n, face in named.mentions)
        self._roster.add(named.faces, named.said, mentions, named.related)
        held = [(numbers[n], brief.of_record) for n, brief in enumerate(briefs) if brief.of_record]
        lacking = [(brief.key, brief.fate) for brief in briefs if brief.is_lacking]
        self._holdings.add(library, held, lacking)
        names = ((numbers[n], name_of(library, brief.kind, brief.key)) for n, brief in enumerate(briefs))
        self._book.database.executemany("INSERT INTO entered VALUES (?,?)", names)
        self.fates.read += len(briefs)
        for brief in briefs:
            self.fates.count(brief.fate, brief.rule)

    def resolve(self, decisions: Decisions, memory: Memory | None) -> None:
        """Decide which records describe the same instance and work, and who and what is the same in them."""
        book, database = self._book, self._book.database
        resolution = Resolution(book, decisions.of_editions(), memory)
        resolution.run()
        gathering = Gathering(book, self._roster, decisions.of_entities(), memory)
        gathering.run()
        self._holdings.list()
        for held in self._holdings.every():
            if held.fate != PUBLISHED:
                self.fates.count(PUBLISHED, "", -1)
                self.fates.count(held.fate, held.rule)
        voices = Voices(database)
        path = self._folder / ACCOUNT
        self.merges = write_account(book, path, resolution.warnings)
        self.merges |= write_entity_account(database, path, [*gathering.warnings, *voices.warnings])
        self._settled = Settled(resolution, self._holdings, voices, self._names)

    @property
    def is_settled(self) -> bool:
        """Whether all was decided."""
        return self._settled is not None

    @property
    def settled(self) -> Settled:
        """What was decided, once it was."""
        assert self._settled is not None, "all was decided"
        return self._settled

    def _names(self, numbers: Sequence[int]) -> list[int | None]:
        query = "SELECT name FROM entered WHERE number BETWEEN ? AND ? ORDER BY number"
        if not numbers:
            return []
        return [name for (name,) in self._book.database.execute(query, (numbers[0], numbers[-1]))]

    def keep(self, memory: Memory | None) -> None:
        """Keep of the workbook what the next update asks for, once nothing more is asked of it here."""
        database = self._book.database
        database.execute("DROP TABLE entered")
        keep_gathered(database, self._roster)
        keep(self._book, self.settled.resolution, memory)
        finish(compacted(database, self._folder / WORKBOOK))
