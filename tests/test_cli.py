"""The command line: what a library officer sees, above all when something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.release.release import active
from tests.conftest import EXAMPLE, ROOT

RONG = [sys.executable, "-m", "publisher"]


def rong(*arguments: object, stdin: bytes = b"", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*RONG, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, timeout=120, check=False
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def assert_one_sentence(done: subprocess.CompletedProcess[str], *said: str, status: int = 1) -> None:
    """The command failed with one sentence that says `said`, and no traceback."""
    assert done.returncode == status, done.stderr
    complaint = [line for line in done.stderr.splitlines() if line.startswith("rong: ")]
    assert len(complaint) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for text in said:
        assert text in complaint[0]


@pytest.fixture
def data(example_data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(example_data, tmp_path / "data", symlinks=True))


@pytest.fixture
def record() -> bytes:
    """One good record of the example."""
    content = (EXAMPLE.parent / "kontum-sach.mrc").read_bytes()
    return content[: content.index(b"\x1d") + 1]


def test_build_of_plain_files_needs_no_configuration(tmp_path, record):
    (tmp_path / "one.mrc").write_bytes(record)
    done = rong("build", "--json", "--data", tmp_path / "data", tmp_path / "one.mrc")
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["records_in"], report["published"], report["withheld"], report["rejected"]) == (1, 1, 0, 0)
    assert {"release", "triples", "seconds", "peak_rss_mb"} <= set(report)


def test_the_invariant_is_printed_with_the_reasons(tmp_path):
    done = rong("build", "--config", EXAMPLE, "--data", tmp_path / "data")
    assert done.returncode == 0
    assert "records in = " in done.stdout
    assert "withheld: access-restricted" in done.stdout


def test_a_truncated_record_in_the_middle_is_rejected_and_the_rest_published(tmp_path, record):
    (tmp_path / "cut.mrc").write_bytes(record + record[:200] + record.replace(b"KT00001", b"KT99999"))
    done = rong("build", "--json", "--data", tmp_path / "data", tmp_path / "cut.mrc")
    report = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert report["records_in"] == report["published"] + report["withheld"] + report["rejected"]
    assert report["rejected"] == 1
    assert report["published"] >= 1
    rong("activate", "--data", tmp_path / "data")
    ledger = rong("ledger", "--format", "jsonl", "--data", tmp_path / "data")
    rejected = [row for row in map(json.loads, ledger.stdout.splitlines()) if row["fate"] == "rejected"]
    assert all(row["rule"] and row["reason"] and row["position"] for row in rejected)


def test_a_missing_file(tmp_path):
    assert_one_sentence(rong("build", "--data", tmp_path / "data", tmp_path / "absent.mrc"), "absent.mrc")


def test_a_folder_without_catalogue_files(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("Kính gửi thư viện")
    assert_one_sentence(rong("build", "--data", tmp_path / "data", tmp_path / "papers"), "papers")


def test_a_pdf_called_mrc(tmp_path):
    (tmp_path / "sach.mrc").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
    assert_one_sentence(rong("build", "--data", tmp_path / "data", tmp_path / "sach.mrc"), "sach.mrc", "PDF")


def test_a_typo_in_the_configuration_leaves_the_release_in_service(data, tmp_path):
    before = active(data).id
    (tmp_path / "rong.toml").write_text(EXAMPLE.read_text().replace("[publisher]", "[publischer]"))
    done = rong("build", "--config", tmp_path / "rong.toml", "--data", data)
    assert done.returncode == 1
    assert "publischer" in done.stderr
    assert "Traceback" not in done.stderr
    assert active(data).id == before


def test_nothing_to_build_is_wrong_use(tmp_path):
    assert_one_sentence(rong("build", cwd=tmp_path), "rong.toml", status=2)


def test_a_full_disk_leaves_the_release_in_service(example_data, tmp_path):
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root, to mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    taken = sum(path.stat().st_size // 4096 + 1 for path in example_data.rglob("*")) * 4 + 1024
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={taken}k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        shutil.copytree(example_data, small / "data", symlinks=True)
        before = active(small / "data").id
        done = rong("build", "--config", EXAMPLE, "--data", small / "data")
        assert_one_sentence(done, "make room")
        assert active(small / "data").id == before
        assert [path.name for path in (small / "data" / "building").iterdir()] == [".lock"]
    finally:
        subprocess.run(["umount", small], check=True)


def test_convert_says_what_was_rejected_and_exits_with_it(record):
    done = rong("convert", "--to", "ntriples", stdin=record + record[:100])
    assert done.returncode == 1
    assert "record 2" in done.stderr
    assert done.stdout.count("\n") > 20


def test_convert_to_nothing_known_is_wrong_use(record):
    assert_one_sentence(rong("convert", "--to", "word", stdin=record), "bibframe-xml", status=2)


def test_what_was_converted_is_a_whole_document_even_when_a_later_file_is_missing(tmp_path, record):
    (tmp_path / "one.mrc").write_bytes(record)
    done = rong("convert", "--to", "jsonld", tmp_path / "one.mrc", tmp_path / "absent.mrc")
    assert_one_sentence(done, "absent.mrc")
    assert len(json.loads(done.stdout)["@graph"]) == 3
