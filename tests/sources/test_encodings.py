"""Every Vietnamese letter survives every encoding, in both cases and from both normal forms."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.sources.encodings import register
from publisher.sources.encodings.capitals import restored
from publisher.sources.encodings.table import tone_apart
from publisher.sources.marc8 import decode_marc8
from publisher.sources.tcvn3_as_latin1 import repair

from .make import SHARED, needs_shared

register()

OURS = ("tcvn-5712-1", "tcvn3", "viscii", "vni", "viqr")
VOWELS = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
SMALL = [*(normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES), "đ"]
LETTERS = [*SMALL, *(letter.upper() for letter in SMALL)]
ENCODINGS = SHARED / "encodings"


def test_there_are_134_letters_beyond_ascii() -> None:
    assert len({letter for letter in LETTERS if not letter.isascii()}) == 134


@pytest.mark.parametrize("codec", OURS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_letter_comes_back(codec: str, form: str) -> None:
    for letter in LETTERS:
        assert normalize(form, letter).encode(codec).decode(codec) == letter  # type: ignore[arg-type]


@pytest.mark.parametrize("codec", OURS)
def test_no_two_letters_share_a_code(codec: str) -> None:
    assert len({letter.encode(codec) for letter in LETTERS}) == len(set(LETTERS))


def test_every_letter_is_read_from_cp1258() -> None:
    for letter in LETTERS:
        assert normalize("NFC", tone_apart(letter).encode("cp1258").decode("cp1258")) == letter


def test_every_letter_is_read_from_marc8() -> None:
    marks = {
        "\u0300": 0xE1,
        "\u0301": 0xE2,
        "\u0303": 0xE4,
        "\u0309": 0xE0,
        "\u0323": 0xF2,
        "\u0302": 0xE3,
        "\u0306": 0xE6,
    }
    letters = {"đ": 0xB3, "Đ": 0xA3, "ơ": 0xBC, "Ơ": 0xAC, "ư": 0xBD, "Ư": 0xAD}
    for letter in LETTERS:
        base, tone = (tone_apart(letter) + " ")[:2]
        parts = base if base in letters else normalize("NFD", base)
        codes = [marks[mark] for mark in [*parts[1:], tone.strip()] if mark]
        data = bytes([*codes, letters.get(parts[0]) or ord(parts[0])])
        assert normalize("NFC", decode_marc8(data).text) == letter


@pytest.mark.parametrize("text", ["dđ", "Dđ", "DĐ", "dĐ", "ddđ", "đd", "dddđđd"])
def test_a_d_before_a_crossed_one_stays_itself_in_viqr(text: str) -> None:
    assert text.encode("viqr").decode("viqr") == text


@pytest.mark.parametrize("codec", OURS)
@given(text=st.text(alphabet=[*LETTERS, *"bcdxz .,?'`~^(+\\\n0189"]))
def test_any_vietnamese_text_comes_back(codec: str, text: str) -> None:
    assert text.encode(codec).decode(codec) == text


@pytest.mark.parametrize("codec", OURS)
@given(data=st.binary())
def test_any_bytes_decode_with_replacement(codec: str, data: bytes) -> None:
    assert normalize("NFC", decoded := data.decode(codec, "replace")) == decoded


@pytest.mark.parametrize("codec", OURS)
def test_what_has_no_code_is_an_error_or_replaced(codec: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        "漢".encode(codec)
    assert "漢a".encode(codec, "replace") == b"?a"


@pytest.mark.parametrize("alias", ["TCVN", "tcvn_5712_1", "VN1", "ABC", "vni-windows", "VISCII"])
def test_codecs_go_by_their_other_names(alias: str) -> None:
    assert "a".encode(alias) == b"a"


@needs_shared
@pytest.mark.parametrize(
    ("file", "codec"),
    [("titles.CP1258.bin", "cp1258"), ("titles.TCVN5712-1.bin", "tcvn-5712-1"), ("titles.VISCII.bin", "viscii")],
)
def test_two_thousand_titles_decode_to_the_utf8_file(file: str, codec: str) -> None:
    decoded = normalize("NFC", (ENCODINGS / file).read_bytes().decode(codec))
    assert decoded.encode() == (ENCODINGS / "titles.utf8.txt").read_bytes()


@needs_shared
@pytest.mark.parametrize("codec", OURS)
def test_two_thousand_titles_round_trip(codec: str) -> None:
    for title in (ENCODINGS / "titles.utf8.txt").read_text("utf-8").splitlines():
        assert title.encode(codec).decode(codec) == title


@needs_shared
def test_the_tcvn3_page_reads_as_vietnamese() -> None:
    first, second, third = (ENCODINGS / "tcvn3_as_latin1.txt").read_text("utf-8").splitlines()[:3]
    assert repair(first).startswith(
        "Những nguyên tắc cần tuân thủ khi áp dụng chuẩn biên mục Anh Mỹ (AACR2) tại Thư viện"
    )
    assert repair(second, enough=1) == "Nguyễn Trường Giang"
    assert "thông tin - thư viện biên mục tài liệu là một trong những" in repair(third)


def test_french_and_german_are_not_taken_for_tcvn3() -> None:
    for text in ("«Élève à l'école» ¶ µm ®", "Größe § 5, naïve Façade ª"):
        assert repair(text) == text


def test_capitals_typed_in_a_font_of_capitals_are_restored() -> None:
    assert restored("\x1faNGUYễN VăN Hà") == "\x1faNGUYỄN VĂN Hà"
