"""How fast the datasets are cut, in how much memory, beside the plain alternative.

    .venv/bin/python benchmarks/export.py [INSTANCES ...]        default: 20000 100000

For each number of instances a store of made-up editions is built (some 20 statements each: title, two authors, three
subjects, publication, language, ISBN, one item). Then each dataset is written as `rong build` writes it, from the file
of statements that the store was loaded from, one format at a time and all together. The plain alternative runs on the
same store: one SELECT with OPTIONAL and GROUP_CONCAT, asked of Oxigraph's own server over HTTP and of its serializer.
Every measurement has a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import QueryResultsFormat, RdfFormat, Store

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


def measure(what: str, folder: Path) -> dict[str, float]:
    """Do `what` on the statements in `folder`; return rows, seconds and peak memory in MB."""
    began = time.perf_counter()
    rows, mb = _DO.get(what, _cut)(what, folder)
    seconds = time.perf_counter() - began
    return {"rows": rows, "seconds": seconds, "mb": mb or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _cut(what: str, folder: Path) -> tuple[int, float]:
    """Cut a dataset as a build does: the statements are read anew, which is part of the cost."""
    from publisher.config import Settings
    from publisher.exports.cut import Origin, write_datasets
    from publisher.exports.declaration import read_datasets_declared

    name, _, kind = what.partition(" ")
    dataset = next(each for each in read_datasets_declared() if each.name == name)
    if kind:
        declaration = dataset.declaration.model_copy(update={"formats": (kind,)})
        dataset = dataset.model_copy(update={"declaration": declaration})
    store = Store.read_only(str(folder / "store"))
    (written,) = write_datasets(
        Origin(store, folder / "made.nt"),
        folder / "cut",
        Settings.default(BASE),
        release_id="r",
        created=datetime.now(UTC),
        declared=[dataset],
    )
    return written.rows, 0


def _plain(what: str, folder: Path) -> tuple[int, float]:
    answer = Store.read_only(str(folder / "store")).query(PLAIN)
    answer.serialize(str(folder / "plain.csv"), format=QueryResultsFormat.CSV)
    return _lines(folder / "plain.csv"), 0


def _server(what: str, folder: Path) -> tuple[int, float]:
    """Ask Oxigraph's server; its memory is what it had at the most, ours does not count."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only", "--location", str(folder / "store")]
    with subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/query",
                PLAIN.encode(),
                {"Content-Type": "application/sparql-query", "Accept": "text/csv"},
            )
            with urllib.request.urlopen(request, timeout=3600) as answer, (folder / "server.csv").open("wb") as file:
                shutil.copyfileobj(answer, file)
            status = Path(f"/proc/{server.pid}/status").read_text()
        finally:
            server.terminate()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    return _lines(folder / "server.csv"), peak


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream) - 1


_DO: dict[str, Callable[[str, Path], tuple[int, float]]] = {"plain": _plain, "server": _server}
TASKS = {
    "editions csv": "editions (17 columns): CSV",
    "editions jsonl.gz": "editions: JSON Lines, gzip",
    "editions xlsx": "editions: XLSX",
    "editions parquet": "editions: Parquet",
    "editions": "editions: all four in one pass",
    "holdings": "holdings (8 columns): all four in one pass",
    "graph": "graph: N-Quads sorted, gzip",
    "graph-classes": "graph by class: Turtle, gzip",
    "server": "plain SELECT (12 columns): Oxigraph's server, CSV",
    "plain": "plain SELECT (12 columns): pyoxigraph, CSV",
}


def main(sizes: list[int]) -> None:
    """Print a table in Markdown."""
    print("| instances | statements | what | rows/s | seconds | peak MB |\n|---:|---:|---|---:|---:|---:|")
    for instances in sizes:
        with tempfile.TemporaryDirectory(prefix="rong-export-") as name:
            folder = Path(name)
            made = subprocess.run(
                [sys.executable, __file__, "--make", name, str(instances)], check=True, capture_output=True, text=True
            )
            for what, title in TASKS.items():
                done = subprocess.run(
                    [sys.executable, __file__, "--measure", str(folder), what],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                found = json.loads(done.stdout)
                rate = found["rows"] / found["seconds"]
                print(
                    f"| {instances:,} | {int(made.stdout):,} | {title} | {rate:,.0f} "
                    f"| {found['seconds']:.1f} | {found['mb']:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--make", folder, instances]:
            print(make_store(Path(folder), int(instances)))
        case ["--measure", folder, what]:
            print(json.dumps(measure(what, Path(folder))))
        case sizes:
            main([int(size) for size in sizes] or [20_000, 100_000])
