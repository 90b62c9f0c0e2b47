"""Folders made of hard links: what never changes is shared with the release before, and takes neither room nor time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

_LOCKS = ("LOCK", ".tantivy-meta.lock", ".tantivy-writer.lock")
_DIARY = "LOG"
"""What the name of a file begins with in which Oxigraph's store writes down what it does: a new one at each opening."""


def link_files(source: Path, target: Path, is_rewritten: Callable[[str], bool] = lambda name: False) -> None:
    """Link every file in the folder `source`, and below it, into `target`; copy those that will be written to.

    `is_rewritten` tells of a file's name whether it will. Locks and diaries are left behind. Where links cannot be
    made, files are copied.
    """
    target.mkdir(exist_ok=True)
    for entry in os.scandir(source):
        path = target / entry.name
        if entry.is_dir(follow_symlinks=False):
            link_files(Path(entry.path), path, is_rewritten)
        elif entry.name not in _LOCKS and not entry.name.startswith(_DIARY):
            (copy_file if is_rewritten(entry.name) else link_file)(Path(entry.path), path)


def link_file(source: Path, target: Path) -> None:
    """Link a file; copy it where links cannot be made."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        copy_file(source, target)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file that will be written to."""
    shutil.copyfile(source, target)


def linked(before: Path, folder: Path) -> set[str]:
    """Return the files below `folder`, as paths from it, that are links to those of the same name below `before`."""
    return {name for name in _links(folder, "") if _is_same(before / name, folder / name)}


def _links(folder: Path, beginning: str) -> Iterator[str]:
    """Yield the files below `folder` that have other names, too."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _links(Path(entry.path), f"{beginning}{entry.name}/")
        elif entry.is_file() and entry.stat().st_nlink > 1:
            yield f"{beginning}{entry.name}"


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except FileNotFoundError:
        return False
