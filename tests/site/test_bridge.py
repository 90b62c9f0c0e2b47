"""Between ASGI and the site: bodies come before threads begin, and nobody sends to who has gone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from publisher.site import bridge
from publisher.site.bridge import _LARGEST_BODY, Bridge

ended = threading.Event()


def site(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    """Say what was sent; to a GET, as much as anybody takes."""
    start_response("200 OK", [])
    if environ["REQUEST_METHOD"] == "POST":
        yield environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return
    try:
        while True:
            yield b"more"
    finally:
        ended.set()


def asked(method: str, *messages: dict[str, Any], then_gone: bool = False) -> list[Any]:
    """Return the status and the body that a client is sent who sends `messages` and then waits, or goes."""
    sent: list[Any] = []

    async def run() -> None:
        coming = list(messages)

        async def receive() -> dict[str, Any]:
            if coming:
                return coming.pop(0)
            if then_gone:
                return {"type": "http.disconnect"}
            return await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            sent.append(message.get("status") or message.get("body"))

        scope = {
            "type": "http", "method": method, "path": "/", "query_string": b"", "http_version": "1.1",
            "headers": [(b"transfer-encoding", b"chunked")],
        }  # fmt: skip
        await asyncio.wait_for(Bridge(site, 1)(scope, receive, send), 20)

    asyncio.run(run())
    return sent


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_chunks_reaches_the_site_whole():
    assert asked("POST", part(b"ab", more=True), part(b"c", more=False)) == [200, b"abc", b""]


def test_a_body_that_does_not_come_takes_no_thread(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bridge, "_BODY_SECONDS", 0.05)
    assert asked("POST", part(b"ab", more=True))[0] == 408


def test_a_body_that_is_too_large_is_not_kept():
    assert asked("POST", part(b"x" * _LARGEST_BODY, more=True), part(b"x", more=True))[0] == 413


def test_a_thread_ends_when_its_client_has_gone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bridge, "_WATCH_AFTER", 0.05)
    ended.clear()
    assert asked("GET", then_gone=True)[0] == 200
    assert ended.is_set()
