"""The process that forks the workers: small, single-threaded, with the engine imported and nothing else.

The server cannot fork itself (it has threads, a listening socket and clients' connections, none of which a worker may
have); and to start a Python afresh takes longer than to fork one.

    python -m publisher.sparql.zygote FD      FD is one end of a SOCK_SEQPACKET pair

The server sends a worker's configuration together with the worker's end of a socket; the zygote reports each worker
that ends. When the server goes, so does the zygote, and every worker with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from types import FrameType

import orjson

from publisher.sparql import walls, worker

_MESSAGE = 1 << 18


class Zygote:
    """Forks workers on request and reports their ends."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: set[int] = set()

    def run(self) -> None:
        """Serve until the server closes the control socket."""
        signal.signal(signal.SIGCHLD, self._reap)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the server decides
        try:
            while True:
                try:
                    message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
                except ConnectionError:
                    return
                if not message:
                    return
                self._fork(message, descriptors[0])
        finally:
            for pid in list(self._children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _fork(self, message: bytes, descriptor: int) -> None:
        with signal_blocked(signal.SIGCHLD):
            pid = os.fork()
            if pid == 0:
                self._be_worker(message, descriptor)
            self._children.add(pid)
        os.close(descriptor)

    def _be_worker(self, message: bytes, descriptor: int) -> None:
        try:
            walls.die_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            self._control.close()
            worker.main(socket.socket(fileno=descriptor), orjson.loads(message), _quiet)
        finally:
            os._exit(0)

    def _reap(self, _signal: int, _frame: FrameType | None) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._children.discard(pid)
            with contextlib.suppress(OSError):
                self._control.send(orjson.dumps({"pid": pid, "status": os.waitstatus_to_exitcode(status)}))


@contextlib.contextmanager
def signal_blocked(number: signal.Signals) -> Iterator[None]:
    """Hold a signal back for a moment."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})


def _quiet() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)


if __name__ == "__main__":
    Zygote(socket.socket(fileno=int(sys.argv[1]))).run()
