"""What the disk refuses of a search index is an OSError with the name of its folder: it becomes a sentence."""

from __future__ import annotations

import errno
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher.release.index import SearchIndexWriter


@pytest.fixture
def room() -> Iterator[Callable[[int], None]]:
    """Files may grow to so many bytes and no further: what a full disk is to those who need not be root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write(folder: Path, documents: int) -> None:
    writer = SearchIndexWriter(folder)
    for number in range(documents):
        writer.add_entity(f"https://data.example/agent/{number}", "agent", f"Nguyễn Du {number}")
    writer.close()


@pytest.mark.parametrize(("size", "documents"), [(100, 1), (20_000, 5_000), (200_000, 300_000)])
def test_a_full_disk_is_told_when_the_index_is_begun_written_or_finished(
    tmp_path: Path, room: Callable[[int], None], size: int, documents: int
) -> None:
    folder = tmp_path / "index"
    room(size)
    with pytest.raises(OSError, match=str(folder)) as refused:
        write(folder, documents)
    assert refused.value.errno in (errno.EFBIG, errno.EIO)
