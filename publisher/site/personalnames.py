"""Names of persons for citations: taken apart only where that is certain.

A Vietnamese name is read from left to right and has no comma: "Nguyễn Du" is cited as it stands, never as "Du, N.".
A heading that says by its comma what is the family name (Rosen, Elisabeth) is taken apart, unless the comma was put
into a Vietnamese name by the rules of another country: "Nguyễn, Du" is Nguyễn Du.
"""

from __future__ import annotations

from typing import NamedTuple

from publisher.rdf.vietnamese import fold, spelled

_MARKED = frozenset(
    "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Trịnh Trương Đào Tạ Tô Hà Lương "
    "Mạc Nghiêm Phùng Quách Tăng Thái Thạch Triệu Từ Văn Vương Lưu Lâm Mạch Hứa Diệp Điểu Đàm Đậu Kiều Khổng Nông "
    "Cù Doãn Giáp Khuất Lã Lục Nhữ Ông Phí Thân Thẩm Tống Trà Vi Chử".lower().split()
)
_UNMARKED = frozenset(
    ("nguyen", "tran", "pham", "huynh", "hoang", "phan", "vu", "vo", "dang", "bui", "ngo", "duong", "trinh", "truong")
)
"""Family names that without their marks are hardly those of another language."""


class PersonalName(NamedTuple):
    """Either `literal`, to be shown as it is, or `family` with `given` and perhaps `suffix` ("Jr.")."""

    literal: str = ""
    family: str = ""
    given: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """The name as it stands in a list by family names; a literal as it is."""
        return self.literal or ", ".join(filter(None, (self.family, self.suffix, self.given)))


def personal_name(heading: str) -> PersonalName:
    """Return the parts of the name in a heading without dates.

    >>> personal_name("Nguyễn Du").literal, personal_name("Nguyễn, Du").literal
    ('Nguyễn Du', 'Nguyễn Du')
    >>> personal_name("Rosen, Elisabeth")
    PersonalName(literal='', family='Rosen', given='Elisabeth', suffix='')
    """
    family, comma, rest = (part.strip() for part in heading.partition(","))
    given, _, suffix = (part.strip() for part in rest.partition(","))
    if not comma or not given:
        return PersonalName(literal=heading.strip(" ,"))
    if is_vietnamese_family(family):
        return PersonalName(literal=" ".join(filter(None, (family, given, suffix))))
    return PersonalName(family=family, given=given, suffix=suffix)


def is_vietnamese_family(family: str) -> bool:
    """Return whether `family` is, or begins with, a Vietnamese family name: "Nguyễn", "Hoàng Phủ".

    >>> is_vietnamese_family("Lê"), is_vietnamese_family("Lee"), is_vietnamese_family("Le")
    (True, False, False)
    """
    first = family.partition(" ")[0].lower()
    return first in _MARKED or spelled(first) in _MARKED or (first == fold(first) and first in _UNMARKED)
