# ruff: noqa: E501 - the queries stand one to a line
"""SPARQL queries a second, beside Oxigraph's own server and Virtuoso.

    python -m benchmarks sparql [--data DIR] [--seconds 1.2] [--rounds 3] [--only WORDS] [--without-virtuoso]

Twelve queries (lookups, joins, aggregates, a path, text) over the records of `../shared/data/gpo.mrc` and `mixed.mrc`,
asked by one client and by eight. The servers take turns query by query, so that what else the machine does falls on all
of them. Every request differs in a constant or in its LIMIT, so that nobody answers twice from memory; "rong, warm" is
the second time that Rông is asked the same. Text search is rong:search here, CONTAINS at Oxigraph, bif:contains at
Virtuoso. `--data` names a data folder of `rong build` with a release in service; without it one is built. Rông is
measured as `rong serve` runs it. What takes more than two seconds is measured once. About ten minutes, of which building
the release takes three.

Needs the PyPI package `oxigraph`; Virtuoso takes part where `virtuoso-t` is installed (Debian: virtuoso-opensource-7-bin).
Quick queries are asked by `wrk` where it is installed (Debian: wrk), since a client in Python takes as long as a lookup.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import re
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

from benchmarks._serving import end
from publisher.release.release import active
from tests.sparql.serving import free_port

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_LUA = Path(__file__).with_name("sparql_requests.lua")
_PREPARED = 20_000
"""How many different requests wrk is given."""
_APART = 21_237
"""How far apart the questions of two rounds begin: other ones, though a round may take up all that were prepared."""
_QUICK, _SLOW = 0.02, 2.0
"""Seconds: what wrk asks, and what is measured once."""
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

    @property
    def accept(self) -> str:
        """The format that is asked for."""
        return "application/n-triples" if self.text.startswith("CONSTRUCT") else "application/sparql-results+json"


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

    def target(self, question: Question, value: str, number: int) -> str:
        """Return the address of a request, without the host."""
        if question.values == "WORDS":
            text = text_query(self.name.partition(",")[0], value, 50 + number % 100)
        else:
            text = question.text.format(value, n=1_000 + number % 9_000)
        return f"{self.path}?{urlencode([('query', PREFIXES + text), *self.extra])}"

    def request(self, question: Question, value: str, number: int) -> bytes:
        """Return the bytes of a request."""
        target = self.target(question, value, number)
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {question.accept}\r\n\r\n".encode()


class Busy(Exception):
    """The server asks to come again (503)."""


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
        if b" 503 " in lines[0]:
            raise Busy
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
                try:
                    client.ask(peer.request(question, values[number % len(values)], number))
                    done[me] += 1
                except Busy:
                    time.sleep(0.1)
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


def quick_rate(
    peer: Peer, question: Question, values: Sequence[str], clients: int, seconds: float, numbers: Iterator[int]
) -> float:
    """The same, asked by `wrk`: for queries that take no longer than a client in Python."""
    chosen = [next(numbers) for _ in range(_FEW if peer.name.endswith("warm") else _PREPARED)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{peer.target(question, values[number % len(values)], number)}\n" for number in chosen)
        file.flush()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(_LUA)]
        command += [f"http://127.0.0.1:{peer.port}", "--", file.name, question.accept]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s*([0-9.]+)", said)
    if found is None or "Non-2xx" in said:
        print(f"  {peer.name}: {question.name}: {said[-300:]}", file=sys.stderr)
        return math.nan
    return float(found[1])


@contextmanager
def rong(data: Path, name: str, cache_mb: int) -> Iterator[Peer]:
    """Rông, as `rong serve` runs it."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks._sparql_server", str(data), str(port), str(cache_mb)]
    with _process(command, port) as process:
        settle(process.pid)
        yield Peer(name, port, "/sparql")


def settle(pid: int, most: float = 300.0) -> None:
    """Wait until a server and its children have done what they do at the start (Rông fills its cache)."""
    until = time.monotonic() + most
    before = math.inf
    while (now := _processor_seconds(pid)) - before > 0.1 or before == math.inf:
        if time.monotonic() > until:
            print("  a server is still busy with itself; measuring all the same", file=sys.stderr)
            return
        before = now
        time.sleep(2)


