"""The server's side of its workers: starting the zygote, asking it for workers, talking to each, killing it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from publisher.sparql import wire

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What a worker may know of the server's environment: no tokens, no passwords."""
_PROCESSOR_CLOCK = 2
"""CPUCLOCK_SCHED: the clock of another process is its number and this (Linux, clock_getcpuclockid(3))."""


@dataclass
class Reply:
    """What a worker said to a request; `descriptor` is an open file that holds a large body."""

    header: dict[str, Any]
    body: bytes
    descriptor: int | None


class WorkerProcess:
    """One worker. `on_event` is called when it becomes ready, replies, or ends."""

    def __init__(self, connection: socket.socket, release: str, on_event: Callable[[WorkerProcess], None]) -> None:
        self.release = release
        self.ready = False
        self.ended = False
        self.unfit = ""
        self.wall = ""
        self.slowed = False
        self.pid = 0
        self.reply: Reply | None = None
        self.exit_code: int | None = None
        self._pidfd: int | None = None
        self._connection = connection
        self._connection.setblocking(False)
        self._frames = wire.Frames(connection)
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection.fileno(), self._readable)

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request; its reply will be in `reply`."""
        self.reply = None
        frame = wire.pack(request)
        try:
            sent = self._connection.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._end()
            return
        if sent < len(frame):
            self._loop.create_task(self._send_rest(frame[sent:]))

    async def _send_rest(self, rest: bytes) -> None:
        with contextlib.suppress(OSError):  # a worker that ended is noticed by its end of stream
            await self._loop.sock_sendall(self._connection, rest)

    def kill(self) -> None:
        """End the process now (SIGKILL): the engine knows no other way to stop a query."""
        if self.ended:
            return
        with contextlib.suppress(ProcessLookupError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            elif self.pid:
                os.kill(self.pid, signal.SIGKILL)
        if not self.pid:
            self._end()  # not yet at work: it ends when it finds the connection closed

    def dismiss(self) -> None:
        """Let an idle worker go: it ends when its connection does."""
        self._end(tell=False)

    def processor_seconds(self) -> float:
        """Return how long this process has had the processor so far; 0 where the system does not say."""
        try:
            return time.clock_gettime(~self.pid << 3 | _PROCESSOR_CLOCK)
        except OSError:
            return 0.0

    def slow_down(self) -> None:
        """Give short queries the processor first. For good, so a slowed worker is not used again."""
        if not self.slowed:
            self.slowed = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def _readable(self) -> None:
        try:
            alive = self._frames.read()
            while (frame := self._frames.next()) is not None:
                self._take(*frame)
        except BlockingIOError:
            return
        except (OSError, ValueError):
            alive = False
        if not alive:
            self._end()

    def _take(self, header: dict[str, Any], body: bytes, descriptor: int | None) -> None:
        if "ready" in header:
            self.ready, self.pid, self.wall = True, int(header["ready"]), str(header["wall"])
            if hasattr(os, "pidfd_open"):
                with contextlib.suppress(OSError):
                    self._pidfd = os.pidfd_open(self.pid)
        elif "unfit" in header:
            self.unfit = str(header["unfit"])
        else:
            self.reply = Reply(header, body, descriptor)
        self._on_event(self)

    def _end(self, *, tell: bool = True) -> None:
        if self.ended:
            return
        self.ended = True
        self._loop.remove_reader(self._connection.fileno())
        self._connection.close()
        self._frames.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        if tell:
            self._on_event(self)


class Nursery:
    """The zygote, and the workers it has forked. Starts the zygote again should it ever end."""

    def __init__(self, on_exit: Callable[[int, int], None]) -> None:
        """`on_exit(pid, code)` is called when a worker has ended; a negative code is the signal that ended it."""
        self._on_exit = on_exit
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._started = 0.0

    def fork(self, config: dict[str, Any], release: str, on_event: Callable[[WorkerProcess], None]) -> WorkerProcess:
        """Start a worker. Raises OSError when the zygote cannot be started."""
        control = self._control or self._start()
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(control, [orjson.dumps(config)], [theirs.fileno()])
        except OSError:
            ours.close()
            self._lost()
            raise
        finally:
            theirs.close()
        return WorkerProcess(ours, release, on_event)

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    @property
    def pid(self) -> int | None:
        """The zygote's process, while it lives."""
        return self._process.pid if self._process is not None else None

    def _start(self) -> socket.socket:
        if time.monotonic() - self._started < 1:
            raise OSError("the worker processes end as soon as they start")
        self._started = time.monotonic()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
        command = [sys.executable, "-m", "publisher.sparql.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input from outside
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment
        )
        theirs.close()
        ours.setblocking(False)
        asyncio.get_running_loop().add_reader(ours.fileno(), self._readable)
        self._control = ours
        return ours

    def _readable(self) -> None:
        control = self._control
        if control is None:
            return
        try:
            while message := control.recv(4096):
                found = orjson.loads(message)
                self._on_exit(int(found["pid"]), int(found["status"]))
        except BlockingIOError:
            return
        except OSError:
            pass
        self._lost()

    def _lost(self) -> None:
        if self._control is not None:
            asyncio.get_running_loop().remove_reader(self._control.fileno())
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
