"""One catalogue from many: what a build makes of several libraries, and that IRIs last."""

from pathlib import Path

import pytest
from pymarc import Field, Record, Subfield
from pyoxigraph import NamedNode, Store

from benchmarks._lab import Here
from publisher.build import Report, build
from publisher.config import Settings
from publisher.identity.explanation import Explanations
from publisher.identity.iris import Iris
from publisher.release.layered import opened
from publisher.release.registry import Registry
from publisher.release.release import Release, active
from publisher.release.service import put_into_service
from publisher.release.spool import STATEMENTS

pytestmark = pytest.mark.usefixtures("no_datasets")

BASE = "https://data.example.vn"
BF = "http://id.loc.gov/ontologies/bibframe/"


def marc(key: str, title: str, *, author: str = "Nguyễn, Văn Hòa", year: str = "2012", **more: str) -> bytes:
    record = Record(force_utf8=True, leader="00000nam a2200000 a 4500")
    fields = {"100": f"1 $a{author}", "245": f"10$a{title}", "260": f"  $bKhoa học xã hội$c{year}", **more}
    record.add_field(Field(tag="001", data=key))
    for tag, content in sorted((tag.strip("f"), content) for tag, content in fields.items()):
        if content:
            parts = [Subfield(part[0], part[1:]) for part in content[2:].split("$")[1:]]
            record.add_field(Field(tag=tag, indicators=list(content[:2]), subfields=parts))
    return record.as_marc()


BOOK = "Lịch sử văn hóa Tây Nguyên"
OTHERS = [marc(f"k{n}", f"Sách thứ {n} về Tây Nguyên", year=f"{1990 + n}") for n in range(12)]
LIBRARIES = {
    "b": [marc("b1", "LỊCH SỬ VĂN HOÁ TÂY NGUYÊN", author="Nguyễn Văn Hoà"), *OTHERS[:4]],
    "a": [*OTHERS[4:8], marc("a9", BOOK, f300="  $a367 tr.")],
    "c": [marc("c1", f"{BOOK} /"), *OTHERS[8:]],
}


def settings_of(folder: Path, libraries: dict[str, list[bytes]], more: str = "") -> Settings:
    folder.mkdir(exist_ok=True)
    text = f'base = "{BASE}"\npublisher.name = {{vi = "A", en = "A"}}\n{more}\n'
    for code, records in libraries.items():
        (folder / f"{code}.mrc").write_bytes(b"".join(records))
        text += f'[[libraries]]\ncode = "{code}"\nname = {{vi = "{code}", en = "{code}"}}\n'
        text += f'[[libraries.sources]]\npath = "{code}.mrc"\n'
    (folder / "rong.toml").write_text(text)
    return Settings.load(folder / "rong.toml")


def publish(folder: Path, libraries: dict[str, list[bytes]], more: str = "", data: str = "data") -> Report:
    settings = settings_of(folder, libraries, more)
    report = build(settings, folder / data, executor=Here(settings))
    put_into_service(folder / data)
    return report


def named(data: Path) -> dict[str, tuple[str, str]]:
    """Return the names of the instance and the work of every record, by {library}-{key}."""
    account = opened(active(data).account_path)
    return {name: (i, w) for name, i, w in account.execute("SELECT name, instance, work FROM record")}


@pytest.fixture
def one(tmp_path: Path) -> Release:
    publish(tmp_path, LIBRARIES)
    return active(tmp_path / "data")


def objects(store: Store, subject: str, prop: str) -> set[str]:
    return {quad.object.value for quad in store.quads_for_pattern(NamedNode(subject), NamedNode(prop), None)}


def test_records_of_three_libraries_become_one_instance_with_the_items_and_the_origin_of_each(one):
    store = Store.read_only(str(one.store_path))
    instance = f"{BASE}/instance/a-a9"
    origins = {iri for iri in objects(store, instance, BF + "adminMetadata") if "#" not in iri}
    assert origins == {f"{BASE}/record/{key}" for key in ("a-a9", "b-b1", "c-c1")}
    items = objects(store, instance, BF + "hasItem")
    held = {library for item in items for library in objects(store, item, BF + "heldBy")}
    assert held == {f"{BASE}/library/{code}" for code in "abc"}
    assert len(objects(store, instance, BF + "instanceOf")) == 1
    # The records say nowhere (003, 040) who described them: in a build, their library did.
    for code in ("a-a9", "b-b1", "c-c1"):
        assert objects(store, f"{BASE}/record/{code}", BF + "assigner") == {f"{BASE}/library/{code[0]}"}


def test_an_instance_of_several_records_has_one_label(one):
    store = Store.read_only(str(one.store_path))
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    assert objects(store, f"{BASE}/instance/a-a9", label) == {BOOK}
    (work,) = objects(store, f"{BASE}/instance/a-a9", BF + "instanceOf")
    assert len(objects(store, work, label)) == 1


