"""Personal data in running text: what is certainly an address, a telephone or an identity number, and what labels name.

Sources: numbering plan of Viet Nam (Bộ Thông tin và Truyền thông, 2018: mobile 03, 05, 07, 08, 09; fixed 02) and the
one before it, which stands in older notes (mobile 012, 016, 018, 019 with eleven digits; fixed 04, 08, 020 to 079);
citizen identity numbers (Nghị định 137/2015/NĐ-CP, điều 13: three digits of the province, one of century and sex, two
of the year, six more).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from publisher.policy.needles import Needles

GONE = "[…]"
"""What stands in the place of something that was taken out."""

_LINK = r"[\s:.=\-)(]*(?:số|so|no\.?|number|là|la|is)?[\s:.=\-#]*"
_AT = r"(?:\s?(?:@|＠|&#64;|&commat;)\s?|\s*[(\[{<*]\s*(?:at|a còng|a móc|a vòng)\s*[)\]}>*]\s*)"
_DOT = r"(?:\s?\.\s?|\s*[(\[{<*]\s*(?:dot|chấm)\s*[)\]}>*]\s*|\s+(?:dot|chấm)\s+)"
_E_MAIL = re.compile(
    rf"(?<![\w.!#$&'*+=?^`|~-])[\w.!#$&'*+=?^`|~-]*[\w.!#$&'+=?^`|~-]{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.I
)
_TOP = r"(?:com|vn|net|org|edu|gov|info)(?!\w)"
_SPOKEN = re.compile(
    rf"(?<![\w.-])[\w.-]{{2,64}}\s+(?:at|a còng|a móc)\s+[\w-]+(?:\s+(?:dot|chấm)\s+[\w-]+)*\s+(?:dot|chấm)\s+{_TOP}|"
    rf"(?<!\w)(?:(?<=mail )|(?<=mail: ))[\w.-]+\s+(?:at|tại)\s+[\w-]+(?:\.[\w-]+)*\.{_TOP}",
    re.I,
)
_NO_DATE = r"(?!\(?\d\d?[./-]\d\d?[./-](?:1[89]|20)\d\d)"
_NO_MONEY = r"(?!\s?(?:đồng|đ|vnđ|vnd|usd)(?!\w))"
_MOBILE = re.compile(
    rf"(?<![\w./-]){_NO_DATE}"
    r"(?:(?:\+|00)84[\s.()-]*(?:0[\s.()-]*)?|0[\s.()-]?|84(?=\d{9}(?!\d))|\(?84[\s.)-]{1,2}(?=\d{2,3}[\s.-]\d{3}))"
    r"[35789](?:[\s.()-]{0,2}\d){8}(?:\s?/\s?0[35789](?:[\s.()-]{0,2}\d){8})*"
    rf"(?![\w]|[./-]\d){_NO_MONEY}",
    re.I,
)
_OLD_MOBILE = re.compile(
    r"(?<![\w./-])0[\s.-]?(?:12\d|16[2-9]|18[68]|19[89])(?:[\s.-]?\d){7}(?![\w]|[./-]\d)",
)
_FIXED = re.compile(
    r"(?<![\w./-])(?:(?:\+|00|\()84[\s.()-]*|\(?0)2\d{1,2}\)?(?:[\s.()-]{0,2}\d){7,8}(?![\w]|[./-]\d)|"
    r"(?<![\w./-])\(0(?:[48]|[2-7]\d|[2-7]\d{2})\)\s?[2-8](?:[\s.-]?\d){5,7}(?![\w]|[./-]\d)|"
    r"(?<![\w./-])0(?:[48]|[2-7]\d|[2-7]\d{2})[.-][368]\d{6,7}(?![\w]|[./-]\d)"
)
_FOREIGN = re.compile(r"(?<![\w./-])\+\d{1,3}(?:[\s.()-]{0,2}\d){7,12}(?!\w)")
_CALLED = re.compile(
    r"(?<!\w)(?:điện thoại|dien thoai|đt|đ\.\s?t|đ/t|sđt|sdt|đtdđ|đtđđ|di động|di dong|dđ|hotline|zalo|viber|"
    r"whatsapp|telegram|momo|zalopay|fax|phone|tel|mobile|cell)\.?(?![^\W\d])"
    + _LINK + r"\+?\(?\d(?:[\s.()/-]{0,2}\d){6,14}",
    re.I,
)  # fmt: skip
_PROVINCE = "0(?:0[12468]|1[0124579]|2[024567]|3[013-8]|4[0245689]|5[12468]|6[024678]|7[024579]|8[0234679]|9[1-6])"
"""The first three digits of a citizen's number: Thông tư 59/2021/TT-BCA, phụ lục I."""
_IDENTITY = re.compile(
    # Alone in quotation marks it is copied from the page of a document: "011200000154"--Page 17.
    rf'(?<![\w./-])(?!(?<=["“])\d{{12}}["”]){_PROVINCE}'
    r"(?:[0-3]\d{8}|([\s.-])[0-3]\d\d\1\d{3}\1\d{3})(?![\w]|[./-]\d)"
)
_IDENTITY_CALLED = re.compile(
    r"(?<!\w)(?:cccd|cmnd|cmtnd|cmqđ|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?|"
    r"giấy chứng minh|chứng minh (?:nhân dân|thư|quân đội|quân nhân|sĩ quan)|chung minh (?:nhan dan|thu)|"
    r"số định danh(?: cá nhân)?|đdcn|hộ chiếu|ho chieu|passport|bhxh|bảo hiểm (?:xã hội|y tế)|bhyt|"
    r"mã số thuế|mst(?: cá nhân)?|"
    r"mã (?:số )?(?:sinh viên|sv|học viên|học sinh)|ma sinh vien|mssv|mshv|msv|student (?:id|number)|"
    r"số hiệu (?:quân nhân|sĩ quan)|giấy phép lái xe|gplx|(?:số )?tài khoản(?: ngân hàng)?|tai khoan(?: ngan hang)?|"
    r"số tk|stk|identity card|id card|citizen id|bank account|account (?:no|number)|tax code)\.?(?!\w)"
    + _LINK + r"[a-z]{0,4}[\s-]?\d[\d\s.-]{4,20}\d",
    re.I,
)  # fmt: skip

