"""What the tests of releases share: a data folder that a test may change."""

import shutil
from pathlib import Path

import pytest

from publisher.release.release import Release, releases


@pytest.fixture
def data(example_data: Path, tmp_path: Path) -> Path:
    """A copy of the example's data folder that a test may change."""
    return Path(shutil.copytree(example_data, tmp_path / "data", symlinks=True))


def another_release(data: Path) -> Release:
    """Copy the newest release as if it had been built again a second later."""
    newest = releases(data)[-1]
    later = newest.path.with_name(f"{newest.id[:-3]}{(int(newest.id[-3:-1]) + 1) % 60:02}Z")
    if later.name <= newest.id:
        later = newest.path.with_name("29991231T000000Z")
    shutil.copytree(newest.path, later)
    return Release.open(later)