def test_the_iris_of_the_other_records_lead_to_the_one(one, tmp_path):
    registry = Registry(tmp_path / "data")
    for key in ("b-b1", "c-c1"):
        assert registry.lookup(f"{BASE}/instance/{key}").target == f"{BASE}/instance/a-a9"
    assert registry.lookup(f"{BASE}/instance/a-a9").target == ""


def test_search_finds_the_one_instance_under_every_library(one):
    from publisher.release.index import open_index

    index = open_index(one.index_path)
    index.reload()
    searcher = index.searcher()
    query = index.parse_query("khoa", ["text_folded"])
    found = [searcher.doc(address) for _, address in searcher.search(query, 100).hits]
    assert len({doc["iri"][0] for doc in found}) == len(found)
    assert [sorted(doc["library"]) for doc in found if doc["iri"] == [f"{BASE}/instance/a-a9"]] == [["a", "b", "c"]]


def test_why_records_are_one_can_be_told(one):
    told = str(Explanations(opened(one.account_path), Iris(BASE)).explain(f"{BASE}/instance/b-b1"))
    assert f"leads to {BASE}/instance/a-a9" in told
    assert "the same title" in told
    assert "year 2012" in told


def test_neither_order_nor_batches_nor_workers_change_an_iri(tmp_path, monkeypatch):
    publish(tmp_path, LIBRARIES, data="first")
    backwards = {code: records[::-1] for code, records in reversed(LIBRARIES.items())}
    monkeypatch.setattr("publisher.intake.BATCH", 1)
    build(settings_of(tmp_path, backwards), tmp_path / "second", workers=2)
    put_into_service(tmp_path / "second")
    assert named(tmp_path / "first") == named(tmp_path / "second")


def test_further_records_change_no_other_iri_but_through_a_recorded_merge(tmp_path):
    publish(tmp_path, LIBRARIES)
    before = named(tmp_path / "data")
    further = {"0": [marc("01", BOOK, f300="  $a367 tr."), marc("02", "Sách khác hẳn về Kon Tum")], **LIBRARIES}
    publish(tmp_path, further)
    after = named(tmp_path / "data")
    assert {name: after[name] for name in before} == before
    assert after["0-01"] == before["a-a9"]
    assert Registry(tmp_path / "data").lookup(f"{BASE}/instance/0-01").target == f"{BASE}/instance/a-a9"


def test_an_instance_keeps_its_iri_when_the_record_that_gave_it_is_gone(tmp_path):
    publish(tmp_path, LIBRARIES)
    publish(tmp_path, {**LIBRARIES, "a": LIBRARIES["a"][:-1]})
    after = named(tmp_path / "data")
    assert after["b-b1"][0] == after["c-c1"][0] == "a-a9"


def test_a_work_keeps_its_iri_when_its_title_is_corrected(tmp_path):
    publish(tmp_path, {"a": [marc("a1", "Lich su van hoa Tay Nguien")]})
    before = named(tmp_path / "data")
    publish(tmp_path, {"a": [marc("a1", BOOK)]})
    assert named(tmp_path / "data") == before


def test_two_published_instances_that_turn_out_to_be_one_redirect_and_part_again(tmp_path):
    apart = {"a": [marc("a1", BOOK)], "b": [marc("b1", "Lịch sử Tây Nguyên")]}
    publish(tmp_path, apart)
    publish(tmp_path, {**apart, "b": [marc("b1", BOOK)]})
    registry = Registry(tmp_path / "data")
    assert registry.lookup(f"{BASE}/instance/b-b1").target == f"{BASE}/instance/a-a1"
    publish(tmp_path, apart)
    assert registry.lookup(f"{BASE}/instance/b-b1").target == ""
    assert registry.splits(f"{BASE}/instance/a-a1") == [f"{BASE}/instance/b-b1"]
    assert named(tmp_path / "data")["b-b1"][0] == "b-b1"


def test_a_decision_of_a_librarian_wins_and_is_undone_by_deleting_it(tmp_path):
    decisions = tmp_path / "decisions.toml"
    more = '[identity]\ndecisions = "decisions.toml"'
    decisions.write_text(
        f'[[different]]\nof = ["{BASE}/instance/a-a9", "b-b1"]\n'
        '[[same]]\nof = ["b-k0", "b-k1"]\nnote = "Hai tên của một cuốn"\n'
    )
    publish(tmp_path, LIBRARIES, more)
    decided = named(tmp_path / "data")
    assert decided["a-a9"][0] != decided["b-b1"][0]
    assert decided["b-k0"][0] == decided["b-k1"][0]
    told = str(Explanations(opened(active(tmp_path / "data").account_path), Iris(BASE)).explain("b-k1"))
    assert "Hai tên của một cuốn" in told
    decisions.write_text("")
    publish(tmp_path, LIBRARIES, more)
    undone = named(tmp_path / "data")
    assert undone["a-a9"][0] == undone["b-b1"][0]
    assert undone["b-k0"][0] != undone["b-k1"][0]


