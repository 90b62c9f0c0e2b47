"""The site can be installed on a telephone, and without a line it shows what was read before."""

from __future__ import annotations

import struct

import pytest
from flask.testing import FlaskClient
from lxml import html

LANGUAGES = ("vi", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_speaks_the_language_and_its_icons_are_as_large_as_it_says(client: FlaskClient, language: str):
    page = html.document_fromstring(client.get(f"/?lang={language}").data)
    answer = client.get(page.xpath("string(//link[@rel='manifest']/@href)"))
    assert answer.mimetype == "application/manifest+json"
    said = answer.get_json(force=True)
    assert (said["lang"], said["start_url"], said["scope"]) == (language, f"/?lang={language}", "/")
    assert said["name"] in page.findtext(".//title")
    sizes = set()
    for icon in said["icons"]:
        picture = client.get(icon["src"])
        assert picture.status_code == 200
        assert picture.mimetype == icon["type"]
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", picture.data[16:24])
            assert icon["sizes"] == f"{width}x{height}"
            sizes.add((width, icon["purpose"]))
    assert {(192, "any"), (512, "any"), (512, "maskable")} <= sizes
    assert all(client.get(each["url"]).status_code == 200 for each in said["shortcuts"])


def test_the_worker_lies_at_the_root_and_the_policy_lets_it_in(client: FlaskClient):
    page = html.document_fromstring(client.get("/").data)
    address = page.xpath("string(//script/@data-worker)")
    assert address.startswith("/worker.js?v=")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert "worker-src 'self'; " in answer.headers["Content-Security-Policy"]
    assert "manifest-src 'self'; " in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_times_without_a_line_is_not_for_search_engines(client: FlaskClient, language: str):
    page = html.document_fromstring(client.get(f"/offline?lang={language}").data)
    assert page.get("lang") == language
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.get_element_by_id("kept-part").get("hidden") is not None


def test_under_a_path_everything_stays_below_it(hostile):
    client = hostile.test_client()
    said = client.get("/kho/manifest.webmanifest").get_json(force=True)
    assert (said["scope"], said["id"]) == ("/kho/", "/kho/")
    assert client.get("/kho/worker.js").status_code == 200
