"""Faults, each many times at random moments: nothing is lost, nothing is half visible.

    python -m benchmarks faults [--times 100] [--seed 1] [--only kill-build,...] [--folder DIR]

SIGKILL of a build, an update, an activation, a backup and of a server's workers; a full disk and a read-only file
system (small tmpfs mounts, for which one has to be root); flipped bits in the store, the index, the ledger, the quality
report and what was kept of conversion; a clock that goes back; two builds at once. After each of them the release in
service is opened and every file of it compared with its manifest, the store counted, and what the registry says
compared with what is published. Prints a line for each fault: how often it was tried, how often it hit, how long.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import multiprocessing
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from publisher import assembly
from publisher.build import build
from publisher.config import Settings
from publisher.errors import Fatal
from publisher.intake import Edits
from publisher.publication import update
from publisher.release import release as release_module
from publisher.release.backup import back_up, backups, damage_of_backup
from publisher.release.ledger import Ledger
from publisher.release.registry import Registry
from publisher.release.release import active, releases
from publisher.release.service import prune, put_into_service, roll_back, verify

BASE = "https://data.example"
CONFIGURATION = f"""
base = "{BASE}"
publisher.name = {{vi = "Thư viện", en = "Library"}}
[[libraries]]
code = "a"
name = {{vi = "Thư viện A", en = "Library A"}}
sources = [{{path = "a.mrc"}}]
"""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["publisher.publication"])


class Here(Executor):
    """Converts in the process that builds, so that one signal kills all of it."""

    def __init__(self, settings: Settings) -> None:
        assembly.start(settings)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def record(key: str, title: str, status: str = "n") -> bytes:
    """Return a small record in ISO 2709; its `status` is "d" for one that is deleted."""
    fields = [("001", key), ("245", f"10\x1fa{title}"), ("260", "  \x1fbKhoa học xã hội\x1fc2012")]
    directory, content = "", b""
    for tag, text in fields:
        field = text.encode() + b"\x1e"
        directory += f"{tag}{len(field):04d}{len(content):05d}"
        content += field
    base = 24 + len(directory) + 1
    return f"{base + len(content) + 1:05d}{status}am a22{base:05d} a 4500{directory}\x1e".encode() + content + b"\x1d"


def _silent(stage: str, count: int) -> None:
    pass


def _act(verb: str, folder: str, notes: str, turn: int) -> None:
    """Do one thing in a process of its own; what is refused in a sentence ends it with 1, all else with a traceback."""
    root, beside = Path(folder), Path(notes)
    data, settings = root / "data", Settings.load(root / "rong.toml")
    try:
        match verb:
            case "build":
                build(settings, data, executor=Here(settings))
            case "update":
                given = beside / f"given{os.getpid()}.mrc"
                changed = record("k1", f"Sách sửa lần {turn}"), record(f"new{turn}", f"Sách mới {turn}")
                given.write_bytes(b"".join(changed) + record("k9", "Sách thứ 9", "d" if turn % 2 else "c"))
                edits = Edits("a", (given,))
                update(settings, data, edits, progress=_silent, executor=Here(settings))
            case "activate":
                (roll_back if turn % 2 else put_into_service)(data)
            case "backup":
                back_up(data, beside / "backups")
            case "build-yesterday":
                release_module.datetime = _Yesterday  # type: ignore[attr-defined]
                update(settings, data, None, progress=_silent, executor=Here(settings))
    except Fatal as error:
        (beside / f"refused{os.getpid()}").write_text(str(error), "utf-8")
        sys.exit(1)


class _Yesterday(datetime):
    """The clock of a machine whose battery is empty."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        """Return what the clock shows."""
        return datetime.now(tz) - timedelta(days=1)


class Lab:
    """A folder with a small catalogue, and releases of it in `data`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.notes = folder, folder / "data", folder / "notes"
        self.notes.mkdir(parents=True, exist_ok=True)
        (folder / "rong.toml").write_text(CONFIGURATION, "utf-8")
        (folder / "a.mrc").write_bytes(b"".join(record(f"k{n}", f"Sách thứ {n}") for n in range(12)))
        os.utime(folder / "a.mrc", (0, 0))
        for verb in ("build", "activate", "build", "activate"):
            assert self.run(verb) == 0, verb

    def start(self, verb: str, turn: int = 0) -> BaseProcess:
        """Begin to do one thing."""
        process = _CONTEXT.Process(target=_act, args=(verb, str(self.folder), str(self.notes), turn))
        process.start()
        return process

    def run(self, verb: str, turn: int = 0) -> int:
        """Do one thing; return its exit status."""
        process = self.start(verb, turn)
        process.join()
        assert process.exitcode is not None
        return process.exitcode

    def seconds(self, verb: str) -> float:
        """Return how long a thing takes."""
        began = time.monotonic()
        assert self.run(verb) == 0, verb
        return time.monotonic() - began

    def refusal(self, process: BaseProcess) -> str:
        """Return the sentence with which a process refused."""
        path = self.notes / f"refused{process.pid}"
        return path.read_text("utf-8") if path.is_file() else ""

    def check(self) -> None:
        """Find that what is in service is whole, and that the registry knows it."""
        release, damage = verify(self.data)
        assert damage == [], damage
        made = release.manifest
        assert len(Store.read_only(str(release.store_path))) == made["triples"]
        ledger = Ledger(release.ledger_path)
        assert sum(ledger.counts().values()) == made["records_in"] > 0
        assert made["records_in"] == made["published"] + made["withheld"] + made["rejected"]
        registry = Registry(self.data)
        for entity in ledger.entities("instance"):
            known = registry.lookup(entity.iri)
            assert known is not None, entity
            assert not known.target, entity
        for each in releases(self.data):
            assert each.manifest["id"] == each.id

    def tidy(self) -> None:
        """Keep few releases."""
        prune(self.data, 2)


