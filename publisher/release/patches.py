"""What updates did to the statements since the datasets were cut: they are cut from the earlier graph and these.

patches/{id}.rdfp.zst    what the release {id} has no more and what is new in it, as RDF Patch: "D" or "A", and a
                         statement as in N-Triples

A release has the patches of all updates since the release whose datasets it has, most of them as links.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from publisher.release.linking import link_files
from publisher.release.release import Release
from publisher.release.spool import lines_of, spooled

FOLDER = "patches"
_GONE, _COME = b"D ", b"A "


class Patch(NamedTuple):
    """The statements, as lines of N-Triples with their ends, that are to be taken away, and that are to be added."""

    gone: set[bytes]
    come: set[bytes]


def keep(folder: Path, before: Path, removed: Iterable[str], added: Iterable[str]) -> None:
    """Keep with the release in `folder` what its store has no more of that of the release `before`, and what is new.

    Both are lines of N-Triples without their ends, spelled as a build spells them: the graph is.
    Nothing is kept where that release does not know what led to it from the one whose datasets it has.
    """
    if not Release(before).is_complete:
        if not (before / FOLDER).is_dir():
            return
        link_files(before / FOLDER, folder / FOLDER)
    (folder / FOLDER).mkdir(exist_ok=True)
    with spooled(folder / FOLDER / f"{folder.name}.rdfp.zst") as file:
        for sign, lines in ((_GONE, removed), (_COME, added)):
            for line in lines:
                file.write(sign + f"{line}\n".encode())


def forget(folder: Path, cut_of: Path) -> None:
    """Have the release that is made in `folder` forget the patches of the release `cut_of`, whose datasets it has."""
    for path in (cut_of / FOLDER).glob("*"):
        (folder / FOLDER / path.name).unlink(missing_ok=True)


def patch_of(release: Path) -> Patch:
    """Return what leads to `release` from the one whose datasets it has. Raises OSError and zstandard.ZstdError."""
    patch = Patch(set(), set())
    for path in sorted((release / FOLDER).iterdir()):  # a name is a moment
        with lines_of(path) as lines:
            for line in lines:
                statement = line[len(_GONE) :]
                of, other = (patch.gone, patch.come) if line.startswith(_GONE) else (patch.come, patch.gone)
                if statement in other:
                    other.remove(statement)
                else:
                    of.add(statement)
    return patch
