"""The conveyor of a build: work goes to whom converts it, and comes back in order."""

from __future__ import annotations

import atexit
import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from publisher import assembly
from publisher.cluster import cluster
from publisher.config import Settings
from publisher.helpers import helpers
from publisher.intake import Fewer, Fresh, Work

AHEAD = 4
"""Batches in flight for each worker: enough to keep it busy, few enough to keep memory flat."""


class Here(Executor):
    """Converts in this process: for few records that is over before another process has begun."""

    def __init__(self, settings: Settings) -> None:
        assembly.start(settings)
        atexit.register(gc.unfreeze)  # what is never let go DuckDB reports as leaked, thirty lines on standard error

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Conveyor:
    """Hands work to `pool`, which has so many workers (`width`)."""

    def __init__(self, pool: Executor, width: int) -> None:
        self._pool = pool
        self._ahead = width * AHEAD
        self.converted = 0

    def done(self, work: Iterable[Work]) -> Iterator[tuple[Work, bytes | None]]:
        """Yield each piece of work with what was made of it, in order; None where there was nothing to do."""
        waiting: deque[tuple[Work, Future[bytes] | None]] = deque()
        for each in work:
            waiting.append((each, self._handed(each)))
            if len(waiting) >= self._ahead:
                yield _taken(*waiting.popleft())
        while waiting:
            yield _taken(*waiting.popleft())

    def _handed(self, work: Work) -> Future[bytes] | None:
        match work:
            case Fresh(batch, records, split):
                self.converted += len(records)
                return self._pool.submit(assembly.outcomes, records, batch.library, split=split)
            case Fewer(_, path, _, gone):
                return self._pool.submit(assembly.fewer, path.read_bytes(), gone)
            case _:
                return None


def _taken(work: Work, future: Future[bytes] | None) -> tuple[Work, bytes | None]:
    return work, future.result() if future is not None else None


@contextmanager
def conveyor(settings: Settings, executor: Executor | None, workers: int) -> Iterator[Conveyor]:
    """Give a conveyor to `executor`, or to what the settings name: a cluster, or so many `workers` here."""
    if executor is not None:
        yield Conveyor(executor, workers)
        return
    if settings.build.executor != "local":
        with cluster(settings, settings.build.executor) as (pool, width):
            yield Conveyor(pool, width)
        return
    with helpers(workers, assembly.start, (settings,)) as pool:
        yield Conveyor(pool, workers)
