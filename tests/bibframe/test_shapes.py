"""Our statements beside the profiles of the BIBFRAME Interoperability Group (SHACL), and beside the reference's.

Asked is that no record breaks a profile, and that no more is left undone of what they recommend than by the reference.
The gate asks it of the first records of each sample, and of those that need care; `python -m benchmarks shacl` of all,
and ends with status 1 where one breaks a profile.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from publisher.bibframe import converter
from publisher.convert import BibframeNTriples
from publisher.identity.keys import record_key
from publisher.sources import Record, open_source

BASE = "http://example.org/"
RECORDS = 25
SAMPLES = ("british_library", "dnb", "gwu", "loc_general")
PROFILES = ("big-monograph", "big-serial")

ADDRESSED = frozenset({"15172093", "15695419"})
"""Records of the samples with addresses of "Sample text", which break profiles when taken for electronic instances."""

Results = Counter[tuple[Node | None, Node | None]]


def validated(data: Graph, shapes: Graph) -> Graph:
    """Return the report."""
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return report


def results(report: Graph) -> Results:
    """Count what is wrong by severity and property."""
    found = report.subjects(RDF.type, SH.ValidationResult)
    return Counter((report.value(each, SH.resultSeverity), report.value(each, SH.resultPath)) for each in found)


def violators(report: Graph) -> set[str]:
    """Return the keys of the records that break a profile."""
    found = report.subjects(SH.resultSeverity, SH.Violation)
    return {_key(focus) for each in found if (focus := report.value(each, SH.focusNode)) is not None}


def described_by(graph: Graph, keys: set[str]) -> Graph:
    """Return what `graph` says of the records `keys`, with all that hangs on them."""
    part, waiting = Graph(), [s for s in set(graph.subjects()) if _key(s) in keys]
    seen = set(waiting)
    while waiting:
        subject = waiting.pop()
        for prop, value in graph.predicate_objects(subject):
            part.add((subject, prop, value))
            if value not in seen:
                seen.add(value)
                waiting.append(value)
    return part


def _key(subject: Node) -> str:
    return str(subject).removeprefix(BASE).partition("#")[0] if str(subject).startswith(BASE) else ""


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_profile_is_kept_less_well_than_by_the_reference(sample: str, shared: Path) -> None:
    loc = shared / "reference" / "loc" / "samples"
    every = [record for record in open_source(loc / f"{sample}.marcxml") if isinstance(record, Record)]
    records = every[:RECORDS] + [each for each in every[RECORDS:] if record_key(each).value in ADDRESSED]
    writer, ours = BibframeNTriples(BASE), Graph()
    for record in records:
        description = converter().describe(record, record_key(record).value, "2026-01-01T00:00:00")
        ours.parse(data=writer.record(description), format="nt")
    published = Graph().parse(loc / f"{sample}.bibframe.rdf")
    theirs = described_by(published, {record_key(record).value for record in records})
    for profile in PROFILES:
        shapes = Graph().parse(shared / "reference" / "shapes" / f"{profile}.ttl")
        report = validated(ours, shapes)
        made, reference = results(report), results(validated(theirs, shapes))
        assert violators(report) == set()
        for (severity, path), count in made.items():
            assert count <= reference[severity, path], f"{profile}: {severity} {path}"
