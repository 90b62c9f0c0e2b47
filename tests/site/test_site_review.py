"""The review page: one file for librarians, with nothing in it that is not published."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.build import build
from publisher.cli import main
from publisher.config import Settings
from publisher.release.service import put_into_service
from tests.conftest import without_datasets

RECORD = """=LDR  00000nam a2200000 a 4500
=001  {key}
=008  010101s2014\\\\\\\\vm\\\\\\\\\\\\\\\\\\\\\\\\000\\0\\vie\\d
=020  \\\\$a9786049023378
=100  1\\$aVũ, Anh Tuấn
=245  10$a<b>Sử thi</b> Ra Glai.$nQuyển {volume}
=260  \\\\$aHà Nội$bKhoa học xã hội$c2014
=300  \\\\$a{pages} tr.
=541  \\\\$aMua của ông X, giá bí mật
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    source = folder / "records.mrk"
    records = [("R1", 1, 761), ("R2", 4, 429)]
    text = "\n".join(RECORD.format(key=key, volume=volume, pages=pages) for key, volume, pages in records)
    source.write_text(text, encoding="utf-8")
    with without_datasets():
        build(Settings.default("https://data.example.org", (source,)), folder, workers=1)
    put_into_service(folder)
    return folder


@pytest.fixture(scope="module", params=["vi", "en"])
def page(data: Path, request: pytest.FixtureRequest) -> str:
    file = data / f"review.{request.param}.html"
    command = ["identity", "review", "--data", str(data), "--html", str(file), "--language", request.param]
    told = CliRunner().invoke(main, command)
    assert told.exit_code == 0, told.stderr
    assert "1 doubtful pairs" in told.stderr
    return file.read_text(encoding="utf-8")


def test_what_differs_is_marked_and_what_agrees_is_not(page):
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert {"1", "4", "761", "429"} <= set(marked)
    assert not any("Khoa học xã hội" in each for each in marked)


def test_the_lines_to_copy_are_lines_of_a_decisions_file(page):
    blocks = [tomllib.loads(block.replace("&#34;", '"')) for block in re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)]
    assert [sorted(block) for block in blocks] == [["same"], ["different"]]
    assert set(blocks[0]["same"][0]["of"]) == {"lib-R1", "lib-R2"}


def test_what_is_not_published_is_not_there_and_markup_is_text(page):
    assert "bí mật" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;Sử thi" in page


def test_the_page_needs_no_script_and_no_network(page):
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.findall(r'(?:src|href)="(?!https://data\.example\.org/)[^"#]', page)
