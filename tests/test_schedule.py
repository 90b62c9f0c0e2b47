"""`rong schedule`: what it prints, systemd and cron take, and rong itself takes the commands in it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from publisher.cli import main
from publisher.release.release import only_one
from tests.conftest import EXAMPLE

JOBS = ["publish", "backup", "update", "datasets", "prune", "check"]


def run(*arguments: str) -> str:
    outcome = CliRunner().invoke(main, ["schedule", *arguments])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_cron_has_a_line_a_job_that_rong_takes(tmp_path: Path) -> None:
    lines = run("cron", "--config", f"{tmp_path}/rong.toml", "--data", f"{tmp_path}/data").splitlines()[1:]
    assert len(lines) == len(JOBS)
    for line in lines:
        *when, program = line.split()[:6]
        assert len(when) == 5
        assert program.endswith("/bin/rong")
        arguments = shlex.split(line)[6:]
        command = main.commands[arguments[0]]
        rest = arguments[1:]
        if isinstance(command, click.Group):
            command, rest = command.commands[rest[0]], rest[1:]
        command.make_context(arguments[0], rest)  # raises where an option is not one
        assert f"{tmp_path}/data" in arguments


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    named = run("systemd", "--data", "/var/lib/rong/data", "--into", str(tmp_path)).split()
    assert sorted(Path(name).name for name in named) == sorted(
        f"rong-{job}.{kind}" for job in JOBS for kind in ("service", "timer")
    )
    check = (tmp_path / "rong-check.service").read_text()
    assert "status --check" in check
    assert "ReadWritePaths" not in check
    for job in JOBS:
        unit = (tmp_path / f"rong-{job}.service").read_text()
        offline = job in ("backup", "datasets", "prune")
        assert ("/etc/rong/secrets" in unit, "PrivateNetwork=true" in unit) == (not offline, offline)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    fake = tmp_path / "rong"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    for name in named:
        text = Path(name).read_text()
        before, _, after = text.partition("ExecStart=")
        Path(name).write_text(f"{before}ExecStart={fake} {after.partition(' ')[2]}" if after else text)
    (tmp_path / "rong-alarm@.service").write_text(f"[Service]\nType=oneshot\nExecStart={fake}\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *named], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "rong" in line] == []


def test_jobs_that_clash_are_refused_with_a_sentence(example_data: Path) -> None:
    with only_one(example_data / "building" / ".lock", "This test"):
        for arguments in (["publish", "--config", str(EXAMPLE)], ["update", "--config", str(EXAMPLE)], ["prune"]):
            outcome = CliRunner().invoke(main, [*arguments, "--data", str(example_data)])
            assert outcome.exit_code == 1
            assert "build is at work" in outcome.output
            assert "wait until it has finished" in outcome.output


def test_a_path_that_a_schedule_would_misread_is_refused() -> None:
    outcome = CliRunner().invoke(main, ["schedule", "cron", "--data", "/srv/100% data"])
    assert outcome.exit_code == 2
    assert "would misread this path" in outcome.output
