"""The key of a record: its 001, or what can be derived from its content when it has none."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Record


class Key(NamedTuple):
    """A record's key, fit for an IRI; `derived` says why it is not simply the 001."""

    value: str
    derived: str = ""


def record_key(record: Record) -> Key:
    """Return the key of `record`: its only 001, else a digest of its content, which stays as the content does."""
    numbers = [squeeze(field.content) for field in record.fields if field.tag == "001"]
    if len(numbers) == 1 and numbers[0]:
        return Key(percent_encode(numbers[0]))
    content = "\x1e".join(
        [record.leader[5:12], *(f.tag + f.content for f in record.fields if f.tag not in ("001", "005"))]
    )
    digest = blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return Key(digest, "has no 001" if not any(numbers) else "has several 001")
