"""What a server decides of HTTP/1.1: how long a head may take, how large it may be, what is no request."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from publisher.site import connection
from publisher.site.connection import HEAD_SECONDS, Connection
from tests.sparql.conftest import HERE, make_release
from tests.sparql.serving import Server, serving

ASK = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("connection")
    make_release(folder / "r1", (HERE / "catalogue.trig").read_bytes())
    with serving(folder / "r1", workers=2) as running:
        yield running


def said(server: Server, *parts: bytes, pause: float = 0.0) -> bytes:
    """Return all that the server says to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=HEAD_SECONDS + 20) as client:
        try:
            for part in parts:
                client.sendall(part)
                time.sleep(pause)
        except OSError:
            pass  # it has been closed, and perhaps said why
        found = b""
        try:
            while part := client.recv(65536):
                found += part
        except ConnectionResetError:
            pass
        return found


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET /sparql?query=" + b"A" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (ASK + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n", 431),
    ],
    ids=["TLS", "no version", "two lengths", "a length and chunks", "a long address", "many fields"],
)
def test_what_is_no_request_is_refused_in_a_word_and_the_connection_ends(server: Server, request_: bytes, status: int):
    answer = said(server, request_)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close" in answer


def test_a_head_without_an_end_is_refused_before_it_is_large(server: Server):
    answer = said(server, ASK, *[b"X-Large: " + b"x" * 65_000 for _ in range(8)])
    assert answer == b"" or answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_a_head_that_trickles_is_cut_also_the_second_on_a_connection_and_who_says_nothing_is_let_go(server: Server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=HEAD_SECONDS + 20) as silent:
        answer = said(server, ASK + b"\r\n", ASK, *[b"X: 1\r\n"] * 9, pause=0.7)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.count(b"HTTP/1.1 200 ") == 1
        assert b"HTTP/1.1 408 " in answer
        assert silent.recv(1) == b""


def test_requests_may_follow_each_other_without_waiting(server: Server):
    answer = said(server, (ASK + b"\r\n") * 3 + ASK + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200 ") == 4


CLOSE = b"Connection: close\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
PROPOSAL = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
GARBAGE = b"\x00 is no request\r\n\r\n"
LATE = b"GET /sparql?query=" + (
    b"SELECT(COUNT(*)AS%20%3Fn)%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi.%3Fj%20%3Fk%20%3Fl."
    b"%3Fm%20%3Fo%20%3Fp%20FILTER(RAND()%3C2)%7D&timeout=0.5 HTTP/1.1\r\nHost: x\r\n"
)
FORM = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def statuses(answer: bytes) -> list[int]:
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        (LATE + b"\r\n" + GARBAGE, [504, 400]),
        ((ASK + b"\r\n") * 3 + GARBAGE, [200, 200, 200, 400]),
        (LATE + b"\r\n" + ASK + b"\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", [504, 200, 400]),
        (ASK + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + ASK + b"Connection: close\r\n\r\n", [200, 200]),
        (FORM + PROPOSAL + b"Content-Length: %d\r\n\r\n" % len(ASK) + ASK + ASK + CLOSE, [400, 200]),
        (FORM + PROPOSAL + b"Content-Length: 15\r\n\r\nquery=ASK%7B%7D" + ASK + CLOSE, [200, 200]),
        (FORM + PROPOSAL + CHUNKED + b"\r\nf\r\nquery=ASK%7B%7D\r\n0\r\n\r\n" + ASK + CLOSE, [200, 200]),
        (FORM + b"Content-Length: 5\r\nHost: y\r\n\r\nquery", [400]),
        (ASK.replace(b"Host: x\r\n", b"") + b"\r\n", [400]),
        (ASK.replace(b"HTTP/1.1", b"HTTP/2.0") + b"\r\n", [505]),
        (ASK.replace(b" /", b" http://x/") + b"Connection: close\r\n\r\n", [200]),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [204]),
        (b"GET http://x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [404]),
    ],
    ids=["garbage behind a query", "garbage behind three", "bad chunks behind two", "another protocol",
         "one with a body that is a request", "one with a body", "one with chunks", "two hosts", "no host",
         "another version", "a whole address", "no address", "no path"],
)  # fmt: skip
def test_answers_come_in_order_and_a_refusal_comes_last(server: Server, requests: bytes, expected: list[int]):
    assert statuses(said(server, requests)) == expected


def test_a_body_that_is_not_read_is_passed_over_and_the_connection_goes_on(server: Server):
    refused = FORM.replace(b"x-www-form-urlencoded", b"json") + b"Content-Length: 900000\r\n\r\n"
    answer = said(server, refused, *[b"{" * 90_000] * 10, ASK + b"Connection: close\r\n\r\n", pause=0.02)
    assert statuses(answer) == [415, 200]


@pytest.mark.parametrize("request_", [ASK, LATE, ASK.replace(b"1.1", b"1.0")], ids=["quick", "long", "HTTP/1.0"])
def test_who_has_closed_only_their_half_is_answered(server: Server, request_: bytes):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(request_ + b"\r\n")
        client.shutdown(socket.SHUT_WR)
        found = b""
        while part := client.recv(65536):
            found += part
    assert [each for each in statuses(found) if each != 100] == [504 if request_ is LATE else 200]


# With limits of milliseconds, in this process


async def endless(scope: Any, receive: Any, send: Any) -> None:
    """Answer without a length: as many bytes as the query says, or a body that ends."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if size := int(scope["query_string"] or 0):
        await send({"type": "http.response.body", "body": b"x" * size, "more_body": True})
    await send({"type": "http.response.body", "body": b"end"})


async def asked(request_: bytes, *, reads: bool = True) -> tuple[bytes, int]:
    """Return what is answered, and how many connections are left in the end."""
    config = uvicorn.Config(endless, http=Connection, lifespan="off", log_config=None, access_log=False)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    async with listening:
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname(), limit=1024)
        writer.write(request_)
        if reads:
            answer = await asyncio.wait_for(reader.read(), 20)
        else:
            answer, until = b"", loop.time() + 20
            while not state.total_requests and loop.time() < until:
                await asyncio.sleep(0.01)
            while state.connections and loop.time() < until:
                await asyncio.sleep(0.01)
        left = len(state.connections)
        writer.close()
    return answer, left


def test_to_http_1_0_no_chunks_are_sent():
    answer, _ = asyncio.run(asked(b"GET /?5 HTTP/1.0\r\n\r\n"))
    assert answer.endswith(b"\r\n\r\nxxxxxend")
    assert b"chunked" not in answer
    assert b"chunked" in asyncio.run(asked(b"GET /?5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))[0]


def test_who_takes_nothing_of_an_answer_is_let_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "STALLED_SECONDS", 0.1)
    request_ = b"GET /?30000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert asyncio.run(asked(request_, reads=False)) == (b"", 0)


def test_above_the_most_connections_one_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Connection, "most", 0)
    assert asyncio.run(asked(b""))[0].startswith(b"HTTP/1.1 503 ")
