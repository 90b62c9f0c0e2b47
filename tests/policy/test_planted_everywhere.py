"""What was planted in any format is on no page, in no answer, in no file, and in nothing that a verb prints."""

from __future__ import annotations

import gzip
import io
import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import requests
from flask.testing import FlaskClient

from publisher.config import Settings
from publisher.exports.ckan.desired import wanted
from publisher.exports.files import read_datasets
from publisher.rdf.vietnamese import fold
from publisher.release import Release, active
from publisher.release.digitized import NAME as DIGITIZED
from publisher.release.ledger import Ledger
from publisher.site.app import create_app
from publisher.site.formats import RDF_FORMATS
from tests.sparql.serving import free_port

from .formats import CLOSED, FORMATS, secrets
from .test_planted import TOML, texts

BASE = "https://data.example.vn"
PORTAL = os.environ.get("RONG_TEST_CKAN_URL", "https://ckan.example.vn")
CORNER = f"planted-{uuid.uuid4().hex[:8]}"
CKAN = (
    f'[ckan]\nurl = "{PORTAL}"\norganization = "{CORNER}"\nname_prefix = "{CORNER}-"\nlicence_id = "cc-zero"\n'
    'token_env = "RONG_TEST_CKAN_TOKEN"\n'
)
LICENCE = (
    '[licence]\nid = "CC0-1.0"\niri = "https://creativecommons.org/publicdomain/zero/1.0/"\n'
    'title = {vi = "CC0", en = "CC0"}\n'
)
SECRETS = [str(secret) for secret in secrets()]
FOUND = re.compile(
    "|".join(sorted(map(re.escape, {*SECRETS, *(fold(each) for each in CLOSED)}), key=len, reverse=True))
)

_DRAWN = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id that a CKAN draws: some of 10,000 have the digits of a short secret in them."""


class Lab:
    """A release of all formats, and what the verbs printed on their way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: list[tuple[str, str]] = []
        libraries = "".join(
            f'\n[[libraries]]\ncode = "lib{n}"\nname = {{vi = "Thư viện {n}", en = "Library {n}"}}\n'
            f'sources = [{{path = "{make(folder).name}", files_at = "https://files.example.vn"}}]\n'
            for n, make in enumerate(FORMATS)
        )
        text = TOML.replace('[policy]\nfile = "policy.toml"\n', "") + LICENCE + CKAN + libraries
        (folder / "rong.toml").write_text(text, "utf-8")
        self.run("build", "--config", "rong.toml", "--data", "data", "--json")
        self.run("activate", "--data", "data")

    def run(self, *words: str) -> str:
        """Run a verb; what it prints is kept."""
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        self.printed.append((" ".join(words), done.stdout + done.stderr))
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def release(self) -> Release:
        return active(self.folder / "data")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("everywhere"))


@pytest.fixture(scope="module")
def client(lab: Lab) -> FlaskClient:
    return create_app(lab.folder / "data").test_client()


def leaks(where: str, text: str) -> list[tuple[str, str, str]]:
    """Each secret in `text`, as it stands, unescaped or unquoted, with what is around it."""
    return [
        (where, found.group(), seen[max(0, found.start() - 60) : found.end() + 60])
        for seen in {_DRAWN.sub("", each) for each in (text, unescape(text), unquote(text))}
        for found in [FOUND.search(seen)]
        if found
    ]


def test_every_format_is_read_and_all_restricted_records_are_withheld(lab: Lab) -> None:
    made = lab.release.manifest
    assert made["rejected"] == 0
    assert made["withheld"] >= 3 * (len(CLOSED) - 3) + 4
    with sqlite3.connect(f"file:{lab.release.ledger_path}?mode=ro", uri=True) as ledger:
        sources = {name.partition("/")[0] for (name,) in ledger.execute("SELECT DISTINCT source FROM records")}
    assert len(sources) == len(FORMATS)


