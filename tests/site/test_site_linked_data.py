"""The same address for people and programs: negotiation, suffixes, links, validators."""

import re
import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonld_triples import parsed
from site_kinds import KINDS

from publisher.release.release import Release
from publisher.site.formats import RDF_FORMATS

SYNTAX = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


@pytest.fixture
def instance(entity_paths: dict[str, list[str]]) -> str:
    return entity_paths["instance"][0]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle", "text/turtle"),
        ("text/html;q=0.5, text/turtle;q=0.9", "text/turtle"),
        ("text/html, text/turtle;q=0.9", "text/html"),
        ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("application/rdf+xml;q=0.7, application/n-triples;q=0.8", "application/n-triples"),
        ("image/png, application/rdf+xml;q=0.3", "application/rdf+xml"),
        ("text/turtle;q=0, text/html", "text/html"),
    ],
)
def test_the_accept_header_decides_with_its_q_values(client: FlaskClient, instance: str, accept: str, media_type: str):
    response = client.get(instance, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in response.headers["Vary"].split(",")}


def test_what_nobody_can_satisfy_is_406_with_what_there_is(client: FlaskClient, instance: str):
    response = client.get(instance, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_data(as_text=True)


@pytest.mark.parametrize("kind", KINDS)
def test_all_formats_say_the_same(client: FlaskClient, entity_paths: dict[str, list[str]], kind: str):
    for path in entity_paths[kind][:5]:
        by_format = {}
        for known in RDF_FORMATS:
            response = client.get(f"{path}.{known.suffix}")
            assert response.mimetype == known.media_type
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            by_format[known.suffix] = (
                {triple.triple for triple in ox.parse(response.data, format=SYNTAX[known.media_type])}
                if known.media_type in SYNTAX
                else parsed(response.data)
            )
        assert by_format["nt"]
        assert all(triples == by_format["nt"] for triples in by_format.values())


def test_the_description_is_what_the_store_says(
    client: FlaskClient, example_release: Release, instance: str, base: str
):
    store = ox.Store.read_only(str(example_release.store_path))
    said = {quad.triple for quad in store.quads_for_pattern(ox.NamedNode(base + instance), None, None)}
    served = {quad.triple for quad in ox.parse(client.get(f"{instance}.nt").data, format=ox.RdfFormat.N_TRIPLES)}
    assert said <= served
    assert all(next(store.quads_for_pattern(*triple), None) for triple in served)


def test_links_lead_from_each_representation_to_the_others(client: FlaskClient, instance: str, base: str):
    page, data = client.get(instance), client.get(f"{instance}.ttl")
    for known in RDF_FORMATS:
        alternate = f'<{base}{instance}.{known.suffix}>; rel="alternate"; type="{known.media_type}"'
        assert alternate in page.headers["Link"]
        assert alternate in data.headers["Link"]
    assert f'<{base}{instance}>; rel="canonical"' in page.headers["Link"]
    english = client.get(instance, headers={"Accept-Language": "en"})
    assert f'<{base}{instance}?lang=en>; rel="canonical"' in english.headers["Link"]
    assert f'<link rel="canonical" href="{base}{instance}?lang=en">' in english.get_data(as_text=True)
    assert 'rel="license"' in page.headers["Link"]
    assert f'<{base}{instance}.jsonld>; rel="describedby"; type="application/ld+json"' in page.headers["Link"]
    assert f'<{base}{instance}>; rel="about"' in data.headers["Link"]


@pytest.mark.parametrize(
    ("accept", "got"),
    [
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("text/turtle;charset=utf-8, */*;q=0.1", "text/turtle; charset=utf-8"),
        ("text/html;q=0.2, application/n-triples;version=1.1;q=0.7", "application/n-triples"),
    ],
)
def test_parameters_of_a_media_type_do_not_make_it_refused(client: FlaskClient, instance: str, accept: str, got: str):
    answer = client.get(instance, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, got)


def test_scripts_of_other_sites_may_read_everything_and_ask_with_conditions(client: FlaskClient, instance: str):
    tag = client.get(instance).headers["ETag"]
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    asked["Access-Control-Request-Headers"] = "accept, if-none-match, range"
    for path in (
        instance,
        f"{instance}.ttl",
        "/dataset/editions/editions.csv",
        "/catalog.ttl",
        "/oai",
        "/iiif/collection",
    ):
        before = client.options(path, headers=asked)
        assert before.headers["Access-Control-Allow-Origin"] == "*"
        assert {"If-None-Match", "Range"} <= set(before.headers["Access-Control-Allow-Headers"].split(", "))
        assert "POST" not in before.headers["Access-Control-Allow-Methods"]
    for answer, status in (
        (client.get("/work/nothing", headers={"Accept": "text/turtle"}), 404),
        (client.get(instance, headers={"Accept": "image/png"}), 406),
        (client.get(instance, headers={"If-None-Match": tag}), 304),
    ):
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")


def test_every_label_of_a_list_stands_in_both_languages_in_the_data(client: FlaskClient, instance: str):
    text = client.get(f"{instance}.ttl").get_data(as_text=True)
    assert "@vi" in text
    assert "@en" in text


@pytest.mark.parametrize("path", ["/", "/search?q=kon+tum", "/sitemap.xml", "/catalog.ttl", "INSTANCE", "INSTANCE.nt"])
def test_who_has_it_already_is_told_so(client: FlaskClient, instance: str, example_release: Release, path: str):
    path = path.replace("INSTANCE", instance)
    first = client.get(path)
    assert first.headers["ETag"].startswith("W/")
    assert first.last_modified == example_release.created
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    other = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "en"})
    assert other.status_code == 200


