"""The editor in a browser: it works, completes from our own vocabulary, and asks no other site; and without script."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sparql.client import request
from tests.sparql.serving import ROOT, Server, free_port

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def site(example_data: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "publisher", "serve", "--data", str(example_data), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/sparql?query=ASK%7B%7D", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def test_the_terms_of_the_release_are_there_to_complete(server: Server) -> None:
    terms = request(server, "GET", "/sparql/terms.json").json
    assert terms["prefixes"]["bf"] == "http://id.loc.gov/ontologies/bibframe/"
    assert "http://id.loc.gov/ontologies/bibframe/Instance" in terms["classes"]
    assert "http://id.loc.gov/ontologies/bibframe/instanceOf" in terms["properties"]


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_query_is_run_from_the_page_and_no_other_site_is_asked(site: str, script: bool) -> None:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: in CI nothing is skipped")
        pytest.skip("Chromium is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=script).new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda each: asked.append(each.url))
        page.on("console", lambda each: complaints.append(each.text) if each.type == "error" else None)
        page.on("pageerror", lambda each: complaints.append(str(each)))
        page.goto(f"{site}/sparql?lang=en")
        query = (
            "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> SELECT (COUNT(*) AS ?editions) { ?e a bf:Instance }"
        )
        if script:
            page.wait_for_selector(".sparql-editor .CodeMirror")
            assert not page.locator("#query").is_visible()
            page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
        else:
            page.fill("#query", query)
        page.click("#sparql-form button[type=submit]")
        page.wait_for_selector(".sparql-result table")
        assert page.locator(".sparql-result thead").inner_text().strip() == "editions"
        assert int(page.locator(".sparql-result tbody td").inner_text().split()[0]) > 80
        browser.close()
    assert complaints == []
    assert all(each.startswith((site, "data:")) for each in asked)
