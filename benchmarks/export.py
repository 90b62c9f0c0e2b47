"""How fast the datasets are cut, in how much memory, beside the plain alternative.

    .venv/bin/python -m benchmarks export [INSTANCES ...] [--limit SECONDS]
    .venv/bin/python -m benchmarks export 1000000               some eleven minutes on two quiet cores, 20 GB of disk

For each number of instances made-up editions in the shape of ours (some 20 statements each: title, two authors, three
subjects, publication, language, ISBN, one item) are written down as statements, without any conversion, and loaded into
a store. Then the datasets are written as `rong build` writes them, from the file of statements: `editions` in all its
formats in one pass, and each format for itself from the rows that the pass has found. The plain alternative is asked of
Oxigraph's own server on the same store, over HTTP: one SELECT with OPTIONAL and GROUP_CONCAT, which makes one row an
edition, and the same without grouping, which streams, but makes six rows an edition. It is stopped after `--limit`
seconds; what had come by then is counted. Every measurement has a process of its own, so that its peak memory is its
own; the processor's time, of all threads, is what can be compared on a machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson
from isal import igzip
from pyoxigraph import RdfFormat, Store

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
BASE = "https://data.example.vn"
BF = "http://id.loc.gov/ontologies/bibframe/"
BFLC = "http://id.loc.gov/ontologies/bflc/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SCHEMA = "https://schema.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
AGENTS, CONCEPTS = 50_000, 20_000

PLAIN = f"""
PREFIX bf: <{BF}> PREFIX bflc: <{BFLC}> PREFIX schema: <{SCHEMA}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?iri (SAMPLE(?t) AS ?title) (GROUP_CONCAT(DISTINCT ?a; separator=" | ") AS ?authors)
       (GROUP_CONCAT(DISTINCT ?p; separator=" | ") AS ?publishers)
       (GROUP_CONCAT(DISTINCT ?c; separator=" | ") AS ?places)
       (SAMPLE(?d) AS ?published) (GROUP_CONCAT(DISTINCT ?l; separator=" | ") AS ?languages)
       (GROUP_CONCAT(DISTINCT ?i; separator=" | ") AS ?isbn) (GROUP_CONCAT(DISTINCT ?s; separator=" | ") AS ?subjects)
       (GROUP_CONCAT(DISTINCT STR(?h); separator=" | ") AS ?libraries) (COUNT(DISTINCT ?item) AS ?items)
       (SAMPLE(?w) AS ?work)
