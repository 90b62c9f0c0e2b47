"""A real CKAN, with the run killed (kill -9) at every API call in turn, and CKAN down from every API call on in turn.

    RONG_TEST_CKAN_URL=http://127.0.0.1:5000 RONG_TEST_CKAN_TOKEN=... .venv/bin/python -m benchmarks export_ckan

Every declared dataset of examples/kontum is published, the yearly figures too, from a made-up sheet, and every call is
written down. Then a run is broken at each of them, reads and writes alike: the process is killed before the call or
after CKAN has answered it, or from that call on CKAN cannot be reached. Then it is simply run again, and everything of
that dataset is downloaded and compared: a case is good when CKAN has what the release has, nothing twice, nothing is
left to write, and all other datasets, ours and those of others, were not touched.

CKAN is brought to where it stood before a call by purging the dataset to which the call belongs: it is made anew while
the others stay. After each dataset a run of all must write nothing. Calls that belong to no dataset (licences,
organization ...) are broken on a CKAN that lacks the organization too, with one dataset; making the organization also
with all of them, from nothing. At the end all is downloaded and compared, and no call of the first run may be left.

What was tried stands in `--folder`, and the next run there goes on behind it. Several addresses of one CKAN, separated
by commas, are used at once: each breaks the calls of other datasets, or where there are fewer, begins elsewhere.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._ckan_corner import TOKEN, URL, WAYS, Call, Corner, Others
from publisher.build import build
from publisher.config import Settings
from publisher.errors import CkanError
from publisher.exports.declaration import read_datasets_declared
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.release.release import releases
from publisher.release.service import put_into_service

EXAMPLE = Path(__file__).parents[1] / "examples" / "kontum" / "rong.toml"
SHEET = (
    "year,library,copies,additions,readers,visits,circulation,population\n2025,kontum,9000,300,800,4000,9000,150000\n"
)
FOUNDER = "libraries"
"""The dataset with which the calls are broken that belong to none: it has a table, a view, a map."""


class Tried:
    """What was tried, in a file of JSON lines, to which several processes add."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def cases(self) -> list[dict[str, Any]]:
        """All cases, by whichever process."""
        if not self._path.exists():
            return []
        found = [orjson.loads(line) for line in self._path.read_bytes().splitlines()]
        return list({(each["part"], each["call"], each["how"]): each for each in found}.values())

    def has(self, part: str, call: Call, how: str) -> bool:
        wanted = (part, str(call), how)
        return any((each["part"], each["call"], each["how"]) == wanted for each in self.cases)

    def add(self, part: str, call: Call, how: str, faults: list[str], again: int, seconds: float) -> None:
        case = {"part": part, "call": str(call), "how": how, "is_write": call.is_write}
        case |= {"faults": faults, "again": again, "seconds": round(seconds, 2)}
        with self._path.open("ab") as stream:
            stream.write(orjson.dumps(case, option=orjson.OPT_APPEND_NEWLINE))
        said = f"{'; '.join(faults) or 'converged'} ({again} writes again, {seconds:.1f} s)"
        print(f"{part}: {call}, {how}: {said}", file=sys.stderr, flush=True)


def published(folder: Path) -> tuple[Settings, Path, list[DatasetFiles]]:
    """Build the example twice, with a sheet of yearly figures; return its settings, and every declared dataset."""
    sheet = folder / "so-lieu.csv"
    sheet.write_text(SHEET, "utf-8")
    settings = Settings.load(EXAMPLE)
    settings = settings.model_copy(update={"indicators": settings.indicators.model_copy(update={"sheet": sheet})})
    data = folder / "data"
    if not data.exists() or len(releases(data)) < 2:
        # The log of changes begins with the second release, so the first one lacks a library.
        build(settings.model_copy(update={"libraries": settings.libraries[:-1]}), data, workers=2)
        put_into_service(data)
        build(settings, data, workers=2)
    path = releases(data)[-1].datasets_path
    datasets = read_datasets(path)
    lacking = {each.name for each in read_datasets_declared()} - {each.name for each in datasets}
    if lacking:
        raise SystemExit(f"the example has no dataset {', '.join(sorted(lacking))}")
    return settings, path, datasets


