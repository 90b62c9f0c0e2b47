"""Comunica (npm), unmodified: installed from its lock file, run by Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sparql.serving import Server

HERE = Path(__file__).parent / "comunica"
HONG = "http://localhost:8000/agent/hong"


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("node") is None or shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node and npm are missing; install the packages nodejs and npm")
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("comunica")
    for name in ("package.json", "package-lock.json", "ask.mjs"):
        shutil.copy(HERE / name, folder)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    subprocess.run(install, cwd=folder, check=True, timeout=240)
    return folder


@pytest.mark.slow
def test_comunica_reads_rows_booleans_and_graphs(server: Server, comunica: Path) -> None:
    command = ["node", "ask.mjs", server.url, HONG]
    said = subprocess.run(command, cwd=comunica, check=True, capture_output=True, text=True, timeout=120).stdout
    label = [{"label": "Phan Thị Hồng"}]
    assert json.loads(said) == {
        "rows": label,
        "discovered": label,
        "counted": [{"n": "1"}],
        "yes": True,
        "triples": 1,
    }
