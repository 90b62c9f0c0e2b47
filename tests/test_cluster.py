"""Conversion on a Dask cluster: a scheduler and workers in processes of their own, one of which dies."""

import os
import signal
import subprocess
import sys
import time

import pytest
from test_build import LIBRARIES, OTHERS, Here, settings_of
from test_update import said

from publisher import intake
from publisher.build import build
from publisher.errors import ConfigError, ReleaseError
from publisher.release.service import put_into_service

MANY = {**LIBRARIES, "d": OTHERS * 2, "e": OTHERS[::-1]}


@pytest.fixture
def workers(tmp_path):
    """Start a scheduler and two workers; give its address and the processes of the workers."""
    file = tmp_path / "scheduler.json"
    here = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DASK_DISTRIBUTED__SCHEDULER__WORK_STEALING": "False",
    }
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    scheduler = ["distributed.cli.dask_scheduler", "--port", "0", *common]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *common]
    started = [
        subprocess.Popen([sys.executable, "-m", *command], cwd=tmp_path, env=here, stderr=subprocess.DEVNULL)
        for command in (scheduler, worker, worker)
    ]
    try:
        from distributed import Client

        while not file.exists():
            assert started[0].poll() is None, "the scheduler runs"
            time.sleep(0.05)
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_worker_killed_midway_loses_nothing_and_doubles_nothing(tmp_path, monkeypatch, workers):
    monkeypatch.setattr(intake, "BATCH", 2)
    address, (first, second) = workers
    settings = settings_of(tmp_path, MANY)
    here = build(settings, tmp_path / "here", executor=Here(settings))
    killed = []

    def kill_one(stage: str, count: int) -> None:
        if stage == "records" and count > 8 and not killed:
            killed.append(count)
            first.send_signal(signal.SIGKILL)

    there = build(settings.converted_by(address), tmp_path / "there", progress=kill_one)
    assert killed, "the worker was killed"
    assert killed[0] < there.records_in, "while there were records to convert"
    assert first.wait() == -signal.SIGKILL
    assert second.poll() is None
    counts = ("records_in", "converted", "published", "withheld", "rejected", "triples", "entities", "merges")
    assert [getattr(there, name) for name in counts] == [getattr(here, name) for name in counts]
    for data in ("here", "there"):
        put_into_service(tmp_path / data)
    of_here, of_there = said(tmp_path / "here"), said(tmp_path / "there")
    for part, content in of_here.items():
        assert of_there[part] == content, part


def test_a_cluster_that_is_not_there_is_said_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("publisher.cluster._CONNECT_SECONDS", 0.2)
    settings = settings_of(tmp_path, LIBRARIES).converted_by("tcp://127.0.0.1:9")
    with pytest.raises(ReleaseError, match="start its scheduler"):
        build(settings, tmp_path / "data")
    assert not list((tmp_path / "data" / "releases").iterdir())


def test_an_executor_that_is_none_is_refused(tmp_path):
    settings = settings_of(tmp_path, LIBRARIES)
    with pytest.raises(ConfigError, match=r"tcp://10\.0\.0\.5:8786"):
        settings.converted_by("http://somewhere")
