"""Our statements beside the profiles of the BIBFRAME Interoperability Group (SHACL), and beside the reference's.

The profiles want what MARC records do not always say (a language, an agency), and one title where LoC's conversion
gives one in each script: no conversion of these records is without violations. So what is asked is that we break
nothing that the reference keeps, and that every description says who made it and when, which the reference never does.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from publisher.bibframe import converter
from publisher.convert import BibframeNTriples
from publisher.identity.keys import record_key
from publisher.sources import Record, open_source

BASE = "http://example.org/"
BF = "http://id.loc.gov/ontologies/bibframe/"
RECORDS = 25
SAMPLES = ("british_library", "dnb", "gwu", "loc_general")
PROFILES = ("big-monograph", "big-serial")
OF_THE_DESCRIPTION = {URIRef(BF + "assigner"), URIRef(BF + "creationDate"), URIRef(BF + "adminMetadata")}

Results = Counter[tuple[Node | None, Node | None]]


def results(data: Graph, shapes: Graph) -> Results:
    """Count what is wrong by severity and property."""
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found = report.subjects(RDF.type, SH.ValidationResult)
    return Counter((report.value(each, SH.resultSeverity), report.value(each, SH.resultPath)) for each in found)


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
    records = list(islice((r for r in open_source(loc / f"{sample}.marcxml") if isinstance(r, Record)), RECORDS))
    writer, ours = BibframeNTriples(BASE), Graph()
    for record in records:
        description = converter().describe(record, record_key(record).value, "2026-01-01T00:00:00")
        ours.parse(data=writer.record(description), format="nt")
    published = Graph().parse(loc / f"{sample}.bibframe.rdf")
    theirs = described_by(published, {record_key(record).value for record in records})
    for profile in PROFILES:
        shapes = Graph().parse(shared / "reference" / "shapes" / f"{profile}.ttl")
        made, reference = results(ours, shapes), results(theirs, shapes)
        for (severity, path), count in made.items():
            assert count <= reference[severity, path], f"{profile}: {severity} {path}"
        silent = sum(not any(field.has("a") for field in record.all("040")) for record in records)
        about = sum(count for (severity, path), count in made.items() if path in OF_THE_DESCRIPTION)
        assert about == 0 or silent, f"{profile}: {about} descriptions do not say who made them and when"
