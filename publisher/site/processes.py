"""The server processes: each listens on the address by itself, and one that ends is replaced while the others serve."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any

import uvicorn

from publisher.helpers import when_the_first_ends
from publisher.site.connection import KEPT_SECONDS, Connection

CIRCLE = 30
CIRCLE_SECONDS = 60.0
"""More ends than that within so many seconds are a circle: what is wrong is in all of them, and systemd starts anew."""
_TO_FINISH = 10
"""Seconds that the requests under way have when the server is told to stop."""
_TO_END = 5.0
"""Seconds that a process has to end after that."""
_WAITING = 2048
"""Connections that wait to be accepted."""
_LOOK_SECONDS = 0.5
_MOST_FILES = 1 << 16
"""Open files of a server process, where the system allows as many."""
_OWN_FILES = 256
"""How many of them are not for connections: releases, workers, answers on their way; at most half."""

Application = Callable[..., Any]
"""An ASGI application."""

_log = logging.getLogger(__name__)


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens beside others on the same address: the system shares connections out among them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_WAITING, reuse_port=True)


def serve_here(make: Callable[[], Application], host: str, port: int) -> None:
    """Serve what `make` returns in this process, until it is told to stop (SIGTERM, SIGINT)."""
    Connection.most = connections_at_most()
    logging.getLogger("uvicorn.error").addFilter(_is_told)
    config = uvicorn.Config(
        make,
        factory=True,
        http=Connection,
        loop="uvloop",
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_WAITING,
        timeout_keep_alive=KEPT_SECONDS,
        timeout_graceful_shutdown=_TO_FINISH,
    )
    with suppress(KeyboardInterrupt):  # what uvicorn raises when it has ended because of SIGINT
        uvicorn.Server(config).run([listening(host, port)])


def connections_at_most() -> int:
    """Return how many connections a process may have, with as many open files as the system allows it from now on."""
    files, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if allowed == resource.RLIM_INFINITY else min(allowed, _MOST_FILES)
    if files != resource.RLIM_INFINITY and files < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, allowed))
        files = wanted
    files = wanted if files == resource.RLIM_INFINITY else files
    return max(files - _OWN_FILES, files // 2)


def _is_told(record: logging.LogRecord) -> bool:
    """Say whether a record is worth telling: not that a request was ended because the server stops."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class Processes:
    """Keeps `count` processes that serve what `make` returns; it must be possible to pickle `make`."""

    def __init__(self, count: int, make: Callable[[], Application], host: str, port: int) -> None:
        self._count = count
        self._of_each = (make, host, port)
        self._running: list[SpawnProcess] = []
        self._ends: deque[float] = deque()
        self._stops = False

    def run(self) -> None:
        """Serve until this process is told to stop, or until the server processes end as soon as they start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._running = [self._started() for _ in range(self._count)]
        while not self._stops:
            wait([process.sentinel for process in self._running], _LOOK_SECONDS)
            self._replace()
        self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stops = True

    def _started(self) -> SpawnProcess:
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=self._of_each)
        # Ctrl+C goes to the whole group; what a child does then, also while it starts, is for this process to say. What
        # keeps multiprocessing's books comes first: to start it lets the signal through again.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return process

    def _replace(self) -> None:
        """Start a process for each that has ended, unless they go round in a circle."""
        for place, process in enumerate(self._running):
            if self._stops or process.is_alive():
                continue
            process.join()
            if self._goes_round():
                _log.error("The server processes end as soon as they start; the server ends.")
                self._stops = True
                return
            self._running[place] = self._started()

    def _goes_round(self) -> bool:
        """Note that a process has ended; return whether too many have in a short time."""
        now = time.monotonic()
        self._ends.append(now)
        while self._ends[0] < now - CIRCLE_SECONDS:
            self._ends.popleft()
        return len(self._ends) > CIRCLE

    def _end(self) -> None:
        for process in self._running:
            process.terminate()
        until = time.monotonic() + _TO_FINISH + _TO_END
        for process in self._running:
            process.join(max(0.0, until - time.monotonic()))
            process.kill()
            process.join()


def _serve(make: Callable[[], Application], host: str, port: int) -> None:
    """Serve in a process of its own, which ends with the first one however that ends."""
    when_the_first_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    serve_here(make, host, port)
