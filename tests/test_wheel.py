"""The wheel: installed somewhere else it finds its content and publishes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel of this checkout was installed into."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("rong-*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, capture_output=True)
    return folder / "site"


def run(installed: Path, where: Path, *command: object) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=where, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_the_installed_package_that_runs(installed, tmp_path):
    where = run(installed, tmp_path, "-c", "import publisher; print(publisher.__file__)")
    assert Path(where.strip()).is_relative_to(installed)


def test_content_is_found_inside_the_wheel(installed, tmp_path):
    program = "from publisher import resources; [print(resources.folder(n)) for n in resources.CONTENT_FOLDERS]"
    folders = [Path(line) for line in run(installed, tmp_path, "-c", program).splitlines()]
    assert folders
    assert all(folder.is_relative_to(installed) and any(folder.iterdir()) for folder in folders)


def test_the_installed_wheel_publishes_the_example(installed, tmp_path):
    example = installed / "publisher" / "_content" / "examples" / "kontum" / "rong.toml"
    out = run(installed, tmp_path, "-m", "publisher", "publish", "--json", "--config", example, "--data", "data")
    report = json.loads(out.splitlines()[-1])
    assert report["published"] > 80
    assert (tmp_path / "data" / "current" / "manifest.json").is_file()
