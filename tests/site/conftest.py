"""The site over the example catalogue, and over a catalogue that means harm."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hostile_records import HOSTILE_RECORDS
from site_kinds import KINDS

from publisher.build import build
from publisher.config import Settings
from publisher.release.ledger import Ledger
from publisher.release.release import Release
from publisher.release.service import put_into_service
from publisher.site.app import create_app


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
    folder = tmp_path_factory.mktemp("hostile")
    source = folder / "hostile.xml"
    source.write_text(HOSTILE_RECORDS, encoding="utf-8")
    build(Settings.default("https://data.example.org/kho", (source,)), folder, workers=1)
    put_into_service(folder)
    return folder


@pytest.fixture(scope="session")
def hostile(hostile_data: Path) -> Flask:
    return create_app(hostile_data)
