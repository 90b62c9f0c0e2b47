"""A whole build beside a plain pyoxigraph bulk load of the same statements, in one run.

    python -m benchmarks build [FILE...]      ../shared/data/gpo.mrc + mixed.mrc, and hcmut.mrc, by default

The bulk load gets the statements of the release as one N-Triples file into an empty store: it
is what any publisher of these triples has to pay. Both run in processes of their own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph

SHARED = Path(__file__).parents[2] / "shared" / "data"
CORPORA = ((SHARED / "gpo.mrc", SHARED / "mixed.mrc"), (SHARED / "hcmut.mrc",))
_LOAD = """
import sys, time, pyoxigraph
began = time.monotonic()
store = pyoxigraph.Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=pyoxigraph.RdfFormat.N_TRIPLES)
store.flush()
print(time.monotonic() - began)
"""


def measure(files: tuple[Path, ...], folder: Path) -> dict[str, object]:
    """Build `files`, then load what came of them; return both times and what the build reported."""
    data = folder / "data"
    rong = [sys.executable, "-m", "publisher", "build", "--json", "--data", data, *files]
    began = time.monotonic()
    done = subprocess.run(list(map(str, rong)), capture_output=True, text=True, check=True)
    wall = time.monotonic() - began
    report = json.loads(done.stdout.splitlines()[-1])
    store = pyoxigraph.Store.read_only(str(data / "releases" / report["release"] / "store"))
    statements = folder / "statements.nt"
    store.dump(str(statements), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    del store
    load = [sys.executable, "-c", _LOAD, folder / "plain", statements]
    loaded = float(subprocess.run(list(map(str, load)), capture_output=True, text=True, check=True).stdout)
    shutil.rmtree(data)
    shutil.rmtree(folder / "plain")
    return {**report, "wall": wall, "load": loaded}


def main() -> None:
    """Print one row a corpus."""
    corpora = (tuple(map(Path, sys.argv[1:])),) if len(sys.argv) > 1 else CORPORA
    print("| records | in = published + withheld + rejected | statements | build | peak | bulk load | ratio | stages |")
    print("|---|---|---:|---:|---:|---:|---:|---|")
    for files in corpora:
        with tempfile.TemporaryDirectory() as folder:
            row = measure(files, Path(folder))
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in row["stages"].items())  # type: ignore[attr-defined]
        print(
            f"| {' + '.join(file.name for file in files)} | {row['records_in']:,} = {row['published']:,} + "
            f"{row['withheld']:,} + {row['rejected']:,} | {row['triples']:,} | {row['wall']:.1f} s | "
            f"{row['peak_rss_mb']:,} MiB | {row['load']:.1f} s | {row['wall'] / row['load']:.1f} | {stages} |",  # type: ignore[operator]
            flush=True,
        )


if __name__ == "__main__":
    main()
