"""Records a second from MARC to N-Triples, beside the Library of Congress' stylesheet.

    python -m benchmarks convert [--rounds 4] [--size 250] [--full]

Three processes on one core take turns: Rông, and the reference stylesheet under libxslt (lxml) and under Saxon. A round
is `size` records of a corpus that nobody has seen before; the first round warms everybody up and is not counted. Rates
are by processor time, so that what else runs on the machine does not count; the median of the rounds is shown. Then
the peak memory of `rong convert` for a file of all corpora mixed and for one ten times its size, and what a second
process adds. Some three minutes on a quiet machine (`--full` some six); `--only rates|memory|scaling` measures one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from benchmarks._reference import ROOT, SHARED, Worker, reference

TERMINATOR = b"\x1d"


def ours(core: int = 0) -> Worker:
    """Start a process that converts with Rông."""
    return Worker("rong", Path(sys.executable), Path(__file__).with_name("_our_worker.py"), core=core)


def raw_records(path: Path) -> Iterator[bytes]:
    """Yield the records of an ISO 2709 file."""
    yield from (each + TERMINATOR for each in path.read_bytes().split(TERMINATOR) if len(each) > 24)


def rounds_of(path: Path, size: int, count: int, folder: Path) -> list[Path]:
    """Cut `count` files of `size` records from `path`."""
    records = list(raw_records(path))[: size * count]
    size = min(size, len(records) // count)
    cut = []
    for n in range(count):
        cut.append(folder / f"{path.stem}-{n}.mrc")
        cut[-1].write_bytes(b"".join(records[n * size : (n + 1) * size]))
    return cut


def samples(folder: Path) -> list[Path]:
    """Return LoC's sample files, a warm-up first."""
    found = sorted((SHARED / "reference" / "loc" / "samples").glob("*.marcxml"))
    return [*sorted((SHARED / "reference" / "loc" / "records").glob("*.xml"))[:1], *found]


def measure_rates(size: int, rounds: int, folder: Path) -> None:
    """Print the table of rates: who converts how many records a second, and how many times as fast we are."""
    workers = [ours(), reference("libxslt"), reference("saxon")]
    print("| corpus | records | Rông | libxslt | Saxon | Rông : libxslt | Rông : Saxon | aborted: libxslt, Saxon |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    corpora = {
        "gpo.mrc": rounds_of(SHARED / "data" / "gpo.mrc", size, rounds + 1, folder),
        "mixed.mrc": rounds_of(SHARED / "data" / "mixed.mrc", size, rounds + 1, folder),
        "LoC's samples": samples(folder),
    }
    for corpus, files in corpora.items():
        rates: dict[str, list[float]] = {worker.name: [] for worker in workers}
        records, aborted = 0, {"libxslt": 0, "saxon": 0}
        for n, path in enumerate(files):
            for worker in workers[n % 3 :] + workers[: n % 3]:
                found = worker.convert(path)
                if n == 0:
                    continue
                rates[worker.name].append((found["records"] + found["failed"]) / found["cpu"])
                if worker.name == "rong":
                    records += int(found["records"])
                else:
                    aborted[worker.name] += int(found["failed"])
        rong, libxslt, saxon = (statistics.median(rates[worker.name]) for worker in workers)
        print(
            f"| {corpus} | {records:,} | {rong:,.0f}/s | {libxslt:,.0f}/s | {saxon:,.0f}/s "
            f"| {rong / libxslt:.1f} | {rong / saxon:.1f} | {aborted['libxslt']}, {aborted['saxon']} |",
            flush=True,
        )
    for worker in workers:
        worker.close()


def run_convert(*files: Path) -> subprocess.Popen[bytes]:
    """Start `rong convert --to ntriples` on `files`."""
    command = [sys.executable, "-m", "publisher", "convert", "--to", "ntriples", *map(str, files)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


def mixed(count: int) -> Iterator[bytes]:
    """Yield `count` records, of each corpus in turn, from the beginning again where one ends."""
    corpora = [cycle(raw_records(SHARED / "data" / f"{name}.mrc")) for name in ("gpo", "mixed", "hcmut")]
    yield from islice((next(corpus) for corpus in cycle(corpora)), count)


def measure_memory(folder: Path, tenth: int) -> None:
    """Print the peak memory of `rong convert` for a file of `tenth` records and for one of ten times as many."""
    print("\n| file | seconds | peak memory |\n|---|---:|---:|")
    for count in (tenth, tenth * 10):
        path = folder / f"{count}.mrc"
        path.write_bytes(b"".join(mixed(count)))
        began = time.perf_counter()
        _, status, usage = os.wait4(run_convert(path).pid, 0)
        if status:
            sys.exit(f"rong convert ended with status {status}.")
        seconds = time.perf_counter() - began
        print(f"| {count:,} records | {seconds:.1f} | {usage.ru_maxrss / 1024:.0f} MB |", flush=True)


def measure_scaling(folder: Path, size: int) -> None:
    """Print what two processes do in the time of one, each on a core of its own."""
    halves = rounds_of(SHARED / "data" / "mixed.mrc", size, 3, folder)
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        print("\nThis machine has one core: scaling is not measured.")
        return
    workers = [ours(core) for core in cores]
    for worker in workers:
        worker.convert(halves[0])
    alone = workers[0].convert(halves[1])
    rate = alone["records"] / alone["seconds"]
    from concurrent.futures import ThreadPoolExecutor

    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda each: each[0].convert(each[1]), [(workers[1], halves[1]), (workers[0], halves[2])]))
    together = sum(found["records"] for found in both) / (time.perf_counter() - began)
    print(f"\nOne process {rate:,.0f} records/s, two {together:,.0f} records/s: {together / rate:.2f} times.")
    for worker in workers:
        worker.close()


def main() -> None:
    """Measure, and print Markdown."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--size", type=int, default=250, help="records in a round")
    options.add_argument("--full", action="store_true", help="up to 60,000 records for memory, 2,500 for scaling")
    options.add_argument("--only", choices=("rates", "memory", "scaling"), help="measure nothing else")
    chosen = options.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is not here: the records to convert are in it.")
    with tempfile.TemporaryDirectory(prefix="rong-convert-") as name:
        folder = Path(name)
        if chosen.only in (None, "rates"):
            measure_rates(chosen.size, chosen.rounds, folder)
        if chosen.only in (None, "memory"):
            measure_memory(folder, 6000 if chosen.full else 3000)
        if chosen.only in (None, "scaling"):
            measure_scaling(folder, 2500 if chosen.full else 1000)


if __name__ == "__main__":
    main()
