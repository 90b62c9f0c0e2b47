"""A real CKAN, with the run killed (kill -9) at every API call in turn, and CKAN down from every API call on in turn.

    RONG_TEST_CKAN_URL=http://127.0.0.1:5000 RONG_TEST_CKAN_TOKEN=... .venv/bin/python -m benchmarks export_ckan

Every declared dataset of examples/kontum is published, the yearly figures too, from a made-up sheet. Each case begins
with an organization that CKAN does not have. The run is broken at call n, reads and writes alike: the process is killed
before the call or after CKAN has answered it, or from that call on CKAN cannot be reached. Then it is simply run again,
and everything is downloaded and compared: a case is good when CKAN then has what the release has, nothing twice, a
third run writes nothing, and what others have on the same CKAN is as it was.

A case takes some 25 seconds, and all of them hours. So the calls are taken in an order in which the first call of each
kind comes first and the rest are spread ever more finely over the run, and `--minutes` says when to stop.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from publisher.build import build
from publisher.config import Ckan, Settings
from publisher.errors import CkanError
from publisher.exports.ckan import Portal, apply, verify
from publisher.exports.declaration import read_datasets_declared
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.release.release import releases
from publisher.release.service import put_into_service

EXAMPLE = Path(__file__).parents[1] / "examples" / "kontum" / "rong.toml"
SHEET = (
    "year,library,copies,additions,readers,visits,circulation,population\n2025,kontum,9000,300,800,4000,9000,150000\n"
)
CASES = ("killed before", "killed after", "down from here on")
URL, TOKEN = "RONG_TEST_CKAN_URL", "RONG_TEST_CKAN_TOKEN"


class Breaking(requests.Session):
    """Breaks at the call `at`, as `how` says; `calls` has what was asked so far."""

    def __init__(self, at: int = 0, how: str = "") -> None:
        super().__init__()
        self.at, self.how = at, how
        self.calls: list[str] = []

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        self.calls.append(_kind(*args, **kwargs))
        number = len(self.calls)
        if self.how == "down from here on" and number >= self.at:
            raise requests.ConnectionError("refused")
        if self.how == "killed before" and number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = super().request(*args, **kwargs)
        if self.how == "killed after" and number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def _kind(method: str, url: str, **kwargs: Any) -> str:
    """Return of what kind a call is: its action and, where a file is uploaded, the file's format."""
    action = url.rpartition("/")[2]
    if upload := (kwargs.get("files") or {}).get("upload"):
        return f"{action} {Path(upload.name).suffix}"
    return action


class Corner:
    """An organization and a prefix that nobody else has."""

    def __init__(self, settings: Settings, folder: Path, datasets: list[DatasetFiles]) -> None:
        mark = uuid.uuid4().hex[:12]
        self.ckan = Ckan(
            url=os.environ[URL], organization=f"t-{mark}", name_prefix=f"t-{mark}-", licence_id="cc-zero", retries=1
        )
        self.settings = settings.model_copy(update={"ckan": self.ckan})
        self.folder, self.datasets = folder, datasets

    def portal(self, session: requests.Session | None = None) -> Portal:
        return Portal(self.ckan, os.environ[TOKEN], session=session, sleep=lambda seconds: None)

    def apply(self, session: requests.Session | None = None) -> int:
        return apply(self.settings, self.datasets, self.folder, self.portal(session)).writes

    def faults(self) -> list[str]:
        """Return what is not as it should be after the second run."""
        found = [str(check) for check in verify(self.settings, self.datasets, self.portal()).checks if check.problem]
        for dataset in self.datasets:
            shown = self.portal().read("package_show", id=f"{self.ckan.name_prefix}{dataset.name}")
            names = Counter(each["name"] for each in shown["resources"])
            found += [f"{name} is there {times} times" for name, times in names.items() if times > 1]
        if self.apply():
            found.append("a third run still writes")
        return found

    def clear(self) -> None:
        portal = self.portal()
        for dataset in self.datasets:
            if portal.read("package_show", id=f"{self.ckan.name_prefix}{dataset.name}"):
                portal.write("dataset_purge", id=f"{self.ckan.name_prefix}{dataset.name}")
        if portal.read("organization_show", id=self.ckan.organization):
            portal.write("organization_purge", id=self.ckan.organization)


class Others:
    """What somebody else has on the same CKAN: an organization, a dataset, a file by a name that ours have too."""

    def __init__(self, corner: Corner) -> None:
        self._portal, self._name = corner.portal(), f"o-{uuid.uuid4().hex[:12]}"
        self._portal.write("organization_create", name=self._name)
        resources = [{"name": "graph.nq.gz", "url": "https://khac.example.vn/graph.nq.gz"}]
        self._portal.write("package_create", name=f"{self._name}-graph", owner_org=self._name, resources=resources)
        self._before = self._now()

    def _now(self) -> Any:
        return self._portal.read("package_show", id=f"{self._name}-graph")

    def faults(self) -> list[str]:
        return [] if self._now() == self._before else ["what others have has changed"]

    def clear(self) -> None:
        self._portal.write("dataset_purge", id=f"{self._name}-graph")
        self._portal.write("organization_purge", id=self._name)


