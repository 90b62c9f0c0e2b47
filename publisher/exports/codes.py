"""The code lists of `vocab/` as one table, in the form in which officers keep lists of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from publisher.exports.declaration import Dataset
from publisher.exports.rows import Cell, Row
from publisher.rdf.codelists import Code, CodeList, codelist, names

_IN_FORCE = "Đang hiệu lực"
_EXPIRED = "Hết hiệu lực"
_PARENTS = ("broader", "parent", "commune", "district", "province")
"""Columns of a list that have the code of what is above, the nearest first."""


class CodeRows:
    """One row a code of every list, as it is on `day`; `warnings` is empty, for the lists are our own."""

    def __init__(self, dataset: Dataset, day: date) -> None:
        self.warnings: Counter[str] = Counter()
        self._columns = [column.name for column in dataset.columns]
        self._day = day.isoformat()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of their keys, the name of the list and the code."""
        rows = (_row(codelist(name), code, self._day) for name in names() for code in codelist(name).values())
        for cells in sorted(rows, key=lambda cells: str(cells["khoa"])):
            yield [cells[name] for name in self._columns]


def _row(codes: CodeList, code: Code, day: str) -> dict[str, Cell]:
    ends = code.more.get("valid_to") or None
    return {
        "khoa": f"{codes.name}:{code.code}",
        "danh_muc": codes.name,
        "ten_danh_muc": codes.about.get("title_vi") or codes.about.get("title"),
        "ma": code.code,
        "ten": code.vi,
        "ten_en": code.en,
        "ma_cha": next((code.more[name] for name in _PARENTS if code.more.get(name)), None),
        "ngay_hl": code.more.get("valid_from") or codes.about.get("date"),
        "ngay_hhl": ends,
        "trang_thai": _EXPIRED if ends and ends < day else _IN_FORCE,
        "iri": code.iri or None,
    }
