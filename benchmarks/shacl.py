"""What the profiles of the BIBFRAME Interoperability Group (SHACL) find in our statements, beside the reference's.

    python -m benchmarks shacl [--limit 0] [--show 0]

All records of LoC's samples, converted by us and as they were published with the samples (stylesheet 2.10.0), are
validated against big-monograph.ttl and big-serial.ttl. Counted are results by severity, profile and property; with
`--show` the first resources of each kind in ours. Ends with status 1 if a record of ours breaks a profile
(sh:Violation): `docs/conversion.md` promises that none does.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from itertools import islice

from pyshacl import validate
from rdflib import RDF, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from benchmarks._reference import SHARED
from publisher.bibframe import converter
from publisher.convert import BibframeNTriples
from publisher.identity.keys import record_key
from publisher.sources import Record, open_source

BASE = "http://example.org/"
PROFILES = ("big-monograph", "big-serial")
Kind = tuple[str, str, str]
"""Severity, profile, and the shape with what it asks."""


def ours(records: list[Record]) -> Graph:
    """Return what we say of `records`."""
    graph, writer = Graph(), BibframeNTriples(BASE)
    for record in records:
        description = converter().describe(record, record_key(record).value, "2026-01-01T00:00:00")
        graph.parse(data=writer.record(description), format="nt")
    return graph


def results(data: Graph, profile: str) -> dict[Kind, list[Node | None]]:
    """Return the resources that break `profile`, by what they break."""
    shapes = Graph().parse(SHARED / "reference" / "shapes" / f"{profile}.ttl")
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found: dict[Kind, list[Node | None]] = defaultdict(list)
    for each in report.subjects(RDF.type, SH.ValidationResult):
        asked = report.value(each, SH.resultPath), report.value(each, SH.sourceConstraintComponent)
        what = " ".join(str(part).rpartition("/")[2].rpartition("#")[2] for part in asked)
        severity = str(report.value(each, SH.resultSeverity)).rpartition("#")[2]
        found[severity, profile, what].append(report.value(each, SH.focusNode))
    return found


def main() -> None:
    """Validate, and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--limit", type=int, default=0, help="records of each sample; 0 for all")
    options.add_argument("--show", type=int, default=0, help="resources of ours to name for each kind")
    chosen = options.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here: the records to validate are in it.")
    made: dict[Kind, list[Node | None]] = defaultdict(list)
    reference: Counter[Kind] = Counter()
    converted = 0
    for path in sorted((SHARED / "reference" / "loc" / "samples").glob("*.marcxml")):
        records = [record for record in open_source(path) if isinstance(record, Record)]
        records = list(islice(records, chosen.limit or None))
        converted += len(records)
        graph, published = ours(records), Graph().parse(path.with_name(f"{path.stem}.bibframe.rdf"))
        for profile in PROFILES:
            for kind, nodes in results(graph, profile).items():
                made[kind] += nodes
            reference.update({kind: len(nodes) for kind, nodes in results(published, profile).items()})
    print(f"{converted} records; the reference's are all that were published, whatever --limit says.\n")
    print("| severity | profile | property and constraint | ours | reference |\n|---|---|---|---:|---:|")
    for kind in sorted(made.keys() | reference.keys()):
        print(f"| {' | '.join(kind)} | {len(made.get(kind, []))} | {reference[kind]} |")
    for severity in sorted({kind[0] for kind in made.keys() | reference.keys()}):
        total = sum(len(nodes) for kind, nodes in made.items() if kind[0] == severity)
        print(f"\n{severity}: ours {total}, reference {sum(n for k, n in reference.items() if k[0] == severity)}")
    for kind, nodes in made.items():
        for node in nodes[: chosen.show]:
            print("  ", *kind, node)
    if any(kind[0] == "Violation" for kind in made):
        sys.exit("A record breaks a profile.")


if __name__ == "__main__":
    main()
