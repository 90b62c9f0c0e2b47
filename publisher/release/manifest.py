"""The manifest: what a release holds, with the size and SHA-256 of every file. It is written last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from publisher.errors import ReleaseError

NAME = "manifest.json"
NOT_SEALED = frozenset({"LOCK", ".tantivy-meta.lock", ".tantivy-writer.lock"})
"""Files that a reader of the store or the index may make or touch; they hold no data."""


def digest(path: Path) -> str:
    """Return the SHA-256 of the file `path` in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a release that the manifest answers for, sorted by path."""
    for parent, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name not in NOT_SEALED and not (name == NAME and Path(parent) == folder):
                yield Path(parent, name)


def described(folder: Path, known: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return size and SHA-256 of every file in `folder` by its path from there; what is `known` is not read again."""
    said = dict(known or {})
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        if name not in said:
            said[name] = {"bytes": path.stat().st_size, "sha256": digest(path)}
    return said


def write(folder: Path, about: dict[str, Any], known: dict[str, Any] | None = None) -> dict[str, Any]:
    """Seal the release in `folder`: write its manifest, `about` with `files`, and force it to the disk.

    `known` is what is said of files that are links to those of another release, which need not be read again.
    """
    manifest = {**about, "files": described(folder, known)}
    path = folder / NAME
    with path.open("wb") as file:
        file.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of the release in `folder`; raises `ReleaseError` where there is no sound one."""
    try:
        manifest = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise ReleaseError(f"{folder} is not a finished release: it has no {NAME}; build anew.") from None
    except orjson.JSONDecodeError as error:
        raise ReleaseError(f"{folder / NAME} is damaged ({error}); activate another release, or build anew.") from None
    if not isinstance(manifest, dict) or "files" not in manifest:
        raise ReleaseError(f"{folder / NAME} is not a manifest; activate another release, or build anew.")
    return manifest


def damage(folder: Path, names: Iterable[str] | None = None) -> list[str]:
    """Return what is wrong with the release in `folder`, one sentence a file; nothing when it is whole.

    With `names` only these of its files are looked at.
    """
    sealed: dict[str, dict[str, Any]] = read(folder)["files"]
    found = []
    for name in sealed if names is None else names:
        path, said = folder / name, sealed[name]
        if not path.is_file():
            found.append(f"{name} is missing")
        elif path.stat().st_size != said["bytes"]:
            found.append(f"{name} has {path.stat().st_size} bytes, the manifest says {said['bytes']}")
        elif digest(path) != said["sha256"]:
            found.append(f"{name} was changed: its SHA-256 is not that of the manifest")
    if names is not None:
        return found
    known = set(sealed)
    found += [
        f"{name} is not in the manifest"
        for path in files(folder)
        if (name := path.relative_to(folder).as_posix()) not in known
    ]
    return found
