"""What every dataset of a release gets when its files are written: their sizes and checksums, and its date."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from publisher.config import Settings
from publisher.exports.declaration import Dataset
from publisher.exports.files import CHECKSUMS, FACTS, DataFile, DatasetFiles
from publisher.exports.formats import Format
from publisher.exports.writers import sha256


class Cut(NamedTuple):
    """From which release the datasets are cut, and when it was made."""

    release: str
    created: datetime
    settings: Settings
    known: dict[str, DatasetFiles]


def paths_of(folder: Path, dataset: Dataset) -> dict[Format, Path]:
    """Return where each file of `dataset` is written, in a folder of its own, which is made."""
    (folder / dataset.name).mkdir(exist_ok=True)
    return {kind: folder / dataset.name / f"{dataset.name}.{kind}" for kind in dataset.declaration.formats}


def describe(dataset: Dataset, paths: dict[Format, Path], rows: int, cut: Cut) -> DatasetFiles:
    """Return what is known of the written files `paths` of `dataset`, which have so many `rows`."""
    files = tuple(
        DataFile(format=kind, name=path.name, bytes=path.stat().st_size, sha256=sha256(path))
        for kind, path in paths.items()
    )
    return DatasetFiles(
        dataset=dataset, release=cut.release, created=cut.created, modified=cut.created, rows=rows, files=files
    )


def finish(written: DatasetFiles, folder: Path, cut: Cut) -> DatasetFiles:
    """Write the checksums and the facts beside the files; what has not changed keeps its date."""
    before = cut.known.get(written.name)
    if before is not None and _content(before) == _content(written):
        written = written.model_copy(update={"modified": before.modified})
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in written.files)
    (folder / written.name / CHECKSUMS).write_text(sums, "utf-8")
    (folder / written.name / FACTS).write_text(written.model_dump_json(indent=1) + "\n", "utf-8")
    return written


def _content(written: DatasetFiles) -> list[tuple[str, str]]:
    return sorted((file.name, file.sha256) for file in written.files)
