"""Processes that help with the work of one, and end when that one does."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

_LARGE = 5_000_000
"""Bytes of packed statements from which on other processes are worth their start."""


def beside(statements: Path) -> Executor:
    """Return what works beside us on a release that has these statements: processes, or a thread for a small one.

    Two of them and we keep two cores busy: the one has the tables, which take longest, the other all else in turn.
    """
    if not statements.is_file() or statements.stat().st_size < _LARGE:
        return ThreadPoolExecutor(1)
    return helpers(2)


def helpers(
    count: int, initializer: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> ProcessPoolExecutor:
    """Return a pool of `count` processes, each of which calls `initializer` with `arguments` first.

    A pool of the standard library's own outlives who made it when that is killed: its processes wait for work for ever,
    or go on writing where the next build is clearing away.
    """
    context = multiprocessing.get_context("forkserver")
    _begin_server()
    return ProcessPoolExecutor(count, context, initializer=_begin, initargs=(initializer, arguments))


def _begin_server() -> None:
    """Start the process that helpers are copies of, unless it runs: it has all imported that they need.

    It searches where we do: Python up to 3.12 lets it look into the folder that a command happens to be run in first.
    """
    path = os.pathsep.join(each or str(Path.cwd()) for each in sys.path)
    ours = {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in ours}
    forkserver.set_forkserver_preload(["__main__", "publisher.build"])
    os.environ.update(ours)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin(initializer: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    when_the_first_ends(lambda: os._exit(1))
    if initializer is not None:
        initializer(*arguments)


def when_the_first_ends(then: Callable[[], object]) -> None:
    """Call `then` in a thread, in a process that another one has started, when that one ends however it may."""
    first = multiprocessing.parent_process()

    def watch() -> None:
        if first is not None:
            first.join()
            then()

    threading.Thread(target=watch, daemon=True).start()