Fault = Callable[[Lab, random.Random, int], int]
"""Tries one fault `times` times in a lab; returns how often it hit."""


def _killed(verb: str) -> Fault:
    def fault(lab: Lab, chance: random.Random, times: int) -> int:
        longest, hits = lab.seconds(verb), 0
        for turn in range(times):
            process = lab.start(verb, turn)
            process.join(chance.uniform(0, longest))
            hits += process.is_alive()
            process.kill()
            process.join()
            lab.check()
            if verb == "backup":
                for made in backups(lab.notes / "backups")[-2:]:
                    assert damage_of_backup(made) == [], made
            if turn % 10 == 9:
                assert lab.run(verb, turn + 1) == 0, "after a kill all goes on"
                lab.check()
                lab.tidy()
        assert lab.run(verb, 0) == 0
        lab.check()
        return hits

    return fault


_RESPAWNED = 5.5
"""Seconds within which a worker that dies once more takes the server with it, for systemd to start it anew: granian
takes that for a circle."""


def kill_workers(lab: Lab, chance: random.Random, times: int) -> int:
    """SIGKILL of a worker of the server: the other one answers, and a new one comes."""
    hits = 0
    with serving(lab.data, workers=2) as (process, port):
        for _ in range(times):
            for victim in chance.sample(found, 1) if (found := children(process.pid)) else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    hits += 1
            time.sleep(chance.uniform(_RESPAWNED, _RESPAWNED + 1))
            answered = None
            until = time.monotonic() + 60
            while answered != 200:
                assert time.monotonic() < until, "nobody answers"
                assert process.poll() is None, "the server is gone"
                with contextlib.suppress(OSError, http.client.HTTPException):
                    answered, body = get(port, "/instance/a-k1")
                    assert answered != 200 or "Sách" in body, "half a page"
        lab.check()
    return hits


def full_disk(lab: Lab, chance: random.Random, times: int) -> int:
    """A disk that is full sooner or later in an update, or while it is put into service."""
    hits = 0
    used = sum(path.lstat().st_size for path in lab.data.rglob("*") if path.is_file())
    with mounted(lab.folder / "small", used * 3) as small:
        shutil.copytree(lab.data, small / "data", symlinks=True)
        there = _moved(lab, small)
        for turn in range(times):
            state = os.statvfs(small)
            room = chance.randrange(int(used * 1.1))
            with (small / "ballast").open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(state.f_bavail * state.f_frsize - room, 1))
            before = active(there.data).id
            process = there.start("update", turn)
            process.join()
            refused = process.exitcode != 0
            hits += refused
            assert not refused or there.refusal(process), f"no sentence but {process.exitcode}"
            assert not refused or active(there.data).id == before
            there.check()
            (small / "ballast").unlink()
            assert list((there.data / "building").glob("*/")) == [] or not refused
            there.tidy()
        assert there.run("update", times) == 0
        there.check()
    return hits


def read_only(lab: Lab, chance: random.Random, times: int) -> int:
    """A file system that can only be read: what is served is served, all else is refused in a sentence."""
    hits = 0
    used = sum(path.lstat().st_size for path in lab.data.rglob("*") if path.is_file())
    with mounted(lab.folder / "small", used * 3) as small:
        shutil.copytree(lab.data, small / "data", symlinks=True)
        there = _moved(lab, small)
        subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
        try:
            with serving(there.data) as (_, port):
                for turn in range(times):
                    process = there.start(chance.choice(["build", "update", "activate"]), turn)
                    process.join()
                    assert process.exitcode == 1, process.exitcode
                    assert there.refusal(process), "no sentence"
                    hits += 1
                    assert get(port, "/instance/a-k1")[0] == 200
                there.check()
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(small)], check=True)
    return hits


