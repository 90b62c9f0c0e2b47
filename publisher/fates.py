"""How many records came in and what became of them: counted by a build, corrected by an update."""

from __future__ import annotations

from collections import Counter
from typing import Any

from publisher.errors import ReleaseError, SourceError
from publisher.policy import Fate

PUBLISHED = Fate.PUBLISHED.value


class Fates:
    """The fates of all records, and the rules by which some were not published; `read` is how many came in."""

    def __init__(self) -> None:
        self.read = 0
        self._of: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()

    @classmethod
    def of(cls, manifest: dict[str, Any]) -> Fates:
        """Return those of a release that is finished."""
        fates = cls()
        fates.read = manifest["records_in"]
        fates._of.update({fate.value: manifest[fate.value] for fate in Fate})
        fates._reasons.update({(fate, rule): times for fate, rule, times in manifest["reasons"]})
        return fates

    def count(self, fate: str, rule: str, times: int = 1) -> None:
        """Count what became of a record; `times` is -1 where it became something else, or is gone."""
        self._of[fate] += times
        if fate != PUBLISHED:
            self._reasons[fate, rule] += times

    @property
    def total(self) -> int:
        """How many records were accounted for."""
        return self._of.total()

    def counts(self) -> dict[str, int]:
        """Return how many had each fate."""
        return {fate.value: self._of[fate.value] for fate in Fate}

    def reasons(self) -> list[tuple[str, str, int]]:
        """Return (fate, rule, how many) of what was not published, most first."""
        found = [(fate, rule, times) for (fate, rule), times in self._reasons.items() if times]
        return sorted(found, key=lambda reason: (-reason[2], *reason[:2]))

    def require_sum(self) -> None:
        """Hold the invariant: what came in was published, withheld or rejected, and it was something.

        Raises ReleaseError, and SourceError where all was rejected.
        """
        if self.total != self.read:
            raise ReleaseError(
                f"{self.read} records came in but {self.total} were accounted for: this is a fault of rong, "
                "please report it; the previous release stays in service."
            )
        if self.read and self._of[Fate.REJECTED.value] == self.read:
            raise SourceError(
                f"All {self.read} records were rejected, most often as {self.reasons()[0][1]}; "
                "check the format and the encoding of the sources."
            )
