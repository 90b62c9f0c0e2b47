"""Datasets are cut while others build: nobody waits for them, and in the end they are those of what is in service."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_build import Here, marc, settings_of
from test_update import the_same_as_anew, with_the_registry_of

from publisher.build import build
from publisher.cli import main
from publisher.completion import complete
from publisher.config import Settings
from publisher.errors import OccupiedError, ReleaseError
from publisher.exports.files import CATALOGUE
from publisher.intake import Edits
from publisher.release.release import active, cutting_apart, only_one, releases
from publisher.release.service import prune, put_into_service, verify
from publisher.sparql.tallies import FILE_NAME as TALLIES
from publisher.update import cut_datasets, update

Hook = Callable[[str, int], None]
RECORDS = {"1": marc("1", "Rừng Kon Tum"), "2": marc("2", "Nhà rông"), "3": marc("3", "Sử thi Đăm Săn")}


@pytest.fixture
def portal(tmp_path: Path) -> tuple[Settings, Path]:
    """A release of three records, in service."""
    settings = settings_of(tmp_path, {"a": list(RECORDS.values())})
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    return settings, data


def once(stage: str, act: Callable[[], object]) -> Hook:
    """Return what is told of stages and acts when `stage` begins for the first time."""
    acted: list[str] = []

    def told(at: str, count: int) -> None:
        if at == stage and not acted:
            acted.append(at)
            act()

    return told


def nobody(stage: str, count: int) -> None:
    pass


def delete(settings: Settings, data: Path, key: str, told: Hook = nobody, *, cuts: bool = True) -> str:
    report = update(settings, data, Edits("a", deleted=(key,)), progress=told, executor=Here(settings), cuts=cuts)
    return report.datasets_of


def test_an_update_does_not_wait_for_the_datasets_of_another_and_they_are_cut_until_they_are_its_own(portal, tmp_path):
    settings, data = portal
    first = active(data).id
    seen: list[tuple[int, str]] = []

    def update_another() -> None:
        datasets_of = delete(settings, data, "2")
        seen.append((active(data).manifest["published"], datasets_of))

    def look_between() -> None:
        between = active(data)
        assert verify(data)[1] == []
        assert not (between.path / TALLIES).exists(), "counts of before are no counts of what is in service"
        assert (between.datasets_path / CATALOGUE).is_file()
        seen.append((between.manifest["published"], between.datasets_of))

    before = with_the_registry_of(data, tmp_path / "anew")
    acts = iter([update_another, look_between])
    cuts = delete(settings, data, "1", lambda at, count: next(acts, int)() if (at, count) == ("datasets", 0) else None)
    assert seen[0] == (1, first), "it is seen while the datasets are cut, and those are the old ones"
    published, of_what = seen[1]
    assert published == 1
    assert of_what not in {first, *(release.id for release in releases(data))}, "they lie between two releases"
    assert active(data).is_complete
    assert cuts == active(data).id
    assert list((data / "cutting").glob("*/")) == []
    the_same_as_anew(data, before, {"a": [RECORDS["3"]]})


def test_datasets_that_a_build_has_overtaken_are_thrown_away(portal):
    settings, data = portal

    def build_all() -> None:
        build(settings, data, executor=Here(settings))
        put_into_service(data)

    delete(settings, data, "1", once("datasets", build_all))
    assert active(data).is_complete
    assert active(data).manifest["published"] == 3, "the sources were read again"
    assert active(data).id == releases(data)[-1].id
    assert verify(data)[1] == []


def test_what_an_update_leaves_is_cut_later(portal):
    settings, data = portal
    first = active(data).id
    assert delete(settings, data, "1", cuts=False) == first
    assert not active(data).is_complete
    with cutting_apart(data):
        assert complete(settings, data, progress=nobody, then=lambda name: None) == (active(data).id, {})
    release = cut_datasets(settings, data, progress=nobody)
    assert (release.is_complete, release.manifest["published"]) == (True, 2)
    assert cut_datasets(settings, data, progress=nobody).id == release.id, "they are there"


def test_the_command_says_whose_the_datasets_are(portal, tmp_path):
    _, data = portal
    first = active(data).id
    where = ["--config", str(tmp_path / "rong.toml"), "--data", str(data)]
    told = CliRunner().invoke(main, ["update", "--leave-datasets", "--delete", "1", *where])
    assert told.exit_code == 0, told.output
    assert f"Its datasets are those of {first}, until another process, or `rong dataset cut`" in told.output
    with cutting_apart(data):
        occupied = CliRunner().invoke(main, ["dataset", "cut", *where])
        assert occupied.exit_code == 0
        assert f"Its datasets are those of {first}" in occupied.output
    told = CliRunner().invoke(main, ["dataset", "cut", *where])
    assert told.output.splitlines()[-1] == f"In service: {active(data).id}, with its own datasets."


def test_what_a_killed_process_left_of_datasets_goes_with_the_next_build_unless_somebody_is_at_it(portal):
    settings, data = portal
    left = data / "cutting" / "20260101T000000Z"
    left.mkdir()
    build(settings, data, executor=Here(settings))
    assert not left.exists()
    with cutting_apart(data) as folder:
        delete(settings, data, "1")
        assert folder.is_dir()
        assert active(data).id > folder.name, "its name is not given twice"
        with pytest.raises(OccupiedError, match="Datasets are being cut"):
            prune(data, 1)
    assert list((data / "cutting").glob("*/")) == []


@pytest.fixture
def brief(tmp_path: Path) -> Iterator[tuple[Path, threading.Event]]:
    """A lock that another one holds for a brief time: until the event is set."""
    lock, may_end, held = tmp_path / ".lock", threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(lock, "Another", brief=True):
            held.set()
            may_end.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    yield lock, may_end
    may_end.set()
    thread.join()


def test_one_that_is_brief_is_waited_for(brief):
    lock, may_end = brief
    with pytest.raises(OccupiedError), only_one(lock, "Another"):
        pass
    threading.Timer(0.2, may_end.set).start()
    with only_one(lock, "Another", waits_for="brief"):
        assert may_end.is_set()
        with pytest.raises(OccupiedError), only_one(lock, "Another", waits_for="brief"):
            pass  # what is not brief is not waited for


def test_a_failure_while_datasets_are_cut_leaves_the_update_in_service(portal, monkeypatch):
    settings, data = portal

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(data))

    monkeypatch.setattr("publisher.completion.link_file", fail)
    with pytest.raises(ReleaseError, match=r"is in service with the datasets of .*its own could not be cut.*No space"):
        delete(settings, data, "1")
    assert active(data).manifest["published"] == 2
    assert list((data / "cutting").glob("*/")) == []
    monkeypatch.undo()
    shutil.rmtree(data / "cutting")
    assert cut_datasets(settings, data, progress=nobody).is_complete
