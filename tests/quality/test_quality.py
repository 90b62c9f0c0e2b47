"""The quality report: what it counts is what was put in."""

from __future__ import annotations

import csv
import doctest
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.build import build
from publisher.cli import main
from publisher.config import Settings
from publisher.quality import Quality, kept, measure, warnings
from publisher.quality.measures import PARTS, PROBLEMS
from publisher.quality.report import changes
from publisher.release import Release
from publisher.release.service import put_into_service
from tests.conftest import ROOT, without_datasets
from tests.sources.make import book, marc


def whole(key: str, isbn: str, year: str = "2020", language: str = "vie") -> bytes:
    return marc(
        ("001", key),
        ("008", f"260101s{year}    vm |||||||||||||||||{language} d"),
        ("020", f"  \x1fa{isbn}"),
        ("082", "04\x1fa398.2"),
        ("100", "0 \x1faNguyên Ngọc"),
        ("245", f"10\x1faĐất nước đứng lên {key}"),
        ("264", f" 1\x1faHà Nội :\x1fbVăn học,\x1fc{year}"),
        ("300", "  \x1fa200 trang"),
        ("520", "  \x1faTruyện anh Núp."),
        ("650", " 4\x1faTiểu thuyết"),
        ("952", f"  \x1fpVN{key}\x1foV13"),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality")
    noted = marc(("001", "N1"), ("245", "00\x1faGhi"), ("500", "  \x1faĐT 0905123456"))
    good = whole("G1", "9786041083585") + whole("G2", "9786041083586") + whole("G3", "9786041083585", "9998", "und")
    (folder / "good.mrc").write_bytes(good)
    twice = "Thủ tục".encode().decode("latin-1")
    (folder / "bare.mrc").write_bytes(
        book("B1") + book("B2", twice) + marc(("245", "00\x1faKhông số")) + noted + book("B9")[:-30]
    )
    settings = Settings.default(sources=(folder / "good.mrc", folder / "bare.mrc"))
    with without_datasets():
        build(settings, folder / "data", workers=1)
    put_into_service(folder / "data")
    return folder


@pytest.fixture(scope="module")
def quality(folder: Path) -> Quality:
    return measure(Release.open(folder / "data" / "current"), today=date(2026, 11, 23))


def test_every_source_has_its_own_counts_and_they_add_up(quality: Quality) -> None:
    good, bare = quality.sources
    assert [good.source, bare.source] == ["good.mrc", "bare.mrc"]
    assert (good.records_in, good.published) == (3, 3)
    assert (bare.records_in, bare.published, bare.fates["rejected"]) == (5, 4, 1)
    assert quality.total.records_in == 8
    assert bare.reasons.most_common() == [(("rejected", "directory-missing"), 1)]


def test_a_whole_record_has_every_part_and_a_bare_one_its_title(quality: Quality) -> None:
    good, bare = quality.sources
    assert {name: good.parts[name] for name in good.parts if name != "language"} == {
        part.name: 3 for part in PARTS if part.name not in ("language", "digital")
    }
    assert good.parts["language"] == 2
    assert bare.share("title") == 1
    assert bare.share("subject") == 0
    assert good.completeness > 0.9
    assert bare.completeness < 0.5


def test_what_cannot_be_right_is_counted(quality: Quality) -> None:
    good, bare = quality.sources
    assert good.problems["isbn"] == 1
    assert good.problems["date"] == 1
    assert good.problems["language"] == 1
    assert bare.problems["repair"] == 1
    assert bare.problems["key"] == 1
    assert bare.problems["personal"] == 1


def test_a_number_that_the_record_itself_calls_wrong_is_no_problem(tmp_path: Path) -> None:
    numbers = {
        "right": [("020", "  \x1fa9786041083585"), ("022", "  \x1fa0866-7349")],
        "called-wrong": [("020", "  \x1fz9786041083586"), ("022", "  \x1fa0866-7349\x1fy0866-7340\x1fz0866-7341")],
        "wrong-isbn": [("020", "  \x1fa9786041083586")],
        "wrong-issn": [("022", "  \x1fa0866-7340")],
    }
    content = [marc(("001", key), ("245", f"00\x1faTạp chí {key}"), *fields) for key, fields in numbers.items()]
    (tmp_path / "numbers.mrc").write_bytes(b"".join(content))
    with without_datasets():
        build(Settings.default(sources=(tmp_path / "numbers.mrc",)), tmp_path / "data", workers=1)
    found = measure(Release(next((tmp_path / "data" / "releases").iterdir()))).sources[0]
    assert {bad.key: {"isbn", "issn"}.intersection(bad.problems) for bad in found.worst} == {
        "right": set(),
        "called-wrong": set(),
        "wrong-isbn": {"isbn"},
        "wrong-issn": {"issn"},
    }


def test_the_worst_records_come_first_with_what_they_lack(quality: Quality) -> None:
    worst = quality.sources[1].as_json()["worst"]
    assert [bad["score"] for bad in worst] == sorted((bad["score"] for bad in worst), reverse=True)
    assert "maker" in worst[0]["missing"]
    assert worst[0]["instance"].startswith("http")
    best = quality.sources[0].as_json()["worst"]
    assert best[0]["key"] == "G3"


def test_warnings_are_counted_by_what_they_have_in_common(quality: Quality) -> None:
    assert any("encoded in UTF-… twice" in reason for _, reason in quality.sources[1].warnings)


def test_csv_has_a_row_a_source_and_one_for_all(quality: Quality) -> None:
    text = io.StringIO()
    quality.write_csv(text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [row["source"] for row in rows] == ["good.mrc", "bare.mrc", ""]
    assert rows[0]["has_title"] == "1.0000"
    assert {f"problem_{name}" for name in PROBLEMS} <= set(rows[0])


def test_what_changed_between_releases_is_told(quality: Quality, folder: Path) -> None:
    with without_datasets():
        build(Settings.default(sources=(folder / "good.mrc",)), folder / "later", workers=1)
    later = measure(Release.open(next((folder / "later" / "releases").iterdir())), today=date(2026, 11, 23))
    later.total.problems["isbn"] += 4
    found = {change["source"]: change for change in changes(later, quality)}
    assert found["good.mrc"]["completeness"] == 0
    assert found[""]["problems"]["isbn"] == 4
    assert found[""]["records_in"] == -5


@pytest.mark.parametrize("syntax", ["text", "csv", "json"])
def test_the_command_prints_it(folder: Path, syntax: str) -> None:
    done = CliRunner().invoke(main, ["quality", "--data", str(folder / "data"), "--format", syntax])
    assert done.exit_code == 0, done.output
    assert "bare.mrc" in done.output
    if syntax == "json":
        content = json.loads(done.output)
        assert content["total"]["records_in"] == 8
        assert content["labels"]["parts"]["title"] == {"vi": "nhan đề", "en": "title"}


def test_parts_and_problems_are_documented() -> None:
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    names = [part.name for part in PARTS] + list(PROBLEMS)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_the_examples_in_the_code_are_right() -> None:
    assert not doctest.testmod(warnings).failed
    assert not doctest.testmod(kept).failed
