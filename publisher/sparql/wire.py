"""How the server and its workers speak: frames over a Unix socket, with a file descriptor where an answer is large.

A frame is two lengths (little-endian 32 bits), a header in JSON and a body. Plain bytes and JSON, no pickles: a worker
runs foreign queries, and the server must be able to distrust it.
"""

from __future__ import annotations

import array
import os
import socket
import struct
from typing import Any

import orjson

_LENGTHS = struct.Struct("<II")
_CHUNK = 256 * 1024
_MOST = 1 << 30


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a frame."""
    encoded = orjson.dumps(header)
    return b"".join((_LENGTHS.pack(len(encoded), len(body)), encoded, body))


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"", descriptor: int | None = None) -> None:
    """Send a frame over a blocking socket, and a copy of `descriptor` with it."""
    frame = pack(header, body)
    if descriptor is None:
        connection.sendall(frame)
        return
    sent = socket.send_fds(connection, [frame], [descriptor])
    connection.sendall(frame[sent:])


class Frames:
    """Takes frames out of what arrives on a socket, blocking or not."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()
        self._descriptors: list[int] = []

    def read(self) -> bool:
        """Take in what has arrived; return False at the end of the stream. Raises BlockingIOError, OSError."""
        room = socket.CMSG_SPACE(4)
        data, ancillary, _, _ = self._connection.recvmsg(_CHUNK, room)
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                received = array.array("i")
                received.frombytes(content[: len(content) - len(content) % received.itemsize])
                self._descriptors.extend(received)
        self._buffer += data
        return bool(data)

    def next(self) -> tuple[dict[str, Any], bytes, int | None] | None:
        """Return (header, body, descriptor) of the next whole frame, or None. Raises ValueError for nonsense."""
        if len(self._buffer) < _LENGTHS.size:
            return None
        header_size, body_size = _LENGTHS.unpack_from(self._buffer)
        if header_size + body_size > _MOST:
            raise ValueError("a frame of that size was never sent")
        start = _LENGTHS.size
        end = start + header_size + body_size
        if len(self._buffer) < end:
            return None
        header = orjson.loads(self._buffer[start : start + header_size])
        body = bytes(self._buffer[start + header_size : end])
        del self._buffer[:end]
        descriptor = self._descriptors.pop(0) if header.get("spooled") and self._descriptors else None
        return header, body, descriptor

    def wait(self) -> tuple[dict[str, Any], bytes, int | None] | None:
        """Return the next frame of a blocking socket; None at the end of the stream."""
        while (frame := self.next()) is None:
            if not self.read():
                return None
        return frame

    def close(self) -> None:
        """Close the descriptors that nobody took."""
        while self._descriptors:
            os.close(self._descriptors.pop())
