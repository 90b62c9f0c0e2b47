"""Every file of real records is recognised unaided, and what comes out of it is what went in: records or rejections."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.sources import Rejected, describe, open_source

DIALECTS = {
    "libol/BILLCFBN.ISO": "libol-text", "libol/DJNXTHQE.iso": "libol", "libol/FCODGLFL.ISO": "libol-text",
    "libol/GPEUPDUL.ISO": "libol-text", "libol/JKPMFVQP.ISO": "libol-text", "libol/OIVIIYHD.ISO": "libol-text",
    "hcmut.mrc": "iso2709", "hcmut-list.xlsx": "xlsx", "central-highlands.mrc": "iso2709", "holdings.mrc": "iso2709",
}  # fmt: skip
DIGITIZED = {
    "mets": {"record": 217, "record-empty": 9},
    "edm": {"record": 40},
    "alto": {"page-without-title": 10},
    "mods": {"record": 88, "refused": 6},
    "oai": {"record": 48, "record-deleted-at-source": 2, "refused": 7},
}
"""What comes out of each folder; refused are programs, tables and answers of other kinds, each by its name."""


def outcome(path: Path) -> Counter[str]:
    """How many records and rejections a file gives, or that it is refused with one sentence."""
    try:
        found = list(open_source(path, name=path.name))
    except SourceError as error:
        return Counter({"refused" if "\n" not in str(error) else "refused in more than one sentence": 1})
    return Counter(item.rule if isinstance(item, Rejected) else "record" for item in found)


@pytest.mark.parametrize("file", DIALECTS)
def test_the_dialect_is_found_unaided(shared: Path, file: str) -> None:
    (described,) = describe(shared / "data" / file)
    assert described.format == DIALECTS[file]


@pytest.mark.parametrize("folder", DIGITIZED)
def test_every_digitized_file_is_a_record_a_rejection_or_refused_by_name(shared: Path, folder: str) -> None:
    found: Counter[str] = Counter()
    for path in sorted((shared / "data" / "digitized" / folder).iterdir()):
        found += outcome(path)
    assert found == DIGITIZED[folder]
