"""The chronicle: what changed when, as seen from outside."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher import assembly
from publisher.build import build
from publisher.config import Library, Settings
from publisher.release.chronicle import END, START, Chronicle, Span
from publisher.release.release import active
from publisher.release.service import put_into_service, roll_back

RECORD = """<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{key}</controlfield>
<datafield tag="100" ind1="0" ind2=" "><subfield code="a">Linh Nga Niê Kdam</subfield></datafield>
<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield></datafield>
<datafield tag="260" ind1=" " ind2=" "><subfield code="c">{year}</subfield></datafield></record>"""


def settings(folder: Path, **libraries: dict[str, str]) -> Settings:
    """A catalogue of libraries, each with the titles of its records by key; "title, year" where the year matters."""
    made = []
    for code, records in libraries.items():
        path = folder / f"{code}.xml"
        parts = [(key, *title.partition(", ")) for key, title in records.items()]
        body = "".join(RECORD.format(key=key, title=title, year=year or "2001") for key, title, _, year in parts)
        path.write_text(f'<collection xmlns="http://www.loc.gov/MARC21/slim">{body}</collection>', encoding="utf-8")
        made.append({"code": code, "name": {"vi": code, "en": code}, "sources": [{"path": str(path)}]})
    base = Settings.default("https://data.example.org")
    return base.model_copy(update={"libraries": tuple(Library.model_validate(each) for each in made)})


EVERYTHING = Span()


class Folder:
    """A data folder whose catalogue changes."""

    def __init__(self, path: Path) -> None:
        self.sources, self.data = path / "sources", path / "data"
        self.sources.mkdir()
        self.chronicle = Chronicle(self.data)

    def publish(self, **libraries: dict[str, str]) -> None:
        made = settings(self.sources, **libraries)
        with ThreadPoolExecutor(1, initializer=assembly.start, initargs=(made,)) as here:
            build(made, self.data, executor=here, workers=1)
        put_into_service(self.data)

    def listed(self, span: Span = EVERYTHING) -> dict[str, tuple[int, bool]]:
        entries = self.chronicle.entries(span, START, 100)
        return {entry.iri.rpartition("/")[2]: (entry.turn, entry.deleted) for entry in entries}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_an_edition_that_stays_the_same_stays_where_it_is(folder: Folder):
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng"})
    first = folder.listed()
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng"})
    assert folder.listed() == first == {"a-1": (1, False), "a-2": (1, False)}


def test_a_change_a_new_edition_and_a_deletion_belong_to_their_turn(folder: Folder):
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng", "3": "Nhà rông"})
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng Tây Nguyên", "4": "Gùi"})
    assert folder.listed() == {"a-1": (1, False), "a-2": (2, False), "a-3": (2, True), "a-4": (2, False)}
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng Tây Nguyên", "3": "Nhà rông", "4": "Gùi"})
    assert folder.listed()["a-3"] == (3, False), "what comes back is there again"
    entry = folder.chronicle.entry("https://data.example.org/instance/a-3")
    assert entry is not None
    assert entry.first < entry.moment


def test_a_roll_back_is_a_change_too(folder: Folder):
    folder.publish(a={"1": "Sử thi"})
    folder.publish(a={"1": "Sử thi Ba Na"})
    roll_back(folder.data)
    assert folder.listed() == {"a-1": (3, False)}


def test_entering_the_same_release_again_changes_nothing(folder: Folder):
    folder.publish(a={"1": "Sử thi"})
    folder.chronicle.enter(active(folder.data))
    assert folder.listed() == {"a-1": (1, False)}
    assert folder.chronicle.release() == active(folder.data).id


def test_the_sets_are_the_libraries_and_the_datasets(folder: Folder):
    folder.publish(a={"1": "Sử thi"}, b={"2": "Cồng chiêng", "3": "Nhà rông"})
    sets = folder.chronicle.sets()
    assert [spec for spec in sets if spec.startswith("library")] == ["library:a", "library:b"]
    assert {"dataset:editions", "dataset:graph", "dataset:holdings"} <= set(sets)
    assert set(folder.listed(Span("library:b"))) == {"b-2", "b-3"}
    assert folder.chronicle.count(Span("library:b")) == 2
    folder.publish(a={"1": "Sử thi"}, b={"3": "Nhà rông"})
    assert folder.listed(Span("library:b")) == {"b-2": (2, True), "b-3": (1, False)}, "a set keeps its deletions"


def test_a_span_takes_in_its_ends_and_places_go_on_where_they_were(folder: Folder):
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng"})
    folder.publish(a={"1": "Sử thi", "2": "Cồng chiêng", "3": "Nhà rông", "4": "Gùi"})
    entries = folder.chronicle.entries(Span(), START, 100)
    late = entries[-1].moment
    assert [entry.turn for entry in folder.chronicle.entries(Span("", late, late), START, 100)] == [2, 2]
    assert folder.chronicle.count(Span("", "", folder.chronicle.earliest())) == 2
    assert folder.chronicle.entries(Span("", "2100-01-01T00:00:00Z"), START, 100) == []
    found, place = [], START
    while page := folder.chronicle.entries(Span(), place, 1):
        found += page
        place = (page[-1].turn, page[-1].id)
    assert found == entries
    assert folder.chronicle.latest("", END, 100) == entries[::-1]


def test_the_editions_of_a_work_change_together(folder: Folder):
    folder.publish(a={"1": "Trường ca Đăm Săn, 1977", "2": "Trường ca Đăm Săn, 2005", "3": "Gùi"})
    folder.publish(a={"1": "Trường ca Đăm Săn, 1977", "2": "Trường ca Đăm Săn, 2006", "3": "Gùi"})
    assert folder.listed() == {"a-1": (2, False), "a-2": (2, False), "a-3": (1, False)}


def test_a_folder_from_before_the_chronicle_has_none_yet(folder: Folder):
    folder.publish(a={"1": "Sử thi"})
    with sqlite3.connect(folder.data / "registry.sqlite") as database:
        database.executescript("DROP TABLE turn; DROP TABLE chronicle; DROP TABLE chronicle_set;")
    assert folder.chronicle.release() == ""
    folder.chronicle.enter(active(folder.data))
    assert folder.listed() == {"a-1": (1, False)}
