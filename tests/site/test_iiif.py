"""Digitized things with page images have IIIF manifests, which the instance names in its page, JSON-LD and RDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import iiif_prezi3
import pytest
from flask import Response
from flask.testing import FlaskClient
from lxml import html

from publisher.exports.iiif import CONTEXT, Subject, manifest, stated_rights
from publisher.site.app import create_app
from publisher.site.leafing import shown
from publisher.site.security import with_images_from
from publisher.sources.digital import Digital, DigitalFile, Page, Part, Service

BASE = "https://data.example.vn"


@pytest.fixture(scope="module")
def client(digitized: Path) -> FlaskClient:
    return create_app(digitized).test_client()


def fetched(client: FlaskClient, key: str = "KT-S1") -> dict[str, Any]:
    answer = client.get(f"/iiif/kt-{key}/manifest")
    assert answer.status_code == 200
    return dict(answer.get_json(force=True))


def test_the_manifest_is_one_of_presentation_3(client: FlaskClient) -> None:
    answer = client.get("/iiif/kt-KT-S1/manifest")
    assert answer.headers["Content-Type"] == f'application/ld+json;profile="{CONTEXT}"'
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    content = fetched(client)
    assert content["@context"] == CONTEXT
    assert content["id"] == f"{BASE}/iiif/kt-KT-S1/manifest"
    iiif_prezi3.Manifest(**content)
    assert_rules_of_presentation_3(content)


def test_it_says_what_who_from_whom_and_under_which_terms(client: FlaskClient) -> None:
    content = fetched(client)
    assert content["label"] == {"vi": ["Sử thi Đăm Săn"]}
    assert content["rights"] == "http://creativecommons.org/publicdomain/mark/1.0/"
    assert content["requiredStatement"]["value"] == {"vi": ["Thư viện Kon Tum"], "en": ["Kon Tum Library"]}
    assert content["homepage"][0]["id"] == f"{BASE}/instance/kt-KT-S1"
    assert f"{BASE}/instance/kt-KT-S1.ttl" in [each["id"] for each in content["seeAlso"]]
    assert content["rendering"][0]["format"] == "application/pdf"


def test_pages_are_canvases_and_chapters_ranges(client: FlaskClient) -> None:
    content = fetched(client)
    assert [(each["label"]["none"], each["width"], each["height"]) for each in content["items"]] == [
        ([f"tr. {number}"], 600, 900) for number in (1, 2, 3)
    ]
    first, second = content["structures"]
    assert first["label"]["none"] == ["Lời nói đầu"]
    assert [each["type"] for each in second["items"]] == ["Canvas", "Range"]


def test_the_text_of_pages_is_named_only_where_the_rights_are_open(client: FlaskClient) -> None:
    assert all("seeAlso" in canvas for canvas in fetched(client)["items"])
    assert not any("seeAlso" in canvas for canvas in fetched(client, "KT-S2")["items"])
    assert "rights" in fetched(client, "KT-S2")
    assert "alto" not in client.get("/instance/kt-KT-S2.ttl").get_data(as_text=True)


def test_the_words_of_the_pages_are_not_published(client: FlaskClient) -> None:
    for address in (
        "/iiif/kt-KT-S1/manifest",
        "/instance/kt-KT-S1",
        "/instance/kt-KT-S1.ttl",
        "/search?q=Chữ_của_trang",
    ):
        found = client.get(address).get_data(as_text=True).replace("Chữ_của_trang</", "").count("Chữ_của_trang")
        assert found <= ((address.startswith("/search") and 20) or 0), address


def test_a_stamp_in_the_structure_withholds_the_whole_thing(client: FlaskClient) -> None:
    assert client.get("/iiif/kt-KT-S3/manifest").status_code == 404
    assert client.get("/instance/kt-KT-S3").status_code == 404


def test_the_instance_leads_to_its_manifest(client: FlaskClient) -> None:
    address = f"{BASE}/iiif/kt-KT-S1/manifest"
    page = client.get("/instance/kt-KT-S1").get_data(as_text=True)
    assert f'href="{address}"' in page
    assert f'"@id":"{address}"' in page
    turtle = client.get("/instance/kt-KT-S1.nt").get_data(as_text=True)
    assert f"<http://www.w3.org/2000/01/rdf-schema#seeAlso> <{address}>" in turtle


def test_without_script_every_page_has_an_address_and_the_policy_names_the_library_that_sends_the_pictures(client):
    answer = client.get("/iiif/kt-KT-S1/read?page=2&lang=en")
    page = html.document_fromstring(answer.get_data(as_text=True))
    [picture] = page.xpath("//figure//img")
    assert picture.get("src") == "https://files.example.vn/so/dam-san/anh/2.png"
    assert picture.get("referrerpolicy") == "no-referrer"
    assert [a.get("href") for rel in ("prev", "next") for a in page.xpath(f"//a[@rel='{rel}']")] == [
        f"/iiif/kt-KT-S1/read?page={number}&lang=en" for number in (1, 3)
    ]
    assert [a.text_content() for a in page.xpath("//a[@data-page]")] == ["Lời nói đầu", "Khan Đăm Săn", "Đoạn một"]
    assert "img-src 'self' data: https://files.example.vn;" in answer.headers["Content-Security-Policy"]
    assert "files.example.vn" not in client.get("/works").headers["Content-Security-Policy"]
    again = client.get("/iiif/kt-KT-S1/read?page=2&lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, "Content-Security-Policy" in again.headers) == (304, False)


def test_the_page_of_an_edition_asks_for_no_picture_before_somebody_opens_it(client: FlaskClient):
    answer = client.get("/instance/kt-KT-S1")
    page = html.document_fromstring(answer.get_data(as_text=True))
    assert not page.xpath("//img")
    assert page.xpath("//*[@data-manifest]/@data-manifest") == ["/iiif/kt-KT-S1/manifest"]
    assert page.xpath("//*[@data-manifest]//a/@href") == ["/iiif/kt-KT-S1/read"]
    assert "https://files.example.vn;" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["kt-KT-S1/read?page=4", "kt-KT-S1/read?page=0", "kt-KT-S3/read", "nothing/read"])
def test_pages_that_there_are_not_are_not_found(client: FlaskClient, address: str):
    assert client.get(f"/iiif/{address}").status_code == 404


def test_nothing_but_a_host_gets_into_the_policy():
    response = with_images_from(Response(), ["https://a.vn/1.jpg", "https://x;script-src *//", "javascript:1", "//b"])
    assert "img-src 'self' data: https://a.vn; connect-src" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("version", "end"),
    [(3, "full/max/0/default.jpg"), (2, "full/full/0/default.jpg"), (1, "full/full/0/native.jpg")],
)
def test_what_browsers_do_not_show_comes_from_the_image_service(version: int, end: str):
    picture = DigitalFile("https://a.vn/1.tif", "image/tiff", service=Service("https://a.vn/iiif/1", version))
    assert shown(picture) == f"https://a.vn/iiif/1/{end}"


def test_a_copy_names_each_page_with_its_size_and_format(client: FlaskClient) -> None:
    page = client.get("/instance/kt-KT-S1.nt").get_data(as_text=True)
    item = page.partition(f"<{BASE}/item/")[2].partition(">")[0]
    described = client.get(f"/item/{item}.nt").get_data(as_text=True)
    assert described.count("<https://schema.org/ImageObject>") == 3
    assert '<https://schema.org/width> "600"' in described
    assert '<https://schema.org/contentSize> "1000 B"' in described


def test_all_manifests_are_in_one_collection(client: FlaskClient) -> None:
    content = client.get("/iiif/collection").get_json(force=True)
    assert [each["id"] for each in content["items"]] == [f"{BASE}/iiif/kt-KT-S{n}/manifest" for n in (1, 2)]
    iiif_prezi3.Collection(**content)


def test_there_is_no_manifest_of_anything_else(client: FlaskClient) -> None:
    assert client.get("/iiif/kt-nowhere/manifest").status_code == 404


def subject() -> Subject:
    words = {"vi": ["Nhan đề"]}
    return Subject(f"{BASE}/iiif/x/manifest", f"{BASE}/instance/x", words, f"{BASE}/library/kt", words)


def test_image_services_are_named_as_their_version_does() -> None:
    pages = tuple(
        Page(
            DigitalFile(
                f"https://i.vn/{n}/full/max/0/default.jpg", "image/jpeg", service=Service(f"https://i.vn/{n}", n)
            )
        )
        for n in (2, 3)
    )
    content = manifest(Digital(pages), subject())
    services = [canvas["items"][0]["items"][0]["body"]["service"][0] for canvas in content["items"]]
    assert [each.get("@type") or each.get("type") for each in services] == ["ImageService2", "ImageService3"]
    iiif_prezi3.Manifest(**content)


def test_a_page_of_unknown_size_has_that_of_its_neighbours() -> None:
    file = DigitalFile("https://i.vn/1.jpg", "image/jpeg")
    content = manifest(Digital((Page(file), Page(file, width=600, height=800))), subject())
    assert [(each["width"], each["height"]) for each in content["items"]] == [(600, 800), (600, 800)]
    assert "width" not in content["items"][0]["items"][0]["items"][0]["body"]
    assert_rules_of_presentation_3(manifest(Digital((Page(file),), parts=(Part("trống"),)), subject()))


def test_rights_are_those_that_the_specification_allows() -> None:
    assert stated_rights("https://rightsstatements.org/vocab/InC/1.0/") == "http://rightsstatements.org/vocab/InC/1.0/"
    assert stated_rights("https://thuvien.example.vn/quyen") == ""


def assert_rules_of_presentation_3(content: dict[str, Any]) -> None:
    """What the specification demands beyond what the model of iiif-prezi3 checks (3.0, sections 2 to 5)."""
    assert content["label"]
    assert content["items"]
    ids = [canvas["id"] for canvas in content["items"]]
    assert len(set(ids)) == len(ids)
    for canvas in content["items"]:
        assert canvas["id"].startswith("https://")
        assert "#" not in canvas["id"]
        assert canvas["height"] > 0
        assert canvas["width"] > 0
        (page,) = canvas["items"]
        for annotation in page["items"]:
            assert annotation["motivation"] == "painting"
            assert annotation["target"] == canvas["id"]
    for words in (content["label"], content["requiredStatement"]["label"], content["requiredStatement"]["value"]):
        assert all(isinstance(values, list) and values for values in words.values())

    def canvases(ranges: list[dict[str, Any]]) -> list[str]:
        return [
            found
            for each in ranges
            for found in ([each["id"]] if each["type"] == "Canvas" else canvases(each["items"]))
        ]

    assert set(canvases(content.get("structures", []))) <= set(ids)
    assert all(each["items"] for each in content.get("structures", []))
