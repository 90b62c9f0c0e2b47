"""One source record, decoded: what every reader yields and what policy and conversion read.

A field keeps its content as ISO 2709 has it (indicators, then subfields each led by the delimiter 1F), because equal
content is the key by which conversion remembers what it has made before; subfields are split on first use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.sources.digital import Digital

DELIMITER = "\x1f"

_KINDS = {"z": "authority", "w": "classification", "q": "community", **dict.fromkeys("uvxy", "holdings")}
# UNIMARC 100 $a: the date of entry, the type of publication date, the date itself; MARC 21 has a name there.
_UNIMARC_100 = re.compile(r"[12][0-9]{7}[a-u ][0-9 ?#]{4}")


class Field:
    """A variable field of a MARC 21 record (MARC 21 Specifications for Record Structure).

    `content` is the whole content: the value of a control field, or indicators and subfields of a data field.
    `position` is its place in the record, the leader being 1.
    """

    __slots__ = ("_subfields", "content", "position", "tag")

    def __init__(self, tag: str, content: str, position: int = 0) -> None:
        self.tag = tag
        self.content = content
        self.position = position
        self._subfields: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def data(cls, tag: str, indicators: str, *subfields: tuple[str, str], position: int = 0) -> Field:
        """Make a data field from two indicators and (code, value) pairs."""
        return cls(tag, indicators + "".join(f"{DELIMITER}{code}{value}" for code, value in subfields), position)

    @property
    def is_control(self) -> bool:
        """Whether the field is a control field (00X), which has neither indicators nor subfields."""
        return self.tag.startswith("00")

    @property
    def ind1(self) -> str:
        """The first indicator, a space if the field is damaged."""
        return self.content[:1] if self.content[:1] not in ("", DELIMITER) else " "

    @property
    def ind2(self) -> str:
        """The second indicator, a space if the field is damaged."""
        return self.content[1:2] if self.content[1:2] not in ("", DELIMITER) else " "

    @property
    def subfields(self) -> tuple[tuple[str, str], ...]:
        """All subfields in order, as (code, value)."""
        found = self._subfields
        if found is None:
            parts = self.content.split(DELIMITER)
            found = self._subfields = tuple([(part[0], part[1:]) for part in parts[1:] if part])
        return found

    def all(self, codes: str) -> list[str]:
        """Return the values of all subfields whose code is in `codes`, in order."""
        if len(codes) == 1:
            # Most are asked for one code, and most fields do not have it.
            if DELIMITER + codes not in self.content:
                return []
            return [value for code, value in self.subfields if code == codes]
        return [value for code, value in self.subfields if code in codes]

    def first(self, code: str) -> str:
        """Return the value of the first subfield `code`, or an empty string."""
        at = self.content.find(DELIMITER + code)
        return self.content[at + 2 :].partition(DELIMITER)[0] if at >= 0 else ""

    def has(self, code: str) -> bool:
        """Return whether there is a subfield `code`."""
        return DELIMITER + code in self.content

    def __repr__(self) -> str:
        return f"{self.tag} {self.content.replace(DELIMITER, '$')!r}"


class Record:
    """One record of a source.

    `raw` holds its bytes as they came, for quarantine; `position` counts from 1 in its file; `warnings` collects what
    the reader had to repair, as (tag, reason). `digital` is what was digitized, where the source says it.
    """

    __slots__ = ("digital", "fields", "leader", "position", "raw", "source", "warnings")

    def __init__(
        self, leader: str, fields: list[Field], *, source: str = "", position: int = 0, raw: bytes = b""
    ) -> None:
        self.leader = leader
        self.fields = fields
        self.source = source
        self.position = position
        self.raw = raw
        self.warnings: list[tuple[str, str]] = []
        self.digital: Digital | None = None

    @property
    def kind(self) -> str:
        """What is described: "bibliographic", "authority", "holdings", "classification", "community" or "unimarc".

        By leader/06 (MARC 21 formats, Leader); UNIMARC, whose leaders look alike, by its coded field 100.
        """
        first = self.first("100")
        if first is not None and _UNIMARC_100.match(first.first("a")) and self.first("245") is None:
            return "unimarc"
        return _KINDS.get(self.leader[6:7], "bibliographic")

    def control(self, tag: str) -> str:
        """Return the value of the first control field `tag`, or an empty string."""
        for field in self.fields:
            if field.tag == tag:
                return field.content
        return ""

    def all(self, *tags: str) -> list[Field]:
        """Return all fields with one of `tags`, in the record's order."""
        return [field for field in self.fields if field.tag in tags]

    def first(self, tag: str) -> Field | None:
        """Return the first field `tag`, or None."""
        for field in self.fields:
            if field.tag == tag:
                return field
        return None

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __repr__(self) -> str:
        return f"<Record {self.control('001') or '-'} {self.source}:{self.position}>"
