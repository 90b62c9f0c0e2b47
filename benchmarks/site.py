"""Pages a second and their latency, beside Trifid, a linked-data front-end, over the same statements in one run.

    python -m benchmarks site [--data DIR] [--records 100000] [--seconds 4] [--clients 1 8 64] [--workers 2]
                              [--trifid DIR] [FILE...]

`--data` names a data folder with a release in service, which is measured in less than four minutes; without it one is
built of FILEs (by default `../shared/data/gpo.mrc` and `mixed.mrc`). With `--records` a folder that has no release yet
gets one of so many records, made of those of `../shared/data/hcmut.mrc`, and keeps it for the next time.

Pages of editions, works, people and subjects as HTML, and editions as Turtle, are asked from both; searches, filtered
searches and suggestions from Rông alone, since Trifid has none. The two take turns kind by kind, so
that what else the machine does falls on both. They are asked for the same things in the same order, up to 4,000 of a
kind, drawn from the whole release; neither keeps finished pages. "Long list" is any page of what is by the person and
about the subject that have most.

Trifid 5.3.0 (Zazuko, npm) asks Oxigraph's own server (PyPI `oxigraph`), which serves the release's own store read-only.
Its page is the statements about one IRI with their labels; ours has the copies, the libraries, the editions, the
citation and the JSON-LD as well. Its Turtle has the statements about the IRI, ours those about its parts too. Nothing
is compressed. `--trifid` names a folder where it is installed already (`benchmarks/npm/trifid/package.json`).

The exit status is 1 when something was not answered, or when the P95 of a search by one client reaches 50 ms.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from benchmarks._many_records import multiply
from benchmarks.sparql import ROOT, SHARED, Client, _process, oxigraph
from publisher.rdf.vietnamese import fold
from publisher.release.ledger import Ledger
from publisher.release.release import Release
from publisher.release.service import put_into_service
from publisher.site.search import Search
from publisher.site.searchquery import PAGE_SIZE, SearchQuery
from tests.sparql.serving import free_port

ENOUGH = 0.050
"""Seconds below which 95 of 100 searches have to be answered, for one client (issue of the site)."""
_SAMPLE = 4_000
_HTML, _TURTLE = "text/html", "text/turtle"


@dataclass(frozen=True)
class Kind:
    """A kind of request: its name, the paths to ask for, what is accepted, and whether Trifid has it."""

    name: str
    paths: Sequence[str]
    accept: str = _HTML
    beside: bool = True

    def request(self, number: int) -> bytes:
        """Return the bytes of a request."""
        path = self.paths[number % len(self.paths)]
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {self.accept}\r\nAccept-Language: vi\r\n\r\n"
        return head.encode()


@dataclass
class Answers:
    """What came back within some seconds."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    sizes: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the time, in seconds, within which `share` of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def ask(port: int, kind: Kind, clients: int, seconds: float, fresh: Callable[[], int]) -> Answers:
    """Let `clients` ask one thing after the other for some seconds; an answer that fails is told."""
    found, gate, lock = Answers(), threading.Barrier(clients + 1), threading.Lock()
    until = [0.0]

    def work() -> None:
        times: list[float] = []
        size, failure, client = 0, "", None
        gate.wait()
        while time.perf_counter() < until[0]:
            began = time.perf_counter()
            try:
                client = client or Client(port)
                size += client.ask(kind.request(fresh()))
                times.append(time.perf_counter() - began)
            except (RuntimeError, OSError, ValueError) as problem:
                failure, client = str(problem)[:200] or type(problem).__name__, None
        with lock:
            found.times += times
            found.sizes += size
            if failure:
                found.failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    until[0] = began + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began
    return found


def kinds(release: Release) -> list[Kind]:
    """Return what to ask of a release."""
    ledger, chance, base = Ledger(release.ledger_path), random.Random(7), str(release.manifest["base"])
    rows = {kind: list(_sample(ledger, kind, chance)) for kind in ("instance", "work", "agent", "concept")}
    paths = {kind: [row.iri.removeprefix(base) for row in found] for kind, found in rows.items()}
    words = [_words(row.label, chance) for row in rows["instance"]]
    words = [each for each in dict.fromkeys(words) if each]
    typed = [f"/suggest?q={quote_plus(each[: 2 + at % 6])}" for at, each in enumerate(words)]
    languages = ("vie", "eng")
    return [
        Kind("edition", paths["instance"]),
        Kind("work", paths["work"]),
        Kind("agent", paths["agent"]),
        Kind("subject", paths["concept"]),
        Kind("edition, Turtle", paths["instance"], _TURTLE),
        Kind("search", [f"/search?q={quote_plus(each)}" for each in words], beside=False),
        Kind(
            "search with filters",
            [f"/search?q={quote_plus(each)}&language={languages[at % 2]}&year=1970-" for at, each in enumerate(words)],
            beside=False,
        ),
        Kind("suggestions", typed, beside=False),
        Kind("long list", _long_lists(release, base), beside=False),
    ]


