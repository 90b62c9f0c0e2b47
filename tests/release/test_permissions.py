"""Who has not the permission is told so in one sentence, with the remedy."""

import subprocess
import sys
from pathlib import Path

import pytest

from publisher.release.release import active
from tests.conftest import EXAMPLE, ROOT

PLAIN = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]
"""For root too the modes of files hold then."""


def refused(*arguments: object) -> str:
    """Run `rong` with `arguments`; return the one sentence with which it refuses."""
    done = subprocess.run(
        [*PLAIN, sys.executable, "-m", "publisher", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("rong: ")]
    assert len(said) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return said[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("activate",),
        ("prune", "--keep", 1),
        ("update", "--config", EXAMPLE, "--library", "kontum", "--delete", "KT00077"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_releases_that_one_may_only_read_are_not_changed(data: Path, arguments: tuple[object, ...]):
    before = active(data).id
    for path in (data, data / "building", data / "registry.sqlite", data / "building" / ".lock"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        said = refused(*arguments, "--data", data)
    finally:
        for path in (data, data / "building"):
            path.chmod(0o700)
    assert "ermission denied" in said or "readonly database" in said
    assert str(data) in said
    assert active(data).id == before


@pytest.mark.parametrize(("arguments", "file"), [(("serve", "--port", 0), "store"), (("ledger",), "ledger.sqlite")])
def test_a_release_that_one_may_not_read_is_named(data: Path, arguments: tuple[object, ...], file: str):
    path = active(data).path / file
    path.chmod(0)
    try:
        said = refused(*arguments, "--data", data)
    finally:
        path.chmod(0o700)
    assert str(path) in said
    assert "permissions" in said or "run this as" in said
