"""What the operator asks of the server: `/readyz` and `/metrics`; and the counting of every request."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any

import orjson

from publisher.config import Serve
from publisher.errors import RongError
from publisher.release.release import Release, active
from publisher.site.jsonlines import FIELDS
from publisher.site.meters import CONTENT_TYPE, Meters
from publisher.site.usage import UsageLog
from publisher.site.visited import kind_of
from publisher.sparql.app import Endpoint

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
_NOT_USED = frozenset({"operation", "static", "machines"})
_requests = logging.getLogger("rong.requests")
Answering = Callable[[str, Scope, Receive, Send], Awaitable[None]]


class Operation:
    """Stands before the site and the endpoint of one server process."""

    def __init__(self, data: Path, endpoint: Endpoint, options: Serve) -> None:
        self._data = data
        self._endpoint = endpoint
        self._meters = Meters(data)
        self._usage = UsageLog(options.usage_log) if options.usage_log else None
        self._tells = options.log == "json"

    def close(self) -> None:
        """Write what is left of the statistics."""
        if self._usage is not None:
            self._usage.close()

    async def watched(self, path: str, answer: Answering, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer `path` ourselves or let `answer` do it, and count it."""
        started, status, media_type = time.monotonic(), 499, ""  # 499: a client that left before the answer began

        async def counted(message: Any) -> None:
            nonlocal status, media_type
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._usage is not None:
                    media_type = _media_type(message.get("headers", ()))
            await send(message)

        try:
            if path in ("/readyz", "/metrics"):
                await self._ours(path, scope, counted)
            else:
                await answer(path, scope, receive, counted)
        finally:
            self._note(path, scope["method"], status, media_type, time.monotonic() - started)

    def _note(self, path: str, method: str, status: int, media_type: str, seconds: float) -> None:
        kind = kind_of(path)
        self._meters.count(kind, method, status, seconds)
        if self._usage is not None and status == 200 and method in ("GET", "POST") and kind not in _NOT_USED:
            self._usage.start()
            parts = path.strip("/").split("/")
            self._usage.add(kind, f"{parts[1]}/{parts[-1]}" if kind == "download" else media_type)
        if self._tells:
            told = {"kind": kind, "method": method, "path": path, "status": status, "seconds": round(seconds, 4)}
            _requests.info("request", extra={FIELDS: told})

    async def _ours(self, path: str, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await _send(send, scope, 405, b"", "text/plain", ((b"allow", b"GET, HEAD"),))
            return
        release = self._release()
        if path == "/metrics":
            self._endpoint.start()
            self._meters.pool(self._endpoint.status())
            await _send(send, scope, 200, self._meters.text(release), CONTENT_TYPE)
            return
        answers = release is not None and await self._endpoint.ready()
        missing = "no release is in service" if release is None else "no worker of /sparql answers"
        said = {"status": "ready", "release": release.id} if release and answers else {"status": missing}
        await _send(send, scope, 200 if answers else 503, orjson.dumps(said), "application/json")

    def _release(self) -> Release | None:
        try:
            return active(self._data)
        except (RongError, OSError):
            return None


def _media_type(headers: Iterable[tuple[bytes, bytes]]) -> str:
    fields = (value for name, value in headers if name.lower() == b"content-type")
    return next(fields, b"").decode("latin-1").partition(";")[0].strip()


async def _send(
    send: Send, scope: Scope, status: int, body: bytes, media_type: str, more: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
