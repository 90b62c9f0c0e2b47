"""`rong status --check`: each alarm when it is due, with its remedy, and none when nothing is."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.alarms import alarms
from publisher.cli import main
from publisher.config import Alarms, Ckan, Security, Settings
from publisher.release import Release
from publisher.release.release import active

_NO_DISK = Alarms(free_gb=0)


def portal(folder: Path, *rejected: int) -> Path:
    """Make what the alarms look at: releases of 100 records, so many of them rejected, a day after another."""
    import pyoxigraph

    from publisher import __version__
    from publisher.release.release import LAYOUT

    for day, count in enumerate(rejected, 1):
        release = folder / "releases" / f"202601{day:02}T000000Z"
        release.mkdir(parents=True)
        said = {"id": release.name, "layout": LAYOUT, "rong": __version__, "pyoxigraph": pyoxigraph.__version__}
        said |= {
            "created": f"2026-01-{day:02}T00:00:00+00:00",
            "rejected": count,
            "withheld": 0,
            "published": 100 - count,
        }
        said["files"] = {}
        (release / "manifest.json").write_text(json.dumps(said))
    (folder / "current").symlink_to(release)
    return folder


def raised(settings: Settings, data: Path, days: float = 1) -> dict[str, str]:
    now = Release.open(data / "current").created + timedelta(days=days)
    return {alarm.kind: alarm.sentence for alarm in alarms(settings, data, now)}


@pytest.fixture
def calm(example_settings: Settings) -> Settings:
    return example_settings.model_copy(update={"alarms": _NO_DISK, "ckan": None, "security": None})


def test_nothing_is_said_when_nothing_is_wrong(tmp_path: Path, calm: Settings) -> None:
    assert raised(calm, portal(tmp_path, 2, 3)) == {}


def test_an_old_release(tmp_path: Path, calm: Settings) -> None:
    data = portal(tmp_path, 0)
    assert raised(calm, data, days=7.9) == {}
    assert "is 8.1 days old" in raised(calm, data, days=8.1)["stale"]


def test_datasets_that_nobody_has_cut_since(tmp_path: Path, calm: Settings) -> None:
    data = portal(tmp_path, 0, 0)
    manifest = active(data).path / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"datasets_of": "20260101T000000Z"}))
    assert raised(calm, data, days=6.9) == {}
    said = raised(calm, data, days=7.5)["stale"]
    assert "The datasets in service are those of 20260101T000000Z, 8.5 days old" in said
    assert "`rong dataset cut`" in said


def test_growing_rejection(tmp_path: Path, calm: Settings) -> None:
    said = raised(calm, portal(tmp_path, 1, 9))["rejected"]
    assert "9.0 % of the records were rejected, 1.0 % in the release before" in said
    assert "`rong quarantine`" in said


def test_rejection_that_shrinks_is_no_alarm(tmp_path: Path, calm: Settings) -> None:
    assert raised(calm, portal(tmp_path, 9, 1)) == {}


def test_a_disk_that_is_nearly_full(tmp_path: Path, calm: Settings) -> None:
    more_than_there_is = shutil.disk_usage(tmp_path).total / 1e9 + 1
    settings = calm.model_copy(update={"alarms": Alarms(free_gb=more_than_there_is)})
    assert "rong prune" in raised(settings, portal(tmp_path, 0))["disk"]


def test_a_ckan_that_cannot_be_asked(tmp_path: Path, calm: Settings) -> None:
    ckan = Ckan(url="http://127.0.0.1:9", organization="rong", retries=0)
    data = portal(tmp_path, 0)
    assert "http://127.0.0.1:9 could not be compared" in raised(calm.model_copy(update={"ckan": ckan}), data)["ckan"]


@pytest.mark.parametrize(("days", "said"), [(31, None), (30, "runs out soon"), (-1, "has run out")])
def test_a_security_txt_that_runs_out(tmp_path: Path, calm: Settings, days: int, said: str | None) -> None:
    expires = date(2026, 1, 2) + timedelta(days=days)
    security = Security(contacts=("mailto:security@example.vn",), expires=expires)
    found = raised(calm.model_copy(update={"security": security}), portal(tmp_path, 0)).get("security")
    assert (found is None) if said is None else (found is not None and said in found)


def test_the_exit_status_is_for_a_timer(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, ["status", "--check", "--json", "--data", str(tmp_path)])
    assert outcome.exit_code == 1
    found = [alarm for alarm in json.loads(outcome.output) if alarm["kind"] == "none"]
    assert "run `rong build` and `rong activate`" in found[0]["sentence"]
