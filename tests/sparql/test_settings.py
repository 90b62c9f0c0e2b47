"""The limits of the portal, shared by its server processes."""

from __future__ import annotations

import pytest

from publisher.errors import ConfigError
from publisher.sparql.settings import EndpointSettings


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
@pytest.mark.parametrize("workers", [8, 9, 16])
def test_the_parts_of_the_processes_are_no_more_than_the_whole(workers: int, processes: int) -> None:
    whole = EndpointSettings(workers=workers, queue_length=100, cache_mb=64)
    part = whole.shared_by(processes)
    assert part.workers >= 2
    assert part.workers * processes <= workers
    assert 1 <= part.long_workers < part.workers
    assert part.queue_length * processes >= 100
    assert (part.cache_mb - 1) * processes < 64


def test_half_of_the_workers_are_for_short_queries() -> None:
    assert EndpointSettings(workers=8).long_workers == 4
    assert EndpointSettings(workers=8, short_workers=6).shared_by(2).long_workers == 1


def test_too_few_workers_are_said_to_be_so() -> None:
    with pytest.raises(
        ConfigError, match=r"sparql\.workers is 4, but the 3 server processes need two each; set it to 6"
    ):
        EndpointSettings(workers=4).shared_by(3)


def test_without_a_cache_no_process_has_one() -> None:
    assert EndpointSettings(cache_mb=0).shared_by(2).cache_mb == 0