WHERE {{
  ?iri a bf:Instance ; bf:instanceOf ?w .
  OPTIONAL {{ ?iri rdfs:label ?t }} OPTIONAL {{ ?iri schema:author/rdfs:label ?a }}
  OPTIONAL {{ ?iri bf:provisionActivity ?pa . ?pa bflc:simpleAgent ?p ; bflc:simplePlace ?c }}
  OPTIONAL {{ ?iri schema:datePublished ?d }} OPTIONAL {{ ?iri schema:inLanguage ?l }}
  OPTIONAL {{ ?iri schema:isbn ?i }}
  OPTIONAL {{ ?w bf:subject/rdfs:label ?s }} OPTIONAL {{ ?iri bf:hasItem ?item . ?item bf:heldBy ?h }}
}} GROUP BY ?iri ORDER BY ?iri
"""
STREAMED = (
    f"{PLAIN[: PLAIN.index('SELECT')]}SELECT ?iri ?t ?a ?p ?c ?d ?l ?i ?s ?h ?item ?w {PLAIN[PLAIN.index('WHERE') :]}"
)
STREAMED = STREAMED.partition(" GROUP BY")[0]


def statements(number: int) -> str:
    """Return the statements of edition `number` in N-Triples."""
    instance, work = f"{BASE}/instance/a-{number:08}", f"{BASE}/work/{number:08}"
    item, publication = f"{BASE}/item/a-{number:08}-1", f"{instance}#publication"
    about = [
        (instance, TYPE, f"<{BF}Instance>"),
        (instance, LABEL, f'"Nhan đề số {number} của một cuốn sách"'),
        (instance, f"{BF}instanceOf", f"<{work}>"),
        (instance, f"{BF}provisionActivity", f"<{publication}>"),
        (publication, f"{BFLC}simpleAgent", f'"Nhà xuất bản {number % 300}"'),
        (publication, f"{BFLC}simplePlace", '"Hà Nội"'),
        (instance, f"{SCHEMA}datePublished", f'"{1900 + number % 125}"'),
        (instance, f"{SCHEMA}inLanguage", '"vi"'),
        (instance, f"{SCHEMA}isbn", f'"978604{number:07}"'),
        (instance, f"{BF}hasItem", f"<{item}>"),
        (item, TYPE, f"<{BF}Item>"),
        (item, f"{BF}itemOf", f"<{instance}>"),
        (item, f"{BF}heldBy", f"<{BASE}/library/a>"),
        (work, TYPE, f"<{BF}Work>"),
    ]
    about += [(instance, f"{SCHEMA}author", f"<{BASE}/agent/{(7 * number + k) % AGENTS}>") for k in range(2)]
    about += [(work, f"{BF}subject", f"<{BASE}/concept/{(3 * number + k) % CONCEPTS}>") for k in range(3)]
    return "".join(f"<{subject}> <{predicate}> {value} .\n" for subject, predicate, value in about)


def make_store(folder: Path, instances: int) -> int:
    """Build the store of `instances` editions in `folder`; return its number of statements."""
    path = folder / "made.nt"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f'<{BASE}/library/a> <{LABEL}> "Thư viện A"@vi .\n')
        stream.writelines(f'<{BASE}/agent/{n}> <{LABEL}> "Tác giả {n}" .\n' for n in range(AGENTS))
        stream.writelines(f'<{BASE}/concept/{n}> <{LABEL}> "Chủ đề {n}" .\n' for n in range(CONCEPTS))
        stream.writelines(statements(number) for number in range(instances))
    store = Store(str(folder / "store"))
    store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    store.optimize()
    return len(store)


def measure(what: str, folder: Path, limit: float) -> dict[str, float | str]:
    """Do `what` on the statements in `folder`; return rows, seconds, processor seconds, peak memory in MB, a note."""
    began = time.perf_counter()
    found = _server(what, folder, limit) if what in QUERIES else _own(what, folder)
    return {**found, "seconds": time.perf_counter() - began}


def _own(what: str, folder: Path) -> dict[str, float | str]:
    name, _, kind = what.partition(" ")
    rows = _format(name, kind, folder) if kind else _cut(name, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"rows": rows, "cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024, "note": ""}


def _format(name: str, kind: str, folder: Path) -> int:
    """Write the rows of the dataset `name`, which has been cut, in the format `kind` alone."""
    from publisher.exports.declaration import read_datasets_declared
    from publisher.exports.summary import WrittenTable
    from publisher.exports.writers import write_rows
    from publisher.release.statements import connect

    dataset = next(each for each in read_datasets_declared() if each.name == name)
    lines = folder / "cut" / name / f"{name}.jsonl.gz"
    path = folder / f"alone.{kind}"
    if kind == "parquet":
        with connect(folder) as database:
            WrittenTable(database, lines, dataset.columns).write_parquet(path)
        with igzip.open(lines, "rb") as stream:
            return sum(1 for _ in stream)
    with igzip.open(lines, "rb") as stream:
        return write_rows((list(orjson.loads(line).values()) for line in stream), dataset, {kind: path})


def _cut(name: str, folder: Path) -> int:
    """Cut a dataset as a build does: the statements are read anew, which is part of the cost."""
    from publisher.config import Settings
    from publisher.exports.cut import Origin, write_datasets
    from publisher.exports.declaration import read_datasets_declared

    dataset = next(each for each in read_datasets_declared() if each.name == name)
    store = Store.read_only(str(folder / "store"))
    (written,) = write_datasets(
        Origin(store, folder / "made.nt"),
        folder / "cut",
        Settings.default(BASE),
        release_id="r",
        created=datetime.now(UTC),
        declared=[dataset],
    )
    return written.rows


def _server(what: str, folder: Path, limit: float) -> dict[str, float | str]:
    """Ask Oxigraph's server; its memory is what it had at the most, ours does not count."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only", "--location", str(folder / "store")]
    note, until = "", time.monotonic() + limit
    with subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/query",
                QUERIES[what].encode(),
                {"Content-Type": "application/sparql-query", "Accept": "text/csv"},
            )
            try:
                with (
                    urllib.request.urlopen(request, timeout=limit) as answer,
                    (folder / "server.csv").open("wb") as file,
                ):
                    while chunk := answer.read1(1 << 20):
                        file.write(chunk)
                        if time.monotonic() > until:
                            raise TimeoutError
            except TimeoutError:
                note = f"stopped after {limit:.0f} s"
            status = Path(f"/proc/{server.pid}/status").read_text()
            used = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        finally:
            server.kill()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    cpu = sum(map(int, used)) / os.sysconf("SC_CLK_TCK")
    return {"rows": _lines(folder / "server.csv"), "cpu": cpu, "mb": peak, "note": note}


