"""The datasets of a release: cut at the end of a build, or after an update in a release of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph

from publisher.config import Settings
from publisher.errors import OccupiedError
from publisher.exports.cut import cutting
from publisher.exports.files import datasets_before
from publisher.exports.finishing import Cut
from publisher.exports.patched import patched
from publisher.exports.tables import Origin
from publisher.helpers import beside
from publisher.measuring import keep_quality, keep_tallies
from publisher.quality.kept import NAME as QUALITY
from publisher.release import difference, manifest
from publisher.release.layered import fold, is_long
from publisher.release.linking import link_files, linked
from publisher.release.patches import forget
from publisher.release.registry import Registry
from publisher.release.release import (
    DATASETS_OF,
    DECIDED_AFTER,
    SAME_AS,
    Release,
    active,
    building,
    created,
    cutting_apart,
    sync_tree,
)
from publisher.release.soundness import made_from
from publisher.release.statements import dumped
from publisher.sparql.tallies import FILE_NAME as TALLIES
from publisher.stages import Progress, Stages


@contextmanager
def cutting_beside(
    settings: Settings, folder: Path, statements: Path, others: Executor, *, ledger: Path, before: Path
) -> Iterator[Callable[[Stages, pyoxigraph.Store], None]]:
    """Have `others` begin to cut the datasets of the release in `folder`; give what does the rest, from its store.

    Its statements are in the file `statements`; `before` is the folder of the datasets of the release before.
    """
    datasets = folder / "datasets"
    datasets.mkdir()
    known = {written.name: written for written in datasets_before(before)}
    with cutting(statements, datasets, Cut(folder.name, created(folder.name), settings, known), others) as rest:

        def finish(stages: Stages, store: pyoxigraph.Store) -> None:
            with stages.stage("datasets"):
                rest(Origin(store, statements, ledger, before))

        yield finish


def complete(
    settings: Settings, data: Path, *, progress: Progress, then: Callable[[str], object]
) -> tuple[str, dict[str, float]]:
    """Cut the datasets of what is in service, and its quality report, until it has its own.

    Others build and update meanwhile: what is cut goes into a release beside all that is in service by then, and is cut
    once more where that is not what it was cut of. That release is activated by `then`, before another build can begin.
    Where another process is at it already, it is left to that one. Returns the id of what is in service, and the
    seconds of the stages. Raises ExportError and ReleaseError as a build does.
    """
    stages = Stages(progress)
    while not active(data).is_complete:
        try:
            with cutting_apart(data) as folder, made_from((release := active(data)).path):
                if not release.is_complete:
                    _cut(settings, release, folder, stages)
                    _put_together(data, release, folder, stages, then)
        except OccupiedError:  # that one looks once more when it has ended
            break
    return active(data).id, stages.seconds


def _cut(settings: Settings, release: Release, folder: Path, stages: Stages) -> None:
    """Cut in `folder` what is made of the finished `release`, under the name that the folder has."""
    store = pyoxigraph.Store.read_only(str(release.store_path))
    ledger, before = release.ledger_path, release.datasets_path
    with TemporaryDirectory(prefix=".statements-", dir=folder) as scratch:
        with stages.stage("statements"):
            statements = patched(release, Path(scratch)) or dumped(store, Path(scratch))
        with (
            beside(statements) as others,
            cutting_beside(settings, folder, statements, others, ledger=ledger, before=before) as cut,
        ):
            quality = others.submit(keep_quality, release.path, folder, statements)
            counts = others.submit(keep_tallies, release.path, folder)
            cut(stages, store)
            with stages.stage("quality"):
                quality.result()
                counts.result()


def _put_together(data: Path, release: Release, cut: Path, stages: Stages, then: Callable[[str], object]) -> None:
    """Make and activate the release that has what was `cut` of `release`, beside all else of what is in service now."""
    with stages.stage("manifest"):
        known = manifest.described(cut)
        sync_tree(cut / "datasets")

    def named() -> str:
        return cut.name if active(data).id == release.id else ""

    with suppress(_Overtaken), building(data, then, name=named, waits_for="all", brief=True) as folder:
        current = active(data)
        if current.is_complete or not _has_become(release, current):
            raise _Overtaken
        is_own = (current.id, folder.name) == (release.id, cut.name)
        link_files(current.path, folder, lambda name: name == manifest.NAME)
        shutil.rmtree(folder / "datasets")
        forget(folder, release.path)
        for name in (QUALITY, TALLIES, manifest.NAME):
            (folder / name).unlink(missing_ok=True)
        for name in ("datasets", QUALITY, *([TALLIES] if is_own else [])):
            (cut / name).rename(folder / name)
        with stages.stage("folding"):
            for path in folder.glob("*.sqlite"):
                if is_long(path):
                    fold(path)
        about = {name: said for name, said in current.manifest.items() if name not in ("files", DATASETS_OF)}
        about |= {"id": folder.name, "created": created(folder.name).isoformat(), SAME_AS: current.id}
        about[DECIDED_AFTER] = current.id if Registry(data).is_all_since(current) else None
        if is_own:
            difference.keep(folder, current.id)
        else:  # which editions are in which dataset is another matter now: the chronicle has to look at all
            about[DATASETS_OF] = release.id
            (folder / difference.NAME).unlink(missing_ok=True)
        with stages.stage("manifest"):
            there = {name: said for name, said in known.items() if (folder / name).is_file()}
            manifest.write(folder, about, known_of(current.path, folder) | there)
        if active(data).id != current.id:  # whoever steps back or forward waits for nobody
            raise _Overtaken


def _has_become(release: Release, current: Release) -> bool:
    """Return whether updates alone have led from `release` to what is `current`: nobody went back, or built anew."""
    while current.id != release.id:
        before = difference.edited(current.path)
        if not before or not (current.path.parent / before / manifest.NAME).is_file():
            return False
        current = Release(current.path.parent / before)
    return True


class _Overtaken(Exception):
    """What was cut is older than what is in service."""


def known_of(before: Path, folder: Path) -> dict[str, Any]:
    """Return what the manifest of the release `before` says of the files in `folder` that are links to its own."""
    if not (before / manifest.NAME).is_file():
        return {}
    said = manifest.read(before)["files"]
    return {name: said[name] for name in linked(before, folder) if name in said}