def test_decisions_that_contradict_each_other_join_nothing_and_a_warning_names_their_lines(tmp_path):
    (tmp_path / "decisions.toml").write_text(
        '[[same]]\nof = ["b-k0", "b-k1"]\n[[same]]\nof = ["b-k1", "b-k2"]\n[[different]]\nof = ["b-k0", "b-k2"]\n'
    )
    publish(tmp_path, LIBRARIES, '[identity]\ndecisions = "decisions.toml"')
    decided = named(tmp_path / "data")
    assert len({decided[f"b-k{n}"][0] for n in range(3)}) == 3
    (warning,) = Explanations(opened(active(tmp_path / "data").account_path), Iris(BASE)).warnings()
    assert "lines 1, 3, 5: b-k0 and b-k2 are said to be the same and to be different" in warning


def test_two_records_with_one_number_keep_their_keys_whichever_comes_first(tmp_path):
    two = [marc("1", "Một cuốn sách về rừng"), marc("1", "Một cuốn sách khác về biển")]
    publish(tmp_path, {"a": two}, data="first")
    publish(tmp_path, {"a": two[::-1]}, data="second")
    assert named(tmp_path / "first") == named(tmp_path / "second")
    assert len(named(tmp_path / "first")) == 2


def test_a_record_that_comes_twice_is_published_once(tmp_path):
    report = publish(tmp_path, {"a": [marc("1", BOOK), marc("1", BOOK)]})
    assert report.published == 2
    assert report.entities["instance"] == 1


def test_nothing_of_the_work_is_left_in_the_release(one):
    left = {path.name for path in one.path.iterdir()}
    assert left.isdisjoint({"spool", "joint.sqlite", STATEMENTS})
    assert {"identity.sqlite", "ledger.sqlite", "workbook.sqlite", "store"} <= left


def test_a_hundred_copies_of_one_title_are_one_instance_with_a_hundred_items(tmp_path):
    """A library that writes one record an item, without 001."""
    records = []
    for n in range(100):
        record = Record(force_utf8=True, data=marc("x", BOOK))
        record.remove_fields("001")
        record.add_field(Field(tag="952", indicators=[" ", " "], subfields=[Subfield("p", f"20113{n:04}")]))
        records.append(record.as_marc())
    report = publish(tmp_path, {"a": records})
    assert report.entities["instance"] == 1
    store = Store.read_only(str(active(tmp_path / "data").store_path))
    (instance,) = {i for i, _ in named(tmp_path / "data").values()}
    assert len(objects(store, f"{BASE}/instance/{instance}", BF + "hasItem")) == 100


def test_an_isbn_on_many_titles_joins_none_of_them_and_is_reported(tmp_path):
    titles = ("rừng", "biển", "núi lửa", "sông ngòi", "cà phê", "cao su", "hồ tiêu", "voi", "nhà rông", "cồng chiêng")
    records = [
        marc(f"i{n}", f"Khảo cứu về {title}", f020="  $a9786049081545", author="") for n, title in enumerate(titles)
    ]
    report = publish(tmp_path, {"a": records})
    assert report.entities["instance"] == len(titles)
    (warning,) = Explanations(opened(active(tmp_path / "data").account_path), Iris(BASE)).warnings()
    assert "9786049081545 stands on 10 titles" in warning
    assert "a-i0" in warning


def test_volumes_of_one_title_are_several_instances_and_several_works(tmp_path):
    report = publish(tmp_path, {"a": [marc(f"v{n}", f"{BOOK}$nTập {n}") for n in (1, 2, 3)]})
    assert report.entities["instance"] == report.entities["work"] == 3


def test_a_translation_and_its_original_are_one_work(tmp_path):
    original = marc("o", "Nous avons mangé la forêt", author="Condominas, Georges", year="1957")
    translation = marc(
        "t", "Chúng tôi ăn rừng", author="Condominas, Georges", year="2003", f240="10$aNous avons mangé la forêt$lViệt"
    )
    publish(tmp_path, {"a": [original, translation]})
    (o, of_o), (t, of_t) = named(tmp_path / "data")["a-o"], named(tmp_path / "data")["a-t"]
    assert o != t
    assert of_o == of_t


def test_two_authors_of_one_name_have_two_works(tmp_path):
    one = marc("1", BOOK, author="Nguyễn, Văn Hòa,$d1920-1990", year="1980")
    other = marc("2", BOOK, author="Nguyễn, Văn Hòa,$d1975-", year="2015")
    assert publish(tmp_path, {"a": [one, other]}).entities["work"] == 2


def test_generic_titles_and_maps_gather_no_works(tmp_path):
    poems = [marc(f"p{n}", "Tuyển tập", year=f"{1990 + n}") for n in range(3)]
    maps = []
    for n in range(3):
        sheet = Record(force_utf8=True, data=marc(f"m{n}", "Bản đồ địa hình Tây Nguyên", year=f"{1990 + n}"))
        sheet.leader = sheet.leader[:6] + "e" + sheet.leader[7:]
        maps.append(sheet.as_marc())
    assert publish(tmp_path, {"a": [*poems, *maps]}).entities["work"] == 6
