# ruff: noqa: E501 - the queries stand one to a line
"""SPARQL queries a second, beside Oxigraph's own server and Virtuoso.

    python -m benchmarks sparql [--data DIR] [--seconds 1.2] [--rounds 2]

Twelve queries (lookups, joins, aggregates, a path, text) over the records of `../shared/data/gpo.mrc` and `mixed.mrc`,
asked by one client and by eight. The servers take turns query by query, so that what else the machine does falls on all
of them. Every request differs in a constant or in its LIMIT, so that nobody answers twice from memory; "rong, warm" is
the second time that Rông is asked the same. Text search is rong:search here, CONTAINS at Oxigraph, bif:contains at
Virtuoso. `--data` names a data folder of `rong build`; without it one is built.

Needs the PyPI package `oxigraph`; Virtuoso takes part where `virtuoso-t` is installed (Debian: virtuoso-opensource-7-bin).
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from tests.sparql.serving import free_port, serving

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_FEW = 8
"""How many different questions are asked again and again of the warm server."""
GRAPH = "http://localhost/benchmark"
PREFIXES = """PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX rong: <https://w3id.org/rong/ns#>
"""


@dataclass(frozen=True)
class Question:
    """A query with a place for a value ({0}) or for a number that makes each request a new one ({n})."""

    name: str
    text: str
    values: str = ""
    """The query whose first column gives the values."""


QUESTIONS = (
    Question("an instance", "SELECT ?p ?o {{ <{0}> ?p ?o }}", "SELECT ?x {{ ?x a bf:Instance }}"),
    Question("a label", "SELECT ?l {{ <{0}> rdfs:label ?l }}", "SELECT ?x {{ ?x a bf:Work }}"),
    Question("works of an agent", "SELECT ?i ?l {{ ?i schema:author <{0}> ; rdfs:label ?l }}", "SELECT DISTINCT ?x {{ ?i schema:author ?x }}"),
    Question("subjects of an instance", "SELECT ?l {{ <{0}> bf:instanceOf/bf:subject ?s . ?s rdfs:label ?l }}", "SELECT ?x {{ ?x bf:instanceOf ?w }}"),
    Question("instances on a subject", "SELECT ?i ?t ?y {{ ?w bf:subject <{0}> ; bf:hasInstance ?i . ?i rdfs:label ?t . OPTIONAL {{ ?i schema:datePublished ?y }} }} LIMIT 50", "SELECT DISTINCT ?x {{ ?w bf:subject ?x }}"),
    Question("a description", "CONSTRUCT {{ <{0}> ?p ?o . ?o ?q ?r }} WHERE {{ <{0}> ?p ?o . OPTIONAL {{ ?o ?q ?r }} }} LIMIT 500", "SELECT ?x {{ ?x a bf:Instance }}"),
    Question("publications by year", "SELECT ?y (COUNT(?i) AS ?n) {{ ?i schema:datePublished ?y }} GROUP BY ?y ORDER BY ?y LIMIT {n}"),
    Question("copies by library", "SELECT ?l (COUNT(?i) AS ?n) {{ ?i bf:heldBy ?l }} GROUP BY ?l LIMIT {n}"),
    Question("the most used subjects", "SELECT ?s (COUNT(?w) AS ?n) {{ ?w bf:subject ?s }} GROUP BY ?s ORDER BY DESC(?n) LIMIT {n}"),
    Question("languages of works", "SELECT ?g (COUNT(DISTINCT ?w) AS ?n) {{ ?w a bf:Work ; bf:language ?g }} GROUP BY ?g ORDER BY DESC(?n) LIMIT {n}"),
    Question("a path to libraries", "SELECT ?s (COUNT(DISTINCT ?i) AS ?n) {{ ?s rdfs:label ?l . ?w bf:subject ?s ; bf:hasInstance/bf:hasItem/bf:heldBy ?i }} GROUP BY ?s ORDER BY DESC(?n) LIMIT {n}"),
    Question("words in titles", "", "WORDS"),
)  # fmt: skip
WORDS = [
    "water quality",
    "natural resources",
    "foreign relations",
    "public health",
    "small business",
    "nuclear energy",
    "higher education",
    "forest fires",
    "national security",
    "civil rights",
    "air pollution",
    "social security",
    "fish wildlife",
    "labor statistics",
    "oral history",
]


def text_query(server: str, words: str, limit: int) -> str:
    """Return the query for editions with these words, in the form that each server is quickest at."""
    if server == "rong":
        return f'SELECT ?i ?t {{ ?i rong:search ("{words}" "instance" {limit}) . ?i rdfs:label ?t }}'
    if server == "virtuoso":
        expression = " AND ".join(words.split())
        return f"SELECT ?i ?t {{ ?i rdfs:label ?t . ?t bif:contains '{expression}' . ?i a bf:Instance }} LIMIT {limit}"
    each = " && ".join(f'CONTAINS(LCASE(?t), "{word}")' for word in words.split())
    return f"SELECT ?i ?t {{ ?i a bf:Instance ; rdfs:label ?t FILTER({each}) }} LIMIT {limit}"


@dataclass(frozen=True)
class Peer:
    """A server that takes part."""

    name: str
    port: int
    path: str
    extra: tuple[tuple[str, str], ...] = ()

    def request(self, question: Question, value: str, number: int) -> bytes:
        """Return the bytes of a request."""
        if question.values == "WORDS":
            text = text_query(self.name.partition(",")[0], value, 50 + number % 100)
        else:
            text = question.text.format(value, n=1_000 + number % 9_000)
        target = f"{self.path}?{urlencode([('query', PREFIXES + text), *self.extra])}"
        accept = "application/n-triples" if text.startswith("CONSTRUCT") else "application/sparql-results+json"
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode()


class Client:
    """One keep-alive connection that reads no more of HTTP than it must, so that the servers are measured."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=300)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def ask(self, request: bytes) -> int:
        """Send a request and read the whole answer; return its size. Raises RuntimeError for another status than 200."""
        self._socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        fields = dict(line.split(b": ", 1) for line in lines[1:] if b": " in line)
        if b"content-length" in fields:
            body = self._exactly(int(fields[b"content-length"]))
        else:
            body = b"".join(self._chunks())
        if b" 200 " not in lines[0]:
            raise RuntimeError(f"{lines[0].decode()}: {body[:300].decode(errors='replace')}")
        if fields.get(b"connection") == b"close":
            self._socket.close()
            self._connect()
        return len(body)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._until(b"\r\n").partition(b";")[0], 16):
            yield self._exactly(size)
            self._exactly(2)
        self._until(b"\r\n")

    def _until(self, mark: bytes) -> bytes:
        while (place := self._buffer.find(mark)) < 0:
            self._more()
        found, self._buffer = self._buffer[:place], self._buffer[place + len(mark) :]
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def _more(self) -> None:
        data = self._socket.recv(1 << 18)
        if not data:
            raise RuntimeError("the server closed the connection")
        self._buffer += data


