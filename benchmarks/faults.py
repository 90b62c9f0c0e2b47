"""Faults, each many times at random moments: nothing is lost, nothing is half visible.

    python -m benchmarks faults [--times 100] [--seed 1] [--only kill-build,...] [--folder DIR]

`FAULTS` lists them. After each blow what is in service is compared with its manifest, and what is published with what
it may be: all that was before or all that comes after, the same in the store, the ledger, the index, the datasets and
the registry, and where a server runs also in pages, search and queries, which somebody asks for all the while. Then
the same thing is done undisturbed, comes to what it has to, and nothing is left over of what was killed. Prints a line
for each fault: how often it was tried, how often it hit, how long.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
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

from benchmarks._lab import SOURCE, Lab, corrected, unfinished
from benchmarks._serving import Server, Watch, alive, children, family, mounted
from publisher.release.backup import backups, damage_of_backup
from publisher.release.release import active, releases
from publisher.release.service import verify

Blow = Callable[[Lab, random.Random, int], bool]
"""Strikes once, checks what only this fault can break, and says whether it hit."""

_ASK = "/sparql?query=" + quote("ASK {}")


@dataclass(frozen=True)
class Fault:
    """One way in which things go wrong; `place` makes where they do of a lab, `after` is done after each blow."""

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
                titles = here.check()
                if self.after:
                    again = turn if self.after == "update" else 0
                    assert here.run(self.after, again) == 0, f"{self.after} does not go on after it"
                    here.check()
                    if self.after == "update":
                        here.is_titled(corrected(titles, turn))
                    here.tidy()
        return hits


# -- blows -------------------------------------------------------------------------------------------------------------


def kill(verb: str) -> Blow:
    """SIGKILL while something is done."""

    def blow(lab: Lab, chance: random.Random, turn: int) -> bool:
        longest = lab.seconds(verb)
        began = time.monotonic()
        process = lab.start(verb, turn)
        process.join(chance.uniform(0, longest))
        hit = process.is_alive()
        process.kill()
        process.join()
        if not hit:
            lab.took(verb, time.monotonic() - began)
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


def kill_prune(lab: Lab, chance: random.Random, turn: int) -> bool:
    """SIGKILL while old releases are deleted: what is left of one is none, and goes with the next deletion."""
    while len(releases(lab.data)) < 4:
        assert lab.run("update", turn) == 0
    longest = lab.seconds("read") / 3
    process = lab.start("prune")
    process.join(chance.uniform(0, longest))
    hit = process.is_alive()
    process.kill()
    process.join()
    lab.check()
    assert lab.run("prune") == 0
    assert len(list((lab.data / "releases").iterdir())) == len(releases(lab.data)), "half a release is left over"
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
    """A disk that is full sooner or later in a build, an update, while it is put into service, or in a backup."""
    verb = chance.choice(["build", "update", "update", "activate", "backup"])
    before, state = active(lab.data), os.statvfs(lab.folder)
    room = chance.randrange(100_000 if verb == "activate" else int(lab.size() * 0.4))
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
        assert unfinished(lab.data) == [], "half a release takes the room that is wanting"
    ballast.unlink()
    for made in backups(lab.backups) if lab.backups.exists() else ():
        assert damage_of_backup(made) == [], made
    return refused


def write_to_read_only(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A file system that can only be read: what is served is served, all else is refused in a sentence."""
    verb = chance.choice(["build", "update", "activate", "backup", "prune"])
    process = lab.start(verb, turn)
    process.join()
    assert process.exitcode == 1, f"{verb}: {process.exitcode}"
    assert lab.word(process), f"{verb}: no sentence"
    assert _server(lab).get("/instance/a-k1")[0] == 200
    return True


def damage(*kinds: str) -> Blow:
    """A file that is not what was written: `rong verify` names it, and nothing makes it pass for whole."""

    def blow(lab: Lab, chance: random.Random, turn: int) -> bool:
        whole, content = lab.data.with_name("whole"), _read(lab)
        shutil.rmtree(whole, ignore_errors=True)
        subprocess.run(["cp", "-a", str(lab.data), str(whole)], check=True)  # hard links stay what they are
        release, titles = active(lab.data), lab.check()
        sealed = [name for name, said in release.manifest["files"].items() if name.startswith(kinds) and said["bytes"]]
        name = chance.choice(sorted(sealed))
        how = _spoil(release.path / name, chance)
        said = f"{name}, {how}"
        assert any(name in sentence for sentence in verify(lab.data)[1]), f"{said}: it is not found"
        if name.startswith("store/"):  # SQLite and the texts of the index have no checksums: a letter may change unseen
            assert _read(lab) in (content, ""), f"{said}: something else was read"
        process = lab.start("update", turn)
        process.join()
        assert process.exitcode in (0, 1), f"{said}: an update ends with {process.exitcode}"
        assert process.exitcode == 0 or lab.word(process), f"{said}: no sentence"
        # What an update takes over as a link keeps its checksum: `rong verify` finds the damage in both releases.
        lab.damaged = {each.id for each in releases(lab.data) if verify(lab.data, each.id)[1]}
        if active(lab.data).id not in {release.id, *lab.damaged}:
            assert lab.check() == corrected(titles, turn), f"{said}: it is passed on as if it were whole"
        for again, back in (("activate", 1), ("build-anew", 0), ("activate", 0)):
            process = lab.start(again, back)
            process.join()
            word = lab.word(process) if process.exitcode == 1 else f"it ends with {process.exitcode}"
            assert process.exitcode == 0 or (back and process.exitcode == 1 and word), f"{said}: {again}: {word}"
        assert lab.check() == SOURCE, f"{said}: it cannot be made good for"
        shutil.rmtree(lab.data)
        whole.rename(lab.data)
        lab.forget()
        return True

    return blow


