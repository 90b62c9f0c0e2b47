"""Datasets are cut while others build: nobody waits for them, and in the end they are those of what is in service."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from isal import igzip
from test_build import Here, marc, settings_of
from test_update import the_same_as_anew, with_the_registry_of

from publisher.build import build
from publisher.cli import main
from publisher.completion import complete
from publisher.config import Settings
from publisher.errors import OccupiedError, ReleaseError
from publisher.exports.files import CATALOGUE
from publisher.intake import Edits
from publisher.publication import publish
from publisher.release import manifest
from publisher.release.release import active, cutting_apart, only_one, releases
from publisher.release.service import prune, put_into_service, roll_back, verify
from publisher.release.spool import spooled
from publisher.release.statements import GRAPH, dumped
from publisher.sparql.tallies import FILE_NAME as TALLIES
from publisher.update import cut_datasets, update
from tests.sources.make import marc as record_of

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


def editions(data: Path) -> list[str]:
    """Return the rows of the dataset of editions that is in service."""
    return (active(data).datasets_path / "editions" / "editions.csv").read_text("utf-8-sig").splitlines()[1:]


def patches(data: Path) -> int:
    """Return how many updates what is in service knows of that its datasets do not."""
    return len([*active(data).path.glob("patches/*")])


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
    assert of_what == releases(data)[1].id, "they are those of the first update"
    assert active(data).is_complete
    assert cuts == active(data).id
    assert list((data / "cutting").glob("*/")) == []
    the_same_as_anew(data, before, {"a": [RECORDS["3"]]})


def test_datasets_are_cut_of_the_graph_before_and_what_was_changed_since(portal, tmp_path, monkeypatch):
    settings, data = portal

    def fail(*_: object) -> None:
        raise AssertionError("the store was read out")

    monkeypatch.setattr("publisher.completion.dumped", fail)
    before = with_the_registry_of(data, tmp_path / "anew")
    delete(settings, data, "1", cuts=False)
    assert patches(data) == 1
    between: list[int] = []

    def look_between() -> None:
        between.append(patches(data))

    acts = iter([lambda: delete(settings, data, "2"), look_between])
    cut_datasets(
        settings, data, progress=lambda at, count: next(acts, int)() if (at, count) == ("datasets", 0) else None
    )
    assert between == [1], "what the first changed is in the datasets, the second comes yet"
    assert patches(data) == 0
    the_same_as_anew(data, before, {"a": [RECORDS["3"]]})
    delete(settings, data, "3")
    assert editions(data) == []


def test_what_an_update_changes_is_spelled_as_it_is_in_the_graph(tmp_path, monkeypatch):
    """Oxigraph has languages in small letters."""
    odd = {"1": "金雲翹傳", "2": "翹傳", "3": "越南"}
    records = {
        key: record_of(
            ("001", key),
            ("008", "260101s2020    cc |||||||||||||||||chi d"),
            ("245", f"10\x1f6880-01\x1faTruyện {key}"),
            ("880", f"10\x1f6245-01/$1\x1fa{text}"),
        )
        for key, text in odd.items()
    }
    settings = settings_of(tmp_path, {"a": [records["1"], records["2"]]})
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    with igzip.open(active(data).datasets_path / GRAPH, "rt") as graph:
        assert "-Hani" in graph.read()
    before = with_the_registry_of(data, tmp_path / "anew")
    monkeypatch.setattr("publisher.completion.dumped", lambda *_: pytest.fail("the store was read out"))
    (tmp_path / "given.mrc").write_bytes(records["3"])
    update(settings, data, Edits("a", (tmp_path / "given.mrc",), ("1", "2")), progress=nobody, executor=Here(settings))
    the_same_as_anew(data, before, {"a": [records["3"]]})


@pytest.fixture
def dumps(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that stores were read out into."""
    found: list[Path] = []
    monkeypatch.setattr(
        "publisher.completion.dumped", lambda store, scratch: found.append(dumped(store, scratch)) or found[-1]
    )
    return found


@pytest.mark.parametrize("damaged", ["patches/*", "datasets/graph/graph.nq.gz"])
def test_datasets_are_cut_of_the_store_where_what_was_before_is_damaged(portal, tmp_path, damaged, dumps):
    settings, data = portal
    before = with_the_registry_of(data, tmp_path / "anew")
    delete(settings, data, "1", cuts=False)
    (path,) = active(data).path.glob(damaged)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    cut_datasets(settings, data, progress=nobody)
    assert len(dumps) == 1
    the_same_as_anew(data, before, {"a": [RECORDS["2"], RECORDS["3"]]})


