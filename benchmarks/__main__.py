"""Measurements beside named peers.

    python -m benchmarks                    all of them, one after the other
    python -m benchmarks convert [ARGUMENTS...]

Each module of this folder that does not begin with an underscore is one; its docstring says what it measures and its
first line is printed here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def benchmarks() -> dict[str, str]:
    """Return the names of all benchmarks with the first line of what they say of themselves."""
    found = {}
    for path in sorted(FOLDER.glob("[!_]*.py")):
        about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.stem] = about.partition("\n")[0]
    return found


def main(arguments: list[str]) -> int:
    """Run the benchmark named first, or all; return the first exit status that is not 0."""
    known = benchmarks()
    if arguments and arguments[0] not in known:
        print(f"There is no benchmark {arguments[0]!r}. There are:")
        print("\n".join(f"  {name:<12} {about}" for name, about in known.items()))
        return 2
    status = 0
    for name in arguments[:1] or known:
        print(f"\n# {name}: {known[name]}\n", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *arguments[1:]], cwd=FOLDER.parent, check=False
        )
        status = status or done.returncode
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
