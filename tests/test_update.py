"""An update: what changed goes into service, and the release is what a build of all sources anew would make."""

import os
import pickle
import random
import shutil
import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import zstandard
from click.testing import CliRunner
from pyoxigraph import Store
from test_authorities_build import DU, authority, book, held
from test_build import Here, marc, settings_of

from publisher import assembly
from publisher.build import Report, build
from publisher.cli import main
from publisher.config import Settings
from publisher.errors import ReleaseError, UsageError
from publisher.intake import Edits
from publisher.release.backup import back_up, restore
from publisher.release.decided_before import DecidedBefore
from publisher.release.index import open_index
from publisher.release.layered import LOG, opened
from publisher.release.ledger import Ledger
from publisher.release.release import Release, active, building
from publisher.release.service import put_into_service, roll_back, verify
from publisher.update import update

TITLES = ["Rừng Kon Tum", "Nhà rông Tây Nguyên", "Sử thi Đăm Săn", "Cà phê Đắk Hà"]
AUTHORS = ["Nguyễn, Văn Hòa", "Trần, Thị Mai", "Nguyen, Van Hoa"]
ISBNS = ["9786049000010", "9786049000027", ""]


def nobody_is_told(stage: str, count: int) -> None:
    pass


def publish(settings: Settings, data: Path, edits: Edits | None = None) -> Report:
    return update(settings, data, edits, progress=nobody_is_told, executor=Here(settings))


def drawn(chance: random.Random, key: str) -> bytes:
    """Return a record of few titles, authors, years and numbers, so that merges form and dissolve."""
    more = {"f020": f"  $a{number}"} if (number := chance.choice(ISBNS)) else {}
    year = chance.choice(["2012", "2015"])
    return marc(key, chance.choice(TITLES), author=chance.choice(AUTHORS), year=year, **more)


def said(data: Path) -> dict[str, object]:
    """Return all that a release says, whatever its id and the order in which records came."""
    release = active(data)
    ledger = opened(release.ledger_path)
    columns = "library, key, fate, rule, reason, instance, work, changed, entity, digest"
    index = open_index(release.index_path)
    index.reload()
    searcher = index.searcher()
    found = searcher.search(_every(index), searcher.num_docs or 1).hits
    account = opened(release.account_path)
    registry = sqlite3.connect(data / "registry.sqlite")
    return {
        "store": {str(quad) for quad in Store.read_only(str(release.store_path))},
        "records": sorted(ledger.execute(f"SELECT {columns} FROM records")),
        "warnings": sorted(ledger.execute("SELECT tag, reason FROM warnings")),
        "entities": sorted(ledger.execute("SELECT * FROM entities")),
        "index": sorted(str(sorted(searcher.doc(address).to_dict().items())) for _, address in found),
        "words": sorted(_words(searcher, index)),
        "description": orjson.loads((release.path / "description.json").read_bytes()),
        "quality": orjson.loads((release.path / "quality.json").read_bytes())["total"]["parts"],
        "datasets": {
            path.relative_to(release.datasets_path).as_posix(): path.read_bytes()
            for path in release.datasets_path.glob("*/*")
            # The log of changes says what led here, and a build of everything has come another way.
            if path.suffix in (".csv", ".xlsx", ".jsonl", ".parquet", ".gz", ".zst") and path.parent.name != "changes"
        },
        "feed": sorted(registry.execute("SELECT iri, digest, deleted, sets FROM chronicle")),
        "sets": sorted(registry.execute("SELECT spec, iri FROM chronicle_set JOIN chronicle USING (id)")),
        "published": sorted(registry.execute("SELECT iri, kind, withdrawn != '', target FROM published")),
        "members": sorted(registry.execute("SELECT * FROM member")),
        "splits": sorted(registry.execute("SELECT iri, into_iri FROM split")),
        "counts": release.manifest["entities"],
        "triples": release.manifest["triples"],
        "account": [
            sorted(account.execute(f"SELECT * FROM {table}"))
            for table in ("record", "reason", "doubt", "moved", "warning", "entity", "entity_reason", "entity_doubt")
        ],
    }


def _every(index):
    return index.parse_query("*", ["title"])


