"""Backup and restore: the releases, the registry and the configuration, as plain files with their SHA-256.

    BACKUPS/{moment}/   data/releases/{id}/  data/registry.sqlite  config/  backup.json

A backup is a folder like the one it was made of: any tool can carry it away, and any person can look into it. What
did not change since the backup before is a hard link to it, so ten backups of one release take the room of one.
Secrets are not in it: a token is read from the environment or from a file that stays where it is.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import orjson

from publisher import __version__
from publisher.errors import ReleaseError
from publisher.release import manifest
from publisher.release.reading import reading
from publisher.release.registry import NAME as REGISTRY
from publisher.release.release import Release, active, only_one, releases, sync_folder, sync_tree

NAME = "backup.json"
_MOMENT = "%Y%m%dT%H%M%S%fZ"
_PARTIAL = ".partial-"


class Backup(NamedTuple):
    """One finished backup: where it is, the release in service in it, its files and what was copied anew."""

    path: Path
    active: str
    releases: list[str]
    files: int
    bytes: int
    copied: int


class _File(NamedTuple):
    """One file to keep: its name in the backup, where it is, and its SHA-256 where a manifest says it."""

    name: str
    path: Path
    sha256: str


def back_up(data: Path, folder: Path, configuration: Iterable[Path] = ()) -> Backup:
    """Write a backup of `data` and of the files of `configuration` into a new folder in `folder`.

    The releases never change and the registry is copied by SQLite's own online backup, so a build or an activation
    may go on meanwhile. Raises ReleaseError when nothing is in service or the folder cannot be written.
    """
    current = active(data)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with only_one(folder / ".lock", f"Another backup is being written in {folder}"):
            return _back_up(data, folder, configuration, current)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ReleaseError(f"The backup cannot be written in {folder}: {reason}; give a folder with room.") from error


def _back_up(data: Path, folder: Path, configuration: Iterable[Path], current: Release) -> Backup:
    for left_over in folder.glob(f"{_PARTIAL}*"):
        shutil.rmtree(left_over)
    moment = datetime.now(UTC).strftime(_MOMENT)
    kept = [release.id for release in releases(data)]
    partial = folder / f"{_PARTIAL}{moment}"
    try:
        before = next(iter(reversed(backups(folder))), None)
        partial.mkdir()
        files, copied = _keep(_files(data, configuration, partial), partial, before)
        about = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "rong": __version__,
            "active": current.id,
            "releases": kept,
            "files": files,
        }
        (partial / NAME).write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2))
        sync_tree(partial)
        partial.rename(folder / moment)
        sync_folder(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    sizes = sum(said["bytes"] for said in files.values())
    return Backup(folder / moment, current.id, kept, len(files), sizes, copied)


def backups(folder: Path) -> list[Path]:
    """Return the finished backups in `folder`, oldest first."""
    return sorted(path for path in folder.iterdir() if (path / NAME).is_file() and not path.name.startswith("."))


def damage_of_backup(backup: Path) -> list[str]:
    """Return what is wrong with `backup`, one sentence a file; nothing when it is whole."""
    found = []
    for name, said in _about(backup)["files"].items():
        path = backup / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif path.stat().st_size != said["bytes"] or manifest.digest(path) != said["sha256"]:
            found.append(f"{name} is not what was backed up")
    return found


def restore(backup: Path, data: Path) -> Release:
    """Make the folder `data` of `backup`, check every file on the way, and return the release that is in service.

    The configuration is put into `data/config`, from where its owner takes it. Raises ReleaseError when `data` has
    something in it, or when the backup is not finished or damaged: then nothing is left in `data`.
    """
    about = _about(backup)
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise ReleaseError(f"{data} is not empty; give a folder that is new or empty with --data.")
    partial = data.parent / f".restoring-{data.name}"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        for name, said in about["files"].items():
            _restore_file(backup, name, said, partial)
        (partial / "current").symlink_to(Path("releases") / about["active"])
        sync_tree(partial)
        if data.is_dir():
            data.rmdir()
        partial.rename(data)
        sync_folder(data.parent)
    except OSError as error:
        raise ReleaseError(f"{data} cannot be written: {error.strerror}; give a folder with room.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return active(data)


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups in `folder`, and return those that were deleted."""
    gone = backups(folder)[: -max(keep, 1)]
    for path in gone:
        shutil.rmtree(path)
    return gone


def _files(data: Path, configuration: Iterable[Path], partial: Path) -> Iterator[_File]:
    """Yield what a backup of `data` keeps; the registry is copied into `partial` first, whole as of one moment."""
    if (data / REGISTRY).is_file():
        copy = partial / "data" / REGISTRY
        copy.parent.mkdir()
        _copy_database(data / REGISTRY, copy)
        yield _File(f"data/{REGISTRY}", copy, manifest.digest(copy))
    for release in releases(data):
        root = f"data/releases/{release.id}"
        for name, said in release.manifest["files"].items():
            yield _File(f"{root}/{name}", release.path / name, said["sha256"])
        seal = release.path / manifest.NAME
        yield _File(f"{root}/{manifest.NAME}", seal, manifest.digest(seal))
    paths = sorted(set(configuration))
    root_of = Path(os.path.commonpath([path.parent for path in paths])) if paths else Path()
    for path in paths:
        yield _File(f"config/{path.relative_to(root_of).as_posix()}", path, manifest.digest(path))


def _copy_database(source: Path, target: Path) -> None:
    with reading(source) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def _keep(files: Iterable[_File], partial: Path, before: Path | None) -> tuple[dict[str, dict[str, Any]], int]:
    """Put `files` into `partial`, each as a link to the same file of the backup `before` if that has it."""
    known = _about(before)["files"] if before else {}
    kept: dict[str, dict[str, Any]] = {}
    copied = 0
    for file in files:
        target = partial / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        size = file.path.stat().st_size
        if before and known.get(file.name, {}).get("sha256") == file.sha256 and (before / file.name).is_file():
            target.unlink(missing_ok=True)
            os.link(before / file.name, target)
        else:
            if file.path != target:
                shutil.copyfile(file.path, target)
            copied += 1
            if manifest.digest(target) != file.sha256:
                raise ReleaseError(
                    f"{file.path} is not what its manifest says; see `rong verify`, and keep the backups you have."
                )
        kept[file.name] = {"bytes": size, "sha256": file.sha256}
    return kept, copied


def _restore_file(backup: Path, name: str, said: dict[str, Any], partial: Path) -> None:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts or inside.parts[0] not in ("data", "config"):
        raise ReleaseError(f"{backup / NAME} names {name}, which no backup has: it was not written by rong.")
    target = partial / (inside.relative_to("data") if inside.parts[0] == "data" else inside)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(backup / inside, target)
    except FileNotFoundError:
        raise ReleaseError(f"{backup} is not whole: {name} is missing; restore another backup.") from None
    if manifest.digest(target) != said["sha256"]:
        raise ReleaseError(f"{backup} is damaged: {name} is not what was backed up; restore another backup.")


def _about(backup: Path) -> dict[str, Any]:
    try:
        about = orjson.loads((backup / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise ReleaseError(
            f"{backup} is not a finished backup: it has no {NAME}; `rong backup` makes one folder a backup, give that."
        ) from None
    except orjson.JSONDecodeError:
        raise ReleaseError(f"{backup / NAME} is damaged; restore another backup.") from None
    if not isinstance(about, dict) or not {"active", "files"} <= about.keys():
        raise ReleaseError(f"{backup / NAME} is not the list of a backup; restore another backup.")
    return about
