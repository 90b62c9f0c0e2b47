"""Which release is in service: activation, rollback, the list, the check. Each change is one rename of a link."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from publisher.errors import ReleaseError
from publisher.release import manifest
from publisher.release.chronicle import Chronicle
from publisher.release.index import open_index
from publisher.release.ledger import Ledger
from publisher.release.registry import Registry
from publisher.release.release import SAME_AS, Release, active, active_id, quiet, releases, sync_folder

_SMALL = 1 << 18
"""Bytes."""
_ID = re.compile(r"\d{8}T\d{6}Z")


def put_into_service(data: Path, identifier: str | None = None) -> Release:
    """Put the release `identifier` (the newest by default) into service and return it.

    The registry learns first what the release publishes: a crash between the two leaves the earlier release in service
    and a registry that is only asked about what a release does not have. The chronicle learns last, when the change can
    be seen; a crash before that is made good by the next `rong activate` or `rong serve`. Raises `ReleaseError` where
    there is no such release, and where `data` or the registry cannot be written; what was in service then stays so.
    """
    found = releases(data)
    if not found:
        raise ReleaseError(f"{data} has no finished release; run `rong build` first.")
    chosen = next((release for release in found if release.id == identifier), None) if identifier else found[-1]
    if chosen is None:
        raise ReleaseError(f"{data} has no release {identifier}; `rong releases` lists those there are.")
    _require_openable(Release.open(chosen.path))
    try:
        Registry(data).register(Release.open(chosen.path))
        temporary = data / f".current-{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(Path("releases") / chosen.id)
        temporary.replace(data / "current")
        sync_folder(data)
        Chronicle(data).enter(Release.open(chosen.path))
    except OSError as error:
        raise ReleaseError(f"{chosen.id} cannot be put into service in {data}: {error.strerror}.") from error
    except sqlite3.DatabaseError as error:
        raise _damaged(chosen, error) from error
    return chosen


def _require_openable(release: Release) -> None:
    """Raise ReleaseError when a server could not open what it reads of `release`."""
    try:
        Store.read_only(str(release.store_path))
        open_index(release.index_path)
        Ledger(release.ledger_path).warnings_of(0)
    except (OSError, ValueError, RuntimeError, sqlite3.DatabaseError) as error:
        raise _damaged(release, error) from error


def _damaged(release: Release, error: object) -> ReleaseError:
    return ReleaseError(
        f"The release {release.id} is damaged ({str(error).rstrip('.')}): put another one into service (`rong "
        f"rollback`, `rong activate RELEASE`), or run `rong build --anew`; `rong verify {release.id}` names the files."
    )


def require_servable(release: Release) -> None:
    """Raise ReleaseError when a server could not open `release`.

    It is not opened for that: who starts server processes must not have Oxigraph's threads. What is small is compared
    with the manifest, and all that tells how to read the large files is small.
    """
    files = release.manifest["files"]
    small = [name for name in files if name.startswith(("store/", "index/")) and files[name]["bytes"] < _SMALL]
    if found := manifest.damage(release.path, small):
        raise _damaged(release, found[0])
    try:
        Ledger(release.ledger_path).warnings_of(0)
    except sqlite3.DatabaseError as error:
        raise _damaged(release, error) from error


def roll_back(data: Path) -> Release:
    """Put the release before the active one into service, and return it.

    The active one need not be there, nor be one that this version can read: going back to an earlier version of Rông
    begins with this. What only went before its datasets, which are in the next one with the same records, is passed
    over, and so is what this version cannot read. Raises `ReleaseError` where there is none before.
    """
    current = active_id(data)
    earlier = [each for each in _without_forerunners(releases(data)) if each.id < current and each.is_readable]
    if not earlier:
        raise ReleaseError(f"There is no release before {current} that can be read; it stays in service.")
    return put_into_service(data, earlier[-1].id)


def _without_forerunners(found: list[Release], current: str = "") -> list[Release]:
    """Return the releases `found` but for those of which another has all, and its own datasets; the `current` stays."""
    again = {release.manifest.get(SAME_AS) for release in found}
    return [release for release in found if release.id not in again or release.id == current]


def prune(data: Path, keep: int) -> list[str]:
    """Delete old releases and return their ids: the newest `keep` stay, and so do the active one and the one before.

    What only went before its datasets does not count, and goes; so does what a killed run left of one. Not while a
    build is at work, or datasets are cut. The registry remembers what they published.
    """
    current = active(data).id
    found = releases(data)
    ids = [release.id for release in _without_forerunners(found, current)]
    before = ids[: ids.index(current)][-1:]
    stay = {*ids[len(ids) - min(keep, len(ids)) :], current, *before}
    gone = [release for release in found if release.id not in stay]
    with quiet(data):
        for release in gone:
            (release.path / manifest.NAME).unlink()  # a release without its manifest is none, should this be killed
            shutil.rmtree(release.path)
        for path in (data / "releases").iterdir():
            if _ID.fullmatch(path.name) and not (path / manifest.NAME).is_file():
                shutil.rmtree(path)
    return [release.id for release in gone]


def overview(data: Path) -> list[dict[str, Any]]:
    """Return what `rong releases` shows of each finished release, oldest first."""
    link = data / "current"
    current = link.resolve().name if link.is_symlink() else ""
    shown = ("records_in", "published", "withheld", "rejected", "triples", "created")
    return [
        {"release": release.id, "active": release.id == current, **{key: release.manifest[key] for key in shown}}
        for release in releases(data)
    ]


def verify(data: Path, identifier: str | None = None) -> tuple[Release, list[str]]:
    """Compare the files of a release (the active one by default) with its manifest; return it and what is wrong."""
    release = Release.open(data / "releases" / identifier) if identifier else active(data)
    return release, manifest.damage(release.path)
