"""Faults, each many times at random moments: nothing is lost, nothing is half visible.

    python -m benchmarks faults [--times 100] [--seed 1] [--only kill-build,...] [--folder DIR]

`FAULTS` lists them. After each blow the release in service is opened and every file of it compared with its manifest,
the store counted, and what the registry says compared with what is published; after every tenth, and at the end, the
same thing is done undisturbed. Prints a line for each fault: how often it was tried, how often it hit, how long.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from benchmarks._lab import Lab, Server, alive, children, family, mounted
from publisher.release.backup import backups, damage_of_backup
from publisher.release.release import active, releases
from publisher.release.service import verify

Blow = Callable[[Lab, random.Random, int], bool]
"""Strikes once, checks what only this fault can break, and says whether it hit."""

_ASK = "/sparql?query=" + quote("ASK {}")
_KEPT = ("store/", "index/", "ledger.sqlite", "identity.sqlite", "conversion/", "quality.json")


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong; `place` makes where they do of a lab, `after` is done when all is over."""

    name: str
    says: str
    blow: Blow
    place: Callable[[Lab], contextlib.AbstractContextManager[Lab]] = contextlib.nullcontext
    after: str = ""
    needs_root: bool = False

    def try_out(self, lab: Lab, chance: random.Random, times: int) -> int:
        """Strike `times` times; return how often it hit. Raises AssertionError when something was lost."""
        hits = 0
        with self.place(lab) as here:
            for turn in range(times):
                hits += self.blow(here, chance, turn)
                here.check()
                if self.after and turn % 10 == 9:
                    self._undisturbed(here, turn + 1)
            if self.after:
                self._undisturbed(here, 0)
        return hits

    def _undisturbed(self, lab: Lab, turn: int) -> None:
        assert lab.run(self.after, turn) == 0, f"{self.after} does not go on after it"
        lab.check()
        lab.tidy()


# -- blows -------------------------------------------------------------------------------------------------------------


def kill(verb: str) -> Blow:
    """SIGKILL while something is done."""

    def blow(lab: Lab, chance: random.Random, turn: int) -> bool:
        longest = lab.seconds(verb)
        process = lab.start(verb, turn)
        process.join(chance.uniform(0, longest))
        hit = process.is_alive()
        process.kill()
        process.join()
        for made in backups(lab.backups)[-2:] if lab.backups.exists() else ():
            assert damage_of_backup(made) == [], made
        return hit

    return blow


def kill_export(lab: Lab, chance: random.Random, turn: int) -> bool:
    """SIGKILL while the datasets of a release are written: of an update that has come so far."""
    longest = lab.seconds("update")
    process = lab.start("update", turn)
    while process.is_alive() and not _exporting(lab):
        time.sleep(0.01)
    process.join(chance.uniform(0, longest / 3))
    hit = process.is_alive()
    process.kill()
    process.join()
    return hit


def kill_worker(lab: Lab, chance: random.Random, turn: int) -> bool:
    """SIGKILL of any process of the server but the first: the others go on, and those that it had started end too."""
    server = _server(lab)
    if turn:
        time.sleep(chance.uniform(1, 3))
    victim = chance.choice(server.processes())
    orphans = set(family(victim)) - {victim}
    os.kill(victim, signal.SIGKILL)
    time.sleep(chance.uniform(0, 2))
    assert "Sách" in server.wait_for("/instance/a-k1"), "half a page"
    server.wait_for(_ASK)
    ends = time.monotonic() + 60
    while left := {pid for pid in orphans if alive(pid)}:
        assert time.monotonic() < ends, f"{left} are left behind"
        time.sleep(0.05)
    return True