def test_nothing_is_in_the_release_and_its_files(lab: Lab) -> None:
    assert [leak for where, text in texts(lab.release) for leak in leaks(where, text)] == []
    digitized = lab.release.path / DIGITIZED
    assert digitized.is_file()
    sent = wanted(Settings.load(lab.folder / "rong.toml"), read_datasets(lab.release.datasets_path))
    assert leaks("CKAN", repr(sent)) == []


def addresses(lab: Lab) -> Iterator[str]:
    """Every page and every representation of every entity that a record of ours made, and what machines ask for."""
    ledger = Ledger(lab.release.ledger_path)
    made = ("work", "instance", "item", "agent", "record", "library")
    for kind in made:
        for row in ledger.entities(kind, limit=100_000):
            path = row.iri.removeprefix(BASE)
            yield path
            yield f"{path}?lang=en"
            for each in RDF_FORMATS:
                yield f"{path}.{each.suffix}"
    yield from ("/", "/search", "/search?lang=en", "/about", "/terms", "/libraries", "/datasets", "/catalog.ttl",
                "/catalog.jsonld", "/catalog.rdf", "/feed.atom", "/sitemap.xml", "/.well-known/void", "/robots.txt",
                "/healthz", "/iiif/collection", "/quality", "/quality.json", "/quality.csv",
                "/oai?verb=Identify", "/oai?verb=ListSets", "/oai?verb=ListMetadataFormats")  # fmt: skip
    for prefix in ("oai_dc", "marcxml", "mods"):
        yield f"/oai?verb=ListRecords&metadataPrefix={prefix}"
    for secret in SECRETS:
        for word in (secret, fold(secret)):
            yield f"/suggest?q={quote(word)}"


def test_nothing_is_on_any_page_or_in_any_answer(lab: Lab, client: FlaskClient) -> None:
    found: list[tuple[str, str, str]] = []
    seen: set[str] = set()
    waiting = list(addresses(lab))
    assert len(waiting) > 300
    more = re.compile(r"(?:loc>|id\":\s*\")" + re.escape(BASE) + r"(/(?:sitemaps|iiif|dataset)/[^<\"\s]+)")
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        content = answer.get_data()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8", "replace")
        asked = unquote(address)
        found += [leak for leak in leaks(address, text) if leak[1] not in asked]
        waiting += more.findall(text)
    assert found == []
    assert any(each.startswith("/iiif/lib") for each in seen)


def test_no_search_finds_anything_by_what_is_secret(client: FlaskClient) -> None:
    for secret in SECRETS:
        page = client.get(f"/search?q={quote(chr(34) + secret + chr(34))}").get_data(as_text=True)
        shown = re.sub(r"<(?:input|title|h1|h2|meta|link|a)\b[^>]*>|<title>.*?</title>", "", page)
        results = shown.partition("<ol")[2].partition("</ol>")[0]
        assert leaks(secret, results) == []


def test_nothing_is_in_what_the_verbs_print(lab: Lab) -> None:
    for words in (
        ("ledger", "--data", "data"), ("quality", "--data", "data"), ("quality", "--data", "data", "--format", "json"),
        ("quality", "--data", "data", "--format", "csv"), ("releases", "--data", "data"),
        ("policy", "explain", "--data", "data", "mrk-1"), ("policy", "explain", "--data", "data", "mrk-s1"),
        ("source", "inspect", "bang-ke.xlsx"), ("source", "inspect", "mods.xml"),
    ):  # fmt: skip
        lab.run(*words)
    assert len(lab.printed) > 10
    assert [leak for words, text in lab.printed for leak in leaks(words, text)] == []


@contextmanager
def served(lab: Lab) -> Iterator[tuple[str, Path]]:
    """A real server on the release; yields its address and the file of all that it prints."""
    port, log = free_port(), lab.folder / "serve.log"
    command = [sys.executable, "-m", "publisher", "serve", "--data", "data", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=lab.folder, stdout=output, stderr=output)
        try:
            for _ in range(300):
                try:
                    requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).raise_for_status()
                    break
                except requests.RequestException:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", log
        finally:
            server.terminate()
            server.wait(20)


