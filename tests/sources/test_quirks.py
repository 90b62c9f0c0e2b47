"""Each fixture has one quirk, which its name says; here is what becomes of it.

Keys stand for records, rule names for what was rejected; `said` is a part of the one warning on the first record that
is not sound, "" when nothing had to be said.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.sources import Record, describe, open_source

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"

QUIRKS = {
    # ISO 2709: structure
    "sound.mrc": (["a1", "a2", "a3"], ""),
    "gzipped.mrc.gz": (["a1", "a2"], ""),
    "length_wrong.mrc": (["a1", "a2"], "as the length of 72 bytes"),
    "length_in_characters.mrc": (["a1", "a2"], "'00070' as the length"),
    "base_address_wrong.mrc": (["a1", "a2"], "'00099' as the base address, it is 49"),
    "directory_lengths_wrong.mrc": (["a1", "a2"], "lengths in the directory are wrong"),
    "directory_out_of_order.mrc": (["a1", "a2"], ""),
    "directory_too_short.mrc": (["directory-damaged", "a2"], ""),
    "terminator_missing_between.mrc": (["a1", "a2", "a3"], "the record terminator is missing"),
    "terminator_missing_at_the_end.mrc": (["a1", "a2"], "the record terminator is missing"),
    "terminators_both_missing_at_the_end.mrc": (["a1", "a2"], "the record terminator is missing"),
    "terminator_within_a_field.mrc": (["a1", "a2"], "control characters"),
    "field_terminator_within_a_field.mrc": (["a1", "a2"], "control characters"),
    "control_characters.mrc": (["a1", "a2"], "control characters"),
    "crlf_between_records.mrc": (["a1", "a2", "a3"], "white space stands before"),
    "byte_order_mark.mrc": (["a1", "a2"], "a byte order mark"),
    "dos_end_of_file.mrc": (["a1", "a2"], ""),
    "truncated_in_the_middle.mrc": (["a1", "record-truncated", "a3"], ""),
    "truncated_at_the_end.mrc": (["a1", "record-truncated"], ""),
    "junk_between_records.mrc": (["a1", "directory-missing", "a2", "a3"], ""),
    "junk_with_terminator.mrc": (["a1", "directory-missing", "a3"], ""),
    "leader_without_a_blank.mrc": (["a1", "a2"], "as the length of 71 bytes"),
    "leader_with_a_prefix.mrc": (["a1", "a2"], "as the length of 76 bytes"),
    "no_fields.mrc": (["record-empty", "a2"], ""),
    # ISO 2709: encodings
    "decomposed.mrc": (["a1"], ""),
    "utf8_declared_marc8.mrc": (["a1", "a2"], "says MARC-8, but the text is UTF-8"),
    "marc8.mrc": (["a1", "a2"], ""),
    "marc8_declared_utf8.mrc": (["a1"], "says UTF-8, but the text is MARC-8"),
    "utf8_with_a_broken_letter.mrc": (["a1", "a2"], "some bytes are not UTF-8"),
    "encoding_undeclared.mrc": (["encoding-unknown", "a2"], ""),
    "undeclared_cp1258.mrc": (["a0", "a1", "a2", "a3", "a4"], ""),
    "undeclared_tcvn3.mrc": (["a0", "a1", "a2", "a3", "a4"], ""),
    "undeclared_tcvn_5712_1.mrc": (["a0", "a1", "a2", "a3", "a4"], ""),
    "undeclared_viscii.mrc": (["a0", "a1", "a2", "a3", "a4"], ""),
    "undeclared_vni.mrc": (["a0", "a1", "a2", "a3", "a4"], ""),
    "tcvn3_taken_for_latin1.mrc": (["a0", "a1", "a2", "a3", "a4"], "TCVN3 (ABC) taken for Latin-1"),
    "twice_encoded.mrc": (["a1", "a2"], "encoded in UTF-8 twice"),
    # MARCXML
    "sound.xml": (["a1", "a2"], ""),
    "prefixed.xml": (["a1"], ""),
    "oai_pmh.xml": (["a1", "a2"], ""),
    "broken_in_the_middle.xml": (["a1", "xml-broken", "a3"], ""),
    "breaks_off.xml": (["a1", "record-truncated"], ""),
    "control_characters.xml": (["a1", "a2"], "control characters that XML forbids"),
    "white_space_in_values.xml": (["a1 "], ""),
    "undefined_entity.xml": (["xml-broken", "a2"], ""),
    "windows_1258.xml": (["a1"], ""),
    "utf16.xml": (["a1"], ""),
    # Other forms
    "array.json": (["a1", "a2"], ""),
    "one_a_line.jsonl": (["a1", "json-broken", "a3"], ""),
    "breaks_off.json": (["a1", "json-broken"], ""),
    "line_break_in_a_string.json": (["a1"], "control characters stand unescaped"),
    "sound.mrk": (["a1", "a2"], ""),
    "libol.iso": (["a1", "a2", "a3"], ""),
    "libol_text.iso": (["a1", "a2", "a3"], ""),
    "isis.iso": (["a1", "a2"], ""),
    "dublin_core.xml": (["oai:kho:00000", "oai:kho:00001"], ""),
    "mods.xml": (["oai:kho:00000", "oai:kho:00001"], ""),
}
REFUSED = ("bomb.xml", "outside_entity.xml", "outside_dtd.xml")


def read(name: str, **options: str) -> list[Record]:
    """Return the records of a fixture."""
    return [item for item in open_source(FIXTURES / name, **options) if isinstance(item, Record)]  # type: ignore[arg-type]


SHEETS = ("sound.csv", "sound.xlsx", "sound.ods")
"""Sheets have the number of a row for a position, and numbers of their own; see tests/sources/test_sheet.py."""


OTHERS = ("alto.xml", "mets.xml", "edm.rdf", "titles.txt")
"""What is fuzzed in test_hostile.py and read in test_mets.py, test_edm.py and test_titlelist.py."""


def test_every_fixture_is_spoken_for() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == {*QUIRKS, *REFUSED, *SHEETS, *OTHERS}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_read_alike_in_every_format(name: str) -> None:
    saga, book = read(name)
    assert [field.first("p") for field in saga.all("952")] == ["KT.01", "KT.02", "KT.09"]
    assert book.position == 3


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_is_repaired_or_costs_one_record(name: str) -> None:
    expected, said = QUIRKS[name]
    items = list(open_source(FIXTURES / name))
    assert [item.control("001") if isinstance(item, Record) else item.rule for item in items] == expected
    assert [item.position for item in items] == list(range(1, len(expected) + 1))
    warnings = [reason for item in items if isinstance(item, Record) for _, reason in item.warnings]
    assert said in warnings[0] if said else warnings == []


@pytest.mark.parametrize("name", [name for name in QUIRKS if name.endswith(".mrc")])
def test_nothing_of_a_file_is_lost(name: str) -> None:
    whole = (FIXTURES / name).read_bytes()
    assert b"".join(item.raw for item in open_source(FIXTURES / name)).strip() == whole.strip(b"\r\n\x1a").strip()


@pytest.mark.parametrize("name", REFUSED)
def test_xml_with_entities_or_an_outside_address_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="document type declaration"):
        list(open_source(FIXTURES / name))


@pytest.mark.parametrize(
    ("name", "format", "encoding"),
    [
        ("sound.mrc", "iso2709", "utf-8"),
        ("marc8.mrc", "iso2709", "marc-8"),
        ("encoding_undeclared.mrc", "iso2709", "unknown"),
        ("undeclared_vni.mrc", "iso2709", "vni"),
        ("windows_1258.xml", "marcxml", "cp1258"),
        ("array.json", "marcjson", "utf-8"),
        ("sound.mrk", "mrk", "utf-8"),
        ("libol.iso", "libol", "utf-8"),
        ("libol_text.iso", "libol-text", "utf-8"),
        ("isis.iso", "isis", "utf-8"),
        ("dublin_core.xml", "dublincore", "utf-8"),
        ("mods.xml", "mods", "utf-8"),
        ("sound.xlsx", "xlsx", "utf-8"),
        ("sound.ods", "ods", "utf-8"),
    ],
)
def test_format_and_encoding_are_found_and_said(name: str, format: str, encoding: str) -> None:
    (found,) = describe(FIXTURES / name, name=name)
    assert (found.format, found.encoding) == (format, encoding)
    assert encoding in found.sentence("vi")
    assert found.sentence("en").startswith(f"{name}: ")


@pytest.mark.parametrize("codec", ["cp1258", "tcvn3", "viscii", "vni"])
def test_vietnamese_in_an_undeclared_encoding_is_read(codec: str) -> None:
    titles = [record.first("245").first("a") for record in read(f"undeclared_{codec}.mrc")]  # type: ignore[union-attr]
    assert titles[0] == "Lịch sử Đảng bộ tỉnh Kon Tum"
    assert titles[4] == "Văn hóa cồng chiêng và lễ hội"
    assert titles == [record.first("245").first("a") for record in read("tcvn3_taken_for_latin1.mrc")]  # type: ignore[union-attr]


def test_a_set_encoding_is_obeyed_and_a_record_in_utf8_among_it_is_kept() -> None:
    first, second = read("encoding_undeclared.mrc", encoding="cp1251")
    assert first.first("245").first("a") == "Сказки народов Вьетнама и другие истории"  # type: ignore[union-attr]
    assert second.first("245").first("a") == "Nhà rông Tây Nguyên"  # type: ignore[union-attr]


def test_a_mark_never_joins_a_subfield_code() -> None:
    (record,) = read("decomposed.mrc")
    assert record.first("245").subfields == (("a", "Sử thi Ba Na"), ("b", "\u0301x"))  # type: ignore[union-attr]


def test_the_tag_of_a_field_that_was_repaired_is_noted() -> None:
    first, _ = read("twice_encoded.mrc")
    assert first.warnings == [("245", "the text was encoded in UTF-8 twice; repaired")]
    assert first.first("500").first("a") == "Đúng từ đầu"  # type: ignore[union-attr]


def test_libol_text_becomes_fields() -> None:
    record = read("libol_text.iso")[0]
    assert record.leader == "00502nam a2200241 p 4500"
    assert [(field.tag, field.content) for field in record] == [
        ("001", "a1"),
        ("008", "030504c        vm"),
        ("022", "  \x1fa0003-8725"),
        ("041", "  \x1faVie"),
        ("245", "10\x1faSử thi Ba Na /\x1fcNgười dịch tiếp theo"),
        ("260", "  \x1faH.,\x1fc2003"),
        ("300", "  \x1fa50 tr. ;\x1fb\x1fc19 cm"),
        ("020", "  \x1fcUS$5.00"),
        ("900", "  \x1fa1"),
        ("925", "  \x1faG"),
    ]


def test_libol_iso2709_keeps_signs_that_look_like_separators() -> None:
    record = read("libol.iso")[0]
    assert record.first("245").subfields == (("a", "Lập trình C# và F##/"), ("c", "Tác giả"))  # type: ignore[union-attr]
    assert record.first("900").first("a") == "True"  # type: ignore[union-attr]


def test_cds_isis_lines_are_unfolded() -> None:
    record = read("isis.iso")[0]
    assert record.first("245").first("c") == "Người dịch tiếng Việt và chú giải"  # type: ignore[union-attr]
    assert record.first("653").first("a") == "Tây Nguyên"  # type: ignore[union-attr]


def test_marcmaker_mnemonics_become_letters() -> None:
    first, second = read("sound.mrk")
    assert first.control("008") == "030504s2003    vm"
    assert first.first("020").first("c") == "$5.00"  # type: ignore[union-attr]
    assert second.first("245").first("a") == "Étude café"  # type: ignore[union-attr]
    assert second.first("500").first("a") == "Dòng một dòng hai"  # type: ignore[union-attr]


def test_white_space_in_marcxml_stays() -> None:
    (record,) = read("white_space_in_values.xml")
    assert record.first("245").first("a") == "  Sử\n thi "  # type: ignore[union-attr]


def test_a_record_tag_in_cdata_or_a_comment_is_text() -> None:
    (record,) = read("prefixed.xml")
    assert record.first("245").first("a") == "Sử <thi> </m:record>"  # type: ignore[union-attr]
