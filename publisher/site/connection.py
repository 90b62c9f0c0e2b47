"""A client's connection: what HTTP/1.1 leaves to a server to decide, so that nobody can hold one for ever.

uvicorn reads and writes HTTP; here are the limits that it does not know: how long the head of a request may take, and
how large it may be.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_SECONDS = 5.0
"""How long a client may take to send the head of its request: slow senders cost a connection, not a worker."""
KEPT_SECONDS = 65
"""How long a connection waits for another request; nginx lets go of those that it keeps after 60."""
_LONGEST_ADDRESS = (1 << 16) - 1
"""Bytes: what the parser of addresses takes."""
_MOST_FIELDS, _LARGEST_FIELDS = 100, 1 << 18
"""How many, and their bytes in all."""
_LARGEST_HEAD = _LONGEST_ADDRESS + _LARGEST_FIELDS
_FIELDS = b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\ncontent-length: "
_SAID = {
    400: "This is no HTTP request.",
    408: "The head of the request did not come in time.",
    414: "The address is too long; send the query with POST.",
    431: "The head of the request is too large.",
}


class _Refused(Exception):
    """The request is answered by the connection itself."""


class Connection(HttpToolsProtocol):
    """One connection (RFC 9112), with limits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ends: asyncio.TimerHandle | None = None
        self._came = 0
        self._fields = 0
        self._status = 400

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._head_has_come()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends."""
        if self._is_idle:
            self._await_head()
        self._came += len(data)
        super().data_received(data)
        if self._ends is not None and self._came > _LARGEST_HEAD:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._fields = 0
        self._await_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head has come."""
        self._fields += len(name) + len(value)
        if len(self.headers) == _MOST_FIELDS or self._fields > _LARGEST_FIELDS:
            self._status = 431
            raise _Refused
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has come."""
        self._head_has_come()
        if len(self.url) > _LONGEST_ADDRESS:
            self._status = 414
            raise _Refused
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, with the status that fits; `msg` is not for people."""
        self._refuse(self._status)

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        if self._ends is None:
            self._came = 0
            self._ends = self.loop.call_later(HEAD_SECONDS, self._refuse, 408)

    def _head_has_come(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _refuse(self, status: int) -> None:
        self._head_has_come()
        if self.transport.is_closing():
            return
        in_the_middle = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if self._came and not in_the_middle:
            said = _SAID[status].encode()
            fields = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n" % len(
                said
            )
            self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], fields, said))
        self.transport.close()
