"""Dublin Core and MODS become MARC 21 by the crosswalks of the Library of Congress."""

from __future__ import annotations

import io

import pytest

from publisher.errors import SourceError
from publisher.sources import Record, describe, open_source

from .make import SHARED, needs_shared

DC = """<?xml version="1.0"?>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Sử thi Đăm Săn</dc:title><dc:title>Klei khan Đăm Săn</dc:title>
<dc:creator>Nguyễn Hữu Thấu</dc:creator><dc:creator>Viện Văn hoá dân gian</dc:creator>
<dc:contributor>Y Wang Mlô Duôn Du</dc:contributor><dc:subject>Sử thi</dc:subject>
<dc:publisher>Khoa học xã hội</dc:publisher><dc:date>1988-05-01T00:00:00Z</dc:date><dc:language>vi</dc:language>
<dc:identifier>https://kho.example.vn/1</dc:identifier><dc:identifier>ISBN 9786041083585</dc:identifier>
<dc:identifier>doi:10.1000/182</dc:identifier><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>
<dc:type>Text</dc:type><dc:format>application/pdf</dc:format></oai_dc:dc>"""

MODS = """<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods>
<titleInfo><nonSort>The</nonSort><title>highlands</title><subTitle>a history</subTitle></titleInfo>
<titleInfo type="alternative"><title>Tây Nguyên</title></titleInfo>
<name type="personal" usage="primary"><namePart type="family">Nguyễn</namePart><namePart type="given">Du</namePart>
<namePart type="date">1765-1820</namePart></name>
<name type="corporate"><namePart>Viện Sử học</namePart><role><roleTerm type="code">edt</roleTerm></role></name>
<typeOfResource>cartographic</typeOfResource>
<originInfo><place><placeTerm type="text">Huế</placeTerm></place><publisher>Thuận Hoá</publisher>
<dateIssued>1999</dateIssued><edition>Lần 2</edition></originInfo>
<language><languageTerm type="code">vie</languageTerm></language>
<subject><topic>Lịch sử</topic><geographic>Kon Tum</geographic></subject>
<classification authority="ddc">959.76</classification><identifier type="isbn">9786041083586</identifier>
<accessCondition type="restriction on access">Chỉ đọc tại chỗ</accessCondition>
<relatedItem type="host"><titleInfo><title>Tạp chí Xưa và Nay</title></titleInfo></relatedItem>
<recordInfo><recordIdentifier>m1</recordIdentifier></recordInfo></mods></modsCollection>"""


def only(text: str) -> Record:
    (record,) = open_source(io.BytesIO(text.encode()), name="a.xml")
    assert isinstance(record, Record), str(record)
    return record


def fields(record: Record, tag: str) -> list[str]:
    return [" ".join(value for _, value in field.subfields) for field in record.all(tag)]


def test_dublin_core() -> None:
    record = only(DC)
    assert fields(record, "245") == ["Sử thi Đăm Săn"]
    assert fields(record, "246") == ["Klei khan Đăm Săn"]
    assert fields(record, "100") == ["Nguyễn Hữu Thấu"]
    assert fields(record, "710") == ["Viện Văn hoá dân gian"]
    assert fields(record, "700") == ["Y Wang Mlô Duôn Du"]
    assert fields(record, "264") == ["Khoa học xã hội 1988-05-01"]
    assert (record.control("008")[7:11], record.control("008")[35:38]) == ("1988", "vie")
    assert fields(record, "020") == ["9786041083585"]
    assert fields(record, "024") == ["10.1000/182 doi"]
    assert "https://kho.example.vn/1" in fields(record, "856")
    assert fields(record, "540") == ["https://creativecommons.org/licenses/by/4.0/"]


def test_mods() -> None:
    record = only(MODS)
    assert record.control("001") == "m1"
    assert record.leader[6] == "e"
    assert fields(record, "245") == ["The highlands : a history"]
    assert fields(record, "246") == ["Tây Nguyên"]
    assert fields(record, "100") == ["Nguyễn, Du, 1765-1820"]
    assert fields(record, "710") == ["Viện Sử học edt"]
    assert fields(record, "264") == ["Huế Thuận Hoá 1999"]
    assert fields(record, "020") == ["9786041083586"]
    assert record.first("020").subfields[0][0] == "z"  # type: ignore[union-attr]
    assert fields(record, "651") == ["Kon Tum"]
    assert fields(record, "773") == ["Tạp chí Xưa và Nay"]
    assert fields(record, "506") == ["Chỉ đọc tại chỗ"]


@pytest.mark.parametrize("text", [DC, MODS])
def test_a_document_type_is_refused(text: str) -> None:
    bomb = text.replace('<?xml version="1.0"?>', "")
    with pytest.raises(SourceError, match="document type"):
        list(open_source(io.BytesIO(f'<!DOCTYPE x [<!ENTITY a "b">]>{bomb}'.encode()), name="a.xml"))


@needs_shared
@pytest.mark.parametrize("folder", ["oai", "mods"])
def test_real_documents_are_read_or_refused_by_name(folder: str) -> None:
    refused: list[str] = []
    for path in sorted((SHARED / "digitized" / folder).iterdir()):
        try:
            (description,) = describe(path)
        except SourceError as error:
            refused.append(str(error))
            continue
        found = list(open_source(path))
        assert found
        assert all(item.fields if isinstance(item, Record) else item.reason for item in found)
        assert description.format in ("dublincore", "mods", "marcxml")
    assert not any("\n" in sentence for sentence in refused)
