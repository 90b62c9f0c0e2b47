"""Sources: readers of what libraries hold; each yields records."""

from publisher.sources.raw import RawRecord, Rejected
from publisher.sources.reader import decode, open_source, raw_records
from publisher.sources.record import Field, Record

__all__ = ["Field", "RawRecord", "Record", "Rejected", "decode", "open_source", "raw_records"]
