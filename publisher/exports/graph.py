"""The whole graph, or a part of it, in the order of its bytes: the same content, the same file.

All files are written in one pass over the sorted statements. An N-Triples file is an N-Quads file whose statements are
all in the default graph (N-Quads, 1).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from publisher.exports.declaration import Part
from publisher.exports.formats import GRAPH_CLASSES, Format, kind_of
from publisher.exports.sorting import Lines, sorted_lines
from publisher.exports.turtle import HEADER, blocks
from publisher.exports.writers import packed
from publisher.rdf.terms import PREFIXES

_SCHEMA = f"> <{PREFIXES['schema']}".encode()
_TYPE = f" <{PREFIXES['rdf']}type> ".encode()
_REST = GRAPH_CLASSES[-1]


class GraphFile(NamedTuple):
    """A file to be written: which statements it has, and how it is written and packed."""

    part: Part
    format: Format
    path: Path


def write_graphs(statements: Path, folder: Path, base: str, files: Sequence[GraphFile]) -> dict[Path, int]:
    """Write `files` from the N-Triples file `statements` in one pass; return how many statements each has.

    `folder` is for what waits on disk; the things that are ours have their IRIs under `base`. Raises `ExportError` when
    the statements cannot be read.
    """
    counts = Counter({file.path: 0 for file in files})
    with ExitStack() as stack:
        streams = [(file, stack.enter_context(packed(file.format, file.path))) for file in files]
        for file, stream in streams:
            if kind_of(file.format).ckan == "TTL":
                stream.write(HEADER)
        by_class = any(file.part == "classes" for file in files)
        for lines in whole_subjects(sorted_lines(statements, folder)):
            parts: dict[str, Lines] = {}
            classes = _by_class(lines, base) if by_class else {}
            for file, stream in streams:
                if file.part == "classes":
                    chosen = classes.get(file.format.partition(".")[0], [])
                else:
                    chosen = parts.get(file.part) or parts.setdefault(file.part, _CHOOSE[file.part](lines))
                counts[file.path] += len(chosen)
                stream.write(blocks(chosen) if file.part == "classes" else b"".join(chosen))
    return dict(counts)


def whole_subjects(batches: Iterable[Lines]) -> Iterator[Lines]:
    """Yield the lines of `batches`, which are in order, so that all statements about a thing come together."""
    rest: Lines = []
    for batch in filter(None, batches):
        lines = rest + batch
        cut = bisect_left(lines, lines[-1][: lines[-1].index(b" ") + 1])
        rest = lines[cut:]
        if cut:
            yield lines[:cut]
    if rest:
        yield rest


def _by_class(lines: Lines, base: str) -> dict[str, Lines]:
    """Return `lines`, which are in order, by the kind of thing that they are about; the last class has the rest."""
    beginning = f"<{base}/".encode()
    length = len(beginning)

    def kind(line: bytes) -> str:
        if not line.startswith(beginning):
            return _REST
        name = line[length : line.find(b"/", length)].decode("ascii", "replace")
        return name if name in GRAPH_CLASSES else _REST

    found: dict[str, Lines] = {}
    for name, some in groupby(lines, kind):
        found.setdefault(name, []).extend(some)
    return found


def kind_of_thing(iri: str, base: str) -> str:
    """Return in which of the files by class a thing is.

    >>> kind_of_thing("https://data.example.vn/work/1", "https://data.example.vn"), kind_of_thing("x:y", "x:z")
    ('work', 'vocabulary')
    """
    name = iri.removeprefix(f"{base}/").partition("/")[0] if iri.startswith(f"{base}/") else ""
    return name if name in GRAPH_CLASSES else _REST


def _is_schemaorg(line: bytes) -> bool:
    """Whether a statement is one of schema.org: its property is, or the class that it gives.

    >>> _is_schemaorg(b'<a> <https://schema.org/name> "=" .'), _is_schemaorg(b'<a> <b> "> <https://schema.org/name>" .')
    (True, False)
    """
    at = line.find(b" ")
    if line.startswith(_TYPE, at):
        at += len(_TYPE) - 1
    return line.startswith(_SCHEMA, at - 1)


def _schemaorg(lines: Lines) -> Lines:
    return [line for line in lines if _SCHEMA in line and _is_schemaorg(line)]  # the first test is the cheap one


def _bibframe(lines: Lines) -> Lines:
    return [line for line in lines if not (_SCHEMA in line and _is_schemaorg(line))]


_CHOOSE: dict[str, Callable[[Lines], Lines]] = {
    "all": lambda lines: lines,
    "schemaorg": _schemaorg,
    "bibframe": _bibframe,
}
