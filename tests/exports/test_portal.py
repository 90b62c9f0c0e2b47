"""What is said when CKAN is down, is slow, is something else, or has no token to be asked with."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest

from publisher.config import Ckan
from publisher.errors import CkanError
from publisher.exports.ckan import Portal, apply, read_token
from publisher.exports.ckan.desired import wanted
from publisher.exports.files import DatasetFiles

from . import small

Answer = tuple[int, str]


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start a server that gives `answers` one after another, the last one for ever; return its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(*answers: Answer) -> str:
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def portal(url: str, **options: float) -> tuple[Portal, list[float]]:
    waits: list[float] = []
    settings = Ckan.model_validate({"url": url, "organization": "org", "retries": 2, **options})
    return Portal(settings, "secret-token", sleep=waits.append), waits


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


HTML = "<!DOCTYPE html><html><body>Please log in</body></html>"
REFUSED = '{"success": false, "error": {"__type": "Authorization Error", "message": "Access denied"}}'
INVALID = '{"success": false, "error": {"__type": "Validation Error", "name": ["That URL is already in use."]}}'


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, HTML), r"an HTML page \(status 200\) came back instead of CKAN's API; check ckan\.url"),
        ((403, HTML), r"an HTML page \(status 403\) came back"),
        ((301, ""), r"CKAN redirects \(status 301\); set ckan\.url"),
        ((403, REFUSED), r"CKAN refuses package_create; the token is not valid, or its user has no right"),
        ((409, INVALID), r"CKAN does not accept package_create: name: That URL is already in use\.$"),
        ((400, '"Bad request"'), r"CKAN answers package_create with status 400"),
    ],
)
def test_a_refusal_is_one_clear_sentence(serve: Callable[..., str], answer: Answer, message: str) -> None:
    asked, waits = portal(serve(answer))
    with pytest.raises(CkanError, match=message) as caught:
        asked.write("package_create", name="x")
    assert "secret-token" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert waits == []


def test_a_read_is_tried_again_and_a_write_is_not(serve: Callable[..., str]) -> None:
    from publisher.exports.ckan.portal import Unsure

    asked, waits = portal(serve((503, HTML), (502, HTML), (200, '{"success": true, "result": ["cc-by"]}')))
    assert asked.read("license_list") == ["cc-by"]
    assert waits == [0.5, 1.0]
    asked, waits = portal(serve((500, HTML), (200, '{"success": true, "result": {}}')))
    with pytest.raises(Unsure, match=r"CKAN failed during package_create \(status 500\)"):
        asked.write("package_create", name="x")
    assert (asked.writes, waits) == (1, [])


def test_a_ckan_that_stays_broken_is_given_up(serve: Callable[..., str]) -> None:
    asked, waits = portal(serve((500, HTML)))
    with pytest.raises(CkanError, match=r"CKAN failed during license_list \(status 500\)"):
        asked.read("license_list")
    assert len(waits) == 2


def test_a_ckan_that_is_down_is_named(tmp_path: Path, written: dict[str, DatasetFiles]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    ckan = Ckan(url=url, organization="org", retries=1)
    settings = small.settings(tmp_path).model_copy(update={"ckan": ckan})
    down = Portal(ckan, "secret-token", sleep=lambda seconds: None)
    with pytest.raises(CkanError, match=rf"{url}: CKAN does not answer license_list \(the connection is refused"):
        apply(settings, list(written.values()), tmp_path, down)
    assert down.writes == 0


def test_a_ckan_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:  # accepts, and never says a word
        asked, _ = portal(f"http://127.0.0.1:{server.getsockname()[1]}", read_timeout=0.2, retries=0)
        began = monotonic()
        with pytest.raises(CkanError, match=r"no answer within ckan\.read_timeout"):
            asked.read("license_list")
        assert monotonic() - began < 5


def test_settings_without_ckan_or_licence_are_named(tmp_path: Path) -> None:
    settings = small.settings(tmp_path)
    with pytest.raises(CkanError, match=r"rong\.toml has no \[ckan\] table"):
        wanted(settings, [])
    ckan = Ckan(url="https://ckan.example", organization="org")
    with pytest.raises(CkanError, match=r"rong\.toml has no \[licence\] table"):
        wanted(settings.model_copy(update={"ckan": ckan, "licence": None}), [])


def ckan_with(path: Path | None) -> Ckan:
    return Ckan(url="https://ckan.example", organization="org", token_file=path)


def test_the_token_comes_from_the_environment_first(tmp_path: Path) -> None:
    assert read_token(ckan_with(tmp_path / "none"), {"RONG_CKAN_TOKEN": " abc\n"}) == "abc"


def test_the_token_comes_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("abc\n")
    path.chmod(0o600)
    assert read_token(ckan_with(path), {}) == "abc"


@pytest.mark.parametrize(
    ("content", "mode", "message"),
    [
        ("abc", 0o644, r"others may read the CKAN token; run chmod 600"),
        ("", 0o600, r"the file is empty"),
        ("mã", 0o600, r"it is not ASCII text"),
        (None, 0o600, r"the CKAN token cannot be read \(No such file or directory\)"),
    ],
)
def test_a_token_file_that_will_not_do_is_named(tmp_path: Path, content: str | None, mode: int, message: str) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content, "utf-8")
        path.chmod(mode)
    with pytest.raises(CkanError, match=message) as caught:
        read_token(ckan_with(path), {})
    assert "abc" not in str(caught.value)


def test_no_token_at_all_is_named() -> None:
    with pytest.raises(CkanError, match="set the variable RONG_CKAN_TOKEN"):
        read_token(ckan_with(None), {})


def test_a_large_file_is_not_linked_to_an_address_that_nobody_can_open(
    tmp_path: Path, written: dict[str, DatasetFiles]
) -> None:
    graph = [written["graph"]]

    def target(base: str, url: str, limit: float) -> None:
        ckan = Ckan(url=url, organization="org", licence_id="cc-by", upload_limit_mb=limit)
        wanted(small.settings(tmp_path).model_copy(update={"base": base, "ckan": ckan}), graph)

    here, there = "http://127.0.0.1:8000", "https://ckan.example.vn"
    with pytest.raises(
        CkanError, match=r"graph\.nq\.gz has .* but nobody else can open http://127\.0\.0\.1:8000\. Set"
    ):
        target(here, there, 0.0001)
    target(here, there, 10)
    target("https://data.example.vn", there, 0.0001)
    target(here, "http://localhost:5000", 0.0001)
