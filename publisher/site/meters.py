"""What Prometheus may read of the server: requests by kind, the endpoint's workers, the release, the room on the disk.

The worker processes count into files of one folder (prometheus-client's multiprocess mode), so each of them answers
for all. No label has an address, a path or a word that somebody looked for: kinds of page are few and known beforehand.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.release.release import Release
from publisher.site.visited import METHODS

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

    from publisher.sparql.pool import PoolStatus

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that prometheus-client looks for when it is loaded."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


@contextmanager
def shared_folder() -> Iterator[None]:
    """Give the server's processes a folder to count in during the block; without one each counts for itself."""
    if os.environ.get(FOLDER):
        yield
        return
    try:
        folder = tempfile.mkdtemp(prefix="rong-meters-")
    except OSError:
        yield
        return
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        os.environ.pop(FOLDER, None)
        shutil.rmtree(folder, ignore_errors=True)


class Meters:
    """The meters of one process, and what all processes counted."""

    def __init__(self, data: Path) -> None:
        # Loaded here: the library looks for the folder when it is imported, and the server sets it first.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values  # noqa: PLC0415

        if os.environ.get(FOLDER):
            process = os.getpid()  # a process does not become another one: to ask each time takes as long as to count
            values.ValueClass = values.MultiProcessValue(lambda: process)  # type: ignore[no-untyped-call]
        self._data = data
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._own = own = CollectorRegistry()
        self._requests = Counter(
            "rong_requests", "Requests that were answered.", ("kind", "method", "status"), registry=own
        )
        self._seconds = Histogram(
            "rong_request_seconds",
            "Seconds until the whole answer was sent.",
            ("kind",),
            registry=own,
            buckets=_SECONDS,
        )
        self._workers = Gauge(
            "rong_sparql_workers",
            "Workers of the endpoint: idle or running a query.",
            ("state",),
            registry=own,
            multiprocess_mode="livesum",
        )
        self._waiting = Gauge(
            "rong_sparql_waiting", "Queries that wait for a worker.", registry=own, multiprocess_mode="livesum"
        )

    def count(self, kind: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (kind, method if method in METHODS else "other", status)
        if (meters := self._known.get(key)) is None:  # to look them up takes longer than to count
            meters = self._requests.labels(*key[:2], str(status)), self._seconds.labels(kind)
            self._known[key] = meters
        meters[0].inc()
        meters[1].observe(seconds)

    def pool(self, status: PoolStatus) -> None:
        """Note how the endpoint's workers of this process stand."""
        self._workers.labels("idle").set(status.idle)
        self._workers.labels("running").set(status.running)
        self._waiting.set(status.waiting)

    def text(self, release: Release | None) -> bytes:
        """Return everything in the text format of Prometheus (0.0.4), for `release` in service."""
        from prometheus_client import CollectorRegistry, generate_latest, multiprocess  # noqa: PLC0415

        if folder := os.environ.get(FOLDER):
            _forget_the_dead(Path(folder))
            counted = CollectorRegistry()
            multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        else:
            counted = self._own
        return generate_latest(counted) + generate_latest(self._now(release))

    def _now(self, release: Release | None) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry, Gauge  # noqa: PLC0415

        now = CollectorRegistry()
        Gauge("rong_release_in_service", "1 when a release is in service.", registry=now).set(release is not None)
        if release is not None:
            made = Gauge("rong_release_created_seconds", "When it was built, in seconds since 1970.", registry=now)
            made.set(release.created.timestamp())
            records = Gauge("rong_release_records", "Its records, by what became of them.", ("fate",), registry=now)
            for fate in ("published", "withheld", "rejected"):
                records.labels(fate).set(release.manifest[fate])
            Gauge("rong_release_triples", "Its statements.", registry=now).set(release.manifest["triples"])
        free = Gauge("rong_disk_free_bytes", "Room that is left where the releases are.", registry=now)
        free.set(shutil.disk_usage(self._data).free)
        return now


def _forget_the_dead(folder: Path) -> None:
    """What a process that has ended says of the present (`livesum`) is no longer so; what it counted stays."""
    from prometheus_client import multiprocess  # noqa: PLC0415

    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            multiprocess.mark_process_dead(int(pid))  # type: ignore[no-untyped-call]
        except (ValueError, PermissionError):
            continue
