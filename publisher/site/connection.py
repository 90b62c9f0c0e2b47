"""A client's connection: what HTTP/1.1 leaves to a server to decide, so that nobody can hold one for ever.

uvicorn reads and writes HTTP; here are the limits that it does not know (how long a request may take to come, how
large its head may be, how long an answer may wait for its reader), and what it leaves out of RFC 9112: refusals come
after the answers to what was asked before, a client that has closed its half is answered, HTTP/1.0 knows no chunks.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

HEAD_SECONDS = 5.0
"""How long a client may take to send the head of its request: slow senders cost a connection, not a worker."""
BODY_SECONDS = 60.0
"""How long the body may take where the application sets no limit, and what comes of it after the answer."""
KEPT_SECONDS = 65
"""How long a connection waits for another request; nginx lets go of those that it keeps after 60."""
STALLED_SECONDS = 60.0
"""How long a client may take nothing of its answer."""
_LINGERING_SECONDS = 2.0
"""How long what a refused client still sends is thrown away: closed at once it would not read why (RFC 9112, 9.6)."""
_LEFT_SECONDS = 2.0
"""How long a client that speaks HTTP/1.0 and has closed its half is answered."""
_LONGEST_ADDRESS = (1 << 16) - 1
"""Bytes: what the parser of addresses takes."""
_MOST_FIELDS, _LARGEST_FIELDS = 100, 1 << 18
"""How many, and their bytes in all."""
_LARGEST_HEAD = _LONGEST_ADDRESS + _LARGEST_FIELDS
_HOST = re.compile(rb"[\w.~!$&'()*+,;=%:\[\]-]*", re.ASCII)
_LENGTHS = (b"content-length", b"transfer-encoding")
_PROPOSING = (b"connection", b"upgrade", b"http2-settings")
_SAID = {
    400: "This is no HTTP request.",
    408: "The request did not come in time.",
    414: "The address is too long; send the query with POST.",
    431: "The head of the request is too large.",
    503: "There are too many connections; come again later.",
    505: "This server speaks HTTP/1.1.",
}


class _Refused(Exception):
    """The request is answered by the connection itself."""


class Connection(HttpToolsProtocol):
    """One connection (RFC 9112), with limits."""

    most = 1 << 16
    """Connections of this process; one above that is refused."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limit: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._answered: RequestResponseCycle | None = None
        """What is being answered or was answered last; uvicorn knows only what was read last."""
        self._in_head = self._in_body = False
        self._came = 0
        """Bytes since the head began, or since the last piece of the body."""
        self._fields = self._hosts = 0
        self._status = 400
        self._refusal = 0
        """The status with which the connection ends, as soon as all that came before is answered."""
        self._half_closed = False
        self._again = b""
        """The head of a request that is to be read again: Java's client proposes HTTP/2 with each, also with a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        if len(self.connections) > self.most:
            transport.write(_refusal(503))
            transport.close()
        else:
            self._await(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._has_come()
        if self._writing is not None:
            self._writing.cancel()
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends."""
        if self._refusal:
            return
        self._unset_keepalive_if_required()
        if self._is_idle and not self._in_body and self._limit is None:
            self._await(HEAD_SECONDS)
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse(self._status)
            return
        self._came += len(data)
        if (self._in_head or self._in_body) and self._came > _LARGEST_HEAD:
            self._refuse(431)
        elif self._in_body:
            self._await_body()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: it still waits for its answer, or has gone."""
        if self._refusal or self._is_idle or self._in_body:
            return False
        self._half_closed = True
        self._ask_for_the_client(0.01)
        return True

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        self._came = self._fields = self._hosts = 0
        self._unset_keepalive_if_required()
        if self._is_idle and self._limit is None:
            self._await(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head has come, or one after the body, which nobody asks for (RFC 9110, 6.5.1)."""
        self._fields += len(name) + len(value)
        if len(self.headers) == _MOST_FIELDS or self._fields > _LARGEST_FIELDS:
            self._status = 431
            raise _Refused
        if self._in_body:
            return
        super().on_header(name, value)
        if self.headers[-1][0] == b"host":
            self._hosts += 1
            if not _HOST.fullmatch(value):
                raise _Refused

    def on_headers_complete(self) -> None:
        """The head has come."""
        self._has_come()
        self._in_head, self._came = False, 0
        if len(self.url) > _LONGEST_ADDRESS:
            self._status = 414
            raise _Refused
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            self._status = 505
            raise _Refused
        if self._hosts > 1 or (version == "1.1" and not self._hosts):
            raise _Refused  # RFC 9112, 3.2
        if self.parser.should_upgrade() and any(name in _LENGTHS for name, _ in self.headers):
            self._again = self._without_proposal()  # or the parser would take the body for another request
            return
        if not self.url.startswith(b"/"):
            self._at_the_root()
        super().on_headers_complete()
        self._in_body = True

    def on_body(self, body: bytes) -> None:
        """A piece of the body has come."""
        self._came = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has come."""
        if self._again:
            return
        self._in_body = False
        self._has_come()
        super().on_message_complete()
        if self._is_idle:  # it was answered before it had come
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(KEPT_SECONDS, self.timeout_keep_alive_handler)

    def on_response_complete(self) -> None:
        """A request is answered."""
        super().on_response_complete()
        self._watch_writing()
        if self.transport.is_closing() or not self._is_idle:
            self._await_body()
        elif self._refusal:
            self._say()
        elif self._half_closed:
            self.transport.close()
        elif self._in_head:
            self._unset_keepalive_if_required()
            self._await(HEAD_SECONDS)
        elif self._in_body:
            self._unset_keepalive_if_required()

    def pause_writing(self) -> None:
        """More is written than the client takes."""
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        """The client has taken what was written."""
        super().resume_writing()
        self._unsent = 0

    @property
    def _is_idle(self) -> bool:
        return not self.pipeline and (self._answered is None or self._answered.response_complete)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        old = cycle.scope["http_version"] == "1.0"
        super()._start_asgi_task(cycle, _without_chunks(app, cycle) if old else app)

    def _feed(self, data: bytes) -> None:
        """Let the parser read `data`; that a client proposes another protocol changes nothing (RFC 9110, 7.8)."""
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as proposal:
                if not proposal.args[0]:
                    raise httptools.HttpParserError from None
                data = self._again + data[proposal.args[0] :]
                if self._again:
                    self.parser = httptools.HttpRequestParser(self)
                    self._again = b""

    def _without_proposal(self) -> bytes:
        """Return the head that has come, without what proposes another protocol."""
        ends = any(name == b"connection" and b"close" in value.lower() for name, value in self.headers)
        left = [(name, value) for name, value in self.headers if name not in _PROPOSING]
        fields = b"".join(b"%b: %b\r\n" % field for field in (*left, *([(b"connection", b"close")] if ends else [])))
        return b"%b %b HTTP/1.1\r\n%b\r\n" % (self.parser.get_method(), self.url, fields)

    def _at_the_root(self) -> None:
        """Give an address that has no path the one it means (RFC 9112, 3.2.2; for OPTIONS also 3.2.4)."""
        if self.url == b"*" and self.parser.get_method() == b"OPTIONS":
            self.url = b"/"
            return
        address = httptools.parse_url(self.url)
        if address.host and not address.path:
            self.url = b"/?" + address.query if address.query else b"/"

    # -- time ------------------------------------------------------------------------------------------------------

    def _await(self, seconds: float) -> None:
        self._has_come()
        self._limit = self.loop.call_later(seconds, self._too_late)

    def _await_body(self) -> None:
        if self._in_body and self._limit is None and self.cycle is self._answered:
            self._await(BODY_SECONDS)

    def _has_come(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _too_late(self) -> None:
        nothing_to_say = self._is_idle and (self._in_body or not self._in_head)
        if nothing_to_say:
            self.transport.close()
        else:
            self._refuse(408)

    def _watch_writing(self) -> None:
        if self._writing is None and self.transport.get_write_buffer_size():
            self._unsent = 0
            self._writing = self.loop.call_later(STALLED_SECONDS, self._look_at_writing)

    def _look_at_writing(self) -> None:
        """Let go of a client that has taken nothing since the last look."""
        self._writing = None
        unsent = self.transport.get_write_buffer_size()
        if unsent and unsent == self._unsent:
            self.transport.abort()
        elif unsent:
            self._unsent = unsent
            self._writing = self.loop.call_later(STALLED_SECONDS, self._look_at_writing)

    def _ask_for_the_client(self, seconds: float) -> None:
        """Find out whether a client that sends no more has gone: to write to one that has gone fails, the second time.

        What is written is what every client has to pass over (RFC 9110, 15.2.1).
        """
        if self._is_idle or self.transport.is_closing() or self._answered is None:
            return
        if self._answered.scope["http_version"] == "1.0":
            self.loop.call_later(_LEFT_SECONDS, self.transport.close)
            return
        if not self._answered.response_started:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.loop.call_later(seconds, self._ask_for_the_client, min(1.0, 10 * seconds))

    # -- refusals --------------------------------------------------------------------------------------------------

    def _refuse(self, status: int) -> None:
        """End the connection with `status`, after the answers to all that came before."""
        self._has_come()
        if self._refusal or self.transport.is_closing():
            return
        self._refusal = status
        if self._in_body and not self.cycle.response_complete:
            if self.cycle is self._answered:
                self._give_up(self.cycle)
                return
            self.pipeline.popleft()  # the one whose body is broken
        if self._is_idle:
            self._say()

    def _give_up(self, cycle: RequestResponseCycle) -> None:
        """Refuse a request whose body is broken while it is being answered."""
        started, cycle.disconnected = cycle.response_started, True
        cycle.message_event.set()
        if started:
            self.transport.close()
        else:
            self._say()

    def _say(self) -> None:
        self._unset_keepalive_if_required()
        self.transport.write(_refusal(self._refusal))
        self.transport.write_eof()
        self._watch_writing()
        self.loop.call_later(_LINGERING_SECONDS, self.transport.close)


def _refusal(status: int) -> bytes:
    said = _SAID[status].encode()
    fields = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n" % len(said)
    return b"%b%b\r\n%b" % (STATUS_LINE[status], fields, said)


def _without_chunks(app: Any, cycle: RequestResponseCycle) -> Any:
    """Return `app` with answers whose end is that of the connection where their length is not known (RFC 9112, 6.1)."""

    async def answering(scope: Any, receive: Any, send: Any) -> None:
        has_length = False

        async def send_plainly(message: Any) -> None:
            nonlocal has_length
            if message["type"] == "http.response.start":
                has_length = any(name.lower() == b"content-length" for name, _ in message.get("headers", ()))
                if not has_length:
                    cycle.chunked_encoding = False
            elif not has_length:
                cycle.expected_content_length = len(message.get("body", b""))  # uvicorn compares them
            await send(message)

        await app(scope, receive, send_plainly)

    return answering
