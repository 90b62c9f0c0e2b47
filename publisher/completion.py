"""The datasets of a release: cut at the end of a build, or after an update in a release of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph

from publisher.config import Settings
from publisher.exports.cut import cutting, write_datasets
from publisher.exports.files import datasets_before
from publisher.exports.finishing import Cut
from publisher.exports.tables import Origin
from publisher.measuring import keep_quality
from publisher.quality.kept import NAME as QUALITY
from publisher.release import difference, manifest
from publisher.release.layered import fold, is_long
from publisher.release.linking import link_files, linked
from publisher.release.registry import Registry
from publisher.release.release import DATASETS_OF, DECIDED_AFTER, active, building, created
from publisher.release.soundness import made_from
from publisher.sparql.tallies import FILE_NAME as TALLIES
from publisher.sparql.tallies import tallied
from publisher.stages import Progress, Stages


@contextmanager
def cutting_beside(
    settings: Settings, folder: Path, statements: Path, others: Executor
) -> Iterator[Callable[[Stages, pyoxigraph.Store], None]]:
    """Have `others` begin to cut the datasets of the release in `folder`; give what does the rest, from its store."""
    datasets = folder / "datasets"
    datasets.mkdir()
    known = {written.name: written for written in datasets_before(_before(folder))}
    with cutting(statements, datasets, Cut(folder.name, created(folder.name), settings, known), others) as rest:

        def finish(stages: Stages, store: pyoxigraph.Store) -> None:
            with stages.stage("datasets"):
                rest(Origin(store, statements, folder / "ledger.sqlite", _before(folder)))

        yield finish


def _before(folder: Path) -> Path:
    return folder.parent.parent / "current" / "datasets"


def complete(
    settings: Settings, data: Path, *, progress: Progress, then: Callable[[str], object]
) -> tuple[str, dict[str, float]]:
    """Make a release that has, beside what is in service, its own datasets and quality report.

    It is activated by `then`, before another build can begin. Returns its id, and the seconds of its stages. Raises
    ExportError and ReleaseError as a build does.
    """
    stages = Stages(progress)
    with building(data, then) as folder, made_from((current := active(data)).path):
        link_files(current.path, folder, lambda name: name == manifest.NAME)
        shutil.rmtree(folder / "datasets")
        for name in (QUALITY, TALLIES, manifest.NAME):
            (folder / name).unlink(missing_ok=True)
        store = pyoxigraph.Store.read_only(str(current.store_path))
        with stages.stage("datasets"):
            write_datasets(
                Origin(store, None, folder / "ledger.sqlite", _before(folder)),
                folder / "datasets",
                settings,
                release_id=folder.name,
                created=created(folder.name),
                previous=datasets_before(_before(folder)),
            )
        with stages.stage("folding"):
            for path in folder.glob("*.sqlite"):
                if is_long(path):
                    fold(path)
        with stages.stage("quality"):
            (folder / TALLIES).write_bytes(tallied(store))
            keep_quality(folder)
        difference.keep(folder, current.id)
        about = {name: said for name, said in current.manifest.items() if name not in ("files", DATASETS_OF)}
        about |= {"id": folder.name, "created": created(folder.name).isoformat()}
        about[DECIDED_AFTER] = current.id if Registry(data).is_all_since(current) else None
        with stages.stage("manifest"):
            manifest.write(folder, about, known_of(current.path, folder))
    return folder.name, stages.seconds


def known_of(before: Path, folder: Path) -> dict[str, Any]:
    """Return what the manifest of the release `before` says of the files in `folder` that are links to its own."""
    if not (before / manifest.NAME).is_file():
        return {}
    said = manifest.read(before)["files"]
    return {name: said[name] for name in linked(before, folder) if name in said}
