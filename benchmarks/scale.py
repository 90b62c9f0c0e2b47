"""How time, memory and disk grow with the number of records, and what a bare bulk load of the same statements takes.

    python -m benchmarks scale [--records 10000 100000] [--corpora hcmut] [--workers N]
                               [--folder DIR] [--shared DIR]

Records are made of real ones, each round another catalogue of the same make (`_identity_many.py`, "distinct"); of which
files, `--corpora` says: those made of hcmut.mrc are short, as a Vietnamese university writes them. For each number of
records: `rong build` into an empty folder, stage by stage; `rong update` of one corrected record; the same statements
loaded into an empty store. Memory is what all processes of a build have at the same moment (PSS: what they share counts
once), looked at twice a second, and without the pages of files that the system caches for them. Disk is what the folder
takes and what these processes have open that has no name any more. DIR needs about 170 kB of free disk a record.
"""

from __future__ import annotations

import argparse
import json
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

import psutil
import pymarc
import pyoxigraph

from benchmarks._identity_many import CORPORA
from benchmarks.build import _LOAD
from benchmarks.identity import write_many
from publisher.release.release import active
from publisher.sources import RawRecord, raw_records

_LOOK_SECONDS = 0.5
HEAD = (
    "| records | statements | build | ratio | peak memory | release | while building | update of one: seen, done "
    "| stages (seconds) |"
)


def main() -> None:
    """Print one row for each number of records."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=CORPORA, help="What records are made of.")
    parser.add_argument("--workers", type=int, default=0, help="Processes that convert; one a core by default.")
    parser.add_argument("--folder", type=Path, default=None, help="Where the releases are made.")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    arguments = parser.parse_args()
    print(HEAD)
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    for count in arguments.records:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            catalogue = Path(folder) / "many.mrc"
            write_many(arguments.shared / "data", catalogue, count, count, "distinct", arguments.corpora)
            print(_row(catalogue, Path(folder), arguments.workers), flush=True)


def _row(catalogue: Path, folder: Path, workers: int) -> str:
    data = folder / "data"
    config = _configured(folder, catalogue)
    more = ["--workers", str(workers)] if workers else []
    made, wall, peak, most = _watched(["build", "--json", *more, "--config", str(config), "--data", str(data)], data)
    report = json.loads(made.splitlines()[-1])
    subprocess.run(
        [sys.executable, "-m", "publisher", "activate", "--data", str(data)], check=True, capture_output=True
    )
    release = _bytes(data / "releases")
    corrected = _corrected(catalogue, folder / "one.mrc")
    done, update, _, _ = _watched(
        ["update", "--json", "--config", str(config), "--data", str(data), str(corrected)], data
    )
    seen = json.loads(done.splitlines()[-1])["visible"]
    loaded = _loaded(data, folder)
    stages = ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in report["stages"].items())
    return (
        f"| {report['records_in']:,} | {report['triples']:,} | {wall:.0f} s | {wall / loaded:.1f} × {loaded:.0f} s | "
        f"{peak / 1e9:.2f} GB | {release / 1e9:.2f} GB | {most / 1e9:.2f} GB | {seen:.1f} s, {update:.0f} s | "
        f"{stages} |"
    )


def _configured(folder: Path, catalogue: Path) -> Path:
    path = folder / "rong.toml"
    path.write_text(
        'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n[[libraries]]\ncode = "lib"\n'
        f'name = {{vi = "A", en = "A"}}\n[[libraries.sources]]\npath = "{catalogue.name}"\n'
    )
    return path


def _corrected(catalogue: Path, path: Path) -> Path:
    """Write the hundredth record with another beginning of its title."""
    raw = next(islice(raw_records(catalogue), 99, None))
    assert isinstance(raw, RawRecord), "records that were made can be read"
    record = pymarc.Record(data=raw.data, to_unicode=True, force_utf8=True)
    record["245"]["a"] = f"Zz {record['245']['a']}"
    path.write_bytes(record.as_marc())
    return path


def _watched(arguments: list[str], data: Path) -> tuple[str, float, int, int]:
    """Run `rong` with `arguments`; return what it printed, seconds, and the most bytes of memory and of disk."""
    began = time.monotonic()
    command = [sys.executable, "-m", "publisher", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    memory = disk = 0
    done = threading.Event()

    def look() -> None:
        nonlocal memory, disk
        rounds = 0
        while not done.wait(_LOOK_SECONDS):
            memory = max(memory, _memory(process.pid))
            if rounds % 10 == 0:  # a walk through thousands of files
                disk = max(disk, _bytes(data, process.pid))
            rounds += 1

    watcher = threading.Thread(target=look)
    watcher.start()
    printed, _ = process.communicate()
    took = time.monotonic() - began
    done.set()
    watcher.join()
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}")
    return printed, took, memory, disk


def _family(pid: int) -> list[psutil.Process]:
    """Return the process `pid` and all that came of it, as long as it runs."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(pid: int) -> int:
    total = 0
    for each in _family(pid):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:
            continue  # it has just ended
    return total


def _bytes(folder: Path, pid: int = 0) -> int:
    """Return what the files below `folder` take; a file that has several names counts once.

    With `pid` also those on the same disk that have no name any more and are open in that process or one of its own.
    """
    found: dict[int, int] = {}
    for path in folder.rglob("*"):
        try:
            state = path.lstat()
        except OSError:
            continue  # it was there a moment ago
        if stat.S_ISREG(state.st_mode):
            found[state.st_ino] = state.st_size
    return sum((found | (_nameless(folder, pid) if pid else {})).values())


def _nameless(folder: Path, pid: int) -> dict[int, int]:
    """Return the size of each file without a name on the disk of `folder` that the processes of `pid` have open."""
    found: dict[int, int] = {}
    for each in _family(pid):
        for descriptor in Path(f"/proc/{each.pid}/fd").glob("*"):
            try:
                state = descriptor.stat()
            except OSError:
                continue  # closed, or the process has ended
            if stat.S_ISREG(state.st_mode) and not state.st_nlink and state.st_dev == folder.parent.stat().st_dev:
                found[state.st_ino] = state.st_size
    return found


def _loaded(data: Path, folder: Path) -> float:
    """Return the seconds that loading the statements of the release in service takes."""
    statements = folder / "statements.nt"
    store = pyoxigraph.Store.read_only(str(active(data).store_path))
    store.dump(str(statements), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    del store
    shutil.rmtree(data)
    load = [sys.executable, "-c", _LOAD, str(folder / "plain"), str(statements)]
    return float(subprocess.run(load, capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    main()
