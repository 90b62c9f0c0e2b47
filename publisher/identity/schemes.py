"""The concept schemes that Rông keeps itself, as SKOS: what they are called, and their concepts.

Classes of Dewey (numbers and our own captions), themes of local studies, the peoples of Viet Nam, types of library, and
the places. The subjects that records use are a scheme too, whose concepts come from the records.

Source: SKOS Simple Knowledge Organization System Reference (W3C Recommendation, 18 August 2009).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from publisher.rdf.codelists import Code, codelist

PLACES, SUBJECTS, DDC, THEMES, PEOPLES, LIBRARY_TYPES = (
    "places", "subjects", "ddc", "local-studies", "peoples", "library-types",
)  # fmt: skip


class Scheme(NamedTuple):
    """A concept scheme: its name in addresses, its titles, what it is, the code list it comes from ("" for none)."""

    name: str
    vi: str
    en: str
    about_vi: str
    about_en: str
    source: str

    @property
    def path(self) -> str:
        """What its IRI ends with, below the base."""
        return f"scheme/{self.name}"


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            SUBJECTS,
            "Đề mục chủ đề",
            "Subject headings",
            "Những đề mục chủ đề mà các thư viện đã dùng trong biểu ghi của mình.",
            "The subject headings that the libraries have used in their records.",
            "",
        ),
        Scheme(
            DDC,
            "Lớp phân loại thập phân Dewey",
            "Classes of the Dewey Decimal Classification",
            "Mười lớp và một trăm nhóm; lời diễn giải do Rông viết, không phải của OCLC.",
            "The ten classes and the hundred divisions; the captions are our own and not OCLC's.",
            "ddc-classes",
        ),
        Scheme(
            THEMES,
            "Chủ đề địa chí",
            "Themes of local studies",
            "Các chủ đề về địa phương: thiên nhiên, lịch sử, dân cư, kinh tế, văn hoá, nhân vật.",
            "What is collected on a province: its nature, history, peoples, economy, culture and people of note.",
            "local-studies-themes",
        ),
        Scheme(
            PEOPLES,
            "Các dân tộc Việt Nam",
            "The peoples of Viet Nam",
            "54 dân tộc theo danh mục chính thức, với tên gọi khác, tên tự gọi và ngôn ngữ.",
            "The 54 peoples of the official list, with their other names, their own names and their languages.",
            "ethnic-groups",
        ),
        Scheme(
            LIBRARY_TYPES,
            "Loại thư viện",
            "Types of library",
            "Các loại thư viện theo Luật Thư viện 2019.",
            "The types of library of the Law on Libraries of 2019.",
            "library-types",
        ),
        Scheme(
            PLACES,
            "Địa danh theo thời gian",
            "Places in time",
            "Tỉnh, huyện, xã của Việt Nam với thời gian tồn tại và đơn vị thay thế.",
            "Provinces, districts and communes of Viet Nam with the time in which they were and what replaced them.",
            "provinces",
        ),
    )
}


class Concept(NamedTuple):
    """One concept of ours: the scheme's name, the code, labels in both languages, other names, the one above it."""

    scheme: str
    code: str
    vi: str
    en: str
    others: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    broader: str = ""
    notation: str = ""
    languages: tuple[str, ...] = ()
    region: str = ""

    @property
    def path(self) -> str:
        """What its IRI ends with, below the base: "concept/ddc-890"."""
        return concept_path(self.scheme, self.code)


_DEWEY = re.compile(r"([0-9]{2})[0-9][/']?(?:\.[0-9][0-9 /']*)?(?:(?: +|--)[^0-9. ].*| s)?")
"""A number of Dewey, with the marks where it may be cut short, perhaps with a cutter behind it as in a call number."""
_PREFIX = {DDC: "ddc", THEMES: "theme", PEOPLES: "people", LIBRARY_TYPES: "library-type"}


def concept_path(scheme: str, code: str) -> str:
    """Return what the IRI of the concept `code` of `scheme` ends with."""
    return f"concept/{_PREFIX[scheme]}-{code}"


@cache
def concepts() -> dict[str, Concept]:
    """Return all concepts of ours by what their IRIs end with, in the order of their lists."""
    return {concept.path: concept for concept in _all()}


def _all() -> Iterator[Concept]:
    for row in codelist("ddc-main-classes").values():
        yield Concept(DDC, row.code, row.vi, row.en, notation=row.code)
    for row in codelist("ddc-classes").values():
        yield Concept(DDC, row.code, row.vi, row.en, broader=row.code[0], notation=row.code)
    for row in codelist("local-studies-themes").values():
        yield Concept(THEMES, row.code, row.vi, row.en, _split(row, "other_names"), broader=row.more["broader"])
    for row in codelist("ethnic-groups").values():
        yield Concept(
            PEOPLES,
            row.code,
            row.vi,
            row.en,
            _split(row, "other_names"),
            _split(row, "own_names"),
            notation=row.code,
            languages=tuple(row.more["languages"].split()),
            region=row.more["region"],
        )
    for row in codelist("library-types").values():
        yield Concept(LIBRARY_TYPES, row.code, row.vi, row.en, notation=row.code)


def _split(row: Code, column: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in row.more[column].split("|") if name.strip())


def ddc_concept(number: str) -> str:
    """Return the path of the division that a DDC number belongs to, "" for what is no number of Dewey.

    >>> ddc_concept("895.922 8"), ddc_concept("158 MC-P"), ddc_concept("67.160.10"), ddc_concept("[Fic]")
    ('concept/ddc-890', 'concept/ddc-150', '', '')
    """
    found = _DEWEY.fullmatch(number.strip(" []"))
    return concept_path(DDC, f"{found[1]}0") if found else ""
