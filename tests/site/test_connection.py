"""What a server decides of HTTP/1.1: how long a head may take, how large it may be, what is no request."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.site.connection import HEAD_SECONDS
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
