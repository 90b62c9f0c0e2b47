"""Names awarded again after a change: to the clusters that changed, and to those that want the same names.

Which name a cluster gets depends on who else offers or claims it, and on nothing further: so those that share a name
with what changed are asked again, and those that share one with these are heard, but keep what they have.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator

from publisher.identity.naming import EARLIER, Claim, Memory, Offer, begin, claim, claims, settle

Claimants = Callable[[str], Iterable[tuple[int, int]]]
"""Which (record, cluster) were published last under a name."""


class Renaming(ABC):
    """Awards the names of things of one `kind` again; `claimants` tells who was published under a name."""

    def __init__(self, database: sqlite3.Connection, kind: str, memory: Memory | None, claimants: Claimants) -> None:
        self._database = database
        self._kind = kind
        self._memory = memory
        self._claimants = claimants

    def award(self, gone: Iterable[tuple[str, str]], offers: list[Offer]) -> set[int]:
        """Award names in the table `name_again`; return the clusters in it, whose name may have changed.

        `gone` has (name, own) of the offers that were made before and names that may be free, `offers` are those that
        what changed makes now.
        """
        kind, database = self._kind, self._database
        names = {name for offer in offers for name in self._wanted(offer.name, offer.own)}
        names |= {name for said, own in gone for name in self._wanted(said, own)}
        asked = {offer.cluster for offer in offers} | {each for name in names for each in self._wanting(name)}
        theirs = [offer for cluster in sorted(asked) for offer in self._offers("cluster", cluster)]
        names = {name for offer in theirs for name in self._wanted(offer.name, offer.own)}
        others = [o for name in sorted(names) for o in self._offers("name", name) if o.cluster not in asked]
        begin(database, "again")
        database.executemany("INSERT INTO offer_again VALUES (?,?,?,?,?)", theirs)
        database.executemany("INSERT INTO offer_again VALUES (?,?,?,?,?)", others)
        if (memory := self._memory) is not None:
            claim(database, "again", (row for offer in theirs for row in claims(offer, kind, memory)))
            heard = (row for offer in others for row in claims(offer._replace(own=""), kind, memory))
            claim(database, "again", heard)
            claim(database, "again", self._earlier(names, asked, memory))
        settle(database, kind, "again")
        for (cluster,) in database.execute("SELECT cluster FROM name_again").fetchall():
            if cluster not in asked:
                database.execute("DELETE FROM name_again WHERE cluster = ?", (cluster,))
        database.execute("DELETE FROM moved WHERE kind = ? AND target NOT IN (SELECT name FROM name_again)", (kind,))
        database.execute("DROP TABLE offer_again")
        return asked

    def _wanted(self, name: str, own: str) -> Iterator[str]:
        """Yield the names that one wants who offers `name`: that, and the one it was published under."""
        yield name
        if own and self._memory is not None and (earlier := self._memory.earlier(self._kind, own)):
            yield earlier

    def _wanting(self, name: str) -> Iterator[int]:
        yield from (offer.cluster for offer in self._offers("name", name))
        yield from (cluster for _, cluster in self._claimants(name))

    @abstractmethod
    def _offers(self, by: str, value: int | str) -> list[Offer]:
        """Return what a cluster offers (`by` "cluster"), or who offers a name (`by` "name")."""

    def _earlier(self, names: set[str], asked: set[int], memory: Memory) -> Iterator[Claim]:
        for name in sorted(names):
            for record, cluster in self._claimants(name):
                if cluster not in asked and (since := memory.since(self._kind, name)):
                    yield name, EARLIER, since, record, cluster
