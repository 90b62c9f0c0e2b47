"""Sources: readers of what libraries hold; each yields records."""

from publisher.sources.describe import Description
from publisher.sources.raw import RawRecord, Rejected
from publisher.sources.reader import decode, describe, open_source, raw_records
from publisher.sources.record import Field, Record

__all__ = [
    "Description",
    "Field",
    "RawRecord",
    "Record",
    "Rejected",
    "decode",
    "describe",
    "open_source",
    "raw_records",
]