def _words(searcher, index):
    """Return how many documents have each of some words, as they are spelled and without marks."""
    for word in ("rừng", "rung", "cà", "ca", "nguyễn", "nguyen", "hòa", "hoa", "kon", "mai", "tố", "như", "nhu"):
        for field in ("title", "title_folded", "agent", "agent_folded", "text", "text_folded", "preferred"):
            query = index.parse_query(word, [field])
            yield word, field, searcher.search(query, 1).count


def with_the_registry_of(data: Path, target: Path) -> Path:
    """Return a data folder that knows what `data` has published, and has no release."""
    target.mkdir()
    shutil.copy(data / "registry.sqlite", target)
    # Updates that take less than a second have ids of seconds to come: a build here could get that of the last of them.
    with closing(sqlite3.connect(target / "registry.sqlite")) as registry, registry:
        registry.execute("UPDATE turn SET release = release || '-before'")
        registry.execute("UPDATE registered SET release = release || '-before'")
    return target


def the_same_as_anew(data: Path, other: Path, catalogue: dict[str, list[bytes]], more: str = "") -> dict[str, object]:
    """Build all of `catalogue` in the folder `other`, and find that `data` says the same; return what."""
    merged = settings_of(other / "merged", catalogue, more)
    build(merged, other, executor=Here(merged))
    put_into_service(other)
    updated, built = said(data), said(other)
    for part, content in built.items():
        assert updated[part] == content, part
    assert verify(data)[1] == []
    return updated


@pytest.mark.parametrize("seed", [1])
def test_whatever_is_edited_an_update_makes_the_release_that_a_build_of_everything_makes(tmp_path, seed):
    chance = random.Random(seed)
    catalogue = {code: {f"{code}{n}": drawn(chance, f"{code}{n}") for n in range(6)} for code in "abc"}
    settings = settings_of(tmp_path, {code: list(records.values()) for code, records in catalogue.items()})
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    merges: list[int] = []
    for turn in range(3):
        code = chance.choice("abc")
        records = catalogue[code]
        changed = {key: drawn(chance, key) for key in chance.sample(sorted(records), 2)}
        changed[f"{code}new{turn}"] = drawn(chance, f"{code}new{turn}")
        deleted = chance.choice(sorted(records.keys() - changed.keys()))
        (tmp_path / "given.mrc").write_bytes(b"".join(changed.values()))
        before = with_the_registry_of(data, tmp_path / f"anew{turn}")
        records |= changed
        del records[deleted]
        if turn == 1:  # the sources themselves, and what is new comes between what was there
            settings = settings_of(tmp_path, {each: list(catalogue[each].values()) for each in catalogue})
            report = publish(settings, data)
        else:
            report = publish(settings, data, Edits(code, (tmp_path / "given.mrc",), (deleted,)))
        assert report.anew == "", "the release was edited"
        assert active(data).is_complete
        updated = the_same_as_anew(data, before, {each: list(catalogue[each].values()) for each in catalogue})
        assert updated["index"], updated["datasets"]
        merges.append(active(data).manifest["merges"]["records_joined"])
    assert len(set(merges)) > 1, "merges form and dissolve"


def test_nobody_builds_on_what_was_in_service_before_while_an_update_goes_into_service(tmp_path):
    settings = settings_of(tmp_path, {"a": [marc("1", "Rừng"), marc("2", "Suối")]})
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    refused = []

    def begin_another(stage: str, _: int) -> None:
        if stage == "activation":
            with pytest.raises(ReleaseError, match="Another build is at work"), building(data):
                pass
            refused.append(stage)

    update(settings, data, Edits("a", (), ("2",)), progress=begin_another, executor=Here(settings))
    assert refused == ["activation", "activation"]
    assert active(data).is_complete
    restored = restore(back_up(data, tmp_path / "backup").path, tmp_path / "restored")
    assert [row.key for row in Ledger(restored.ledger_path).rows()] == ["1"], "what was edited is in a backup too"
    assert restored.path.joinpath(f"ledger.sqlite{LOG}").is_file()
    assert verify(tmp_path / "restored")[1] == []


