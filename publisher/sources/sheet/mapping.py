"""The mapping file: what each column of a sheet means, as a library officer writes it, and the one that we propose."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from publisher.errors import SourceError
from publisher.rdf.codelists import codelist
from publisher.rdf.vietnamese import fold
from publisher.sources.sheet.columns import SKIP, TITLE, meanings, named
from publisher.toml_model import TomlModel, read_toml

SAME_TITLE = ("record", "title", "subtitle", "author", "edition", "place", "publisher", "year")


def _meaning(value: str) -> str:
    code = named(value)
    if not code:
        known = ", ".join(f'"{each.vi}"' for each in codelist("sheet-columns").values())
        raise ValueError(f'has the meaning "{value}", which is none; use one of {known}')
    return code


class Defaults(TomlModel):
    """What holds for every row whose own cell is empty."""

    language: str = ""
    place: str = ""
    publisher: str = ""
    library: str = ""
    location: str = ""
    type: str = ""


class Mapping(TomlModel):
    """How one sheet is read.

    `columns` maps headings to meanings (code, English or Vietnamese name); a column that it does not name is not
    read. Rows that agree in all of `same_title` are copies of one title; `volumes` says whether volumes are copies of
    their title or titles of their own.
    """

    sheet: str = ""
    heading_row: int = Field(default=0, ge=0)
    columns: dict[str, str]
    same_title: tuple[str, ...] = SAME_TITLE
    volumes: Literal["copies", "titles"] = "copies"
    defaults: Defaults = Defaults()

    @field_validator("columns")
    @classmethod
    def _known_meanings(cls, columns: dict[str, str]) -> dict[str, str]:
        found = {heading: _meaning(meaning) for heading, meaning in columns.items()}
        if TITLE not in found.values():
            raise ValueError('name no column with the meaning "nhan đề" (title); without a title there is no record')
        return found

    @field_validator("same_title")
    @classmethod
    def _known_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_meaning, keys))

    @property
    def key(self) -> tuple[str, ...]:
        """The meanings by which rows are of one title."""
        return (*self.same_title, "volume") if self.volumes == "titles" else self.same_title

    def meanings(self, headings: Sequence[str]) -> list[str]:
        """Return the meaning of each heading, "" for a column that is not read."""
        by_heading = {fold(heading) or heading.strip(): meaning for heading, meaning in self.columns.items()}
        return [by_heading.get(fold(heading) or heading.strip(), "") for heading in headings]


def load(path: Path) -> Mapping:
    """Return the mapping in the TOML file `path`; raises `SourceError` with one sentence a problem."""
    return read_toml(path, Mapping, SourceError)


def usual(headings: Sequence[str]) -> Mapping | None:
    """Return the mapping that the usual headings among `headings` make, None without one for the title."""
    found = dict(zip(headings, meanings(headings), strict=True))
    if TITLE not in found.values():
        return None
    return Mapping(columns={heading: meaning for heading, meaning in found.items() if meaning})


def proposal(headings: Sequence[str], sheet: str = "", heading_row: int = 0, known: Sequence[str] | None = None) -> str:
    """Return a mapping file in TOML for a sheet with `headings`, with what is not known marked to be filled in.

    `known` are the meanings of `headings`, when these stand in several sheets.
    """
    names = codelist("sheet-columns")
    lines = [
        "# Cột nào là gì · What each column means. Bên trái: tiêu đề cột; bên phải: ý nghĩa, tiếng Việt hay tiếng Anh.",
        f"# Các ý nghĩa · Meanings: {', '.join(code.vi for code in names.values())}.",
    ]
    if sheet:
        lines.append(f"sheet = {_quoted(sheet)}  # trang tính · the sheet")
    if heading_row:
        lines.append(f"heading_row = {heading_row}  # dòng tiêu đề · the row of the headings")
    lines += ['volumes = "copies"  # "titles": mỗi tập là một nhan đề riêng · each volume is a title of its own', ""]
    lines += ["[columns]"]
    for heading, meaning in zip(headings, meanings(headings) if known is None else known, strict=True):
        if not heading.strip():
            continue
        unknown = "" if meaning else "  # chưa rõ, xin điền · not known, please fill in"
        lines.append(f"{_quoted(heading)} = {_quoted(names[meaning or SKIP].vi)}{unknown}")
    lines += ["", "[defaults]", '# language = "vie"', '# place = "Hà Nội"', '# location = "Kho Đọc"', ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(char):04x}" if ord(char) < 32 else char for char in escaped) + '"'
