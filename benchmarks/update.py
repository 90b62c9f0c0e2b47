"""One changed record on its way to the public, in seconds by stage, at several sizes; then a build, as its ratio.

    python -m benchmarks update [SIZE...]      1000 5000 10000 records of ../shared/data/gpo.mrc by default

A record in the middle of the catalogue gets another title. "seen" is when pages, search and queries show it, "all" when
the datasets have it too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pymarc import Record

from benchmarks._lab import CONFIGURATION

CORPUS = Path(__file__).parents[2] / "shared" / "data" / "gpo.mrc"
SIZES = (1_000, 5_000, 10_000)


def corrected(raw: bytes) -> bytes:
    """Return a record with another title."""
    record = Record(raw, to_unicode=True, force_utf8=True)
    record["245"]["a"] = f"Corrected: {record['245']['a']}"
    record.leader = record.leader[:9] + "a" + record.leader[10:]
    return record.as_marc()


def rong(folder: Path, verb: str, *arguments: str) -> dict[str, Any]:
    """Run a verb in `folder`; return its report."""
    options = ["--config", folder / "rong.toml", "--data", folder / "data"]
    more = ["--json"] if verb in ("build", "update") else []
    command = [sys.executable, "-m", "publisher", verb, *more, *options, *arguments]
    if verb == "activate":
        command = [sys.executable, "-m", "publisher", verb, "--data", folder / "data"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1]) if more else {}  # type: ignore[no-any-return]


def measure(size: int, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a build of `size` records and the update after it report."""
    records = [part + b"\x1d" for part in CORPUS.read_bytes().split(b"\x1d")[:size]]
    (folder / "rong.toml").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "a.mrc").write_bytes(b"".join(records))
    (folder / "one.mrc").write_bytes(corrected(records[size // 2]))
    built = rong(folder, "build")
    rong(folder, "activate")
    return built, rong(folder, "update", str(folder / "one.mrc"))


def main() -> None:
    """Print one row a size."""
    print("| records | statements | build | seen | all | touched | stages of the update |")
    print("|---:|---:|---:|---:|---:|---|---|")
    for size in map(int, sys.argv[1:]) if len(sys.argv) > 1 else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            built, report = measure(size, Path(folder))
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report["stages"].items())
        touched = f"{report['touched']:,} records, {report['entities_touched']:,} entities"
        print(
            f"| {report['records_in']:,} | {report['triples']:,} | {built['seconds']:.1f} s | "
            f"{report['visible']:.1f} s | "
            f"{report['seconds']:.1f} s | {report['anew'] or touched} | {stages} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