def _processor_seconds(pid: int) -> float:
    """Return what a process and all below it have used of the processor (Linux)."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
        ticks[int(path.parent.name)] = int(fields[11]) + int(fields[12])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(ticks.get(each, 0) for each in family) / os.sysconf("SC_CLK_TCK")


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
def _process(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended as soon as it started.")
            time.sleep(0.1)
        yield process
    finally:
        end(process)


def build(data: Path) -> None:
    """Build a release of the two corpora in `data` and put it into service."""
    sources = [str(SHARED / name) for name in ("gpo.mrc", "mixed.mrc")]
    for verb in (["build", "--data", str(data), *sources], ["activate", "--data", str(data)]):
        subprocess.run([sys.executable, "-m", "publisher", *verb], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def values_of(store: ox.Store, question: Question) -> list[str]:
    """Return the values to ask for, spread over the whole store, in no order, and the same in every run."""
    if question.values == "WORDS":
        return WORDS
    if not question.values:
        return [""]
    rows = store.query(PREFIXES + question.values.format())
    assert isinstance(rows, ox.QuerySolutions)
    found = sorted(row[0].value for row in rows if isinstance(row[0], ox.NamedNode))
    chosen = found[:: max(1, len(found) // 5000)]
    random.Random(1).shuffle(chosen)  # neighbours are alike: a few hundred of them stand for nothing
    return chosen


def probed(peer: Peer, question: Question, values: Sequence[str], numbers: Iterator[int]) -> float:
    """Return the seconds of one answer, after a first one that finds everything cold; nan when there is none."""
    client = Client(peer.port)
    seconds = math.nan
    for _ in range(2):
        number = next(numbers)
        started = time.perf_counter()
        client.ask(peer.request(question, values[number % len(values)], number))
        seconds = time.perf_counter() - started
        if seconds > _SLOW:
            break
    return seconds


def measured(
    peer: Peer, question: Question, values: Sequence[str], clients: int, seconds: float, numbers: Iterator[int]
) -> tuple[float, bool]:
    """Return the queries a second, nan where it fails; and whether once is enough."""
    try:
        if peer.name.endswith("warm"):
            client = Client(peer.port)
            for number in range(2 * _FEW):  # each server process keeps its own
                client.ask(peer.request(question, values[number % _FEW % len(values)], number % _FEW))
                client = Client(peer.port)
        one = probed(peer, question, values, numbers)
        if one < _QUICK and shutil.which("wrk"):
            return quick_rate(peer, question, values, clients, seconds, numbers), False
        return rate(peer, question, values, clients, seconds, lambda: next(numbers)), one > _SLOW
    except (RuntimeError, OSError, Busy, subprocess.SubprocessError) as error:
        print(f"  {peer.name}: {question.name}: {error!r}", file=sys.stderr)
        return math.nan, True


def measure(
    peers: list[Peer], store: ox.Store, seconds: float, rounds: int, only: Sequence[str] = ("",)
) -> dict[str, dict[int, dict[str, float]]]:
    """Return question -> clients -> peer -> median queries a second.

    Peers take turns, another one first in each round, for the first reads the store for those after it. In a round all
    are asked for the same things.
    """
    found: dict[str, dict[int, dict[str, float]]] = {}
    rounds_gone = itertools.count()
    for question in QUESTIONS:
        values = values_of(store, question)
        if not any(words in question.name for words in only):
            continue
        if not values:
            print(f"  {question.name}: the data have nothing to ask for", file=sys.stderr)
            continue
        for clients in (1, 8):
            runs: dict[str, list[float]] = {}
            enough: set[str] = set()
            for turn in range(rounds):
                first = next(rounds_gone) * _APART
                for peer in [*peers[turn % len(peers) :], *peers[: turn % len(peers)]]:
                    if peer.name in enough:
                        continue
                    warm = peer.name.endswith("warm")
                    numbers: Iterator[int] = itertools.cycle(range(_FEW)) if warm else itertools.count(first)
                    found_rate, once = measured(peer, question, values, clients, seconds, numbers)
                    runs.setdefault(peer.name, []).append(found_rate)
                    if once:
                        enough.add(peer.name)
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
        complete = [by[clients] for by in found.values() if not any(math.isnan(by[clients][each]) for each in names)]
        means = [[rates[each] for rates in complete] or [math.nan] for each in names]
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
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="+", default=[""], help="measure the questions with one of these in their names"
    )
    parser.add_argument("--without-virtuoso", action="store_true", help="save the minutes that loading takes")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data = arguments.data.resolve() if arguments.data else folder / "data"
        if not arguments.data:
            build(data)
        store_path = active(data).store_path
        store = ox.Store.read_only(str(store_path))
        print(f"{len(store):,} triples", file=sys.stderr)
        peers = [stack.enter_context(rong(data, "rong", 0)), stack.enter_context(rong(data, "rong, warm", 128))]
        peers.append(stack.enter_context(oxigraph(store_path)))
        if shutil.which("virtuoso-t") and not arguments.without_virtuoso:
            (folder / "virtuoso").mkdir()
            peers.append(stack.enter_context(virtuoso(store, folder / "virtuoso")))
        found = measure(peers, store, arguments.seconds, arguments.rounds, arguments.only)
        if arguments.json:
            print(json.dumps({"triples": len(store), "rates": found}))
        else:
            print(f"{len(store):,} triples\n{table(found, [peer.name for peer in peers])}")


if __name__ == "__main__":
    main()
