"""What the operator asks of a server with two processes: whether it is ready, and what it counted."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from publisher.site.server import Application
from publisher.site.usage import UsageLog
from tests.site.test_site_server import RUN, free_port, get


@pytest.fixture(scope="module")
def port(example_data: Path) -> Iterator[int]:
    number = free_port()
    code = RUN.replace("workers=1", "workers=2")
    process = subprocess.Popen([sys.executable, "-c", code, str(example_data), str(number)])
    try:
        for _ in range(300):
            try:
                if get(number, "/readyz")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        else:
            pytest.fail("the server did not become ready")
        yield number
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def meters(port: int) -> dict[str, float]:
    status, headers, body = get(port, "/metrics")
    assert status == 200
    names = {name.lower(): value for name, value in headers.items()}
    assert names["content-type"].startswith("text/plain; version=0.0.4")
    return {
        name: float(value)
        for name, _, value in (
            line.rpartition(" ") for line in body.decode().splitlines() if line and not line.startswith("#")
        )
    }


def test_it_is_ready_when_a_release_is_in_service_and_a_worker_answers(port: int, example_data: Path) -> None:
    status, _, body = get(port, "/readyz")
    release = (example_data / "current").readlink().name
    assert (status, orjson.loads(body)) == (200, {"status": "ready", "release": release})


def pages(found: dict[str, float]) -> float:
    return sum(count for each, count in found.items() if 'total{kind="page"' in each)


def test_every_process_answers_for_all_of_them(port: int) -> None:
    name = 'rong_requests_total{kind="page",method="GET",status="200"}'
    before = meters(port).get(name, 0)
    for _ in range(20):
        assert get(port, "/about?q=nobody-sees-this")[0] in (200, 404)
    until = time.monotonic() + 10  # a request is counted when its answer has gone, so a moment after it was read
    while pages(found := meters(port)) != before + 20 and time.monotonic() < until:
        time.sleep(0.05)
    for _ in range(10):  # whichever process answers
        assert pages(found := meters(port)) == before + 20
    assert found["rong_release_in_service"] == 1
    assert found['rong_release_records{fate="published"}'] > 0
    assert found["rong_disk_free_bytes"] > 0
    assert found['rong_sparql_workers{state="idle"}'] >= 1


def test_no_meter_says_what_was_asked_or_who_asked(port: int) -> None:
    get(port, "/nothing-here/at-all?q=nobody-sees-this")
    text = get(port, "/metrics")[2].decode()
    assert "nobody-sees-this" not in text
    assert "nothing-here" not in text
    assert not re.search(r"\d+\.\d+\.\d+\.\d+", text)


def test_what_is_counted_and_logged_has_no_word_of_who_asked(
    example_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    number = free_port()
    options = f'workers=1, log="json", usage_log=Path({str(tmp_path / "usage.sqlite")!r})'
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.replace("workers=1", options), str(example_data), str(number)]
    )
    try:
        for _ in range(300):
            try:
                if get(number, "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        agent = {"User-Agent": "somebodys-browser"}
        assert get(number, "/dataset/editions/editions.csv", **agent)[0] == 200
        assert get(number, "/search?q=nobody-sees-this", **agent)[0] == 200
        for _ in range(100):  # It is written every two seconds.
            if len(UsageLog(tmp_path / "usage.sqlite").used(2, 10)) == 2:
                break
            time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    used = {(each.kind, each.what): each.times for each in UsageLog(tmp_path / "usage.sqlite").used(2, 10)}
    assert used == {("download", "editions/editions.csv"): 1, ("search", "text/html"): 1}
    said = capfd.readouterr().err
    lines = [orjson.loads(line) for line in said.splitlines() if '"rong.requests"' in line]
    assert ("/search", 200) in {(line["path"], line["status"]) for line in lines}
    for secret in ("nobody-sees-this", "somebodys-browser", "127.0.0.1"):
        assert secret not in said
        assert secret.encode() not in (tmp_path / "usage.sqlite").read_bytes()


def test_without_a_release_it_lives_but_is_not_ready(example_data: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to((example_data / "current").resolve())
    application = Application(tmp_path)
    (tmp_path / "current").unlink()
    sent: list[dict[str, object]] = []

    async def ask() -> None:
        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        async def receive() -> dict[str, str]:
            return {"type": "http.request"}

        scope = {"type": "http", "path": "/readyz", "method": "GET", "headers": [], "query_string": b""}
        await application(scope, receive, send)

    asyncio.run(ask())
    assert sent[0]["status"] == 503
    assert sent[1]["body"] == b'{"status":"no release is in service"}'