def test_a_patch_that_cannot_be_unpacked_though_it_is_sealed_so_is_not_used(portal, dumps):
    """Where files cannot be linked they are copied, and damage to a copy is sealed with it."""
    settings, data = portal
    delete(settings, data, "1", cuts=False)
    release = active(data)
    (path,) = release.path.glob("patches/*")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    manifest.write(release.path, {name: said for name, said in release.manifest.items() if name != "files"})
    cut_datasets(settings, data, progress=nobody)
    assert (len(dumps), len(editions(data))) == (1, 2)


def test_datasets_are_cut_of_the_store_where_the_patches_do_not_lead_to_what_is_in_it(portal, tmp_path, dumps):
    settings, data = portal
    before = with_the_registry_of(data, tmp_path / "anew")
    delete(settings, data, "1", cuts=False)
    release = active(data)
    (path,) = release.path.glob("patches/*")
    with spooled(path):
        pass  # sealed, but without what it should say
    manifest.write(release.path, release.manifest)
    cut_datasets(settings, data, progress=nobody)
    assert len(dumps) == 1
    the_same_as_anew(data, before, {"a": [RECORDS["2"], RECORDS["3"]]})


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


def test_who_steps_back_while_datasets_are_cut_stays_there(portal):
    settings, data = portal
    first = active(data).id
    delete(settings, data, "1", once("datasets", lambda: roll_back(data)))
    assert (active(data).id, active(data).manifest["published"]) == (first, 3)
    assert verify(data)[1] == []


def test_what_was_cut_before_a_step_back_is_not_given_to_who_went_another_way(portal):
    settings, data = portal

    def go_another_way() -> None:
        roll_back(data)
        delete(settings, data, "3", cuts=False)

    delete(settings, data, "1", once("datasets", go_another_way))
    assert active(data).is_complete
    rows = editions(data)
    assert len(rows) == active(data).manifest["published"] == 2
    assert not any("Sử thi" in row for row in rows)


def test_datasets_that_are_begun_while_an_update_is_made_are_cut_again_after_it(portal):
    settings, data = portal
    delete(settings, data, "1", cuts=False)
    ends: list[str] = []
    cutter = threading.Thread(target=lambda: ends.append(cut_datasets(settings, data, progress=nobody).id))

    def begin_to_cut() -> None:
        cutter.start()
        deadline = time.monotonic() + 120
        while not any((data / "cutting").glob("*/quality.json")):
            assert time.monotonic() < deadline, "nothing is cut"
            time.sleep(0.05)

    delete(settings, data, "2", once("identity", begin_to_cut), cuts=False)
    cutter.join()
    assert ends == [active(data).id]
    assert active(data).is_complete
    assert len(editions(data)) == active(data).manifest["published"] == 1
    assert (active(data).path / TALLIES).is_file()


def test_what_is_published_is_not_displaced_by_datasets_that_waited_for_it(portal):
    settings, data = portal
    made: list[str] = []

    def publish_all() -> None:
        report, _ = publish(settings, data, progress=nobody, on_change=print)
        made.append(report.release)

    delete(settings, data, "1", once("quality", publish_all))
    assert active(data).id == made[0]
    assert active(data).manifest["published"] == 3


def test_each_of_several_updates_can_be_gone_back_to(portal):
    settings, data = portal
    for key in ("1", "2"):
        delete(settings, data, key, cuts=False)
    cut_datasets(settings, data, progress=nobody)
    assert active(data).manifest["published"] == 1
    assert roll_back(data).manifest["published"] == 2
    assert roll_back(data).manifest["published"] == 3


def test_a_folder_from_before_is_pruned_too(portal):
    _, data = portal
    shutil.rmtree(data / "cutting")
    shutil.rmtree(data / "building")
    assert prune(data, 1) == []


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
    told = CliRunner().invoke(main, ["status", *where])
    assert f"datasets     those of {first}; `rong dataset cut`" in told.output
    with cutting_apart(data):
        occupied = CliRunner().invoke(main, ["dataset", "cut", *where])
        assert occupied.exit_code == 0
        assert f"Its datasets are those of {first}" in occupied.output
    told = CliRunner().invoke(main, ["dataset", "cut", *where])
    assert told.output.splitlines()[-1] == f"In service: {active(data).id}, with its own datasets."
    assert "datasets     " not in CliRunner().invoke(main, ["status", *where]).output


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

    monkeypatch.setattr("publisher.measuring.tallied", fail)
    with pytest.raises(ReleaseError, match=r"is in service with the datasets of .*its own could not be cut.*No space"):
        delete(settings, data, "1")
    assert active(data).manifest["published"] == 2
    assert list((data / "cutting").glob("*/")) == []
    monkeypatch.undo()
    shutil.rmtree(data / "cutting")
    assert cut_datasets(settings, data, progress=nobody).is_complete
