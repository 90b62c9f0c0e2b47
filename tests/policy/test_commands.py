"""`rong policy` and `rong quarantine`: why something is public, and how what was rejected comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from publisher.build import build
from publisher.config import Settings
from publisher.errors import ReleaseError, UsageError
from publisher.explanation import explain, takedown_entry
from publisher.policy.rulebook import rulebook
from publisher.release.ledger import Ledger
from publisher.release.quarantine import export, kept
from publisher.release.service import put_into_service
from publisher.sources import Record, Rejected, open_source
from tests.conftest import without_datasets
from tests.sources.make import book, marc, xml, xml_book


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gate")
    noted = marc(("001", "K2"), ("245", "00\x1faHai"), ("500", "  \x1faĐT: 0905123456"))
    secret = marc(("001", "K3"), ("245", "00\x1faBa"), ("500", "  \x1faTuyệt mật."))
    community = marc(("001", "K4"), ("245", "00\x1faCâu lạc bộ cồng chiêng"), kind="nq  a")
    (folder / "a.mrc").write_bytes(book("K1") + noted + secret + community + book("K5")[:-30])
    broken = xml_book("X2").replace("</subfield>", "</sub>", 1)
    (folder / "b.xml").write_bytes(xml(xml_book("X1"), broken))
    (folder / "c.csv").write_text("STT,Tên sách,Số cá biệt,Ghi chú\n1,Một,K9,\n2,,K10,quên nhan đề\n", "utf-8")
    settings = Settings.default(sources=(folder / "a.mrc", folder / "b.xml", folder / "c.csv"))
    with without_datasets():
        build(settings, folder / "data", workers=1)
    put_into_service(folder / "data")
    return folder


@pytest.fixture(scope="module")
def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "data" / "current" / "ledger.sqlite")


def why(ledger: Ledger, identifier: str) -> str:
    return "\n".join(explain(ledger, identifier, rulebook(None), date(2026, 11, 23)))


def test_a_public_record_says_that_nothing_stops_it(ledger: Ledger) -> None:
    assert "Không quy tắc nào ngăn lại" in why(ledger, "K1")
    address = next(row.instance for row in ledger.rows() if row.key == "K1")
    assert why(ledger, address) == why(ledger, "K1") == why(ledger, "a.mrc:1")


def test_what_was_taken_out_is_told_with_rule_and_law_but_not_what_it_was(ledger: Ledger) -> None:
    said = why(ledger, "K2")
    assert "Số điện thoại" in said
    assert "91/2025/QH15" in said
    assert "13/2023" not in said
    assert "0905" not in said


def test_a_withheld_record_names_its_rule_and_the_law_in_force(ledger: Ledger) -> None:
    said = why(ledger, "K3")
    assert "state-secret" in said
    assert "117/2025/QH15" in said
    assert "29/2018" not in said


def test_a_rejected_record_is_explained_by_its_position(ledger: Ledger) -> None:
    assert "a community information record" in why(ledger, "a.mrc:4")


def test_what_the_ledger_does_not_know_is_wrong_use(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="no record K77"):
        why(ledger, "K77")


def test_a_takedown_entry_takes_the_record_out_of_the_next_release(ledger: Ledger, folder: Path) -> None:
    from publisher.policy.rulebook import shipped

    entry = takedown_entry(ledger, "K1", date(2026, 1, 1))
    (folder / "policy.toml").write_text(shipped().read_text("utf-8") + entry, "utf-8")
    (folder / "rong.toml").write_text(
        'base = "http://localhost:8000"\npublisher.name = {vi = "Thử", en = "Test"}\n'
        '[policy]\nfile = "policy.toml"\n[[libraries]]\ncode = "lib"\nname = {vi = "Thử", en = "Test"}\n'
        'sources = [{path = "a.mrc"}]',
        "utf-8",
    )
    with without_datasets():
        build(Settings.load(folder / "rong.toml"), folder / "data2", workers=1)
    release = put_into_service(folder / "data2")
    fates = {row.key: (row.fate, row.rule) for row in Ledger(release.ledger_path).rows()}
    assert fates["K1"] == ("withheld", "takedown")
    assert fates["K2"][0] == "published"


def test_everything_that_was_rejected_is_kept_byte_for_byte(ledger: Ledger, folder: Path, tmp_path: Path) -> None:
    count = export(ledger, tmp_path / "out")
    rejected = list(kept(ledger))
    assert count == len(rejected) == 4
    sources = b"".join((folder / name).read_bytes() for name in ("a.mrc", "b.xml"))
    for each in rejected:
        assert (tmp_path / "out" / each.file).read_bytes() == each.content
        if not each.row.source.endswith(".csv"):
            assert each.content in sources
    assert {Path(each.file).suffix for each in rejected} == {".mrc", ".xml", ".csv"}


def test_repaired_records_are_read_again(ledger: Ledger, tmp_path: Path) -> None:
    export(ledger, tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        text = path.read_bytes()
        if path.suffix == ".xml":
            path.write_bytes(text.replace(b"</sub>", b"</subfield>"))
        elif path.suffix == ".csv":
            path.write_bytes(text.replace(b"2,,K10", b"2,Hai,K10"))
        elif path.suffix == ".mrc" and b"\x1d" not in text:
            path.unlink()
    found = list(open_source(tmp_path / "out"))
    assert not [item for item in found if isinstance(item, Rejected)]
    titles = [field.first("a") for item in found if isinstance(item, Record) for field in item.all("245")]
    assert {"Sử thi Ba Na", "Hai"} <= set(titles)


def test_one_rule_can_be_asked_for(ledger: Ledger) -> None:
    assert [each.row.rule for each in kept(ledger, "kind-unsupported")] == ["kind-unsupported"]


def test_a_folder_that_is_not_empty_is_left_alone(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ReleaseError, match="not empty"):
        export(ledger, tmp_path)
