"""From ASGI to the site, which is WSGI and answers in threads: no client holds a thread without need.

The body of a request is taken in before a thread is; and a thread stops sending when its client has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi_typing import WSGIApp

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

_LARGEST_BODY = 1 << 20
"""Bytes: nginx lets no more through either."""
_BODY_SECONDS = 10.0
_WATCH_AFTER = 0.5
"""Seconds: nearly every page is sent before."""
_GONE = "rong.gone"
_SAID = {408: b"The body of the request did not come in time.\n", 413: b"The body of the request is too large.\n"}


class Bridge:
    """The ASGI application that answers with the WSGI application `site`, in `threads` threads."""

    def __init__(self, site: Any, threads: int) -> None:
        self._site = WSGIMiddleware(cast("WSGIApp", _until_gone(site)), workers=threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = b""
        if scope["method"] == "POST":
            try:
                async with asyncio.timeout(_BODY_SECONDS):
                    found = await _whole(receive)
            except TimeoutError:
                await _refuse(408, send)
                return
            if found is None:
                await _refuse(413, send)
                return
            body = found
            length = (b"content-length", str(len(body)).encode())
            others = [field for field in scope["headers"] if field[0] not in (b"content-length", b"transfer-encoding")]
            scope = {**scope, "headers": [*others, length]}

        async def read() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            gone.append(True)

        gone: list[bool] = []
        watches: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()
        timer = loop.call_later(_WATCH_AFTER, lambda: watches.append(loop.create_task(watch())))
        try:
            await self._site({**scope, _GONE: gone}, read, send)  # type: ignore[arg-type]
        finally:
            timer.cancel()
            for each in watches:
                each.cancel()


async def _whole(receive: Receive) -> bytes | None:
    """Return the body of a request; None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _refuse(status: int, send: Send) -> None:
    said = _SAID[status]
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said})


def _until_gone(site: Callable[[Any, Any], Iterable[bytes]]) -> Callable[[Any, Any], Iterable[bytes]]:
    """Return `site`, which stops in the middle of an answer that nobody reads any more."""

    def answering(environ: Any, start_response: Any) -> Iterable[bytes]:
        gone = environ["asgi.scope"][_GONE]
        pieces = site(environ, start_response)
        try:
            for piece in pieces:
                if gone:
                    return
                yield piece
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    return answering
