"""Pairs of real records whose verdict was made by reading them: `pairs.tsv`, identifiers and verdicts only."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.identity.comparison import compare
from publisher.identity.evidence import Evidence, evidence_of
from publisher.identity.keys import record_key
from publisher.sources import decode, raw_records
from publisher.sources.record import Record

PAIRS = Path(__file__).with_name("pairs.tsv")


def pairs() -> list[dict[str, str]]:
    lines = [line for line in PAIRS.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def evidence_in(paths: list[Path], wanted: set[str]) -> Iterator[tuple[str, Evidence]]:
    for path in paths:
        for raw in raw_records(path):
            record = decode(raw)
            if isinstance(record, Record) and (key := record_key(record).value) in wanted:
                yield key, evidence_of(record)


@pytest.fixture(scope="module")
def matched(shared: Path) -> list[tuple[dict[str, str], bool]]:
    """Return every pair with whether it is a match now."""
    files = {"hcmut": [shared / "data" / "hcmut.mrc"], "libol": sorted((shared / "data" / "libol").iterdir())}
    known: dict[tuple[str, str], Evidence] = {}
    for source, paths in files.items():
        wanted = {pair[side] for pair in pairs() if pair["source"] == source for side in "ab"}
        for key, evidence in evidence_in(paths, wanted):
            known.setdefault((source, key), evidence)
    return [
        (pair, compare(known[pair["source"], pair["a"]], known[pair["source"], pair["b"]]).is_match) for pair in pairs()
    ]


def test_the_sample_is_what_it_says():
    drawn = [pair["drawn"] for pair in pairs()]
    assert (drawn.count("merged"), drawn.count("near miss")) == (150, 150)


def test_no_two_editions_are_merged(matched):
    wrong = [(pair["a"], pair["b"]) for pair, match in matched if match and pair["verdict"] == "different"]
    assert wrong == []


def test_hardly_an_edition_is_missed(matched):
    same = [match for pair, match in matched if pair["verdict"] == "same"]
    assert sum(same) / len(same) >= 0.95
