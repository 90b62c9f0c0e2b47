"""Who and what is found by another name (4XX of authority records): pen names, peoples, places."""

from __future__ import annotations

import orjson
import pytest
from flask.testing import FlaskClient
from test_authorities_build import BASE, Built, authority, book, publish

from publisher.site.app import create_app
from publisher.sparql.search import Searcher
from tests.conftest import without_datasets

AUTHORITIES = [
    authority(
        "001 A1", "003 VN-KT", "100 0# $aNguyễn Sen,$d1920-2014", "400 0# $aTô Hoài", "400 0# $aMai Trang",
        "400 0# $aDuy Phương", "400 0# $aHồng Hoa",
    ),
    authority("001 A2", "003 VN-KT", "150 ## $aNgười Ba Na thử", "450 ## $aBahnar Jolong"),
    authority("001 A3", "003 VN-KT", "151 ## $aLàng Kon Thử", "451 ## $aPlei Rơbang"),
]  # fmt: skip
BOOKS = [
    book("K1", "Dế mèn phiêu lưu ký", "100 0# $aNguyễn Sen,$d1920-2014"),
    book("K2", "Truyện Tây Bắc", "100 0# $aTô Hoài"),
    book("K3", "Sổ tay làm ruộng", "100 0# $aHồng Hoa,$d1975-"),
    book("K4", "Lễ hội", "650 #4 $aNgười Ba Na thử"),
    book("K5", "Bến nước", "651 #4 $aLàng Kon Thử"),
    book("K6", "Gỗ rừng", "100 0# $aTrần Khác"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    with without_datasets():
        return publish(tmp_path_factory.mktemp("variants"), {"kt": [*AUTHORITIES, *BOOKS]})


@pytest.fixture(scope="module")
def client(built: Built) -> FlaskClient:
    return create_app(built.release.path.parent.parent).test_client()


def searched(client: FlaskClient, words: str) -> dict:
    return client.get("/api/search", query_string={"q": words}).get_json()


def titles(client: FlaskClient, words: str) -> list[str]:
    return [hit["title"] for hit in searched(client, words)["member"]]


def reconciled(client: FlaskClient, words: str, kind: str) -> list[dict]:
    queries = orjson.dumps({"q": {"query": words, "type": kind}}).decode()
    return client.post("/reconcile", data={"queries": queries}).get_json()["q"]["result"]


def test_editions_are_found_by_a_pen_name_and_show_the_preferred_one(client: FlaskClient) -> None:
    for words in ("Tô Hoài", "to hoai", "Mai Trang"):
        found = searched(client, words)["member"]
        assert {hit["title"] for hit in found} == {"Dế mèn phiêu lưu ký", "Truyện Tây Bắc"}
        assert [hit["agents"] for hit in found] == [["Nguyễn Sen, 1920-2014"]] * 2
    page = client.get("/search", query_string={"q": "Mai Trang"}).get_data(as_text=True)
    assert "Nguyễn Sen, 1920-2014" in page
    assert "agent=Mai" not in page


def test_editions_of_who_is_called_so_come_before_those_of_who_is_also_called_so(client: FlaskClient) -> None:
    assert titles(client, "Hồng Hoa")[0] == "Sổ tay làm ruộng"
    assert set(titles(client, "hong hoa")) == {"Sổ tay làm ruộng", "Dế mèn phiêu lưu ký", "Truyện Tây Bắc"}


@pytest.mark.parametrize(
    ("words", "title", "label"),
    [
        ("Bahnar Jolong", "Lễ hội", "Người Ba Na thử"),
        ("bahnar jolong", "Lễ hội", "Người Ba Na thử"),
        ("Plei Rơbang", "Bến nước", "Làng Kon Thử"),
    ],
)
def test_subjects_and_places_are_found_by_their_variants(
    client: FlaskClient, built: Built, words: str, title: str, label: str
) -> None:
    assert titles(client, words) == [title]
    iri = built.called(label)
    suggested = client.get("/api/suggest", query_string={"q": words[:-2]}).get_json()["member"]
    assert [each["id"] for each in suggested] == [iri]
    kind = iri.removeprefix(f"{BASE}/").partition("/")[0]
    assert iri.endswith(reconciled(client, words, kind)[0]["id"])
    page = client.get(iri.removeprefix(BASE), headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert words.split()[1].casefold() in page.casefold()


@pytest.mark.parametrize("words", ["Hồng Hoa", "hong hoa"])
def test_the_preferred_name_comes_before_the_variant_everywhere(client: FlaskClient, built: Built, words: str) -> None:
    ordered = [built.called("Hồng Hoa, 1975-"), built.called("Nguyễn Sen, 1920-2014")]
    for typed in (words, words[:-1]):
        suggested = client.get("/api/suggest", query_string={"q": typed}).get_json()["member"]
        assert [each["id"] for each in suggested][:2] == ordered
    assert [f"{BASE}/{each['id']}" for each in reconciled(client, words, "agent")][:2] == ordered
    found = Searcher(str(built.release.index_path)).find(words, "agent")
    assert [iri for iri, _ in found] == ordered
    assert found[0][1] > found[1][1]


def test_sparql_finds_the_person_and_the_editions_by_a_pen_name(built: Built) -> None:
    searcher = Searcher(str(built.release.index_path))
    assert [iri for iri, _ in searcher.find("Tô Hoài", "agent")] == [built.called("Nguyễn Sen, 1920-2014")]
    assert {iri.rpartition("/")[2] for iri, _ in searcher.find("to hoai", "instance")} == {"kt-K1", "kt-K2"}


def test_the_page_of_a_person_says_what_else_the_person_is_called(client: FlaskClient, built: Built) -> None:
    path = built.called("Nguyễn Sen, 1920-2014").removeprefix(BASE)
    for language, words in (("vi", "Còn gọi là"), ("en", "Also known as")):
        page = client.get(path, query_string={"lang": language}).get_data(as_text=True)
        assert words in page
        assert "Tô Hoài" in page


@pytest.mark.parametrize("typed", ["Tô Hoài", "to hoai", "Tô Hoà", "Nguyễn Sen"])
def test_editions_are_suggested_by_every_name_of_who_made_them(client: FlaskClient, built: Built, typed: str) -> None:
    agent = built.called("Nguyễn Sen, 1920-2014")
    editions = {f"{BASE}/instance/kt-K1", f"{BASE}/instance/kt-K2"}
    first, *others = client.get("/api/suggest", query_string={"q": typed}).get_json()["member"]
    assert first["id"] == agent
    assert {each["id"] for each in others} == editions
    result = client.get("/reconcile/entity", query_string={"prefix": typed}).get_json()["result"]
    found = [f"{BASE}/{each['id']}" for each in result]
    assert found[0] == agent
    assert set(found[1:]) == editions
    only = client.get("/reconcile/entity", query_string={"prefix": typed, "type": "instance"}).get_json()["result"]
    assert {f"{BASE}/{each['id']}" for each in only} == editions
