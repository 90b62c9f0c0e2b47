"""The examples on the page for developers are run as they stand there; the data model is what the data are like."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from flask.testing import FlaskClient
from lxml import html
from pyoxigraph import NamedNode, Store
from test_site_server import serving

from publisher.rdf.terms import expand
from publisher.release.release import Release

NODE = "const go = globalThis.fetch; globalThis.fetch = (a, o) => go(String(a).replace('{base}', '{here}'), o);"


@pytest.fixture(scope="module")
def here(example_data: Path) -> Iterator[str]:
    with serving(example_data) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def examples(client: FlaskClient) -> dict[str, str]:
    page = html.document_fromstring(client.get("/guide?lang=en").data)
    return {each.get("aria-label"): each.text_content() for each in page.xpath("//pre")}


def run(command: list[str], text: str, here: str, folder: Path) -> str:
    """Run an example with the site of the example in the place of the one that it names."""
    done = subprocess.run(
        command,
        input=text,
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "http_proxy": here, "no_proxy": "", "NO_PROXY": ""},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl(examples: dict[str, str], here: str, tmp_path: Path):
    said = run(["bash", "-e"], examples["curl"], here, tmp_path)
    assert '"totalItems"' in said
    assert "@prefix" in said
    assert re.search(r"/library/kontum,.*,\d+", said)
    assert (tmp_path / "editions.csv").read_text("utf-8-sig").count("\n") > 100


def test_python(examples: dict[str, str], here: str, base: str, tmp_path: Path):
    said = run([sys.executable, "-I", "-"], examples["Python"], here, tmp_path).splitlines()
    assert sum(f" {base}/instance/" in line for line in said) > 20
    assert re.fullmatch(r"vi \d+", next(line for line in said if line.startswith("vi ")))


def test_javascript(examples: dict[str, str], here: str, base: str, tmp_path: Path):
    preload = tmp_path / "preload.mjs"
    preload.write_text(NODE.replace("{base}", base).replace("{here}", here), "utf-8")
    (tmp_path / "example.mjs").write_text(examples["JavaScript"], "utf-8")
    said = run(["node", "--import", "./preload.mjs", "example.mjs"], "", here, tmp_path).splitlines()
    assert sum(f" {base}/instance/" in line for line in said) > 20
    assert said[-1].startswith(f"{base}/instance/")


def test_the_addresses_in_all_examples_are_there(client: FlaskClient, examples: dict[str, str], base: str):
    assert {"R", "Excel, Power BI (Power Query)", "Excel, Power BI (CSV)"} <= set(examples)
    for text in examples.values():
        assert "@BASE@" not in text
        for address in re.findall(rf"{re.escape(base)}(/[\w/.-]+)", text):
            if address != "/sparql":
                assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_model_names_what_the_data_use_and_shows_an_edition_as_it_is(
    client: FlaskClient, base: str, language: str, example_release: Release
):
    page = html.document_fromstring(client.get(f"/model?lang={language}").data)
    drawn = {NamedNode(expand(text)) for text in page.xpath("//figure//text/text()") if ":" in text}
    assert len(drawn) > 8
    store, kind = Store.read_only(str(example_release.store_path)), NamedNode(expand("rdf:type"))
    used = {
        name
        for name in drawn
        if any(store.quads_for_pattern(None, name, None)) or any(store.quads_for_pattern(None, kind, name))
    }
    assert drawn - used == set()
    shown = orjson.loads(page.xpath("//pre")[0].text_content())
    assert orjson.loads(client.get(f"{shown['id'].removeprefix(base)}.jsonld").data) == shown