def _lines(path: Path) -> int:
    """Return how many rows a CSV file has after its header; 0 where nothing came."""
    if not path.is_file():
        return 0
    with path.open("rb") as stream:
        return max(sum(1 for _ in stream) - 1, 0)


QUERIES = {"grouped": PLAIN, "streamed": STREAMED}
TASKS = {
    "editions": "editions (17 columns): all four formats in one pass, from the statements",
    "editions csv": "CSV alone, from the rows",
    "editions jsonl.gz": "JSON Lines, gzip, alone, from the rows",
    "editions xlsx": "XLSX alone, from the rows",
    "editions parquet": "Parquet alone, from the rows",
    "holdings": "holdings (8 columns): all four formats in one pass, from the statements",
    "graph": "graph: N-Quads sorted, gzip",
    "graph-classes": "graph by class: Turtle, gzip",
    "grouped": "Oxigraph's server, SELECT grouped (12 columns, one row an edition): CSV",
    "streamed": "Oxigraph's server, SELECT streamed (12 columns, six rows an edition): CSV",
}
LARGE = 500_000
NOT_OF_LARGE = {"holdings", "graph-classes"}
"""What is left out from `LARGE` instances on: it takes minutes and says what smaller numbers say."""


def main(sizes: list[int], limit: float) -> None:
    """Print a table in Markdown."""
    print("| instances | statements | what | rows | rows/s | seconds | processor s | peak MB | |")
    print("|---:|---:|---|---:|---:|---:|---:|---:|---|")
    for instances in sizes:
        with tempfile.TemporaryDirectory(prefix="rong-export-") as name:
            folder = Path(name)
            made = int(_apart("--make", name, str(instances)))
            for what, title in TASKS.items():
                if instances >= LARGE and what in NOT_OF_LARGE:
                    continue
                found = json.loads(_apart("--measure", name, what, str(limit)))
                rate = found["rows"] / found["seconds"]
                print(
                    f"| {instances:,} | {made:,} | {title} | {found['rows']:,} | {rate:,.0f} | {found['seconds']:.1f} "
                    f"| {found['cpu']:.1f} | {found['mb']:.0f} | {found['note']} |",
                    flush=True,
                )
                (folder / "server.csv").unlink(missing_ok=True)


def _apart(*arguments: str) -> str:
    """Run this file in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return done.stdout


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--make", made_in, number]:
            print(make_store(Path(made_in), int(number)))
        case ["--measure", made_in, task, seconds]:
            print(json.dumps(measure(task, Path(made_in), float(seconds))))
        case _:
            parser = argparse.ArgumentParser(
                prog="python -m benchmarks export",
                description=__doc__,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
            parser.add_argument("instances", nargs="*", type=int, default=[20_000, 100_000], help="how many editions")
            parser.add_argument("--limit", type=float, default=60, help="seconds that the server is given; default: 60")
            given = parser.parse_args()
            main(given.instances, given.limit)
