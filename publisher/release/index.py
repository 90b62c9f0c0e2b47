"""The search index of a release (tantivy): one document an instance, and one each work, agent, concept, place, library.

Every text is indexed twice: `title` as it is spelled, with its marks, and `title_folded` without them, đ as d; so a
query with marks finds the exact thing first and one without marks finds everything. Words are separated here by
`publisher.rdf.vietnamese`, never by tantivy, so that a query and a text are always taken apart alike.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

import tantivy

from publisher.errors import ReleaseError
from publisher.rdf.vietnamese import fold, sort_key, spelled
from publisher.release.document import Document
from publisher.release.linking import link_files

HEAP_BYTES = 64 * 1024 * 1024
TEXT_FIELDS = ("title", "agent", "subject", "text")
FACET_FIELDS = ("library", "language", "form", "agent_name", "subject_name")
PLACE_FIELDS = ("place", "place_next", "place_last")
PREFERRED = ("preferred", "preferred_folded")
"""The label of an agent, a concept, a place ... without its other names, which `title` has too."""
LETTERS = 7
"""Letters of a sort key, of seven bits each, in one number: aggregations count in numbers of 53 bits."""
IDLE = "idle-"
"""What the kind of a place or a concept begins with that is known but that no record has to do with: readers of the
site look for others, clients of the reconciliation service for these too."""
_WORDS = "rong_words"
_OTHER = 127


def schema() -> tantivy.Schema:
    """Return the fields of the index.

    `title`, `agent`, `subject`, `text` and their `*_folded` are searched; `library` (its code), `language` (MARC code),
    `form`, `agent_name`, `subject_name`, `digitized` and `year` are filtered by and counted; `sort_key` is sorted by,
    and `PLACE_FIELDS` lead to a place in that order (see `places`).
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw")
    builder.add_text_field("work", stored=True, tokenizer_name="raw")
    builder.add_text_field("kind", stored=True, tokenizer_name="raw", fast=True)
    builder.add_text_field("label", stored=True, tokenizer_name="raw")
    builder.add_text_field("sort_key", stored=False, tokenizer_name="raw", fast=True)
    for name in PLACE_FIELDS:
        builder.add_integer_field(name, stored=False, indexed=True, fast=True)
    for name in TEXT_FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name=_WORDS)
        builder.add_text_field(f"{name}_folded", stored=False, tokenizer_name=_WORDS)
    for name in PREFERRED:
        builder.add_text_field(name, stored=False, tokenizer_name=_WORDS)
    builder.add_text_field("identifier", stored=False, tokenizer_name="raw")
    builder.add_text_field("linked", stored=False, tokenizer_name="raw")
    for name in FACET_FIELDS:
        builder.add_text_field(name, stored=True, tokenizer_name="raw", fast=True)
    builder.add_boolean_field("digitized", stored=True, indexed=True, fast=True)
    builder.add_integer_field("year", stored=True, indexed=True, fast=True)
    builder.add_json_field("shown", stored=True)
    return builder.build()


