"""IRIs stay: an edit of one field renames and re-means nothing that other fields have made."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from publisher.bibframe import converter
from publisher.convert import BibframeNTriples
from publisher.identity.keys import record_key
from publisher.sources import Record, open_source
from publisher.sources.record import Field

RECORDS = 500
ADDED = (
    Field.data("020", "  ", ("a", "9786040000019")),
    Field.data("500", "  ", ("a", "Một phụ chú mà không bản ghi nào có.")),
    Field.data("650", " 4", ("a", "Chủ đề mà không bản ghi nào có")),
    Field.data("700", "0 ", ("a", "Người Không Có Trong Bản Ghi")),
)
REMOVABLE = ("020", "500", "650", "651", "655", "700", "504", "856")
"""Fields without a part in how other fields are read. ($6, $8 or a $5 may give a field one: those stay.)"""


@pytest.fixture(scope="module")
def records(shared: Path) -> list[Record]:
    found = (each for each in open_source(shared / "data" / "mixed.mrc") if isinstance(each, Record))
    return list(islice((each for each in found if each.control("001")), RECORDS))


def statements(record: Record) -> dict[str, set[str]]:
    """Return what is said of each IRI of the record."""
    text = BibframeNTriples("http://example.org/").record(converter().describe(record, record_key(record).value))
    said: dict[str, set[str]] = {}
    for line in text.splitlines():
        subject, _, rest = line.partition(" ")
        said.setdefault(subject, set()).add(rest)
    return said


def with_fields(record: Record, fields: list[Field]) -> Record:
    """Return a copy of the record with `fields` in their new places."""
    moved = [Field(field.tag, field.content, position) for position, field in enumerate(fields, start=2)]
    return Record(record.leader, moved, source=record.source, position=record.position)


def added(record: Record, dice: random.Random) -> Record:
    fields = list(record.fields)
    first_data = next((at for at, field in enumerate(fields) if not field.is_control), len(fields))
    fields.insert(dice.randint(first_data, len(fields)), dice.choice(ADDED))
    return with_fields(record, fields)


def removable(record: Record) -> list[int]:
    """Return the places of the fields that no other field is read by."""
    free = (at for at, field in enumerate(record.fields) if field.tag in REMOVABLE)
    return [at for at in free if not any(code in "568" for code, _ in record.fields[at].subfields)]


def removed(record: Record, dice: random.Random) -> Record:
    candidates = removable(record)
    if not candidates:
        return record
    gone = dice.choice(candidates)
    return with_fields(record, [field for at, field in enumerate(record.fields) if at != gone])


def reordered(record: Record, dice: random.Random) -> Record:
    """Move one field of those whose order means nothing to another place."""
    candidates = removable(record)
    if not candidates:
        return record
    fields = list(record.fields)
    field = fields.pop(dice.choice(candidates))
    fields.append(field)
    return with_fields(record, fields)


def of_one_field(iri: str) -> bool:
    """Return whether what is said of `iri` comes from one field.

    All fields speak of the work, the instance and the copies; and of what is described elsewhere, each says its own.
    """
    return iri.startswith("<http://example.org/") and not iri.endswith(("#Work>", "#Instance>", "#Record>", "#Item>"))


@pytest.mark.parametrize("edit", [added, removed, reordered], ids=lambda edit: edit.__name__)
def test_an_edit_changes_no_other_iri_and_no_meaning(
    edit: Callable[[Record, random.Random], Record], records: list[Record]
) -> None:
    dice = random.Random(1)
    assert len(records) == RECORDS
    for record in records:
        before, after = statements(record), statements(edit(record, dice))
        for iri in before.keys() & after.keys():
            if of_one_field(iri):
                assert before[iri] == after[iri], f"{record}: {iri} means something else after the edit"
        if edit is added:
            assert not before.keys() - after.keys(), f"{record}: the edit renamed {before.keys() - after.keys()}"
        if edit is removed:
            assert not after.keys() - before.keys(), f"{record}: the edit renamed {after.keys() - before.keys()}"
        if edit is reordered:
            assert before == after, f"{record}: the order of fields changed what is said"
