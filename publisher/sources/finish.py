"""The last steps that every reader shares: NFC, and the repair of text that was decoded wrongly before it came here."""

from __future__ import annotations

import re

from publisher.sources import tcvn3_as_latin1, twice_encoded
from publisher.sources.raw import RawRecord
from publisher.sources.record import Field, Record
from publisher.sources.text import to_nfc

# What no text has and XML cannot carry; 1F alone has a meaning in a field.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]")


def needs_repair(text: str) -> bool:
    """Return quickly whether a closer look at `text` is worth it."""
    return twice_encoded.is_likely(text) or tcvn3_as_latin1.is_likely(text)


def repaired(record: Record) -> Record:
    """Repair what is certainly text that was decoded wrongly, and note it in the record's warnings."""
    twice_encoded.repair_record(record)
    tcvn3_as_latin1.repair_record(record)
    return record


def finished(raw: RawRecord, leader: str, fields: list[Field], warnings: list[tuple[str, str]]) -> Record:
    """Make the record of what a reader found."""
    suspicious = False
    for field in fields:
        if len(field.tag) != 3 or not field.tag.isalnum():
            warnings.append((field.tag[:3], f"{field.tag[:20]!r} is no tag of a field"))
            field.tag = _CONTROLS.sub("?", f"{field.tag:?<3.3}")
        if _CONTROLS.search(field.content):
            field.content = _CONTROLS.sub(" ", field.content)
            warnings.append((field.tag, "control characters stand in the text; blanks took their places"))
        if not field.content.isascii():
            field.content = to_nfc(field.content)
            suspicious = suspicious or needs_repair(field.content)
    record = Record(leader, fields, source=raw.source, position=raw.position, raw=raw.data)
    record.warnings.extend(warnings)
    return repaired(record) if suspicious else record
