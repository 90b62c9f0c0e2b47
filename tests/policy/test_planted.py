"""Personal and restricted data of every kind, in every field and every format, is nowhere in a release."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import sqlite3
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

import openpyxl
import pytest
from pyoxigraph import Store

from publisher.build import build
from publisher.config import Settings
from publisher.rdf.vietnamese import fold, spelled
from publisher.release import Release
from publisher.release.index import open_index
from publisher.release.service import put_into_service
from publisher.sources.record import Field, Record
from tests.bibframe.described import record

from .planted import ANYWHERE, IN_NOTES, KEPT_FIELDS, WITHHELD, Plant

TEXTS = (
    "100 a", "245 a", "245 b", "245 c", "246 a", "250 a", "260 b", "264 b", "300 a", "490 a", "600 a", "610 a",
    "611 a", "630 a", "648 a", "650 a", "651 a", "653 a", "655 a", "700 a", "710 a", "711 a", "730 a", "740 a", "830 a",
    "773 t", "776 i", "780 t", "785 t", "787 n", "037 b", "720 a", "752 a", "758 a",
)  # fmt: skip
NOTES = (
    "500 a", "501 a", "502 a", "504 a", "505 a", "506 a", "507 a", "508 a", "510 a", "511 a", "513 a", "515 a", "518 a",
    "520 a", "521 a", "522 a", "524 a", "525 a", "526 z", "530 a", "533 n", "534 n", "535 a", "536 a", "538 a", "540 a",
    "544 a", "545 a", "546 a", "547 a", "550 a", "552 a", "555 a", "556 a", "562 a", "563 a", "565 a", "567 a", "580 a",
    "581 a", "584 a", "585 a", "586 a", "588 a", "852 z", "856 z", "856 y", "866 z", "952 z",
)  # fmt: skip

TOML = """
base = "https://data.example.vn"
publisher.name = {vi = "Thư viện thử", en = "Test Library"}
[policy]
file = "policy.toml"
"""
LIBRARY = """
[[libraries]]
code = "%s"
name = {vi = "Thư viện %s", en = "Library %s"}
sources = [{path = "%s"}]
"""


def plain(number: int, *more: str, title: str = "", leader: str = "00000nam a2200000 i 4500") -> Record:
    """A sound record with `more` fields."""
    lines = [f"001 key{number}", "008 260101s2020    vm |||||||||||||||||vie d", *more]
    if not any(line.startswith("245") for line in more):
        lines.append(f"245 00 $a{title or f'Sách thử số {number}'}")
    return record(*sorted(lines, key=lambda line: line[:3]), leader=leader)


def planted() -> Iterator[Record]:
    """Every plant in every field, and the records that are restricted."""
    numbers = itertools.count(1)
    for plant in (*ANYWHERE, *IN_NOTES):
        for place in (*TEXTS, *NOTES) if plant in ANYWHERE else NOTES:
            tag, code = place.split()
            before = {"856": "$uhttps://example.org/a", "952": "$pKH", "852": "$bKho", "040": ""}.get(tag, "")
            indicators = "0#" if tag == "506" else "##"
            yield plain(next(numbers), f"{tag} {indicators} {before}${code}{plant.text}")
        linked = f"880 ## $6500-01/$a{plant.text}"
        yield plain(next(numbers), "500 ## $6880-01$aGhi chú", linked)
    for plant in KEPT_FIELDS:
        yield plain(next(numbers), plant.text)
    for plant in WITHHELD:
        number = 9001 if plant.kind == "taken down by number" else next(numbers)
        yield plain(number, plant.text, title=f"Nhan đề {plant.secret}")
    yield plain(next(numbers), title="Nhan đề Tuyệtphẩm18", leader="00000dam a2200000 i 4500")


def iso2709(records: list[Record]) -> bytes:
    from tests.sources.make import marc

    return b"".join(marc(*((field.tag, field.content) for field in each), kind=each.leader[5:10]) for each in records)


def marcxml(records: list[Record]) -> bytes:
    def field(each: Field) -> str:
        if each.is_control:
            return f'<controlfield tag="{each.tag}">{escape(each.content)}</controlfield>'
        inner = "".join(f'<subfield code="{code}">{escape(value)}</subfield>' for code, value in each.subfields)
        return f'<datafield tag="{each.tag}" ind1="{each.ind1}" ind2="{each.ind2}">{inner}</datafield>'

    body = "".join(f"<record><leader>{each.leader}</leader>{''.join(map(field, each))}</record>" for each in records)
    return f'<collection xmlns="http://www.loc.gov/MARC21/slim">{body}</collection>'.encode()


COLUMNS = (
    "Tên sách",
    "Tác giả",
    "Nhà XB",
    "Số trang",
    "Ghi chú",
    "Tóm tắt",
    "Từ khóa",
    "Tùng thư",
    "Phụ đề",
    "Người mượn",
)


def rows() -> list[list[str]]:
    """Every plant in every column of a list, and restricted rows."""
    lines = [["STT", *COLUMNS, "Số cá biệt"]]
    for plant in (*ANYWHERE, *IN_NOTES):
        for at, column in enumerate(COLUMNS):
            if plant in ANYWHERE or column in ("Ghi chú", "Tóm tắt", "Người mượn"):
                cells = [f"Bảng kê {len(lines)}"] + [""] * (len(COLUMNS) - 1)
                cells[at] = f"{cells[at]} {plant.text}"
                lines.append([str(len(lines)), *cells, f"BK{len(lines):05}"])
    for note, secret in (
        ("Lưu hành nội bộ", "Tuyệtphẩm21"),
        ("Tuyệt mật", "Tuyệtphẩm22"),
        ("Hạn chế đọc", "Tuyệtphẩm23"),
    ):
        cells = [f"Nhan đề {secret}", "", "", "", note, "", "", "", "", ""]
        lines.append([str(len(lines)), *cells, f"BK{len(lines):05}"])
    return lines


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("planted")
    records = list(planted())
    (folder / "sach.mrc").write_bytes(iso2709(records))
    (folder / "sach.xml").write_bytes(marcxml(records))
    text = io.StringIO()
    csv.writer(text).writerows(rows())
    (folder / "sach.csv").write_text(text.getvalue(), "utf-8")
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in rows():
        book.active.append(line)
    book.save(folder / "sach.xlsx")
    from publisher.policy.rulebook import shipped

    takedowns = "".join(
        f'\n[[takedown]]\nid = "{id}"\nreason = {{vi = "theo yêu cầu", en = "on request"}}\n'
        for id in ("key9001", "978-604-123-456-7")
    )
    (folder / "policy.toml").write_text(shipped().read_text("utf-8") + takedowns, "utf-8")
    names = ("iso", "sach.mrc"), ("xml", "sach.xml"), ("bangke", "sach.csv"), ("excel", "sach.xlsx")
    libraries = "".join(LIBRARY % (code, code, code, file) for code, file in names)
    (folder / "rong.toml").write_text(TOML + libraries, "utf-8")
    build(Settings.load(folder / "rong.toml"), folder / "data", workers=2)
    return put_into_service(folder / "data")


def texts(release: Release) -> Iterator[tuple[str, str]]:
    """Every text of a release that anyone may see, with where it is from."""
    for quad in Store.read_only(str(release.store_path)):
        yield f"store {quad.predicate.value}", f"{quad.subject} {quad.object}"
    with sqlite3.connect(f"file:{release.ledger_path}?mode=ro", uri=True) as ledger:
        tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table != "quarantine":
                for row in ledger.execute(f"SELECT * FROM {table}"):
                    yield f"ledger {table}", " ".join(map(str, row))
    index = open_index(release.index_path)
    searcher = index.searcher()
    import tantivy

    for _, address in searcher.search(tantivy.Query.all_query(), searcher.num_docs).hits:
        yield "index", str(searcher.doc(address).to_dict())
    for path in [release.path / "manifest.json", *release.datasets_path.rglob("*")]:
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".gz":
                content = gzip.decompress(content)
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = b"\n".join(archive.read(name) for name in archive.namelist())
            yield path.name, content.decode("utf-8", "replace")


ALL_PLANTS: tuple[Plant, ...] = (*ANYWHERE, *IN_NOTES, *KEPT_FIELDS, *WITHHELD)


def test_there_are_more_than_forty_kinds() -> None:
    assert len({plant.kind for plant in ALL_PLANTS}) == len(ALL_PLANTS) > 40


def test_nothing_that_was_planted_is_in_the_release(release: Release) -> None:
    secrets = [plant.secret for plant in ALL_PLANTS] + [f"Tuyệtphẩm{n}" for n in (18, 21, 22, 23)]
    leaks = [
        (secret, where, text[max(0, text.index(secret) - 60) : text.index(secret) + 60])
        for where, text in texts(release)
        for secret in secrets
        if secret in text
    ]
    assert leaks == [], sorted({(secret, text) for secret, _, text in leaks})


def test_nothing_that_was_planted_can_be_searched_for(release: Release) -> None:
    import tantivy

    index = open_index(release.index_path)
    searcher = index.searcher()
    schema = index.schema
    for plant in ALL_PLANTS:
        words = [word for word in (*spelled(plant.secret).split(), *fold(plant.secret).split()) if len(word) > 5]
        for word in words:
            for field in (
                "title",
                "agent",
                "subject",
                "text",
                "title_folded",
                "agent_folded",
                "subject_folded",
                "text_folded",
            ):
                found = searcher.search(tantivy.Query.term_query(schema, field, word), 1)
                assert found.count == 0, (plant, field)


def test_what_is_not_secret_is_all_there(release: Release) -> None:
    counts = release.manifest
    assert counts["rejected"] == 0
    assert counts["withheld"] == 2 * (len(WITHHELD) + 1) + 2 * 3
    assert counts["records_in"] == counts["published"] + counts["withheld"]
    assert any("Sách thử số 1" in text for where, text in texts(release) if where.startswith("store"))


def test_the_ledger_says_what_was_taken_out_without_saying_what_it_was(release: Release) -> None:
    reasons = {text for where, text in texts(release) if where == "ledger warnings" and "taken out" in text}
    assert {text.split(" ", 2)[2].partition(":")[0] for text in reasons} >= {
        "contact-data", "identity-number", "borrower-data", "staff-data", "personal-details", "living-person",
    }  # fmt: skip
