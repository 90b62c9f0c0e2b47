"""A few of each fault of `python -m benchmarks faults`: nothing is lost, nothing is half visible."""

import os
import random

import pytest

from benchmarks.faults import FAULTS, Lab

NEED_ROOT = {"full-disk", "read-only"}
"""Those mount a file system of their own."""
TRIED = [name for name in FAULTS if os.geteuid() == 0 or name not in NEED_ROOT]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("faults") / "lab")


@pytest.mark.parametrize("name", TRIED)
def test_nothing_is_lost_and_nothing_is_half_visible(lab: Lab, name: str):
    FAULTS[name](lab, random.Random(7), 1)