def test_authorities_and_holdings_are_edited_like_all_else(tmp_path):
    records = {
        "authority:A1": DU,
        "K1": book("K1", "Truyện Kiều", "100 0# $aNguyễn Du"),
        "K2": book("K2", "Thơ", "100 1# $aNguyễn, Du,$d1765-1820"),
        "holdings:H1": held("H1", "K1"),
        "holdings:H2": held("H2", "K2"),
    }
    links = tmp_path / "links.csv"
    links.write_text("decision,thing,link\n", "utf-8")
    more = f'identity.links = "{links}"'
    settings = settings_of(tmp_path, {"kt": list(records.values())}, more)
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    rows = Ledger(active(data).ledger_path).rows()
    things = [each for row in rows for each in (row.entity, row.work) if each]
    links.write_text("decision,thing,link\n" + "".join(f"yes,{each},http://w.example/1\n" for each in things), "utf-8")
    changed = {
        "authority:A1": authority("001 A1", "003 VN-KT", "100 1# $aNguyễn, Du,$d1765-1820", "400 0# $aThanh Hiên"),
        "holdings:H3": held("H3", "K1", "Kho Mượn"),
    }
    (tmp_path / "given.mrc").write_bytes(b"".join(changed.values()))
    before = with_the_registry_of(data, tmp_path / "anew")
    assert publish(settings, data, Edits("kt", (tmp_path / "given.mrc",), ("K2", "holdings:H1"))).anew == ""
    merged = {key: record for key, record in (records | changed).items() if key not in ("K2", "holdings:H1")}
    updated = the_same_as_anew(data, before, {"kt": list(merged.values())}, more)
    assert any("http://w.example/1" in line for line in updated["store"])
    assert any("Thanh Hi" in line for line in updated["store"])
    assert not any("Tố Như" in line for line in updated["store"])


@pytest.fixture
def small(tmp_path):
    """Settings of two libraries of three records, whose release is in service in the folder `data`."""
    settings = settings_of(tmp_path, {code: [marc(f"{code}{n}", TITLES[n]) for n in range(3)] for code in "ab"})
    for source in (library.sources[0].path for library in settings.libraries):
        os.utime(source, (0, 0))
    build(settings, tmp_path / "data", executor=Here(settings))
    put_into_service(tmp_path / "data")
    return settings


@pytest.mark.usefixtures("no_datasets")
def test_an_update_that_is_given_nothing_reads_only_the_sources_that_have_changed(tmp_path, small):
    data = tmp_path / "data"
    (tmp_path / "a.mrc").write_bytes(b"".join(marc(f"a{n}", TITLES[3]) for n in range(4)))
    (tmp_path / "b.mrc").write_bytes(bytes((tmp_path / "b.mrc").stat().st_size))
    os.utime(tmp_path / "b.mrc", (0, 0))  # as if it were the same: it is not looked into
    report = update(small, data, None, progress=nobody_is_told, executor=Here(small))
    assert (report.converted, report.published) == (4, 7)


@pytest.mark.usefixtures("no_datasets")
def test_a_source_that_was_read_again_takes_over_the_batches_that_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("publisher.intake.BATCH", 2)
    records = [marc(f"a{n}", f"{TITLES[n % 4]} {n}") for n in range(60)]
    settings = settings_of(tmp_path, {"a": records})
    data = tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    settings = settings_of(tmp_path, {"a": [marc("a00", "Đứng đầu"), *records]})
    report = update(settings, data, None, progress=nobody_is_told, executor=Here(settings))
    assert report.published == 61
    assert report.converted < 10
    assert [row.position for row in Ledger(active(data).ledger_path).rows()] == list(range(1, 62))
    assert verify(data)[1] == []


@pytest.mark.usefixtures("no_datasets")
def test_where_nothing_has_changed_no_release_is_made_but_one_a_day(tmp_path, small, monkeypatch):
    data = tmp_path / "data"
    first = active(data)
    report = publish(small, data)
    assert (report.release, report.converted, report.touched) == (first.id, 0, 0)
    assert report.published == first.manifest["published"]
    assert [path.name for path in (data / "releases").iterdir()] == [first.id]
    assert [path for path in (data / "building").iterdir() if path.is_dir()] == []
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[[different]]\nof = ["a-a0", "b-b0"]\n', "utf-8")
    other = small.model_copy(update={"identity": small.identity.model_copy(update={"decisions": decisions})})
    second = publish(other, data).release
    assert second == active(data).id != first.id, "a file that the settings name is part of what a release is made of"
    assert publish(other, data).release == second
    monkeypatch.setattr(Release, "created", datetime(2020, 1, 1, tzinfo=UTC))
    assert publish(other, data).release not in (first.id, second), "the first of a day is made"


