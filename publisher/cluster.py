"""Conversion on the workers of a Dask cluster: an executor that hands batches to machines beside this one.

The cluster is trusted: it is sent records and what it sends back is read as Python objects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Any

from publisher import assembly
from publisher.config import Settings
from publisher.errors import ConfigError, ReleaseError

_CONNECT_SECONDS = 30


@contextmanager
def cluster(settings: Settings, address: str) -> Iterator[tuple[Executor, int]]:
    """Give an executor of the Dask scheduler at `address`, and how many batches its workers convert at a time.

    A worker that dies loses nothing: its batches are converted by the others, and a batch is taken in once. Raises
    ConfigError when Dask is not installed, ReleaseError for a cluster that cannot be reached, has no workers or fails.
    """
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 - an extra, and half a second to import
    except ImportError:
        raise ConfigError(
            f"build.executor names {address}, but Dask is not installed; run `pip install 'rong[dask]'`."
        ) from None
    try:
        client: Any = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise ReleaseError(f"The cluster {address} cannot be reached ({error}); start its scheduler.") from None
    with client:
        width = sum(client.nthreads().values())
        if not width:
            raise ReleaseError(f"The cluster {address} has no workers; start some with `dask worker {address}`.")
        try:
            yield _Cluster(client.get_executor(pure=False), settings), width
        except (CancelledError, KilledWorker) as error:
            raise ReleaseError(
                f"The cluster {address} gave up a batch of records ({type(error).__name__}): see the logs of its "
                "scheduler and workers, and build again."
            ) from error


class _Cluster(Executor):
    def __init__(self, inner: Executor, settings: Settings) -> None:
        self._inner = inner
        self._settings = settings
        self._fingerprint = assembly.fingerprint(settings)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand it to the cluster."""
        return self._inner.submit(_there, self._fingerprint, self._settings, fn, args, kwargs)


_lock = threading.Lock()
_begun = ""


def _there(
    fingerprint: str, settings: Settings, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Do `fn` in a worker, one at a time in each process, at a station for `settings`."""
    global _begun  # noqa: PLW0603 - one station a process
    with _lock:
        if _begun != fingerprint:
            if assembly.fingerprint(settings) != fingerprint:
                raise ReleaseError(
                    "A worker of the cluster would convert otherwise than this machine: it has another version of "
                    "rong, another file of the policy or another date. Bring it up to date, restart it, build again."
                )
            assembly.start(settings)
            _begun = fingerprint
        return fn(*args, **kwargs)
