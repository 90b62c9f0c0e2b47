"""What a server keeps open of the releases that it has served."""

from __future__ import annotations

import gc
import os
import shutil
import time
import weakref
from pathlib import Path

import pytest

from publisher.site import reader
from publisher.site.app import create_app


def test_an_earlier_release_is_closed_soon_after_its_last_page(example_data: Path, tmp_path: Path, monkeypatch):
    """A page leaves garbage that holds the reader, and Python looks for such garbage seldom: here never by itself."""
    made = (example_data / "current").resolve()
    for name in (made.name, "20990101T000000Z"):
        shutil.copytree(made, tmp_path / "releases" / name, copy_function=os.link)
    (tmp_path / "current").symlink_to(f"releases/{made.name}")
    monkeypatch.setattr(reader, "_LATER", 0.1)
    client = (site := create_app(tmp_path)).test_client()
    gc.disable()
    try:
        assert client.get("/").status_code == 200
        earlier = weakref.ref(site.extensions["in_service"].reader())
        (tmp_path / "next").symlink_to("releases/20990101T000000Z")
        (tmp_path / "next").rename(tmp_path / "current")
        assert client.get("/").status_code == 200
        for _ in range(600):
            if earlier() is None:
                return
            time.sleep(0.1)
        pytest.fail("it is kept")
    finally:
        gc.enable()
