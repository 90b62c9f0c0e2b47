"""Personal data in running text: what is certainly an address, a telephone or an identity number, and what labels name.

Sources: numbering plan of Viet Nam (Bộ Thông tin và Truyền thông, 2018: mobile 03, 05, 07, 08, 09; fixed 02); citizen
identity numbers (Nghị định 137/2015/NĐ-CP, điều 13: three digits of the province, one of century and sex, two of the
year, six more).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.policy.needles import Needles

GONE = "[…]"
"""What stands in the place of something that was taken out."""

_LINK = r"[\s:.=\-)(]*(?:số|so|no\.?|number|là|la|is)?[\s:.=\-#]*"
_E_MAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+\s?(?:@|\(at\)|\[at\]|＠)\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]+)+", re.I
)
_SPOKEN = re.compile(
    r"(?<!\w)[\w.-]{2,}\s+(?:at|a còng|a móc)\s+[\w-]+(?:\s+(?:dot|chấm)\s+[\w-]+)*\s+(?:dot|chấm)\s+"
    r"(?:com|vn|net|org|edu|gov|info)(?!\w)",
    re.I,
)
_NO_DATE = r"(?!\(?\d\d?[./-]\d\d?[./-](?:1[89]|20)\d\d)"
_MOBILE = re.compile(
    rf"(?<![\w./-]){_NO_DATE}"
    r"(?:(?:\+|00)84[\s.()-]*(?:0[\s.()-]*)?|0[\s.()-]?|84(?=\d{9}(?!\d)))"
    r"[35789](?:[\s.()-]{0,2}\d){8}(?:\s?/\s?0[35789](?:[\s.()-]{0,2}\d){8})*(?![\w]|[./-]\d)"
)
_FIXED = re.compile(r"(?<![\w./-])(?:(?:\+|00)84[\s.()-]*|\(?0)2\d{1,2}\)?(?:[\s.()-]{0,2}\d){7,8}(?![\w]|[./-]\d)")
_FOREIGN = re.compile(r"(?<![\w./-])\+\d{1,3}(?:[\s.()-]{0,2}\d){7,12}(?!\w)")
_CALLED = re.compile(
    r"(?<!\w)(?:điện thoại|dien thoai|đt|sđt|sdt|đtdđ|đtđđ|di động|di dong|dđ|hotline|zalo|viber|whatsapp|telegram|"
    r"momo|zalopay|fax|phone|tel|mobile|cell)\.?(?!\w)"
    + _LINK + r"\+?\(?\d(?:[\s.()/-]{0,2}\d){6,14}",
    re.I,
)  # fmt: skip
_IDENTITY = re.compile(
    r"(?<![\w./-])0(?:0[1-9]|[1-8]\d|9[0-6])(?:[0-3]\d{8}|([\s.-])[0-3]\d\d\1\d{3}\1\d{3})(?![\w]|[./-]\d)"
)
_IDENTITY_CALLED = re.compile(
    r"(?<!\w)(?:cccd|cmnd|cmtnd|cmqđ|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?|"
    r"chứng minh (?:nhân dân|thư|quân đội|quân nhân|sĩ quan)|chung minh (?:nhan dan|thu)|số định danh(?: cá nhân)?|"
    r"đdcn|hộ chiếu|ho chieu|passport|bhxh|bảo hiểm (?:xã hội|y tế)|bhyt|mã số thuế|mst(?: cá nhân)?|"
    r"mã (?:số )?(?:sinh viên|sv|học viên|học sinh)|ma sinh vien|mssv|mshv|msv|student (?:id|number)|"
    r"số hiệu (?:quân nhân|sĩ quan)|giấy phép lái xe|gplx|(?:số )?tài khoản(?: ngân hàng)?|tai khoan(?: ngan hang)?|"
    r"số tk|stk|identity card|id card|citizen id|bank account|account (?:no|number)|tax code)\.?(?!\w)"
    + _LINK + r"[a-z]{0,4}[\s-]?\d[\d\s.-]{4,20}\d",
    re.I,
)  # fmt: skip

LABELLED = {"e-mail": (_E_MAIL, _SPOKEN), "telephone": (_CALLED,), "identity-number": (_IDENTITY_CALLED,)}
"""What is certain wherever it stands: it has a sign or a name of its own."""

BARE = {"telephone": (_MOBILE, _FIXED, _FOREIGN), "identity-number": (_IDENTITY,)}
"""What is certain in running text only: digits, which in other places are the number of a record or a barcode."""

_SPELT = re.compile(r"[(\[](?:at|AT|At)[)\]]")
_CAPITALS = "".join(char for char in map(chr, range(0x41, 0x1EFA)) if char.isupper())
_WORTH_A_LOOK = re.compile(r"\d(?:[\s.()/\-–—‑·•．\u200b-\u200d\u2060\ufeff]{0,2}\d){6}")
_ODD = re.compile("[‐-―−．·•＠\u200b-\u200d\u2060\ufeff٠-٩۰-۹０-９]")
_ORDINARY = {ord(sign): "-" for sign in "‐‑‒–—―−"} | {ord(sign): "." for sign in "．·•"} | {
    ord(sign): " " for sign in "\u200b\u200c\u200d\u2060\ufeff"
} | {ord("＠"): "@"} | {zero + digit: str(digit) for zero in (0x660, 0x6F0, 0xFF10) for digit in range(10)}  # fmt: skip
"""Signs by which numbers are dressed up, and the ordinary ones that they stand for; each for one."""


def may_hold_numbers(text: str) -> bool:
    """Return quickly whether `text` may hold an address or a number."""
    return (
        _WORTH_A_LOOK.search(text) is not None
        or "@" in text
        or "＠" in text
        or (("(" in text or "[" in text) and _SPELT.search(text) is not None)
    )


def may_hold_mail(text: str) -> bool:
    """Return quickly whether `text` may hold a mail address."""
    return "@" in text or "＠" in text or _SPELT.search(text) is not None or is_spoken(text.lower())


def is_spoken(lower: str) -> bool:
    """Return quickly whether `lower` (lower case) may spell a mail address in words: "lan at example dot vn"."""
    return " dot " in lower or " chấm " in lower


def without(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Return `text` with what `patterns` find replaced by `GONE`; dressed up digits and dashes are seen through."""
    if not _ODD.search(text):
        for pattern in patterns:
            text = pattern.sub(GONE, text)
        return text
    for pattern in patterns:
        # Sign by sign, so that places in the one are places in the other.
        seen, kept, end = text.translate(_ORDINARY), [], 0
        for found in pattern.finditer(seen):
            kept += [text[end : found.start()], GONE]
            end = found.end()
        text = "".join([*kept, text[end:]])
    return text


class Labels:
    """Words that name personal data: what stands behind them goes, to the end of the subfield.

    A colon, a dash or an equals sign follows the label, or the label begins a sentence and a name or a number follows;
    else it is a word like any other ("Student Borrower Protection Center").
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self._labels = tuple(label.lower() for label in labels)
        self.needles = Needles(self._labels)
        words = "|".join(
            re.escape(label).replace(r"\ ", r"\s+") for label in sorted(self._labels, key=len, reverse=True)
        )
        called = rf"(?i:(?<!\w)(?:{words})(?!\w))"
        behind = r"\s*(?:\([^)]*\)\s*)?[:=–—-]|\s+(?i:là|is)\s"
        begins = rf"(?:^|(?<=[.;,\n]\s)|(?<=[.;,\n])){called}\s+(?=[{_CAPITALS}0-9])"
        self._pattern = re.compile(rf"(?:{called}(?:{behind})|{begins}).*", re.DOTALL)

    def may_be_in(self, lower: str) -> bool:
        """Return quickly whether `lower`, as `publisher.policy.phrases.seen` returns it, is worth a search."""
        return self.needles.any_in(lower)

    def without(self, text: str) -> str:
        """Return `text` up to the first label."""
        return self._pattern.sub(GONE, text)
