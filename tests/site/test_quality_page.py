"""The quality of a release is a page, JSON and CSV: by source, with the worst records and what has changed."""

from __future__ import annotations

import csv
import io
import re
import time

import pytest
from flask.testing import FlaskClient

from publisher.build import build
from publisher.config import Settings
from publisher.quality.measures import PARTS, PROBLEMS
from publisher.release.service import put_into_service
from publisher.site.app import create_app
from tests.sources.make import marc

GOOD = marc(("001", "tot"), ("008", "260101s2020    vm |||||||||||||||||vie d"), ("020", "  \x1fa9780306406157"),
            ("082", "04\x1fa398.2"), ("100", "1 \x1faNgọc Anh"), ("245", "10\x1faTruyện cổ Ba Na"),
            ("264", " 1\x1faKon Tum\x1fbSở Văn hoá\x1fc2020"), ("300", "  \x1fa200 tr."), ("520", "  \x1faTruyện."),
            ("650", " 4\x1faTruyện cổ"))  # fmt: skip
POOR = marc(("001", "kem"), ("020", "  \x1fa9780306406150"), ("245", "10\x1faKhông rõ gì cả"))
SECRET = marc(("001", "mat"), ("245", "10\x1faNhan đề kíntiếng"), ("500", "  \x1faTuyệt mật"))
TOML = """
base = "https://data.example.vn"
publisher.name = {vi = "Thư viện thử", en = "Test Library"}
[[libraries]]
code = "kt"
name = {vi = "Thư viện", en = "Library"}
sources = [{path = "sach.mrc"}, {path = "bao.mrc"}]
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("quality")
    (folder / "rong.toml").write_text(TOML, "utf-8")
    (folder / "bao.mrc").write_bytes(GOOD.replace(b"tot", b"bao"))
    for content in (POOR, GOOD + POOR + SECRET):
        (folder / "sach.mrc").write_bytes(content)
        build(Settings.load(folder / "rong.toml"), folder / "data", workers=1)
        put_into_service(folder / "data")
        time.sleep(1.1)  # a release is called by the second in which it began
    return create_app(folder / "data").test_client()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_what_each_source_has_and_lacks(client: FlaskClient, language: str) -> None:
    page = client.get(f"/quality?lang={language}").get_data(as_text=True)
    for part in PARTS:
        assert f'<th scope="row">{part.vi if language == "vi" else part.en}</th>' in page
    for vi, en, _ in PROBLEMS.values():
        assert (vi if language == "vi" else en) in page
    assert "sach.mrc" in page
    assert "bao.mrc" in page
    assert "style=" not in page
    assert "state-secret" in page


def test_the_worst_records_are_links(client: FlaskClient) -> None:
    page = client.get("/quality").get_data(as_text=True)
    assert '<a href="/instance/kt-kem"><bdi>kem</bdi></a>' in page
    assert "thiếu" in page


def test_what_is_withheld_is_counted_and_not_named(client: FlaskClient) -> None:
    for address in ("/quality", "/quality.json", "/quality.csv"):
        text = client.get(address).get_data(as_text=True)
        assert "kíntiếng" not in text
        assert ">mat<" not in text


def test_a_trend_leads_from_release_to_release(client: FlaskClient) -> None:
    content = client.get("/quality.json").get_json()
    change = next(each for each in content["changes"] if each["source"] == "sach.mrc")
    assert change["records_in"] == 2
    assert change["completeness"] > 0
    assert "Qua các lần phát hành" in client.get("/quality").get_data(as_text=True)


def test_the_fates_and_the_trend_of_each_source_are_drawn_and_said_to_those_who_cannot_see(client: FlaskClient) -> None:
    page, content = client.get("/quality?lang=en").get_data(as_text=True), client.get("/quality.json").get_json()
    section = page[page.index("<bdi>sach.mrc</bdi>") : page.index("<bdi>bao.mrc</bdi>")]
    assert 'aria-label="3 records: 2 published, 1 withheld, 0 rejected"' in section
    assert '<rect x="66.67" width="33.33"' in section
    now = next(each for each in content["sources"] if each["source"] == "sach.mrc")["completeness"]
    change = next(each for each in content["changes"] if each["source"] == "sach.mrc")["completeness"]
    points = [f"{at},{round(23 - share * 22, 2)}" for at, share in (("0.0", now - change), ("100.0", now))]
    assert f'<polyline points="{" ".join(points)}"' in section
    trend = page[page.index('id="trend"') :]
    cells = [re.findall(r"<td>([\d,]+)</td>", row) for row in trend.split("<tr>")[2:]]
    assert cells == [["2", "0", "0"], ["3", "1", "0"]]


def test_names_that_are_linked_to_nothing_are_counted(client: FlaskClient) -> None:
    content = client.get("/quality.json").get_json()
    assert content["total"]["problems"]["unlinked"] == 2
    assert content["total"]["problems"]["isbn"] == 1


def test_the_table_has_a_row_a_source(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/quality.csv").get_data(as_text=True))))
    assert [(row["source"], row["records_in"], row["withheld"]) for row in rows] == [
        ("sach.mrc", "3", "1"), ("bao.mrc", "1", "0"), ("", "4", "1")
    ]  # fmt: skip


def test_every_page_leads_to_it(client: FlaskClient) -> None:
    assert 'href="/quality"' in client.get("/about").get_data(as_text=True)
