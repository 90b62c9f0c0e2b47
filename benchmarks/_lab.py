"""A small catalogue with releases of it, things to be done with it in processes of their own, and a server."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import multiprocessing
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import tantivy
from pyoxigraph import Store

from publisher import assembly
from publisher.build import build
from publisher.config import Settings
from publisher.errors import Fatal
from publisher.intake import Edits
from publisher.release import release as release_module
from publisher.release.backup import back_up
from publisher.release.layered import opened
from publisher.release.ledger import Ledger
from publisher.release.registry import Registry
from publisher.release.release import Release, active, releases
from publisher.release.service import prune, put_into_service, roll_back, verify
from publisher.update import update

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
_CONTEXT.set_forkserver_preload(["publisher.publication"])


class Here(Executor):
    """Converts in the process that builds: quick, in no way concurrent, and one signal kills all of it."""

    def __init__(self, settings: Settings) -> None:
        assembly.start(settings)

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
    """Return a small record in ISO 2709; its `status` is "d" for one that is deleted."""
    fields = [("001", key), ("245", f"10\x1fa{title}"), ("260", "  \x1fbKhoa học xã hội\x1fc2012")]
    directory, content = "", b""
    for tag, text in fields:
        field = text.encode() + b"\x1e"
        directory += f"{tag}{len(field):04d}{len(content):05d}"
        content += field
    base = 24 + len(directory) + 1
    return f"{base + len(content) + 1:05d}{status}am a22{base:05d} a 4500{directory}\x1e".encode() + content + b"\x1d"


class Lab:
    """A folder with a small catalogue, releases of it in `data`, and room for `backups`.

    `notes` is where those who work leave word: it stays writable when the folder is not.
    """

    def __init__(self, folder: Path, notes: Path | None = None) -> None:
        self.folder, self.data, self.backups = folder, folder / "data", folder / "backups"
        self.notes = notes or folder / "notes"
        self.notes.mkdir(parents=True, exist_ok=True)
        self.server: Server | None = None
        self._seconds: dict[str, float] = {}
        if self.data.exists():
            return
        (folder / "rong.toml").write_text(CONFIGURATION, "utf-8")
        (folder / "a.mrc").write_bytes(b"".join(record(f"k{n}", f"Sách thứ {n}") for n in range(12)))
        os.utime(folder / "a.mrc", (0, 0))
        for verb in ("build", "activate", "build", "activate"):
            assert self.run(verb) == 0, verb

    def copied_to(self, folder: Path) -> Lab:
        """Return a copy of the lab in `folder`."""
        for name in ("rong.toml", "a.mrc"):
            shutil.copy2(self.folder / name, folder)
        shutil.copytree(self.data, folder / "data", symlinks=True)
        return Lab(folder, self.notes)

    def size(self) -> int:
        """Return the bytes of all releases."""
        return sum(path.lstat().st_size for path in self.data.rglob("*") if path.is_file())

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
        """Return how long a thing took when it was done for the first time."""
        if verb not in self._seconds:
            began = time.monotonic()
            assert self.run(verb) == 0, verb
            self._seconds[verb] = time.monotonic() - began
        return self._seconds[verb]

    def word(self, process: BaseProcess) -> str:
        """Return what a process left word of: the sentence with which it refused, or what it was asked for."""
        path = self.notes / f"{process.pid}"
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
        """Keep few releases, and no backups."""
        prune(self.data, 2)
        shutil.rmtree(self.backups, ignore_errors=True)


def _act(verb: str, folder: str, notes: str, turn: int) -> None:
    """Do one thing in a process of its own; what is refused in a sentence ends it with 1, all else with a traceback."""
    root, beside = Path(folder), Path(notes)
    data, settings = root / "data", Settings.load(root / "rong.toml")
    word = beside / f"{os.getpid()}"
    word.unlink(missing_ok=True)
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
                given.unlink()
            case "activate":
                (roll_back if turn % 2 else put_into_service)(data)
            case "backup":
                back_up(data, root / "backups", [root / "rong.toml"])
            case "build-yesterday":
                release_module.datetime = _Yesterday  # type: ignore[attr-defined]
                update(settings, data, None, progress=_silent, executor=Here(settings))
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
    for line in sorted(map(str, Store.read_only(str(release.store_path)))):
        said.update(line.encode())
    with contextlib.closing(opened(release.ledger_path)) as ledger:
        for row in ledger.execute("SELECT * FROM records ORDER BY rowid"):
            said.update(repr(row).encode())
    index = tantivy.Index.open(str(release.index_path))
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=10_000).hits
    for text in sorted(repr(searcher.doc(address).to_dict()) for _, address in hits):
        said.update(text.encode())
    return said.hexdigest()


def _silent(stage: str, count: int) -> None:
    pass


class Server:
    """`rong serve` with `workers` processes over the folder `data`; started and ended by `with`."""

    def __init__(self, data: Path, workers: int = 1) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        program = (
            "import sys; from pathlib import Path; from publisher.config import Serve; from publisher.site.server "
            "import serve\nif __name__ == '__main__':\n"
            f"    serve(Path({str(data)!r}), Serve(host='127.0.0.1', port={self.port}, workers={workers}))"
        )
        self.process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)

    def __enter__(self) -> Server:
        self.wait_for("/readyz")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self) -> int:
        """The process that starts and replaces the others."""
        return self.process.pid

    def wait_for(self, path: str, seconds: float = 120) -> str:
        """Ask until the answer is 200, `seconds` at most; return its text."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            assert self.process.poll() is None, "the server is gone"
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, text = self.get(path)
                if status == 200:
                    return text
            time.sleep(0.05)
        raise AssertionError(f"{path} is not answered in {seconds} seconds")

    def get(self, path: str) -> tuple[int, str]:
        """Ask once; return the status and the text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": "data.example", "Accept": "text/html"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def processes(self) -> list[int]:
        """Return all processes that the server has started, and those that these have started."""
        return [member for child in children(self.pid) for member in family(child)]


def children(pid: int) -> list[int]:
    """Return the processes that the process `pid` has started, but for the one that only keeps account of them."""
    try:
        tasks = [path.read_text("ascii").split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        mine = [(int(child), Path(f"/proc/{child}/cmdline").read_bytes()) for found in tasks for child in found]
    except OSError:
        return []
    return [child for child, line in mine if b"resource_tracker" not in line]


def family(pid: int) -> list[int]:
    """Return the process `pid` and all that it and they have started."""
    return [pid, *(member for child in children(pid) for member in family(child))]


def alive(pid: int) -> bool:
    """Return whether the process `pid` is there, and more than an entry in a table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def mounted(folder: Path, size: int) -> Iterator[Path]:
    """Mount a file system in memory of `size` bytes; for this one has to be root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "rong-faults", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
