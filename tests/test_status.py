"""`rong status` on a real release and a real query log."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli import main
from publisher.site.usage import UsageLog
from publisher.sparql.log import QueryLog

RECORD = b"00068nam a2200049 a 4500001000300000245001500003\x1ek1\x1e00\x1faNh\xc3\xa0 r\xc3\xb4ng\x1e\x1d"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("status")
    (folder / "records.mrc").write_bytes(RECORD)
    for verb in (
        ["build", "--data", str(folder / "data"), str(folder / "records.mrc")],
        ["activate", "--data", str(folder / "data")],
    ):
        outcome = CliRunner().invoke(main, verb)
        assert outcome.exit_code == 0, outcome.output
    return folder


def run(*arguments: str) -> str:
    outcome = CliRunner().invoke(main, ["status", *arguments])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_it_says_what_is_in_service(portal: Path) -> None:
    said = run("--data", str(portal / "data"))
    release = next((portal / "data" / "releases").iterdir()).name
    assert f"in service   {release}, built " in said
    assert "1 published, 0 withheld, 0 rejected" in said
    assert "1 instance" in said
    assert "no log is kept; sparql.query_log names its file" in said


def test_it_names_the_slowest_queries(portal: Path) -> None:
    log = QueryLog(portal / "queries.sqlite")
    log.add("SELECT   *\n{ ?s ?p ?o }", 200, 0.25)
    log.add("SELECT * { ?a ?b ?c . ?d ?e ?f }", 504, 20.0)
    log.add("SELECT * { ?a ?b ?c . ?d ?e ?f }", 504, 1.0)
    log.flush()
    config = portal / "rong.toml"
    config.write_text(
        'base = "https://data.example.vn"\n[publisher]\nname = {vi = "x", en = "x"}\n'
        '[[libraries]]\ncode = "a1"\nname = {vi = "x", en = "x"}\n[sparql]\nquery_log = "queries.sqlite"\n'
    )
    lines = run("--data", str(portal / "data"), "--config", str(config)).splitlines()
    assert [line.split() for line in lines[-2:]] == [
        ["20.000", "s", "2", "×", *["SELECT", "*", "{", "?a", "?b", "?c", ".", "?d", "?e", "?f", "}"]],
        ["0.250", "s", "1", "×", *["SELECT", "*", "{", "?s", "?p", "?o", "}"]],
    ]
    found = json.loads(run("--data", str(portal / "data"), "--config", str(config), "--json"))
    assert found["slowest"][0]["times"] == 2
    assert found["age"] >= 0


def test_it_says_what_was_fetched_most(portal: Path) -> None:
    data = portal / "data"
    assert "no statistics are kept; serve.usage_log names their file" in run("--data", str(data))
    usage = UsageLog(portal / "usage.sqlite")
    usage.add("download", "editions/editions.csv")
    usage.add("download", "editions/editions.csv")
    usage.add("thing", "text/html")
    usage.flush()
    config = portal / "usage.toml"
    config.write_text(
        'base = "https://data.example.vn"\n[publisher]\nname = {vi = "x", en = "x"}\n'
        '[[libraries]]\ncode = "a1"\nname = {vi = "x", en = "x"}\n[serve]\nusage_log = "usage.sqlite"\n'
    )
    found = json.loads(run("--data", str(data), "--config", str(config), "--json"))
    assert found["used"] == [
        {"kind": "download", "what": "editions/editions.csv", "times": 2},
        {"kind": "thing", "what": "text/html", "times": 1},
    ]
    assert "2 ×  download" in run("--data", str(data), "--config", str(config))


def test_statistics_that_cannot_be_written_cost_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    usage = UsageLog(tmp_path / "not" / "there.sqlite")
    for _ in range(3):
        usage.add("thing", "text/html")
        usage.flush()
    assert [record.message for record in caplog.records if "so none are kept" in record.message] != []
    assert len(caplog.records) == 1


def test_statistics_go_by_the_day(tmp_path: Path) -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1)]
    for day in days:
        log = UsageLog(tmp_path / "usage.sqlite", lambda day=day: day)
        log.add("thing", "text/html")
        log.flush()
    now = UsageLog(tmp_path / "usage.sqlite", lambda: days[1])
    assert [each.times for each in now.used(30, 10)] == [1]
    assert [each.times for each in now.used(32, 10)] == [2]


def test_without_a_release_it_says_so(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, ["status", "--data", str(tmp_path)])
    assert outcome.exit_code == 1
    assert "rong: " in outcome.output
