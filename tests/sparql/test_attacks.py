"""Hostile requests over a real server process: right statuses, in time, and nothing left behind."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.sparql import attacks
from tests.sparql.conftest import HERE, make_release
from tests.sparql.serving import Server, serving

LIMIT = 3.0
WORKERS = 4
ALL = 1 + WORKERS
"""The zygote, the workers."""
ORDINARY = "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205"
COUNTS = (
    "/sparql?query=SELECT%20%3Fp%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fs%20%3Fp%20%3Fo%7D%20GROUP%20BY%20%3Fp%20LIMIT%20{}"
)
POST = "POST /sparql HTTP/1.1\r\nHost: x\r\n"
UNFINISHED = f"{POST}Content-Type: application/sparql-query\r\nContent-Length: 500\r\n\r\nASK".encode()
LOOKUP = "/sparql?query=SELECT%20*%20%7B%20%3Chttp%3A//e/s{}%3E%20%3Fp%20%3Fo%20%7D"


@pytest.fixture(scope="module")
def fortress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("fortress")
    make_release(folder / "r1", (HERE / "catalogue.trig").read_bytes(), repeat=20_000)
    spool = folder / "spool"
    spool.mkdir()
    with serving(
        folder / "r1", folder / "log", time_limit=LIMIT, memory_mb=256, result_mb=4, workers=WORKERS, short_workers=2,
        body_seconds=2, queue_length=16, spool_dir=str(spool),
    ) as server:  # fmt: skip
        yield server
        assert list(spool.iterdir()) == []


@pytest.fixture(scope="module")
def trap() -> Iterator[tuple[int, list[object]]]:
    """A port that notes who comes."""
    caught: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        open_ = threading.Event()

        def watch() -> None:
            while not open_.is_set():
                try:
                    connection, address = listener.accept()
                except TimeoutError:
                    continue
                caught.append(address)
                connection.close()

        thread = threading.Thread(target=watch)
        thread.start()
        yield listener.getsockname()[1], caught
        open_.set()
        thread.join()


def send(server: Server, attack: attacks.Attack, timeout: float = LIMIT + 10) -> tuple[int, float]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    started = time.monotonic()
    try:
        # Refused while it is being sent: the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(attack.method, attack.path, attack.body or None, attack.headers)
        response = connection.getresponse()
        response.read()
        return response.status, time.monotonic() - started
    finally:
        connection.close()


def ordinary(server: Server, path: str = ORDINARY) -> float:
    status, seconds = send(server, attacks.Attack("ordinary", (200,), "GET", path))
    assert status == 200
    return seconds


def processes(server: Server) -> list[psutil.Process]:
    return psutil.Process(server.process.pid).children(recursive=True)


def zygotes(server: Server) -> list[psutil.Process]:
    """The zygote and its workers; the zygote is the one with children."""
    found = []
    for process in processes(server):
        with contextlib.suppress(psutil.NoSuchProcess):
            if any("zygote" in word for word in process.cmdline()):
                found.append(process)
    return found


def settled(server: Server, count: int) -> bool:
    for _ in range(60):
        if len(processes(server)) == count:
            return True
        time.sleep(0.1)
    return False


pytestmark = pytest.mark.slow

KINDS = [*attacks.cpu(), *attacks.memory(), *attacks.recursion(), *attacks.writes(), *attacks.protocol()]


def test_there_are_more_attacks_than_promised() -> None:
    names = [attack.name for attack in [*KINDS, *attacks.network(1)]]
    assert len(names) == len(set(names))
    assert len(names) >= 100


@pytest.mark.parametrize("attack", KINDS, ids=lambda attack: attack.name)
def test_a_hostile_request_gets_its_status_in_time(fortress: Server, attack: attacks.Attack) -> None:
    status, seconds = send(fortress, attack)
    assert status in attack.expected
    assert seconds < LIMIT + 2
    assert ordinary(fortress) < 1


def test_no_spelling_of_service_reaches_the_network(fortress: Server, trap: tuple[int, list[object]]) -> None:
    port, caught = trap
    for attack in attacks.network(port):
        status, _ = send(fortress, attack)
        assert status in attack.expected, attack.name
    assert caught == []


@pytest.mark.alone
def test_two_hundred_heavy_queries_at_once_leave_room_for_ordinary_ones(fortress: Server) -> None:
    statuses: Counter[int] = Counter()
    slowest = [0.0]

    def storm(number: int) -> None:
        heavy = attacks.cpu()[number % 8]
        body = heavy.body + f"%23{number}".encode()
        status, seconds = send(
            fortress, attacks.Attack(heavy.name, heavy.expected, body=body, headers=heavy.headers), 30
        )
        statuses[status] += 1
        slowest[0] = max(slowest[0], seconds)

    threads = [threading.Thread(target=storm, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        waits.append(ordinary(fortress, LOOKUP.format(len(waits))))
        waits.append(ordinary(fortress, COUNTS.format(len(waits))))
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert set(statuses) <= {503, 504, 507}
    assert sum(statuses.values()) == 200
    assert slowest[0] < LIMIT + 2
    assert max(waits) < 1


@pytest.mark.alone
def test_clients_that_leave_free_their_workers(fortress: Server) -> None:
    body = attacks.cpu()[0].body
    head = f"{POST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    for _ in range(3):
        gone = []
        for _ in range(WORKERS):
            client = socket.create_connection(("127.0.0.1", fortress.port))
            client.sendall(head.encode() + body)
            gone.append(client)
        time.sleep(0.2)
        for client in gone:
            client.close()
        time.sleep(0.3)
        busy = [
            process
            for process in processes(fortress)
            if process.status() == psutil.STATUS_RUNNING and process.nice() > 0
        ]
        assert busy == []
    assert ordinary(fortress) < 1


def test_slow_senders_are_told_so(fortress: Server) -> None:
    slow = []
    for _ in range(50):
        client = socket.create_connection(("127.0.0.1", fortress.port))
        client.sendall(UNFINISHED)
        slow.append(client)
    assert ordinary(fortress) < 1
    for client in slow:
        client.settimeout(5)
        assert b" 408 " in client.recv(200)
        client.close()


def test_a_head_that_never_ends_is_cut(fortress: Server) -> None:
    with socket.create_connection(("127.0.0.1", fortress.port)) as client:
        client.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        client.settimeout(8)
        assert b" 200 " not in client.recv(200)
    assert ordinary(fortress) < 1


def test_a_body_shorter_than_announced_costs_nothing(fortress: Server) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", fortress.port)) as client:
            client.sendall(UNFINISHED)
    assert ordinary(fortress) < 1


@pytest.mark.alone
def test_a_client_that_does_not_read_holds_no_worker(fortress: Server) -> None:
    stalled = []
    for number in range(2 * WORKERS):
        client = socket.create_connection(("127.0.0.1", fortress.port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        query = f"SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20OFFSET%20{number}"
        client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        stalled.append(client)
    time.sleep(1)
    assert ordinary(fortress, LOOKUP.format(7777)) < 1
    for client in stalled:
        client.close()


def test_killed_workers_are_replaced(fortress: Server) -> None:
    assert settled(fortress, ALL)
    for process in zygotes(fortress):
        with contextlib.suppress(psutil.NoSuchProcess):  # a worker may have been replaced meanwhile
            if not process.children():
                process.kill()
    assert settled(fortress, ALL)
    assert ordinary(fortress, LOOKUP.format(42)) < 1


def test_a_killed_zygote_is_replaced(fortress: Server) -> None:
    assert settled(fortress, ALL)
    next(process for process in zygotes(fortress) if process.children()).kill()
    time.sleep(1.5)
    assert settled(fortress, ALL)
    assert ordinary(fortress, LOOKUP.format(43)) < 1


def test_afterwards_memory_and_workers_are_what_they_were(fortress: Server, tmp_path: Path) -> None:
    time.sleep(1)
    assert settled(fortress, ALL)
    assert max(process.memory_info().rss for process in zygotes(fortress)) < 160 * 1024 * 1024
    server = psutil.Process(fortress.process.pid)
    assert server.memory_info().rss < 250 * 1024 * 1024
    assert server.num_fds() < 80
