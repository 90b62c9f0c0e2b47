"""A mixed load across several releases: no failed request, no growth of memory or of open files.

    python -m benchmarks soak [--minutes 60] [--releases 10] [--clients 6] [--rate 0] [--folder DIR]

Serves a small catalogue with two processes, and asks at random for pages, RDF, searches, SPARQL, downloads (some read
slowly) and the machines' pages, while one release after the other is made by an update and put into service. Every
answer has to be what its address promises (200, 303, 404 or 410). `--rate` is how many requests a second the clients
make together; without it as many as they can. Memory and descriptors of the server's processes are taken when half of
the time has passed and at the end. Prints one line each release, and at the end requests by kind, the slowest of a
hundred, and the growth.
"""

from __future__ import annotations

import argparse
import http.client
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from benchmarks._lab import Lab
from benchmarks._serving import Server, family
from publisher.release.release import active, releases
from publisher.release.service import prune

QUERY = "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } LIMIT 200"
ASKED = {
    "page": ("/instance/a-k{n}", "/work/", "/library/a", "/", "/dataset/editions"),
    "rdf": ("/instance/a-k{n}.ttl", "/instance/a-k{n}.jsonld", "/catalog.ttl"),
    "search": ("/search?q=" + quote("sách"), "/search?q=thu&sort=title", "/search?q=" + quote("khong co gi")),
    "sparql": ("/sparql?query=" + quote(QUERY),),
    "download": ("/dataset/graph/graph.nq.gz", "/dataset/editions/editions.csv"),
    "machine": ("/sitemap.xml", "/feed.atom", "/oai?verb=Identify", "/healthz", "/robots.txt"),
}
PROMISED = {200, 303, 301, 404, 410}
_MIB = 1 << 20


class Load:
    """Clients that ask until they are told to stop."""

    def __init__(self, port: int, clients: int, rate: float = 0) -> None:
        self._port = port
        self._pause = clients / rate if rate else 0.0
        self._ended = threading.Event()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[int] = Counter()
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._client, args=(random.Random(n),)) for n in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _client(self, chance: random.Random) -> None:
        while not self._ended.wait(chance.uniform(0, 2 * self._pause)):
            kind = chance.choice(sorted(ASKED))
            path = chance.choice(ASKED[kind]).format(n=chance.randrange(12))
            began = time.monotonic()
            try:
                status, content = self._ask(path, slowly=kind == "download" and chance.random() < 0.3)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{datetime.now(UTC):%H:%M:%S} {path}: {type(error).__name__} {error}")
                continue
            self.seconds[kind].append(time.monotonic() - began)
            self.statuses[status] += 1
            if status not in PROMISED:
                self.failures.append(
                    f"{datetime.now(UTC):%H:%M:%S} {path}: {status} {content[:300].decode('utf-8', 'replace')}"
                )

    def _ask(self, path: str, *, slowly: bool) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        try:
            connection.request("GET", path, headers={"Host": "data.example", "User-Agent": "rong-soak"})
            answer = connection.getresponse()
            content = b""
            while part := answer.read(4096):
                content += part
                if slowly:
                    time.sleep(len(part) / 4096 * 0.05)
            return answer.status, content
        finally:
            connection.close()


def state(pid: int) -> tuple[int, int]:
    """Return the memory in MiB (proportional set size) and the open files of a server and all that it has started."""
    memory = files = 0
    for each in family(pid):
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text("ascii")
            memory += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
            files += len(list(Path(f"/proc/{each}/fd").iterdir()))
        except (OSError, StopIteration):
            continue
    return memory // _MIB, files


def main(arguments: list[str]) -> int:
    """Run the load; return 1 when a request failed or something grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--releases", type=int, default=10)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="rong-soak-", dir=options.folder) as folder:
        lab = Lab(Path(folder) / "lab")
        with Server(lab.data, workers=2) as server:
            return soak(lab, server, options)


def soak(lab: Lab, server: Server, options: argparse.Namespace) -> int:
    """Go from release to release under the load; return 1 when a request failed or something grew."""
    each = options.minutes * 60 / options.releases
    states: list[tuple[int, int]] = []
    with Load(server.port, options.clients, options.rate) as load:
        for turn in range(options.releases):
            began = time.monotonic()
            if lab.run("update", turn) != 0:
                load.failures.append("an update was refused")
            prune(lab.data, 2)
            lab.check()
            time.sleep(max(each - (time.monotonic() - began), 0))
            states.append(state(server.pid))
            asked = load.statuses.total()
            print(
                f"{active(lab.data).id}: {asked} requests, {len(load.failures)} failures, "
                f"{states[-1][0]} MiB, {states[-1][1]} files open, {len(releases(lab.data))} releases",
                flush=True,
            )
    for kind, seconds in sorted(load.seconds.items()):
        slowest = statistics.quantiles(seconds, n=100)[98] if len(seconds) > 1 else 0
        print(f"{kind:<10} {len(seconds):>7} requests, 99 of 100 within {slowest * 1000:,.0f} ms")
    print(f"statuses {dict(load.statuses)}")
    for failure in load.failures[:20]:
        print(f"FAILED: {failure}")
    (first, files_then), (last, files_now) = states[len(states) // 2], states[-1]
    grown = last > first * 1.2 + 32 or files_now > files_then * 1.2 + 16
    print(f"from the middle to the end: {first} -> {last} MiB, {files_then} -> {files_now} files {'GREW' * grown}")
    return 1 if load.failures or grown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
