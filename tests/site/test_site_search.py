"""Search: marks, phrases, numbers, filters, order, and no dead ends."""

import pytest
from flask.testing import FlaskClient
from lxml import html

from publisher.rdf.vietnamese import fold, spelled
from publisher.release.release import Release
from publisher.site.pages import grouped
from publisher.site.search import Search
from publisher.site.searchquery import PAGE_SIZE, SearchQuery


@pytest.fixture(scope="session")
def search(example_release: Release) -> Search:
    return Search(example_release.index_path)


def titles(search: Search, **query) -> list[str]:
    return [hit.title for hit in search.find(SearchQuery(**query)).hits]


def total(search: Search, **query) -> int:
    return search.find(SearchQuery(**query)).total


@pytest.mark.parametrize("words", ["sử thi", "tây nguyên", "đăm săn", "nhà rông", "Ê Đê", "Bahnar"])
def test_without_marks_everything_is_found_that_is_found_with_them(search: Search, words: str):
    assert 0 < total(search, q=words) <= total(search, q=fold(words))


def test_with_marks_the_exact_word_comes_first(search: Search):
    results = search.find(SearchQuery(q="sử thi"))
    assert spelled("sử thi") in spelled(results.hits[0].title)


def test_the_place_of_the_tone_mark_does_not_matter(search: Search):
    assert total(search, q="hoà") == total(search, q="hòa") > 0
    assert titles(search, q="hoà") == titles(search, q="hòa")


def test_all_words_must_occur(search: Search):
    assert total(search, q="sử thi bahnar") < total(search, q="sử thi")
    assert total(search, q="sử thi khôngcótừnày") == 0


def test_quotation_marks_keep_words_together(search: Search):
    apart, together = search.find(SearchQuery(q="thi sử")), search.find(SearchQuery(q='"thi sử"'))
    assert apart.total > 0
    assert together.total == 0
    assert total(search, q='"sử thi"') > 0


@pytest.mark.parametrize("number", ["978-0-8131-3401-7", "9780813134017", "0-8131-3401-3"])
def test_a_standard_number_leads_to_its_edition_however_it_is_written(search: Search, number: str):
    assert search.find(SearchQuery(q=number)).hits[0].title.startswith("Kontum")


def test_filters_narrow_down_and_their_counts_are_true(search: Search):
    everything = search.find(SearchQuery())
    for name in ("library", "language", "type", "subject", "agent", "year"):
        for count in everything.facets[name][:3]:
            found = search.find(SearchQuery().with_filter(name, count.value))
            assert found.total == count.count, (name, count.value)


def test_a_filter_that_is_set_can_still_be_changed(search: Search):
    query = SearchQuery(library="kontum")
    libraries = {count.value for count in search.find(query).facets["library"]}
    assert {"kontum", "dakto"} <= libraries


def test_digitized_things_can_be_had_alone(search: Search):
    results = search.find(SearchQuery(digitized=True))
    assert 0 < results.total < search.find(SearchQuery()).total
    assert all(hit.digitized for hit in results.hits)


def test_years_may_be_one_or_a_span_or_open(search: Search):
    for said, allowed in {"2012": range(2012, 2013), "2000-2009": range(2000, 2010), "-1975": range(1, 1976)}.items():
        results = search.find(SearchQuery(year=said))
        assert results.total
        assert all(hit.year in allowed for hit in results.hits)


def test_newest_and_oldest_are_what_they_say(search: Search):
    newest = [hit.year for hit in search.find(SearchQuery(q="tây nguyên", sort="newest")).hits]
    assert newest == sorted(newest, reverse=True)
    oldest = [hit.year for hit in search.find(SearchQuery(q="tây nguyên", year="1900-", sort="oldest")).hits]
    assert oldest == sorted(oldest)


def test_pages_of_results_do_not_overlap_and_reach_the_end(search: Search):
    first = search.find(SearchQuery(sort="title"))
    seen = [
        hit.iri for page in range(1, first.pages + 1) for hit in search.find(SearchQuery(sort="title", page=page)).hits
    ]
    assert len(seen) == len(set(seen)) == first.total > PAGE_SIZE


