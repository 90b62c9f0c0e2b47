"""A folder with METS documents: the files that they name are parts of them, not sources beside them."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from publisher.errors import RecordError
from publisher.sources import mets
from publisher.sources.surroundings import Surroundings

_LARGEST = 64 * 1024 * 1024


def without_parts(paths: list[Path]) -> list[Path]:
    """Return `paths` without the files that METS documents among them name."""
    documents = [path for path in paths if path.suffix.lower() == ".xml" and _is_mets(path)]
    if not documents or len(paths) == 1:
        return paths
    parts = {part for document in documents for part in _named(document)} - {each.resolve() for each in documents}
    return [path for path in paths if path.resolve() not in parts]


def _is_mets(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return mets.HEAD.search(head) is not None and mets.ELEMENT.search(head) is not None


def _named(document: Path) -> Iterator[Path]:
    """Yield the files beside `document` that it names."""
    around = Surroundings(document.absolute().parent)
    try:
        if not 0 < document.stat().st_size <= _LARGEST:
            return
        with document.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            links = [found[1] for found in mets.LINKS.finditer(content)]
    except OSError:  # who reads the document itself says so
        return
    for link in dict.fromkeys(links):
        try:
            found = around.path(unescape(link.decode("utf-8", "replace")))
        except RecordError:  # leads out of the folder: the record of the document is rejected for it
            continue
        if found is not None:
            yield found
