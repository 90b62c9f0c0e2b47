"""A real CKAN, with the run killed (kill -9) at every API call in turn, and CKAN down from every API call on in turn.

    RONG_TEST_CKAN_URL=http://127.0.0.1:5000 RONG_TEST_CKAN_TOKEN=... .venv/bin/python benchmarks/export_ckan.py

Each case begins with an organization that CKAN does not have. The run is broken at call n, reads and writes alike: the
process is killed before the call or after CKAN has answered it, or from that call on CKAN cannot be reached. Then it is
simply run again, and everything is downloaded and compared.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from publisher.config import Ckan
from publisher.errors import CkanError
from publisher.exports.ckan import Portal, apply, verify
from publisher.exports.files import DatasetFiles
from tests.exports import small

NAMES = ("libraries", "fates", "graph")
CASES = ("killed before", "killed after", "down from here on")


class Breaking(requests.Session):
    """Breaks at the call `at`, as `how` says; counts the calls."""

    def __init__(self, at: int = 0, how: str = "") -> None:
        super().__init__()
        self.at, self.how, self.calls = at, how, 0

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        self.calls += 1
        if self.how == "down from here on" and self.calls >= self.at:
            raise requests.ConnectionError("refused")
        if self.how == "killed before" and self.calls == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = super().request(*args, **kwargs)
        if self.how == "killed after" and self.calls == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


class Corner:
    """An organization and a prefix that nobody else has."""

    def __init__(self, folder: Path, datasets: list[DatasetFiles]) -> None:
        mark = uuid.uuid4().hex[:12]
        self.ckan = Ckan(
            url=os.environ["RONG_TEST_CKAN_URL"],
            organization=f"t-{mark}",
            name_prefix=f"t-{mark}-",
            licence_id="cc-by",
            retries=1,
        )
        self.settings = small.settings(folder).model_copy(update={"ckan": self.ckan})
        self.folder, self.datasets = folder / "r1" / "datasets", datasets

    def portal(self, session: requests.Session | None = None) -> Portal:
        token = os.environ["RONG_TEST_CKAN_TOKEN"]
        return Portal(self.ckan, token, session=session, sleep=lambda seconds: None)

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


def main() -> None:
    """Print a table in Markdown."""
    with tempfile.TemporaryDirectory(prefix="rong-ckan-") as name:
        folder = Path(name)
        datasets = [each for each in small.datasets(folder) if each.name in NAMES]
        corner, session = Corner(folder, datasets), Breaking()
        writes = corner.apply(session)
        calls = session.calls
        corner.clear()
        print(f"{len(datasets)} datasets, {calls} calls, {writes} of them writes\n")
        print("| case | calls broken | converged on the next run |\n|---|---:|---:|")
        for how in CASES:
            tried = good = 0
            for at in range(1, calls + 1):
                corner = Corner(folder, datasets)
                if not broken(corner, at, how):
                    raise SystemExit(f"call {at}, {how}: nothing broke")
                corner.apply()
                faults = corner.faults()
                corner.clear()
                tried += 1
                good += not faults
                if faults:
                    print(f"call {at}, {how}: {faults}", file=sys.stderr)
            print(f"| {how} | {tried} | {good} |", flush=True)


if __name__ == "__main__":
    main()
