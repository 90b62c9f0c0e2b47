"""A store that is loaded while its statements are still being written: one core writes, the other loads."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyoxigraph

from publisher.release.spool import spooled

_PIPE_BYTES = 1 << 20
_SET_PIPE_SIZE = getattr(fcntl, "F_SETPIPE_SZ", None)


class Loading:
    """Takes the statements of a release as N-Triples, for the packed file `statements` and for the store in `folder`.

    The store reads them from a pipe, in a thread that does not hold Python's lock.
    """

    def __init__(self, file: IO[bytes], pipe: IO[bytes]) -> None:
        self._file = file
        self._pipe = pipe

    def write(self, text: str) -> None:
        """Take `text`, whole lines."""
        content = text.encode()
        self._file.write(content)
        self._pipe.write(content)


@contextlib.contextmanager
def loading(folder: Path, statements: Path) -> Iterator[Loading]:
    """Give what takes the statements; when the block ends, all of them are in the store. Raises OSError."""
    store = pyoxigraph.Store(str(folder))
    reading, writing = os.pipe()
    if _SET_PIPE_SIZE is not None:
        with contextlib.suppress(OSError):  # more than an unprivileged user may have: a smaller pipe does too
            fcntl.fcntl(writing, _SET_PIPE_SIZE, _PIPE_BYTES)
    failed: list[BaseException] = []

    def load() -> None:
        try:
            store.bulk_load(path=f"/dev/fd/{reading}", format=pyoxigraph.RdfFormat.N_TRIPLES)
            store.flush()
        except BaseException as error:
            failed.append(error)
        finally:
            os.close(reading)  # whoever still writes is told that nobody reads

    loader = threading.Thread(target=load, name="loading")
    loader.start()
    try:
        with spooled(statements) as file, os.fdopen(writing, "wb", _PIPE_BYTES) as pipe:
            yield Loading(file, pipe)
    except BrokenPipeError:
        loader.join()
        if not failed:
            raise
    finally:
        loader.join()
    if failed:
        raise failed[0]
