"""How time, memory and disk grow with the number of records, and what a bare bulk load of the same statements takes.

    python -m benchmarks scale [--records 10000 100000] [--workers N] [--folder DIR] [--shared DIR]

Records are made of real ones, each round another catalogue of the same make (`_identity_many.py`, "distinct"). For each
number of records: `rong build` into an empty folder, stage by stage; `rong update` of one corrected record; the same
statements loaded into an empty store. Memory is what all processes of a build have at the same moment (PSS: what they
share counts once), looked at twice a second, and without the pages of files that the system caches for them. DIR needs
about 170 kB of free disk a record.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

import psutil
import pyoxigraph

from benchmarks.build import _LOAD
from benchmarks.identity import write_many
from publisher.release.release import active
from publisher.sources import RawRecord, raw_records

_LOOK_SECONDS = 0.5
HEAD = (
    "| records | statements | build | ratio | peak memory | release | while building | update of one "
    "| stages (seconds) |"
)


def main() -> None:
    """Print one row for each number of records."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000])
    parser.add_argument("--workers", type=int, default=0, help="Processes that convert; one a core by default.")
    parser.add_argument("--folder", type=Path, default=None, help="Where the releases are made.")
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    arguments = parser.parse_args()
    print(HEAD)
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    for count in arguments.records:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            print(_row(arguments.shared / "data", Path(folder), count, arguments.workers), flush=True)


def _row(shared: Path, folder: Path, count: int, workers: int) -> str:
    catalogue, data = folder / "many.mrc", folder / "data"
    write_many(shared, catalogue, count, count, "distinct")
    config = _configured(folder, catalogue)
    more = ["--workers", str(workers)] if workers else []
    made, wall, peak, most = _watched(["build", "--json", *more, "--config", str(config), "--data", str(data)], data)
    report = json.loads(made.splitlines()[-1])
    subprocess.run(
        [sys.executable, "-m", "publisher", "activate", "--data", str(data)], check=True, capture_output=True
    )
    release = _bytes(data / "releases")
    corrected = _corrected(catalogue, folder / "one.mrc")
    _, update, _, _ = _watched(["update", "--config", str(config), "--data", str(data), str(corrected)], data)
    loaded = _loaded(data, folder)
    stages = ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in report["stages"].items())
    return (
        f"| {report['records_in']:,} | {report['triples']:,} | {wall:.0f} s | {wall / loaded:.1f} × {loaded:.0f} s | "
        f"{peak / 1e9:.2f} GB | {release / 1e9:.2f} GB | {most / 1e9:.2f} GB | {update:.1f} s | {stages} |"
    )


def _configured(folder: Path, catalogue: Path) -> Path:
    path = folder / "rong.toml"
    path.write_text(
        'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n[[libraries]]\ncode = "lib"\n'
        f'name = {{vi = "A", en = "A"}}\n[[libraries.sources]]\npath = "{catalogue.name}"\n'
    )
    return path


def _corrected(catalogue: Path, path: Path) -> Path:
    """Write the hundredth record with another letter in its title."""
    raw = next(islice(raw_records(catalogue), 99, None))
    assert isinstance(raw, RawRecord), "records that were made can be read"
    at = raw.data.index(b"\x1fa", raw.data.index(b"\x1e") + 60) + 2
    path.write_bytes(raw.data[:at] + b"Z" + raw.data[at + 1 :])
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
                disk = max(disk, _bytes(data))
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


def _memory(pid: int) -> int:
    total = 0
    try:
        for each in (root := psutil.Process(pid), *root.children(recursive=True)):
            try:
                total += each.memory_full_info().pss
            except psutil.Error:
                continue  # it has just ended
    except psutil.Error:
        pass
    return total


def _bytes(folder: Path) -> int:
    """Return what the files below `folder` take; a file that has several names counts once."""
    found: dict[int, int] = {}
    for path in folder.rglob("*"):
        try:
            state = path.lstat()
        except OSError:
            continue  # it was there a moment ago
        if path.is_file() and not path.is_symlink():
            found[state.st_ino] = state.st_size
    return sum(found.values())


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
