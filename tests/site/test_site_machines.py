"""What programs fetch: sitemaps, robots.txt, catalogue, downloads."""

import gzip
import hashlib
from datetime import date
from urllib.parse import urlsplit

import orjson
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonld_triples import parsed
from lxml import etree

from publisher.config import Security, Settings
from publisher.release.ledger import Ledger
from publisher.release.release import Release
from publisher.site import sitemaps
from publisher.site.reader import Reader

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the addresses in a sitemap, each with its lastmod."""
    root = etree.fromstring(client.get(path).data)
    return {entry.findtext("s:loc", namespaces=NAMESPACE): entry.findtext("s:lastmod", "", NAMESPACE) for entry in root}


def test_the_sitemaps_have_every_entity_and_every_address_answers(client: FlaskClient, ledger: Ledger, base: str):
    addresses: dict[str, str] = {}
    for shard in locations(client, "/sitemap.xml"):
        addresses |= locations(client, shard.removeprefix(base))
    for kind in sitemaps.KINDS:
        assert {row.iri for row in ledger.entities(kind)} <= set(addresses)
    for address in addresses:
        assert client.get(address.removeprefix(base) or "/").status_code == 200, address


def test_lastmod_is_the_day_on_which_the_record_itself_changed(client: FlaskClient, ledger: Ledger):
    shown = locations(client, "/sitemaps/instance-1.xml")
    rows = {row.iri: row.changed for row in ledger.entities("instance")}
    assert shown == rows
    assert any(rows.values())


def test_sitemaps_are_cut_at_the_limit_of_the_protocol(example_release: Release, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sitemaps, "SHARD", 50)
    reader = Reader(example_release)
    shards = [sitemaps.part(reader, "instance", number) for number in range(1, 7)]
    counts = [text.count("<url>") for text in shards if text is not None]
    assert all(count == 50 for count in counts[:-1])
    assert sum(counts) == reader.counts["instance"]
    assert f"instance-{len(counts)}.xml" in sitemaps.index(reader)
    assert sitemaps.part(reader, "instance", 0) is None
    assert sitemaps.part(reader, "nothing", 1) is None


def test_robots_are_let_in_and_shown_the_sitemap(client: FlaskClient, base: str):
    text = client.get("/robots.txt").get_data(as_text=True)
    assert f"Sitemap: {base}/sitemap.xml" in text
    assert "Disallow: /search" in text
    assert "Disallow: /\n" not in text


def test_the_catalogue_is_the_same_in_every_format(client: FlaskClient, example_release: Release):
    made = ox.parse(path=str(example_release.datasets_path / "catalog.ttl"), format=ox.RdfFormat.TURTLE)
    wanted = {quad.triple for quad in made}
    turtle = client.get("/catalog.ttl")
    assert turtle.headers["Access-Control-Allow-Origin"] == "*"
    assert {quad.triple for quad in ox.parse(turtle.data, format=ox.RdfFormat.TURTLE)} == wanted
    rdf = client.get("/catalog.rdf").data
    assert {quad.triple for quad in ox.parse(rdf, format=ox.RdfFormat.RDF_XML)} == wanted
    assert parsed(client.get("/catalog.jsonld").data) == wanted


def test_the_name_of_the_catalogue_leads_to_what_is_asked_for(client: FlaskClient):
    for accept, target in (("text/html", "/datasets"), ("text/turtle", "/catalog.ttl")):
        response = client.get("/catalog", headers={"Accept": accept})
        assert response.status_code == 303
        assert response.headers["Location"] == target


def test_a_dataset_describes_itself_in_dcat(client: FlaskClient, base: str):
    quads = ox.parse(client.get("/dataset/editions.nt").data, format=ox.RdfFormat.N_TRIPLES)
    said = {(quad.subject.value, quad.predicate.value) for quad in quads}
    assert (f"{base}/dataset/editions", "http://www.w3.org/ns/dcat#distribution") in said
    assert any(subject.endswith("#csv") and "checksum" in predicate for subject, predicate in said)
    assert client.get("/dataset/editions", headers={"Accept": "text/turtle"}).mimetype == "text/turtle"


def test_downloads_are_the_files_of_the_release_with_their_checksum(client: FlaskClient, example_release: Release):
    sums = client.get("/dataset/editions/SHA256SUMS").get_data(as_text=True).split("\n")
    for line in filter(None, sums):
        digest, name = line.split()
        response = client.get(f"/dataset/editions/{name.lstrip('*')}")
        assert hashlib.sha256(response.data).hexdigest() == digest
        assert digest in response.headers["ETag"]
        assert response.headers["Repr-Digest"].startswith("sha-256=:")
        assert "attachment" in response.headers["Content-Disposition"]
    lines = gzip.decompress(client.get("/dataset/editions/editions.jsonl.gz").data).splitlines()
    assert len(lines) == orjson.loads((example_release.datasets_path / "editions/dataset.json").read_bytes())["rows"]


def test_a_download_that_broke_off_goes_on(client: FlaskClient):
    path = "/dataset/editions/editions.csv"
    whole = client.get(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(path, headers={"Range": "bytes=100-199", "If-Range": whole.headers["ETag"]})
    assert part.status_code == 206
    assert part.data == whole.data[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    assert client.get(path, headers={"Range": f"bytes={len(whole.data)}-"}).status_code == 416
    assert client.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    for asked in (
        "lines=1-2",
        "bytes=abc",
        "bytes=5-2",
        "bytes=0-4,8-9",
    ):  # RFC 9110, 14.2: what is not known is ignored
        answer = client.get(path, headers={"Range": asked})
        assert answer.status_code == 200
        assert answer.data == whole.data


@pytest.mark.parametrize(
    "path",
    ["/dataset/editions/../../manifest.json", "/dataset/editions/%2e%2e%2fcatalog.ttl",
     "/dataset/editions/dataset.json",     "/dataset/../store/CURRENT", "/static/../templates/base.html",
     "/dataset/editions/.", "/context/..%2fREADME.jsonld"],
)  # fmt: skip
def test_only_the_files_of_a_dataset_can_be_had(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_the_state_of_health_names_the_release(client: FlaskClient, example_release: Release):
    response = client.get("/healthz")
    assert response.json == {"status": "ok", "release": example_release.id}
    assert response.headers["Cache-Control"] == "no-store"


def test_browsers_can_add_the_search(client: FlaskClient, base: str):
    root = etree.fromstring(client.get("/opensearch.xml").data)
    template = root.find("{*}Url").get("template")
    assert template == f"{base}/search?q={{searchTerms}}"
    assert urlsplit(template).path == "/search"


def test_a_file_has_a_dated_address_that_stays(client: FlaskClient, example_release: Release):
    latest = client.get("/dataset/editions/editions.csv")
    dated = client.get(f"/dataset/editions/{example_release.id}/editions.csv")
    assert dated.data == latest.data
    assert dated.headers["ETag"] == latest.headers["ETag"]
    assert client.get(f"/dataset/editions/{example_release.id}/SHA256SUMS").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["20200101T000000Z/editions.csv", "current/editions.csv", "../editions.csv", "%2e%2e/editions.csv",
     "29990101T000000Z/editions.csv"],
)  # fmt: skip
def test_a_release_that_is_not_kept_has_no_files(client: FlaskClient, path: str):
    assert client.get(f"/dataset/editions/{path}").status_code == 404


def test_the_descriptions_of_a_dataset_lie_beside_its_files(client: FlaskClient):
    for name in ("datapackage.json", "editions.csv-metadata.json", "croissant.json"):
        response = client.get(f"/dataset/editions/{name}")
        assert response.mimetype == "application/json"
        assert orjson.loads(response.data)
    assert client.get("/dataset/graph/croissant.json").status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_dataset_page_says_how_good_it_is_how_to_open_and_to_cite_it(
    client: FlaskClient, base: str, example_release: Release, language: str
):
    page = client.get(f"/dataset/editions?lang={language}").get_data(as_text=True)
    assert f'pandas.read_parquet("{base}/dataset/editions/editions.parquet")' in page
    assert f"{example_release.id}. {base}/dataset/editions" in page
    assert f'href="/dataset/editions/{example_release.id}/editions.xlsx"' in page
    assert "<meter" in page
    assert ("ô trống nghĩa là mục lục không ghi" if language == "vi" else "an empty cell means") in page


def test_security_txt_is_there_only_where_it_is_configured(
    client: FlaskClient, site: Flask, base: str, monkeypatch: pytest.MonkeyPatch
):
    assert client.get("/.well-known/security.txt").status_code == 404
    reader = site.extensions["in_service"].reader()
    security = Security(
        contacts=("mailto:security@example.vn", "https://example.vn/report"),
        expires=date(2027, 6, 30),
        policy="https://example.vn/policy",
    )
    settings = reader.settings.model_copy(update={"security": security})
    monkeypatch.setattr(reader, "settings", Settings.model_validate(settings.public()))
    response = client.get("/.well-known/security.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.get_data(as_text=True).splitlines() == [
        "Contact: mailto:security@example.vn",
        "Contact: https://example.vn/report",
        "Expires: 2027-06-30T23:59:59Z",
        "Preferred-Languages: vi, en",
        f"Canonical: {base}/.well-known/security.txt",
        "Policy: https://example.vn/policy",
    ]
