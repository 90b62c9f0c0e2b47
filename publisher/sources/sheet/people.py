"""Who made it: names and roles out of one cell, as Vietnamese lists write them.

"Trần Đình Khang chủ biên; Nguyễn Linh Giang,… [và những người khác]", "GS.TS. Phan Thị Tươi", "Phương Anh dịch".
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ROLES = (
    (re.compile(r"\b(?:tổng chủ biên|chủ biên|chủ nhiệm|ch\.?\s?b\.?|\(cb\)|editors?|eds?\.)(?=\W|$)", re.I), "edt"),
    (re.compile(r"\b(?:người dịch|biên dịch|dịch giả|dịch|translators?|translated by)(?=\W|$)", re.I), "trl"),
    (
        re.compile(r"\b(?:sưu tầm(?: và|,)? biên soạn|sưu tầm|biên soạn|tuyển chọn|compilers?|comp\.)(?=\W|$)", re.I),
        "com",
    ),
    (re.compile(r"\b(?:minh hoạ|minh họa|vẽ tranh|tranh|illustrators?)(?=\W|$)", re.I), "ill"),
    (re.compile(r"\b(?:hiệu đính|hiệu chỉnh)(?=\W|$)", re.I), "ctb"),
)
_RANKS = re.compile(r"^(?:(?:GS|PGS|TS|ThS|TSKH|KS|CN|BS|NGND|NGUT|LS|Dr|Prof)\.?\s*[.,]?\s*)+(?=[^\W\d_])")
_LEAD = re.compile(r"^(?:tham gia|tác giả|đồng tác giả|và|and|by|cùng)\s*:?\s+|^[:\-–,.\s]+", re.I)
_OTHERS = re.compile(r"[,…. ]*\[?\s*(?:và (?:những |các )?người khác|\[?et al\.?\]?|\.\.\.|…)\s*\]?", re.I)
_NOBODY = re.compile(r"không rõ|khuyết danh|nhiều tác giả|unknown|anonymous|n/?a|-+", re.I)
_BODY = re.compile(
    r"(?:Bộ|Viện|Trường|Đại học|Học viện|Sở|Cục|Tổng cục|Ủy ban|Uỷ ban|UBND|Hội|Ban|Trung tâm|Đảng|Quốc hội|"
    r"Chính phủ|Văn phòng|Nhà xuất bản|Công ty|Tập đoàn|Thư viện|Bảo tàng|TCVN|University|Institute|Ministry)\b"
)


class Maker(NamedTuple):
    """A person or a body, with the MARC relator code of what it did ("aut" unless the cell says otherwise)."""

    name: str
    role: str
    is_body: bool = False

    @property
    def inverted(self) -> bool:
        """Whether the family name comes first with a comma behind it."""
        return "," in self.name


def makers(text: str, role: str = "aut") -> list[Maker]:
    """Return who `text` names, in order, each once.

    >>> [(maker.name, maker.role) for maker in makers("GS.TS. Phan Thị Tươi chủ biên; Phương Anh dịch")]
    [('Phan Thị Tươi', 'edt'), ('Phương Anh', 'trl')]
    """
    found: dict[str, Maker] = {}
    for part in _parts(_OTHERS.sub(" ", text)):
        said, name = role, part
        for pattern, code in _ROLES:
            if pattern.search(name):
                said, name = code, pattern.sub(" ", name)
        name = " ".join(_LEAD.sub("", " ".join(name.split())).split()).strip(" ,;:/()[]-–")
        name = _RANKS.sub("", name).strip()
        # A full stop belongs to an initial, not to the end of a name.
        name = name[:-1] if re.search(r"[^\W\d_]{3,}\.$", name) else name
        if name and not _NOBODY.fullmatch(name) and re.search(r"[^\W\d_]", name):
            found.setdefault(name.casefold(), Maker(name, said, _BODY.match(name) is not None))
    return list(found.values())


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for part in re.split(r"[;\n]|\s/\s", text):
        among = re.split(r",(?!\s*(?:Jr|Sr|II|III)\b)", part)
        # A comma parts names when each side is a whole name: "Law, Averill M." is one person.
        if len(among) > 1 and all(len(each.split()) > 1 for each in among if each.strip()):
            parts.extend(among)
        else:
            parts.append(part)
    return parts
