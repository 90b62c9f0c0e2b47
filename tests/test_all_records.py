"""Every record there is converts or is rejected with a reason, and its N-Triples parse strictly."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from publisher.bibframe import converter
from publisher.convert import BibframeNTriples
from publisher.errors import SourceError
from publisher.identity.keys import record_key
from publisher.sources import Rejected, open_source

FILES = (
    "nasty", "libol", "central-highlands.mrc", "authorities.mrc", "holdings.mrc", "hcmut.mrc", "mixed.mrc", "gpo.mrc",
)  # fmt: skip


def files(shared: Path, name: str) -> list[Path]:
    path = shared / "data" / name
    return sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_record_converts_to_n_triples_that_parse_strictly(name: str, shared: Path) -> None:
    writer = BibframeNTriples("http://example.org/")
    for path in files(shared, name):
        records = rejected = 0
        try:
            for record in open_source(path):
                if isinstance(record, Rejected):
                    assert record.rule
                    assert record.reason
                    rejected += 1
                    continue
                text = writer.record(converter().describe(record, record_key(record).value))
                statements = list(pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.N_TRIPLES))
                assert statements, f"{record} says nothing"
                records += 1
        except SourceError:
            assert name == "nasty", path
            continue  # Not a catalogue at all: said once for the file, by name.
        assert records + rejected, path