def test_a_typing_mistake_is_met_with_a_proposal_that_finds_something(search: Search):
    results = search.find(SearchQuery(q="tay nguyn"))
    assert results.total == 0
    assert results.proposals == ("tay nguyen",)
    assert total(search, q=results.proposals[0]) > 0


def test_a_name_is_offered_as_an_entry_of_its_own(search: Search):
    named = search.find(SearchQuery(q="nguyên ngọc")).named
    assert ("agent", "Nguyên Ngọc") in [(each.kind, each.label) for each in named]


def test_suggestions_complete_the_last_word(search: Search):
    labels = [named.label for named in search.suggestions("su t")]
    assert labels
    assert all("su t" in fold(label) for label in labels[:3])
    assert search.suggestions("") == []
    assert search.suggestions("(*[") == []


@pytest.mark.parametrize(
    "words",
    ["", " ", "@@@", '"', '""', "AND OR NOT", "title:x", "a" * 5000, "*", "\\", "(((", "\u202e", "\x00", "🏠",
     "đ" * 300, " ".join(["sử"] * 400), "-", "[1 TO 2]", "Z\u0351\u036f"],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_search(client: FlaskClient, words: str):
    for path in ("/search", "/suggest"):
        assert client.get(path, query_string={"q": words}).status_code == 200


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=99999999999", "page=x", "year=soon", "sort=nonsense", "library=nobody",
              "type=%00", "page=499", "year=9999-", "subject=" + "x" * 3000]
)  # fmt: skip
def test_nonsense_in_the_address_is_a_page_all_the_same(client: FlaskClient, query: str):
    assert client.get(f"/search?q=kon&{query}", follow_redirects=True).status_code == 200


def test_an_empty_result_shows_ways_out(client: FlaskClient):
    page = html.document_fromstring(client.get("/search?q=sử+thi&language=eng&library=llvt").data)
    text = page.text_content()
    assert "Không tìm thấy" in text
    ways = [a.get("href") for a in page.iter("a") if "không giới hạn theo" in a.text_content()]
    assert ways
    assert all("ấn phẩm" in html.document_fromstring(client.get(way).data).text_content() for way in ways)


def test_editions_of_one_work_with_one_title_stand_together_where_the_best_of_them_stands(search: Search):
    first, second, third = search.find(SearchQuery(q="tây nguyên")).hits[:3]
    other_edition = third._replace(work=first.work, title=first.title)
    other_title = second._replace(work=first.work)
    groups = grouped((first, second, other_edition, other_title))
    assert groups == [[first, other_edition], [second], [other_title]]


def test_the_libraries_that_have_an_edition_stand_beside_it(client: FlaskClient, search: Search):
    hit = next(hit for hit in search.find(SearchQuery(q="tây nguyên")).hits if len(hit.libraries) > 1)
    page = html.document_fromstring(client.get("/search", query_string={"q": "tây nguyên"}).data)
    shown = next(li for li in page.xpath("//ul[@class='hits']/li") if hit.iri.endswith(li.find(".//a").get("href")))
    assert shown.text_content().count("hư viện") >= 2


def test_search_pages_are_not_indexed_and_keep_what_was_typed(client: FlaskClient):
    page = html.document_fromstring(client.get("/search?q=nhà+rông&library=kontum").data)
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.get_element_by_id("q").get("value") == "nhà rông"
    assert page.xpath("//form[@role='search']//input[@name='library']/@value") == ["kontum"]


def test_a_library_is_offered_under_its_name_in_the_language_of_the_page(client: FlaskClient):
    for language, name in (("vi", "Thư viện xã Đăk Tô"), ("en", "Đăk Tô Commune Library")):
        response = client.get("/suggest", query_string={"q": "dak to", "lang": language})
        assert any(each["label"].startswith(name) for each in response.json), response.json
