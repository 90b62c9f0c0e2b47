"""The pool: which query runs when, on which worker, and for how long.

Nobody can tell from a query how long it will run, so each starts as a short one. One that runs past `short_seconds` is
long from then on (past four times as many where others kept it from the processor); that is remembered
(publisher/sparql/experience.py). At most `long_workers` long queries run as soon as somebody waits. Who waits is served
in this order:

    quick    shapes that were quick before, and queries that look it
    short    shapes that took longer before, but not long; one worker is always left to the quick
    unknown  shapes not seen before; likewise
    suspect  shapes not seen before that look like cross products; at most `long_workers` of them
    long     shapes that ran long before, while fewer than `long_workers` long ones run

and within a class the outlines take turns, so that two hundred copies of one query count as one.
"""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import dataclass, field
from typing import Any

from publisher.sparql import problems
from publisher.sparql.deaths import Deaths
from publisher.sparql.experience import Experience
from publisher.sparql.guard import Query
from publisher.sparql.job import Job, Kind
from publisher.sparql.process import Reply, WorkerProcess
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.staff import ReleaseLike, Staff
from publisher.sparql.waiting import Waiting

_QUICK = 0.1
"""Seconds below which a shape is remembered as quick."""
_PATIENCE = 4
"""How many times `short_seconds` a query may take that others keep from the processor, and still not be long."""
_GRACE = 0.1
"""Seconds that a query whose client has gone may still run: most are over by then, and a worker is spared."""


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
        self._loop = asyncio.get_running_loop()
        self._deaths = Deaths(settings)
        self._staff = Staff(settings, prefixes, self._event, self._deaths.of_process, self._pump)
        self._jobs: dict[WorkerProcess, Job] = {}
        self._waiting = Waiting(settings)
        self._experience = Experience()
        self._closed = False

    def use(self, release: ReleaseLike) -> None:
        """Answer from `release` from now on; queries that run finish on the one they began with."""
        if self._staff.use(release):
            self._experience.clear()
            self._pump()

    async def run(self, query: Query, request: dict[str, Any]) -> Reply:
        """Run a request that a worker understands for `query`. Raises `Problem`: 503, 504, 507, 500.

        `request` may have a `seconds` shorter than the time limit. When the caller is cancelled the query is ended.
        """
        kind = self._experience.expected(query)
        return await self._submit(request, query.shape, query.outline, kind, needs_network=bool(query.services))

    async def describe(self) -> Reply:
        """Count what is in the release, for one that brings no counts along."""
        return await self._submit({"describe": True}, "describe", "describe", Kind.UNKNOWN, needs_network=False)

    @property
    def starting(self) -> bool:
        """Whether workers are on their way and none of them has come yet; False where they cannot start."""
        return self._staff.starting

    def status(self) -> PoolStatus:
        """Return how the pool stands."""
        return PoolStatus(
            workers=len(self._staff),
            idle=self._staff.idle,
            running=len(self._jobs),
            long=self._long(),
            waiting=len(self._waiting),
            wall="+".join(sorted(self._staff.walls())),
            pids=self._staff.pids(),
        )

    def close(self) -> None:
        """End every worker."""
        self._closed = True
        for job in [*self._waiting.clear(), *self._jobs.values()]:
            job.fail(problems.busy(5))
        self._staff.close()

    # -- waiting ---------------------------------------------------------------------------------------------------

    async def _submit(
        self, request: dict[str, Any], shape: str, outline: str, kind: Kind, *, needs_network: bool
    ) -> Reply:
        if len(self._waiting) >= self._settings.queue_length + self._staff.idle:
            self._make_place(kind, outline)
        now = self._loop.time()
        limit = request.get("seconds") or self._settings.time_limit
        job = Job(request, shape, outline, kind, now + limit, needs_network, now, self._loop.create_future())
        if self._may_begin_at_once(job):
            self._begin(self._staff.take(), job)
        else:
            self._waiting.add(job)
            self._pump()
            if job.worker is None:
                job.timer = self._loop.call_later(min(limit, self._settings.queue_seconds), self._too_late, job)
        try:
            return await job.done
        except asyncio.CancelledError:
            self._abandon(job)
            raise

    def _may_begin_at_once(self, job: Job) -> bool:
        """Say whether `job` is alone with a worker that waits for it: nearly always."""
        if not self._staff.idle or self._waiting or job.needs_network:
            return False
        return self._waiting.may_start(job.kind, self._long(), self._not_quick())

    def _make_place(self, kind: Kind, outline: str) -> None:
        """Make a place in a full queue for a query that is more welcome than another; else raise `Problem` 503."""
        other = self._waiting.least_welcome(kind, outline)
        if other is None:
            raise self._busy()
        other.fail(self._busy())

    def _busy(self) -> problems.Problem:
        return problems.busy(max(1, math.ceil(self._settings.queue_seconds)))

    def _too_late(self, job: Job) -> None:
        if self._waiting.remove(job):
            if self._loop.time() >= job.deadline - 0.005:
                job.fail(self._timed_out(job))
            else:
                job.fail(problems.unavailable() if self._staff.unfit else self._busy())

    def _abandon(self, job: Job) -> None:
        self._waiting.remove(job)
        job.stop_timer()
        worker = job.worker
        if worker is not None and self._jobs.get(worker) is job:
            self._loop.call_later(_GRACE, self._end_abandoned, worker, job)

    def _end_abandoned(self, worker: WorkerProcess, job: Job) -> None:
        if self._jobs.get(worker) is job:
            worker.kill()

    # -- starting --------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Start what can start; fetch workers; make room when somebody waits."""
        if self._closed or not self._staff.has_release:
            return
        if self._waiting:
            while self._staff.idle and (job := self._waiting.next(self._long(), self._not_quick())) is not None:
                self._begin(self._staff.take(), job)
            for job in self._waiting.with_network():
                self._begin_with_network(job)
        self._staff.grow()
        self._make_room()

    def _begin(self, worker: WorkerProcess, job: Job) -> None:
        self._waiting.had_its_turn(job)
        job.stop_timer()
        job.worker, job.started = worker, self._loop.time()
        self._jobs[worker] = job
        if job.kind is Kind.LONG:
            job.is_long = True
            job.timer = self._loop.call_at(job.deadline, self._over_time, job)
        else:
            job.processor = worker.processor_seconds()
            over = min(job.started + self._settings.short_seconds, job.deadline)
            job.timer = self._loop.call_at(over, self._over_short, job)
            self._give_way()
        worker.ask(job.request)

    def _begin_with_network(self, job: Job) -> None:
        """SERVICE to an allowed endpoint runs in a worker of its own, without the second wall and for one query."""
        if (worker := self._staff.take_with_network()) is not None:
            self._waiting.remove(job)
            self._begin(worker, job)

    # -- running ---------------------------------------------------------------------------------------------------

    def _not_quick(self) -> int:
        return sum(job.kind is not Kind.QUICK or job.is_long for job in self._jobs.values())

    def _long(self) -> int:
        return sum(job.is_long for job in self._jobs.values())

    def _over_short(self, job: Job) -> None:
        if self._loop.time() >= job.deadline - 0.005:
            self._over_time(job)
            return
        if not self._had_its_time(job):
            short = self._settings.short_seconds  # who waits should not wait for the next look as well
            again = min(self._loop.time() + (short / 5 if self._waiting else short), job.deadline)
            job.timer = self._loop.call_at(again, self._over_short, job)
            return
        job.is_long = True
        self._experience.runs_long(job)
        self._waiting.turned_out_long(job)
        job.timer = self._loop.call_at(job.deadline, self._over_time, job)
        self._pump()

    def _had_its_time(self, job: Job) -> bool:
        """Say whether a query that is not over is long, and not merely kept from the processor by others."""
        assert job.worker is not None
        short = self._settings.short_seconds
        used = job.worker.processor_seconds() - job.processor
        return used >= short / 2 or self._loop.time() >= job.started + _PATIENCE * short - 0.005

    def _give_way(self) -> None:
        """A query that may be short begins: the long ones that run beside it get the processor after it."""
        for other, job in self._jobs.items():
            if job.is_long:
                other.slow_down()

    def _over_time(self, job: Job) -> None:
        self._kill(job, self._timed_out(job))

    def _timed_out(self, job: Job) -> problems.Problem:
        seconds = job.request.get("seconds") or self._settings.time_limit
        return problems.timed_out(seconds, self._settings.downloads)

    def _make_room(self) -> None:
        """End the youngest long query when there are more of them than may keep others waiting."""
        long = [job for job in self._jobs.values() if job.is_long and not job.killed]
        if len(long) <= self._settings.long_workers:
            return
        nobody_free = len(self._staff) == len(self._jobs)
        kinds = self._waiting.kinds()
        if (kinds & {Kind.QUICK, Kind.SHORT, Kind.UNKNOWN} and nobody_free) or (
            kinds & {Kind.SHORT, Kind.UNKNOWN} and self._not_quick() >= self._settings.workers - 1
        ):
            self._kill(max(long, key=lambda job: job.started), self._busy())

    def _kill(self, job: Job, problem: problems.Problem) -> None:
        job.killed = True
        if job.worker is not None:
            job.worker.kill()
        job.fail(problem)

    # -- what workers say ------------------------------------------------------------------------------------------

    def _event(self, worker: WorkerProcess) -> None:
        if worker.reply is not None:
            self._replied(worker, worker.reply)
        elif worker.ended:
            self._ended(worker)
        elif worker.unfit:
            self._staff.pause(worker.unfit)
        elif worker.ready and worker not in self._jobs:
            self._staff.unfit = ""
            self._staff.rest(worker)
        self._pump()

    def _replied(self, worker: WorkerProcess, reply: Reply) -> None:
        worker.reply = None
        job = self._jobs.pop(worker, None)
        if job is None:
            self._staff.drop(worker)
            return
        seconds = self._loop.time() - job.started
        if not job.is_long and seconds < _QUICK:
            self._experience.was_quick(job)
        elif not job.is_long:
            self._experience.was_short(job)
        elif job.kind is Kind.LONG and seconds < self._settings.short_seconds:
            self._experience.was_not_long(job)
        if not job.finish(reply) and reply.descriptor is not None:
            os.close(reply.descriptor)
        self._staff.replied(worker, retires=bool(reply.header.get("retire")))

    def _ended(self, worker: WorkerProcess) -> None:
        self._staff.lose(worker)
        job = self._jobs.pop(worker, None)
        if job is None:
            if not worker.ready:
                self._staff.pause(worker.unfit or "a worker ended as soon as it started")
            return
        job.stop_timer()
        if not job.done.done():
            self._deaths.of_job(worker.pid, job)
