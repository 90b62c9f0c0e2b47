"""The site over the example catalogue, and over a catalogue that means harm."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hostile_records import HOSTILE_RECORDS
from playwright.sync_api import Browser, sync_playwright
from site_kinds import KINDS

from publisher.build import build
from publisher.config import Settings
from publisher.release.ledger import Ledger
from publisher.release.release import Release
from publisher.release.service import put_into_service
from publisher.site.app import create_app
from tests.conftest import once_a_run
from tests.sources import digitized as made

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def site(example_data: Path) -> Flask:
    return create_app(example_data)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture(scope="session")
def base(example_release: Release) -> str:
    return str(example_release.manifest["base"])


@pytest.fixture(scope="session")
def ledger(example_release: Release) -> Ledger:
    return Ledger(example_release.ledger_path)


@pytest.fixture(scope="session")
def entity_paths(ledger: Ledger, base: str) -> dict[str, list[str]]:
    """The addresses of every entity of the example, by kind."""
    return {kind: [row.iri.removeprefix(base) for row in ledger.entities(kind)] for kind in KINDS}


@pytest.fixture(scope="session")
def hostile_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose records carry markup, endless titles, and letters that run the other way."""

    def make(folder: Path) -> None:
        source = folder / "hostile.xml"
        source.write_text(HOSTILE_RECORDS, encoding="utf-8")
        build(Settings.default("https://data.example.org/kho", (source,)), folder, workers=1)
        put_into_service(folder)

    return once_a_run(tmp_path_factory, "hostile", make)


@pytest.fixture(scope="session")
def hostile(hostile_data: Path) -> Flask:
    return create_app(hostile_data)


@pytest.fixture(scope="module")  # while its loop runs, tests of other modules cannot run one of their own
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("Debian's Chromium is missing: in CI nothing is skipped")
        pytest.skip("Debian's Chromium is not here")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield started
        started.close()


@pytest.fixture(scope="session")
def digitized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in service, made of METS folders: KT-S1 is open, KT-S2 of restricted use, KT-S3 stays inside."""

    def make(folder: Path) -> None:
        (folder / "so").mkdir()
        made.book(folder / "so")
        closed = made.book(folder / "so", "han-che", title="Truyện còn bản quyền", key="KT-S2")
        closed.write_text(closed.read_text("utf-8").replace(made.LICENCE, "Giữ bản quyền"), "utf-8")
        secret = made.book(folder / "so", "mat", title="Nhan đề mật-mã-thử", key="KT-S3")
        secret.write_text(secret.read_text("utf-8").replace('LABEL="Lời nói đầu"', 'LABEL="Lưu hành nội bộ"'), "utf-8")
        (folder / "rong.toml").write_text(
            'base = "https://data.example.vn"\npublisher.name = {vi = "Thư viện tỉnh", en = "Provincial Library"}\n'
            '[[libraries]]\ncode = "kt"\nname = {vi = "Thư viện Kon Tum", en = "Kon Tum Library"}\n'
            'sources = [{path = "so", files_at = "https://files.example.vn/so"}]\n',
            "utf-8",
        )
        report = build(Settings.load(folder / "rong.toml"), folder / "data", workers=1)
        assert (report.records_in, report.published, report.withheld) == (3, 2, 1)
        put_into_service(folder / "data")

    return once_a_run(tmp_path_factory, "digitized", make) / "data"
