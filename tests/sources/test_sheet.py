"""Sheets: rows of one title become one record with items, whatever program made the sheet."""

from __future__ import annotations

import doctest
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import msoffcrypto.format.ooxml
import openpyxl
import pandas
import pytest

from publisher.errors import SourceError
from publisher.inspection import inspect
from publisher.sources import Record, Rejected, describe, open_source
from publisher.sources.sheet import columns, dates, mapping, people, rows

from .make import SHARED, needs_shared

HEADINGS = ["STT", "CSPL", "Tên Sách", "Tập", "Tác giả", "Năm XB", "Số cá biệt", "Vị trí tài liệu"]
SAGA = ["1", "398.2", "Sử thi Đăm Săn", "", "Nguyễn Hữu Thấu sưu tầm", "1988", "KT.01; KT.02", "Kho Đọc"]
SAGA_AGAIN = ["2", "398.2", "Sử thi  Đăm Săn", "", "Nguyễn Hữu Thấu sưu tầm", "1988", "KT.09", "Kho Mượn"]
BOOK = ["3", "915.976", "Kon Tum đất nước con người", "", "Bộ Văn hoá", "1998", "KT.03", "Kho Đọc"]


def csv(*lines: list[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = "\r\n".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) for line in lines)
    return text.encode(encoding)