def kill_successor(lab: Lab, chance: random.Random, turn: int) -> bool:
    """SIGKILL of a server process, and of the one that takes its place as soon as that is there, three in all."""
    server, killed = _server(lab), 0
    if turn:
        time.sleep(chance.uniform(5, 7))  # more than thirty a minute are taken for a circle
    for _ in range(3):
        serving = _serving(server, 2)
        victim = max(serving)  # the youngest
        os.kill(victim, signal.SIGKILL)
        killed += 1
        ends = time.monotonic() + 30
        while victim in _serving(server, 1) and time.monotonic() < ends:
            time.sleep(0.01)
    assert "Sách" in server.wait_for("/instance/a-k1")
    server.wait_for(_ASK)
    return killed == 3


def fill_disk(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A disk that is full sooner or later in an update, while it is put into service, or in a backup."""
    verb = chance.choice(["update", "update", "backup"])
    before, state = active(lab.data), os.statvfs(lab.folder)
    room = chance.randrange(int(lab.size() * 0.6))
    ballast = lab.folder / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(state.f_bavail * state.f_frsize - room, 1))
    process = lab.start(verb, turn)
    process.join()
    refused = process.exitcode != 0
    if refused:
        assert lab.word(process), f"{verb}: no sentence but {process.exitcode}"
        now = active(lab.data)  # an update puts a release into service before it cuts its datasets
        assert now.id == before.id or now.datasets_of == before.datasets_of, "it is neither before nor after"
        assert list((lab.data / "building").glob("*/")) == [], "half a release takes the room that is wanting"
    ballast.unlink()
    for made in backups(lab.backups) if lab.backups.exists() else ():
        assert damage_of_backup(made) == [], made
    lab.tidy()
    return refused


def write_to_read_only(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A file system that can only be read: what is served is served, all else is refused in a sentence."""
    verb = chance.choice(["build", "update", "activate", "backup"])
    process = lab.start(verb, turn)
    process.join()
    assert process.exitcode == 1, f"{verb}: {process.exitcode}"
    assert lab.word(process), f"{verb}: no sentence"
    assert _server(lab).get("/instance/a-k1")[0] == 200
    return True


def flip_bit(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A bit that flips: `rong verify` names the file, and of the store one reads what was written or an error."""
    release = active(lab.data)
    kind = chance.choice(_KEPT)
    sealed = [name for name, said in release.manifest["files"].items() if name.startswith(kind) and said["bytes"]]
    name = chance.choice(sorted(sealed))
    path = release.path / name
    content, inode = path.read_bytes(), path.stat().st_ino
    whole = _read(lab)
    at = chance.randrange(len(content))
    path.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
    assert any(name in sentence for sentence in verify(lab.data)[1]), f"{name} at {at} is not found"
    if name.startswith("store/"):  # SQLite and the texts of the index have no checksums: a letter may change unseen
        assert _read(lab) in (whole, ""), f"{name} at {at}: something else was read"
    assert lab.run("activate", 1) == 0, "rollback"
    linked = [each.path / name for each in releases(lab.data) if each.id != release.id]
    if not any(each.exists() and each.stat().st_ino == inode for each in linked):
        lab.check()
    path.write_bytes(content)
    assert lab.run("activate", 0) == 0
    return True


def turn_clock_back(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A clock that goes back a day: releases go on in their order, and what was entered before stays before."""
    before = releases(lab.data)[-1].id
    assert lab.run(chance.choice(["build-yesterday", "update"]), turn) == 0
    assert active(lab.data).id == releases(lab.data)[-1].id > before
    return True


def two_at_once(lab: Lab, chance: random.Random, turn: int) -> bool:
    """Two builds or updates at once: one is made and one refused, or one comes after the other."""
    longest = lab.seconds("update")
    first = lab.start(chance.choice(["build", "update"]), turn)
    time.sleep(chance.uniform(0, longest / 2))
    second = lab.start(chance.choice(["build", "update"]), turn + 1000)
    first.join()
    second.join()
    ends = (first.exitcode, second.exitcode)
    assert ends in ((0, 0), (0, 1), (1, 0)), ends
    for process in (first, second):
        assert process.exitcode == 0 or "Another build is at work" in lab.word(process)
    return ends != (0, 0)


def _exporting(lab: Lab) -> bool:
    """Return whether a build has come to its datasets."""
    with contextlib.suppress(FileNotFoundError):  # it may be moved away while we look
        return any((lab.data / "building").glob("*/datasets"))
    return False


def _server(lab: Lab) -> Server:
    assert lab.server is not None
    return lab.server


def _serving(server: Server, wanted: int) -> list[int]:
    """Return the processes that serve requests, as soon as there are `wanted` of them."""
    ends = time.monotonic() + 30
    while len(found := children(server.pid)) < wanted:
        assert server.process.poll() is None, "the server is gone"
        assert time.monotonic() < ends, "nobody takes the place of what was killed"
        time.sleep(0.01)
    return found


def _read(lab: Lab) -> str:
    """Return a digest of what is read of the release in service; "" where reading it is an error that is told."""
    process = lab.start("read")
    process.join()
    assert process.exitcode in (0, 1), f"reading ends with {process.exitcode}"
    return lab.word(process) if process.exitcode == 0 else ""


# -- places ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(lab: Lab) -> Iterator[Lab]:
    """The lab on a disk of some megabytes."""
    with mounted(lab.folder / "small", lab.size() * 5) as folder:
        yield lab.copied_to(folder)


@contextlib.contextmanager
def read_only_disk(lab: Lab) -> Iterator[Lab]:
    """The lab on a disk that can only be read, and served."""
    with small_disk(lab) as here:
        subprocess.run(["mount", "-o", "remount,ro", str(here.folder)], check=True)
        with served(here):
            yield here


@contextlib.contextmanager
def served(lab: Lab) -> Iterator[Lab]:
    """The lab, with a server of two processes that says that it is ready, and answers every query from then on."""
    with Server(lab.data, workers=2) as lab.server:
        for _ in range(12):
            assert lab.server.get(_ASK)[0] == 200
        yield lab


FAULTS = (
    Fault("kill-build", "SIGKILL of a build", kill("build"), after="build"),
    Fault("kill-update", "SIGKILL of an update", kill("update"), after="update"),
    Fault("kill-export", "SIGKILL while datasets are written", kill_export, after="update"),
    Fault("kill-activate", "SIGKILL of an activation or a rollback", kill("activate"), after="activate"),
    Fault("kill-backup", "SIGKILL of a backup", kill("backup"), after="backup"),
    Fault("kill-worker", "SIGKILL of a process of the server", kill_worker, served),
    Fault("kill-successor", "SIGKILL of a server process and twice of its successor", kill_successor, served),
    Fault("full-disk", "a full disk", fill_disk, small_disk, "update", needs_root=True),
    Fault("read-only", "a file system that can only be read", write_to_read_only, read_only_disk, needs_root=True),
    Fault("flipped-bit", "a flipped bit in the store, the index, the ledger, ...", flip_bit),
    Fault("clock-back", "a clock that goes back a day", turn_clock_back, after="update"),
    Fault("two-at-once", "two builds or updates at once", two_at_once, after="update"),
)


def main(arguments: list[str]) -> int:
    """Try all faults; return 1 when anything was lost."""
    known = {fault.name: fault for fault in FAULTS}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(known))
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args(arguments)
    failed = 0
    for fault in map(known.__getitem__, options.only.split(",")):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=f"rong-{fault.name}-", dir=options.folder) as folder:
            try:
                hits = fault.try_out(Lab(Path(folder) / "lab"), random.Random(options.seed), options.times)
                said = f"{options.times} times, {hits} hits, nothing lost"
            except AssertionError as error:
                failed += 1
                places = traceback.extract_tb(error.__traceback__)
                said = f"FAILED: {error or places[-1].line} (lines {', '.join(str(at.lineno) for at in places)})"
        at = datetime.now(UTC).strftime("%H:%M")
        print(f"{fault.name:<14} {fault.says:<55} {said}  ({time.monotonic() - began:.0f} s, {at} UTC)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
