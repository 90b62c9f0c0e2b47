"""Real harvest jobs: ckanext-harvest and ckanext-dcat on a CKAN fetch what `rong serve` gives of a copy of ours."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks._serving import end
from benchmarks.export_ckan import SHEET
from publisher.config import Settings
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.release.release import releases

ROOT = Path(__file__).parents[1]
OWN_MARK = "harvest_object_id"
"""The extra in which ckanext-harvest keeps the last job that saw the dataset: it alone moves with every job."""
Packages = dict[str, dict[str, Any]]


class Checkout:
    """A copy of this checkout, whose declarations can be edited, with two releases of the example; all by command."""

    def __init__(self, folder: Path) -> None:
        self._code, self._example = folder / "code", folder / "kontum"
        for name in ("publisher", "exports"):  # what a module or an edit belongs to may not be a link to ours
            shutil.copytree(ROOT / name, self._code / name)
        for name in ("vocab", "sparql", "site", "examples"):
            (self._code / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "examples" / "kontum", self._example)
        (self._example / "so-lieu.csv").write_text(SHEET, "utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self._port}"
        path = self._example / "rong.toml"
        text = re.sub(r"(?m)^base = .*$", f'base = "{self.base}"', path.read_text("utf-8"))
        text = f'{text}\n[indicators]\nsheet = "so-lieu.csv"\n'
        # The log of changes begins with the second release, so the first one lacks a library.
        begins, ends = text.rindex("[[libraries]]"), text.index("[[indicators.targets]]")
        path.write_text(text[:begins] + text[ends:], "utf-8")
        self.release()
        path.write_text(text, "utf-8")
        self.release()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "publisher", *arguments]

    def _how(self) -> dict[str, Any]:
        return {"cwd": self._example, "env": {**os.environ, "PYTHONPATH": str(self._code)}}

    def release(self) -> None:
        """Build a release and put it into service."""
        for verb in ("build", "activate"):
            done = subprocess.run(self._command(verb), check=False, capture_output=True, text=True, **self._how())
            assert done.returncode == 0, done.stderr

    def datasets(self) -> list[DatasetFiles]:
        """Return the datasets of the last release."""
        return read_datasets(releases(self._example / "data")[-1].datasets_path)

    def settings(self) -> Settings:
        return Settings.load(self._example / "rong.toml")

    def rename(self, dataset: str, was: str, title: str) -> None:
        """Give `dataset` another Vietnamese title."""
        path = self._code / "exports" / dataset / "dataset.toml"
        text = path.read_text("utf-8")
        assert text.count(f'title = {{vi = "{was}"') == 1, f"{path} has no title {was}"
        path.write_text(text.replace(f'title = {{vi = "{was}"', f'title = {{vi = "{title}"'), "utf-8")

    def take_away(self, dataset: str) -> None:
        """Declare `dataset` no more."""
        shutil.rmtree(self._code / "exports" / dataset)

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """Serve what is in service."""
        process = subprocess.Popen(
            self._command("serve", "--port", str(self._port)), stdout=subprocess.DEVNULL, **self._how()
        )
        try:
            _wait(lambda: requests.get(f"{self.base}/readyz", timeout=30).ok, 120, "the site does not answer")
            yield
        finally:
            end(process)


class Harvester:
    """A harvest source on the CKAN in the folder `lab`, in an organization of its own."""

    def __init__(self, lab: Path, address: str) -> None:
        self._ini = lab / "run" / "ckan.ini"
        self._program = lab / "venv" / "bin" / "ckan"
        self._token = (lab / "run" / "token").read_text("ascii").strip()
        self._url = self._setting("ckan.site_url")
        name = f"h-{uuid.uuid4().hex[:12]}"
        self._ask("organization_create", name=name)
        made = {"name": name, "title": name, "url": address, "source_type": "dcat_rdf", "owner_org": name}
        self.source = self._ask("harvest_source_create", **made, frequency="MANUAL")["id"]

    def _setting(self, name: str) -> str:
        found = re.search(rf"(?m)^{re.escape(name)} ?= ?(.+)$", self._ini.read_text("utf-8"))
        assert found, f"{self._ini} has no {name}"
        return found[1].strip()

    def _ask(self, action: str, **fields: Any) -> Any:
        headers = {"Authorization": self._token}
        answer = requests.post(f"{self._url}/api/3/action/{action}", json=fields, headers=headers, timeout=120)
        assert answer.ok, f"{action}: {answer.status_code} {answer.text[:500]}"
        return answer.json()["result"]

    @contextlib.contextmanager
    def consumers(self) -> Iterator[None]:
        """Run the two processes that do the work, as an administrator runs them.

        redis-py 8, which CKAN 2.12 asks for, gives up after five seconds without a message, and the consumers of
        ckanext-harvest 1.6.3 with it, so it is told to wait for longer.
        """
        redis = self._setting("ckan.redis.url")
        if "socket_timeout" not in redis:
            redis += "?socket_timeout=31536000"
        environment = {**os.environ, "CKAN_INI": str(self._ini), "CKAN_REDIS_URL": redis}
        environment.pop("PYTHONPATH", None)
        processes = [
            subprocess.Popen(
                [self._program, "harvester", consumer],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for consumer in ("gather-consumer", "fetch-consumer")
        ]
        try:
            yield
        finally:
            for process in processes:
                end(process)

    def job(self) -> dict[str, int]:
        """Harvest once; return what ckanext-harvest counted."""
        job = self._ask("harvest_job_create", source_id=self.source, run=True)["id"]

        def finished() -> bool:
            self._ask("harvest_jobs_run")  # which also looks whether a job has ended
            return bool(self._ask("harvest_job_show", id=job)["status"] == "Finished")

        _wait(finished, 300, "the job does not end: do the consumers run?")
        shown = self._ask("harvest_job_show", id=job)
        problems = [*shown["gather_error_summary"], *shown["object_error_summary"]]
        assert not problems, problems
        counted: dict[str, int] = shown["stats"]
        return counted

    def packages(self) -> tuple[Packages, int]:
        """Return the datasets of the source by IRI, as CKAN shows them, and how many there are more than IRIs."""
        of = f"harvest_source_id:{self.source}"
        found = self._ask("package_search", fq=f"+dataset_type:dataset +{of}", rows=1000)["results"]
        packages = {}
        for each in found:
            shown = self._ask("package_show", id=each["id"])
            shown["extras"] = {extra["key"]: extra["value"] for extra in shown["extras"]}
            del shown["extras"][OWN_MARK]
            packages[shown["extras"]["uri"]] = shown
        return packages, len(found) - len(packages)

    def state(self, package: str) -> str:
        """Return whether `package` is `active` or `deleted`, which an administrator sees."""
        return str(self._ask("package_show", id=package)["state"])

    def clear(self) -> None:
        """Leave no dataset and no source on CKAN."""
        self._ask("harvest_source_clear", id=self.source)
        self._ask("harvest_source_delete", id=self.source)


def changed(before: Packages, after: Packages) -> dict[str, list[str]]:
    """Return which fields of which datasets are not as they were, of those that were there and are there."""
    found = {}
    for iri in before.keys() & after.keys():
        was, now = (_flat(each[iri]) for each in (before, after))
        if fields := sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key)):
            found[iri] = fields
    return found


def _flat(package: dict[str, Any]) -> dict[str, Any]:
    extras = {f"extras.{key}": value for key, value in package["extras"].items()}
    return {key: value for key, value in package.items() if key != "extras"} | extras


def _wait(true: Any, seconds: float, problem: str) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with contextlib.suppress(requests.ConnectionError):
            if true():
                return
        time.sleep(1)
    raise AssertionError(problem)
