"""Quarantine: what was rejected, byte for byte, so that it can be repaired and fed back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from publisher.errors import ReleaseError
from publisher.release.ledger import Ledger, Row

INDEX = "index.txt"
_HEAD = ("file", "source", "position", "rule", "reason", "bytes")
_UNSAFE = re.compile(r"[^\w.-]+")
_LEADER = re.compile(rb"\s*[0-9]{5}[ -~]{19}")


class Kept(NamedTuple):
    """One rejected record: its place and reason, its bytes, and the name of the file that it is exported as."""

    row: Row
    content: bytes
    file: str


def kept(ledger: Ledger, rule: str = "") -> Iterator[Kept]:
    """Yield what is in quarantine, in the order in which it came; only what `rule` rejected, if one is given."""
    for number, (row, content) in enumerate(ledger.quarantine(), start=1):
        if not rule or row.rule == rule:
            stem = _UNSAFE.sub("_", row.source.rpartition("/")[2])[:60]
            yield Kept(row, content, f"{number:06}-{stem}-{row.position}{ending(content)}" if content else "")


def ending(content: bytes) -> str:
    """Return the ending of a file with one record, by which a folder's files are found when they are read again."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000]
    if start.startswith(b"<"):
        return ".xml"
    if start.startswith((b"{", b"[")):
        return ".json"
    if start.startswith((b"=LDR", b"=")):
        return ".mrk"
    if b"\x1e" in start or b"\x1f" in start or b"\x1d" in start or _LEADER.match(start):
        return ".mrc"
    return ".iso" if b"#" in start or b"Ldr" in start else ".csv"


def export(ledger: Ledger, folder: Path, rule: str = "") -> int:
    """Write every record to a file of its own in `folder`, and an index of reasons; return how many there were.

    Repaired in place, the folder is a source again: `rong build FOLDER`. Raises `ReleaseError` when the folder has
    something in it already or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ReleaseError(f"The folder {folder} is not empty; export the quarantine into a new one.")
        count = 0
        with (folder / INDEX).open("w", encoding="utf-8-sig", newline="") as file:
            index = csv.writer(file, delimiter="\t")
            index.writerow(_HEAD)
            for each in kept(ledger, rule):
                if each.file:
                    (folder / each.file).write_bytes(each.content)
                row = each.row
                index.writerow((each.file, row.source, row.position, row.rule, row.reason, len(each.content)))
                count += 1
    except OSError as error:
        raise ReleaseError(f"The quarantine cannot be written in {folder} ({error.strerror}).") from None
    return count
