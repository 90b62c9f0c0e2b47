"""Answering over ASGI: status, headers, content codings, conditional requests, CORS."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

import brotli  # type: ignore[import-untyped]
import orjson
import zstandard

from publisher.sparql.answers import Answer
from publisher.sparql.formats import Format, weight
from publisher.sparql.problems import ALLOWED_METHODS, Problem
from publisher.sparql.request import Headers, Send

_ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Rong-Replaced-Characters",
    "X-Content-Type-Options": "nosniff",
}
_ALWAYS_SENT = [(name.lower().encode(), value.encode()) for name, value in _ALWAYS.items()]
_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOWED_METHODS,
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, Content-Encoding, If-None-Match, *",
    "Access-Control-Max-Age": "86400",
    "Allow": ALLOWED_METHODS,
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_WORTH_CODING = 1024
_LONGEST = 1024
"""What is read of an Accept-Encoding header."""
_IN_A_THREAD = 256 * 1024
_STALLED = 60.0
"""Seconds that a client may take for one chunk of its answer."""


@lru_cache(64)
def _name(name: str) -> bytes:
    """Return the name of a header field as ASGI wants it."""
    return name.lower().encode()


class _Coder(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def finish(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=4)

    def compress(self, data: bytes, /) -> bytes:
        return bytes(self._coder.process(data))

    def finish(self) -> bytes:
        return bytes(self._coder.finish())


class _Zstandard:
    def __init__(self) -> None:
        self._coder = zstandard.ZstdCompressor(level=3).compressobj()

    def compress(self, data: bytes, /) -> bytes:
        return self._coder.compress(data)

    def finish(self) -> bytes:
        return self._coder.flush()


class _Gzip:
    def __init__(self) -> None:
        self._coder = zlib.compressobj(5, wbits=31)

    def compress(self, data: bytes, /) -> bytes:
        return self._coder.compress(data)

    def finish(self) -> bytes:
        return self._coder.flush()


_STREAMED: Mapping[str, Callable[[], _Coder]] = {"zstd": _Zstandard, "br": _Brotli, "gzip": _Gzip}
_WHOLE: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda data: zstandard.ZstdCompressor(level=3).compress(data),
    "br": lambda data: bytes(brotli.compress(data, quality=4)),
    "gzip": lambda data: gzip.compress(data, 5, mtime=0),
}


def coding(headers: Headers) -> str:
    """Return the content coding for an answer (RFC 9110, 12.5.3): an empty string for none."""
    return _coding(headers.get("accept-encoding")[:_LONGEST])


@lru_cache(256)
def _coding(header: str) -> str:
    accepted: dict[str, float] = {}
    for part in header.lower().split(","):
        coding_name, *parameters = (piece.strip() for piece in part.split(";"))
        accepted[coding_name] = weight(parameters)
    best, quality = "", accepted.get("identity", 0.0)
    for each in _STREAMED:
        if (value := accepted.get(each, 0.0)) > 0 and value >= quality and (not best or value > quality):
            best, quality = each, value
    return best


def matches(headers: Headers, etag: str) -> bool:
    """Say whether the client has this answer already (RFC 9110, 13.1.2; weak comparison, any coding)."""
    asked = headers.get("if-none-match")
    if not asked or not etag:
        return False
    if asked.strip() == "*":
        return True
    tags = (tag.strip().removeprefix("W/").strip('"').partition("-")[0] for tag in asked.split(","))
    return etag in tags


def messages(
    answer: Answer, form: Format, accepted: str, extra: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return what `Response.answer` sends to a client that accepts these codings; None where that takes a while."""
    if answer.body is None or answer.size > _IN_A_THREAD:
        return None
    chosen = _coding(accepted[:_LONGEST]) if answer.size >= _WORTH_CODING else ""
    body = _coded_at_once(answer, chosen)
    fields = _caching(answer.etag, chosen)
    if answer.replaced:
        fields["X-Rong-Replaced-Characters"] = str(answer.replaced)
    fields["Content-Length"] = str(len(body))
    headers = [
        *_same(form.content_type, tuple(extra.items())),
        *[(_name(name), value.encode()) for name, value in fields.items()],
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": body}


@lru_cache(64)
def _same(content_type: str, extra: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """Return the header fields that are the same for all answers in a format."""
    return _sent({"Content-Type": content_type, **dict(extra)})


def _sent(fields: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return header fields as ASGI wants them, with those that every answer has."""
    return [*_ALWAYS_SENT, *[(_name(name), value.encode("latin-1", "replace")) for name, value in fields.items()]]


def _caching(etag: str, chosen: str) -> dict[str, str]:
    fields = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-store"}
    if etag:
        # The address stays while releases come and go: ask again, which costs one 304.
        # Weak, since the engine may give the same rows in another order the next time.
        fields |= {"ETag": f'W/"{etag}-{chosen}"' if chosen else f'W/"{etag}"', "Cache-Control": "public, no-cache"}
    if chosen:
        fields["Content-Encoding"] = chosen
    return fields


class Response:
    """Sends one response. `with_body` is false for HEAD."""

    def __init__(self, send: Send, *, with_body: bool) -> None:
        self._send = send
        self._with_body = with_body
        self.started = False

    async def answer(self, answer: Answer, form: Format, headers: Headers, extra: Mapping[str, str]) -> None:
        """Send an answer, 200: it is whole before this begins."""
        chosen = coding(headers) if answer.size >= _WORTH_CODING else ""
        fields = {**_caching(answer.etag, chosen), "Content-Type": form.content_type, **extra}
        if answer.replaced:
            fields["X-Rong-Replaced-Characters"] = str(answer.replaced)
        if answer.body is not None:
            await self.whole(200, await _coded(answer, chosen), fields)
            return
        assert answer.spool is not None
        if not chosen:
            fields["Content-Length"] = str(answer.size)
        await self._start(200, fields)
        if self._with_body:
            await self._stream(answer.spool.chunks(), chosen)
        await self._send({"type": "http.response.body", "body": b""})

    async def not_modified(self, etag: str) -> None:
        """304: the client has the answer, and no worker was asked."""
        await self._start(304, _caching(etag, ""))
        await self._send({"type": "http.response.body", "body": b""})

    async def preflight(self) -> None:
        """204 to OPTIONS."""
        await self._start(204, _PREFLIGHT)
        await self._send({"type": "http.response.body", "body": b""})

    async def page(self, status: int, html: str, extra: Mapping[str, str]) -> None:
        """Send a page for people."""
        fields = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": PAGE_POLICY,
            "Referrer-Policy": "no-referrer",
            **extra,
        }
        await self.whole(status, html.encode("utf-8", "replace"), fields)

    async def problem(self, problem: Problem, language: str, *, as_json: bool) -> None:
        """Send a status with its sentence, as JSON (RFC 9457) or as text."""
        sentence = problem.sentences[language]
        if as_json:
            content: dict[str, object] = {
                "type": "about:blank",
                "status": problem.status,
                "title": problem.word,
                "detail": sentence,
            }
            if problem.line:
                content |= {"line": problem.line, "column": problem.column}
            body, kind = orjson.dumps(content), "application/problem+json"
        else:
            body, kind = f"{sentence}\n".encode(), "text/plain; charset=utf-8"
        fields = {"Content-Type": kind, "Content-Language": language, "Cache-Control": "no-store", **problem.headers}
        await self.whole(problem.status, body, fields)

    async def whole(self, status: int, body: bytes, fields: Mapping[str, str]) -> None:
        """Send a response whose body is at hand."""
        await self._start(status, {**fields, "Content-Length": str(len(body))})
        await self._send({"type": "http.response.body", "body": body if self._with_body else b""})

    async def _start(self, status: int, fields: Mapping[str, str]) -> None:
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": _sent(fields)})

    async def _stream(self, chunks: Iterator[bytes], chosen: str) -> None:
        coder = _STREAMED[chosen]() if chosen else None
        for chunk in chunks:
            data = chunk if coder is None else await asyncio.to_thread(coder.compress, chunk)
            if data:
                await self._piece(data)
        if coder is not None:
            await self._piece(coder.finish())

    async def _piece(self, data: bytes) -> None:
        async with asyncio.timeout(_STALLED):
            await self._send({"type": "http.response.body", "body": data, "more_body": True})


async def _coded(answer: Answer, chosen: str) -> bytes:
    """Return the body in a coding; remembered, for answers that stay in the cache."""
    assert answer.body is not None
    if not chosen or answer.size <= _IN_A_THREAD:
        return _coded_at_once(answer, chosen)
    if (data := answer.encoded.get(chosen)) is None:
        data = answer.encoded[chosen] = await asyncio.to_thread(_WHOLE[chosen], answer.body)
    return data


def _coded_at_once(answer: Answer, chosen: str) -> bytes:
    assert answer.body is not None
    if not chosen:
        return answer.body
    if (data := answer.encoded.get(chosen)) is None:
        data = answer.encoded[chosen] = _WHOLE[chosen](answer.body)
    return data
