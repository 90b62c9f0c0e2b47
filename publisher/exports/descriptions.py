"""The descriptions that lie beside the files of a dataset, each from the same declaration."""

from __future__ import annotations

from pathlib import Path

import orjson

from publisher.config import Settings
from publisher.exports import croissant, datapackage
from publisher.exports.csvw import csvw
from publisher.exports.files import DatasetFiles

_INDENTED = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def names(dataset: DatasetFiles) -> tuple[str, ...]:
    """Return the names of the descriptions of `dataset`: of a table those of tables too."""
    if dataset.file("csv") is None:
        return (datapackage.NAME,)
    return (datapackage.NAME, f"{dataset.name}.csv-metadata.json", croissant.NAME)


def write_descriptions(settings: Settings, dataset: DatasetFiles, folder: Path) -> None:
    """Write the descriptions of `dataset` into `folder`, where its files are."""
    makers = (datapackage.datapackage, csvw, croissant.croissant)
    for name, make in zip(names(dataset), makers, strict=False):
        (folder / name).write_bytes(orjson.dumps(make(settings, dataset), option=_INDENTED))
