"""The files in deploy/: nginx as shipped serves the example with what it promises; the units are what systemd takes."""

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import HTTPErrorProcessor, HTTPHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import pytest
import yaml

from publisher import cli
from tests.conftest import EXAMPLE, ROOT

DEPLOY = ROOT / "deploy"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


class _AsItComes(HTTPErrorProcessor):
    """No redirect is followed and no status is an error."""

    def http_response(self, request, response):  # type: ignore[no-untyped-def]
        return response

    https_response = http_response


_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname = False
_TRUSTING.verify_mode = ssl.CERT_NONE
_OPENER = build_opener(ProxyHandler({}), HTTPHandler(), HTTPSHandler(context=_TRUSTING), _AsItComes())


def get(url: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with _OPENER.open(Request(url, headers=BROWSER | named), timeout=30) as response:
        return Answer(response.status, response.headers, response.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(1200):
        try:
            get(url)
        except (URLError, HTTPError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{url} does not answer")


@contextmanager
def portal(data: Path, port: int) -> Iterator[None]:
    arguments = ["serve", "--config", EXAMPLE, "--data", data, "--port", port]
    process = subprocess.Popen([sys.executable, "-m", "publisher", *map(str, arguments)], cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def configuration(folder: Path, http: int, https: int, upstream: int) -> Path:
    """Write rong.conf as an operator would change it, inside the smallest nginx.conf there is."""
    subprocess.run(
        [
            *[
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=localhost",
            ],
            "-keyout",
            folder / "privkey.pem",
            "-out",
            folder / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )
    shipped = (DEPLOY / "nginx" / "rong.conf").read_text("utf-8")
    for here, there in (
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{https} ssl http2;"),
        ("/etc/ssl/rong", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("/var/cache/nginx/rong", str(folder / "cache")),
    ):
        assert here in shipped, f"rong.conf no longer says {here}"
        shipped = shipped.replace(here, there)
    shipped = re.sub(r" *listen \[::\]:.*\n", "", shipped)
    (folder / "rong.conf").write_text(shipped)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(
        f"user root;\npid {folder}/pid;\nerror_log {folder}/error.log;\ndaemon off;\nevents {{}}\n"
        f"http {{\n{temporary}include {folder}/rong.conf;\n}}\n"
    )
    return path


@pytest.fixture(scope="module")
def site(example_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """The example behind nginx: its addresses by http and https, and nginx' folder."""
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx and openssl are not installed")
    folder = tmp_path_factory.mktemp("nginx")
    http, https, upstream = free_port(), free_port(), free_port()
    path = configuration(folder, http, https, upstream)
    with portal(example_data, upstream):
        process = subprocess.Popen(["nginx", "-c", path, "-e", folder / "error.log"])
        try:
            wait_for(f"https://127.0.0.1:{https}/healthz")
            yield f"http://127.0.0.1:{http}", f"https://127.0.0.1:{https}", folder
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


def test_plain_http_leads_to_https(site):
    answer = get(f"{site[0]}/search?q=a")
    assert (answer.status, answer.headers["Location"]) == (308, "https://127.0.0.1/search?q=a")


def test_a_page_has_the_promised_headers_and_is_cached(site):
    first, second = get(f"{site[1]}/"), get(f"{site[1]}/")
    assert first.status == second.status == 200
    assert first.body == second.body
    assert second.headers["X-Cache"] == "HIT"
    assert second.headers["Strict-Transport-Security"]
    assert "script-src" in second.headers["Content-Security-Policy"]
    assert second.headers["X-Content-Type-Options"] == "nosniff"
    assert second.headers["Server"] == "nginx"


def test_the_cache_keeps_languages_and_formats_apart(site):
    vietnamese, english = get(f"{site[1]}/", Accept_Language="vi"), get(f"{site[1]}/", Accept_Language="en")
    assert b'lang="vi"' in vietnamese.body
    assert b'lang="en"' in english.body
    assert get(f"{site[1]}/", Accept_Language="vi").body == vietnamese.body


def test_a_query_is_answered_through_nginx(site):
    answer = get(f"{site[1]}/sparql?query=ASK%7B%7D", Accept="application/sparql-results+json")
    assert (answer.status, answer.body) == (200, b'{"head":{},"boolean":true}')


def test_a_dataset_is_resumed_where_it_was_cut(site):
    url = f"{site[1]}/dataset/editions/editions.csv"
    whole, rest = get(url), get(url, Range="bytes=100-")
    assert (whole.status, rest.status) == (200, 206)
    assert whole.body[100:] == rest.body


def test_a_client_that_asks_too_often_is_told_so_and_others_are_not(site):
    hasty = [get(f"{site[1]}/about?n={n}", User_Agent="").status for n in range(12)]
    assert set(hasty) <= {200, 404, 429}
    assert 429 in hasty
    assert get(f"{site[1]}/").status == 200


def test_a_body_that_is_too_large_is_refused(site):
    request = Request(f"{site[1]}/sparql", data=b"x" * 2_000_000, headers=BROWSER, method="POST")
    with _OPENER.open(request, timeout=30) as response:
        assert response.status == 413


def test_the_log_has_no_address_of_a_client(site):
    get(f"{site[1]}/")
    log = (site[2] / "rong.log").read_text()
    assert "GET" in log
    assert "127.0.0.1" not in log
    assert "Mozilla" not in log


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_systemd_takes_the_unit(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    rong = tmp_path / "rong"
    rong.write_text("#!/bin/sh\n")
    rong.chmod(0o755)
    for each in (DEPLOY / "systemd").iterdir():
        (tmp_path / each.name).write_text(each.read_text("utf-8").replace("/opt/rong/.venv/bin/rong", str(rong)))
    name = "rong-alarm@rong.service" if unit.name.startswith("rong-alarm@") else unit.name
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / name], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if "rong" in line]
    assert complaints == []


def compose(name: str) -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "container" / name).read_text("utf-8"))


def test_the_containers_can_write_where_they_have_to_and_nowhere_else():
    services = compose("compose.yaml")["services"]
    for name, service in services.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    writable = {
        f"{name} {volume.split(':')[-1]}"
        for name, service in services.items()
        for volume in service["volumes"]
        if not volume.endswith(":ro")
    }
    assert writable == {"publish /var/lib/rong", "publish /var/backups/rong", "nginx /var/cache/nginx"}
    assert {name for name, service in services.items() if service.get("cap_add")} == {"nginx"}
    assert {name for name, service in services.items() if "RONG_CKAN_TOKEN" in service.get("environment", ())} == {
        "publish"
    }


def test_a_portal_that_is_started_anew_is_found_again_by_nginx():
    """A network that nginx shared with the portal would be gone with it (docker/compose#10263)."""
    made = compose("compose.yaml")
    portal, nginx = made["services"]["portal"], made["services"]["nginx"]
    assert "network_mode" not in nginx
    address = portal["networks"]["inside"]["ipv4_address"]
    inside = made["networks"]["inside"]
    assert inside["internal"]
    assert ip_address(address) in ip_network(inside["ipam"]["config"][0]["subnet"])
    assert set(portal["networks"]) == {"inside"} < set(nginx["networks"])
    rules = re.findall(r"-e '(s.*?)'", nginx["command"][-1])
    changed = subprocess.run(
        ["sed", *(part for rule in rules for part in ("-e", rule)), DEPLOY / "nginx" / "rong.conf"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"server {address}:8000;" in changed
    assert "127.0.0.1:8000" not in changed
    assert "access_log /dev/stdout rong;" in changed


def test_what_the_containers_call_is_there():
    """Verbs and options in the compose file and the image, and the variables that the page on operations explains."""
    containerfile = (DEPLOY / "container" / "Containerfile").read_text("utf-8")
    said = json.loads(re.search(r"^CMD (\[.*\])$", containerfile, re.MULTILINE)[1])
    services = compose("compose.yaml")["services"]
    for verb, *options in (said, services["portal"]["command"], services["publish"]["command"]):
        known = {name for parameter in cli.main.commands[verb].params for name in parameter.opts}
        assert {each for each in options if each.startswith("--")} <= known, verb
    assert "/healthz" in services["portal"]["healthcheck"]["test"][-1]
    assert services["portal"]["healthcheck"]["test"][-1] in containerfile
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    text = (DEPLOY / "container" / "compose.yaml").read_text("utf-8")
    assert {name for name in re.findall(r"RONG_[A-Z_]+", text) if f"`{name}`" not in page} == set()
    for command in re.findall(r"docker compose (-f .*)", page):
        names = re.findall(r"-f (?:/opt/rong/)?(\S+)", command)
        services = {
            name: each for file in names for name, each in yaml.safe_load((ROOT / file).read_text())["services"].items()
        }
        for service in re.findall(r"(?:run --rm(?: -T)?|--force-recreate) (\S+)", command):
            assert service in services, command


def test_a_ckan_beside_it_is_reached_by_its_own_names():
    services = compose("ckan.yaml")["services"]
    addresses = " ".join(map(str, services["ckan"]["environment"].values()))
    assert set(re.findall(r"[@/](ckan-\w+)[:/]", addresses)) == set(services) - {"ckan"}
    assert services["ckan"]["ports"] == ["127.0.0.1:5000:5000"], "it is not open to everybody"
    assert not set(services) & set(compose("compose.yaml")["services"])
    subprocess.run(["sh", "-n", DEPLOY / "container" / "ckan-db.sh"], check=True)


def locked(name: str) -> dict[str, set[str]]:
    """Return the hashes by requirement of a file of pinned dependencies."""
    entries = re.split(r"\n(?=\w)", (ROOT / name).read_text("utf-8"))
    return {
        each.split(" \\")[0]: set(re.findall(r"sha256:(\w+)", each)) for each in entries if "==" in each.splitlines()[0]
    }


def test_a_server_gets_the_versions_that_are_tested_and_all_that_it_needs():
    everything, server = locked("requirements.lock"), locked("requirements-server.lock")
    hashes = {requirement.split(" ;")[0]: found for requirement, found in everything.items()}
    assert {name for name, found in server.items() if hashes.get(name.split(" ;")[0]) != found} == set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["setup"]
    names = {re.split("==", requirement)[0] for requirement in server}
    assert {name for name in wanted if re.split(r"[>=;\[]", name)[0].strip() not in names} == set()
    assert {"pytest", "playwright", "pyarrow", "ruff"} & names == set()


def test_nothing_runs_as_root():
    for unit in (DEPLOY / "systemd").glob("*.service"):
        assert re.search(r"^(User=rong|DynamicUser=true)$", unit.read_text("utf-8"), re.MULTILINE), unit.name
    assert re.search(r"^USER rong$", (DEPLOY / "container" / "Containerfile").read_text("utf-8"), re.MULTILINE)
