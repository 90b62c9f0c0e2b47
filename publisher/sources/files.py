"""The catalogue files of a folder."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import SourceError

SUFFIXES = frozenset(
    {".mrc", ".marc", ".iso", ".dat", ".mrk", ".mrk8", ".xml", ".marcxml", ".rdf", ".json", ".jsonl", ".ndjson"}
    | {".csv", ".tsv", ".xlsx", ".ods"}
)
"""Endings of catalogue files, without a .gz behind them."""


def catalogue_files(folder: Path) -> list[Path]:
    """Return the catalogue files below `folder`, at any depth, sorted by path; hidden ones are left out.

    Links to folders are not followed, so a folder that contains itself does no harm. Raises `SourceError` when the
    folder may not be read.
    """
    found: list[Path] = []
    try:
        for path in folder.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if not hidden and _suffix(path) in SUFFIXES and path.is_file():
                found.append(path)
    except OSError as error:
        raise SourceError(f"{folder} cannot be read ({error.strerror}); check its permissions.") from None
    return sorted(found)


def _suffix(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix
