"""Code lists: the TSV files of `vocab/`, with a label in Vietnamese and in English for every code.

`vocab/README.md` says what each list is and how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from publisher import resources
from publisher.errors import ConfigError

COLUMNS = ("code", "iri", "en", "vi")


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code list; `iri` is empty where the list's own source gives none."""

    code: str
    iri: str
    en: str
    vi: str
    more: Mapping[str, str]
    """The columns beyond `COLUMNS`, by name; an empty cell is an empty string."""

    def label(self, lang: str) -> str:
        """Return the label in `lang`, "vi" or "en"."""
        return self.vi if lang == "vi" else self.en


@dataclass(frozen=True, eq=False)
class CodeList(Mapping[str, Code]):
    """A code list in the order of its file; maps a code to its row."""

    name: str
    about: Mapping[str, str]
    """The comment lines at the head of the file: title, title_vi, source, date, licence, labels_vi."""
    rows: Mapping[str, Code]
    _by_iri: Mapping[str, Code] = field(repr=False)

    def __getitem__(self, code: str) -> Code:
        return self.rows[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def label(self, code: str, lang: str) -> str | None:
        """Return the label of `code` in `lang` ("vi" or "en"), or None if the list does not have the code."""
        row = self.rows.get(code)
        return row.label(lang) if row else None

    def iri(self, code: str) -> str | None:
        """Return the IRI of `code`, or None if the list does not have the code or the code has no IRI."""
        row = self.rows.get(code)
        return row.iri or None if row else None

    def by_iri(self, iri: str) -> Code | None:
        """Return the first row with this IRI, or None: several codes may mean the same thing."""
        return self._by_iri.get(iri)


def names() -> tuple[str, ...]:
    """Return the names of all code lists, sorted."""
    return tuple(sorted(path.stem for path in resources.folder("vocab").glob("*.tsv")))


@cache
def codelist(name: str) -> CodeList:
    """Return the code list `vocab/{name}.tsv`, read once.

    Raises ConfigError if there is no such list, or if it breaks the format that `vocab/README.md` describes.
    """
    path = resources.folder("vocab") / f"{name}.tsv"
    if not path.is_file():
        raise ConfigError(f"There is no code list {path}; vocab/README.md lists those there are.")
    return read(path)


def read(path: Path) -> CodeList:
    """Read one code list from `path`; raises ConfigError naming the file, the line and the remedy."""
    lines = list(enumerate(path.read_text(encoding="utf-8").rstrip("\n").split("\n"), start=1))
    comments = list(takewhile(lambda line: line[1].startswith("# "), lines))
    about = dict(text[2:].split(": ", 1) for _, text in comments if ": " in text)
    header = lines[len(comments)][1].split("\t") if len(comments) < len(lines) else []
    if tuple(header[: len(COLUMNS)]) != COLUMNS:
        raise ConfigError(f"{path}: after the comment lines put a header row that begins with {', '.join(COLUMNS)}.")
    rows: dict[str, Code] = {}
    by_iri: dict[str, Code] = {}
    for number, text in lines[len(comments) + 1 :]:
        cells = text.split("\t")
        if len(cells) != len(header):
            raise ConfigError(f"{path}, line {number}: put {len(header)} cells with tabs between, not {len(cells)}.")
        code, iri, en, vi, *others = cells
        if code in rows:
            raise ConfigError(f"{path}, line {number}: the code {code!r} is there twice; remove one of the rows.")
        more = MappingProxyType(dict(zip(header[len(COLUMNS) :], others, strict=True)))
        rows[code] = Code(code, iri, en, vi, more)
        if iri:
            by_iri.setdefault(iri, rows[code])
    return CodeList(path.stem, MappingProxyType(about), MappingProxyType(rows), MappingProxyType(by_iri))
