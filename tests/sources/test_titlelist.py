"""A plain list of titles is a source in any encoding; what only resembles one is not taken for it."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from publisher.errors import SourceError
from publisher.sources import Record, Rejected, describe, open_source

TITLES = (
    "Lịch sử Đảng bộ tỉnh Kon Tum", "Sử thi Ba Na : Đam Noi", "Truyện Kiều", "Cà phê vối ở Tây Nguyên",
    "Nhạc cụ cồng chiêng", "Văn hoá Xơ Đăng", "Rừng và người", "Đất nước đứng lên", "Ẩm thực miền núi",
    "Người mẹ cầm súng", "Nhà rông / Nhà dài", "Ông già và biển cả",
)  # fmt: skip


def titles(path: Path, **options: str) -> list[str]:
    found = list(open_source(path, **options))  # type: ignore[arg-type]
    assert all(isinstance(each, Record) for each in found)
    return [each.first("245").first("a") for each in found if isinstance(each, Record)]  # type: ignore[union-attr]


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "sach.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn-5712-1", "viscii", "vni"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_in_the_encoding_that_it_is_in(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(TITLES) + end
    if encoding == "cp1258":
        # Letters with a tone are two codes there, the letter with its own mark first.
        text = "".join(_cp1258(char) for char in normalize("NFC", text))
    path = written(tmp_path, text.encode(encoding))
    assert titles(path) == list(TITLES)
    (description,) = describe(path)
    assert description.format == "titles"
    assert description.encoding == (encoding if encoding not in ("utf-8-sig", "utf-16") else "utf-8")


def _cp1258(char: str) -> str:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        *letter, tone = normalize("NFD", char)
        if tone in "\u0302\u0306\u031b":
            letter, tone = [letter[0], tone], letter[1]
        return normalize("NFC", "".join(letter)) + tone
    return char


def test_each_line_is_a_record_with_its_number_and_language(tmp_path: Path) -> None:
    first, *_ = found = [each for each in open_source(written(tmp_path, "\n".join(TITLES))) if isinstance(each, Record)]
    assert [each.position for each in found] == list(range(1, len(TITLES) + 1))
    assert first.fields[0].content[35:38] == "vie"
    assert first.raw.strip().decode() == TITLES[0]


def test_a_heading_above_the_list_is_no_title_and_empty_lines_are_nothing(tmp_path: Path) -> None:
    assert titles(written(tmp_path, "Nhan đề\n\n" + "\n\n".join(TITLES))) == list(TITLES)


def test_a_line_that_is_too_long_costs_only_itself(tmp_path: Path) -> None:
    found = list(open_source(written(tmp_path, "\n".join([*TITLES * 3, "Dài " * 1000, "Cuối sách"]))))
    assert [each.rule for each in found if isinstance(each, Rejected)] == ["row-too-large"]
    assert len(found) == 3 * len(TITLES) + 2


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(TITLES[:5]),
        "\n".join(f"{title}. Ông đã kể chuyện này. Rồi ông đi." for title in TITLES),
        "\n".join(f"{title};{n};Nguyễn Văn A" for n, title in enumerate(TITLES)),
        "\n".join(f"{n}\t{title}" for n, title in enumerate(TITLES)),
        "\n".join(f"tieu-de: {title}" for title in TITLES),
        "\n".join(f"The history of place {n}" for n in range(30)),
        "\n".join(f"Nguyễn Văn A <a{n}@example.vn>" for n in range(30)),
    ],
    ids=["too few", "prose", "a table", "a table with tabs", "settings", "English", "people"],
)
def test_what_only_resembles_a_list_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceError, match=r"sach\.txt is text of an unknown kind"):
        titles(written(tmp_path, text))


def test_a_list_in_another_language_is_read_when_it_is_called_one(tmp_path: Path) -> None:
    lines = [f"The history of place {n}" for n in range(3)]
    assert titles(written(tmp_path, "\n".join(lines)), format="titles") == lines