def test_what_was_taken_over_takes_no_room_and_serves_when_the_old_release_is_gone(tmp_path, small):
    data = tmp_path / "data"
    first = active(data)
    kept = {path.name: path.stat().st_ino for path in (first.path / "conversion").glob("*/*")}
    build(small, data, executor=Here(small))
    put_into_service(data)
    again = {path.name: path.stat().st_ino for path in (active(data).path / "conversion").glob("*/*")}
    assert again == kept
    shutil.rmtree(first.path)
    publish(small, data, Edits("a", deleted=("a1",)))
    assert active(data).manifest["published"] == 5


def test_what_is_corrected_is_seen_before_the_datasets_are_cut_and_the_release_says_so(tmp_path, small):
    data = tmp_path / "data"
    first = active(data)
    edits = Edits("a", deleted=("a1",))
    report = build(small, data, executor=Here(small), edits=edits, renews=True)
    seen = put_into_service(data, report.release)  # and here the power fails
    assert (report.anew, report.touched, seen.manifest["published"]) == ("", 2, 5), "b1 was of one edition with a1"
    assert (seen.datasets_of, seen.is_complete) == (first.id, False)
    assert verify(data)[1] == []
    shared = [path for path in (first.path / "store").glob("*.sst") if (seen.path / "store" / path.name).exists()]
    assert shared, "what never changes is linked"
    assert all(path.samefile(seen.path / "store" / path.name) for path in shared)
    publish(small, data, Edits("a", deleted=("a2",)))
    assert active(data).is_complete
    assert verify(data)[1] == []
    assert roll_back(data).id == seen.id, "what only went before these datasets is passed over, this one is not"
    assert roll_back(data).id == first.id
    assert verify(data)[1] == []


def test_a_release_made_under_other_conditions_is_not_edited(tmp_path, small):
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[[different]]\nof = ["a-a0", "b-b0"]\n', "utf-8")
    other = small.model_copy(update={"identity": small.identity.model_copy(update={"decisions": decisions})})
    report = update(
        other, tmp_path / "data", Edits("a", deleted=("a2",)), progress=nobody_is_told, executor=Here(other)
    )
    assert report.anew == "the release before was made under other conditions"
    assert active(tmp_path / "data").is_complete


@pytest.mark.usefixtures("no_datasets")
def test_an_edit_holds_until_the_sources_are_read_again(tmp_path, small):
    data = tmp_path / "data"
    publish(small, data, Edits("a", deleted=("a1",)))
    publish(small, data, Edits("b", deleted=("b1",)))
    assert active(data).manifest["published"] == 4
    publish(small, data)
    assert active(data).manifest["published"] == 6


@pytest.mark.usefixtures("no_datasets")
def test_of_a_record_that_is_given_twice_the_last_state_counts(tmp_path, small):
    given = tmp_path / "given.mrc"
    given.write_bytes(marc("a1", "Bản đầu") + marc("a2", "Bản khác") + marc("a1", "Bản cuối"))
    publish(small, tmp_path / "data", Edits("a", (given,)))
    labels = {row.label for row in Ledger(active(tmp_path / "data").ledger_path).entities("instance")}
    assert {"Bản cuối", "Bản khác"} <= labels
    assert "Bản đầu" not in labels


@pytest.mark.usefixtures("no_datasets")
def test_what_is_given_once_more_stays_what_it_was_and_so_does_what_was_rejected_of_it(tmp_path, small):
    data, given = tmp_path / "data", tmp_path / "given.mrc"
    given.write_bytes(marc("a9", "Bản mới") + marc("a8", "Hỏng")[:40] + b"\xff\x1d")
    publish(small, data, Edits("a", (given,)))
    for deleted in ("a1", "a2"):
        publish(small, data, Edits("a", (given,), (deleted,)))
    release = active(data)
    assert (release.manifest["published"], release.manifest["rejected"]) == (5, 1)
    assert len([*Ledger(release.ledger_path).rows()]) == release.manifest["records_in"] == 6
    kept = DecidedBefore(release.path)
    batches = [batch for batch, _, _ in kept.batches()]
    assert len({*batches}) == len(batches), "each is there once"
    numbers = [record.number for batch in batches for record in kept.of_batch(batch)]
    assert len({*numbers}) == len(numbers) == 6


