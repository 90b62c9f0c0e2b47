"""What `open_source` promises: every record or a reason, in order, from any kind of place."""

from __future__ import annotations

import gzip
import io
import pickle
from pathlib import Path

import pytest

from publisher.errors import SourceError
from publisher.inspection import inspect
from publisher.sources import Record, Rejected, decode, describe, open_source, raw_records
from publisher.sources.files import MEANT

from .make import book, marc, xml, xml_book


def keys(source: object) -> list[str]:
    return [item.control("001") if isinstance(item, Record) else item.rule for item in open_source(source)]  # type: ignore[arg-type]


def test_a_file_gives_its_records_in_order(tmp_path: Path) -> None:
    file = tmp_path / "a.mrc"
    file.write_bytes(book("1") + book("2"))
    first, second = open_source(file)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.control("001"), first.position, first.source) == ("1", 1, str(file))
    assert (second.control("001"), second.position, second.raw) == ("2", 2, book("2"))
    assert first.first("245").first("a") == "Sử thi Ba Na"  # type: ignore[union-attr]
    assert first.warnings == []


@pytest.mark.parametrize("data", [book("1") + book("2"), xml(xml_book("1"), xml_book("2"))], ids=["iso2709", "marcxml"])
def test_gzip_is_read_like_the_plain_file(data: bytes) -> None:
    assert keys(io.BytesIO(gzip.compress(data))) == keys(io.BytesIO(data)) == ["1", "2"]


def test_a_folder_gives_its_catalogue_files_sorted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.mrc.gz").write_bytes(gzip.compress(book("3")))
    (tmp_path / "a.xml").write_bytes(xml(xml_book("1"), xml_book("2")))
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / ".hidden.mrc").write_bytes(book("9"))
    assert keys(tmp_path) == ["1", "2", "3"]
    assert [item.source for item in open_source(tmp_path)][-1] == f"{tmp_path}/sub/b.mrc.gz"


@pytest.mark.parametrize("name", sorted(MEANT))
def test_what_was_meant_as_a_catalogue_and_cannot_be_read_is_refused_and_not_passed_over(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "a.mrc").write_bytes(book("1"))
    (tmp_path / f"b{name}").write_bytes(b"\x00\x01" * 40)
    (tmp_path / "~$b.xlsx").write_bytes(b"\x00" * 165)  # Excel leaves it beside a sheet that is open
    record, refused = open_source(tmp_path)
    assert isinstance(record, Record)
    assert isinstance(refused, Rejected)
    assert (refused.source, refused.rule) == (f"{tmp_path}/b{name}", "source-unreadable")


def test_the_inspection_of_a_folder_names_what_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.mrc").write_bytes(book("1"))
    (tmp_path / "biểu ghi").write_bytes(book("2"))
    said = "\n".join(inspect(tmp_path))
    assert "1 tệp không đọc" in said
    assert "biểu ghi\n" in said + "\n"
    (tmp_path / "biểu ghi").unlink()
    assert "không đọc" not in "\n".join(inspect(tmp_path))


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(book("1"))

    monkeypatch.setattr("sys.stdin", Stdin)
    (record,) = open_source("-")
    assert record.source == "standard input"


def test_decoding_can_happen_in_another_process(tmp_path: Path) -> None:
    file = tmp_path / "a.mrc"
    file.write_bytes(book("1") + b"x" * 40 + b"\x1d" + book("3"))
    sent = pickle.loads(pickle.dumps(list(raw_records(file))))
    decoded = pickle.loads(pickle.dumps([item for item in map(decode, sent) if isinstance(item, Rejected)]))
    assert [(item.position, item.rule, item.raw) for item in decoded] == [(2, "directory-missing", b"x" * 40 + b"\x1d")]
    assert [type(decode(item)) for item in sent] == [Record, Rejected, Record]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"\r\n  \n", "white space"),
        (b"%PDF-1.7\n...", "a PDF document"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "an HTML page"),
        (b'<?xml version="1.0"?><mets:mets xmlns:mets="x"/>', "<mets:mets>"),
        (b"\x00\x01\x02" * 50, "a binary file"),
        (b"Hello, catalogue.", "text of an unknown kind"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_what_is_no_catalogue_is_called_by_its_name(tmp_path: Path, data: bytes, what: str) -> None:
    file = tmp_path / "export.mrc"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=r"export\.mrc") as caught:
        list(open_source(file))
    assert what in str(caught.value)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent.mrc does not exist"):
        list(open_source(tmp_path / "absent.mrc"))
    with pytest.raises(SourceError, match="has no catalogue files"):
        list(open_source(tmp_path))


def test_a_bad_file_in_a_folder_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "a.mrc").write_bytes(b"%PDF-1.7")
    (tmp_path / "b.mrc").write_bytes(book("1"))
    assert keys(tmp_path) == ["source-unreadable", "1"]


def test_gzip_that_breaks_off_keeps_what_was_good() -> None:
    whole = gzip.compress(b"".join(book(str(number), f"Title {number * 7919}") for number in range(2000)))
    found = keys(io.BytesIO(whole[: len(whole) // 2]))
    assert found[:3] == ["0", "1", "2"]
    assert found[-1] == "source-truncated"


def test_an_unknown_format_or_encoding_names_the_choice(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="iso2709"):
        raw_records(tmp_path, format="marc")
    with pytest.raises(SourceError, match="tcvn3"):
        raw_records(tmp_path, encoding="tcvn99")


def test_a_folder_is_described_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.mrc.gz").write_bytes(gzip.compress(book("1")))
    (tmp_path / "b.xml").write_bytes(xml(xml_book("1")))
    (tmp_path / "c.mrc").write_bytes(b"%PDF-1.7")
    assert [found.sentence("en") for found in describe(tmp_path, name="in")] == [
        "in/a.mrc.gz: ISO 2709, encoded in utf-8 (gzipped)",
        "in/b.xml: MARCXML, encoded in utf-8",
    ]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"kind": "nam a"}, "bibliographic"),
        ({"kind": "nz  a"}, "authority"),
        ({"kind": "nx  a"}, "holdings"),
        ({"kind": "nw  a"}, "classification"),
    ],
)
def test_the_leader_says_what_kind_a_record_is(fields: dict[str, str], kind: str) -> None:
    (record,) = open_source(io.BytesIO(marc(("001", "1"), ("245", "10\x1faX"), **fields)))
    assert isinstance(record, Record)
    assert record.kind == kind


def test_unimarc_is_known_by_its_coded_field() -> None:
    coded = "20210630d1977    m  y0frey50      ba"
    unimarc, named = open_source(
        io.BytesIO(
            marc(("001", "1"), ("100", f"  \x1fa{coded}"), ("200", "1 \x1faTitre")) + marc(("100", "1 \x1faAn, Bình"))
        )
    )
    assert isinstance(unimarc, Record)
    assert isinstance(named, Record)
    assert (unimarc.kind, named.kind) == ("unimarc", "bibliographic")
