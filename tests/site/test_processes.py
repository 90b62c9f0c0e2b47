"""Server processes: they are replaced, they end with the first one, and what goes round in a circle is ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
import pytest

from publisher.site import processes
from publisher.site.processes import CIRCLE, Processes
from tests.sparql.serving import free_port

ROOT = Path(__file__).parents[2]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Say which process this is."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": f"{message['type']}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


def made() -> Any:
    return application


@contextmanager
def running(count: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    code = (
        "from tests.site.test_processes import made; from publisher.site.processes import Processes; "
        f"Processes({count}, made, '127.0.0.1', {port}).run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()


def asked(port: int, until: float = 60) -> int:
    """Return the process that answers."""
    ends = time.monotonic() + until
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            return int(connection.getresponse().read())
        except OSError:
            assert time.monotonic() < ends, "nobody answers"
            time.sleep(0.05)
        finally:
            connection.close()


def test_a_process_that_is_killed_is_replaced_and_all_end_with_the_first():
    with running(1) as (first, port):
        before = asked(port)
        os.kill(before, signal.SIGKILL)
        after = asked(port)
        assert after != before
        first.kill()
        first.wait()
        assert psutil.wait_procs([psutil.Process(after)] if psutil.pid_exists(after) else [], 20)[1] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_all_stop(number: signal.Signals):
    with running(2) as (first, port):
        asked(port)
        family = psutil.Process(first.pid).children()
        first.send_signal(number)
        assert first.wait(20) == 0
        assert psutil.wait_procs(family, 5)[1] == []


class Ended:
    """A server process that has ended."""

    def join(self, timeout: float | None = None) -> None:
        pass

    def terminate(self) -> None:
        pass

    def kill(self) -> None:
        pass

    def is_alive(self) -> bool:
        return False

    def fileno(self) -> int:
        raise AssertionError("nobody waits for it")

    sentinel = -1


def test_when_all_end_as_soon_as_they_start_the_server_ends_for_systemd_to_start_it_anew(
    monkeypatch: pytest.MonkeyPatch,
):
    started = []
    monkeypatch.setattr(processes, "wait", lambda sentinels, seconds: None)
    monkeypatch.setattr(processes.signal, "signal", lambda number, handler: None)
    server = Processes(1, made, "127.0.0.1", 0)
    monkeypatch.setattr(server, "_started", lambda: started.append(1) or Ended())
    server.run()
    assert len(started) == 1 + CIRCLE, "an end within seconds is no circle yet"


def test_interrupted_at_a_terminal_nothing_is_said():
    """Ctrl+C goes to all processes at once."""
    with running(2) as (first, port):
        asked(port)
        for each in [*psutil.Process(first.pid).children(), first]:
            each.send_signal(signal.SIGINT)
        said = first.communicate(timeout=20)[1]
        assert b"Traceback" not in said


def test_the_limit_of_open_files_leaves_room_for_the_server(monkeypatch: pytest.MonkeyPatch):
    allowed: list[tuple[int, int]] = []
    monkeypatch.setattr(processes.resource, "setrlimit", lambda which, limits: allowed.append(limits))
    for limits, most in (((256, 256), 128), ((1024, 4096), 4096 - 256), ((1024, -1), 65536 - 256)):
        monkeypatch.setattr(processes.resource, "getrlimit", lambda which, limits=limits: limits)
        assert processes.connections_at_most() == most
    assert allowed == [(4096, 4096), (65536, -1)]