def test_a_date_or_a_star_does_not_make_an_unknown_address_known(client: FlaskClient):
    for headers in ({"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, {"If-None-Match": "*"}):
        assert client.get("/work/0000000000000000", headers=headers).status_code == 404


def test_head_says_what_get_would(client: FlaskClient, instance: str):
    for path in ("/", instance, f"{instance}.ttl", "/dataset/editions/editions.csv"):
        head, get = client.head(path), client.get(path)
        assert head.status_code == get.status_code == 200
        assert not head.data
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert head.headers["ETag"] == get.headers["ETag"]


def test_pages_and_data_go_out_compressed(client: FlaskClient, instance: str):
    for path in ("/", f"{instance}.nt"):
        plain = client.get(path)
        for coding in ("br", "gzip"):
            packed = client.get(path, headers={"Accept-Encoding": coding})
            assert packed.headers["Content-Encoding"] == coding
            assert len(packed.data) < len(plain.data) / 1.5
            assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    "path", ["/work/0000000000000000", "/instance/kontum-none", "/nothing", "/work/", "/dataset/none"]
)
def test_an_unknown_address_is_404_with_a_search_box(client: FlaskClient, path: str):
    response = client.get(path)
    assert response.status_code == 404
    assert 'role="search"' in response.get_data(as_text=True)
    assert client.get(path, headers={"Accept": "text/turtle"}).mimetype == "text/plain"


def test_writing_is_not_allowed(client: FlaskClient, instance: str):
    for method in (client.post, client.put, client.delete):
        response = method(instance)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


def test_withdrawn_is_410_and_merged_is_301(site: Flask, example_data: Path, base: str, tmp_path: Path):
    from publisher.site.app import create_app

    copy = tmp_path / "data"
    copy.mkdir()
    (copy / "current").symlink_to((example_data / "current").resolve())
    _registry(copy, base)
    client = create_app(copy).test_client()
    gone = client.get("/agent/gone")
    assert gone.status_code == 410
    assert "không còn công bố" in gone.get_data(as_text=True)
    moved = client.get("/agent/merged")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "/agent/target"
    assert client.get("/agent/merged.ttl").headers["Location"] == "/agent/target.ttl"


def _registry(folder: Path, base: str) -> None:
    """Write a registry as the releases of some years would have left it."""
    with sqlite3.connect(folder / "registry.sqlite") as database:
        database.execute(
            "CREATE TABLE published (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,"
            "withdrawn TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '') WITHOUT ROWID"
        )
        rows = [("gone", ""), ("merged", f"{base}/agent/target")]
        database.executemany(
            "INSERT INTO published VALUES (?, 'agent', '20240101T000000Z', '20250101T000000Z', '20260101T000000Z', ?)",
            [(f"{base}/agent/{name}", target) for name, target in rows],
        )


def test_the_context_is_served_and_is_the_one_that_data_names(client: FlaskClient, instance: str, base: str):
    named = re.search(r'"@context": "([^"]+)"', client.get(f"{instance}.jsonld").get_data(as_text=True))[1]
    response = client.get(named.removeprefix(base))
    assert response.status_code == 200
    assert response.mimetype == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/context/v0.jsonld").status_code == 404