class Stream:
    """Breaks runs one after another, in a corner of its own; several streams do so at once.

    `until` is when it begins no more, as `time.monotonic` has it; `place`, from 0 to 1, is where among the calls of a
    dataset it begins, so that several can share one.
    """

    def __init__(self, corner: Corner, tried: Tried, until: float, place: float) -> None:
        self._corner, self._tried, self._until, self._place = corner, tried, until, place
        corner.clear()
        self.calls = corner.calls()
        self.others = Others(corner)

    def found(self, founder: DatasetFiles, everything: Sequence[DatasetFiles]) -> None:
        """Break the calls that belong to no dataset, on a CKAN that lacks the organization too."""
        settings, folder, url = self._corner.settings, self._corner.folder, self._corner.ckan.url
        for part, datasets, actions in (
            ("founding", [founder], {call.action for call in self.calls if not call.dataset}),
            ("founding with all", everything, {"organization_create"}),
        ):
            corner = Corner(settings, folder, datasets, url)
            calls = corner.calls()
            chosen = [at for at, call in enumerate(calls, 1) if call.action in actions]
            self._break(part, corner, datasets, calls, chosen, corner.clear)
            corner.clear()

    def dataset(self, dataset: DatasetFiles, *, is_founder: bool) -> None:
        """Break every call that belongs to `dataset`; for the founder also those that a later run makes of none."""
        corner = self._corner
        untouched = self.others.standing(dataset.name)
        corner.purge(dataset.name)
        calls = corner.calls([dataset])
        chosen = [at for at, call in enumerate(calls, 1) if call.dataset or is_founder]
        self._break(dataset.name, corner, [dataset], calls, chosen, lambda: corner.purge(dataset.name), untouched)
        if corner.apply() or self.others.standing(dataset.name) != untouched:
            raise SystemExit(f"{dataset.name}: a run of all still writes, or what is beside it was touched")

    def _break(
        self,
        part: str,
        corner: Corner,
        only: Sequence[DatasetFiles],
        calls: Sequence[Call],
        chosen: Sequence[int],
        reset: Callable[[], None],
        untouched: list[Any] | None = None,
    ) -> None:
        begin = int(len(chosen) * self._place)
        for at, how in itertools.product([*chosen[begin:], *chosen[:begin]], WAYS):
            call = calls[at - 1]
            if self._tried.has(part, call, how) or time.monotonic() > self._until:
                continue
            began = time.monotonic()
            reset()
            faults, again = _case(corner, only, calls, at, how)
            if untouched is not None and self.others.standing(part) != untouched:
                faults.append("what is beside it was touched")
            self._tried.add(part, call, how, faults, again, time.monotonic() - began)

    def end(self) -> None:
        """Compare all with the release, and leave nothing behind; raises `SystemExit` for a fault."""
        faults = self._corner.faults() + ["a run of all still writes"] * bool(self._corner.apply())
        self.others.clear()
        self._corner.clear()
        if faults:
            raise SystemExit(f"at the end: {'; '.join(faults)}")


def _case(
    corner: Corner, only: Sequence[DatasetFiles], calls: Sequence[Call], at: int, how: str
) -> tuple[list[str], int]:
    """Break call `at` of `calls`, run again; return what is wrong then, and how many writes were made twice.

    To make again what was being made when the run ended takes some writes more than were left.
    """
    if broken := corner.broken(calls[at - 1], at, how, only):
        return [broken], 0
    left = sum(call.is_write for call in calls[at if how == "killed after" else at - 1 :])
    try:
        writes = corner.apply(only=only)
    except CkanError as problem:
        return [f"the next run gave up: {problem}"], 0
    return corner.faults(only), writes - left


