"""An index in a folder that nobody may write to is read through links: one folder of them, whoever is killed."""

import os
import tempfile
from pathlib import Path

import pytest

from publisher.errors import ReleaseError
from publisher.release import Release
from publisher.release.index import open_index


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go; and no folder can be written to (root always can)."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    return tmp_path


def test_all_readers_share_one_folder_of_links(example_release: Release, scratch: Path) -> None:
    counts = {open_index(example_release.index_path).searcher().num_docs for _ in range(3)}
    assert len(counts) == 1
    assert counts.pop() > 0
    (folder,) = scratch.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(file.is_symlink() for file in folder.iterdir() if not file.name.endswith(".lock"))


def test_a_link_that_somebody_laid_in_its_place_is_not_followed(example_release: Release, scratch: Path) -> None:
    open_index(example_release.index_path)
    (folder,) = scratch.iterdir()
    elsewhere = scratch / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    with pytest.raises(ReleaseError, match="not a folder of this user"):
        open_index(example_release.index_path)
