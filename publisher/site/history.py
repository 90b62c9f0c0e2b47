"""The releases that are kept beside the one in service: what a dataset was in each."""

from __future__ import annotations

import re
from typing import NamedTuple

from publisher.errors import ExportError, ReleaseError
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.release.release import Release

_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SHOWN = 12


class Moment(NamedTuple):
    """A dataset in one release. `is_same` says whether its files are those of the release before."""

    dataset: DatasetFiles
    is_same: bool


def earlier(release: Release, wanted: str) -> Release | None:
    """Return the release `wanted` that is kept beside `release`, or None; only names of releases are looked for."""
    if not _ID.fullmatch(wanted):
        return None
    try:
        found = Release.open(release.path.parent / wanted)
    except ReleaseError:
        return None
    return found if found.id <= release.id else None


def kept(release: Release) -> list[Release]:
    """Return `release` and the releases before it that are kept, the newest first; of many the newest."""
    names = sorted(
        (path.name for path in release.path.parent.iterdir() if _ID.fullmatch(path.name) and path.name <= release.id),
        reverse=True,
    )
    return [then for name in names[: _SHOWN + 1] if (then := earlier(release, name)) is not None]


def history(release: Release, name: str) -> list[Moment]:
    """Return the dataset `name` in `release` and in the releases before it that are kept, the newest first."""
    found: list[DatasetFiles] = []
    for then in kept(release):
        try:
            datasets = read_datasets(then.datasets_path)
        except ExportError:  # an older Rông wrote it
            continue
        found += [dataset for dataset in datasets if dataset.name == name]
    moments = []
    for number, dataset in enumerate(found[:_SHOWN]):
        before = found[number + 1] if number + 1 < len(found) else None
        moments.append(Moment(dataset, before is not None and before.files == dataset.files))
    return moments