@pytest.mark.usefixtures("no_datasets")
def test_a_record_that_is_given_as_deleted_is_withheld(tmp_path, small):
    given = tmp_path / "given.mrc"
    record = marc("a1", TITLES[1])
    given.write_bytes(record[:5] + b"d" + record[6:])
    publish(small, tmp_path / "data", Edits("a", (given,)))
    found = [row for row in Ledger(active(tmp_path / "data").ledger_path).rows() if row.key == "a1"]
    assert [(row.fate, row.rule) for row in found] == [("withheld", "record-deleted")]


@pytest.mark.usefixtures("no_datasets")
def test_edits_that_cannot_be_made_are_refused_and_change_nothing(tmp_path, small):
    data = tmp_path / "data"
    before = active(data).id
    with pytest.raises(UsageError, match="a has no bibliographic record b1; nothing was changed"):
        publish(small, data, Edits("a", deleted=("b1",)))
    with pytest.raises(UsageError, match="no library z"):
        publish(small, data, Edits("z", deleted=("b1",)))
    other = small.model_copy(update={"base": "https://other.example"})
    with pytest.raises(ReleaseError, match="other conditions"):
        publish(other, data, Edits("a", deleted=("a1",)))
    assert active(data).id == before
    assert list((data / "building").glob("*/")) == []


@pytest.mark.usefixtures("no_datasets")
def test_settings_of_conversion_that_change_have_everything_converted(tmp_path, small):
    other = small.model_copy(update={"base": "https://other.example"})
    report = update(other, tmp_path / "data", None, progress=nobody_is_told, executor=Here(other))
    assert report.converted == 6


@pytest.mark.usefixtures("no_datasets")
def test_a_flipped_bit_in_what_was_kept_is_found_and_a_build_anew_helps(tmp_path, small):
    data = tmp_path / "data"
    for kept in (active(data).path / "conversion").glob("*/*"):
        content = bytearray(kept.read_bytes())
        content[len(content) // 2] ^= 1
        kept.write_bytes(content)
    with pytest.raises(ReleaseError, match="rong build --anew"):
        publish(small, data, Edits("a", deleted=("a1",)))
    assert build(small, data, executor=Here(small), anew=True).published == 6


def test_what_was_kept_can_run_no_code():
    class Evil:
        def __reduce__(self):
            return print, ("run",)

    section = zstandard.compress(pickle.dumps(Evil()))
    packed = struct.pack(">QQQ", len(section), 0, 0) + section
    with pytest.raises(ReleaseError, match="damaged"):
        assembly.head_of(packed)


def test_an_index_that_can_only_be_read_is_searched_all_the_same(tmp_path, small, monkeypatch):
    path = active(tmp_path / "data").index_path
    before = sorted(file.name for file in path.iterdir())
    for lock in path.glob(".*lock"):
        lock.unlink()
    monkeypatch.setattr("publisher.release.index.os.access", lambda path, mode: False)
    index = open_index(path)
    assert index.searcher().search(_every(index), 20).count >= 6
    assert not [name for name in (file.name for file in path.iterdir()) if name not in before or name.endswith("lock")]


def test_the_verb_takes_records_and_keys_and_says_what_is_in_service(tmp_path, small):
    data, options = tmp_path / "data", ["--config", str(tmp_path / "rong.toml"), "--data", str(tmp_path / "data")]
    (tmp_path / "given.mrc").write_bytes(marc("a1", "Nhan đề đã sửa"))
    (tmp_path / "keys.txt").write_text("a0\n\na2\n", "utf-8")
    given = [*options, "--library", "a", "--deleted", str(tmp_path / "keys.txt"), str(tmp_path / "given.mrc")]
    done = CliRunner().invoke(main, ["update", "--json", *given])
    assert done.exit_code == 0, done.output
    report = orjson.loads(done.stdout.splitlines()[-1])
    assert (report["converted"], report["published"], report["release"]) == (1, 4, active(data).id)
    unsaid = CliRunner().invoke(main, ["update", *options, "--delete", "a1"])
    assert (unsaid.exit_code, "Say with --library whose records these are: a, b." in unsaid.output) == (2, True)