def broken(corner: Corner, at: int, how: str) -> bool:
    """Run `apply` in a process of its own, broken at call `at`; return whether it was broken."""
    child = os.fork()
    if child == 0:
        try:
            corner.apply(Breaking(at, how))
        except CkanError:
            os._exit(1)
        except BaseException:
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 2:
        raise SystemExit(f"call {at}, {how}: the run ended in a traceback")
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 1


def in_turn(calls: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of the calls, from 1: the first of each kind, then the others, ever more finely spread.

    >>> list(in_turn(["show", "create", "show", "create", "show", "create", "show", "patch"]))
    [1, 2, 8, 4, 6, 3, 5, 7]
    """
    first = {kind: number for number, kind in reversed(list(enumerate(calls, 1)))}
    yield from sorted(first.values())
    seen = set(first.values())
    step = 1
    while step < len(calls):
        step *= 2
    while step:
        for number in range(step, len(calls) + 1, step):
            if number not in seen:
                seen.add(number)
                yield number
        step //= 2


def published(folder: Path) -> tuple[Settings, Path, list[DatasetFiles]]:
    """Build the example twice, with a sheet of yearly figures; return its settings, and every declared dataset."""
    sheet = folder / "so-lieu.csv"
    sheet.write_text(SHEET, "utf-8")
    settings = Settings.load(EXAMPLE)
    settings = settings.model_copy(update={"indicators": settings.indicators.model_copy(update={"sheet": sheet})})
    # The log of changes begins with the second release, so the first one lacks a library.
    build(settings.model_copy(update={"libraries": settings.libraries[:-1]}), folder / "data", workers=2)
    put_into_service(folder / "data")
    build(settings, folder / "data", workers=2)
    path = releases(folder / "data")[-1].datasets_path
    datasets = read_datasets(path)
    lacking = {each.name for each in read_datasets_declared()} - {each.name for each in datasets}
    if lacking:
        raise SystemExit(f"the example has no dataset {', '.join(sorted(lacking))}")
    return settings, path, datasets


def measure(minutes: float) -> bool:
    """Break as many runs as `minutes` give room for (0: all); print a table in Markdown, return whether all is well."""
    with tempfile.TemporaryDirectory(prefix="rong-ckan-") as name:
        settings, folder, datasets = published(Path(name))
        corner, session = Corner(settings, folder, datasets), Breaking()
        writes = corner.apply(session)
        calls = session.calls
        others = Others(corner)
        corner.clear()
        kinds = Counter(calls)
        files = sum(len(dataset.files) for dataset in datasets)
        print(
            f"{len(datasets)} datasets, {files} files, {len(calls)} calls, {writes} of them writes, "
            f"{len(kinds)} kinds of calls\n"
        )
        tried, good = Counter[str](), Counter[str]()
        until = time.monotonic() + minutes * 60
        missed = set(kinds)
        for at in in_turn(calls):
            if minutes and time.monotonic() > until:
                break
            missed.discard(calls[at - 1])
            for how in CASES:
                faults = _case(Corner(settings, folder, datasets), at, how) + others.faults()
                tried[how] += 1
                good[how] += not faults
                said = f"{calls[at - 1]}, {how}: {'; '.join(faults) or 'converged'}"
                print(f"call {at} of {len(calls)}, {said}", file=sys.stderr, flush=True)
        others.clear()
    print("| case | calls broken | of | converged on the next run |\n|---|---:|---:|---:|")
    for how in CASES:
        print(f"| {how} | {tried[how]} | {len(calls)} | {good[how]} |")
    print(f"\nkinds of calls that were not broken: {', '.join(sorted(missed)) or 'none'}", flush=True)
    return good == tried


def _case(corner: Corner, at: int, how: str) -> list[str]:
    """Break a run, run it again, and return what is wrong then; nothing is left on CKAN."""
    try:
        if not broken(corner, at, how):
            raise SystemExit(f"call {at}, {how}: nothing broke")
        try:
            corner.apply()
        except CkanError as problem:
            return [f"the next run gave up: {problem}"]
        return corner.faults()
    finally:
        corner.clear()


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks export_ckan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=30, help="when to begin no more cases; 0: all; default: 30")
    arguments = parser.parse_args()
    lacking = [name for name in (URL, TOKEN) if not os.environ.get(name)]
    if lacking:
        print(
            f"Set {' and '.join(lacking)}: the address of a CKAN that is there to be tested on, and the token of an "
            "administrator of it.",
            file=sys.stderr,
        )
        return 2
    return 0 if measure(arguments.minutes) else 1


if __name__ == "__main__":
    sys.exit(main())
