"""The queries that wait for a worker, and whose turn it is."""

from __future__ import annotations

from collections import Counter

from publisher.sparql.job import Job, Kind
from publisher.sparql.recent import Recent
from publisher.sparql.settings import EndpointSettings

_SHAPES = 4096
_CROWD = 16
"""How often an outline may wait and still be as welcome as others."""


class Waiting:
    """Serves kinds in their order, and within a kind the outlines by turns, and within an outline the shapes."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._jobs: list[Job] = []
        self._turns: Recent[str, int] = Recent(_SHAPES)
        self._turn = 0

    def __len__(self) -> int:
        """How many wait."""
        return len(self._jobs)

    def __contains__(self, job: object) -> bool:
        """Say whether `job` waits."""
        return job in self._jobs

    def add(self, job: Job) -> None:
        """Let `job` wait."""
        self._jobs.append(job)

    def remove(self, job: Job) -> bool:
        """Let `job` go; return whether it was waiting."""
        if job in self._jobs:
            self._jobs.remove(job)
            return True
        return False

    def clear(self) -> list[Job]:
        """Let everybody go and return them."""
        jobs, self._jobs = self._jobs, []
        return jobs

    def had_its_turn(self, job: Job) -> None:
        """Note that `job` begins: others come before the next one of its outline, and of its shape."""
        self._turn += 1
        self._turns.put(job.outline, self._turn)
        self._turns.put(job.shape, self._turn)

    def may_start(self, kind: Kind, long: int, not_quick: int) -> bool:
        """Say whether a query of `kind` may start beside `long` long ones and `not_quick` that are no quick ones."""
        match kind:
            case Kind.LONG:
                return long < self._settings.long_workers
            case Kind.SHORT | Kind.UNKNOWN:
                return not_quick < self._settings.workers - 1
            case Kind.SUSPECT:
                return not_quick < self._settings.long_workers
            case _:
                return True

    def next(self, long: int, not_quick: int) -> Job | None:
        """Take out the job whose turn it is; None when none may start."""
        may = {kind for kind in Kind if self.may_start(kind, long, not_quick)}
        able = [job for job in self._jobs if job.kind in may and not job.needs_network]
        if not able:
            return None
        crowd = Counter(job.outline for job in able)
        job = min(able, key=lambda job: self._order(job, crowd[job.outline]))
        self._jobs.remove(job)
        return job

    def _order(self, job: Job, crowd: int) -> tuple[Kind, int, int, int, float]:
        """What is alone goes before the first of a crowd."""
        return job.kind, self._turns.get(job.outline) or 0, crowd, self._turns.get(job.shape) or 0, job.arrived

    def with_network(self) -> list[Job]:
        """Return those that need a worker of their own."""
        return [job for job in self._jobs if job.needs_network]

    def kinds(self) -> set[Kind]:
        """Return the kinds that wait."""
        return {job.kind for job in self._jobs}

    def turned_out_long(self, long: Job) -> None:
        """`long` runs long: those that wait with its shape are expected to, those with its outline are in doubt."""
        for job in self._jobs:
            if job.shape == long.shape:
                job.kind = Kind.LONG
            elif job.outline == long.outline:
                job.kind = job.kind.doubted()

    def least_welcome(self, kind: Kind, outline: str) -> Job | None:
        """Take out who has to make place for a newcomer: the newest of the worst kind, of the most frequent outline.

        However quick it looks, an outline that waits many times over comes after what is alone. None when the newcomer
        is no better.
        """
        crowd = Counter(job.outline for job in self._jobs)
        worst = max(self._jobs, key=lambda job: (*_rank(job.kind, crowd[job.outline]), job.arrived), default=None)
        if worst is None or _rank(worst.kind, crowd[worst.outline]) <= _rank(kind, crowd[outline] + 1):
            return None
        self._jobs.remove(worst)
        return worst


def _rank(kind: Kind, crowd: int) -> tuple[Kind, int]:
    return (max(kind, Kind.SUSPECT) if crowd > _CROWD else kind), crowd
