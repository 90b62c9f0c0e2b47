"""The whole graph, or one vocabulary of it, as N-Quads in the order of their bytes: the same content, the same file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from publisher.exports.declaration import Part
from publisher.exports.formats import Format
from publisher.exports.statements import sorted_lines
from publisher.exports.writers import packed
from publisher.rdf.terms import PREFIXES

_SCHEMA = f" <{PREFIXES['schema']}"
_TYPE = f" <{PREFIXES['rdf']}type> "


class GraphFile(NamedTuple):
    """A file to be written: which statements it has, and how it is packed."""

    part: Part
    format: Format
    path: Path


def write_graphs(statements: Path, folder: Path, files: Sequence[GraphFile]) -> dict[Path, int]:
    """Write `files` from the N-Triples file `statements` in one pass; return how many statements each has.

    An N-Triples file is an N-Quads file whose statements are all in the default graph (N-Quads, 1). `folder` is for
    what waits on disk.
    """
    counts = Counter({file.path: 0 for file in files})
    with ExitStack() as stack:
        streams = [(file, stack.enter_context(packed(file.format, file.path))) for file in files]
        for lines in sorted_lines(statements, folder):
            parts: dict[Part, list[str]] = {}
            for file, stream in streams:
                chosen = parts.get(file.part)
                if chosen is None:
                    chosen = parts[file.part] = [line for line in lines if _CHOOSE[file.part](line)]
                counts[file.path] += len(chosen)
                stream.write("".join([f"{line}\n" for line in chosen]).encode())
    return dict(counts)


def _is_schemaorg(line: str) -> bool:
    """Whether a statement is one of schema.org: its property is, or the class that it gives.

    >>> _is_schemaorg('<a> <https://schema.org/name> "=" .'), _is_schemaorg('<a> <b> "<https://schema.org/name>" .')
    (True, False)
    """
    at = line.find(" ")
    if line.startswith(_TYPE, at):
        at += len(_TYPE) - 1
    return line.startswith(_SCHEMA, at)


_CHOOSE: dict[Part, Callable[[str], bool]] = {
    "all": lambda line: True,
    "schemaorg": _is_schemaorg,
    "bibframe": lambda line: not _is_schemaorg(line),
}