def flipped_bits(lab: Lab, chance: random.Random, times: int) -> int:
    """A bit that flips in a file of the release: `rong verify` names the file, and the release before serves."""
    hits = 0
    for _ in range(times):
        release = active(lab.data)
        names = sorted(release.manifest["files"])
        kind = chance.choice(["store/", "index/", "ledger.sqlite", "identity.sqlite", "conversion/", "quality.json"])
        name = chance.choice([name for name in names if name.startswith(kind)])
        path = release.path / name
        content = path.read_bytes()
        if not content:
            continue
        at = chance.randrange(len(content))
        torn = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        inode = path.stat().st_ino
        path.write_bytes(torn)
        damage = verify(lab.data)[1]
        assert any(name in sentence for sentence in damage), f"{name} at {at}"
        hits += 1
        assert lab.run("activate", 1) == 0, "rollback"
        others = [each for each in releases(lab.data) if each.path.joinpath(name).exists()]
        if not any(each.path.joinpath(name).stat().st_ino == inode for each in others if each.id != release.id):
            lab.check()
        path.write_bytes(content)
        assert lab.run("activate", 0) == 0
        lab.check()
    return hits


def clock_back(lab: Lab, chance: random.Random, times: int) -> int:
    """A clock that goes back a day: releases go on in their order, and what was entered before stays before."""
    for turn in range(times):
        before = releases(lab.data)[-1].id
        verb = chance.choice(["build-yesterday", "update"])
        assert lab.run(verb, turn) == 0
        assert active(lab.data).id == releases(lab.data)[-1].id > before
        lab.check()
        lab.tidy()
    return times


def two_at_once(lab: Lab, chance: random.Random, times: int) -> int:
    """Two builds or updates at once: one is made and one refused, or one comes after the other."""
    hits = 0
    for turn in range(times):
        first = lab.start(chance.choice(["build", "update"]), turn)
        time.sleep(chance.uniform(0, 0.3))
        second = lab.start(chance.choice(["build", "update"]), turn + times)
        first.join()
        second.join()
        assert 0 in (first.exitcode, second.exitcode), (first.exitcode, second.exitcode)
        for process in (first, second):
            assert process.exitcode in (0, 1)
            hits += process.exitcode
            assert process.exitcode == 0 or "Another build is at work" in lab.refusal(process)
        lab.check()
        lab.tidy()
    return hits


FAULTS: dict[str, Fault] = {
    **{f"kill-{verb}": _killed(verb) for verb in ("build", "update", "activate", "backup")},
    "kill-workers": kill_workers,
    "full-disk": full_disk,
    "read-only": read_only,
    "flipped-bits": flipped_bits,
    "clock-back": clock_back,
    "two-at-once": two_at_once,
}


def _moved(lab: Lab, folder: Path) -> Lab:
    """Return the same lab in another folder, into which its data were copied."""
    there = object.__new__(Lab)
    there.folder, there.data, there.notes = folder, folder / "data", lab.notes
    for name in ("rong.toml", "a.mrc"):
        shutil.copy2(lab.folder / name, folder)
    return there


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system in memory of `size` bytes."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "rong-faults", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextlib.contextmanager
def serving(data: Path, workers: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve what is in service in `data`; give the process and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = (
        "import sys; from pathlib import Path; from publisher.config import Serve; from publisher.site.server import "
        "serve\nif __name__ == '__main__':\n"
        f"    serve(Path({str(data)!r}), Serve(host='127.0.0.1', port={port}, workers={workers}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(port, "/healthz")[0] == 200:
                    break
            assert process.poll() is None, "the server does not start"
            time.sleep(0.1)
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(port: int, path: str) -> tuple[int, str]:
    """Ask the server; return the status and the text of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": "data.example", "Accept": "text/html"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    """Return the processes that the process `pid` has started and that serve requests."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    mine = ((child, Path(f"/proc/{child}/cmdline").read_bytes()) for child in found)
    return [int(child) for child, line in mine if b"resource_tracker" not in line]


def main(arguments: list[str]) -> int:
    """Try all faults; return 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(FAULTS))
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args(arguments)
    failed = 0
    for name in options.only.split(","):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"rong-{name}-", dir=options.folder) as folder:
            try:
                lab = Lab(Path(folder) / "lab")
                hits = FAULTS[name](lab, random.Random(options.seed), options.times)
                said = f"{options.times} times, {hits} hits, nothing lost"
            except AssertionError as error:
                failed += 1
                place = traceback.extract_tb(error.__traceback__)[-1]
                said = f"FAILED: {error or place.line} (line {place.lineno})"
        at = datetime.now(UTC).strftime("%H:%M")
        print(f"{name:<14} {said}  ({time.monotonic() - began:.0f} s, {at} UTC)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
