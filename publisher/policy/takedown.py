"""What was taken down, by whatever identifies it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stdnum import isbn as isbns

from publisher.identity.keys import record_key
from publisher.policy.rulebook import Takedown
from publisher.sources.record import Record


class Takedowns:
    """The entries of a rule book that hold, ready to be asked."""

    def __init__(self, takedowns: tuple[Takedown, ...], today: date) -> None:
        self._by_id: dict[str, list[Takedown]] = {}
        for takedown in takedowns:
            if takedown.since is None or takedown.since <= today:
                for identifier in _names(takedown.id):
                    self._by_id.setdefault(identifier, []).append(takedown)

    def of(self, record: Record) -> Takedown | None:
        """Return the entry that `record` falls under, or None."""
        if not self._by_id:
            return None
        names = {record_key(record).value, *(field.content.strip() for field in record.all("001"))}
        for field in record.all("020"):
            names |= {isbns.to_isbn13(value) for value in map(str.strip, field.all("az")) if isbns.is_valid(value)}
        for name in names:
            for takedown in self._by_id.get(name, ()):
                if not takedown.source or record.source in (takedown.source, takedown.source.rpartition("/")[2]):
                    return takedown
        return None


def _names(identifier: str) -> Iterator[str]:
    """Yield what `identifier` may stand for: itself, an ISBN of 13 digits, the key in an address."""
    yield identifier.strip()
    if isbns.is_valid(identifier):
        yield isbns.to_isbn13(isbns.compact(identifier))
    tail = re.fullmatch(r"https?://.*/(?:instance|record)/[a-z0-9]{1,32}-(.+)", identifier.strip())
    if tail:
        yield tail[1]
