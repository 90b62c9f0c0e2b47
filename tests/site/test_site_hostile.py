"""Records that mean harm: nothing in them is executed, nothing breaks, everything can still be read."""

import orjson
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hostile_records import BACKWARDS, ENDLESS, SCRIPT, TEMPLATE
from lxml import html

from publisher.release.ledger import Ledger
from publisher.release.release import active

PREFIX = "/kho"


@pytest.fixture(scope="session")
def paths(hostile: Flask, hostile_data) -> list[str]:
    ledger = Ledger(active(hostile_data).ledger_path)
    kinds = ("work", "instance", "agent", "concept")
    return [row.iri.removeprefix("https://data.example.org") for kind in kinds for row in ledger.entities(kind)]


@pytest.fixture
def visitor(hostile: Flask) -> FlaskClient:
    return hostile.test_client()


def test_no_title_becomes_markup(visitor: FlaskClient, paths: list[str]):
    for path in [*paths, f"{PREFIX}/search", f"{PREFIX}/", f"{PREFIX}/works", f"{PREFIX}/search?q=%3Cscript%3E"]:
        response = visitor.get(path)
        assert response.status_code == 200, path
        page = html.document_fromstring(response.data)
        assert all(s.get("src") or s.get("type") == "application/ld+json" for s in page.iter("script")), path
        assert not page.findall(".//img")
        for script in page.xpath("//script[@type='application/ld+json']"):
            orjson.loads(script.text)


def test_the_title_stands_on_the_page_as_it_was_written(visitor: FlaskClient):
    page = html.document_fromstring(visitor.get(f"{PREFIX}/instance/lib-script").data)
    assert SCRIPT in page.find(".//h1").text_content()
    page = html.document_fromstring(visitor.get(f"{PREFIX}/instance/lib-template").data)
    assert TEMPLATE in page.find(".//h1").text_content()


def test_no_link_runs_a_script(visitor: FlaskClient, paths: list[str]):
    for path in paths:
        page = html.document_fromstring(visitor.get(path).data)
        assert not [e for e in page.iter("a", "link") if "javascript:" in (e.get("href") or "").lower()]


def test_ten_thousand_characters_are_one_title_of_a_light_page(visitor: FlaskClient):
    response = visitor.get(f"{PREFIX}/instance/lib-endless")
    page = html.document_fromstring(response.data)
    assert ENDLESS.strip() in page.find(".//h1").text_content()
    assert len(page.find(".//title").text) < 200
    assert len(response.data) < 100_000


def test_letters_that_run_the_other_way_are_kept_in_their_place(visitor: FlaskClient):
    page = html.document_fromstring(visitor.get(f"{PREFIX}/instance/lib-backwards").data)
    assert page.find(".//h1/bdi") is not None
    assert BACKWARDS.strip() in page.find(".//h1/bdi").text_content()


def test_a_number_with_anything_in_it_has_an_address_that_works(visitor: FlaskClient):
    page = visitor.get(f"{PREFIX}/instance/lib-a%20b/c%3Fd%23e")
    assert page.status_code == 200
    assert "Số biểu ghi lạ" in page.get_data(as_text=True)
    link = html.document_fromstring(page.data).xpath("//link[@type='text/turtle']/@href")[0]
    data = visitor.get(link.removeprefix("https://data.example.org"))
    subjects = {quad.subject.value for quad in ox.parse(data.data, format=ox.RdfFormat.TURTLE)}
    assert "https://data.example.org/kho/instance/lib-a%20b/c%3Fd%23e" in subjects


def test_the_site_lives_below_the_path_of_its_base(visitor: FlaskClient, paths: list[str]):
    assert visitor.get("/").status_code == 404
    page = html.document_fromstring(visitor.get(paths[0]).data)
    own = [e.get("href") for e in page.iter("a", "link") if (e.get("href") or "").startswith("/")]
    assert own
    assert all(href.startswith(f"{PREFIX}/") for href in own)
    for href in own:
        if "/sparql" not in href and "void" not in href:
            assert visitor.get(href.partition("#")[0]).status_code in (200, 303), href


def test_a_release_without_a_configuration_is_served(visitor: FlaskClient):
    for path in ("/", "/libraries", "/library/lib", "/terms", "/about", "/datasets", "/sitemap.xml", "/catalog.ttl"):
        assert visitor.get(PREFIX + path).status_code == 200, path


@pytest.mark.parametrize(
    "path", ["/%00", "/work/%ff%fe", "/instance/" + "x" * 5000, "/search?q=%ff%fe", "/%E2%80%AE", "/work/a\\b",
             "/..%5c", "/work/%3Cscript%3E", "/?lang=%3Cscript%3E", "/?lang=xx"]
)  # fmt: skip
def test_a_strange_address_is_answered_calmly(visitor: FlaskClient, path: str):
    response = visitor.get(PREFIX + path)
    assert response.status_code in (200, 404)
    assert b"<script>" not in response.data
