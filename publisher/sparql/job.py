"""A query on its way through the pool: waiting, then running."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from publisher.sparql.problems import Problem
from publisher.sparql.process import Reply, WorkerProcess


class Kind(IntEnum):
    """What is expected of a query; the order of service. Three are those of `estimate.Guess`, in its numbers."""

    QUICK = 0
    SHORT = 1
    UNKNOWN = 2
    SUSPECT = 3
    LONG = 4

    def doubted(self) -> Kind:
        """Return what is expected when a query with the same outline ran long for something else."""
        return {Kind.QUICK: Kind.UNKNOWN, Kind.UNKNOWN: Kind.SUSPECT}.get(self, self)


@dataclass(slots=True, eq=False)
class Job:
    """A request for a worker, who waits for it (`done`), and how far it has come. Times are those of the loop."""

    request: dict[str, Any]
    shape: str
    outline: str
    kind: Kind
    deadline: float
    needs_network: bool
    arrived: float
    done: asyncio.Future[Reply]
    worker: WorkerProcess | None = None
    started: float = 0.0
    processor: float = 0.0
    """What its worker had used of the processor when it began, in seconds."""
    is_long: bool = False
    killed: bool = False
    timer: asyncio.TimerHandle | None = None

    def finish(self, reply: Reply) -> bool:
        """Hand over the reply; return False when nobody waits for it any more."""
        self.stop_timer()
        if self.done.done():
            return False
        self.done.set_result(reply)
        return True

    def fail(self, problem: Problem) -> None:
        """Hand over what went wrong, unless there is an answer or nobody waits."""
        self.stop_timer()
        if not self.done.done():
            self.done.set_exception(problem)

    def stop_timer(self) -> None:
        """Forget what was to happen to it."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