def rate(
    peer: Peer, question: Question, values: Sequence[str], clients: int, seconds: float, fresh: Callable[[], int]
) -> float:
    """Return the queries a second that `clients` get answered within `seconds`."""
    done = [0] * clients
    failures: list[str] = []
    gate = threading.Barrier(clients + 1)
    until = [0.0]

    def work(me: int) -> None:
        try:
            client = Client(peer.port)
            gate.wait()
            while time.perf_counter() < until[0]:
                number = fresh()
                client.ask(peer.request(question, values[number % len(values)], number))
                done[me] += 1
        except (RuntimeError, OSError) as error:
            failures.append(str(error))

    threads = [threading.Thread(target=work, args=(me,)) for me in range(clients)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    until[0] = started + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    if failures:
        print(f"  {peer.name}: {question.name}: {failures[0]}", file=sys.stderr)
        return math.nan
    return sum(done) / (time.perf_counter() - started)


@contextmanager
def oxigraph(store: Path) -> Iterator[Peer]:
    """Oxigraph's own server, read-only."""
    command = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if command is None:
        raise SystemExit("Oxigraph's server is missing; install it with: pip install oxigraph")
    port = free_port()
    with _process([command, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"], port):
        yield Peer("oxigraph", port, "/query")


@contextmanager
def virtuoso(store: ox.Store, folder: Path) -> Iterator[Peer]:
    """Virtuoso with the same triples, loaded by its own bulk loader, with its full-text index."""
    port, http = free_port(), free_port()
    with (folder / "data.nt").open("wb") as file:
        store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile={folder}/v.db\nErrorLogFile={folder}/v.log\nLockFile={folder}/v.lck\n"
        f"TransactionFile={folder}/v.trx\nxa_persistent_file={folder}/v.pxa\n"
        f"[TempDatabase]\nDatabaseFile={folder}/vt.db\nTransactionFile={folder}/vt.trx\n"
        f"[Parameters]\nServerPort={port}\nDirsAllowed={folder}\nNumberOfBuffers=340000\nMaxDirtyBuffers=250000\n"
        "ThreadsPerQuery=2\nServerThreads=20\nDefaultIsolation=2\nMaxQueryMem=2G\n"
        f"[HTTPServer]\nServerPort={http}\nServerThreads=20\n[SPARQL]\nResultSetMaxRows=2000000\nMaxQueryExecutionTime=120\n"
    )
    with _process(["virtuoso-t", "+foreground", "+configfile", str(folder / "virtuoso.ini")], http):
        isql = ["isql-vt", str(port), "dba", "dba"]
        load = (
            f"ld_dir('{folder}', 'data.nt', '{GRAPH}'); rdf_loader_run(); "
            "DB.DBA.RDF_OBJ_FT_RULE_ADD(null, '{LABEL}', 'labels'); DB.DBA.VT_INC_INDEX_DB_DBA_RDF_OBJ(); checkpoint;"
        )
        subprocess.run([*isql, f"exec={load}"], check=True, stdout=subprocess.DEVNULL)
        yield Peer("virtuoso", http, "/sparql", (("default-graph-uri", GRAPH),))


@contextmanager
def _process(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended as soon as it started.")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def build(data: Path) -> Path:
    """Build a release of the two corpora and return its folder."""
    sources = [str(SHARED / name) for name in ("gpo.mrc", "mixed.mrc")]
    command = [sys.executable, "-m", "publisher", "build", "--data", str(data), *sources]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return newest(data)


def newest(data: Path) -> Path:
    """Return the newest release of a data folder."""
    found = sorted((data / "releases").iterdir())
    if not found:
        raise SystemExit(f"{data} has no release; run rong build --data {data} first.")
    return found[-1]


def values_of(store: ox.Store, question: Question) -> list[str]:
    """Return the values to ask for, spread over the whole store and the same in every run."""
    if question.values == "WORDS":
        return WORDS
    if not question.values:
        return [""]
    rows = store.query(PREFIXES + question.values.format())
    assert isinstance(rows, ox.QuerySolutions)
    found = sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))
    return found[:: max(1, len(found) // 5000)]


def ask_each(peer: Peer, question: Question, values: Sequence[str]) -> None:
    """Ask what will be asked again, so that it is in the cache."""
    client = Client(peer.port)
    for number in range(_FEW):
        client.ask(peer.request(question, values[number % len(values)], number))


def measure(peers: list[Peer], store: ox.Store, seconds: float, rounds: int) -> dict[str, dict[int, dict[str, float]]]:
    """Return question -> clients -> peer -> median queries a second; peers take turns."""
    found: dict[str, dict[int, dict[str, float]]] = {}
    fresh = itertools.count()
    for question in QUESTIONS:
        values = values_of(store, question)
        if not values:
            print(f"  {question.name}: the data have nothing to ask for", file=sys.stderr)
            continue
        for clients in (1, 8):
            runs: dict[str, list[float]] = {}
            for _ in range(rounds):
                for peer in peers:
                    numbers = itertools.cycle(range(_FEW)) if peer.name.endswith("warm") else fresh
                    if numbers is not fresh:
                        ask_each(peer, question, values)
                    found_rate = rate(peer, question, values, clients, seconds, lambda: next(numbers))  # noqa: B023
                    runs.setdefault(peer.name, []).append(found_rate)
            found.setdefault(question.name, {})[clients] = {
                name: statistics.median(each) for name, each in runs.items()
            }
            row = ", ".join(f"{name} {number:,.1f}" for name, number in found[question.name][clients].items())
            print(f"  {question.name}, {clients} client(s): {row}", file=sys.stderr, flush=True)
    return found


def table(found: dict[str, dict[int, dict[str, float]]], names: list[str]) -> str:
    """Return the rates as a Markdown table, with geometric means."""
    lines = []
    for clients in (1, 8):
        lines += [f"\nqueries/s, {clients} client{'s' if clients > 1 else ''}:\n"]
        lines += ["| query | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
        for name, by_clients in found.items():
            lines.append(f"| {name} | " + " | ".join(_shown(by_clients[clients][each]) for each in names) + " |")
        means = [[by[clients][each] for by in found.values() if not math.isnan(by[clients][each])] for each in names]
        lines.append(
            "| **geometric mean** | " + " | ".join(f"**{_shown(statistics.geometric_mean(m))}**" for m in means) + " |"
        )
    return "\n".join(lines)


def _shown(number: float) -> str:
    return "–" if math.isnan(number) else f"{number:,.0f}" if number >= 100 else f"{number:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a data folder of rong build")
    parser.add_argument("--seconds", type=float, default=1.2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        release = newest(arguments.data) if arguments.data else build(folder / "data")
        store = ox.Store.read_only(str(release / "store"))
        print(f"{len(store):,} triples", file=sys.stderr)
        settings = {"time_limit": 300, "queue_seconds": 60, "workers": 4}
        cold = stack.enter_context(serving(release, cache_mb=0, **settings))
        warm = stack.enter_context(serving(release, **settings))
        peers = [Peer("rong", cold.port, "/sparql"), Peer("rong, warm", warm.port, "/sparql")]
        peers.append(stack.enter_context(oxigraph(release / "store")))
        if shutil.which("virtuoso-t"):
            (folder / "virtuoso").mkdir()
            peers.append(stack.enter_context(virtuoso(store, folder / "virtuoso")))
        found = measure(peers, store, arguments.seconds, arguments.rounds)
        if arguments.json:
            print(json.dumps({"triples": len(store), "rates": found}))
        else:
            print(f"{len(store):,} triples\n{table(found, [peer.name for peer in peers])}")


if __name__ == "__main__":
    main()
