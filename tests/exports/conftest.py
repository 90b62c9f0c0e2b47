from __future__ import annotations

from pathlib import Path

import pytest

from publisher.exports.files import DatasetFiles

from . import small


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the small catalogue, with its datasets."""
    folder = tmp_path_factory.mktemp("small")
    small.datasets(folder)
    return folder / "r1"


@pytest.fixture
def written(release: Path) -> dict[str, DatasetFiles]:
    from publisher.exports.files import read_datasets

    return {dataset.name: dataset for dataset in read_datasets(release / "datasets")}
