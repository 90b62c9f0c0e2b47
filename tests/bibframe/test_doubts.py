"""Bad input: converted as far as sense goes, and the ledger is told what was not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from described import record

from publisher.bibframe import converter
from publisher.bibframe.doubts import KNOWN, doubts
from publisher.bibframe.indicators import defined
from publisher.rdf.description import sketch
from publisher.sources import Record, Rejected, open_source
from publisher.sources.record import Field

TITLE = "245 00 $aĐăm Săn"


def doubted(*lines: str) -> list[tuple[str, str]]:
    return list(doubts(record("001 1", *lines)))


@pytest.mark.parametrize(
    ("line", "tag", "reason"),
    [
        ("123 ## $aX", "123", "is no tag of MARC 21, so the field was passed over"),
        ("CAT ## $aX", "CAT", "is no tag of MARC 21, so the field was passed over"),
        ("245 0x $aĐăm Săn", "245", "has 'x' as its second indicator, which means nothing"),
        ("264 #7 $aKontum", "264", "has '7' as its second indicator, which means nothing"),
        ("500 ## $a ", "500", "is empty"),
        ("008 050101", "008", "has 6 characters instead of 40; what is in its place was read"),
        ("008 059901s2005    vm            000 0 vie  ", "008", "has no date in positions 00-05 but '059901'"),
        ("005 hôm qua", "005", "has no date but 'hôm qua'"),
        ("033 0# $a1968133", "033", "has no date but '1968-13-3', which stays text"),
        ("046 ## $anr$chôm qua", "046", "has no date but 'hôm qua', which stays text"),
        ("856 40 $u20041121", "856", "$u '20041121' is no address, so it stays text"),
        (
            "856 40 $ujavascript:alert(1)",
            "856",
            "$u 'javascript:alert(1)' would run in the reader's browser, so it is no link",
        ),
        ("520 ## $aX$uhttp://", "520", "$u 'http://' is no address, so it stays text"),
        ("100 1# $aNguyễn, Du$0http://", "100", "$0 'http://' is no address, so nothing is identified by it"),
        ("100 1# $6880-07$aNguyễn, Du", "100", "is linked to an 880 number 07, which is not there"),
        ("880 1# $6100-07/$1$a阮攸", "880", "is linked to 100 number 07, which is not there; it was read as a 100"),
        ("880 1# $6xyz$a阮攸", "880", "has $6 'xyz', which links to nothing"),
        ("880 1# $a阮攸", "880", "has $6 '', which links to nothing"),
    ],
)
def test_what_makes_no_sense_is_told_of(line: str, tag: str, reason: str) -> None:
    assert (tag, reason) in doubted(TITLE, line)
    made = converter().describe(record("001 1", TITLE, line), "1")
    assert 'bf:mainTitle "Đăm Săn"' in sketch(made.work.arcs()), "the rest of the record is converted"


def test_a_field_without_subfield_codes_is_told_of() -> None:
    came = Record("00000nam a2200000 i 4500", [Field("245", "00Đăm Săn", 2)])
    assert list(doubts(came)) == [("245", "has no subfield codes, so it cannot be read")]


def test_a_record_in_order_raises_no_doubt() -> None:
    assert doubted(
        "005 20240501101500.0",
        "008 240501s2005    vm            000 0 vie  ",
        "100 1# $6880-01$aNguyễn, Du,$d1765-1820.$0http://id.loc.gov/authorities/names/n79021164",
        "245 10 $aTruyện Kiều",
        "264 #1 $aHà Nội$bVăn học$c2005",
        "046 ## $as$c2005",
        "033 00 $a20040520",
        "856 41 $uwww.kontum.gov.vn/a b.pdf",
        "880 1# $6100-01/$1$a阮攸",
        "942 ## $cSACH",
        "598 x# $alocal",
    ) == []  # fmt: skip


def test_a_blank_where_an_indicator_should_be_changes_nothing_and_is_not_told_of() -> None:
    assert doubted("245 ## $aĐăm Săn") == []


def test_the_same_doubt_is_told_once() -> None:
    assert doubted("CAT ## $aX", "CAT ## $aY") == [("CAT", "is no tag of MARC 21, so the field was passed over")]


def test_text_that_mixes_normal_forms_is_told_of_and_composed() -> None:
    mixed = "Đăm Săn của người Ê-đê " + unicodedata.normalize("NFD", "ế")
    came = record("001 1", TITLE)
    came.raw = mixed.encode()
    assert list(doubts(came)) == [("LDR", "the text mixes composed and decomposed letters; all were composed (NFC)")]
    came.raw = unicodedata.normalize("NFD", mixed).encode()
    assert list(doubts(came)) == [], "one form throughout is no mixture"


def _iso2709(*fields: tuple[str, bytes], length: int | None = None) -> bytes:
    directory, body = b"", b""
    for tag, content in fields:
        data = content + b"\x1e"
        directory += f"{tag}{min(len(data), 9999):04}{min(len(body), 99999):05}".encode()
        body += data
    base = 24 + len(directory) + 1
    total = base + len(body) + 1
    leader = f"{min(total, 99999) if length is None else length:05}nam a22{base:05} i 4500".encode()
    return leader + directory + b"\x1e" + body + b"\x1d"


def test_a_record_larger_than_its_leader_can_say_is_converted_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.mrc"
    notes = [("500", b"  \x1fa" + b"x" * 9000) for _ in range(13)]
    path.write_bytes(_iso2709(("001", b"1"), ("245", "00\x1faĐăm Săn".encode()), *notes))
    assert path.stat().st_size > 99_999
    [came] = open_source(path)
    assert isinstance(came, Record)
    made = converter().describe(came, "1")
    assert sketch(made.instance.arcs()).count("x" * 9000) == 13


def test_control_characters_become_blanks_and_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "controls.mrc"
    path.write_bytes(_iso2709(("001", b"1"), ("245", b"00\x1faKon\x07tum")))
    [came] = open_source(path)
    assert isinstance(came, Record)
    made = converter().describe(came, "1")
    assert 'bf:mainTitle "Kon tum"' in sketch(made.work.arcs())
    assert ("245", "control characters stand in the text; blanks took their places") in made.warnings


def test_nothing_in_the_nasty_files_stops_doubting(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "data" / "nasty").iterdir()):
        for came in open_source(path):
            if isinstance(came, Rejected):
                continue
            seen += 1
            assert all(tag and reason for tag, reason in doubts(came))
    assert seen > 50


def test_every_tag_with_defined_indicators_is_known() -> None:
    assert defined().keys() <= KNOWN
