"""One document for an instance that several records describe: the leading record's, found by what any of them says."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from publisher.release.document import Document


class Entry(NamedTuple):
    """What search gets of a record: the instance and the work it describes, under whose name, and how.

    `leads` says that its words come first where there are `several` records of the instance.
    """

    instance: str
    work: str
    library: str
    key: str
    document: Document
    leads: bool
    several: bool


class JointDocuments:
    """Gathers the documents of such instances on the disk, for their records may be far apart in the sources."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE part (instance TEXT, leads INTEGER, library TEXT, work TEXT, record TEXT, document BLOB);"
        )
        self._database.execute("BEGIN")

    def add(self, entry: Entry) -> None:
        """Take in what a record says of an instance."""
        row = (entry.instance, entry.leads, entry.library, entry.work, entry.key, pickle.dumps(entry.document))
        self._database.execute("INSERT INTO part VALUES (?,?,?,?,?,?)", row)

    def __iter__(self) -> Iterator[tuple[str, str, list[str], Document]]:
        """Yield (instance, work, codes of the libraries, document)."""
        rows = self._database.execute(
            "SELECT instance, work, library, document FROM part ORDER BY instance, leads DESC, record, library"
        )
        for (instance, work), group in groupby(rows, key=lambda row: (row[0], row[1])):
            parts = [(library, pickle.loads(packed)) for _, _, library, packed in group]  # noqa: S301 - written above
            yield instance, work, sorted({library for library, _ in parts}), _joined([part for _, part in parts])

    def remove(self) -> None:
        """Delete the file."""
        self._database.close()
        self._path.unlink()


def joined(entries: Iterable[Entry]) -> tuple[str, list[str], Document]:
    """Return the work, the codes of the libraries and the document of what all of `entries` describe."""
    ordered = sorted(entries, key=lambda entry: (not entry.leads, entry.key, entry.library))
    libraries = sorted({entry.library for entry in ordered})
    documents = [entry.document for entry in ordered]
    return ordered[0].work, libraries, _joined(documents) if ordered[0].several else documents[0]


_UNITED = ("identifiers", "agents", "subjects", "linked", "publishers", "languages")


def _joined(documents: list[Document]) -> Document:
    """Return the first document with what the others have besides: words, numbers, names, languages, a digital copy."""
    first = documents[0].copy()
    for name in _UNITED:
        values = (value for document in documents for value in document[name])  # type: ignore[literal-required]
        first[name] = list(dict.fromkeys(values))  # type: ignore[literal-required]
    first["words"] = {
        field: list(dict.fromkeys(words for document in documents for words in document["words"].get(field, [])))
        for field in first["words"]
    }
    first["digitized"] = any(document["digitized"] for document in documents)
    first["year"] = next((document["year"] for document in documents if document["year"]), 0)
    return first
