"""A release, and which one is in service.

    DIR/releases/{id}/     store/ index/ ledger.sqlite datasets/ manifest.json
    DIR/current            a link to the active release, replaced by one rename
    DIR/building/{id}/     the release that is being built
    DIR/cutting/{id}/      datasets that are cut of the active release, after an update, while others go on building

A release is whole or absent: it is built in `DIR/building/` and moved into `DIR/releases/` by one rename when its
manifest is on the disk. Activation is one rename of a link.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Literal

import pyoxigraph

from publisher import __version__
from publisher.errors import OccupiedError, ReleaseError
from publisher.identity.account import ACCOUNT
from publisher.release import manifest

LAYOUT = 4
"""Grows with every change to what a release's store, index or ledger hold that an older reader would stumble over."""

DATASETS_OF = "datasets_of"
"""In the manifest of a release whose own datasets are still to be cut: the release whose datasets it has."""

SAME_AS = "same_as"
"""In the manifest of a release that has all of another one, but for the datasets: which one that is."""

DECIDED_AFTER = "decided_after"
"""In the manifest of a release: which one the registry had entered last when this was decided on, "" for none."""

WaitsFor = Literal["nobody", "brief", "all"]
"""For whom one waits that cannot begin: for nobody, for those that take a few seconds, or for all."""

_BUILDING, _CUTTING = "building", "cutting"
_BRIEF = "brief"
_LOOK_SECONDS = 0.05
_ID = "%Y%m%dT%H%M%SZ"
ID_EXAMPLE = "20261123T054012Z"


@dataclass(frozen=True)
class Release:
    """One finished build, read-only."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> Release:
        """Return the release in the folder `path`; raises ReleaseError when it is none that this version can read."""
        release = cls(path.resolve())
        made = release.manifest
        if not release.is_readable:
            raise ReleaseError(
                f"The release {release.id} was made by rong {made['rong']} with Oxigraph {made['pyoxigraph']} in "
                f"layout {made.get('layout', 1)}, and this is rong {__version__} with Oxigraph "
                f"{pyoxigraph.__version__} and layout {LAYOUT}: run `rong build` and `rong activate`, or go on with "
                "the version that made it."
            )
        return release

    @property
    def id(self) -> str:
        """The release's name: the moment at which its build began, in UTC."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Counts, versions and files, as the build wrote them."""
        return manifest.read(self.path)

    @property
    def created(self) -> datetime:
        """When the build began (aware)."""
        return datetime.fromisoformat(self.manifest["created"])

    @property
    def datasets_of(self) -> str:
        """The id of the release whose datasets and quality report these are: an update has them made after it."""
        return str(self.manifest.get(DATASETS_OF) or self.id)

    @property
    def is_complete(self) -> bool:
        """Whether the datasets are cut from this very release."""
        return self.datasets_of == self.id

    @property
    def is_readable(self) -> bool:
        """Whether this version of Rông can read it: its layout, and the store of its Oxigraph."""
        made = self.manifest
        return made.get("layout") == LAYOUT and _series(made["pyoxigraph"]) == _series(pyoxigraph.__version__)

    @property
    def store_path(self) -> Path:
        """The Oxigraph store."""
        return self.path / "store"

    @property
    def index_path(self) -> Path:
        """The search index."""
        return self.path / "index"

    @property
    def ledger_path(self) -> Path:
        """The ledger, an SQLite database."""
        return self.path / "ledger.sqlite"

    @property
    def account_path(self) -> Path:
        """The account of merges, an SQLite database."""
        return self.path / ACCOUNT

    @property
    def datasets_path(self) -> Path:
        """The files of the datasets."""
        return self.path / "datasets"


def releases(data: Path) -> list[Release]:
    """Return the finished releases below `data`, oldest first."""
    folder = data / "releases"
    if not folder.is_dir():
        return []
    return [Release(path) for path in sorted(folder.iterdir()) if (path / manifest.NAME).is_file()]


def active_id(data: Path) -> str:
    """Return the id of the release in service, be it there and readable or not; raises ReleaseError for none."""
    link = data / "current"
    if not link.is_symlink():
        raise ReleaseError(f"{data} has no active release; run `rong build` and `rong activate`.")
    return link.readlink().name


def active(data: Path) -> Release:
    """Return the release that is in service; raises ReleaseError when there is none."""
    identifier, target = active_id(data), (data / "current").resolve()
    if not target.is_dir():
        raise ReleaseError(f"The active release {identifier} is missing from {data}; run `rong rollback`.")
    return Release.open(target)


