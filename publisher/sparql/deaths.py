"""Why workers died: the zygote says with which code a process ended, the pool knows whose query it ran."""

from __future__ import annotations

import asyncio

from publisher.sparql import problems
from publisher.sparql.job import Job
from publisher.sparql.recent import Recent
from publisher.sparql.settings import EndpointSettings

_ABORT = -6
_PATIENCE = 0.5
"""Seconds to wait for the code; the zygote is as quick as its signal, unless it has died as well."""


class Deaths:
    """Brings codes and jobs together, in whichever order they come."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._codes: Recent[int, int] = Recent(256)
        self._jobs: dict[int, Job] = {}

    def of_job(self, pid: int, job: Job) -> None:
        """The worker `pid` ended while it ran `job`."""
        self._jobs[pid] = job
        asyncio.get_running_loop().call_later(_PATIENCE, self._explain, pid, 0)
        if (code := self._codes.pop(pid)) is not None:
            self._explain(pid, code)

    def of_process(self, pid: int, code: int) -> None:
        """The process `pid` ended with `code`; a negative one is the signal that ended it."""
        if pid in self._jobs:
            self._explain(pid, code)
        elif code:
            self._codes.put(pid, code)

    def _explain(self, pid: int, code: int) -> None:
        """Answer the one client whose query a worker died of. The engine aborts when its memory is at an end."""
        if (job := self._jobs.pop(pid, None)) is not None:
            if code == _ABORT:
                job.fail(problems.out_of_memory(self._settings.memory_mb, self._settings.downloads))
            else:
                job.fail(problems.engine_failed())
