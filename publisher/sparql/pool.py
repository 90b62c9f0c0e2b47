"""The pool: which query runs when, on which worker, and for how long.

Nobody can tell from a query how long it will run, so each starts as a short one. One that runs past `short_seconds` is
long from then on; its shape (the query without its literals, numbers and names of variables) is remembered. At most
`long_workers` long queries run as soon as somebody waits. Who waits is served in this order:

    quick    shapes that were quick before, and queries that look it
    unknown  shapes not seen before; one worker is always left to the quick
    suspect  shapes not seen before that look like cross products; at most `long_workers` of them
    long     shapes that ran long before, while fewer than `long_workers` long ones run

and within a class the shapes take turns, so that two hundred copies of one query count as one.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

from publisher.sparql import problems
from publisher.sparql.guard import Query
from publisher.sparql.process import Nursery, Reply, WorkerProcess
from publisher.sparql.settings import EndpointSettings

_QUICK = 0.1
"""Seconds below which a shape is remembered as quick."""
_GRACE = 0.1
"""Seconds that a query whose client has gone may still run: most are over by then, and a worker is spared."""
_REMEMBERED = 4096
_RETRY = 0.5
"""Seconds until a worker is tried again that could not start."""
_ABORT = -6


class ReleaseLike(Protocol):
    """What the endpoint needs of a release (publisher.release.release.Release has it)."""

    @property
    def id(self) -> str:
        """Its name; equal ids are equal content."""

    @property
    def store_path(self) -> Path:
        """The Oxigraph store."""


class Kind(IntEnum):
    """What is expected of a query; the order of service."""

    QUICK = 0
    UNKNOWN = 1
    SUSPECT = 2
    LONG = 3


@dataclass
class _Job:
    """A query on its way: waiting, then running."""

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
    killed_for: problems.Problem | None = None
    timer: asyncio.TimerHandle | None = None


@dataclass
class PoolStatus:
    """A look at the pool, for health checks and tests."""

    workers: int
    idle: int
    running: int
    long: int
    waiting: int
    wall: str
    pids: list[int] = field(default_factory=list)


class Pool:
    """Runs queries in worker processes. Belongs to one event loop."""

    def __init__(self, settings: EndpointSettings, prefixes: dict[str, str]) -> None:
        """`prefixes` are used in the answers that can abbreviate IRIs."""
        self._settings = settings
        self._prefixes = prefixes
        self._nursery = Nursery(self._exited)
        self._release: ReleaseLike | None = None
        self._workers: set[WorkerProcess] = set()
        self._idle: deque[WorkerProcess] = deque()
        self._jobs: dict[WorkerProcess, _Job] = {}
        self._federating: set[WorkerProcess] = set()
        self._waiting: list[_Job] = []
        self._known: OrderedDict[str, Kind] = OrderedDict()
        self._turns: OrderedDict[str, int] = OrderedDict()
        self._turn = 0
        self._exits: OrderedDict[int, int] = OrderedDict()
        self._mourned: dict[int, tuple[WorkerProcess, _Job]] = {}
        self._unfit = ""
        self._paused = False
        self._closed = False

    def use(self, release: ReleaseLike) -> None:
        """Answer from `release` from now on; queries that run finish on the one they began with."""
        if self._release is not None and self._release.id == release.id:
            return
        self._release = release
        self._known.clear()
        while self._idle:
            self._drop(self._idle.popleft())
        self._pump()

    async def run(self, query: Query, request: dict[str, Any]) -> Reply:
        """Run a request that a worker understands for `query`. Raises `Problem`: 503, 504, 507, 500.

        When the caller is cancelled the query is ended.
        """
        kind = self._expected(query)
        return await self._submit(request, query.shape, kind, needs_network=bool(query.services))

    async def describe(self) -> Reply:
        """Count what is in the release, for one that brings no counts along."""
        return await self._submit({"describe": True}, "describe", Kind.UNKNOWN, needs_network=False)

    def status(self) -> PoolStatus:
        """Return how the pool stands."""
        walls = {worker.wall for worker in self._workers if worker.ready}
        return PoolStatus(
            workers=len(self._workers),
            idle=len(self._idle),
            running=len(self._jobs),
            long=self._long(),
            waiting=len(self._waiting),
            wall="+".join(sorted(walls)),
            pids=sorted(worker.pid for worker in self._workers if worker.pid),
        )

    def close(self) -> None:
        """End every worker."""
        self._closed = True
        for job in [*self._waiting, *self._jobs.values()]:
            self._fail(job, problems.busy(5))
        self._waiting.clear()
        for worker in list(self._workers):
            worker.kill()
            worker.dismiss()
        self._nursery.close()

    # -- waiting ---------------------------------------------------------------------------------------------------

    async def _submit(self, request: dict[str, Any], shape: str, kind: Kind, *, needs_network: bool) -> Reply:
        loop = asyncio.get_running_loop()
        if len(self._waiting) >= self._settings.queue_length + len(self._idle):
            self._turn_away(kind, shape)
        now = time.monotonic()
        job = _Job(
            request=request,
            shape=shape,
            kind=kind,
            deadline=now + self._settings.time_limit,
            needs_network=needs_network,
            arrived=now,
            done=loop.create_future(),
        )
        self._waiting.append(job)
        self._pump()
        if job.worker is None:
            job.timer = loop.call_later(self._settings.queue_seconds, self._waited_too_long, job)
        try:
            return await job.done
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    def _turn_away(self, kind: Kind, shape: str) -> None:
        """Make a place in a full queue, at the cost of the newest of the least welcome; else raise `Problem` 503."""
        crowd = Counter(job.shape for job in self._waiting)
        worst = max(self._waiting, key=lambda job: (job.kind, crowd[job.shape], job.arrived), default=None)
        if worst is None or (worst.kind, crowd[worst.shape]) <= (kind, crowd[shape] + 1):
            raise problems.busy(self._retry_after())
        self._waiting.remove(worst)
        self._fail(worst, problems.busy(self._retry_after()))

    def _expected(self, query: Query) -> Kind:
        known = self._known.get(query.shape)
        if known is not None:
            return known
        return Kind(query.guess)

    def _retry_after(self) -> int:
        return max(1, math.ceil(self._settings.queue_seconds))

    def _waited_too_long(self, job: _Job) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
            self._fail(job, problems.unavailable() if self._unfit else problems.busy(self._retry_after()))

    def _abandon(self, job: _Job) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
        if job.timer is not None:
            job.timer.cancel()
        worker = job.worker
        if worker is not None and self._jobs.get(worker) is job:
            asyncio.get_running_loop().call_later(_GRACE, self._end_abandoned, worker, job)

    def _end_abandoned(self, worker: WorkerProcess, job: _Job) -> None:
        if self._jobs.get(worker) is job:
            worker.kill()

    # -- starting --------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Start what can start; fetch workers; make room when somebody waits."""
        if self._closed or self._release is None:
            return
        while self._idle and (job := self._next()) is not None:
            self._begin(self._idle.pop(), job)  # the one that worked last: its caches are warm
        for job in [job for job in self._waiting if job.needs_network]:
            self._begin_with_network(job)
        self._grow()
        self._make_room()

    def _next(self) -> _Job | None:
        """Take the job out of the queue whose turn it is; None when none may start."""
        best = None
        long, busy = self._long(), self._not_quick()
        for job in self._waiting:
            if job.needs_network:
                continue
            if job.kind is Kind.LONG and long >= self._settings.long_workers:
                continue
            if job.kind is Kind.UNKNOWN and busy >= self._settings.workers - 1:
                continue
            if job.kind is Kind.SUSPECT and busy >= self._settings.long_workers:
                continue
            rank = (job.kind, self._turns.get(job.shape, 0), job.arrived)
            if best is None or rank < best[0]:
                best = (rank, job)
        if best is None:
            return None
        self._waiting.remove(best[1])
        return best[1]

    def _begin(self, worker: WorkerProcess, job: _Job) -> None:
        loop = asyncio.get_running_loop()
        self._turn += 1
        _remember(self._turns, job.shape, self._turn)
        if job.timer is not None:
            job.timer.cancel()
        job.worker, job.started = worker, time.monotonic()
        self._jobs[worker] = job
        if job.kind is Kind.LONG:
            job.is_long = True
            job.timer = loop.call_later(job.deadline - job.started, self._over_time, job)
        else:
            short = min(self._settings.short_seconds, job.deadline - job.started)
            job.timer = loop.call_later(short, self._over_short, job)
            self._give_way()
        worker.ask(job.request)

    def _begin_with_network(self, job: _Job) -> None:
        """SERVICE to an allowed endpoint runs in a worker of its own, without the second wall and for one query."""
        if len(self._federating) < self._settings.long_workers and (worker := self._fork(network=True)) is not None:
            self._waiting.remove(job)
            self._federating.add(worker)
            self._begin(worker, job)

    def _grow(self) -> None:
        while not self._paused and len(self._workers) - len(self._federating) < self._settings.workers:
            if self._fork(network=False) is None:
                return

    def _fork(self, *, network: bool) -> WorkerProcess | None:
        assert self._release is not None
        index = getattr(self._release, "index_path", None)
        config = {
            "store": str(self._release.store_path),
            "index": str(index) if index is not None and Path(index).is_dir() else None,
            "memory_mb": self._settings.memory_mb,
            "result_bytes": self._settings.result_mb * 1024 * 1024,
            "html_rows": self._settings.html_rows,
            "spool": str(self._settings.spool_dir) if self._settings.spool_dir else None,
            "base": self._settings.base_iri,
            "prefixes": self._prefixes,
            "network": network,
        }
        try:
            worker = self._nursery.fork(config, self._release.id, self._event)
        except OSError as error:
            self._pause(str(error))
            return None
        self._workers.add(worker)
        return worker

    def _pause(self, reason: str) -> None:
        """Do not start workers in a tight loop when they cannot start."""
        self._unfit = reason
        if not self._paused:
            self._paused = True
            asyncio.get_running_loop().call_later(_RETRY, self._resume)

    def _resume(self) -> None:
        self._paused = False
        self._pump()

    # -- running ---------------------------------------------------------------------------------------------------

    def _not_quick(self) -> int:
        return sum(job.kind is not Kind.QUICK or job.is_long for job in self._jobs.values())

    def _long(self) -> int:
        return sum(job.is_long for job in self._jobs.values())

    def _over_short(self, job: _Job) -> None:
        now = time.monotonic()
        if now >= job.deadline - 0.001:
            self._over_time(job)
            return
        assert job.worker is not None
        job.is_long = True
        _remember(self._known, job.shape, Kind.LONG)
        for waiting in self._waiting:
            if waiting.shape == job.shape:
                waiting.kind = Kind.LONG
        job.timer = asyncio.get_running_loop().call_later(job.deadline - now, self._over_time, job)
        self._pump()

    def _give_way(self) -> None:
        """A query that may be short begins: the long ones that run beside it get the processor after it."""
        for other, job in self._jobs.items():
            if job.is_long:
                other.slow_down()

    def _over_time(self, job: _Job) -> None:
        self._kill(job, problems.timed_out(self._settings.time_limit))

    def _make_room(self) -> None:
        """End the youngest long query when there are more of them than may keep others waiting."""
        long = [job for job in self._jobs.values() if job.is_long and job.killed_for is None]
        if len(long) <= self._settings.long_workers:
            return
        nobody_free = len(self._workers) == len(self._jobs)
        kinds = {job.kind for job in self._waiting}
        if (kinds & {Kind.QUICK, Kind.UNKNOWN} and nobody_free) or (
            Kind.UNKNOWN in kinds and self._not_quick() >= self._settings.workers - 1
        ):
            self._kill(max(long, key=lambda job: job.started), problems.busy(self._retry_after()))

    def _kill(self, job: _Job, problem: problems.Problem) -> None:
        job.killed_for = problem
        if job.worker is not None:
            job.worker.kill()
        self._fail(job, problem)

    def _fail(self, job: _Job, problem: problems.Problem) -> None:
        if job.timer is not None:
            job.timer.cancel()
        if not job.done.done():
            job.done.set_exception(problem)

    # -- what workers and the zygote say -----------------------------------------------------------------------------

    def _event(self, worker: WorkerProcess) -> None:
        if worker.ended:
            self._ended(worker)
        elif worker.unfit:
            self._pause(worker.unfit)
        elif worker.reply is not None:
            self._replied(worker, worker.reply)
        elif worker.ready and worker not in self._jobs:
            self._unfit = ""
            self._rest(worker)
        self._pump()

    def _rest(self, worker: WorkerProcess) -> None:
        if self._release is None or worker.release != self._release.id:
            self._drop(worker)
        else:
            self._idle.append(worker)

    def _replied(self, worker: WorkerProcess, reply: Reply) -> None:
        worker.reply = None
        job = self._jobs.pop(worker, None)
        if job is None:
            self._drop(worker)
            return
        if job.timer is not None:
            job.timer.cancel()
        seconds = time.monotonic() - job.started
        if not job.is_long and seconds < _QUICK:
            _remember(self._known, job.shape, Kind.QUICK)
        elif job.kind is Kind.LONG and seconds < self._settings.short_seconds:
            self._known.pop(job.shape, None)
        if job.done.done():
            if reply.descriptor is not None:
                os.close(reply.descriptor)
        else:
            job.done.set_result(reply)
        if worker.slowed or reply.header.get("retire") or worker in self._federating:
            self._drop(worker)
        else:
            self._rest(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
        self._federating.discard(worker)
        worker.kill()
        worker.dismiss()

    def _ended(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
        self._federating.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        job = self._jobs.pop(worker, None)
        if job is None:
            if not worker.ready:
                self._pause(worker.unfit or "a worker ended as soon as it started")
            return
        if job.timer is not None:
            job.timer.cancel()
        if not job.done.done():
            self._mourned[worker.pid] = (worker, job)
            asyncio.get_running_loop().call_later(0.5, self._explain, worker.pid, 0)
            if worker.pid in self._exits:
                self._explain(worker.pid, self._exits.pop(worker.pid))

    def _exited(self, pid: int, code: int) -> None:
        if pid in self._mourned:
            self._explain(pid, code)
        elif code:
            _remember(self._exits, pid, code, 256)

    def _explain(self, pid: int, code: int) -> None:
        """Answer the one client whose query a worker died of. The engine aborts when its memory is at an end."""
        _, job = self._mourned.pop(pid, (None, None))
        if job is not None:
            over = code == _ABORT
            self._fail(job, problems.out_of_memory(self._settings.memory_mb) if over else problems.engine_failed())


def _remember(memory: OrderedDict[Any, Any], key: Any, value: Any, most: int = _REMEMBERED) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > most:
        memory.popitem(last=False)
