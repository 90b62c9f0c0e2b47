"""The catalogue files of a folder."""

from __future__ import annotations

from pathlib import Path

from publisher.errors import SourceError

SUFFIXES = frozenset(
    {".mrc", ".marc", ".iso", ".dat", ".mrk", ".mrk8", ".xml", ".marcxml", ".rdf", ".json", ".jsonl", ".ndjson"}
    | {".csv", ".tsv", ".xlsx", ".xlsm", ".ods"}
)
"""Endings of catalogue files, without a .gz behind them."""

MEANT = frozenset({".xls", ".zip", ".rar", ".7z", ".mdb", ".accdb", ".dbf", ".mst"})
"""Endings of what was surely meant as a catalogue and cannot be read: it is refused by its name, not passed over."""


def catalogue_files(folder: Path) -> list[Path]:
    """Return the catalogue files below `folder`, at any depth, sorted by path, also those of `MEANT`.

    Links to folders are not followed, so a folder that contains itself does no harm. Hidden files are left out, and the
    notes that Excel and LibreOffice leave beside a sheet that is open. Raises `SourceError` when the folder may not be
    read.
    """
    return [path for path in _files(folder) if _suffix(path) in SUFFIXES | MEANT]


def passed_over(folder: Path) -> list[Path]:
    """Return the other files below `folder`: those that are not read, for their endings."""
    return [path for path in _files(folder) if _suffix(path) not in SUFFIXES | MEANT]


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.rglob("*") if path.is_file() and not _hidden(path.relative_to(folder)))
    except OSError as error:
        raise SourceError(f"{folder} cannot be read ({error.strerror}); check its permissions.") from None


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)


def _suffix(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix
