"""The whole way, as a library officer goes it: from files to a served release and datasets on a real CKAN."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, ROOT
from tests.test_cli import assert_one_sentence, rong


@pytest.fixture
def with_ckan(tmp_path: Path) -> Path:
    """The example's configuration with a CKAN that nothing else in these tests writes to."""
    url = os.environ.get("RONG_TEST_CKAN_URL")
    if not url or not os.environ.get("RONG_TEST_CKAN_TOKEN"):
        pytest.skip("RONG_TEST_CKAN_URL and RONG_TEST_CKAN_TOKEN name no CKAN")
    configuration = tmp_path / "rong.toml"
    sources = EXAMPLE.read_text().replace('path = "', f'path = "{EXAMPLE.parent}/')
    name = f"whole-way-{uuid.uuid4().hex[:8]}"
    ckan = f"""
[ckan]
url = "{url}"
organization = "{name}"
name_prefix = "{name}-"
licence_id = "cc-zero"
token_env = "RONG_TEST_CKAN_TOKEN"
"""
    configuration.write_text(sources + ckan)
    return configuration


@pytest.mark.ckan
def test_publish_brings_ckan_in_step_and_a_second_apply_changes_nothing(with_ckan, tmp_path):
    data = tmp_path / "data"
    published = rong("publish", "--config", with_ckan, "--data", data, "--json")
    assert published.returncode == 0, published.stderr
    assert json.loads(published.stdout.splitlines()[-1])["ckan"]["writes"] > 0
    for _ in range(2):
        again = rong("ckan", "apply", "--config", with_ckan, "--data", data, "--json")
        assert json.loads(again.stdout)["writes"] == 0
    assert json.loads(rong("ckan", "plan", "--config", with_ckan, "--data", data, "--json").stdout)["changes"] == []
    verified = rong("ckan", "verify", "--config", with_ckan, "--data", data)
    assert verified.returncode == 0, verified.stdout
    # A rebuild of the same catalogue changes nothing on CKAN either.
    rebuilt = rong("publish", "--config", with_ckan, "--data", data, "--json")
    assert json.loads(rebuilt.stdout.splitlines()[-1])["ckan"]["writes"] == 0


@pytest.mark.ckan
def test_a_token_that_ckan_refuses_is_said_in_one_sentence(with_ckan, tmp_path, monkeypatch):
    data = tmp_path / "data"
    rong("build", "--config", with_ckan, "--data", data)
    rong("activate", "--data", data)
    monkeypatch.setenv("RONG_TEST_CKAN_TOKEN", "not-a-token")
    elsewhere = with_ckan.with_name("elsewhere.toml")
    elsewhere.write_text(with_ckan.read_text().replace("whole-way", "refused"))
    done = rong("ckan", "apply", "--config", elsewhere, "--data", data)
    assert done.returncode == 1
    assert "token" in done.stderr
    assert "Traceback" not in done.stderr
    assert "not-a-token" not in done.stderr + done.stdout


def test_a_ckan_that_is_down_is_said_in_one_sentence_and_the_release_stays(example_data, tmp_path, monkeypatch):
    configuration = tmp_path / "rong.toml"
    sources = EXAMPLE.read_text().replace('path = "', f'path = "{EXAMPLE.parent}/')
    configuration.write_text(sources + '\n[ckan]\nurl = "http://127.0.0.1:9"\norganization = "down"\nretries = 0\n')
    monkeypatch.setenv("RONG_CKAN_TOKEN", "x")
    assert_one_sentence(rong("ckan", "plan", "--config", configuration, "--data", example_data), "127.0.0.1:9")


def wait_for(port: int) -> None:
    """Return when something listens on `port`; fail after half a minute."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"nothing listens on {port}")


def test_what_was_published_is_served(example_data):
    port = "8631"
    serve = [sys.executable, "-m", "publisher", "serve", "--data", str(example_data), "--port", port]
    with subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            assert b"127.0.0.1:8631" in server.stdout.readline()
            wait_for(int(port))
            for path, kind in {
                "/": "text/html",
                "/search?q=ba+na": "text/html",
                "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D": "application/sparql-results+json",
                "/sitemap.xml": "application/xml",
                "/catalog.ttl": "text/turtle",
                "/dataset/editions/editions.csv": "text/csv",
                "/healthz": "application/json",
            }.items():
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                    assert (answer.status, answer.headers.get_content_type()) == (200, kind), path
        finally:
            server.terminate()
            server.wait(20)
