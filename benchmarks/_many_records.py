"""Many records made of a few real ones, for measurements of a portal of the size of a province.

Words stay the words of real titles, so that a search finds as many as it would in a catalogue of that size; titles are
put together of the halves of two, so that no two records are of one edition. One subject and one person are given to
more records than any library has of them: the longest lists that a page has to leaf through.
"""

from __future__ import annotations

import random
from pathlib import Path

from pymarc import Field, Record, Subfield

from publisher.sources import decode, raw_records
from publisher.sources.record import Record as SourceRecord

SUBJECT, PERSON = "Sách của tỉnh", "Trần, Văn Nhiều"
_SUBJECT_SHARE, _PERSON_SHARE = 0.6, 0.05


def multiply(source: Path, path: Path, count: int) -> None:
    """Write `count` records made of those of `source` to `path`, the same ones each time."""
    records = [each for raw in raw_records(source) if isinstance(each := decode(raw), SourceRecord)]
    titles = [words for each in records if (words := _title(each))]
    chance = random.Random(11)
    with path.open("wb") as file:
        for number in range(count):
            record = records[number % len(records)]
            file.write(_varied(record, f"{number:08}", titles, chance).as_marc())


def _title(record: SourceRecord) -> list[str]:
    for field in record.fields:
        if field.tag == "245":
            return next((value.rstrip(" :/.;,").split() for code, value in field.subfields if code == "a"), [])
    return []


def _varied(record: SourceRecord, key: str, titles: list[list[str]], chance: random.Random) -> Record:
    made = Record(leader=record.leader[:9] + "a" + record.leader[10:], force_utf8=True)
    made.add_field(Field(tag="001", data=key))
    person = chance.random() < _PERSON_SHARE
    for field in record.fields:
        if not field.tag.isdigit() or field.tag in ("001", "003", "010", "020", "022", "035"):
            continue
        if person and field.tag in ("100", "110", "111"):
            continue
        if field.is_control:
            made.add_field(Field(tag=field.tag, data=field.content))
        elif field.subfields:
            parts = [Subfield(code, value) for code, value in field.subfields]
            if field.tag == "245":
                parts = [Subfield("a", _mixed(titles, chance)), *(part for part in parts if part.code in "cnp")]
            made.add_field(Field(tag=field.tag, indicators=[field.ind1, field.ind2], subfields=parts))
    if person:
        made.add_ordered_field(Field(tag="100", indicators=["1", " "], subfields=[Subfield("a", PERSON)]))
    if chance.random() < _SUBJECT_SHARE:
        made.add_field(Field(tag="650", indicators=[" ", "4"], subfields=[Subfield("a", SUBJECT)]))
    return made


def _mixed(titles: list[list[str]], chance: random.Random) -> str:
    one, other = chance.choice(titles), chance.choice(titles)
    return " ".join(one[: len(one) // 2 + 1] + other[len(other) // 2 :])
