"""Sorting on disk: the order of the bytes, each line once, whatever order they came in."""

import random
from pathlib import Path

import duckdb
import pytest

from publisher.errors import ExportError
from publisher.exports import sorting
from publisher.exports.graph import whole_subjects
from publisher.exports.sorting import sorted_lines
from publisher.release.spool import STATEMENTS, spooled


@pytest.fixture
def lines() -> list[bytes]:
    many = [f'<x:{n % 700}> <y:p> "é{n % 2300}" .\n'.encode() for n in range(20_000)]
    random.Random(1).shuffle(many)
    return many


@pytest.mark.parametrize("block", [10_000, 200_000, 48_000_000])
def test_lines_are_sorted_and_each_is_there_once(
    lines: list[bytes], block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "_BLOCK", block)
    monkeypatch.setattr(sorting, "_LEAST_READ", 1000)
    monkeypatch.setattr(sorting, "_READ_AHEAD", 50_000)
    (tmp_path / "s.nt").write_bytes(b"".join(lines).rstrip(b"\n"))
    batches = list(sorted_lines(tmp_path / "s.nt", tmp_path))
    assert [line for batch in batches for line in batch] == sorted(set(lines))
    assert list(tmp_path.iterdir()) == [tmp_path / "s.nt"]


def test_all_statements_about_a_thing_come_together(lines: list[bytes]) -> None:
    ordered = sorted(set(lines))
    together = list(whole_subjects([ordered[n : n + 7] for n in range(0, len(ordered), 7)]))
    assert [line for batch in together for line in batch] == ordered
    subjects = [{line.split()[0] for line in batch} for batch in together]
    assert sum(map(len, subjects)) == len({line.split()[0] for line in ordered})


def test_a_packed_file_that_was_gone_on_with_is_read_to_its_end(lines: list[bytes], tmp_path: Path) -> None:
    path = tmp_path / STATEMENTS
    for mode, some in (("wb", lines[:9_000]), ("ab", lines[9_000:])):
        with spooled(path, mode) as file:
            file.write(b"".join(some))
    assert path.stat().st_size < len(b"".join(lines)) / 3
    assert [line for batch in sorted_lines(path, tmp_path) for line in batch] == sorted(set(lines))
    read = "columns = {'l': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false, auto_detect = false"
    table = duckdb.sql(f"SELECT count(*) FROM read_csv('{path}', {read})")
    assert table.fetchall() == [(len(lines),)]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"none\.nt: the statements cannot be read"):
        list(sorted_lines(tmp_path / "none.nt", tmp_path))


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "s.nt").write_bytes(b"")
    assert [line for batch in sorted_lines(tmp_path / "s.nt", tmp_path) for line in batch] == []
