"""The registry is read though a writer was killed in the middle, by who may not write it."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.release.reading import reading

KILLED = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.executescript("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN")
database.execute("UPDATE published SET last = 'half'")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "registry.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE published (iri TEXT, last TEXT)")
        database.executemany("INSERT INTO published VALUES (?, 'whole')", ((str(n) * 200,) for n in range(500)))
    kill_a_writer(path)
    return path


def kill_a_writer(path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", KILLED, path], check=False).returncode == -signal.SIGKILL
    assert path.with_name("registry.sqlite-journal").stat().st_size > 0


def last(path: Path) -> set[str]:
    with reading(path) as database:
        return {found for (found,) in database.execute("SELECT DISTINCT last FROM published")}


def test_what_a_killed_writer_had_begun_is_not_seen(path: Path):
    assert last(path) == {"whole"}
    assert last(path) == {"whole"}, "and no second copy is made"


def test_reading_writes_nothing_beside_the_file(path: Path):
    before = {each: each.read_bytes() for each in path.parent.iterdir()}
    last(path)
    assert {each: each.read_bytes() for each in path.parent.iterdir()} == before


def test_what_the_next_writer_wrote_is_seen_and_after_that_one_was_killed_too(path: Path):
    assert last(path) == {"whole"}
    with sqlite3.connect(path) as database:
        database.execute("UPDATE published SET last = 'next'")
    assert last(path) == {"next"}
    kill_a_writer(path)
    assert last(path) == {"next"}


def test_where_no_copy_can_be_made_it_says_so(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", os.fspath(path.parent / "nowhere"))
    with pytest.raises(sqlite3.OperationalError, match="a killed writer left a journal behind"):
        last(path)