def _spoil(path: Path, chance: random.Random) -> str:
    """Change a file in place, as a disk does, in all releases that share it; return how."""
    content = path.read_bytes()
    at = chance.randrange(len(content))
    match chance.choice(["bit", "bit", "bit", "zeros", "end", "gone"]):
        case "bit":
            path.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
            return f"a bit at {at}"
        case "zeros":
            spoilt = content[:at] + bytes(4096) + content[at + 4096 :]
            path.write_bytes(spoilt[: len(content)] if spoilt[: len(content)] != content else content + b"0")
            return f"zeros at {at}"
        case "end":
            path.write_bytes(content[:at])
            return f"it ends at {at}"
        case _:
            path.unlink()
            return "it is gone"


def turn_clock_back(lab: Lab, chance: random.Random, turn: int) -> bool:
    """A clock that goes back a day: releases go on in their order, and what was entered before stays before."""
    before, verb = releases(lab.data)[-1].id, chance.choice(["build-yesterday", "update"])
    titles = lab.check()
    assert lab.run(verb, turn) == 0
    assert active(lab.data).id == releases(lab.data)[-1].id > before
    lab.is_titled(corrected(titles, turn) if verb == "update" else SOURCE)
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
    """Return whether a build or an update has come to its datasets."""
    with contextlib.suppress(FileNotFoundError):  # it may be moved away while we look
        return bool(unfinished(lab.data, "*/datasets"))
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
    """The lab on a disk of some megabytes, on which four releases have room and one that is made."""
    with mounted(lab.folder / "small", lab.size() * 8) as folder:
        lab.copy_to(folder)
        yield Lab(folder, lab.notes)


@contextlib.contextmanager
def read_only_disk(lab: Lab) -> Iterator[Lab]:
    """The lab on a disk that can only be read, and served."""
    with mounted(lab.folder / "small", lab.size() * 5) as folder:
        lab.copy_to(folder)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with served(Lab(folder, lab.notes)) as here:
            yield here


@contextlib.contextmanager
def watched(lab: Lab) -> Iterator[Lab]:
    """The lab with a server that is asked all the while; no request may fail."""
    with Server(lab.data) as server, lab.served_by(server):
        server.wait_for(_ASK)
        with Watch(server) as watch:
            yield lab
        assert watch.failures == [], watch.failures[:3]
        assert watch.asked


@contextlib.contextmanager
def served(lab: Lab) -> Iterator[Lab]:
    """The lab, with a server of two processes that says that it is ready, and answers every query from then on."""
    with Server(lab.data, workers=2) as server, lab.served_by(server):
        for _ in range(12):
            assert server.get(_ASK)[0] == 200
        yield lab


FAULTS = (
    Fault("kill-build", "SIGKILL of a build", kill("build"), after="update"),
    Fault("kill-update", "SIGKILL of an update", kill("update"), watched, "update"),
    Fault("kill-export", "SIGKILL while datasets are written", kill_export, after="update"),
    Fault("kill-activate", "SIGKILL of an activation or a rollback", kill("activate"), watched, "activate"),
    Fault("kill-backup", "SIGKILL of a backup", kill("backup"), after="backup"),
    Fault("kill-prune", "SIGKILL while old releases are deleted", kill_prune),
    Fault("kill-worker", "SIGKILL of a process of the server", kill_worker, served),
    Fault("kill-successor", "SIGKILL of a server process and twice of its successor", kill_successor, served),
    Fault("full-disk", "a full disk", fill_disk, small_disk, "update", needs_root=True),
    Fault("read-only", "a file system that can only be read", write_to_read_only, read_only_disk, needs_root=True),
    Fault("store", "a damaged file of the store", damage("store/")),
    Fault("index", "a damaged file of the search index", damage("index/")),
    Fault("ledger", "a damaged ledger", damage("ledger.sqlite")),
    Fault("kept", "a damaged file of what was decided", damage("identity.", "decided.", "conversion/", "quality.json")),
    Fault("datasets", "a damaged file of a dataset", damage("datasets/")),
    Fault("clock-back", "a clock that goes back a day", turn_clock_back, after="update"),
    Fault("two-at-once", "two builds or updates at once", two_at_once, watched, "update"),
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
