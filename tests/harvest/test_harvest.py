"""The harvester against a real server: nothing skipped, nothing twice, whatever happens."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.harvest import harvest
from publisher.harvest.client import Client, seconds_of
from publisher.harvest.spool import opened
from publisher.sources import Record, Rejected, open_source

from .server import Kept, Repository, many, serving


def fetch(url: str, folder: Path, **how: object):
    waits: list[float] = []
    client = Client(url, delay=0, sleep=waits.append)
    return harvest(url, folder, client=client, **how), waits  # type: ignore[arg-type]


def there(folder: Path) -> set[str]:
    with opened(folder) as spool:
        return spool.identifiers()


def source(folder: Path) -> list[Record]:
    found = list(open_source(folder / "records.xml"))
    assert all(isinstance(item, Record) for item in found), [str(item) for item in found][:3]
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("prefix", ["oai_dc", "qdc", "marcxml", "mods", "mets", "edm"])
def test_everything_is_fetched_page_by_page_and_is_a_source(tmp_path: Path, prefix: str) -> None:
    repository = Repository(many(250))
    with serving(repository) as url:
        done, _ = fetch(url, tmp_path / "h", prefix=prefix)
    assert (done.records, done.changed, done.deleted) == (250, 250, 0)
    assert done.requests == 4
    found = source(tmp_path / "h")
    titles = [record.first("245").first("a") for record in found]  # type: ignore[union-attr]
    assert sorted(titles) == sorted(each.title for each in repository.records)
    assert len({record.control("001") for record in found}) == 250


def test_later_only_what_has_changed_is_fetched_and_deletions_take_effect(tmp_path: Path) -> None:
    repository = Repository(many(250))
    with serving(repository) as url:
        fetch(url, tmp_path / "h")
        repository.records[3] = Kept("oai:kho:00003", "2026-11-23T08:00:00Z", deleted=True)
        repository.records[4] = Kept("oai:kho:00004", "2026-11-23T09:00:00Z", "Tên mới")
        repository.records.append(Kept("oai:kho:new", "2026-11-24T09:00:00Z"))
        repository.asked.clear()
        done, _ = fetch(url, tmp_path / "h")
    assert done.changed == 3
    assert (done.records, done.deleted) == (250, 1)
    assert repository.asked[1]["from"] == "2026-11-23T00:00:00Z"
    assert "oai:kho:00003" not in there(tmp_path / "h")
    titles = {record.first("245").first("a") for record in source(tmp_path / "h")}  # type: ignore[union-attr]
    assert "Tên mới" in titles
    assert "Sách 4" not in titles


def test_a_server_that_counts_in_days_is_asked_in_days(tmp_path: Path) -> None:
    repository = Repository(many(10), granularity="YYYY-MM-DD")
    with serving(repository) as url:
        fetch(url, tmp_path / "h")
        fetch(url, tmp_path / "h")
    assert repository.asked[-1]["from"] == "2026-11-23"


def test_sets_and_windows(tmp_path: Path) -> None:
    records = many(40)
    for each in records[:15]:
        each.sets = ("sach",)
    with serving(Repository(records)) as url:
        done, _ = fetch(url, tmp_path / "a", set_spec="sach")
        assert done.records == 15
        done, _ = fetch(url, tmp_path / "b", since="2026-01-01T00:10:00Z", until="2026-01-01T00:19:00Z")
        assert done.records == 10
        done, _ = fetch(url, tmp_path / "c", since="2030-01-01")
        assert done.records == 0


def test_a_full_harvest_drops_what_is_no_longer_there(tmp_path: Path) -> None:
    repository = Repository(many(150))
    with serving(repository) as url:
        fetch(url, tmp_path / "h")
        del repository.records[10:20]
        done, _ = fetch(url, tmp_path / "h", full=True)
    assert done.records == 140
    assert there(tmp_path / "h") == {each.identifier for each in repository.records}


def test_another_repository_does_not_go_into_the_same_folder(tmp_path: Path) -> None:
    with serving(Repository(many(5))) as url:
        fetch(url, tmp_path / "h")
        with pytest.raises(SourceError, match="another folder"):
            fetch(url, tmp_path / "h", prefix="mods")


# Politeness


def test_a_busy_server_is_given_the_time_that_it_asks_for(tmp_path: Path) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    answers = {2: (503, {"Retry-After": "17"}, b""), 3: (503, {"Retry-After": later}, b""), 5: (429, {}, b"")}
    repository = Repository(many(250), fault=lambda question, number: answers.get(number))
    with serving(repository) as url:
        done, waits = fetch(url, tmp_path / "h")
    assert done.records == 250
    assert waits[0] == 17
    assert 80 < waits[1] <= 90


def test_there_is_a_pause_between_requests(tmp_path: Path) -> None:
    waits: list[float] = []
    with serving(Repository(many(250))) as url:
        harvest(url, tmp_path / "h", client=Client(url, delay=5, sleep=waits.append))
    assert len(waits) == 3
    assert all(4 < wait <= 5 for wait in waits)


@pytest.mark.parametrize("text", ["soon", "", "-4", "Thu, 99 Foo"])
def test_a_retry_after_that_says_nothing(text: str) -> None:
    assert seconds_of(text) is None


def test_a_server_that_asks_for_a_day_is_left_alone(tmp_path: Path) -> None:
    busy = Repository(many(3), fault=lambda question, number: (503, {"Retry-After": "86400"}, b""))
    with serving(busy) as url, pytest.raises(SourceError, match="86400"):
        fetch(url, tmp_path / "h")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be reached"):
        fetch("http://127.0.0.1:9/oai", tmp_path / "h")


# Servers that misbehave: one sentence, and what was good is kept


def broken_after(pages: int, body: bytes, status: int = 200) -> Repository:
    return Repository(many(500), fault=lambda question, number: (status, {}, body) if number > pages + 1 else None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html><body>Login</body></html>", "web page"),
        (b"<OAI-PMH><ListRec", "not well-formed"),
        (b"<?xml version='1.0'?><feed/>", "not OAI-PMH"),
        (b"", "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type declaration"),
        (
            b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badArgument">x</error></OAI-PMH>',
            "badArg",
        ),
        (b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"/>', "without a ListRecords"),
    ],
)
def test_an_answer_that_is_none_stops_with_a_sentence_and_keeps_what_came(
    tmp_path: Path, body: bytes, said: str
) -> None:
    with serving(broken_after(2, body)) as url, pytest.raises(SourceError, match=said) as error:
        fetch(url, tmp_path / "h")
    assert "\n" not in str(error.value)
    assert len(there(tmp_path / "h")) == 200
    assert len(source(tmp_path / "h")) == 200


def test_after_trouble_the_harvest_goes_on_where_it_was(tmp_path: Path) -> None:
    repository = broken_after(2, b"oops", 500)
    with serving(repository) as url:
        with pytest.raises(SourceError, match="status 500"):
            fetch(url, tmp_path / "h")
        repository.fault = lambda question, number: None
        repository.asked.clear()
        done, _ = fetch(url, tmp_path / "h")
    assert "resumptionToken" in repository.asked[0]
    assert done.records == 500
    assert done.requests == 3


def test_a_token_that_comes_again_does_not_go_on_for_ever(tmp_path: Path) -> None:
    repository = Repository(many(500))
    repository.token_of = lambda after: "100|oai_dc|||"
    with serving(repository) as url, pytest.raises(SourceError, match="would never"):
        fetch(url, tmp_path / "h")
    assert len(there(tmp_path / "h")) == 200


def test_a_page_that_comes_again_with_new_tokens_does_not_go_on_for_ever(tmp_path: Path) -> None:
    repository = Repository(many(500))
    number = iter(range(10**9))
    repository.token_of = lambda after: f"100|oai_dc||||{next(number)}"
    with serving(repository) as url, pytest.raises(SourceError, match="the same page"):
        fetch(url, tmp_path / "h")
    assert len(there(tmp_path / "h")) == 200


def test_an_expired_token_begins_the_list_again_and_nothing_is_there_twice(tmp_path: Path) -> None:
    repository = Repository(many(500))
    repository.expired.add("300|oai_dc|||")
    with serving(repository) as url:
        repository.fault = lambda question, number: repository.expired.clear() if number == 6 else None
        done, _ = fetch(url, tmp_path / "h")
    assert done.records == done.changed == 500


def test_a_token_that_never_works_is_told(tmp_path: Path) -> None:
    repository = Repository(many(500))
    repository.expired.add("300|oai_dc|||")
    with serving(repository) as url, pytest.raises(SourceError, match="smaller windows"):
        fetch(url, tmp_path / "h")
    assert len(there(tmp_path / "h")) == 300


def test_a_list_that_is_shorter_than_announced_is_a_doubt(tmp_path: Path) -> None:
    with serving(Repository(many(50), announce=60)) as url:
        done, _ = fetch(url, tmp_path / "h")
    assert done.doubts == ("the server announced 60 records and sent 50",)


def test_a_schema_that_changes_midway_costs_the_records_of_another_kind_only(tmp_path: Path) -> None:
    repository = Repository(many(200))

    def other(question: dict[str, str], number: int) -> tuple[int, dict[str, str], bytes] | None:
        if "resumptionToken" not in question:
            return None
        return 200, {}, repository.answer({"resumptionToken": question["resumptionToken"].replace("oai_dc", "mods")})

    repository.fault = other
    with serving(repository) as url:
        done, _ = fetch(url, tmp_path / "h")
    assert done.records == 200
    found = list(open_source(tmp_path / "h" / "records.xml"))
    assert sum(isinstance(item, Record) for item in found) == 100
    assert {item.rule for item in found if isinstance(item, Rejected)} == {"record-empty"}


# Killed


def _fetch_and_die(url: str, folder: Path) -> None:
    harvest(url, folder, client=Client(url, delay=0))
    os._exit(0)


@pytest.mark.slow
def test_killed_fifty_times_the_harvest_ends_with_exactly_the_records_of_the_server(tmp_path: Path) -> None:
    repository = Repository(many(5000), page=50)
    seed = random.Random(5)
    fork = multiprocessing.get_context("fork")
    kills = 0
    with serving(repository) as url:
        for _ in range(400):
            child = fork.Process(target=_fetch_and_die, args=(url, tmp_path / "h"))
            child.start()
            assert child.pid is not None
            time.sleep(seed.uniform(0.01, 0.12))
            if child.is_alive() and kills < 50:
                os.kill(child.pid, signal.SIGKILL)
                kills += 1
            child.join(60)
            if child.exitcode == 0 and kills >= 50:
                break
        done, _ = fetch(url, tmp_path / "h")
    assert kills == 50
    assert done.changed == 0
    assert there(tmp_path / "h") == {each.identifier for each in repository.records}
    numbers = [record.control("001") for record in source(tmp_path / "h")]
    assert sorted(numbers) == sorted(each.identifier for each in repository.records)


def test_two_harvests_do_not_share_a_folder(tmp_path: Path) -> None:
    with opened(tmp_path / "h"), pytest.raises(SourceError, match="Another harvest"), opened(tmp_path / "h"):
        pass


def test_the_command(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from publisher.cli import main

    with serving(Repository(many(30))) as url:
        done = CliRunner().invoke(main, ["harvest", "--into", str(tmp_path / "h"), "--delay", "0", "--json", url])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[-1])["records"] == 30