_BANKS = "vietcombank|vcb|agribank|bidv|vietinbank|techcombank|mb ?bank|acb|sacombank|vp ?bank|tp ?bank|hd ?bank"
_ACCOUNT = re.compile(
    # "TK" is a century too (TK 19-20, TK 1945-1975): an account has nine digits in a row, or groups of as many.
    rf"(?<!\w)(?:tk|tk ngân hàng|{_BANKS})(?!\w)[\s:.(-]*(?:số|so|stk)?[\s:.]*"
    r"(?:\d{9,19}|\d{3,5}(?:[ .]\d{2,5}){2,5})(?![\w-])|"
    r"(?<![\w./-])(?:4\d{3}|5[1-5]\d\d|9704)([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?!\w)",
    re.I,
)
_NETWORKS = "zalo|viber|facebook|fb|telegram|skype|instagram|tiktok|messenger|wechat"
_HANDLE = re.compile(
    rf"(?<!\w)(?:{_NETWORKS})(?:\s(?:cá nhân|tác giả|id|nick))?"
    r"(?:\s?:?\s?@[\w.]{3,}|\s?:\s?[a-z]\w*[._\d][\w.]*\w)(?![\w/])|"
    rf"(?<!\w)(?:zalo|viber)(?:\s(?:cá nhân|tác giả))?:\s?(?:(?!\s--\s|(?<!\w)(?:{_NETWORKS})\s?:)[^.;,)\n]){{2,40}}|"
    r"(?:https?://)?(?:(?:chat\.)?zalo\.me|wa\.me|m\.me)/[\w.+]{5,}|"
    r"(?<!\w)(?:https?://)?(?:(?:www|m|web)\.)?(?:facebook|fb)\.com/profile\.php\?id=\d+",
    re.I,
)

LABELLED = {
    "e-mail": (_E_MAIL, _SPOKEN),
    "telephone": (_CALLED, _HANDLE),
    "identity-number": (_IDENTITY_CALLED, _ACCOUNT),
}
"""What is certain wherever it stands: it has a sign or a name of its own."""

BARE = {"telephone": (_MOBILE, _OLD_MOBILE, _FIXED, _FOREIGN), "identity-number": (_IDENTITY,)}
"""What is certain in running text only: digits, which in other places are the number of a record or a barcode."""

