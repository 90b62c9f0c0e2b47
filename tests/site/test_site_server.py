"""The whole server: site and endpoint together, moving from release to release without losing a request."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser, Page

from publisher.build import build
from publisher.config import Serve, Settings
from publisher.errors import ConfigError, ReleaseError
from publisher.release.service import put_into_service
from publisher.site.server import serve

RUN = """
import sys
from pathlib import Path
from publisher.config import Serve
from publisher.site.server import serve
if __name__ == "__main__":
    serve(Path(sys.argv[1]), Serve(host="127.0.0.1", port=int(sys.argv[2]), workers=1))
"""
CONTROLLED = """new Promise(done => {
  if (navigator.serviceWorker.controller) done(1);
  else navigator.serviceWorker.addEventListener("controllerchange", () => done(1));
})"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(page: Page, expression: str, seconds: float = 30) -> None:
    """Wait until a JavaScript `expression` holds. Playwright's `wait_for_function` evaluates it in the page, which our
    Content-Security-Policy forbids from the second time on."""
    ends = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < ends, expression
        page.wait_for_timeout(50)


@contextmanager
def serving(data: Path) -> Iterator[int]:
    """Run the server over `data` in a process of its own; give the port on which it listens."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(data), str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        until = time.monotonic() + 120  # a machine that is busy takes its time
        while True:
            try:
                if get(port, "/healthz")[0] == 200:
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail("the server did not start")
                time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def port(example_data: Path) -> Iterator[int]:
    with serving(example_data) as listening:
        yield listening


def test_site_and_endpoint_answer_at_one_address(port: int):
    assert get(port, "/")[0] == 200
    assert get(port, "/search?q=s%E1%BB%AD+thi")[0] == 200
    status, _, body = get(port, "/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", Accept="application/sparql-results+json")
    assert status == 200
    assert orjson.loads(body)["boolean"] is True
    assert get(port, "/.well-known/void")[0] == 200


def test_the_pages_of_the_endpoint_wear_the_layout_of_the_site(port: int):
    page = get(port, "/sparql", Accept="text/html")[2].decode()
    assert "/static/rong.css" in page
    assert 'class="skip"' in page
    english = get(port, "/sparql?lang=en", Accept="text/html")[2].decode()
    assert '<html lang="en"' in english
    assert "Skip to content" in english


def test_bytes_in_an_address_that_should_have_been_encoded_do_no_harm(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(b"GET /search?q=s\xe1\xbb\xad HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert wire.recv(100).split(b" ")[1] in (b"200", b"400")
    assert get(port, "/healthz")[0] == 200


def test_a_port_in_use_is_one_sentence(port: int, example_data: Path):
    with pytest.raises(ConfigError, match=f"127.0.0.1:{port}"):
        serve(example_data, Serve(host="127.0.0.1", port=port))


def test_a_folder_without_a_release_is_one_sentence(tmp_path: Path):
    with pytest.raises(ReleaseError, match="rong activate"):
        serve(tmp_path, Serve(port=free_port()))


def test_another_release_comes_into_service_without_a_failed_request(
    example_data: Path, example_settings: Settings, tmp_path: Path
):
    """A reader goes on reading while releases change under it: every answer is whole, and the last is of the last."""
    data = tmp_path / "data"
    shutil.copytree(example_data, data, symlinks=True)
    build(example_settings, data, workers=2)
    ids = sorted(path.name for path in (data / "releases").iterdir())
    assert len(ids) == 2
    put_into_service(data, ids[0])
    with serving(data) as port:
        seen: list[tuple[int, str]] = []
        stop = threading.Event()

        def wait_for(identifier: str) -> None:
            """Wait until the readers have had several answers of this release, however slow the machine is."""
            begun, until = len(seen), time.monotonic() + 60
            while sum(release == identifier for _, release in seen[begun:]) < 3 and time.monotonic() < until:
                time.sleep(0.02)

        def read() -> None:
            while not stop.is_set():
                for path in ("/healthz", "/instance/kontum-KT00004", "/search?q=kon+tum", "/agents"):
                    status, _, body = get(port, path)
                    seen.append((status, orjson.loads(body)["release"] if path == "/healthz" else ""))

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        wait_for(ids[0])
        for identifier in (ids[1], ids[0], ids[1]):
            put_into_service(data, identifier)
            wait_for(identifier)
        stop.set()
        for reader in readers:
            reader.join()
        assert {status for status, _ in seen} == {200}
        assert set(ids) == {release for _, release in seen if release}
        assert orjson.loads(get(port, "/healthz")[2])["release"] == ids[1]


# In the browser


def page_kinds(entity_paths: dict[str, list[str]]) -> list[str]:
    instance = next(path for path in entity_paths["instance"] if "/kontum-" in path)
    fixed = ["/", "/search?q=s%E1%BB%AD+thi", "/search?q=tay+nguyn", "/libraries", "/datasets", "/dataset/editions",
             "/about", "/terms", "/concepts", "/nowhere", "/guide", "/model", "/offline", "/api/",
             "/quality"]  # fmt: skip
    return [*fixed, instance, instance.replace("instance", "record"), *(p[0] for k, p in entity_paths.items())]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("vi", 360), ("en", 1280)])
def test_every_kind_of_page_is_sound_in_a_browser(browser: Browser, port: int, entity_paths, language: str, width: int):
    """No message in the console, nothing from elsewhere, no scrolling sideways, no fault that axe-core finds.

    Each page is loaded once in each language and looked at in both widths; axe-core sees each width in one of them.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_context(viewport={"width": width, "height": 800}, locale=f"{language}-VN").new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(f"{message.text} {message.location.get('url')}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    faults = []
    for path in page_kinds(entity_paths):
        page.goto(f"http://127.0.0.1:{port}{path}{'&' if '?' in path else '?'}lang={language}")
        tags = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        found = axe.run(page, options={"runOnly": tags, "resultTypes": ["violations"]})
        faults += [(path, each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]]
        for seen in (1640 - width, width):
            page.set_viewport_size({"width": seen, "height": 800})
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, (path, seen, overflow)
    assert faults == []
    assert [each for each in said if "/nowhere" not in each] == []
    assert asked == {f"127.0.0.1:{port}"}


@pytest.mark.browser
def test_the_dark_scheme_has_contrast_too(browser: Browser, port: int, entity_paths):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark").new_page()
    for path in ("/", "/search?q=kon+tum", entity_paths["instance"][0], "/dataset/editions", "/libraries", "/model"):
        page.goto(f"http://127.0.0.1:{port}{path}")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(24, 21, 19)"
        options = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
        found = axe.run(page, options=options).response["violations"]
        assert [(path, each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.browser
def test_the_search_box_proposes_while_typing_and_the_keyboard_is_enough(browser: Browser, port: int):
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("input[name=q]")
    page.keyboard.type("su thi")
    page.wait_for_selector(".suggested li")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("input[name=q]", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(concept|instance|agent|place)/\w"))


@pytest.mark.browser
def test_everything_works_without_script(browser: Browser, port: int):
    page = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False).new_page()
    page.goto(f"http://127.0.0.1:{port}/?lang=en")
    page.fill("input[name=q]", "nha rong")
    page.click("form[role=search] button")
    assert "lang=en" in page.url
    page.click(".hits a")
    assert "/instance/" in page.url
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.browser
def test_without_a_line_what_was_read_is_read_again_and_the_rest_says_why_not(
    browser: Browser, port: int, entity_paths
):
    read, unread = (f"http://127.0.0.1:{port}{path}?lang=en" for path in entity_paths["work"][:2])
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.goto(read)
    page.evaluate(CONTROLLED)
    page.reload()  # the first visit came before the worker
    title = page.inner_text("h1")
    until(page, "caches.open('rong-pages').then(kept => kept.keys()).then(kept => kept.length > 0)")
    context.set_offline(True)
    page.goto(unread)
    assert page.inner_text("h1") == "No connection"
    page.wait_for_selector("#kept a")
    page.click("#kept a")
    page.wait_for_url(read)
    assert page.inner_text("h1") == title
    page.goto(unread)
    page.click("#forget")
    page.wait_for_selector("#kept-part", state="hidden")
    page.goto(read)
    assert page.inner_text("h1") == "No connection"
    context.close()
