"""Citations: what reference managers read of works and editions, read by their own libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from flask import Flask
from flask.testing import FlaskClient
from pybtex.database import Entry, parse_string

from publisher.site.citations import bibtex, ris
from publisher.site.personalnames import personal_name

TYPES = {"book", "periodical", "map", "song", "motion_picture", "manuscript", "thesis", "article-journal", "document"}


@pytest.fixture(scope="module")
def items(site: Flask, entity_paths: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Every instance of the example as CSL-JSON, by path."""
    client = site.test_client()
    return {path: orjson.loads(client.get(f"{path}.csl.json").data)[0] for path in entity_paths["instance"]}


def one_of(items: dict[str, dict[str, Any]], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((path, item) for path, item in items.items() if item["type"] == kind)


def bibtex_of(client: FlaskClient, path: str) -> Entry:
    (entry,) = parse_string(client.get(f"{path}.bib").get_data(as_text=True), "bibtex").entries.values()
    return entry


def ris_of(client: FlaskClient, path: str) -> dict[str, Any]:
    (entry,) = rispy.loads(client.get(f"{path}.ris").get_data(as_text=True))
    return dict(entry)


def test_every_edition_is_cited_by_what_it_is(items: dict[str, dict[str, Any]]):
    assert {item["type"] for item in items.values()} <= TYPES | {"dataset", "graphic", "musical_score"}
    assert {item["type"] for item in items.values()} >= {"book", "thesis", "map", "article-journal", "song"}
    assert all(item["title"] and item["URL"] == item["id"] for item in items.values())


def test_a_vietnamese_name_stays_whole_in_every_format(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path, item = next(
        (path, item) for path, item in items.items() if {"literal": "Vũ Ngọc Bình"} in item.get("author", [])
    )
    assert [str(person) for person in bibtex_of(client, path).persons["author"]] == ["{Vũ Ngọc Bình}"]
    assert "Vũ Ngọc Bình" in ris_of(client, path)["authors"]
    assert item["author"][0] == {"literal": "Vũ Ngọc Bình"}


def test_a_heading_with_a_comma_is_taken_apart_only_where_it_is_not_vietnamese(
    client: FlaskClient, items: dict[str, dict[str, Any]]
):
    path = next(
        path for path, item in items.items() if {"family": "McKenna", "given": "Thomas P."} in item.get("author", [])
    )
    (person,) = bibtex_of(client, path).persons["author"]
    assert (person.last_names, person.first_names) == (["McKenna"], ["Thomas"])
    assert ris_of(client, path)["authors"] == ["McKenna, Thomas P."]
    assert personal_name("Nguyễn, Du").literal == "Nguyễn Du"
    assert personal_name("Nguyen, Viet Thanh").literal == "Nguyen Viet Thanh"
    assert personal_name("Le Guin, Ursula K.").family == "Le Guin"
    assert personal_name("King, Martin Luther, Jr.") == ("", "King", "Martin Luther", "Jr.")


def test_a_thesis_names_its_degree_and_its_university(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path, item = next((path, item) for path, item in one_of(items, "thesis") if "thạc sĩ" in item["genre"])
    entry = bibtex_of(client, path)
    assert entry.type == "mastersthesis"
    assert entry.fields["school"] == item["publisher"]
    assert entry.fields["type"] == item["genre"]
    assert ris_of(client, path)["type_of_reference"] == "THES"
    assert "hướng dẫn" not in str(item.get("contributor", "")), "a supervisor is not cited"


def test_an_article_names_the_journal_and_where_in_it(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path, item = next((path, item) for path, item in one_of(items, "article-journal") if item.get("volume") == "13")
    assert item["container-title"] == "International Journal of Humanities and Social Sciences"
    assert item["issue"] == "5"
    assert bibtex_of(client, path).fields["journal"] == item["container-title"]
    assert ris_of(client, path)["secondary_title"] == item["container-title"]


def test_a_map_is_cited_as_a_map(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path, _ = next(one_of(items, "map"))
    assert ris_of(client, path)["type_of_reference"] == "MAP"


def test_a_book_carries_publisher_place_year_and_isbn(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path, item = next((path, item) for path, item in one_of(items, "book") if item.get("ISBN") == "9786049280122")
    assert (item["publisher"], item["publisher-place"]) == ("Thời đại", "Hà Nội")
    assert item["issued"] == {"date-parts": [[2012]]}
    entry, read = bibtex_of(client, path), ris_of(client, path)
    assert (entry.fields["publisher"], entry.fields["address"], entry.fields["year"]) == ("Thời đại", "Hà Nội", "2012")
    assert entry.fields["isbn"] == "9786049280122"
    assert (read["publisher"], read["place_published"], read["year"]) == ("Thời đại", "Hà Nội", "2012")


def test_what_nobody_knows_is_not_cited(items: dict[str, dict[str, Any]]):
    assert not any("không xác định" in item.get("publisher", "") for item in items.values())


def test_a_style_processor_makes_a_bibliography_of_every_item(items: dict[str, dict[str, Any]]):
    # citeproc-py knows CSL 1.0.1: the types that 1.0.2 added are documents to it.
    known = [
        {**item, "type": "article" if item["type"] in ("document", "periodical") else item["type"]}
        for item in items.values()
    ]
    source = CiteProcJSON(known)
    bibliography = CitationStylesBibliography(CitationStylesStyle("harvard-cite-them-right"), source, formatter.plain)
    for item in known:
        bibliography.register(Citation([CitationItem(item["id"])]))
    lines = [str(line) for line in bibliography.bibliography()]
    assert len(lines) == len(known)
    assert any("Vũ Ngọc Bình" in line and "2012" in line for line in lines)


def test_a_work_is_cited_too_and_negotiation_finds_the_formats(client: FlaskClient, entity_paths: dict[str, list[str]]):
    work = entity_paths["work"][0]
    for media_type in (
        "application/x-bibtex",
        "application/x-research-info-systems",
        "application/vnd.citationstyles.csl+json",
    ):
        response = client.get(work, headers={"Accept": media_type})
        assert (response.status_code, response.mimetype) == (200, media_type)
        assert f'rel="alternate"; type="{media_type}"' in client.get(work).headers["Link"]
    assert client.get(entity_paths["agent"][0], headers={"Accept": "application/x-bibtex"}).status_code == 406
    assert client.get(f"{entity_paths['agent'][0]}.bib").status_code == 404


def test_the_page_has_the_citation_in_words_and_its_formats(client: FlaskClient, items: dict[str, dict[str, Any]]):
    path = next(path for path, item in one_of(items, "book") if item.get("ISBN") == "9786049280122")
    page = client.get(path).get_data(as_text=True)
    assert "Vũ Ngọc Bình. Dyông Dư: hơamon Bahnar. Hà Nội: Thời đại, 2012." in page
    assert f"{path}.bib" in page
    assert "Cite</h2>" in client.get(f"{path}?lang=en").get_data(as_text=True)


def test_no_text_can_break_out_of_its_field():
    item = {
        "id": "https://example.org/instance/a-1",
        "type": "book",
        "title": "A } title { with \\ and 100% & $x_1 #\r\nER  - \n@book{x,",
        "author": [{"literal": "Nobody and Somebody }"}],
        "URL": "https://example.org/instance/a-1",
    }
    (entry,) = parse_string(bibtex([item]).decode(), "bibtex").entries.values()
    assert [str(person) for person in entry.persons["author"]] == ["{Nobody and Somebody )}"]
    (read,) = rispy.loads(ris([item]).decode())
    assert read["title"].startswith("A } title {")


def test_hostile_records_are_cited_without_harm(hostile: Flask):
    client, reader = hostile.test_client(), hostile.extensions["in_service"].reader()
    rows = reader.ledger.entities("instance")
    for row in rows:
        path = reader.iris.local(row.iri)
        assert len(parse_string(client.get(f"{path}.bib").get_data(as_text=True), "bibtex").entries) == 1
        assert len(rispy.loads(client.get(f"{path}.ris").get_data(as_text=True))) == 1
        assert orjson.loads(client.get(f"{path}.csl.json").data)[0]["id"] == row.iri
    assert rows
