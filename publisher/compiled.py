"""The hot modules, compiled by mypyc: used when they were made from exactly the sources that are here, else not.

`make setup` runs `main()`, which compiles `sources()` into `build/compiled/{digest}/`, where the digest is that of
their sources. At start the digest is computed again: after an edit the plain source runs, never a stale binary.
`RONG_PLAIN=1` runs the plain source always. The same source runs both ways; a test holds that.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent
HOME = PACKAGE.parent / "build" / "compiled"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX") or ".so"


ENGINE = (
    "assembly/names.py",
    "assembly/outcome.py",
    "assembly/statements.py",
    "assembly/station.py",
    "identity/attendance.py",
    "identity/entities.py",
    "identity/evidence.py",
    "identity/grounding.py",
    "identity/heading.py",
    "identity/labels.py",
    "identity/people.py",
    "identity/preferred.py",
    "identity/publishers.py",
    "identity/wording.py",
    "policy/gate.py",
    "policy/living.py",
    "policy/needles.py",
    "policy/personal.py",
    "policy/phrases.py",
    "policy/redaction.py",
    "policy/selectors.py",
    "policy/withholding.py",
    "rdf/description.py",
    "rdf/iri.py",
    "rdf/langtag.py",
    "rdf/ntriples.py",
    "rdf/resource.py",
    "rdf/scripts.py",
    "rdf/terms.py",
    "rdf/text.py",
    "rdf/vietnamese.py",
    "release/document.py",
    "schemaorg/hosts.py",
    "schemaorg/kinds.py",
    "schemaorg/mapping.py",
    "schemaorg/people.py",
    "schemaorg/publishers.py",
    "sources/marcxml.py",
    "sources/marcxml_plain.py",
    "sources/record.py",
)


def sources() -> list[Path]:
    """Return the sources of the modules to compile: all that a worker of a build does, but for a few of its readers."""
    rules = sorted(path for path in (PACKAGE / "bibframe").glob("*.py") if path.name != "__init__.py")
    return [*(PACKAGE / name for name in ENGINE), *rules]


def digest() -> str:
    """Return what tells these sources, this Python and this machine from any other."""
    found = hashlib.blake2b(f"{sys.version}{SUFFIX}".encode(), digest_size=10)
    for path in sources():
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


class Finder:
    """Finds compiled modules in `folder` (a meta path finder)."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            ".".join(path.relative_to(folder).parts).removesuffix(SUFFIX): path for path in folder.rglob(f"*{SUFFIX}")
        }

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where the module `name` is loaded from, or None where it is not compiled."""
        file = self._files.get(name)
        return importlib.util.spec_from_file_location(name, file) if file is not None else None


def use() -> bool:
    """Let imports find the compiled modules, if there are any that match the sources; return whether there are."""
    if os.environ.get("RONG_PLAIN") or not HOME.is_dir():
        return False
    folder = HOME / digest()
    if not folder.is_dir():
        return False
    sys.meta_path.insert(0, Finder(folder))
    return True


def compile_modules() -> Path:
    """Compile `sources()` with mypyc and return the folder they are in; what was made of older sources is removed."""
    folder = HOME / digest()
    if folder.is_dir():
        return folder
    shutil.rmtree(HOME, ignore_errors=True)
    work = HOME / "work"
    shutil.copytree(PACKAGE, work / "publisher", ignore=shutil.ignore_patterns("__pycache__", "_content"))
    names = [str(path.relative_to(PACKAGE.parent)) for path in sources()]
    command = [
        sys.executable,
        "-c",
        "import sys; from publisher import compiled; compiled.extend(sys.argv[1:])",
        *names,
    ]
    environment = {**os.environ, "RONG_PLAIN": "1", "PYTHONPATH": str(work)}
    subprocess.run(command, cwd=work, check=True, capture_output=True, env=environment)  # noqa: S603
    made = work / "made"
    for path in [*work.glob(f"*{SUFFIX}"), *(work / "publisher").rglob(f"*{SUFFIX}")]:
        target = made / path.relative_to(work)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    made.rename(folder)
    shutil.rmtree(work)
    return folder


def extend(names: Sequence[str]) -> None:
    """Compile the sources `names` of the working folder in place, on all cores.

    A file of C for each module: in one file of all, the C compiler takes several times as long and one core only.
    """
    from mypyc.build import mypycify  # noqa: PLC0415 - only `make setup` needs compilers
    from pybind11.setup_helpers import ParallelCompile  # noqa: PLC0415
    from setuptools import Extension, setup  # noqa: PLC0415

    made = mypycify(list(names), opt_level="2", debug_level="0", multi_file=True)
    extensions = [extension for extension in made if isinstance(extension, Extension)]
    with ParallelCompile():
        setup(name="compiled", ext_modules=extensions, script_args=["--quiet", "build_ext", "--inplace"])


def main() -> None:
    """Compile, or say why it cannot be done here: the plain source does the same, more slowly."""
    try:
        print(f"Compiled modules: {compile_modules()}")
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"The conversion is not compiled and runs as plain Python, a third slower: {error}", file=sys.stderr)
