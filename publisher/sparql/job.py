"""A query on its way through the pool: waiting, then running."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from publisher.sparql.problems import Problem
from publisher.sparql.process import Reply, WorkerProcess


class Kind(IntEnum):
    """What is expected of a query; the order of service. The first three are those of `estimate.Guess`."""

    QUICK = 0
    UNKNOWN = 1
    SUSPECT = 2
    LONG = 3


@dataclass(slots=True, eq=False)
class Job:
    """A request for a worker, who waits for it (`done`), and how far it has come. Times are those of the loop."""

    request: dict[str, Any]
    shape: str
    kind: Kind
    deadline: float
    needs_network: bool
    arrived: float
    done: asyncio.Future[Reply]
    worker: WorkerProcess | None = None
    started: float = 0.0
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