def measure(folder: Path, minutes: float, urls: Sequence[str], names: Sequence[str]) -> bool:
    """Break runs until all are tried, or for `minutes` (0: all); print a table in Markdown, return whether all is well.

    What is tried is kept in `folder`. There is a stream for each of `urls`; `names` says whose calls, all where empty.
    """
    settings, path, datasets = published(folder)
    until = time.monotonic() + minutes * 60 if minutes else math.inf
    chosen = [each for each in datasets if not names or each.name in names]
    chosen.sort(key=lambda each: names.index(each.name) if names else 0)
    shared = len(chosen) < len(urls)
    shares = [chosen if shared else chosen[number :: len(urls)] for number in range(len(urls))]
    is_first = not (folder / "calls.json").exists()
    children = []
    for number, url in enumerate(urls):
        child = os.fork()
        if child:
            children.append(child)
            continue
        try:
            tried = Tried(folder / "tried.jsonl")
            has_all = number == 0 and is_first
            place = number / len(urls) if shared else 0
            stream = Stream(Corner(settings, path, datasets if has_all else shares[number], url), tried, until, place)
            if has_all:
                (folder / "calls.json").write_bytes(orjson.dumps([(str(each), each.is_write) for each in stream.calls]))
            _stream(stream, shares[number], datasets)
            os._exit(0)
        except BaseException:  # nothing of the parent may run in the child
            traceback.print_exc()
            os._exit(1)
    ended = [os.waitpid(child, 0)[1] for child in children]
    calls = orjson.loads((folder / "calls.json").read_bytes())
    cases = Tried(folder / "tried.jsonl").cases
    files = sum(len(dataset.files) for dataset in datasets)
    writes = sum(is_write for _, is_write in calls)
    print(f"{len(datasets)} datasets, {files} files, {len(calls)} calls, {writes} of them writes\n")
    _print_table(cases)
    broken = Counter(each["call"] for each in cases)
    left = [call for call, _ in calls if broken[call] < len(WAYS)]
    print(f"\ncalls of the first run that were not broken in all ways: {len(left)} {', '.join(left[:5])}")
    return not any(ended) and not left and not any(each["faults"] for each in cases)


def _stream(stream: Stream, datasets: Sequence[DatasetFiles], everything: Sequence[DatasetFiles]) -> None:
    """Break all calls of `datasets`, and with the founder those of none."""
    for dataset in datasets:
        stream.dataset(dataset, is_founder=dataset.name == FOUNDER)
        if dataset.name == FOUNDER:
            stream.found(dataset, everything)
    stream.end()


def _print_table(cases: Sequence[dict[str, Any]]) -> None:
    print("| case | calls broken | of them writes | converged on the next run | writes made again, at most | seconds |")
    print("|---|---:|---:|---:|---:|---:|")
    for how in WAYS:
        of = [each for each in cases if each["how"] == how]
        again = Counter(each["again"] for each in of)
        good, writes = sum(not each["faults"] for each in of), sum(each["is_write"] for each in of)
        seconds = sorted(each["seconds"] for each in of) or [0]
        print(
            f"| {how} | {len(of)} | {writes} | {good} | {max(again, default=0)} | "
            f"{seconds[len(seconds) // 2]} (median) |"
        )


def main() -> int:
    """Read the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks export_ckan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--minutes", type=float, default=30, help="when to begin no more cases; 0: all; default: 30")
    parser.add_argument("--datasets", nargs="*", default=[], help="break the calls of these only, in this order")
    parser.add_argument("--folder", type=Path, help="where to keep what was tried; the next run goes on there")
    arguments = parser.parse_args()
    lacking = [name for name in (URL, TOKEN) if not os.environ.get(name)]
    if lacking:
        print(
            f"Set {' and '.join(lacking)}: the address of a CKAN that is there to be tested on, and the token of an "
            "administrator of it.",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="rong-ckan-") as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        return 0 if measure(folder, arguments.minutes, os.environ[URL].split(","), arguments.datasets) else 1


if __name__ == "__main__":
    sys.exit(main())
