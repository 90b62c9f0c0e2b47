"""The compiled conversion does what the plain source does, and is never used when it is older than the source."""

import os
import subprocess
import sys

from publisher import compiled
from tests.conftest import EXAMPLE, ROOT


def converted(**environment: str) -> tuple[str, str]:
    """Return (whether the modules were compiled, the N-Triples of the example) of a process of its own."""
    program = (
        "import sys, publisher; from pathlib import Path; from publisher.convert import convert_files\n"
        "print(publisher.COMPILED, file=sys.stderr)\n"
        f"convert_files([Path({str(EXAMPLE.parent / 'kontum-sach.mrc')!r})], 'ntriples', 'http://example.org/', "
        "lambda text: sys.stdout.write(text), print)"
    )
    environment = {**os.environ, **environment}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    lines = [line for line in done.stdout.splitlines() if "#dateTime>" not in line]
    return done.stderr.strip(), "\n".join(sorted(lines))


def test_the_plain_source_and_whatever_runs_here_agree():
    plain, here = converted(RONG_PLAIN="1"), converted()
    assert plain[0] == "False"
    if os.environ.get("CI") == "true":  # where nothing is left out, the compiled conversion is what all tests ran
        assert here[0] == "True"
    assert plain[1].count("\n") > 5000
    # The history of a record carries the moment of conversion, and its name a digest of that.
    drop = [line for line in plain[1].splitlines() if "admin-metadata-" not in line]
    assert drop == [line for line in here[1].splitlines() if "admin-metadata-" not in line]


def test_what_is_compiled_is_named_by_the_digest_of_its_sources(tmp_path, monkeypatch):
    before = compiled.digest()
    copy = tmp_path / "publisher"
    for path in compiled.sources():
        target = copy / path.relative_to(compiled.PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    monkeypatch.setattr(compiled, "PACKAGE", copy)
    assert compiled.digest() == before
    (copy / "rdf" / "ntriples.py").write_text("edited = True\n")
    assert compiled.digest() != before