SEARCH = """PREFIX rong: <https://w3id.org/rong/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?label { ?thing rong:search "WORDS" . OPTIONAL { ?thing rdfs:label ?label } }"""
COPIES = "CONSTRUCT { ?s ?p ?o } { ?s a <http://id.loc.gov/ontologies/bibframe/Item> ; ?p ?o }"
GRAPHS = ("application/n-triples", "text/turtle", "application/rdf+xml", "application/ld+json")
STEP = 20_000


def test_nothing_is_answered_over_http_or_written_down_by_the_server(lab: Lab) -> None:
    """Every statement, graphs in each format, searches inside SPARQL, wrong requests: then what the server wrote."""
    with served(lab) as (url, log):

        def ask(query: str, accept: str) -> str:
            for _ in range(30):
                answer = requests.get(f"{url}/sparql", {"query": query}, headers={"Accept": accept}, timeout=60)
                if answer.status_code != 503:  # While it warms up it may be busy, and says when to come again.
                    break
                time.sleep(int(answer.headers["Retry-After"]))
            assert answer.status_code == 200, answer.text[:300]
            return answer.text

        total = int(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv").split()[1])
        parts = [
            ask(f"SELECT * {{ ?s ?p ?o }} LIMIT {STEP} OFFSET {start}", "text/tab-separated-values")
            for start in range(0, total, STEP)
        ]
        assert sum(part.count("\n") - 1 for part in parts) == total
        found = [leak for part in parts for leak in leaks("/sparql", part)]
        found += [leak for accept in GRAPHS for leak in leaks(accept, ask(COPIES, accept))]
        for secret in SECRETS[::5]:
            words = fold(secret).replace('"', " ").replace("\\", " ")
            found += leaks("rong:search", ask(SEARCH.replace("WORDS", words), "application/sparql-results+json"))
        assert found == []
        for path in ("/sparql?query=SELECT", "/work/none", "/search?q=%00", "/dataset/none", "/record/lib0-s1"):
            assert requests.get(url + path, timeout=60).status_code < 500
    assert leaks("serve.log", log.read_text("utf-8", "replace")) == []


@pytest.mark.ckan
def test_nothing_is_on_the_real_ckan(lab: Lab) -> None:
    token = os.environ.get("RONG_TEST_CKAN_TOKEN")
    if not token:
        pytest.skip("RONG_TEST_CKAN_URL and RONG_TEST_CKAN_TOKEN name no CKAN")
    lab.run("ckan", "apply", "--config", "rong.toml", "--data", "data", "--json")
    assert leaks("ckan.jsonl", (lab.folder / "data" / "ckan.jsonl").read_text("utf-8")) == []

    def read(action: str, **words: Any) -> Any:
        answer = requests.get(f"{PORTAL}/api/3/action/{action}", words, headers={"Authorization": token}, timeout=60)
        answer.raise_for_status()
        return answer.json()["result"]

    found: list[tuple[str, str, str]] = []
    packages = read("package_search", fq=f"organization:{CORNER}", rows=100)["results"]
    assert len(packages) >= 15
    for package in packages:
        found += leaks(package["name"], repr(read("package_show", id=package["id"])))
        for resource in package["resources"]:
            if not resource["url"].startswith(PORTAL):
                continue  # By link: it is the file of the release, which is read above.
            content = requests.get(resource["url"], headers={"Authorization": token}, timeout=60).content
            found += [leak for text in unpacked(content) for leak in leaks(resource["url"], text)]
            if resource.get("datastore_active"):
                rows = read("datastore_search", resource_id=resource["id"], limit=32_000)["records"]
                found += leaks(f"datastore {package['name']}", repr(rows))
    assert found == []


def unpacked(content: bytes) -> Iterator[str]:
    """Yield the texts in a file that is plain, compressed, or a workbook."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        yield content.decode("utf-8", "replace")
