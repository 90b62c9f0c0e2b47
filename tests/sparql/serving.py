"""The endpoint on its own, served as the site is, for tests and benchmarks: a real process on a port of its own.

python -m tests.sparql.serving PORT '{"release": "…", "settings": {…}}'
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publisher.errors import ReleaseError
from publisher.site.processes import serve_here
from publisher.sparql.app import Endpoint
from publisher.sparql.settings import EndpointSettings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class StoreRelease:
    """A folder with a store in it; its name is the release's id."""

    path: Path
    created: datetime = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def store_path(self) -> Path:
        return self.path / "store"

    @property
    def index_path(self) -> Path:
        return self.path / "index"


def linked_release(link: Path) -> StoreRelease:
    """The release that `link` points to, as in production."""
    if not link.exists():
        raise ReleaseError(f"{link} is not there; run `rong activate`.")
    return StoreRelease(link.resolve())


def main(port: int, config: dict[str, Any]) -> None:
    """Serve what `config` says on `port`."""
    link = Path(config["release"])
    settings = EndpointSettings(**config["settings"])
    serve_here(lambda: Endpoint(settings, lambda: linked_release(link)), "127.0.0.1", port)


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(release: Path, log: Path | None = None, **settings: Any) -> Iterator[Server]:
    """Serve the release in (or linked at) `release`; ends the server in the end."""
    port = free_port()
    settings = {"workers": 4, **settings}
    config = json.dumps({"release": str(release), "settings": settings})
    command = [sys.executable, "-m", "tests.sparql.serving", str(port), config]
    with (log or Path(os.devnull)).open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        server = Server(port, process)
        try:
            _wait(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Server) -> None:
    for _ in range(200):
        if server.process.poll() is not None:
            raise RuntimeError("the server ended as soon as it started")
        try:
            urllib.request.urlopen(server.url + "?query=ASK%7B%7D", timeout=5).read()
            return
        except urllib.error.HTTPError as error:
            if error.code == 503 and error.headers.get("Retry-After") == "60":
                return  # there is no release on purpose
            time.sleep(0.1)
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
