"""Backup and restore: everything is there again on another machine, or one sentence says why not."""

import fcntl
import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from publisher.cli import main
from publisher.errors import ReleaseError
from publisher.release.backup import NAME, back_up, backups, damage_of_backup, prune, restore
from publisher.release.registry import Registry
from publisher.release.release import LAYOUT, Release, active
from publisher.release.service import prune as prune_releases
from publisher.release.service import put_into_service, roll_back, verify
from tests.conftest import EXAMPLE
from tests.release.conftest import another_release


@pytest.fixture(scope="session")
def a_backup(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the example. Tests read it; none changes it."""
    return back_up(example_data, tmp_path_factory.mktemp("backups"), [EXAMPLE]).path


@pytest.fixture
def backup(a_backup: Path, tmp_path: Path) -> Path:
    """A backup that a test may change."""
    return Path(shutil.copytree(a_backup, tmp_path / "backup"))


def test_a_restore_gives_what_was_backed_up(a_backup, example_data, tmp_path):
    release = restore(a_backup, tmp_path / "data")
    assert release.id == active(example_data).id
    assert verify(tmp_path / "data")[1] == []
    iri = f"{release.manifest['base']}/library/kontum"
    assert Registry(tmp_path / "data").lookup(iri) == Registry(example_data).lookup(iri) is not None
    assert (tmp_path / "data" / "config" / "rong.toml").read_bytes() == EXAMPLE.read_bytes()


def test_a_restored_folder_is_worked_on_as_before(data, tmp_path):
    first = active(data).id
    put_into_service(data, another_release(data).id)
    restored = restore(back_up(data, tmp_path / "backups").path, tmp_path / "restored")
    assert restored.id != first
    assert roll_back(tmp_path / "restored").id == first


def test_a_second_backup_takes_no_room(data, tmp_path):
    first, second = (back_up(data, tmp_path / "backups") for _ in range(2))
    assert first.copied == first.files > second.copied == 0
    seal = f"data/releases/{first.active}/manifest.json"
    assert (first.path / seal).samefile(second.path / seal)
    assert damage_of_backup(second.path) == []


def test_a_backup_is_not_bound_to_the_folder_it_was_made_of(data, tmp_path):
    kept = back_up(data, tmp_path / "backups").path
    shutil.rmtree(data)
    assert restore(kept, data).id == orjson.loads((kept / NAME).read_bytes())["active"]


def test_a_flipped_bit_in_a_backup_is_found_and_not_restored(backup, tmp_path):
    victim = next(backup.glob("data/releases/*/ledger.sqlite"))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    name = victim.relative_to(backup).as_posix()
    assert damage_of_backup(backup) == [f"{name} is not what was backed up"]
    with pytest.raises(ReleaseError, match=r"is damaged: .*ledger\.sqlite .*restore another backup"):
        restore(backup, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    assert list(tmp_path.glob(".restoring-*")) == []


def test_a_half_copied_backup_is_refused(backup, tmp_path):
    next(backup.glob("data/releases/*/ledger.sqlite")).unlink()
    with pytest.raises(ReleaseError, match="is not whole"):
        restore(backup, tmp_path / "data")
    (backup / NAME).unlink()
    with pytest.raises(ReleaseError, match="is not a finished backup"):
        restore(backup, tmp_path / "data")


def test_a_full_folder_is_not_overwritten(a_backup, data):
    before = active(data).id
    with pytest.raises(ReleaseError, match="is not empty"):
        restore(a_backup, data)
    assert active(data).id == before


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "data/../../outside", "elsewhere/file"])
def test_a_backup_that_names_places_outside_is_refused(backup, tmp_path, name):
    about = orjson.loads((backup / NAME).read_bytes())
    about["files"][name] = {"bytes": 1, "sha256": "0"}
    (backup / NAME).write_bytes(orjson.dumps(about))
    with pytest.raises(ReleaseError, match="which no backup has"):
        restore(backup, tmp_path / "data")


def test_a_damaged_release_is_not_backed_up_as_if_it_were_whole(data, tmp_path):
    victim = active(data).path / "datasets" / "catalog.ttl"
    victim.write_bytes(victim.read_bytes() + b"#")
    with pytest.raises(ReleaseError, match="is not what its manifest says"):
        back_up(data, tmp_path / "backups")
    assert backups(tmp_path / "backups") == []


def test_what_a_killed_backup_left_behind_is_cleared_away(data, tmp_path):
    left_over = tmp_path / "backups" / ".partial-20200101T000000000000Z"
    left_over.mkdir(parents=True)
    back_up(data, tmp_path / "backups")
    assert not left_over.exists()


def test_two_backups_at_once_are_refused(data, tmp_path):
    (tmp_path / "backups").mkdir()
    with (tmp_path / "backups" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ReleaseError, match="Another backup is being written"):
            back_up(data, tmp_path / "backups")


def test_only_the_newest_backups_are_kept(data, tmp_path):
    kept = [back_up(data, tmp_path / "backups").path for _ in range(3)]
    assert prune(tmp_path / "backups", 2) == kept[:1]
    assert backups(tmp_path / "backups") == kept[1:]
    assert damage_of_backup(kept[-1]) == []


def test_pruning_spares_the_release_in_service_and_the_one_before(data):
    ids = [active(data).id, *(another_release(data).id for _ in range(3))]
    put_into_service(data, ids[1])
    assert prune_releases(data, 1) == [ids[2]]
    assert roll_back(data).id == ids[0]


def test_the_verbs_back_up_check_and_restore(example_data, tmp_path):
    run = CliRunner()
    made = run.invoke(
        main,
        ["backup", "--config", str(EXAMPLE), "--data", str(example_data), "--json", str(tmp_path / "backups")],
    )
    assert made.exit_code == 0, made.output
    path = orjson.loads(made.output)["path"]
    assert run.invoke(main, ["verify", "--backup", path]).exit_code == 0
    restored = run.invoke(main, ["restore", path, "--data", str(tmp_path / "data")])
    assert restored.exit_code == 0, restored.output
    assert active(tmp_path / "data").id == active(example_data).id


def test_no_secret_is_in_a_backup(example_data, tmp_path):
    token = tmp_path / "token"
    token.write_text("geheim-1234")
    config = tmp_path / "rong.toml"
    text = EXAMPLE.read_text("utf-8").replace('"records', f'"{EXAMPLE.parent}/records')
    config.write_text(
        f'{text}\n[ckan]\nurl = "http://127.0.0.1:1"\norganization = "library"\ntoken_file = "{token}"\n', "utf-8"
    )
    done = CliRunner().invoke(
        main, ["backup", "--config", str(config), "--data", str(example_data), str(tmp_path / "backups")]
    )
    assert done.exit_code == 0, done.output
    kept = [path for path in (tmp_path / "backups").rglob("*") if path.is_file()]
    assert any(path.name == "rong.toml" for path in kept)
    assert not any(b"geheim-1234" in path.read_bytes() for path in kept)


@pytest.mark.parametrize("change", [{"layout": LAYOUT + 1}, {"layout": None}, {"pyoxigraph": "0.3.22"}])
def test_a_release_of_another_version_is_refused_with_the_remedy(data, change):
    path = active(data).path / "manifest.json"
    path.write_bytes(orjson.dumps(orjson.loads(path.read_bytes()) | change))
    with pytest.raises(ReleaseError, match="run `rong build` and `rong activate`"):
        Release.open(path.parent)


def test_a_folder_that_cannot_be_written_is_named(data, tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ReleaseError, match="The backup cannot be written"):
        back_up(data, file / "backups")
