"""The statements of a release that updates have made, from the graph that was cut last and what was changed since.

The store has them, too, but looks up every name in every statement to give them out.
"""

from __future__ import annotations

import zlib
from gzip import BadGzipFile
from pathlib import Path

import zstandard
from isal import igzip

from publisher.release import manifest
from publisher.release.patches import FOLDER, patch_of
from publisher.release.release import Release
from publisher.release.spool import STATEMENTS, spooled
from publisher.release.statements import GRAPH

_AT_ONCE = 4_000_000
_MOST = 20_000_000
"""Bytes of packed patches that are held in memory, where they take many times as much."""


def patched(release: Release, scratch: Path) -> Path | None:
    """Return the statements of `release` as a file in the folder `scratch`; None where the store has to be read.

    That is so where its graph is no dataset, where a patch is missing or anything is damaged, where the patches are too
    large to be held in memory, and where the count of what results is not that of the release. Raises OSError for a
    full disk.
    """
    sealed = release.manifest["files"]
    graph = f"datasets/{GRAPH}"
    patches = [name for name in sealed if name.startswith(f"{FOLDER}/")]
    if not (release.path / FOLDER).is_dir() or graph not in sealed:
        return None
    if sum(sealed[name]["bytes"] for name in patches) > _MOST or manifest.damage(release.path, [graph, *patches]):
        return None
    try:
        return _patched(release, scratch)
    except (zstandard.ZstdError, zlib.error, EOFError, BadGzipFile):
        return None


def _patched(release: Release, scratch: Path) -> Path | None:
    path, patch = scratch / STATEMENTS, patch_of(release.path)
    with igzip.open(release.datasets_path / GRAPH, "rb") as lines, spooled(path) as file:  # type: ignore[no-untyped-call]
        count = 0
        while some := lines.readlines(_AT_ONCE):
            left = [line for line in some if line not in patch.gone]
            count += len(left)
            file.write(b"".join(left))
        file.write(b"".join(sorted(patch.come)))
    return path if count + len(patch.come) == release.manifest["triples"] else None
