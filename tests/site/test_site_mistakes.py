"""A mistake is reported by a message that says already where it is, in which records, and what the page says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from publisher.config import Publisher
from publisher.release.ledger import Ledger
from publisher.site.app import create_app
from publisher.site.mistakes import LONGEST

EMAIL = "du-lieu@example.vn"
TRACKER = "https://git.example.vn/danh-muc/issues/new?title={title}&body={text}&page={iri}"


@pytest.fixture(scope="module")
def reporting(example_data: Path) -> Flask:
    """The site of a publisher that has an address, a telephone and a tracker."""
    return told(create_app(example_data))


def told(app: Flask) -> Flask:
    reader = app.extensions["in_service"].reader()
    contact = {"email": EMAIL, "phone": "0260 3862 000"}
    said = {**reader.settings.publisher.model_dump(), "contact": contact, "reports_at": TRACKER}
    reader.settings = reader.settings.model_copy(update={"publisher": Publisher.model_validate(said)})
    return app


def message(page: bytes, scheme: str, subject: str, body: str) -> tuple[str, str, str]:
    """Return the one address on the page that begins like this, its subject and its text."""
    addresses = html.document_fromstring(page.decode()).xpath("//section[@aria-labelledby='mistake']//a/@href")
    address = next(each for each in addresses if each.startswith(scheme))
    said = parse_qs(urlsplit(address).query, strict_parsing=True)
    return address, said[subject][0], said[body][0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_message_names_page_record_and_release_and_quotes_the_page(
    reporting: Flask, ledger: Ledger, base: str, language: str
):
    release = reporting.extensions["in_service"].reader().release.id
    row = next(each for each in ledger.entities("instance") if "sử thi" in each.label.lower())
    path = row.iri.removeprefix(base)
    page = reporting.test_client().get(path, query_string={"lang": language}).data
    address, subject, text = message(page, f"mailto:{EMAIL}?", "subject", "body")
    assert row.label[:30] in subject
    assert "%0D%0A" in address
    assert len(address) <= LONGEST
    assert row.iri in text
    assert f"{base}/record/" in text
    assert release in text
    shown = html.document_fromstring(page.decode())
    first = shown.xpath("//dl[@class='lines']/div[1]")[0]
    assert f"{first.findtext('dt')}: " in text
    assert first.find("dd").text_content().strip()[:40] in text
    question = {"vi": "Chỗ nào sai", "en": "What is wrong"}[language]
    assert text.startswith(question)
    assert EMAIL in shown.text_content()
    assert "0260 3862 000" in shown.text_content()


def test_every_kind_of_page_offers_it(reporting: Flask, entity_paths: dict[str, list[str]], base: str):
    client = reporting.test_client()
    pages = [paths[0] for paths in entity_paths.values() if paths] + ["/dataset/editions"]
    for path in pages:
        _, _, text = message(client.get(path).data, "mailto:", "subject", "body")
        assert f"{base}{path}" in text, path


def test_a_tracker_is_filled_in_as_well(reporting: Flask, entity_paths: dict[str, list[str]], base: str):
    path = entity_paths["work"][0]
    _, title, text = message(reporting.test_client().get(path).data, "https://git.example.vn/", "title", "body")
    assert title.startswith("Sai sót")
    assert f"{base}{path}" in text


def test_nothing_is_offered_where_nobody_is_named(hostile: Flask):
    path = Ledger(hostile.extensions["in_service"].reader().release.ledger_path).entities("instance")[0].iri
    assert b'aria-labelledby="mistake"' not in hostile.test_client().get(urlsplit(path).path).data


def test_markup_and_endless_titles_stay_a_short_address(hostile_data: Path):
    app = told(create_app(hostile_data))
    client: FlaskClient = app.test_client()
    rows = Ledger(app.extensions["in_service"].reader().release.ledger_path).entities("instance")
    for row in rows:
        page = client.get(urlsplit(row.iri).path).data
        address, _, text = message(page, "mailto:", "subject", "body")
        assert len(address) <= LONGEST + 400
        assert row.iri in text
        assert "<" not in address
        assert "\n" not in address
