"""The real files of ../shared: all are read, none loses a record, and pymarc reads the same from the sound ones."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from pathlib import Path
from unicodedata import is_normalized, normalize

import pymarc
import pytest

from publisher.sources import Field, Record, Rejected, describe, open_source, raw_records

from .make import SHARED, needs_shared

pytestmark = needs_shared

NASTY = sorted((SHARED / "nasty").iterdir()) if SHARED.exists() else []
LIBOL = {
    "BILLCFBN.ISO": ("libol-text", 1),
    "DJNXTHQE.iso": ("libol", 240),
    "FCODGLFL.ISO": ("libol-text", 100),
    "GPEUPDUL.ISO": ("libol-text", 1),
    "JKPMFVQP.ISO": ("libol-text", 207),
    "OIVIIYHD.ISO": ("libol-text", 9),
}
# How many records of these files cannot be read with certainty, and by what rule.
REJECTED = {
    "LibreCat+Catmandu-MARC__t__bu_bibs.mrc": {"directory-damaged": 8},
    "ruby-marc+ruby-marc__test__cp866_multirecord.marc": {"encoding-unknown": 2},
}


def ours(field: Field) -> tuple[object, ...]:
    if field.is_control:
        return field.tag, field.content
    return field.tag, field.content[:2], list(field.subfields)


def theirs(field: pymarc.Field) -> tuple[object, ...]:
    if field.is_control_field():
        return field.tag, normalize("NFC", field.data or "")
    return field.tag, "".join(field.indicators), [(code, normalize("NFC", value)) for code, value in field.subfields]


@pytest.mark.parametrize("name", ["gpo", "mixed", "hcmut", "central-highlands", "authorities", "holdings"])
def test_pymarc_reads_the_same(name: str) -> None:
    path = SHARED / f"{name}.mrc"
    # Records in which we repair what pymarc passes on: text encoded twice, control characters.
    repaired = 0
    with path.open("rb") as file, contextlib.redirect_stderr(io.StringIO()):
        for record, other in zip(open_source(path), pymarc.MARCReader(file), strict=True):
            assert isinstance(record, Record)
            assert other is not None
            if record.warnings:
                repaired += 1
            else:
                assert record.leader[5:] == str(other.leader)[5:]
                assert [ours(field) for field in record] == [theirs(field) for field in other.fields]
    assert repaired <= 12


@pytest.mark.parametrize("path", NASTY, ids=lambda path: path.name)
def test_every_nasty_file_is_read_and_every_record_accounted_for(path: Path) -> None:
    items = list(open_source(path))
    assert Counter(item.rule for item in items if isinstance(item, Rejected)) == REJECTED.get(path.name, {})
    if path.suffix in (".mrc", ".marc", ".dat"):
        assert len(items) == path.read_bytes().count(b"\x1d")
        assert b"".join(item.raw for item in items).split() == path.read_bytes().split()
    for item in items:
        if isinstance(item, Record):
            assert all(is_normalized("NFC", value) for field in item for _, value in field.subfields)


@pytest.mark.parametrize(("encoding", "first"), [("cp866", "Никитенко Е. А.")])
def test_a_declared_code_page_is_read(encoding: str, first: str) -> None:
    path = SHARED / "nasty" / "ruby-marc+ruby-marc__test__cp866_multirecord.marc"
    items = list(open_source(path, encoding=encoding))
    assert [item.control("001") for item in items if isinstance(item, Record)] == [first, first]


@pytest.mark.parametrize("name", LIBOL)
def test_libol_is_read_with_the_right_dialect_unaided(name: str) -> None:
    path = SHARED / "libol" / name
    format, count = LIBOL[name]
    assert [found.format for found in describe(path)] == [format]
    items = list(open_source(path))
    assert len(items) == count
    for item in items:
        assert isinstance(item, Record)
        assert item.control("001")
        text = " ".join(field.content for field in item)
        assert not any(sign in text for sign in ("á»", "áº", "Ã", "\ufffd"))


def test_the_folder_as_a_whole_is_read_in_order() -> None:
    sources = [raw.source for raw in raw_records(SHARED / "libol", name="libol")]
    assert sources == sorted(sources)
    assert len(sources) == sum(count for _, count in LIBOL.values())
