"""A server of a lab, what of it can be seen from outside, and file systems that are small."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

_LABELS = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
SELECT ?i ?label { ?i a bf:Instance ; <http://www.w3.org/2000/01/rdf-schema#label> ?label }
"""


def _key(iri: str) -> str:
    return iri.rpartition("/a-")[2]


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and kill it where it has not in half a minute."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Server:
    """`rong serve` with `workers` processes over the folder `data`; started and ended by `with`."""

    def __init__(self, data: Path, workers: int = 1) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        program = (
            "import sys; from pathlib import Path; from publisher.config import Serve; from publisher.site.server "
            "import serve\nif __name__ == '__main__':\n"
            f"    serve(Path({str(data)!r}), Serve(host='127.0.0.1', port={self.port}, workers={workers}))"
        )
        self.process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)

    def __enter__(self) -> Server:
        self.wait_for("/readyz")
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    @property
    def pid(self) -> int:
        """The process that starts and replaces the others."""
        return self.process.pid

    def wait_for(self, path: str, seconds: float = 120) -> str:
        """Ask until the answer is 200, `seconds` at most; return its text."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            assert self.process.poll() is None, "the server is gone"
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, text = self.get(path)
                if status == 200:
                    return text
            time.sleep(0.05)
        raise AssertionError(f"{path} is not answered in {seconds} seconds")

    def get(self, path: str, accept: str = "text/html") -> tuple[int, str]:
        """Ask once; return the status and the text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": "data.example", "Accept": accept})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def titles(self) -> dict[str, str]:
        """Return the titles of what is published by key; raises AssertionError where ways to ask for it disagree."""
        answered = self._json("/sparql?format=json&query=" + quote(_LABELS))["results"]["bindings"]
        titles = {_key(each["i"]["value"]): each["label"]["value"] for each in answered}
        found = self._json("/api/search?size=100")["member"]
        assert {_key(each["id"]): each["title"] for each in found} == titles, "the search finds something else"
        for key in ("k1", "k9", *(key for key in titles if key.startswith("new"))):
            for suffix in ("", ".jsonld"):
                status, text = self.get(f"/instance/a-{key}{suffix}")
                assert status == (200 if key in titles else 410), f"{key}{suffix}: {status}"
                assert key not in titles or titles[key] in text, f"{key}{suffix} is called otherwise"
        return titles

    def _json(self, path: str) -> Any:
        status, text = self.get(path, "application/json")
        assert status == 200, f"{path}: {status} {text[:300]}"
        return json.loads(text)

    def processes(self) -> list[int]:
        """Return all processes that the server has started, and those that these have started."""
        return [member for child in children(self.pid) for member in family(child)]


class Watch:
    """Somebody who asks all the while for a page, a search and a query: each has to be answered, and whole."""

    ASKED = (
        ("/instance/a-k2", "</html>"),
        ("/instance/a-k1.ttl", "a-k1"),
        ("/search?q=sach", "</html>"),
        ("/sparql?format=json&query=" + quote(_LABELS), "a-k2"),
        ("/dataset/editions/editions.csv", "a-k2"),
    )

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.asked = 0
        self.failures: list[str] = []

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ended.wait(0.2):
            path, whole = random.choice(self.ASKED)
            try:
                status, text = self._server.get(path)
            except (OSError, http.client.HTTPException) as error:
                status, text = 0, repr(error)
            self.asked += 1
            if status != 200 or whole not in text:
                self.failures.append(f"{path}: {status} {text[:200]}")


def children(pid: int) -> list[int]:
    """Return the processes that the process `pid` has started, but for the one that only keeps account of them."""
    try:
        tasks = [path.read_text("ascii").split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        mine = [(int(child), Path(f"/proc/{child}/cmdline").read_bytes()) for found in tasks for child in found]
    except OSError:
        return []
    return [child for child, line in mine if b"resource_tracker" not in line]


def family(pid: int) -> list[int]:
    """Return the process `pid` and all that it and they have started."""
    return [pid, *(member for child in children(pid) for member in family(child))]


def alive(pid: int) -> bool:
    """Return whether the process `pid` is there, and more than an entry in a table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system in memory of `size` bytes; for this one has to be root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "rong-faults", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
