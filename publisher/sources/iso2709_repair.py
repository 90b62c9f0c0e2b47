"""ISO 2709 records that are not as they should be: what is certain is put right and noted, the rest is refused."""

from __future__ import annotations

import re
from typing import NamedTuple

from publisher.errors import RecordError
from publisher.sources.finish import finished
from publisher.sources.raw import RawRecord
from publisher.sources.record import Field, Record
from publisher.sources.text import Choice, choose

_BEFORE = re.compile(rb"^(?:[\s\x00\x1a]|\xef\xbb\xbf)+")
_ENTRIES = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})*\Z")
_LEADER_BEGIN = re.compile(rb"([0-9]{5}[a-z][a-z])([ -~]{0,3}?)22[0-9]{5}")
_LARGEST_START = 99999
_FIELD_END, _RECORD_END = b"\x1e", b"\x1d"


class Entry(NamedTuple):
    """One entry of a directory; `start` counts from the base address."""

    tag: str
    length: int
    start: int


class Notes(list[tuple[str, str]]):
    """The warnings of one record."""

    def leader(self, reason: str) -> None:
        """Note what was wrong with the record as a whole."""
        self.append(("LDR", reason))


def decode(raw: RawRecord) -> Record:
    """Decode a record with repairs. Raises `RecordError` when it cannot be read with certainty."""
    notes = Notes()
    data = _without_surroundings(raw.data, notes)
    leader, directory, body = areas(data, notes)
    found = contents(entries(directory, notes), body, notes)
    if not found:
        raise RecordError("record-empty", "the record has a leader but no field; complete it in the catalogue")

    choice = choose(body, leader[9:10] == b"a", raw.encoding)
    for warning in choice.warnings:
        notes.leader(warning)
    fields = [
        Field(tag, _text(content, choice, tag, notes), position)
        for position, (tag, content) in enumerate(found, start=2)
    ]
    return finished(raw, leader.decode("ascii", "replace"), fields, notes)


def _text(content: bytes, choice: Choice, tag: str, notes: Notes) -> str:
    text = choice.decode(content)
    if "\ufffd" in text and b"\xef\xbf\xbd" not in content:
        notes.append((tag, "the field has bytes that are no text in the record's encoding; U+FFFD stands for them"))
    return text


def _without_surroundings(data: bytes, notes: Notes) -> bytes:
    if before := _BEFORE.match(data):
        data = data[before.end() :]
        mark = b"\xef\xbb\xbf" in before.group()
        notes.leader("a byte order mark stands before the record" if mark else "white space stands before the record")
    if len(data) < 25:
        raise RecordError("record-too-short", f"{len(data)} bytes are no record; remove them from the file")
    if not data.endswith(_RECORD_END):
        data = data.rstrip(b" \t\r\n\x00\x1a")
        notes.leader("the record terminator is missing")
    head = data[:5]
    if not head.isdigit() or int(head) not in (len(data), 99999):
        notes.leader(f"the leader gives {head.decode('ascii', 'replace')!r} as the length of {len(data)} bytes")
    return data


def areas(data: bytes, notes: Notes, field_end: bytes = _FIELD_END) -> tuple[bytes, bytes, bytes]:
    """Return leader, directory and data fields. Raises `RecordError` when there is no telling them apart."""
    end = data.find(field_end)
    if end < 0:
        raise RecordError("directory-missing", "there is no end of a directory; export the record again")
    if data[12:17].isdigit() and int(data[12:17]) == end + 1 and (end - 24) % 12 == 0:
        return data[:24], data[24:end], data[end + 1 :]
    # The directory counts: entries of twelve characters, the first of which starts at 0.
    for begin in range(end - 12, -1, -12):
        if data[begin + 7 : begin + 12] == b"00000" and _ENTRIES.match(data[begin:end]):
            return _leader(data[:begin], end + 1, notes), data[begin:end], data[end + 1 :]
    if (end - 24) % 12 == 0 and _ENTRIES.match(data[24:end]):
        return _leader(data[:24], end + 1, notes), data[24:end], data[end + 1 :]
    raise RecordError("directory-damaged", "the directory is damaged; export the record again")


def _leader(found: bytes, base: int, notes: Notes) -> bytes:
    """Return 24 bytes of leader from what stands before the directory."""
    if len(found) == 24:
        notes.leader(f"the leader gives {found[12:17].decode('ascii', 'replace')!r} as the base address, it is {base}")
        return found
    if len(found) > 24 and found[-4:-1] in (b"450", b"45 ") and found[-24:-19].isdigit():
        notes.leader(f"{len(found) - 24} characters stand before the leader")
        return found[-24:]
    if begin := _LEADER_BEGIN.match(found):
        notes.leader(f"the leader has {len(found)} characters instead of 24; the kind of the record is kept")
        rest = begin.group(2) if len(begin.group(2)) == 3 else b""
        return b"%s%-3.3s22%05d   4500" % (begin.group(1), rest, base)
    notes.leader("the leader is damaged: the kind and level of the record are not known")
    return b"%-10.10s22%05d   4500" % (found[:5], base)


