"""What was planted in any format is on no page, in no answer, in no file, and in nothing that a verb prints."""

from __future__ import annotations

import gzip
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
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

from .formats import CLOSED, FORMATS, secrets
from .test_planted import TOML, texts

BASE = "https://data.example.vn"
CKAN = '[ckan]\nurl = "https://ckan.example.vn"\norganization = "thu-vien"\n'
LICENCE = (
    '[licence]\nid = "CC0-1.0"\niri = "https://creativecommons.org/publicdomain/zero/1.0/"\n'
    'title = {vi = "CC0", en = "CC0"}\n'
)
SECRETS = [str(secret) for secret in secrets()]
FOUND = re.compile(
    "|".join(sorted(map(re.escape, {*SECRETS, *(fold(each) for each in CLOSED)}), key=len, reverse=True))
)


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
            timeout=200,
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
        for seen in {text, unescape(text), unquote(text)}
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
