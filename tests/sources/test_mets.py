"""METS documents, alone, in folders and from repositories, become records with what was digitized."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.sources import Record, Rejected, describe, open_source
from publisher.sources.digital import Digital, Service
from publisher.sources.metsfiles import service_of

from . import digitized as made

WEB = "https://files.example.vn/so"


def read(text: str | bytes, name: str = "mets.xml") -> Record:
    """The one record of a document without a folder."""
    (record,) = open_source(BytesIO(text.encode() if isinstance(text, str) else text), name=name)
    assert isinstance(record, Record), record
    return record


def refused(text: str | bytes) -> Rejected:
    """Why the one record of a document is rejected."""
    (rejected,) = open_source(BytesIO(text.encode() if isinstance(text, str) else text), name="mets.xml")
    assert isinstance(rejected, Rejected)
    return rejected


def scans(record: Record) -> Digital:
    assert record.digital is not None
    return record.digital


IMAGE = made.group("DEFAULT", made.file("I1", "https://example.org/1.jpg"))


def test_a_folder_of_mets_and_alto_is_one_record_with_its_pages(tmp_path: Path) -> None:
    made.book(tmp_path)
    (record,) = open_source(tmp_path, files_at=WEB)
    assert isinstance(record, Record)
    assert (record.control("001"), record.control("008")[35:38], record.warnings) == ("KT-S1", "vie", [])
    pages = scans(record).pages
    assert [(page.label, page.width, page.height, page.has_text) for page in pages] == [
        ("tr. 1", 600, 900, False), ("tr. 2", 600, 900, True), ("tr. 3", 600, 900, True)
    ]  # fmt: skip
    assert pages[0].image.address == f"{WEB}/dam-san/anh/1.png"
    assert [file.address for file in scans(record).files] == ["https://files.example.vn/dam-san.pdf"]


def test_chapters_are_parts_with_their_pages(tmp_path: Path) -> None:
    made.book(tmp_path)
    (record,) = open_source(tmp_path, files_at=WEB)
    assert isinstance(record, Record)
    preface, epic = scans(record).parts
    assert (preface.label, preface.pages) == ("Lời nói đầu", (0,))
    assert (epic.label, epic.pages, epic.parts[0].pages) == ("Khan Đăm Săn", (1, 2), (2,))
    contents = record.first("505")
    assert contents is not None
    assert contents.first("a") == "Lời nói đầu -- Khan Đăm Săn"


def test_files_of_a_folder_without_an_address_are_not_published_but_told_of(tmp_path: Path) -> None:
    made.book(tmp_path)
    (record,) = open_source(tmp_path)
    assert isinstance(record, Record)
    assert scans(record).pages == ()
    assert "files_at" in record.warnings[0][1]


def test_formats_sizes_and_rights_are_in_the_record(tmp_path: Path) -> None:
    made.book(tmp_path)
    (record,) = open_source(tmp_path, files_at=WEB)
    assert isinstance(record, Record)
    assert [(f.first("a"), f.first("b"), f.first("c")) for f in record.all("347")] == [
        ("image file", "PNG", "3.0 KB"), ("text file", "PDF", "2.0 MB")
    ]  # fmt: skip
    assert [field.first("u") for field in record.all("540")] == [made.LICENCE]
    assert record.control("008")[23] == "o"


def test_a_title_comes_from_marcxml_mods_dublin_core_kitodo_or_a_label() -> None:
    marc = (
        '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 i 4500</leader>'
        '<controlfield tag="001">m1</controlfield><datafield tag="245" ind1="0" ind2="0">'
        '<subfield code="a">Từ MARC</subfield></datafield></record>'
    )
    core = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Từ DC</dc:title>'
    kitodo = '<k:k xmlns:k="http://meta.kitodo.org/v1/"><k:metadata name="TitleDocMain">Từ Kitodo</k:metadata></k:k>'
    for kind, description, title in (
        ("MARC", marc, "Từ MARC"), ("MODS", made.mods("Từ MODS"), "Từ MODS"), ("DC", core, "Từ DC"),
        ("OTHER", kitodo, "Từ Kitodo"),
    ):  # fmt: skip
        record = read(made.mets(described=made.wrapped(description, kind), files=IMAGE, pages=made.page(1, "I1")))
        field = record.first("245")
        assert field is not None
        assert field.first("a") == title
        assert len(scans(record).pages) == 1
    named = read(made.mets(label="Từ nhãn", files=IMAGE)).first("245")
    assert named is not None
    assert named.first("a") == "Từ nhãn"


def test_a_document_without_a_title_is_rejected_with_a_remedy() -> None:
    rejected = refused(made.mets(files=IMAGE))
    assert rejected.rule == "record-empty"
    assert "describe it" in rejected.reason


def test_the_best_image_of_a_page_is_shown_and_never_the_thumbnail() -> None:
    files = (
        made.group("THUMBS", made.file("T", "https://example.org/t.jpg"))
        + made.group("ORIGINAL", made.file("O", "https://example.org/o.tif", "image/tiff"))
        + made.group("MAX", made.file("M", "https://example.org/m.jpg"))
    )
    record = read(made.mets(label="x", files=files, pages=made.page(1, "T", "O", "M")))
    assert [page.image.address for page in scans(record).pages] == ["https://example.org/m.jpg"]


def test_images_without_a_physical_structure_stand_in_the_order_of_their_group() -> None:
    files = made.group("THUMBS", made.file("T", "https://example.org/t.jpg")) + made.group(
        "DEFAULT", *(made.file(f"I{n}", f"https://example.org/{n}.jpg") for n in (2, 1))
    )
    pages = scans(read(made.mets(label="x", files=files))).pages
    assert [page.image.address for page in pages] == ["https://example.org/2.jpg", "https://example.org/1.jpg"]


def test_sizes_come_from_mix_where_no_alto_is() -> None:
    mix = (
        '<mets:techMD ID="X"><mets:mdWrap MDTYPE="NISOIMG"><mets:xmlData><m:mix xmlns:m="http://www.loc.gov/mix/v20">'
        "<m:imageWidth>2480</m:imageWidth><m:imageHeight>3508</m:imageHeight></m:mix></mets:xmlData></mets:mdWrap></mets:techMD>"
    )
    files = made.group("DEFAULT", made.file("I1", "https://example.org/1.jpg", more=' ADMID="X"'))
    (page,) = scans(read(made.mets(label="x", files=files, pages=made.page(1, "I1"), admin=mix))).pages
    assert (page.width, page.height) == (2480, 3508)


def test_an_image_service_is_known_by_its_requests() -> None:
    assert service_of("https://i.vn/iiif/2/a%2Fb/full/full/0/default.jpg") == Service("https://i.vn/iiif/2/a%2Fb", 2)
    assert service_of("https://i.vn/s/p1/full/max/0/default.jpg") == Service("https://i.vn/s/p1", 3)
    assert service_of("https://i.vn/full/1.jpg") is None


def test_what_the_public_may_not_see_has_no_files_and_what_it_may_not_know_of_is_restricted() -> None:
    rights = (
        '<mets:rightsMD ID="Q"><mets:mdWrap MDTYPE="OTHER"><mets:xmlData><r:RightsDeclarationMD '
        'xmlns:r="http://cosimo.stanford.edu/sdr/metsrights/" RIGHTSCATEGORY="COPYRIGHTED"><r:Context '
        'CONTEXTCLASS="GENERAL PUBLIC"><r:Permissions DISCOVER="{}" DISPLAY="{}"/></r:Context></r:RightsDeclarationMD>'
        "</mets:xmlData></mets:mdWrap></mets:rightsMD>"
    )
    hidden = read(made.mets(label="x", files=IMAGE, admin=rights.format("true", "false")))
    assert hidden.digital is None
    assert [f.first("a") for f in hidden.all("540")][-1] == "In copyright"
    secret = read(made.mets(label="x", files=IMAGE, admin=rights.format("false", "false")))
    assert [field.ind1 for field in secret.all("506")] == ["1"]


# Hostile documents ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["../secret.xml", "/etc/passwd", "file:///etc/passwd", "a/../../secret.xml",
                                  "%2e%2e/secret.xml", "..\\secret.xml", "link.xml"])  # fmt: skip
def test_a_description_outside_of_the_folder_is_refused(tmp_path: Path, link: str) -> None:
    (tmp_path / "secret.xml").write_text(made.mods("Bí mật ngoài thư mục"), "utf-8")
    folder = tmp_path / "mets"
    folder.mkdir()
    (folder / "link.xml").symlink_to(tmp_path / "secret.xml")
    described = f'<mets:dmdSec ID="DMD1"><mets:mdRef LOCTYPE="URL" MDTYPE="MODS" xlink:href="{link}"/></mets:dmdSec>'
    (folder / "mets.xml").write_text(made.mets(described=described, files=IMAGE, label="x"), "utf-8")
    (rejected,) = open_source(folder / "mets.xml")
    assert isinstance(rejected, Rejected)
    assert (rejected.rule, rejected.reason.count(".")) == ("link-outside", 0)


def test_files_outside_of_the_folder_are_neither_read_nor_published(tmp_path: Path) -> None:
    (tmp_path / "page.xml").write_text(made.alto(7, 7), "utf-8")
    folder = tmp_path / "mets"
    folder.mkdir()
    files = made.group("DEFAULT", made.file("I1", "../anh.jpg"), made.file("I2", "anh2.jpg")) + made.group(
        "FULLTEXT", made.file("A", "../page.xml", "text/xml")
    )
    text = made.mets(label="x", files=files, pages=made.page(1, "I1") + made.page(2, "I2", "A"))
    (folder / "mets.xml").write_text(text, "utf-8")
    (record,) = open_source(folder / "mets.xml", files_at=WEB)
    assert isinstance(record, Record)
    assert [(page.image.address, page.width, page.text) for page in scans(record).pages] == [
        (f"{WEB}/anh2.jpg", 0, None)
    ]
    assert any("leads out of the folder" in reason for _, reason in record.warnings)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("dtd", [BOMB, OUTSIDE])
def test_entities_are_refused_in_the_document_and_in_what_it_names(tmp_path: Path, dtd: str) -> None:
    text = made.mets(described=made.wrapped(made.mods()), files=IMAGE)
    with pytest.raises(SourceError, match="remove the <!DOCTYPE"):
        list(open_source(BytesIO(text.replace("?>\n", f"?>{dtd}", 1).encode()), name="mets.xml"))
    (tmp_path / "mods.xml").write_text(dtd + made.mods(), "utf-8")
    described = '<mets:dmdSec ID="DMD1"><mets:mdRef LOCTYPE="URL" MDTYPE="MODS" xlink:href="mods.xml"/></mets:dmdSec>'
    (tmp_path / "mets.xml").write_text(made.mets(described=described, files=IMAGE), "utf-8")
    (rejected,) = open_source(tmp_path / "mets.xml")
    assert isinstance(rejected, Rejected)
    assert rejected.rule == "xml-doctype"
    (tmp_path / "page.xml").write_text(dtd + made.alto(), "utf-8")
    files = made.group("DEFAULT", made.file("I1", "https://example.org/1.jpg"), made.file("A", "page.xml", "text/xml"))
    (tmp_path / "mets.xml").write_text(made.mets(label="x", files=files, pages=made.page(1, "I1", "A")), "utf-8")
    (record,) = open_source(tmp_path / "mets.xml")
    assert isinstance(record, Record)
    assert scans(record).pages[0].width == 0


def test_divisions_within_divisions_without_end_do_no_harm() -> None:
    deep = "".join(f'<mets:div ID="D{n}" LABEL="d">' for n in range(240)) + "</mets:div>" * 240
    read(made.mets(label="x", files=IMAGE, parts=deep))
    deeper = "".join(f'<mets:div ID="D{n}" LABEL="d">' for n in range(5000)) + "</mets:div>" * 5000
    assert refused(made.mets(label="x", files=IMAGE, parts=deeper)).rule == "xml-broken"


def test_a_page_of_text_alone_is_told_apart_and_kept() -> None:
    (described,) = describe(BytesIO(made.alto().encode()))
    assert described.format == "alto"
    assert refused(made.alto()).rule == "page-without-title"


def test_a_record_cannot_name_its_own_folder() -> None:
    text = made.mets(described=made.wrapped(made.mods()), files=made.group("DEFAULT", made.file("I1", "etc/x.jpg")))
    text = text.replace("<mets:mets ", '<mets:mets rong-folder="/" rong-web="https://evil.example" ', 1)
    assert read(text).digital is None