def entries(directory: bytes, notes: Notes) -> list[Entry]:
    """Return the entries of a directory; what is no number becomes -1."""
    found: list[Entry] = []
    for place in range(0, len(directory), 12):
        entry = directory[place : place + 12]
        tag = entry[:3].decode("ascii", "replace")
        if not entry[3:].isdigit() or len(entry) < 12:
            found.append(Entry(tag, -1, -1))
            notes.append((tag, "the directory entry is not in figures"))
        else:
            found.append(Entry(tag, int(entry[3:7]), int(entry[7:])))
    return found


def contents(
    entries: list[Entry], body: bytes, notes: Notes, field_end: bytes = _FIELD_END, record_end: bytes = _RECORD_END
) -> list[tuple[str, bytes]]:
    """Return tag and content of each field, by the directory if it is right, by the terminators if they are.

    Raises `RecordError` when it is not certain which content has which tag.
    """
    if len(body) > _LARGEST_START:
        entries = _counted_on(entries)
    if all(_is_field(entry, body, field_end) for entry in entries):
        return [(entry.tag, body[entry.start : entry.start + entry.length - 1]) for entry in entries]
    parts = body.removesuffix(record_end).split(field_end)
    complete = not parts[-1].strip()
    if complete:
        parts.pop()
    if len(parts) == len(entries):
        return _by_terminators(entries, parts, complete, notes)
    if len(parts) < len(entries) and not complete:
        raise RecordError(
            "record-truncated",
            f"the record breaks off in field {len(parts)} of {len(entries)}; export it again",
        )
    if (realigned := _realigned(entries, parts, field_end)) is not None:
        notes.leader("the directory does not fit the fields; they were told apart by their terminators")
        return realigned
    raise RecordError(
        "directory-damaged",
        f"the directory lists {len(entries)} fields where {len(parts)} stand, and it is not certain which is which; "
        "export the record again",
    )


def _counted_on(entries: list[Entry]) -> list[Entry]:
    """Return the entries of a record that is too long for its directory, in which the starts begin at 0 again."""
    found: list[Entry] = []
    before = turns = 0
    for entry in entries:
        if entry.start < before - _LARGEST_START // 2:
            turns += 1
        before = entry.start
        found.append(entry._replace(start=entry.start + turns * (_LARGEST_START + 1)))
    return found


def _is_field(entry: Entry, body: bytes, field_end: bytes) -> bool:
    end = entry.start + entry.length
    return (
        entry.length > 0
        and body[end - 1 : end] == field_end
        and (entry.start == 0 or body[entry.start - 1 : entry.start] == field_end)
    )


def _by_terminators(entries: list[Entry], parts: list[bytes], complete: bool, notes: Notes) -> list[tuple[str, bytes]]:
    """Pair the entries with the fields in order: the directory has the tags, the terminators the extents."""
    starts = [entry.start for entry in entries]
    if starts != sorted(starts):
        if -1 in starts or len(set(starts)) < len(starts):
            raise RecordError("directory-damaged", "the directory gives two fields one place; export the record again")
        ranks = sorted(range(len(entries)), key=starts.__getitem__)
        place = {entry: rank for rank, entry in enumerate(ranks)}
        parts = [parts[place[index]] for index in range(len(entries))]
    if not complete:
        last = entries[-1]
        if len(parts[-1]) + 1 < last.length:
            raise RecordError("record-truncated", "the record breaks off in its last field; export it again")
        notes.append((last.tag, "the last field has no terminator"))
    notes.leader("the lengths in the directory are wrong; the fields were told apart by their terminators")
    return [(entry.tag, part) for entry, part in zip(entries, parts, strict=True)]


def _realigned(entries: list[Entry], parts: list[bytes], field_end: bytes) -> list[tuple[str, bytes]] | None:
    """Pair entries and fields of unequal number: a field that holds a terminator counts as the parts it is made of.

    Lengths decide; one that fits no run of parts means that it is not certain.
    """
    contents: list[tuple[str, bytes]] = []
    place = 0
    for entry in entries:
        size = -1
        first = place
        while place < len(parts) and size + 1 < entry.length:
            size += len(parts[place]) + 1
            place += 1
        if size + 1 != entry.length:
            return None
        contents.append((entry.tag, field_end.join(parts[first:place])))
    return contents if place == len(parts) else None
