"""Every record of this folder becomes what stands beside it; `python -m tests.golden` makes the results anew."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from tests.golden.__main__ import records, results


@pytest.mark.parametrize("path", records(), ids=lambda path: path.stem)
def test_a_record_becomes_what_stands_beside_it(path: Path) -> None:
    for suffix, text in results(path).items():
        assert text == path.with_suffix(suffix).read_text(encoding="utf-8"), f"{path.stem}{suffix}"


@pytest.mark.parametrize("path", records(), ids=lambda path: path.stem)
def test_both_syntaxes_say_the_same(path: Path) -> None:
    its = results(path)
    triples = {quad.triple for quad in pyoxigraph.parse(its[".nt"], pyoxigraph.RdfFormat.N_TRIPLES)}
    subjects = {triple.subject.value for triple in triples}
    for iri in subjects:
        assert iri.startswith("http://"), "no blank nodes"
    assert len(triples) == its[".nt"].count("\n")
