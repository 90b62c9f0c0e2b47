"""Releases: whole or absent, one in service, checked to the byte."""

import shutil

import orjson
import pytest

from benchmarks._lab import Lab
from publisher.errors import ReleaseError
from publisher.release.ledger import Ledger
from publisher.release.registry import Registry
from publisher.release.release import LAYOUT, active, building, releases
from publisher.release.service import prune, put_into_service, require_servable, roll_back, verify
from tests.release.conftest import another_release


def test_what_was_built_is_what_the_manifest_says(example_data):
    release, damage = verify(example_data)
    assert damage == []
    assert {"ledger.sqlite", "datasets/catalog.ttl"} <= set(release.manifest["files"])


def test_records_in_are_published_or_withheld_or_rejected(example_release):
    manifest, counts = example_release.manifest, Ledger(example_release.ledger_path).counts()
    assert manifest["records_in"] == sum(counts.values()) > 80
    assert manifest["withheld"] == counts["withheld"] > 0


@pytest.mark.parametrize("victim", ["ledger.sqlite", "store/CURRENT", "index/meta.json"])
def test_a_flipped_bit_is_found(data, victim):
    path = active(data).path / victim
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [line for line in verify(data)[1] if line.startswith(victim)]


def test_a_missing_file_is_found(data):
    (active(data).path / "datasets" / "catalog.ttl").unlink()
    assert verify(data)[1] == ["datasets/catalog.ttl is missing"]


def test_rollback_goes_to_the_release_before(data):
    first = active(data)
    second = another_release(data)
    put_into_service(data)
    assert active(data).id == second.id
    assert roll_back(data).id == first.id == active(data).id


def test_rollback_goes_back_from_a_release_that_this_version_cannot_read_or_that_is_gone(data):
    first, second = active(data), another_release(data)
    put_into_service(data)
    said = (second.path / "manifest.json").read_bytes()
    (second.path / "manifest.json").write_bytes(orjson.dumps(orjson.loads(said) | {"layout": LAYOUT + 1}))
    assert roll_back(data).id == first.id == active(data).id
    (second.path / "manifest.json").write_bytes(said)
    put_into_service(data)
    shutil.rmtree(second.path)
    assert roll_back(data).id == first.id == active(data).id


@pytest.mark.parametrize("name", ["store/CURRENT", "index/meta.json", "ledger.sqlite"])
def test_a_release_that_cannot_be_opened_is_not_put_into_service(data, name):
    first, second = active(data), another_release(data)
    path = second.path / name
    path.chmod(0o644)
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ReleaseError, match=f"{second.id} is damaged.*`rong verify"):
        put_into_service(data)
    with pytest.raises(ReleaseError, match=f"{second.id} is damaged"):
        require_servable(second)
    require_servable(first)
    assert active(data).id == first.id


def test_rollback_without_an_earlier_release_changes_nothing(data):
    before = active(data).id
    with pytest.raises(ReleaseError, match="no release before"):
        roll_back(data)
    assert active(data).id == before


def test_an_unknown_release_is_refused_and_the_remedy_named(data):
    with pytest.raises(ReleaseError, match="rong releases"):
        put_into_service(data, "20000101T000000Z")


def test_ids_grow_even_when_the_clock_goes_back(data, monkeypatch):
    newest = releases(data)[-1].path
    newest.rename(newest.with_name("29991231T235959Z"))
    with pytest.raises(ReleaseError), building(data) as folder:
        assert folder.name == "30000101T000000Z"


def test_two_builds_at_once_are_refused(data):
    with (
        pytest.raises(ReleaseError),
        building(data),
        pytest.raises(ReleaseError, match="Another build"),
        building(data),
    ):
        pass


def test_a_build_that_fails_leaves_nothing_behind(data):
    def failing_build() -> None:
        with building(data) as folder:
            (folder / "half").write_text("done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_build()
    assert [path.name for path in (data / "building").iterdir()] == [".lock"]


def test_what_a_release_no_longer_publishes_is_remembered_as_withdrawn(data):
    gone = Ledger(active(data).ledger_path).entities("work", limit=1)[0].iri
    second = another_release(data)
    import sqlite3

    with sqlite3.connect(second.ledger_path) as ledger:
        ledger.execute("DELETE FROM entities WHERE iri = ?", (gone,))
    put_into_service(data)
    assert Registry(data).lookup(gone).withdrawn == second.id
    roll_back(data)
    assert Registry(data).lookup(gone).withdrawn == ""
    assert Registry(data).lookup("http://127.0.0.1:8000/work/never") is None


@pytest.mark.slow
def test_a_hundred_kills_never_leave_half_a_release(tmp_path):
    """SIGKILL of build and activate at moments spread over each: what is served is always a whole release."""
    lab, killed = Lab(tmp_path / "lab"), 0
    longest = {verb: lab.seconds(verb) for verb in ("build", "activate")}
    for turn in range(100):
        verb = "build" if turn % 5 < 3 else "activate"
        process = lab.start(verb, turn)
        process.join(longest[verb] * (turn % 25 + 1) / 25)
        killed += process.is_alive()
        process.kill()
        process.join()
        lab.check()
        if turn % 10 == 9:
            lab.tidy()
    assert killed > 50
    assert lab.run("build") == lab.run("activate") == 0
    lab.check()
    assert active(lab.data).id == releases(lab.data)[-1].id


def test_looking_an_address_up_writes_nothing(data):
    def state() -> list[tuple[str, int]]:
        return sorted((path.name, path.stat().st_mtime_ns) for path in data.iterdir() if not path.is_symlink())

    before = state()
    assert Registry(data).lookup(f"{active(data).manifest['base']}/library/kontum") is not None
    assert state() == before
    assert not (data / "registry.sqlite-wal").exists()


def test_what_a_killed_deletion_left_of_a_release_goes_with_the_next_one(data):
    left = data / "releases" / "20200101T000000Z"
    (left / "store").mkdir(parents=True)
    kept = data / "releases" / "lost+found"
    kept.mkdir()
    prune(data, 2)
    assert not left.exists()
    assert kept.exists()
