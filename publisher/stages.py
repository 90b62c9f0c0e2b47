"""The stages of a build: who is told of them, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int], None]
"""Told the stage ("records", "identity", "closing", "store", ...) and how many records or statements it is at."""


class Stages:
    """Measures the stages of a build, in seconds, and tells `progress` of them."""

    def __init__(self, progress: Progress) -> None:
        self.at = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, stage: str) -> Iterator[None]:
        """Be at a stage during the block; one that is gone back to is added up."""
        began = time.monotonic()
        self.at(stage, 0)
        yield
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + time.monotonic() - began, 3)
