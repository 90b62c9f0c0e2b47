"""Whether the release that another one is made from is sound: damage is told by name, and never passed on as whole.

A file that two releases share keeps its checksum, so `rong verify` finds damage to it in both. What is edited gets a
checksum of its own, and damage to it would be sealed with it: hence the originals are compared with their manifest
before that is done. That reads only what was edited, and of the store what Oxigraph does not check by itself.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.errors import Fatal, ReleaseError
from publisher.release import manifest
from publisher.release.linking import linked

_EDITED = (
    "store/",
    "index/",
    "ledger.sqlite",
    "decided.sqlite",
    "digitized.sqlite",
    "identity.sqlite",
    "workbook.sqlite",
    "description.json",
    "patches/",
)
_KEPT = ("conversion/list.json",)
_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def made_from(before: Path) -> Iterator[None]:
    """Say which file of the release in `before` is damaged where that is why another one cannot be made from it.

    Raises ReleaseError then; else what was raised in the block.
    """
    try:
        yield
    except ReleaseError as error:
        _tell_of(before, error)
        raise
    except Fatal:
        raise
    except Exception as error:  # whatever SQLite, Oxigraph, tantivy, DuckDB and the formats say of what is damaged
        if not (isinstance(error, OSError) and error.errno in _ROOM):
            _tell_of(before, error)
        raise


def require_sound(before: Path, folder: Path, *, edited: bool) -> None:
    """Raise ReleaseError when what the release in `folder` took over from that in `before`, not as a link, is damaged.

    It took over the list of what was converted, and all else where it is that release `edited`.
    """
    if not (before / manifest.NAME).is_file():
        return
    shared = linked(before, folder)
    chosen = (*_EDITED, *_KEPT) if edited else _KEPT
    names = [
        name
        for name in manifest.read(before)["files"]
        if name.startswith(chosen) and name not in shared and not name.endswith(".sst")
    ]
    if found := manifest.damage(before, names):
        raise _damaged(before, found)


def _tell_of(before: Path, error: Exception) -> None:
    if (before / manifest.NAME).is_file() and (found := manifest.damage(before)):
        raise _damaged(before, found) from error


def _damaged(before: Path, found: list[str]) -> ReleaseError:
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return ReleaseError(
        f"The release {before.resolve().name} is damaged ({found[0]}{more}), so nothing can be made from it: run "
        "`rong rollback`, then `rong build --anew` and `rong activate`."
    )
