"""A page far into a long list costs what the first ones cost, and is the page that it should be."""

from __future__ import annotations

import pytest
import tantivy
from flask.testing import FlaskClient
from lxml import html

from publisher.rdf.vietnamese import fold, sort_key, spelled
from publisher.release.document import Document
from publisher.release.index import SearchIndexWriter
from publisher.release.release import Release
from publisher.site import paging
from publisher.site.search import Search
from publisher.site.searchquery import PAGE_SIZE, SearchQuery

MANY = 1_500
FIRST_WORDS = "An Ba Cao Đá Em Gió Hoa Kim Lá Mây Nhà Ơn Phố Quê Rừng Sông Trăng Ước Vàng Xa"
TITLES = ["Nghiên cứu lịch sử tập {}", "Lịch sử {}", "漢字 {}", "Báo cáo", "Đất nước {}"]
TITLES += [f"{word} {{}}" for word in FIRST_WORDS.split(" ")]


def document(title: str) -> Document:
    return Document(
        title=title,
        sort_key=sort_key(title),
        words={"title": [(spelled(title), fold(title))]},
        identifiers=[],
        linked=["about concept/1"],
        languages=["vie"],
        form="book",
        agents=[],
        subjects=["Lịch sử"],
        digitized=False,
        year=2000,
        publishers=[],
    )


@pytest.fixture(scope="module")
def long_list(tmp_path_factory: pytest.TempPathFactory) -> Search:
    """A subject with many editions: titles that begin alike, that are alike, and in another script."""
    path = tmp_path_factory.mktemp("many") / "index"
    writer = SearchIndexWriter(path)
    for number in range(MANY):
        title = TITLES[number % len(TITLES)].format(number * 7 % MANY)
        writer.add_instance(f"https://x.vn/instance/{number}", f"https://x.vn/work/{number}", [], document(title))
    writer.close()
    return Search(path)


def test_all_pages_together_are_the_whole_list_in_its_order(long_list: Search, monkeypatch: pytest.MonkeyPatch):
    def every_page() -> list[str]:
        last = -(-MANY // PAGE_SIZE)
        pages = [long_list.linked("about", "concept/1", page) for page in range(1, last + 1)]
        assert {total for _, total in pages} == {MANY}
        return [hit.iri for hits, _ in pages for hit in hits]

    monkeypatch.setattr(paging, "NEAR", MANY)
    plain = every_page()
    monkeypatch.setattr(paging, "NEAR", 30)
    assert every_page() == plain
    assert len(set(plain)) == MANY
    assert long_list.linked("about", "concept/1", 10_000) == ((), MANY)


def test_no_page_passes_over_more_than_a_few_hits(long_list: Search, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paging, "NEAR", 30)
    query = long_list._term("linked", "about concept/1")
    alike = MANY // len(TITLES)  # those that begin with the same letters cannot be told apart
    assert alike + 30 < MANY / 10
    for offset in range(0, MANY, 97):
        assert long_list._paging.nearby(query, offset)[1] <= 30 + alike


def test_a_release_of_an_earlier_version_is_paged_as_it_was():
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("sort_key", fast=True)
    index = tantivy.Index(builder.build())
    query = tantivy.Query.all_query()
    assert paging.Paging(index.schema, index.searcher()).nearby(query, 5_000) == (query, 5_000)


def test_a_list_ends_with_its_last_page(client: FlaskClient, example_release: Release):
    total = Search(example_release.index_path).find(SearchQuery(library="kontum")).total
    last = -(-total // PAGE_SIZE)
    page = html.document_fromstring(client.get(f"/library/kontum?page={last}").data)
    assert len(page.xpath("//ul[@class='hits']/li")) in range(1, PAGE_SIZE + 1)
    assert not page.xpath("//nav[@class='pager']//a[@rel='next']")
    assert client.get(f"/library/kontum?page={last + 1}").status_code == 404
    assert client.get("/library/kontum?page=-1").status_code == 200


def test_a_search_beyond_its_last_page_leads_to_the_last_page(client: FlaskClient):
    answer = client.get("/search?q=kon+tum&page=400&lang=en")
    assert answer.status_code == 302
    last = client.get(answer.headers["Location"])
    assert html.document_fromstring(last.data).xpath("//ul[@class='hits']/li")
    assert client.get("/search?q=zzzzqq&page=400").status_code == 200
