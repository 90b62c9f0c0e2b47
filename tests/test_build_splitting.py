"""What a build makes of records that describe several things, and what the ledger says of what made no sense."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from publisher.build import build
from publisher.config import Settings
from publisher.release.release import active
from publisher.release.service import put_into_service
from tests.conftest import without_datasets

BF = "http://id.loc.gov/ontologies/bibframe/"

MAP = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record><leader>00000nem a2200000 i 4500</leader>
<controlfield tag="001">m1</controlfield><controlfield tag="007">aj canzn</controlfield>
<datafield tag="123" ind1=" " ind2=" "><subfield code="a">?</subfield></datafield>
<datafield tag="245" ind1="0" ind2="0"><subfield code="a">Bản đồ Kontum</subfield></datafield>
<datafield tag="300" ind1=" " ind2=" "><subfield code="a">1 tờ</subfield></datafield>
<datafield tag="856" ind1="4" ind2="1"><subfield code="3">Bản số hoá</subfield>
<subfield code="u">http://a.vn/1.jpg</subfield></datafield>
<datafield tag="856" ind1="4" ind2="1"><subfield code="u">20041121</subfield></datafield></record></collection>"""


def _published(folder: Path, split: str) -> tuple[Store, Path]:
    folder.mkdir()
    (folder / "maps.xml").write_text(MAP, encoding="utf-8")
    (folder / "rong.toml").write_text(
        'base = "https://data.example.vn"\npublisher.name = {vi = "A", en = "A"}\n'
        '[[libraries]]\ncode = "kt"\nname = {vi = "Thư viện", en = "Library"}\n'
        f'[[libraries.sources]]\npath = "maps.xml"\n{split}\n',
        encoding="utf-8",
    )
    with without_datasets():
        build(Settings.load(folder / "rong.toml"), folder / "data", workers=1)
    put_into_service(folder / "data")
    release = active(folder / "data")
    return Store.read_only(str(release.store_path)), release.ledger_path


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Path]:
    return _published(tmp_path_factory.mktemp("splitting") / "split", "split = true")


def _instances(store: Store) -> set[str]:
    return {str(quad.subject) for quad in store.quads_for_pattern(None, NamedNode(BF + "instanceOf"), None, None)}


def test_each_thing_is_an_instance_of_one_work(split: tuple[Store, Path]) -> None:
    store, _ = split
    works = {str(quad.object) for quad in store.quads_for_pattern(None, NamedNode(BF + "instanceOf"), None, None)}
    assert len(works) == 1
    assert len(_instances(store)) == 2
    carriers = {str(quad.object) for quad in store.quads_for_pattern(None, NamedNode(BF + "carrier"), None, None)}
    assert "<http://id.loc.gov/vocabulary/carriers/cr>" in carriers


def test_the_ledger_has_one_row_a_record_and_says_what_made_no_sense(split: tuple[Store, Path]) -> None:
    with sqlite3.connect(split[1]) as ledger:
        assert ledger.execute("SELECT count(*) FROM records").fetchone() == (1,)
        said = set(ledger.execute("SELECT tag, reason FROM warnings"))
    assert ("123", "is no tag of MARC 21, so the field was passed over") in said
    assert ("856", "$u '20041121' is no address, so it stays text") in said
