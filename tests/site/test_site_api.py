"""The HTTP API and the results of a search for programs: held against their own description."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from typing import Any

import feedparser
import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from pyld import jsonld

from publisher.resources import folder

CONTEXTS = {name: orjson.loads((folder("vocab") / f"context-{name}.jsonld").read_bytes()) for name in ("v1", "api-v1")}


@pytest.fixture(scope="module")
def openapi(site: Flask) -> dict[str, Any]:
    return orjson.loads(site.test_client().get("/api/openapi.json").data)


def loader(url: str, options: dict[str, Any]) -> dict[str, Any]:
    document = CONTEXTS[url.rpartition("/")[2].removesuffix(".jsonld")]
    return {"contextUrl": None, "documentUrl": url, "document": document, "contentType": "application/ld+json"}


def get(client: FlaskClient, openapi: dict[str, Any], address: str, status: int = 200) -> dict[str, Any]:
    """Return an answer, which must be what the description says of its path and status, and JSON-LD."""
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    path = address.partition("?")[0]
    described = openapi["paths"].get(path) or openapi["paths"]["/api/{kind}/{identifier}"]
    answer = described["get"]["responses"][str(status)]
    answer = openapi["components"]["responses"]["Problem"] if "$ref" in answer else answer
    schema = answer["content"][response.mimetype]["schema"]
    body = orjson.loads(response.data)
    OAS31Validator({**schema, "components": openapi["components"]}).validate(body)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if status == 200:
        assert jsonld.expand(body, {"documentLoader": loader})
        assert ("ETag" in response.headers) == (path != "/api/releases")
    return body


def test_the_description_is_openapi_3_1(openapi: dict[str, Any], base: str):
    validate(openapi)
    assert openapi["openapi"].startswith("3.1")
    assert openapi["servers"] == [{"url": base}]


def test_every_address_is_described_and_every_description_has_an_address(site: Flask, openapi: dict[str, Any]):
    rules = {rule.rule for rule in site.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    named = {rule for rule in rules if "<" in rule}
    assert {path for path in openapi["paths"] if "{" not in path} == rules - named - {
        "/api/",
        "/api",
        "/api/openapi.json",
        "/mcp",
    }
    assert len(named) == 1


def test_a_search_is_a_collection_with_pages_and_filters(client: FlaskClient, openapi: dict[str, Any]):
    first = get(client, openapi, "/api/search?q=sử+thi&size=5")
    assert first["totalItems"] > 10
    assert len(first["member"]) == 5
    found = [each["id"] for each in first["member"]]
    page = first
    while following := page["view"].get("next"):
        page = get(client, openapi, following.partition("127.0.0.1:8000")[2])
        found += [each["id"] for each in page["member"]]
    assert len(found) == len(set(found)) == first["totalItems"]
    assert page["id"] == first["id"]
    value = first["facets"]["type"][0]
    narrowed = get(client, openapi, value["search"].partition("127.0.0.1:8000")[2])
    assert narrowed["totalItems"] == value["count"]


def test_labels_come_in_the_language_that_is_asked_for(client: FlaskClient, openapi: dict[str, Any]):
    labels = [get(client, openapi, f"/api/search?lang={lang}")["facets"]["type"][0]["label"] for lang in ("vi", "en")]
    assert labels == ["Sách", "Book"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "size=101",
        "page=500&size=100",
        "year=soon",
        "sort=colour",
        "digitized=perhaps",
        "colour=green",
    ],
)
def test_what_makes_no_sense_is_told(client: FlaskClient, openapi: dict[str, Any], query: str):
    problem = get(client, openapi, f"/api/search?{query}", 400)
    assert problem["status"] == 400
    assert problem["detail"].endswith(".")


def test_an_entity_is_one_readable_object(
    client: FlaskClient, openapi: dict[str, Any], entity_paths: dict[str, list[str]], base: str
):
    for kind, paths in entity_paths.items():
        by_name = get(client, openapi, f"/api{paths[0]}")
        assert by_name["id"] == f"{base}{paths[0]}"
        assert get(client, openapi, f"/api/entity?iri={base}{paths[0]}") == by_name, kind
        assert by_name == orjson.loads(client.get(f"{paths[0]}.jsonld").data)


def test_what_is_not_there_is_a_problem_and_never_a_page(client: FlaskClient, openapi: dict[str, Any], base: str):
    assert "ever published" in get(client, openapi, "/api/work/nothing", 404)["detail"]
    assert get(client, openapi, f"/api/entity?iri={base}/work/nothing", 404)["status"] == 404
    assert get(client, openapi, "/api/entity?iri=https://elsewhere.example/1", 400)["status"] == 400
    for response in (client.get("/api/nothing"), client.post("/api/search")):
        assert response.mimetype == "application/problem+json"
        assert orjson.loads(response.data)["status"] == response.status_code in (404, 405)


def test_an_edition_is_found_by_its_numbers(client: FlaskClient, openapi: dict[str, Any], base: str):
    for query in ("isbn=978-604-928-012-2", "isbn=9786049280122", "number=DT00002", "number=DT00002&library=dakto"):
        (found,) = get(client, openapi, f"/api/lookup?{query}")["member"]
        assert found["id"] == f"{base}/instance/dakto-DT00002", query
    merged = get(client, openapi, "/api/lookup?number=KT00001&library=kontum")["member"]
    assert [each["id"] for each in merged] == [f"{base}/instance/dakto-DT00001"], "a record is found where it went"
    assert get(client, openapi, "/api/lookup?isbn=9786049280122&library=llvt")["totalItems"] in (0, 1)
    assert get(client, openapi, "/api/lookup?number=nothing")["member"] == []
    for query in ("", "isbn=1234567890", "isbn=9786049280122&issn=1"):
        get(client, openapi, f"/api/lookup?{query}", 400)


def test_the_lists(client: FlaskClient, openapi: dict[str, Any], entity_paths: dict[str, list[str]]):
    libraries = get(client, openapi, "/api/libraries")
    assert libraries["totalItems"] == len(entity_paths["library"])
    assert all(each["editions"] for each in libraries["member"])
    datasets = get(client, openapi, "/api/datasets")
    assert "editions" in [each["id"].rpartition("/")[2] for each in datasets["member"]]
    file = datasets["member"][0]["files"][0]
    assert int(client.head(file["id"].partition("127.0.0.1:8000")[2]).headers["Content-Length"]) == file["bytes"]
    releases = get(client, openapi, "/api/releases")
    assert [each["inService"] for each in releases["member"]] == [True]
    assert get(client, openapi, "/api/suggest?q=đăm+s")["member"]


def test_json_ld_is_sent_to_who_likes_it_better(client: FlaskClient):
    assert client.get("/api/libraries").mimetype == "application/json"
    assert client.get("/api/libraries", headers={"Accept": "application/ld+json"}).mimetype == "application/ld+json"
    preflight = client.options("/api/search", headers={"Origin": "https://a.example"})
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    tag = client.get("/api/libraries").headers["ETag"]
    assert client.get("/api/libraries", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_page_explains_it(client: FlaskClient, openapi: dict[str, Any], lang: str):
    page = client.get(f"/api/?lang={lang}").get_data(as_text=True)
    assert all(f"<code>{path}</code>" in page for path in openapi["paths"])
    assert client.get("/api").status_code == 200


# A search in other formats


def test_the_results_are_a_table(client: FlaskClient):
    response = client.get("/search.csv?q=sử+thi&size=1000&lang=en")
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert len(rows) == orjson.loads(client.get("/search.jsonld?q=sử+thi").data)["totalItems"]
    assert rows[0]["type"] == "Book"
    assert rows[0]["iri"].startswith("http")


def test_no_cell_of_a_table_is_run_as_a_formula(hostile: Flask):
    rows = list(
        csv.reader(io.StringIO(hostile.test_client().get("/kho/search.csv?size=1000").data.decode("utf-8-sig")))
    )
    assert len(rows) > 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_results_are_a_feed_with_the_numbers_of_opensearch(client: FlaskClient):
    total = orjson.loads(client.get("/search.jsonld?q=sử+thi").data)["totalItems"]
    address, found = "/search.atom?q=sử+thi&size=7", []
    while address:
        feed = feedparser.parse(client.get(address).data)
        assert not feed.bozo
        assert feed.feed.opensearch_totalresults == str(total)
        assert feed.feed.opensearch_startindex == str(len(found) + 1)
        found += [entry.id for entry in feed.entries]
        links = {link.rel: link.href for link in feed.feed.links}
        address = links.get("next", "").partition("127.0.0.1:8000")[2]
    assert len(set(found)) == len(found) == total


def test_the_same_search_in_every_way_of_asking(client: FlaskClient):
    by_suffix = client.get("/search.jsonld?q=gùi").data
    assert client.get("/search?q=gùi&format=jsonld").data == by_suffix
    assert client.get("/search?q=gùi", headers={"Accept": "application/ld+json"}).data == by_suffix
    assert client.get("/search?q=gùi").mimetype == "text/html"
    assert client.get("/search?q=gùi", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/search?format=pdf").status_code == 400
    links = client.get("/search?q=gùi").headers["Link"]
    for media_type in ("application/ld+json", "text/csv", "application/atom+xml"):
        assert f'rel="alternate"; type="{media_type}"' in links
    assert jsonld.expand(orjson.loads(by_suffix), {"documentLoader": loader})


def test_browsers_learn_of_the_search_and_its_suggestions(client: FlaskClient, base: str):
    root = ET.fromstring(client.get("/opensearch.xml").data)
    urls = {url.get("type"): url.get("template") for url in root.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")}
    assert {"text/html", "application/atom+xml", "application/x-suggestions+json"} <= urls.keys()
    address = urls["application/x-suggestions+json"].replace("{searchTerms}", "đăm s").removeprefix(base)
    words, labels, kinds, addresses = orjson.loads(client.get(address).data)
    assert words == "đăm s"
    assert len(labels) == len(kinds) == len(addresses) > 0
    assert 'type="application/opensearchdescription+xml"' in client.get("/").get_data(as_text=True)


def test_an_unfinished_word_finds_something_without_a_script(client: FlaskClient):
    page = client.get("/search?q=dyôn&lang=en").get_data(as_text=True)
    assert "Beginning like what you typed" in page
    assert "<bdi>Dyông Dư" in page
