"""Every page answers, in both languages, with what it says it has."""

import re
import tomllib
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from site_kinds import KINDS

from publisher import resources
from publisher.release.ledger import Ledger
from publisher.release.release import Release

PAGES = ("/", "/search", "/search?q=s%E1%BB%AD+thi", "/libraries", "/datasets", "/about", "/terms", "/guide", "/model",
         "/works", "/agents", "/concepts", "/places")  # fmt: skip
LANGUAGES = ("vi", "en")


def tree(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status, path
    return html.document_fromstring(response.get_data(as_text=True))


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_in_both_languages(client: FlaskClient, path: str, language: str):
    page = tree(client, with_language(path, language))
    assert page.get("lang") == language
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//main") is not None
    assert page.find(".//title").text.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_every_entity_of_the_example_has_a_page(client: FlaskClient, entity_paths: dict[str, list[str]], kind: str):
    assert entity_paths[kind]
    for path in entity_paths[kind]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert len(response.data) < 100_000


def test_items_and_records_have_pages_that_lead_to_their_instance(client: FlaskClient, entity_paths):
    instance = entity_paths["instance"][0]
    page = tree(client, instance)
    record = instance.replace("/instance/", "/record/")
    assert record in [a.get("href") for a in page.iter("a")]
    assert instance in [a.get("href") for a in tree(client, record).iter("a")]
    described = client.get(f"{instance}.nt").get_data(as_text=True)
    item = re.search(r"hasItem> <[^>]*?(/item/[^>]+)>", described)
    assert instance in [a.get("href") for a in tree(client, item[1]).iter("a")]


def test_links_keep_the_language_that_was_asked_for_and_only_then(client: FlaskClient, entity_paths):
    work = entity_paths["work"][0]
    kept = [a.get("href") for a in tree(client, f"{work}?lang=en").iter("a") if a.get("hreflang") is None]
    pages = [href for href in kept if re.match(r"/(work|instance|agent|concept|library|search|about)\b[^.]*$", href)]
    assert pages
    assert all("lang=en" in href for href in pages)
    assert not any("lang=" in a.get("href") for a in tree(client, work).iter("a") if a.get("hreflang") is None)


def test_the_language_of_the_browser_counts_when_the_address_has_none(client: FlaskClient):
    response = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9,vi;q=0.5"})
    assert html.document_fromstring(response.data).get("lang") == "en"
    assert client.get("/").data != response.data
    assert "Accept-Language" in response.headers["Vary"]


def test_every_internal_link_of_the_main_pages_leads_somewhere(client: FlaskClient):
    seen = set()
    for path in (*PAGES, "/library/kontum", "/dataset/editions"):
        page = html.document_fromstring(client.get(path).data)
        hrefs = [e.get("href") for e in page.iter("a", "link") if (e.get("href") or "").startswith("/")]
        seen |= {href.partition("#")[0] for href in hrefs}
    served_beside = ("/sparql", "/.well-known/void")
    for href in sorted(seen):
        if not href.startswith(served_beside):
            assert client.get(href).status_code in (200, 303), href


def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client: FlaskClient, entity_paths):
    for path in ("/", "/search", entity_paths["instance"][0], "/dataset/editions"):
        page = tree(client, path)
        loaded = [e.get("src") or e.get("href") for e in page.iter("script", "img", "link", "iframe") if
                  e.get("rel") in (None, "stylesheet", "icon")]  # fmt: skip
        assert all(address is None or address.startswith("/static/") for address in loaded)
        assert not page.findall(".//style")
        assert not [e for e in page.iter() if any(name.startswith("on") or name == "style" for name in e.attrib)]
        assert all(s.get("src") or s.get("type") == "application/ld+json" for s in page.iter("script"))
        assert "Set-Cookie" not in client.get(path).headers


def test_pages_are_guarded_by_a_policy_without_inline_script(client: FlaskClient):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert client.get("/").headers["X-Content-Type-Options"] == "nosniff"


def test_the_home_page_tells_the_numbers_of_the_release(client: FlaskClient, ledger: Ledger):
    text = tree(client, "/").text_content()
    for kind, count in ledger.entity_counts().items():
        if kind in KINDS:
            assert str(count) in text, kind


def test_lists_stand_in_the_order_of_the_vietnamese_alphabet(client: FlaskClient, ledger: Ledger):
    shown = [a.text_content() for a in tree(client, "/concepts").xpath("//ul[@class='columns']//a")]
    rows = ledger.entities_in_order("concept", limit=100)
    assert len(shown) == len(rows) > 20
    assert [row.sort_key for row in rows] == sorted(row.sort_key for row in rows)


def test_a_letter_leads_to_the_page_on_which_its_names_begin(client: FlaskClient, ledger: Ledger):
    page = tree(client, "/concepts?from=%C4%91")
    labels = [a.text_content().lower() for a in page.xpath("//ul[@class='columns']//a")]
    assert any(label.startswith("đ") for label in labels)


def test_both_translations_have_the_same_keys_and_no_empty_phrase():
    tables = {}
    for language in LANGUAGES:
        text = (resources.folder("site") / "translations" / f"{language}.toml").read_text(encoding="utf-8")
        tables[language] = flat(tomllib.loads(text))
    singular = {key for key in tables["en"] if key.endswith("_one")}
    assert set(tables["vi"]) == set(tables["en"]) - singular
    assert all(value.strip() for table in tables.values() for value in table.values())
    for key, phrase in tables["vi"].items():
        assert set(re.findall(r"{\w+}", phrase)) == set(re.findall(r"{\w+}", tables["en"][key])), key


def flat(table: dict, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def test_every_phrase_that_templates_ask_for_exists_and_every_phrase_is_asked_for():
    known = flat(tomllib.loads((resources.folder("site") / "translations" / "vi.toml").read_text(encoding="utf-8")))
    package = Path(__file__).parents[2] / "publisher" / "site"
    sources = [*(resources.folder("site") / "templates").glob("*.*"), *package.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    asked = set(re.findall(r"""(?:_|\bt|\bt\.counted|_\.counted)\("([a-z_0-9]+\.[a-z_0-9]+)\"""", text))
    assert asked - set(known) == set()
    looked_up = "menu source sort facet form kind level day field type format relation language problem dataset"
    tables = [
        *looked_up.split(),
        "viewer",
        "model",
        "works",
        "agents",
        "concepts",
        "places",
        "api.paths",
        "api.parameters",
    ]
    unused = {key for key in set(known) - asked if not key.startswith(tuple(f"{table}." for table in tables))}
    assert unused == set()


def test_dates_and_numbers_are_written_as_the_language_does(client: FlaskClient, example_release: Release):
    day = example_release.created
    assert f"tháng {day.month} năm {day.year}" in tree(client, "/").text_content()
    assert day.strftime("%B") in tree(client, "/?lang=en").text_content()
    triples = example_release.manifest["triples"]
    assert f"{triples:,}".replace(",", ".") in tree(client, "/").text_content()
    assert f"{triples:,}" in tree(client, "/?lang=en").text_content()
