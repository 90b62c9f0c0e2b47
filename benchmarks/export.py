"""How fast the datasets are cut, in how much memory, beside the plain alternative.

    .venv/bin/python benchmarks/export.py [INSTANCES ...]        default: 20000 100000

For each number of instances a store of made-up editions is built (some 35 statements each: title, two authors, three
subjects, publication, language, ISBN, one item). Then each dataset is written as `rong build` writes it, and the plain
alternative is run on the same store: one SELECT with OPTIONAL and GROUP_CONCAT, written as CSV by Oxigraph's own
serializer. Every measurement has a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
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
    path.unlink()
    return len(store)


def measure(what: str, folder: Path) -> dict[str, float]:
    """Do `what` on the store in `folder`; return rows, seconds and peak memory in MB."""
    from publisher.exports.declaration import read_datasets_declared
    from publisher.exports.rows import Rows
    from publisher.exports.writers import write_graph, write_rows

    store = Store.read_only(str(folder / "store"))
    began = time.perf_counter()
    if what == "plain":
        answer = store.query(PLAIN)
        answer.serialize(str(folder / "plain.csv"), format=QueryResultsFormat.CSV)
        with (folder / "plain.csv").open("rb") as stream:
            rows = sum(1 for _ in stream) - 1
    else:
        dataset = next(each for each in read_datasets_declared() if each.name == what)
        paths = {kind: folder / f"{what}.{kind}" for kind in dataset.declaration.formats}
        if dataset.declaration.generator == "graph":
            rows = write_graph(store, paths["nq.gz"])
        else:
            rows = write_rows(Rows(store, dataset), dataset.columns, paths)
    seconds = time.perf_counter() - began
    return {"rows": rows, "seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


TASKS = {
    "editions": "editions: 17 columns, CSV and JSON Lines",
    "plain": "plain SELECT with GROUP_CONCAT: 12 columns, CSV",
    "holdings": "holdings: 8 columns, CSV and JSON Lines",
    "graph": "graph: N-Quads, gzipped",
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
