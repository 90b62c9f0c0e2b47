"""The last steps that every reader shares: NFC, and the repair of text that was decoded wrongly before it came here."""

from __future__ import annotations

from publisher.sources import tcvn3_as_latin1, twice_encoded
from publisher.sources.raw import RawRecord
from publisher.sources.record import Field, Record
from publisher.sources.text import to_nfc


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
        if not field.content.isascii():
            field.content = to_nfc(field.content)
            suspicious = suspicious or needs_repair(field.content)
    record = Record(leader, fields, source=raw.source, position=raw.position, raw=raw.data)
    record.warnings.extend(warnings)
    return repaired(record) if suspicious else record