def _long_lists(release: Release, base: str) -> list[str]:
    """Return pages from all over the lists of the person and the subject that have most editions."""
    search, found = Search(release.index_path), []
    facets = search.find(SearchQuery()).facets
    for facet, kind, relation in (("agent", "agent", "by"), ("subject", "concept", "about")):
        label = facets[facet][0].value
        named = search.find(SearchQuery(q=label)).named
        paths = [each.iri.removeprefix(f"{base}/") for each in named if each.kind == kind]
        total, path = max((search.linked(relation, each, 1)[1], each) for each in paths)
        last = -(-total // PAGE_SIZE)
        print(f"{label}: {total:,} editions on {last:,} pages", flush=True)
        found += [f"/{path}?page={1 + (last - 1) * step // 99}" for step in range(100)]
    random.Random(7).shuffle(found)
    return found


def _sample(ledger: Ledger, kind: str, chance: random.Random) -> Iterator[object]:
    """Yield entities of a kind from all over the release, in an order of no meaning."""
    total = ledger.entity_counts().get(kind, 0)
    window = min(total, 200)
    starts = [chance.randrange(max(total - window, 1)) for _ in range(max(1, min(_SAMPLE, total) // max(window, 1)))]
    found = {row.iri: row for start in starts for row in ledger.entities_in_order(kind, start, window)}
    rows = [found[iri] for iri in sorted(found)]
    chance.shuffle(rows)
    yield from rows


def _words(title: str, chance: random.Random) -> str:
    """Return one to three words of a title, as people type them: half of the time without marks."""
    every = [word for word in title.split() if word.isalpha()]
    if not every:
        return ""
    first = chance.randrange(len(every))
    words = " ".join(every[first : first + chance.randint(1, 3)]).lower()
    return fold(words) if chance.random() < 0.5 else words


@contextmanager
def rong(data: Path, workers: int) -> Iterator[int]:
    """Our own server over a data folder."""
    port = free_port()
    run = (
        "import sys\nfrom pathlib import Path\nfrom publisher.config import Serve\n"
        "from publisher.site.server import serve\n"
        "serve(Path(sys.argv[1]), Serve(host='127.0.0.1', port=int(sys.argv[2]), workers=int(sys.argv[3])))\n"
    )
    with tempfile.TemporaryDirectory() as name:
        script = Path(name) / "run.py"
        script.write_text(f"if __name__ == '__main__':\n{''.join(f'    {line}' for line in run.splitlines(True))}")
        with _process([sys.executable, str(script), str(data), str(port), str(workers)], port):
            yield port


@contextmanager
def trifid(release: Release, installed: Path | None) -> Iterator[int]:
    """Trifid over Oxigraph's server over the store of `release`."""
    port, base = free_port(), str(release.manifest["base"])
    with tempfile.TemporaryDirectory() as name, oxigraph(release.store_path) as store:
        folder = installed or Path(name)
        if installed is None:
            shutil.copy(Path(__file__).parent / "npm" / "trifid" / "package.json", folder)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
            subprocess.run(["npm", "install", *quiet], cwd=folder, check=True)
        config = Path(name) / "trifid.yaml"
        config.write_text(
            f"server: {{logLevel: error}}\nglobals:\n  datasetBaseUrl: {base}/\n  endpoints:\n    default:\n"
            f"      url: http://127.0.0.1:{store.port}{store.path}\nplugins:\n  entity-renderer:\n"
            '    module: "@zazuko/trifid-entity-renderer"\n'
            "    config:\n      labelLoader: {chunkSize: 30, concurrency: 2, timeout: 4000}\n"
        )
        command = ["node", str(folder / "node_modules/trifid/server.js"), "-c", str(config), "-p", str(port)]
        with _process(command, port):
            yield port


def built(data: Path, files: Sequence[str]) -> Path:
    """Build a release of `files` in the folder `data` and put it into service; return the folder."""
    command = [sys.executable, "-m", "publisher", "build", "--data", str(data), *files]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    put_into_service(data)
    return data


def main() -> int:
    """Print one row for each kind of request and number of clients; return 1 when it is not enough."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--records", type=int)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--trifid", type=Path)
    parser.add_argument("files", nargs="*", default=[str(SHARED / "gpo.mrc"), str(SHARED / "mixed.mrc")])
    asked = parser.parse_args()
    faults = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = asked.data or folder / "data"
        if not (data / "current").exists():
            if asked.records:
                multiply(SHARED / "hcmut.mrc", folder / "many.mrc", asked.records)
            built(data, [str(folder / "many.mrc")] if asked.records else asked.files)
        release = Release.open(data / "current")
        counts = Ledger(release.ledger_path).entity_counts()
        print(f"{counts.get('instance', 0):,} editions, {release.manifest['triples']:,} statements", flush=True)
        servers = {"Rông": stack.enter_context(rong(data, asked.workers))}
        servers["Trifid"] = stack.enter_context(trifid(release, asked.trifid))
        asked_for = kinds(release)
        print("| asked for | clients | server | a second | median ms | P95 ms | P99 ms | kB |")
        print("|---|---:|---|---:|---:|---:|---:|---:|")
        fresh = {name: itertools.count() for name in servers}
        for kind in asked_for:
            for name, port in servers.items():  # connections, code and caches of labels are warm before anything counts
                if kind.beside or name == "Rông":
                    ask(port, kind, 4, 1.0, fresh[name].__next__)
            for clients in asked.clients:
                for name, port in servers.items():
                    if not kind.beside and name != "Rông":
                        continue
                    got = ask(port, kind, clients, asked.seconds, fresh[name].__next__)
                    print(
                        f"| {kind.name} | {clients} | {name} | {got.rate:,.1f} | {got.percentile(0.5) * 1000:,.1f} | "
                        f"{got.percentile(0.95) * 1000:,.1f} | {got.percentile(0.99) * 1000:,.1f} | "
                        f"{got.sizes / max(len(got.times), 1) / 1000:,.1f} |",
                        flush=True,
                    )
                    if got.failures:
                        print(f"  {len(got.failures)} clients of {name} failed: {got.failures[0]}", flush=True)
                    if name == "Rông":
                        slow = kind.name.startswith("search") and clients == 1 and got.percentile(0.95) >= ENOUGH
                        faults += bool(got.failures) or slow
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