_STUCK = re.compile(r"(?<!\w)(?:s?đt|sdt|dđ|tel|fax|phone|hotline|cccd|cmnd|cmt|mst|stk)\W{0,2}\d{6}", re.I)
_SPELT = re.compile(r"[(\[{<*]\s?(?:at|AT|At|[aA] (?:còng|móc|vòng))\s?[)\]}>*]")
_BRACKET = re.compile(r"[(\[{<*]")
_TELLING = Needles(
    [" dot ", " chấm ", "a còng", "a móc", "&#64;", "&commat;", "mail:", "mail ", "zalo", "viber", "facebook",
     "fb:", "fb.com", "telegram", "skype", "instagram", "tiktok", "messenger", "wechat", "wa.me/", "m.me/"]
)  # fmt: skip
_NUMBERED = re.compile(
    r"(?<!\w)(?:isbn|ismn)(?:[- ]?1[03])?[\s:(]*(?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dx](?!\w)|"
    r"(?<!\w)(?:issn|isrc|lccn|oclc|ocolc|doi|upc|ean|udc|mã vạch|barcode)(?:\s(?:no\.?|số))?[\s:)(]*\d[\dx-]*(?!\w)",
    re.I,
)
"""Numbers of publications, said to be such: no digit of theirs is a telephone's."""
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
        or (_BRACKET.search(text) is not None and _SPELT.search(text) is not None)
    )


def may_hold_mail(text: str) -> bool:
    """Return quickly whether `text` may hold a mail address."""
    return "@" in text or "＠" in text or _SPELT.search(text) is not None or is_spoken(text.lower())


def is_stuck(text: str) -> bool:
    """Return whether a number in `text` is stuck to a word that names it, as in "SĐT0905123456"."""
    return _STUCK.search(text) is not None


def is_spoken(lower: str) -> bool:
    """Return quickly whether `lower` (lower case) may spell an address in words or name a network of people.

    >>> is_spoken("lan at example dot vn"), is_spoken("zalo: lan"), is_spoken("sử thi ba na")
    (True, True, False)
    """
    return _TELLING.any_in(lower)


def without(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    """Return `text` with what `patterns` find replaced by `GONE`; dressed up digits and dashes are seen through."""
    dressed = _ODD.search(text) is not None
    for pattern in patterns:
        # Sign by sign, so that places in the one are places in the other.
        seen, kept, end = text.translate(_ORDINARY) if dressed else text, [], 0
        if not pattern.search(seen):
            continue
        numbered = [one.span() for one in _NUMBERED.finditer(seen)]
        for found in pattern.finditer(seen):
            if any(start < found.end() and found.start() < until for start, until in numbered):
                continue
            kept += [text[end : found.start()], GONE]
            end = found.end()
        if kept:
            text = "".join([*kept, text[end:]])
    return text


ADDRESS_SIGNS = ("địa chỉ", "dia chi", "đ/c", "đc:", "trú tại", "cư trú", "hiện ở", "nhà ở", "chỗ ở")
"""Words without which no address of a dwelling is told, in lower case."""

_WAY = r"(?:đường|phố|ngõ|hẻm|ngách|kiệt|tổ)\s"
_HOUSE = rf"(?:số\s+(?:nhà\s+)?)?\d+[a-z]?(?:[/-]\d+[a-z]?)*,?\s+(?:(?-i:[{_CAPITALS}])|\d|{_WAY})"
_HAMLET = r"(?:đường|phố|ngõ|hẻm|thôn|xóm|ấp|làng|buôn|bon|khu phố|tổ dân phố|phường|xã|thị trấn)\s"
_ADDRESS = re.compile(
    r"(?<!\w)(?:(?:địa chỉ|dia chi|đ/c|đc)(?:\s[^\W\d]+){0,3}\s?:\s*(?!https?:|www\.|\S+@)"
    rf"(?:{_HOUSE}|[^.;\n]{{0,60}}?(?<!\w){_HAMLET})|"
    rf"(?:(?:thường |tạm |cư )?trú(?: tại)?|hiện ở|nhà ở|chỗ ở)\s?:?\s*(?:tại\s+)?{_HOUSE})[^;\n]*",
    re.I,
)


def without_address(text: str) -> str:
    """Return `text` without the address of a dwelling: a label and a house, a street or a hamlet behind it.

    >>> without_address("Địa chỉ: 12 Lê Lợi, Kon Tum"), without_address("Tác giả trú tại 12 Trần Phú")
    ('[…]', 'Tác giả […]')
    >>> without_address("Địa chỉ: https://example.vn"), without_address("Vua trú tại Quy Nhơn năm 1778")
    ('Địa chỉ: https://example.vn', 'Vua trú tại Quy Nhơn năm 1778')
    """
    return _ADDRESS.sub(GONE, text)


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