def xlsx(*lines: list[object], title: str = "Sheet1", merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(line)
    if merged:
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods(*lines: list[object]) -> bytes:
    file = io.BytesIO()
    frame = pandas.DataFrame(lines[1:], columns=lines[0])
    frame.to_excel(file, engine="odf", index=False)
    return file.getvalue()


def read(data: bytes, **how: object) -> list[Record | Rejected]:
    return list(open_source(io.BytesIO(data), name="list", **how))  # type: ignore[arg-type]


def records(data: bytes, **how: object) -> list[Record]:
    return [item for item in read(data, **how) if isinstance(item, Record)]


def copies(record: Record) -> list[str]:
    return [field.first("p") for field in record.all("952")]


def refusal(data: bytes, **how: object) -> str:
    with pytest.raises(SourceError) as error:
        read(data, **how)
    sentence = str(error.value)
    assert "\n" not in sentence
    return sentence


EVERY_KIND = pytest.mark.parametrize("make", [csv, xlsx, ods], ids=["csv", "xlsx", "ods"])


@EVERY_KIND
def test_rows_of_one_title_become_one_record_with_items(make) -> None:
    saga, book = records(make(HEADINGS, SAGA, BOOK, SAGA_AGAIN))
    assert copies(saga) == ["KT.01", "KT.02", "KT.09"]
    assert [field.first("c") for field in saga.all("952")] == ["Kho Đọc", "Kho Đọc", "Kho Mượn"]
    assert saga.first("245").first("a") == "Sử thi Đăm Săn /"
    assert saga.first("100").subfields == (("a", "Nguyễn Hữu Thấu"), ("4", "com"))
    assert saga.first("082").first("a") == "398.2"
    assert saga.control("008")[7:11] == "1988"
    assert saga.control("008")[35:38] == "vie"
    assert book.first("110").first("a") == "Bộ Văn hoá"
    assert book.position == 3, "the row in the sheet"


def test_the_number_of_a_record_stays_when_copies_come_and_go() -> None:
    (one,), (more,) = records(csv(HEADINGS, SAGA)), records(csv(HEADINGS, SAGA_AGAIN, SAGA))
    assert one.control("001") == more.control("001") != ""


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert len(records(csv(HEADINGS, SAGA, BOOK, delimiter=delimiter))) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258", "tcvn-5712-1", "viscii"])
def test_vietnamese_encodings_of_csv_are_found(encoding: str) -> None:
    import unicodedata

    lines = [HEADINGS, SAGA, BOOK]
    if encoding == "cp1258":
        lines = [[decomposed(cell) for cell in line] for line in lines]
    saga, book = records(csv(*lines, encoding=encoding))
    assert saga.first("245").first("a") == "Sử thi Đăm Săn /"
    assert unicodedata.is_normalized("NFC", book.first("245").first("a"))


def decomposed(text: str) -> str:
    """CP1258 has letters with their shapes and the tones apart."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in parts if mark in tones)
        out += unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones)) + tone
    return out


def test_volumes_are_copies_of_their_title_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    data = csv(HEADINGS, [*SAGA[:3], "T.1", *SAGA[4:]], [*SAGA_AGAIN[:3], "T.2", *SAGA_AGAIN[4:]])
    (together,) = records(data)
    assert [field.first("h") for field in together.all("952")] == ["T.1", "T.1", "T.2"]
    file = tmp_path / "map.toml"
    file.write_text('volumes = "titles"\n[columns]\n"Tên Sách" = "nhan đề"\n"Tập" = "tập"\n"Số cá biệt" = "accession"')
    assert len(records(data, mapping=file)) == 2


def test_headings_that_nobody_knows_need_a_mapping_and_get_one(tmp_path: Path) -> None:
    data = csv(["Cột A", "Cột B", "Cột C"], ["Đường Kách mệnh", "Nguyễn Ái Quốc", "1927"])
    said = refusal(data, format="csv")
    assert "Cột A" in said
    assert "rong source inspect" in said
    file = tmp_path / "map.toml"
    file.write_text(
        '[columns]\n"Cột A" = "Nhan đề"\n"Cột B" = "author"\n"Cột C" = "năm xuất bản"\n[defaults]\nlanguage = "Việt"'
    )
    (record,) = records(data, mapping=file)
    assert record.first("100").first("a") == "Nguyễn Ái Quốc"
    assert record.control("008")[35:38] == "vie"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[columns]\n"A" = "màu bìa"', "màu bìa"),
        ('[columns]\n"A" = "tác giả"', "nhan đề"),
        ('[colums]\n"A" = "nhan đề"', "did you mean columns"),
        ("columns = [", "not TOML"),
    ],
)
def test_a_wrong_mapping_is_said_in_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(content)
    with pytest.raises(SourceError, match=said):
        read(csv(HEADINGS, SAGA), mapping=file)


def test_what_is_proposed_can_be_used_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "map.toml"
    file.write_text(mapping.proposal([*HEADINGS, 'Màu "bìa"', "Người mượn"], "Sheet1", 1), "utf-8")
    loaded = mapping.load(file)
    assert loaded.columns["Người mượn"] == loaded.columns['Màu "bìa"'] == "skip"
    (record,) = records(xlsx(HEADINGS, SAGA), mapping=file)
    assert copies(record) == ["KT.01", "KT.02"]


def test_what_is_proposed_for_several_sheets_leaves_none_out(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(["THƯ VIỆN TỈNH"], [], HEADINGS, SAGA)))
    papers = book.create_sheet("Báo")
    papers.append(["Tên báo, tạp chí", "Năm"])
    papers.append(["Báo Kon Tum", 2001])
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "map.toml").write_text("\n".join(inspect(tmp_path / "list.xlsx")), "utf-8")
    found = records((tmp_path / "list.xlsx").read_bytes(), mapping=tmp_path / "map.toml")
    assert [record.first("245").first("a").rstrip(" /") for record in found] == ["Sử thi Đăm Săn", "Báo Kon Tum"]


def test_every_usual_heading_means_one_thing() -> None:
    from publisher.rdf.codelists import codelist

    for code in codelist("sheet-columns").values():
        for heading in code.more["headings"].split("|"):
            assert columns.meaning_of(heading) == code.code, heading


def test_columns_that_nobody_named_are_not_read() -> None:
    (record,) = records(csv([*HEADINGS, "Người mượn", "Ý kiến"], [*SAGA, "Trần Thị Bí Mật", "trả muộn"]))
    assert not any("Bí Mật" in field.content or "trả muộn" in field.content for field in record)
    assert b"B\xc3\xad M\xe1\xba\xadt" not in record.raw


def test_titles_above_the_headings_and_merged_headings_in_two_rows() -> None:
    data = xlsx(
        ["THƯ VIỆN TỈNH KON TUM"],
        [],
        ["STT", "Tên sách", "Tác giả", "Xuất bản", None, None, "Số cá biệt"],
        [None, None, None, "Nơi XB", "Nhà XB", "Năm XB"],
        [1, "Trường ca Xinh Nhã", "Y Wang Mlô Duôn Du", "Hà Nội", "Văn học", 1963, "KT.5"],
        merged="D3:F3",
    )
    (record,) = records(data)
    assert record.first("264").subfields == (("a", "Hà Nội"), ("b", "Văn học"), ("c", "1963"))


def test_headings_merged_downwards_beside_one_that_is_merged_over_the_title() -> None:
    upper = ["STT", "Số ĐKCB", "Thông tin sách", "", "Năm XB"]
    lower = ["", "", "Nhan đề", "Tác giả", ""]
    rows = [[1, "KT1", "Sử thi", "A Lưu", 2001], [2, "KT2", "Sử thi", "A Lưu", 2001]]
    (record,) = records(xlsx(["THƯ VIỆN TỈNH"], upper, lower, *rows))
    assert copies(record) == ["KT1", "KT2"]
    assert record.first("264").first("c") == "2001"


def test_a_title_merged_over_the_rows_of_its_copies() -> None:
    lines = [HEADINGS, SAGA, ["", "", "", "", "", "", "KT.10", "Kho Thiếu nhi"]]
    (record,) = records(xlsx(*lines, merged="C2:C3"))
    assert copies(record) == ["KT.01", "KT.02", "KT.10"]


@pytest.mark.parametrize(("cell", "year"), [(1988.0, "1988"), (datetime(1988, 5, 1), "1988"), (32264, "1988")])
def test_years_and_numbers_as_excel_keeps_them(cell: object, year: str) -> None:
    (record,) = records(xlsx(HEADINGS, [1, 398.2, "Sử thi Đăm Săn", None, None, cell, 2010209699, "Kho"]))
    assert record.control("008")[7:11] == year
    assert copies(record) == ["2010209699"]


def test_a_date_in_libreoffice_is_a_date() -> None:
    (record,) = records(ods(["Tên sách", "Năm XB"], ["Sử thi", date(1988, 5, 1)]))
    assert record.control("008")[7:11] == "1988"


def test_a_formula_without_a_stored_result_is_told_with_its_row() -> None:
    good, bad = read(xlsx(HEADINGS, SAGA, [2, "8", '=CONCATENATE("A","B")', None, None, 1999, "X1", "Kho"]))
    assert isinstance(good, Rejected)
    assert (good.rule, good.position) == ("row-without-title", 3)
    assert "formulas" in good.reason
    assert isinstance(bad, Record)


def test_a_sheet_with_a_password() -> None:
    locked = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(xlsx(HEADINGS, SAGA))).encrypt("1234", locked)
    assert "password" in refusal(locked.getvalue())


def test_an_old_excel_file_names_the_remedy() -> None:
    assert ".xlsx" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@pytest.mark.parametrize("data", [xlsx(), xlsx(HEADINGS), csv(HEADINGS)], ids=["nothing", "xlsx", "csv"])
def test_an_empty_sheet(data: bytes) -> None:
    assert "saved with" in refusal(data)


def test_a_second_sheet_without_headings_is_not_lost_silently() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADINGS, SAGA)))
    book.create_sheet("Ghi chép").append(["mua thêm sách"])
    more = book.create_sheet("Kho Mượn")
    more.append(HEADINGS)
    more.append(SAGA_AGAIN)
    file = io.BytesIO()
    book.save(file)
    rejected, record = read(file.getvalue())
    assert isinstance(rejected, Rejected)
    assert rejected.rule == "sheet-without-headings"
    assert "mua thêm sách" in rejected.raw.decode()
    assert isinstance(record, Record)
    assert copies(record) == ["KT.01", "KT.02", "KT.09"]


def test_a_stray_cell_at_the_end_of_the_world_costs_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(HEADINGS, SAGA)))
    assert book.active is not None
    book.active["XFD50000"] = "x"
    file = io.BytesIO()
    book.save(file)
    assert len(records(file.getvalue())) == 1


def bomb(kind: str, content: bytes) -> bytes:
    """A workbook whose sheet is `content`."""
    good = xlsx(HEADINGS, SAGA) if kind == "xlsx" else ods(HEADINGS, SAGA)
    part = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "content.xml"
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            how = zipfile.ZIP_STORED if entry.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry), how)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_zip_bomb_is_refused(kind: str) -> None:
    assert "unpack" in refusal(bomb(kind, b" " * (80 * 1024 * 1024)))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_xml_bomb_and_an_outside_entity_are_refused(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mật khẩu")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    root = {"xlsx": "worksheet", "ods": "x"}[kind]
    for dtd in (f'<!ENTITY l0 "ha">{laughs}', f'<!ENTITY l11 SYSTEM "file://{secret}">'):
        said = refusal(bomb(kind, f"<!DOCTYPE x [{dtd}]><{root}>&l11;</{root}>".encode()))
        assert "mật khẩu" not in said


def test_a_damaged_workbook() -> None:
    data = xlsx(HEADINGS, SAGA)
    assert "damaged" in refusal(data[: len(data) // 2])
    assert "damaged" in refusal(bomb("xlsx", b"<worksheet><sheetData><row"))


def test_a_quotation_mark_that_never_closes_costs_its_line() -> None:
    good = "\n".join(f"{n},Tập sách số {n},KT.{n}" for n in range(1000))
    data = f'STT,Tên sách,Số cá biệt\n0,"Hỏng,KT.x\n{good}\n'.encode()
    assert len(records(data)) >= 1000


def test_a_line_without_end_is_told_and_the_rest_is_read() -> None:
    data = csv(HEADINGS, SAGA) + b"\n" + b"x" * 3_000_000 + b"\n" + csv(BOOK)
    found = read(data)
    assert [item.rule for item in found if isinstance(item, Rejected)] == ["row-too-large"]
    assert len([item for item in found if isinstance(item, Record)]) == 2


def test_a_row_in_another_encoding_costs_itself() -> None:
    data = csv(HEADINGS, SAGA) + b"\n4,8,Caf\xe9 \xb5\xb8,,,1999,X,Kho\n" + csv(BOOK)
    found = read(data)
    assert [item.rule for item in found if isinstance(item, Rejected)] == ["encoding-unknown"]
    assert len(found) == 3


def test_the_kept_bytes_of_a_title_can_be_read_again() -> None:
    (saga,) = records(csv(HEADINGS, SAGA, SAGA_AGAIN))
    (again,) = records(saga.raw)
    assert [(field.tag, field.content) for field in again] == [(field.tag, field.content) for field in saga]


def test_what_a_sheet_is_is_said(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    file.write_bytes(xlsx(HEADINGS, SAGA))
    assert "bảng tính Excel" in describe(file)[0].sentence("vi")


@pytest.mark.parametrize("module", [columns, dates, people, rows], ids=lambda module: module.__name__)
def test_the_examples_in_the_code_are_right(module) -> None:
    done = doctest.testmod(module)
    assert done.attempted
    assert not done.failed


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Vũ Cao Đàm", ["Vũ Cao Đàm"]),
        ("David P. Beach, Torsten K. E. Alvager.", ["David P. Beach", "Torsten K. E. Alvager"]),
        ("Averill M. Law; \nW. David Kelton", ["Averill M. Law", "W. David Kelton"]),
        ("Knuth, Donald E.", ["Knuth, Donald E."]),
        ("Võ Thanh Hùng\nGS.TS. Phan Thị Tươi", ["Võ Thanh Hùng", "Phan Thị Tươi"]),
        ("Không rõ", []),
        ("Y Điêng; A Jar", ["Y Điêng", "A Jar"]),
        (
            "Trần Đình Khang chủ biên; Nguyễn Linh Giang,… [và những người khác]",
            ["Trần Đình Khang", "Nguyễn Linh Giang"],
        ),
    ],
)
def test_names_are_kept_as_they_are_written(cell: str, names: list[str]) -> None:
    assert [maker.name for maker in people.makers(cell)] == names


@needs_shared
def test_the_real_list_of_6000_rows_gives_titles_with_items() -> None:
    found = list(open_source(SHARED / "hcmut-list.xlsx"))
    titles = [item for item in found if isinstance(item, Record)]
    rejected = [item for item in found if isinstance(item, Rejected)]
    assert [item.rule for item in rejected] == ["row-without-title"]
    assert len(titles) < 5600
    assert sum(len(title.all("952", "852")) for title in titles) > 11_000
    assert len({title.control("001") for title in titles}) == len(titles)


def test_a_doubt_does_not_repeat_the_cell() -> None:
    row = ["1", "ĐT 0905123456", "Một", "", "", "a.b@example.vn", "K1", "Kho"]
    (record,) = records(csv([*HEADINGS, "ISBN", "Ngôn ngữ"], [*row, "0905123457", "chị Lan 0905123458"]))
    assert len(record.warnings) == 4
    assert not any("0905" in reason or "@" in reason or "Lan" in reason for _, reason in record.warnings)
