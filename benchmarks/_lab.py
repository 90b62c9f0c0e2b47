"""A small catalogue with releases of it, things to be done with it in processes of their own, and what it may then say.

The lab knows what is published as titles by key. Whatever is begun adds what may be published from then on: what was,
and what will be when it is done; nothing between the two. `Lab.check` finds which of these it is, and that the store,
the ledger, the search index, the datasets, the registry and a server that runs all say the same.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from benchmarks._published import published, read_everything
from benchmarks._serving import Server
from publisher import assembly, resources
from publisher.build import build
from publisher.config import Settings
from publisher.errors import Fatal
from publisher.intake import Edits
from publisher.release import release as release_module
from publisher.release.backup import back_up
from publisher.release.registry import Registry
from publisher.release.release import Release, active, releases
from publisher.release.service import prune, put_into_service, roll_back, verify
from publisher.update import update

DATASETS = ("editions", "fates", "graph", "changes")
"""Those that a lab has: one of each way in which they are made. With all of them a build takes ten times as long."""
SOURCE = {f"k{n}": f"Sách thứ {n}" for n in range(36)}
"""Titles by key, as the source has them."""
CONFIGURATION = """
base = "https://data.example"
publisher.name = {vi = "Thư viện", en = "Library"}
[[libraries]]
code = "a"
name = {vi = "Thư viện A", en = "Library A"}
sources = [{path = "a.mrc"}]
"""
"""The rong.toml of one library, "a", whose records are in `a.mrc` beside it."""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["benchmarks._warm"])
Titles = dict[str, str]


class Here(Executor):
    """Converts in the process that builds: quick, in no way concurrent, and one signal kills all of it."""

    def __init__(self, settings: Settings) -> None:
        assembly.start(settings)
        gc.unfreeze()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Yesterday(datetime):
    """The clock of a machine whose battery is empty."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        """Return what the clock shows."""
        return datetime.now(tz) - timedelta(days=1)


def record(key: str, title: str, status: str = "n") -> bytes:
    """Return a small record in ISO 2709; its `status` is "d" for one that is deleted.

    Seven authors and five subjects are shared by all records.
    """
    of = sum(key.encode())
    fields = [
        ("001", key),
        ("100", f"1 \x1faTác giả {of % 7}"),
        ("245", f"10\x1fa{title}"),
        ("260", "  \x1fbKhoa học xã hội\x1fc2012"),
        ("650", f" 4\x1faChủ đề {of % 5}"),
    ]
    directory, content = "", b""
    for tag, text in fields:
        field = text.encode() + b"\x1e"
        directory += f"{tag}{len(field):04d}{len(content):05d}"
        content += field
    base = 24 + len(directory) + 1
    return f"{base + len(content) + 1:05d}{status}am a22{base:05d} a 4500{directory}\x1e".encode() + content + b"\x1d"


def corrected(titles: Titles, turn: int) -> Titles:
    """Return what is published after the update `turn`: k1 has another title, a record is new, k9 goes or comes."""
    after = titles | {"k1": f"Sách sửa lần {turn}", f"new{turn % 20}": f"Sách mới {turn}", "k9": SOURCE["k9"]}
    if turn % 2:
        del after["k9"]
    return after


_FOLLOWS = 0.6
"""Seconds until a server has moved on to what is in service, queries after pages (docs/scale.md)."""


def unfinished(data: Path, within: str = "*") -> list[Path]:
    """Return what is being made, or was left by who was killed: releases, and datasets that are cut apart."""
    found = (path for room in ("building", "cutting") for path in (data / room).glob(within))
    return [path for path in found if path.name != ".lock"]


class Lab:
    """A folder with a small catalogue, releases of it in `data`, and room for `backups`.

    `notes` is where those who work leave word: it stays writable when the folder is not. Releases that are known to be
    `damaged` are not read.
    """

    def __init__(self, folder: Path, notes: Path | None = None) -> None:
        self.folder, self.data, self.backups = folder, folder / "data", folder / "backups"
        self.notes = notes or folder.parent / f"notes-{folder.name}"
        (self.notes / "tmp").mkdir(parents=True, exist_ok=True)
        self.server: Server | None = None
        self._seconds: dict[str, float] = {}
        self._titles: dict[str, Titles] = {}
        self._may_be: list[Titles] = [SOURCE]
        self.damaged: set[str] = set()
        if self.data.exists():
            self.forget()
            return
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rong.toml").write_text(CONFIGURATION, "utf-8")
        (folder / "a.mrc").write_bytes(b"".join(record(key, title) for key, title in SOURCE.items()))
        os.utime(folder / "a.mrc", (0, 0))
        for verb in ("build", "activate", "build", "activate"):
            assert self.run(verb) == 0, verb
        self.check()

    def copy_to(self, folder: Path) -> None:
        """Make a copy of the lab in `folder`."""
        for name in ("rong.toml", "a.mrc"):
            shutil.copy2(self.folder / name, folder)
        subprocess.run(["cp", "-a", str(self.data), str(folder)], check=True)  # hard links stay what they are

    def size(self) -> int:
        """Return the bytes of all releases."""
        return sum(path.lstat().st_size for path in self.data.rglob("*") if path.is_file())

    @contextlib.contextmanager
    def served_by(self, server: Server) -> Iterator[None]:
        """Let `check` ask `server` too, as long as it runs."""
        self.server = server
        try:
            yield
        finally:
            self.server = None

    def start(self, verb: str, turn: int = 0) -> BaseProcess:
        """Begin to do one thing."""
        if verb == "update":
            self._may_be += [corrected(titles, turn) for titles in self._may_be]
        elif verb.startswith("build"):
            self._may_be.append(SOURCE)
        process = _CONTEXT.Process(target=_act, args=(verb, str(self.folder), str(self.notes), turn))
        process.start()
        return process

    def run(self, verb: str, turn: int = 0) -> int:
        """Do one thing; return its exit status."""
        began = time.monotonic()
        process = self.start(verb, turn)
        process.join()
        assert process.exitcode is not None
        self._seconds[verb] = time.monotonic() - began
        return process.exitcode

    def seconds(self, verb: str) -> float:
        """Return how long a thing took when it was done last."""
        if verb not in self._seconds:
            assert self.run(verb) == 0, verb
        return self._seconds[verb]

    def took(self, verb: str, seconds: float) -> None:
        """Remember how long a thing took."""
        self._seconds[verb] = seconds

    def word(self, process: BaseProcess) -> str:
        """Return what a process left word of: the sentence with which it refused, or what it was asked for."""
        path = self.notes / f"{process.pid}"
        return path.read_text("utf-8") if path.is_file() else ""

    def check(self, *, at_rest: bool = False) -> Titles:
        """Find that what is in service is whole and as it may be; return its titles by key.

        `at_rest` nothing may be left over of what was killed, and the datasets are those of the release.
        """
        release, damage = verify(self.data)
        assert damage == [], damage
        for each in releases(self.data):
            assert each.manifest["id"] == each.id
            if each.id not in self._titles and each.id not in self.damaged:
                self._titles[each.id] = published(each)
                assert self._titles[each.id] in self._may_be, f"{each.id} is neither before nor after"
        titles = self._titles[release.id]
        registry = Registry(self.data)
        for key in titles:
            known = registry.lookup(f"https://data.example/instance/a-{key}")
            assert known is not None, key
            assert not known.target, key
        if self.server is not None:
            time.sleep(_FOLLOWS)
            assert self.server.titles() == titles, "what is asked for is not what is in service"
        self._may_be = [titles]
        left = {path.name for path in (self.notes / "tmp").iterdir()}
        left -= {name for name in left if name.startswith("rong-index-")}  # links, kept for all who cannot write
        assert not left, f"{left} is left over in the folder for what is temporary"
        if at_rest:
            assert release.is_complete, "it has no datasets of its own"
            self._check_tidy()
        return titles

    def _check_tidy(self) -> None:
        left = unfinished(self.data)
        left += [*self.data.glob(".current-*"), *self.backups.glob(".partial-*"), *self.data.glob("releases/.*")]
        left += [each for each in (self.data / "releases").iterdir() if not (each / "manifest.json").is_file()]
        assert not left, f"{left} is left over"

    def forget(self) -> None:
        """Know anew what each release publishes: others may have taken the names of those that were."""
        self.damaged = set()
        self._titles = {release.id: published(release) for release in releases(self.data)}
        self._may_be = [self._titles[active(self.data).id]]

    def is_titled(self, titles: Titles) -> None:
        """Find that exactly `titles` are what is in service."""
        assert self.check(at_rest=True) == titles, "something else is in service"

    def tidy(self) -> None:
        """Keep few releases, and no backups."""
        prune(self.data, 2)
        shutil.rmtree(self.backups, ignore_errors=True)


def _few_datasets(notes: Path) -> None:
    """Declare only `DATASETS` in this process."""
    folder, real = notes / "exports", resources.folder
    declared = real("exports")
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    for name in (*DATASETS, "indicators"):
        with contextlib.suppress(FileExistsError):
            (folder / name).mkdir()
        for path in (declared / name).iterdir():
            if name in DATASETS or path.name != "dataset.toml":  # the programmes of indicators are asked for by all
                with contextlib.suppress(FileExistsError):
                    (folder / name / path.name).symlink_to(path)
    resources.folder = lambda name: folder if name == "exports" else real(name)  # type: ignore[assignment]


def _act(verb: str, folder: str, notes: str, turn: int) -> None:
    """Do one thing in a process of its own; what is refused in a sentence ends it with 1, all else with a traceback."""
    root, beside = Path(folder), Path(notes)
    data, settings = root / "data", Settings.load(root / "rong.toml")
    tempfile.tempdir = str(beside / "tmp")
    word = beside / f"{os.getpid()}"
    word.unlink(missing_ok=True)
    _few_datasets(beside)
    try:
        match verb:
            case "build" | "build-anew":
                build(settings, data, executor=Here(settings), anew=verb == "build-anew")
            case "update":
                given = beside / f"given{os.getpid()}.mrc"
                changed = record("k1", f"Sách sửa lần {turn}"), record(f"new{turn % 20}", f"Sách mới {turn}")
                given.write_bytes(b"".join(changed) + record("k9", SOURCE["k9"], "d" if turn % 2 else "c"))
                edits = Edits("a", (given,))
                update(settings, data, edits, progress=_silent, executor=Here(settings))
                given.unlink()
            case "activate":
                (roll_back if turn % 2 else put_into_service)(data)
            case "backup":
                back_up(data, root / "backups", [root / "rong.toml"])
            case "build-yesterday":
                release_module.datetime = _Yesterday  # type: ignore[attr-defined]
                put_into_service(data, build(settings, data, executor=Here(settings)).release)
            case "prune":
                prune(data, 2)
            case "verify":
                word.write_text("\n".join(verify(data)[1]), "utf-8")
            case "read":
                word.write_text(_content(active(data)), "utf-8")
            case _:
                raise ValueError(verb)
    except Fatal as error:
        word.write_text(str(error), "utf-8")
        sys.exit(1)
    except (OSError, RuntimeError, ValueError, sqlite3.DatabaseError) as error:
        if verb != "read":
            raise
        word.write_text(repr(error), "utf-8")
        sys.exit(1)


def _content(release: Release) -> str:
    """Return a digest of all that a server reads of a release: statements, records, documents of the index."""
    said = hashlib.sha256()
    for text in read_everything(release):
        said.update(text.encode())
    return said.hexdigest()


def _silent(stage: str, count: int) -> None:
    pass
