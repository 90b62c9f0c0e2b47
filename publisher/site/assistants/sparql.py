"""A query of an assistant goes through the endpoint itself: the same guard, limits, queue and cache as all others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlencode

import orjson

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]

LARGEST_ANSWER = 200_000
"""Bytes of an answer that an assistant is given; it should say LIMIT, or count."""


_PATIENCE = 8
_ANSWERED, _BUSY = 200, 503


class Unanswered(Exception):
    """The endpoint refused a query; the message is its reason."""


async def ask(endpoint: Application, query: str) -> bytes:
    """Return the answer to `query`: results in JSON, a graph in Turtle. Raises `Unanswered`.

    An endpoint that is busy, or that is only starting, is asked again.
    """
    for _ in range(_PATIENCE):
        status, body = await _ask(endpoint, query)
        if status != _BUSY:
            break
        await asyncio.sleep(1)
    if status != _ANSWERED:
        raise Unanswered(_reason(body) or f"The endpoint answered {status}.")
    if len(body) > LARGEST_ANSWER:
        raise Unanswered(f"The answer has more than {LARGEST_ANSWER} bytes; ask for less with LIMIT, or count.")
    return body


def _reason(body: bytes) -> str:
    """Return the sentence of a problem (RFC 9457), or whatever was said instead of one."""
    try:
        return str(orjson.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace").strip()[:2000]


async def _ask(endpoint: Application, query: str) -> tuple[int, bytes]:
    accept = b"application/sparql-results+json, text/turtle;q=0.9, text/plain;q=0.1"
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "root_path": "",
        "query_string": urlencode({"query": query}).encode(),
        "headers": [(b"accept", accept), (b"host", b"localhost")],
    }
    said: dict[str, Any] = {"status": 500, "body": b""}
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:  # the endpoint listens for a client that leaves; an assistant stays until it is answered
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            said["status"] = message["status"]
        elif message["type"] == "http.response.body" and len(said["body"]) <= LARGEST_ANSWER:
            said["body"] += message.get("body", b"")

    await endpoint(scope, receive, send)
    return int(said["status"]), bytes(said["body"])
