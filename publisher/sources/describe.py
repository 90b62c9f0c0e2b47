"""Saying what a source is: its files, their formats and encodings, in Vietnamese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publisher.errors import RecordError
from publisher.sources.formats import FORMATS
from publisher.sources.guess import is_utf8
from publisher.sources.text import choose, utf8_with_gaps

_SENTENCES = {
    "vi": "{source}: {format}, bảng mã {encoding}{gzip}",
    "en": "{source}: {format}, encoded in {encoding}{gzip}",
}
_GZIP = {"vi": " (nén gzip)", "en": " (gzipped)"}


@dataclass(frozen=True, slots=True)
class Description:
    """What one file is: `format` is a key of `FORMATS`, `encoding` a codec, "marc-8" or "unknown"."""

    source: str
    format: str
    encoding: str
    compressed: bool = False

    def sentence(self, language: str = "vi") -> str:
        """Say it in Vietnamese ("vi") or English ("en")."""
        titles = FORMATS[self.format]
        return _SENTENCES[language].format(
            source=self.source,
            format=titles.title_vi if language == "vi" else titles.title,
            encoding=self.encoding,
            gzip=_GZIP[language] if self.compressed else "",
        )


def seen_encoding(head: bytes, declared: str) -> str:
    """Return the encoding that reading will go by: the one for all the file, or what its first bytes show.

    "unknown" is 8-bit text that is neither UTF-8 nor MARC-8 nor certainly Vietnamese: its records will be rejected.
    """
    if declared:
        return declared
    if head.isascii():
        return "marc-8" if b"\x1b" in head else "ascii"
    if is_utf8(head):
        return "utf-8"
    try:
        return "utf-8" if choose(head, True, "").decode is utf8_with_gaps else "marc-8"
    except RecordError:
        return "unknown"


def label(folder: Path, name: str, path: Path) -> str:
    """Return what a file of a folder is called: the folder as it was named, then the path below it."""
    return f"{name.rstrip('/')}/{path.relative_to(folder).as_posix()}"
