"""Large databases that releases share: what is edited in one is seen in it alone, and no file is copied for it."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.release.layered import LOG, Edited, attach, finish, fold, is_long, opened
from tests.conftest import ROOT
from tests.release.test_permissions import PLAIN


@pytest.fixture
def releases(tmp_path: Path) -> list[Path]:
    """Three folders; in the first is a database of a thousand rows."""
    folders = [tmp_path / name for name in ("first", "second", "third")]
    for folder in folders:
        folder.mkdir()
    database = sqlite3.connect(folders[0] / "a.sqlite", isolation_level=None)
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT)"
    )
    database.executemany("INSERT INTO t VALUES (?,?)", ((n, "old") for n in range(1000)))
    database.execute("CREATE INDEX t_word ON t (word)")
    finish(database)
    return [folder / "a.sqlite" for folder in folders]


def _edit(before: Path, path: Path, query: str) -> None:
    edited = Edited(before, path)
    edited.database.execute(query)
    edited.close()


def _count(path: Path, word: str) -> int:
    database = opened(path)
    found = database.execute("SELECT count(*) FROM t WHERE word = ?", (word,)).fetchone()[0]
    database.close()
    return int(found)


def test_each_release_sees_its_own_edits_and_those_before(releases: list[Path]) -> None:
    first, second, third = releases
    reader = opened(first)
    _edit(first, second, "UPDATE t SET word = 'new' WHERE n < 10")
    _edit(second, third, "DELETE FROM t WHERE n < 5")
    assert [_count(path, "new") for path in releases] == [0, 10, 5]
    assert reader.execute("SELECT count(*) FROM t").fetchone() == (1000,)


def test_an_edit_shares_the_file_and_leaves_it_as_it_is(releases: list[Path]) -> None:
    first, second, _ = releases
    content = first.read_bytes()
    _edit(first, second, "UPDATE t SET word = 'new' WHERE n = 7")
    assert second.samefile(first)
    assert _count(second, "new") == 1
    assert first.read_bytes() == content
    assert sorted(path.name for path in second.parent.iterdir()) == ["a.sqlite", f"a.sqlite{LOG}"]
    assert [path.name for path in first.parent.iterdir()] == ["a.sqlite"]


def test_an_edit_that_is_given_up_changes_nothing(releases: list[Path]) -> None:
    first, second, third = releases
    _edit(first, second, "UPDATE t SET word = 'new' WHERE n = 7")
    content = first.read_bytes()
    edited = Edited(second, third)
    edited.database.execute("DELETE FROM t")
    del edited
    gc.collect()
    assert not third.exists()
    assert first.read_bytes() == content
    assert _count(second, "new") == 1


def test_a_query_that_was_left_open_does_not_run_the_edits_into_the_shared_file(releases: list[Path]) -> None:
    first, second, _ = releases
    content = first.read_bytes()
    edited = Edited(first, second)
    edited.database.execute("UPDATE t SET word = 'new' WHERE n = 7")
    half_read = edited.database.execute("SELECT * FROM t")
    next(half_read)
    edited.close()
    del edited, half_read
    gc.collect()
    assert first.read_bytes() == content
    assert _count(second, "new") == 1


def test_edits_are_seen_where_the_database_is_attached_and_the_other_one_stays_free(releases: list[Path]) -> None:
    first, second, _ = releases
    _edit(first, second, "UPDATE t SET word = 'new' WHERE n = 7")
    beside = second.with_name("beside.sqlite")
    database = sqlite3.connect(beside, uri=True, isolation_level=None)
    attach(database, second, "shared")
    database.execute("CREATE TABLE seen AS SELECT n FROM shared.t WHERE word = 'new'")
    other = sqlite3.connect(beside, timeout=0)
    assert other.execute("SELECT n FROM seen").fetchall() == [(7,)]


def test_folded_edits_are_one_file_and_other_releases_keep_theirs(releases: list[Path]) -> None:
    first, second, third = releases
    _edit(first, second, "UPDATE t SET word = 'new' WHERE n < 10")
    content = first.read_bytes()
    _edit(second, third, "UPDATE t SET word = 'newer' WHERE n = 7")
    fold(third)
    assert [path.name for path in third.parent.iterdir()] == ["a.sqlite"]
    assert [_count(third, word) for word in ("old", "new", "newer")] == [990, 9, 1]
    assert first.read_bytes() == content
    assert _count(second, "new") == 10
    fourth = third.with_name("b.sqlite")
    _edit(third, fourth, "DELETE FROM t")
    assert _count(third, "new") == 9


def test_edits_are_too_long_beyond_a_tenth_of_the_file_unless_they_are_small(releases: list[Path]) -> None:
    first, second, third = releases
    _edit(first, second, "UPDATE t SET word = 'new'")
    assert not is_long(first)
    assert not is_long(second)
    _edit(second, third, "UPDATE t SET word = hex(zeroblob(5000))")
    assert is_long(third)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        opened(tmp_path / "none.sqlite").execute("SELECT 1 FROM t")
    assert not list(tmp_path.iterdir())


EDIT = """
import sys
from pathlib import Path
from publisher.release.layered import Edited
for before, path in zip(sys.argv[1:], sys.argv[2:]):
    edited = Edited(Path(before), Path(path))
    edited.database.execute("DELETE FROM t WHERE n = (SELECT min(n) FROM t)")
    edited.close()
"""


def test_who_is_not_root_edits_what_may_only_be_read(releases: list[Path]) -> None:
    subprocess.run([*PLAIN, sys.executable, "-c", EDIT, *map(str, releases)], cwd=ROOT, check=True)
    assert [_count(path, "old") for path in releases] == [1000, 999, 998]
    assert not releases[0].stat().st_mode & 0o222
