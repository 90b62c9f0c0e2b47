"""The workers of the pool: how many there are, who is idle, who comes and who goes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from publisher.release.remote import graph_of
from publisher.sparql.process import Nursery, WorkerProcess
from publisher.sparql.settings import EndpointSettings

_RETRY = 0.5
"""Seconds until a worker is tried again that could not start."""


class ReleaseLike(Protocol):
    """What the workers need of a release (publisher.release.release.Release has it)."""

    @property
    def id(self) -> str:
        """Its name; equal ids are equal content."""

    @property
    def store_path(self) -> Path:
        """The Oxigraph store."""


class Staff:
    """Keeps as many workers as the settings say, all of them on the release in service.

    `on_event` is called with a worker that is ready, has replied or has ended; `on_exit` with the process and the code
    of one that ended; `on_retry` when workers may be started again.
    """

    def __init__(
        self,
        settings: EndpointSettings,
        prefixes: dict[str, str],
        on_event: Callable[[WorkerProcess], None],
        on_exit: Callable[[int, int], None],
        on_retry: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._prefixes = prefixes
        self._loop = asyncio.get_running_loop()
        self._nursery = Nursery(on_exit)
        self._on_event = on_event
        self._on_retry = on_retry
        self._release: ReleaseLike | None = None
        self._workers: set[WorkerProcess] = set()
        self._idle: deque[WorkerProcess] = deque()
        self._federating: set[WorkerProcess] = set()
        self._paused = False
        self.unfit = ""
        """Why workers cannot start, as far as is known."""

    def __len__(self) -> int:
        """How many there are, whatever they do."""
        return len(self._workers)

    @property
    def idle(self) -> int:
        """How many wait for a query."""
        return len(self._idle)

    @property
    def starting(self) -> bool:
        """Whether some are on their way and none has come yet; False where they cannot start."""
        return bool(self._workers) and not self.unfit and not any(worker.ready for worker in self._workers)

    @property
    def has_release(self) -> bool:
        """Whether there is anything to answer from."""
        return self._release is not None

    def walls(self) -> set[str]:
        """Return what keeps those at work from the network."""
        return {worker.wall for worker in self._workers if worker.ready}

    def pids(self) -> list[int]:
        """Return the processes of those at work, in order."""
        return sorted(worker.pid for worker in self._workers if worker.pid)

    def use(self, release: ReleaseLike) -> bool:
        """Answer from `release` from now on; return whether it is another one. Who is busy finishes first."""
        if self._release is not None and self._release.id == release.id:
            return False
        self._release = release
        while self._idle:
            self.drop(self._idle.popleft())
        return True

    def take(self) -> WorkerProcess:
        """Take one that is idle: the one that worked last, for its caches are warm."""
        return self._idle.pop()

    def take_with_network(self) -> WorkerProcess | None:
        """Start one without the wall to the network, for one query; None where there are enough of them."""
        if len(self._federating) >= self._settings.long_workers or (worker := self._fork(network=True)) is None:
            return None
        self._federating.add(worker)
        return worker

    def grow(self) -> None:
        """Start those that are missing."""
        while not self._paused and len(self._workers) - len(self._federating) < self._settings.workers:
            if self._fork(network=False) is None:
                return

    def rest(self, worker: WorkerProcess) -> None:
        """Let a worker wait for its next query, unless it is on another release."""
        if self._release is None or worker.release != self._release.id:
            self.drop(worker)
        else:
            self._idle.append(worker)

    def replied(self, worker: WorkerProcess, *, retires: bool) -> None:
        """Take back a worker that has answered; one that `retires`, was slowed or has no wall is not used again."""
        if worker.slowed or retires or worker in self._federating:
            self.drop(worker)
        else:
            self.rest(worker)

    def drop(self, worker: WorkerProcess) -> None:
        """End a worker."""
        self._workers.discard(worker)
        self._federating.discard(worker)
        worker.kill()
        worker.dismiss()

    def lose(self, worker: WorkerProcess) -> None:
        """Forget a worker that has ended."""
        self._workers.discard(worker)
        self._federating.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)

    def pause(self, reason: str) -> None:
        """Do not start workers in a tight loop when they cannot start."""
        self.unfit = reason
        if not self._paused:
            self._paused = True
            self._loop.call_later(_RETRY, self._resume)

    def close(self) -> None:
        """End every worker."""
        for worker in list(self._workers):
            worker.kill()
            worker.dismiss()
        self._nursery.close()

    def _resume(self) -> None:
        self._paused = False
        self._on_retry()

    def _fork(self, *, network: bool) -> WorkerProcess | None:
        assert self._release is not None
        try:
            worker = self._nursery.fork(self._told(self._release, network=network), self._release.id, self._on_event)
        except OSError as error:
            self.pause(str(error))
            return None
        self._workers.add(worker)
        return worker

    def _told(self, release: ReleaseLike, *, network: bool) -> dict[str, Any]:
        """Return what a worker is told when it starts."""
        index = getattr(release, "index_path", None)
        return {
            "store": str(release.store_path),
            "server": self._settings.server,
            "graph": graph_of(self._settings.base_iri, release.id),
            "seconds": self._settings.time_limit,
            "index": str(index) if index is not None and Path(index).is_dir() else None,
            "memory_mb": self._settings.memory_mb,
            "result_bytes": self._settings.result_mb * 1024 * 1024,
            "html_rows": self._settings.html_rows,
            "spool": str(self._settings.spool_dir) if self._settings.spool_dir else None,
            "base": self._settings.base_iri,
            "prefixes": self._prefixes,
            "network": network or self._settings.server is not None,
        }
