from __future__ import annotations

from pathlib import Path

import pytest

from publisher.exports.files import DatasetFiles
from tests.conftest import once_a_run

from . import small


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of the small catalogue, with its datasets. Tests read it; none changes it."""

    def make(folder: Path) -> None:
        small.datasets(folder)

    return once_a_run(tmp_path_factory, "small", make) / "r1"


@pytest.fixture
def written(release: Path) -> dict[str, DatasetFiles]:
    from publisher.exports.files import read_datasets

    return {dataset.name: dataset for dataset in read_datasets(release / "datasets")}