def analyzer() -> tantivy.TextAnalyzer:
    """Return the analyzer of the text fields, whose words are separated by spaces already."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def open_index(path: Path) -> tantivy.Index:
    """Return the index in the folder `path`, ready to be searched.

    Tantivy puts a lock beside what it reads: where the folder cannot be written, it reads links to it in one that can.
    """
    index = tantivy.Index.open(str(path if os.access(path, os.W_OK) else _linked(path)))
    index.register_tokenizer(_WORDS, analyzer())
    return index


def _linked(path: Path) -> Path:
    """Return a folder of links to the files in `path`, one for all processes of this user.

    A worker that is killed deletes nothing, so none has a folder of its own. What somebody else has put in its place
    is not used.
    """
    whole = path.resolve()
    folder = (
        Path(tempfile.gettempdir()) / f"rong-index-{os.getuid()}-{blake2b(bytes(whole), digest_size=8).hexdigest()}"
    )
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ReleaseError(f"{folder} is not a folder of this user: delete it, then start the server again.")
    for file in whole.iterdir():
        if not file.name.endswith(".lock"):
            with contextlib.suppress(FileExistsError):
                (folder / file.name).symlink_to(file)
    return folder


_REWRITTEN = frozenset({"meta.json", ".managed.json"})
"""Files of an index that are written anew by what edits it; segments never are."""


_REFUSED = re.compile(r"(?:IO error|io::Error).*?(?:os error ([0-9]+)|$)", re.DOTALL)


@contextlib.contextmanager
def _as_os_errors(path: Path) -> Iterator[None]:
    """Raise OSError for what the disk refuses while the index in `path` is written: tantivy raises ValueError."""
    try:
        yield
    except ValueError as error:
        if (refused := _REFUSED.search(str(error))) is None:
            raise
        number = int(refused[1] or errno.EIO)
        raise OSError(number, os.strerror(number), str(path)) from error


class SearchIndexWriter:
    """Writes the index of a release that is being built; `before` is that of an earlier one to go on from.

    Raises OSError for what the disk refuses.
    """

    def __init__(self, path: Path, before: Path | None = None) -> None:
        path.mkdir()
        self._path = path
        with _as_os_errors(path):
            if before is not None:
                link_files(before, path, _REWRITTEN.__contains__)
                self._index = tantivy.Index.open(str(path))
            else:
                self._index = tantivy.Index(schema(), path=str(path))
            self._index.register_tokenizer(_WORDS, analyzer())
            self._writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)

    def add_instance(self, iri: str, work: str, libraries: Iterable[str], document: Document) -> None:
        """Add one instance of the work `work`, which the libraries with these codes describe."""
        entry = _entry(iri, "instance", document["title"], document["sort_key"])
        for name, values in document["words"].items():
            for as_spelled, folded in values:
                entry.add_text(name, as_spelled)
                entry.add_text(f"{name}_folded", folded)
        facets = {
            "identifier": document["identifiers"],
            "linked": document["linked"],
            "library": libraries,
            "language": document["languages"],
            "form": [document["form"]],
            "agent_name": document["agents"],
            "subject_name": document["subjects"],
        }
        for name, labels in facets.items():
            for label in labels:
                entry.add_text(name, label)
        entry.add_text("work", work)
        entry.add_boolean("digitized", document["digitized"])
        if document["year"]:
            entry.add_integer("year", document["year"])
        entry.add_json("shown", {"publishers": document["publishers"][:2]})
        self._add(entry)

    def remove(self, iri: str) -> None:
        """Take out what the earlier release had of `iri`."""
        with _as_os_errors(self._path):
            self._writer.delete_documents_by_term("iri", iri)

    def add_entity(self, iri: str, kind: str, label: str, others: Iterable[str] = ()) -> None:
        """Add a work, an agent, a concept, a place or a library, to be found by its label and its other names."""
        entry = _entry(iri, kind, label, sort_key(label))
        for name in dict.fromkeys((label, *others)):
            entry.add_text("title", spelled(name))
            entry.add_text("title_folded", fold(name))
        entry.add_text("preferred", spelled(label))
        entry.add_text("preferred_folded", fold(label))
        self._add(entry)

    def close(self) -> None:
        """Finish the index."""
        with _as_os_errors(self._path):
            self._writer.commit()
            self._writer.wait_merging_threads()

    def _add(self, entry: tantivy.Document) -> None:
        with _as_os_errors(self._path):
            self._writer.add_document(entry)


def _entry(iri: str, kind: str, label: str, key: str) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_text("iri", iri)
    entry.add_text("kind", kind)
    entry.add_text("label", label)
    entry.add_text("sort_key", key)
    for name, place in zip(PLACE_FIELDS, places(key), strict=True):
        entry.add_integer(name, place)
    return entry


def places(key: str) -> tuple[int, ...]:
    """Return numbers that order as the first letters of a sort key do, as those after them, and so on.

    Only letters of ASCII tell keys apart; from the first other one on, keys are of one number.

    >>> places("ab") < places("abc") < places("b") < places("ệ") == places("ọ")
    True
    """
    letters, found = key.encode(), []
    for start in range(0, LETTERS * len(PLACE_FIELDS), LETTERS):
        number = 0
        for place, letter in enumerate(letters[start : start + LETTERS]):
            number |= min(letter, _OTHER) << 7 * (LETTERS - 1 - place)
            if letter >= _OTHER:
                letters = b""
                break
        found.append(number)
    return tuple(found)
