"""A small release in the shapes of docs/architecture.md, and a real server process on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from publisher.rdf.vietnamese import fold, sort_key, spelled
from publisher.release.document import Document
from publisher.release.index import SearchIndexWriter
from tests.sparql.serving import Server, serving

HERE = Path(__file__).parent
BASE = "http://localhost:8000"


def make_release(folder: Path, statements: bytes, repeat: int = 0) -> Path:
    """Write a release into `folder`: the statements (TriG), and `repeat` plain ones to make queries heavy."""
    folder.mkdir(parents=True)
    store = ox.Store(str(folder / "store"))
    store.bulk_load(statements, format=ox.RdfFormat.TRIG)
    lines = (f'<http://e/s{n}> <http://e/p{n % 7}> "value {n}" .\n' for n in range(repeat))
    store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    _index(folder / "index")
    return folder


def _index(path: Path) -> None:
    writer = SearchIndexWriter(path)
    titles = {
        "kt-1": ("Trường ca Đăm Săn", "Nhiều tác giả", "Sử thi"),
        "kt-2": ("Sử thi Ba Na", "Phan Thị Hồng", "Sử thi"),
        "kt-3": ("Nhà rông Tây Nguyên", "Nguyễn Văn Kự", "Kiến trúc"),
        "kt-4": ("Dam and reservoir safety", "John Smith", "Dams"),
    }
    for key, (title, agent, subject) in titles.items():
        writer.add_instance(f"{BASE}/instance/{key}", f"{BASE}/work/{key}", ["kt"], _document(title, agent, subject))
    writer.add_entity(f"{BASE}/agent/hong", "agent", "Phan Thị Hồng")
    writer.close()


def _document(title: str, agent: str, subject: str) -> Document:
    words = {"title": title, "agent": agent, "subject": subject}
    return Document(
        title=title,
        sort_key=sort_key(title),
        words={name: [(spelled(text), fold(text))] for name, text in words.items()},
        identifiers=["9786040000001"],
        agents=[agent],
        subjects=[subject],
        linked=[],
        publishers=[],
        year=2010,
        languages=["vie"],
        form="book",
        digitized=False,
    )


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "20261123T050000Z"
    return make_release(folder, (HERE / "catalogue.trig").read_bytes())


@pytest.fixture(scope="session")
def server(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serving(release, log, time_limit=5, base_iri=BASE) as running:
        yield running