@contextmanager
def building(
    data: Path,
    then: Callable[[str], object] | None = None,
    *,
    name: Callable[[], str] = lambda: "",
    waits_for: WaitsFor = "nobody",
    brief: bool = False,
) -> Iterator[Path]:
    """Give a folder to build the next release in; move it into place when the block ends well.

    One build at a time: another one is refused, or `waits_for` this one (`only_one`). `then` is given the id of the
    release and ends before another one can begin. It is called what `name` returns by then, where none has been made
    since that was given (`cutting_apart`). What a killed build left behind is removed first. Raises ReleaseError for
    what the disk refuses meanwhile.
    """
    _make_folder(data / "releases")
    with _only_one_in(data / _BUILDING, "Another build is at work", waits_for=waits_for, brief=brief):
        with suppress(OccupiedError), _only_one_in(data / _CUTTING, "", brief=True):
            pass  # nobody is at it, so what is there was left behind
        for link in data.glob(".current-*"):
            link.unlink()
        chosen, found = name(), releases(data)
        is_free = chosen and (not found or found[-1].id < chosen)
        folder = data / _BUILDING / (chosen if is_free else _next_id(data))
        with _whole_or_absent(folder):
            yield folder
            manifest.read(folder)
            sync_tree(folder)
            folder.rename(data / "releases" / folder.name)
        sync_folder(data / "releases")
        if then is not None:
            then(folder.name)


@contextmanager
def cutting_apart(data: Path) -> Iterator[Path]:
    """Give a folder in which the datasets of what is in service are cut while others build; it is gone afterwards.

    Its name is the id of the release that shall have them, if no other is made meanwhile. One at a time; raises
    OccupiedError where another process is at it.
    """
    with _only_one_in(data / _CUTTING, "The datasets are being cut by another process", waits_for="brief"):
        folder = data / _CUTTING / _next_id(data)
        with _whole_or_absent(folder):
            yield folder
            shutil.rmtree(folder)


@contextmanager
def quiet(data: Path) -> Iterator[None]:
    """Have nobody begin to build or to cut during the block; raises OccupiedError where somebody is at it."""
    _make_folder(data / _BUILDING)
    _make_folder(data / _CUTTING)
    with (
        only_one(data / _BUILDING / ".lock", f"A build is at work in {data}"),
        only_one(data / _CUTTING / ".lock", f"Datasets are being cut in {data}", brief=True),
    ):
        yield


@contextmanager
def _only_one_in(folder: Path, at_work: str, *, waits_for: WaitsFor = "nobody", brief: bool = False) -> Iterator[None]:
    """Be the only one at work in `folder`; begin by removing what a killed one left there."""
    _make_folder(folder)
    with (
        _refusals(folder.parent),
        only_one(folder / ".lock", f"{at_work} in {folder.parent}", waits_for=waits_for, brief=brief),
    ):
        for left_over in folder.iterdir():
            if left_over.is_dir():
                shutil.rmtree(left_over)
        yield


@contextmanager
def _whole_or_absent(folder: Path) -> Iterator[None]:
    folder.mkdir()
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _refusals(data: Path) -> Iterator[None]:
    """Say in our words what the disk refuses."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise ReleaseError(
            f"The release cannot be written in {data}{where}: {reason}; make room or give another folder with --data."
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReleaseError(
            f"The folder {folder} cannot be made ({error.strerror}); give another with --data."
        ) from None


@contextmanager
def only_one(lock: Path, at_work: str, *, waits_for: WaitsFor = "nobody", brief: bool = False) -> Iterator[None]:
    """Hold the file `lock` during the block; raises OccupiedError, beginning with `at_work`, when another one does.

    One that waits for those that are brief is refused by others only: whoever holds the lock for a `brief` time says so
    in the file.
    """
    try:
        file = lock.open("a+")
    except OSError as error:
        raise ReleaseError(
            f"Nothing can be written in {lock.parent} ({error.strerror}): run this as the user that owns it, on a disk "
            "that can be written."
        ) from error
    with file:
        while not _is_ours(file):
            if waits_for == "nobody" or (waits_for == "brief" and lock.read_text() != _BRIEF):
                raise OccupiedError(f"{at_work}; wait until it has finished.")
            time.sleep(_LOOK_SECONDS)
        file.truncate(0)
        if brief:
            file.write(_BRIEF)
            file.flush()
        yield


def _is_ours(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _next_id(data: Path) -> str:
    """Return the present moment, or the second after the newest release: ids grow even when the clock goes back."""
    moment = datetime.now(UTC).replace(microsecond=0)
    names = [each.id for each in releases(data)[-1:]]
    names += [path.name for path in (data / _CUTTING).glob("*/")]  # that name is given away
    if names:
        newest = datetime.strptime(max(names), _ID).replace(tzinfo=UTC)
        moment = max(moment, newest + timedelta(seconds=1))
    return identifier(moment)


def _series(version: str) -> list[str]:
    """Return the part of Oxigraph's version within which its stores stay readable."""
    return version.split(".")[:2]


def created(identifier: str) -> datetime:
    """Return the moment that a release's id names."""
    return datetime.strptime(identifier, _ID).replace(tzinfo=UTC)


def identifier(moment: datetime) -> str:
    """Return the id of the release whose build began at `moment`, in UTC.

    >>> identifier(created("20261123T054012Z"))
    '20261123T054012Z'
    """
    return moment.strftime(_ID)


def sync_tree(folder: Path) -> None:
    """Force every file below `folder`, and the entries of all folders, to the disk.

    A file that another folder has too, under a name of its own, was forced there when it was written.
    """
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            sync_tree(Path(entry.path))
        elif entry.is_file() and entry.stat().st_nlink == 1:
            with Path(entry.path).open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Force the entries of `folder` itself to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
