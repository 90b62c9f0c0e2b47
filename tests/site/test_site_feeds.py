"""Feeds of what is new and changed, as a feed reader and a validator see them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree

from publisher import assembly
from publisher.build import build
from publisher.config import Settings
from publisher.release.service import put_into_service
from publisher.site import feeds
from publisher.site.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
ONE_EACH = ("id", "title", "updated")


def read(client: FlaskClient, address: str) -> feedparser.FeedParserDict:
    """Return a feed; RFC 4287, section 4.1, holds for it."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.content_type == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(response.data)
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ONE_EACH] == [1, 1, 1]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e.text) for e in element.findall(f"{ATOM}updated"))
        alternates = [(e.get("type"), e.get("hreflang")) for e in element.findall(f"{ATOM}link[@rel='alternate']")]
        assert len(alternates) == len(set(alternates)) > 0
    assert root.find(f"{ATOM}author") is not None
    ids = [e.text for e in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    feed = feedparser.parse(response.data)
    assert not feed.bozo, feed.bozo_exception
    return feed


def all_pages(client: FlaskClient, address: str, base: str) -> list[str]:
    """Return the ids of all entries, from page to page as RFC 5005, section 3, says."""
    found: list[str] = []
    while address:
        feed = read(client, address)
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["self"] == f"{base}{address}"
        found += [entry.id for entry in feed.entries]
        address = links.get("next", "").removeprefix(base)
    return found


def test_everything_is_in_the_feed_once_page_after_page(
    client: FlaskClient, entity_paths: dict[str, list[str]], base: str
):
    found = all_pages(client, "/feed.atom", base)
    assert sorted(found) == sorted(f"{base}{path}" for path in entity_paths["instance"])


def test_an_entry_says_what_it_is_who_made_it_and_where_it_is_described(client: FlaskClient, base: str):
    entry = next(e for e in read(client, "/concept/ce5265d85ac7196c/feed.atom").entries if "Dyông Dư" in e.title)
    assert entry.author == "Vũ Ngọc Bình"
    assert entry.link == entry.id
    assert f"{entry.id}.ttl" in [link.href for link in entry.links]
    assert "Người Ba Na" in [tag.label for tag in entry.tags]
    assert "hơamon" in entry.summary


@pytest.mark.parametrize("few", [0, 2000])
def test_a_subject_and_a_place_have_what_is_about_them(
    client: FlaskClient, entity_paths: dict[str, list[str]], base: str, few: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(feeds, "_FEW", few)
    monkeypatch.setattr(feeds, "_STRIDE", 60)
    monkeypatch.setattr(feeds, "SIZE", 4)
    reader = client.application.extensions["in_service"].reader()
    for path in (*entity_paths["concept"][:6], *entity_paths["place"][:3], *entity_paths["agent"][:3]):
        expected = reader.search.iris_linked(path.strip("/"), 1000)
        assert sorted(all_pages(client, f"{path}/feed.atom", base)) == sorted(expected)


def test_a_library_has_what_it_describes(client: FlaskClient, base: str):
    reader = client.application.extensions["in_service"].reader()
    expected = {row.instance for row in reader.ledger.rows() if row.library == "truong" and row.fate == "published"}
    assert set(all_pages(client, "/library/truong/feed.atom", base)) == expected


def test_pages_lead_to_their_feeds(client: FlaskClient, entity_paths: dict[str, list[str]], base: str):
    home = client.get("/?lang=en").get_data(as_text=True)
    assert 'type="application/atom+xml" title="New and updated resources" href="/feed.atom?lang=en">' in home
    for kind in feeds.FOLLOWED:
        response = client.get(entity_paths[kind][0])
        address = f"{entity_paths[kind][0]}/feed.atom"
        assert f'href="{address}"' in response.get_data(as_text=True)
        assert f'<{base}{address}>; rel="alternate"; type="application/atom+xml"' in response.headers["Link"]


def test_a_feed_speaks_the_language_that_is_asked_for(client: FlaskClient):
    assert read(client, "/feed.atom").feed.title == "Tài liệu mới và mới cập nhật"
    assert read(client, "/feed.atom?lang=en").feed.title == "New and updated resources"


@pytest.mark.parametrize("address", ["/feed.atom?before=x", "/concept/nothing/feed.atom", "/work/x/feed.atom"])
def test_what_is_no_feed_is_not_found(client: FlaskClient, address: str):
    assert client.get(address).status_code == 404


def test_who_comes_back_is_told_that_nothing_changed(client: FlaskClient):
    tag = client.get("/feed.atom").headers["ETag"]
    assert client.get("/feed.atom", headers={"If-None-Match": tag}).status_code == 304


def test_a_new_release_changes_only_what_changed(tmp_path: Path):
    record = (
        '<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{}</controlfield>'
        '<datafield tag="245" ind1="0" ind2="0"><subfield code="a">{}</subfield></datafield></record>'
    )

    def publish(**titles: str) -> None:
        source = tmp_path / "records.xml"
        body = "".join(record.format(key, title) for key, title in titles.items())
        source.write_text(f'<collection xmlns="http://www.loc.gov/MARC21/slim">{body}</collection>', encoding="utf-8")
        settings = Settings.default("https://data.example.org", (source,))
        with ThreadPoolExecutor(1, initializer=assembly.start, initargs=(settings,)) as here:
            build(settings, tmp_path / "data", executor=here, workers=1)
        put_into_service(tmp_path / "data")

    publish(a="Sử thi", b="Cồng chiêng", c="Gùi")
    client = create_app(tmp_path / "data").test_client()
    before = {entry.title: entry.updated for entry in read(client, "/feed.atom").entries}
    publish(a="Sử thi", b="Cồng chiêng Tây Nguyên", d="Nhà rông")
    after = read(client, "/feed.atom")
    assert {entry.title for entry in after.entries[:2]} == {"Cồng chiêng Tây Nguyên", "Nhà rông"}
    assert [(entry.title, entry.updated) for entry in after.entries[2:]] == [("Sử thi", before["Sử thi"])]
    assert after.feed.updated == after.entries[0].updated > before["Sử thi"]
    changed = next(entry for entry in after.entries if entry.title == "Cồng chiêng Tây Nguyên")
    assert changed.published == before["Cồng chiêng"]


def test_hostile_titles_are_only_text(hostile_data: Path):
    feed = read(create_app(hostile_data).test_client(), "/kho/feed.atom")
    assert feed.entries
